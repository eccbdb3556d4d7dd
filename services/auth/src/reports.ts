import { randomBytes } from 'node:crypto';
import {
  BanyanError,
  contentIdText,
  parseContentId,
  type ReportRequest,
  type ReportResponse,
  type ReportView,
} from '@banyan/proto';
import type { AuditedChanges, Clock, Store } from '@banyan/kit';
import { parseAccountName } from './account-name.ts';
import type { Accounts } from './accounts.ts';
import type { Attempts } from './attempts.ts';
import { REPORTS_PER_DAY, RESOLVED_REPORT_MEMORY_MS } from './constants.ts';
import { byOperator, entryOf } from './decision.ts';
import type { People } from './people.ts';
import { KEY, type AccountRecord, type ReportRecord } from './records.ts';
import { isAccountId, parseDeviceId } from './subjects.ts';

/** What members tell operators, and what became of it. */
export interface Reports {
  /**
   * Keeps a report. Whether there is such an account is not told: nobody finds out names by reporting them.
   *
   * @throws BanyanError `invalid_request`, `name_invalid`, `link_invalid`; `rate_limited` beyond {@link REPORTS_PER_DAY}
   */
  make(by: AccountRecord, request: ReportRequest): Promise<ReportResponse>;
  /** Reports in the order of time, those after `after`. */
  page(init: {
    readonly state?: 'open' | 'resolved';
    readonly after?: string;
    readonly limit: number;
  }): Promise<{ readonly reports: readonly ReportRecord[]; readonly next?: string }>;
  /** How many nobody has resolved yet; of other replicas as it was some seconds ago. */
  openCount(): Promise<number>;
  /** All reports that an account made. */
  madeBy(accountId: string): Promise<ReportRecord[]>;
  /** @throws BanyanError `not_found`; `conflict` when it is resolved already */
  resolve(id: string, operator: AccountRecord, words: string): Promise<ReportRecord>;
}

/** Digits of a time in milliseconds until the year 2286; ids sort as their times do. */
const TIME_DIGITS = 13;

/** Reports that were counted are not counted anew for so long, unless this process changes one. */
const COUNTED_MS = 15_000;

/** Makes the reports over a store. */
export function createReports(components: {
  readonly store: Store;
  readonly clock: Clock;
  readonly changes: AuditedChanges;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
}): Reports {
  const { store, clock, changes, accounts, attempts } = components;

  /** Every accepted form of a subject in the one that is kept. */
  async function subjectId({ kind, id }: ReportRequest): Promise<string> {
    switch (kind) {
      case 'content':
        return contentIdText(parseContentId(id));
      case 'device':
        return parseDeviceId(id);
      case 'account': {
        if (isAccountId(id)) return id;
        const { name, nameKey } = parseAccountName(id);
        return (await accounts.byName(nameKey))?.accountId ?? name;
      }
    }
  }

  /** Reads all of them, so it is remembered for a while. */
  let counted: { readonly at: number; readonly open: Promise<number> } | undefined;
  async function count(): Promise<number> {
    let open = 0;
    for await (const { resolution } of all()) if (resolution === undefined) open += 1;
    return open;
  }

  async function* all(after?: string): AsyncGenerator<ReportRecord> {
    const from = after === undefined ? {} : { after: KEY.report(after) };
    for await (const [, { value }] of store.list<ReportRecord>(KEY.reports, from)) yield value;
  }

  return {
    async make({ accountId }, request) {
      const id = await subjectId(request);
      await attempts.spend(`report:${accountId}`, REPORTS_PER_DAY);
      const at = clock.now();
      const report: ReportRecord = {
        id: `${String(at).padStart(TIME_DIGITS, '0')}-${randomBytes(6).toString('hex')}`,
        at,
        by: accountId,
        subject: { kind: request.kind, id, given: request.id },
        reason: request.reason,
      };
      await store.put(KEY.report(report.id), report, { expect: null });
      counted = undefined;
      return { id: report.id, at };
    },
    async page({ state, after, limit }) {
      const reports: ReportRecord[] = [];
      for await (const report of all(after)) {
        const isOpen = report.resolution === undefined;
        if (state !== undefined && isOpen !== (state === 'open')) continue;
        reports.push(report);
        if (reports.length === limit) break;
      }
      const last = reports.at(-1);
      return { reports, ...(reports.length === limit && last !== undefined ? { next: last.id } : {}) };
    },
    openCount() {
      const now = clock.monotonic();
      if (counted !== undefined && now - counted.at < COUNTED_MS) return counted.open;
      const open = count();
      const mine = { at: now, open };
      counted = mine;
      open.catch(() => {
        if (counted === mine) counted = undefined;
      });
      return open;
    },
    async madeBy(accountId) {
      const reports: ReportRecord[] = [];
      for await (const report of all()) if (report.by === accountId) reports.push(report);
      return reports;
    },
    async resolve(id, operator, words) {
      const resolved = await changes.change<ReportRecord>(
        KEY.report(id),
        (now) => {
          if (now === undefined)
            throw new BanyanError(
              'not_found',
              'There is no report with that id. Look at the list of reports.',
            );
          if (now.resolution !== undefined)
            throw new BanyanError('conflict', 'This report is resolved already. Look at it again.');
          return {
            value: { ...now, resolution: { at: clock.now(), by: operator.accountId, words } },
            entry: entryOf('report.resolved', id, byOperator(operator, words), {
              from: 'open',
              to: 'resolved',
              kind: now.subject.kind,
              about: now.subject.id,
            }),
          };
        },
        { ttlMs: RESOLVED_REPORT_MEMORY_MS },
      );
      counted = undefined;
      if (resolved === undefined) throw new BanyanError('not_found');
      return resolved;
    },
  };
}

/** A report as operators see it. */
export async function reportView(report: ReportRecord, people: People): Promise<ReportView> {
  const { id, at, by, subject, reason, resolution } = report;
  const device = subject.kind === 'device' ? await people.device(subject.id) : undefined;
  const account =
    subject.kind === 'account' && isAccountId(subject.id) ? await people.account(subject.id) : undefined;
  return {
    id,
    at,
    by: await people.account(by),
    subject: {
      kind: subject.kind,
      id: subject.id,
      name: device?.name ?? account?.name ?? '',
      ...(device?.account === undefined ? {} : { account: device.account }),
    },
    reason,
    state: resolution === undefined ? 'open' : 'resolved',
    ...(resolution === undefined
      ? {}
      : {
          resolution: { at: resolution.at, by: await people.account(resolution.by), words: resolution.words },
        }),
  };
}
