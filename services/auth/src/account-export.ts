import type { AccountExport, AuditEntry, BanView } from '@banyan/proto';
import type { AuditLog, Clock, Store } from '@banyan/kit';
import { EVIDENCE_FIGURE, type BanKind, type Bans } from './bans.ts';
import { read } from './compare-and-set.ts';
import { MAX_AUDIT_PAGE, MAX_EXPORTED_ENTRIES } from './constants.ts';
import type { LastSeen } from './last-seen.ts';
import { KEY, type AccountRecord, type DeviceRecord, type InviteRecord } from './records.ts';
import type { Reports } from './reports.ts';
import { accountView } from './views.ts';

/** Tells an account everything that auth holds of it. */
export interface AccountExports {
  export(account: AccountRecord): Promise<AccountExport>;
  /** Bans that hold, of the account and its devices. */
  bansOf(account: AccountRecord): Promise<BanView[]>;
}

/** What {@link createAccountExports} needs. */
export interface AccountExportsComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly bans: Bans;
  readonly reports: Reports;
  readonly audit: AuditLog;
  readonly lastSeen: LastSeen;
  readonly issuer: () => string;
}

/** What a ban stands on may be the words of others, and stays with the operators for their sake. */
function withoutEvidence(entry: AuditEntry): AuditEntry {
  const { [EVIDENCE_FIGURE]: evidence, ...figures } = entry.figures;
  return evidence === undefined ? entry : { ...entry, figures };
}

/** Makes the exports over a store. */
export function createAccountExports(components: AccountExportsComponents): AccountExports {
  const { store, clock, bans, reports, audit, lastSeen, issuer } = components;

  async function bansOf({ accountId, devices }: AccountRecord): Promise<BanView[]> {
    const look = async (kind: Exclude<BanKind, 'content'>, id: string): Promise<BanView | undefined> => {
      const ban = await bans.inForce(kind, id);
      return ban === undefined ? undefined : { kind, id, until: ban.until, reason: ban.reason, at: ban.at };
    };
    const found = await Promise.all([
      look('account', accountId),
      ...Object.keys(devices).map((deviceId) => look('device', deviceId)),
    ]);
    return found.filter((ban) => ban !== undefined);
  }

  async function keysOf({ accountId, devices }: AccountRecord): Promise<AccountExport['deviceKeys']> {
    const keys = await Promise.all(
      Object.keys(devices).map(async (deviceId) => {
        const found = await read<DeviceRecord>(store, KEY.device(deviceId));
        // One that has just left may be somebody else's by now.
        return [deviceId, found?.accountId === accountId ? found.publicJwk : undefined] as const;
      }),
    );
    return Object.fromEntries(keys);
  }

  async function invitesOf({ accountId }: AccountRecord): Promise<AccountExport['invites']> {
    const found: AccountExport['invites'] = [];
    for await (const [, { value }] of store.list<InviteRecord>(KEY.invites)) {
      if (value.createdBy !== accountId) continue;
      const { uses, used, expiresAt, grants, boundTo } = value;
      found.push({
        uses,
        used,
        expiresAt,
        grants: [...grants],
        ...(boundTo === undefined ? {} : { account: boundTo.nameKey }),
      });
    }
    return found;
  }

  /** What the account did, and what was done to it and its devices. */
  async function entriesOf({ accountId, devices }: AccountRecord): Promise<AccountExport['audit']> {
    const entries: AuditEntry[] = [];
    let isComplete = true;
    for (let after: string | undefined, isMore = true; isMore;) {
      const page = await audit.page({ limit: MAX_AUDIT_PAGE, ...(after === undefined ? {} : { after }) });
      for (const entry of page.entries) {
        const { by, subject, figures } = entry;
        const isAuthor = 'account' in by && by.account === accountId;
        const isAbout = subject === accountId || subject in devices || figures['account'] === accountId;
        if (!isAuthor && !isAbout) continue;
        entries.push(withoutEvidence(entry));
        if (entries.length <= MAX_EXPORTED_ENTRIES) continue;
        entries.shift();
        isComplete = false;
      }
      after = page.next;
      isMore = after !== undefined;
    }
    return { entries, isComplete };
  }

  return {
    bansOf,
    async export(account) {
      return {
        format: 'banyan-account-export',
        version: 1,
        issuer: issuer(),
        exportedAt: clock.now(),
        account: accountView(account, await lastSeen.of(account)),
        deviceKeys: await keysOf(account),
        bans: await bansOf(account),
        invites: await invitesOf(account),
        // As they were given: an id would say whether there is such an account.
        reports: (await reports.madeBy(account.accountId)).map(({ id, at, subject, reason, resolution }) => ({
          id,
          at,
          kind: subject.kind,
          subject: subject.given,
          reason,
          state: resolution === undefined ? ('open' as const) : ('resolved' as const),
          ...(resolution === undefined ? {} : { words: resolution.words }),
        })),
        audit: await entriesOf(account),
      };
    },
  };
}
