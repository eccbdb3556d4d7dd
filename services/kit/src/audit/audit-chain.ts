/**
 * Links the entries of an audit into a chain, each by a hash over itself and the hash of the one before, so that nobody changes or takes
 * away one unnoticed. Any number of replicas add entries, and no store changes two keys at once: a chain that every change had to be
 * the next link of would make all changes of all replicas wait for each other. So entries are added as ever, and linked
 * seconds later, by whichever replica is first (ADR 0011):
 *
 * ```
 *   (1) head: "these entries follow, with these hashes"   (2) each entry gets its link   (3) head: ends there
 * ```
 *
 * (1) and (3) are compare-and-set on one record. Who finds (1) done and (3) not, does (2) again, which changes nothing.
 */
import { isBanyanError, type AuditEntry, type AuditLink, type AuditService } from '@banyan/proto';
import type { Clock, Timer } from '../clock.ts';
import type { Startable } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import type { Entry, Store } from '../stores/store.ts';
import { cutAudit } from './audit-cut.ts';
import { AUDIT_ROOT, type AuditLog } from './audit-log.ts';
import type { AuditKeeping } from './audit-settings.ts';
import { auditCursor, CHAIN_HEAD_KEY, CHAIN_START, linkHash, type KeptHead } from './chain-link.ts';

/** Entries of other replicas that are this young may still get neighbours with smaller ids. */
const SETTLE_MS = 2_000;
/** After an entry was kept here it is linked. */
const SOON_MS = SETTLE_MS + 500;
/** What a replica left that died is looked for this often. */
const LOOK_MS = 60_000;
/** Clocks of replicas may differ by so much; entries with older ids come from this process, or are looked for at its start. */
const RECENT_MS = 3600_000;
/** Links that are written at once: the head with them stays far below the largest value of a store. */
const MAX_LINKS = 256;
/** What is older than it has to be is taken away this often. */
const CUT_MS = 7 * 24 * 3600_000;

export interface AuditChainInit extends AuditKeeping {
  readonly service: AuditService;
}

/** Makes what links the audit; entries from before its first start stay before the chain. */
export function createAuditChain(
  components: {
    readonly store: Store;
    readonly clock: Clock;
    readonly log: Log;
    readonly audit: AuditLog;
  },
  init: AuditChainInit,
): Startable {
  const { store, clock, log, audit } = components;
  const { service, keepMs } = init;
  let timer: Timer | undefined;
  let timerAt = Infinity;
  let looking: Promise<void> = Promise.resolve();
  let isStopped = false;
  let cutAt = -Infinity;
  /** Unlinked entries lie behind this; at first anywhere. */
  let lowest = '';

  async function openHead(): Promise<Entry<KeptHead>> {
    for (;;) {
      const found = await store.get<KeptHead>(CHAIN_HEAD_KEY);
      if (found !== undefined) return found;
      let since = '';
      for await (const _ of store.list(AUDIT_ROOT, { limit: 1 })) since = auditCursor(clock.now());
      const none = { since, first: { n: 1, previous: CHAIN_START, at: 0 }, n: 0, hash: CHAIN_START, at: 0 };
      const head: KeptHead = { ...none, pending: null };
      try {
        await store.put(CHAIN_HEAD_KEY, head, { expect: null });
      } catch (error) {
        // Another replica began it.
        if (!isConflict(error)) throw error;
      }
    }
  }

  const writeHead = async (found: Entry<KeptHead>, change: Partial<KeptHead>): Promise<Entry<KeptHead>> => {
    const value = { ...found.value, ...change };
    return { value, version: await store.put(CHAIN_HEAD_KEY, value, { expect: found.version }) };
  };

  /** Writes links into their entries that the head tells of. Also where they are there: what can be read may not be certain yet. */
  async function finish(found: Entry<KeptHead>): Promise<Entry<KeptHead>> {
    const { pending, ...head } = found.value;
    if (pending === null) return found;
    let { n, hash } = head;
    for (const [id, next] of pending.links) {
      n += 1;
      const chain: AuditLink = { n, at: pending.at, previous: hash, hash: next };
      const entry = await store.get<AuditEntry>(`${AUDIT_ROOT}${id}`);
      // One that is gone leaves its place empty, and a check says so.
      if (entry !== undefined)
        await store.put(`${AUDIT_ROOT}${id}`, { ...entry.value, chain }, { expect: entry.version });
      hash = next;
    }
    return writeHead(found, { n, hash, at: pending.at, pending: null });
  }

  /** Links what is not linked and lies behind `from`. @throws BanyanError `conflict` when another replica does */
  async function link(from: string): Promise<void> {
    let found = await finish(await openHead());
    let cursor = from < found.value.since ? found.value.since : from;
    for (;;) {
      const { entries, last, next } = await unlinked(cursor);
      if (isStopped) return;
      // A backup that is not of one instant holds links that its head does not know of yet.
      if (last !== undefined && last.n > found.value.n)
        found = await writeHead(found, { n: last.n, hash: last.hash, at: last.at });
      if (entries.length > 0) {
        const at = Math.max(clock.now(), found.value.at);
        let { n, hash: previous } = found.value;
        const links = entries.map((entry): [string, string] => {
          n += 1;
          previous = linkHash(entry, { n, at, previous });
          return [entry.id, previous];
        });
        found = await finish(await writeHead(found, { pending: { at, links } }));
      }
      if (next === undefined) return;
      cursor = next;
    }
  }

  /** Entries without a link, and the last link among the others. */
  async function unlinked(after: string): Promise<{
    readonly entries: readonly AuditEntry[];
    readonly last: AuditLink | undefined;
    /** Where to go on; undefined: that was all. */
    readonly next: string | undefined;
  }> {
    const entries: AuditEntry[] = [];
    let last: AuditLink | undefined;
    const now = clock.now();
    for await (const [, { value }] of store.list<AuditEntry>(AUDIT_ROOT, {
      after: `${AUDIT_ROOT}${after}`,
    })) {
      const { chain } = value;
      if (chain !== undefined) {
        if (last === undefined || chain.n > last.n) last = chain;
        continue;
      }
      // Not one of a clock that is ahead: it would wait for ours.
      if (value.at > now - SETTLE_MS && value.at <= now) {
        lookWithin(SOON_MS);
        continue;
      }
      entries.push({ ...value, service });
      if (entries.length === MAX_LINKS) return { entries, last, next: value.id };
    }
    return { entries, last, next: undefined };
  }

  async function look(): Promise<void> {
    const from = lowest;
    lowest = auditCursor(clock.now() - RECENT_MS);
    try {
      await link(from);
      if (keepMs !== undefined && clock.now() - cutAt >= CUT_MS) {
        await cutAudit({ store, clock, audit }, { service, keepMs });
        cutAt = clock.now();
      }
    } catch (err) {
      lowest = from < lowest ? from : lowest;
      if (isConflict(err)) lookWithin(SOON_MS);
      else log.warn({ err }, 'the audit cannot be linked just now');
    }
  }

  function lookWithin(ms: number): void {
    const at = clock.monotonic() + ms;
    if (isStopped || timerAt <= at) return;
    timer?.cancel();
    timerAt = at;
    timer = clock.setTimeout(
      () => {
        timerAt = Infinity;
        looking = looking.then(look).finally(() => lookWithin(LOOK_MS));
      },
      ms,
      { keepAlive: false },
    );
  }

  audit.onKept(({ id }) => {
    if (id < lowest) lowest = auditCursor(Number.parseInt(id, 10));
    lookWithin(SOON_MS);
  });

  return {
    name: 'audit chain',
    async start() {
      // Where it begins is set before this process adds an entry.
      await openHead().catch((err: unknown) => log.debug({ err }, 'the audit’s chain cannot be begun yet'));
      lookWithin(0);
    },
    async stop() {
      isStopped = true;
      timer?.cancel();
      await looking;
    },
  };
}

const isConflict = (error: unknown): boolean => isBanyanError(error) && error.code === 'conflict';
