import {
  CLOCK_SKEW_S,
  isRevocationOver,
  TOKEN_GRACE_S,
  TOKEN_TTL_S,
  evidenceText,
  timeText,
  type AuditAction,
  type RevocationDelta,
  type RevocationEntry,
} from '@banyan/proto';
import { bannedError, type AuditedChanges, type Clock, type Store } from '@banyan/kit';
import { read } from './compare-and-set.ts';
import { AUDITED_MEMORY_MS, MAX_REVOKED_AT_ONCE } from './constants.ts';
import { byAuth, entryOf, type Decision } from './decision.ts';
import { KEY, type BanRecord, type RemovedRecord } from './records.ts';
import type { Revocations } from './revocations.ts';

/** What an operator can ban or block. */
export type BanKind = 'account' | 'device' | 'content';

export interface BanInit {
  readonly seconds?: number;
  readonly evidence?: readonly string[];
}

/** One of many bans that are made at once. */
export interface NewBan {
  readonly kind: BanKind;
  readonly id: string;
  /** Unix seconds; null: until it is lifted. */
  readonly until: number | null;
  readonly reason: string;
  readonly evidence?: readonly string[];
}

/** Some of the bans that hold, in the order of their keys. */
export interface BansPage {
  readonly found: readonly { readonly kind: BanKind; readonly id: string; readonly ban: BanRecord }[];
  /** Where the next page begins; absent: this is the last. */
  readonly next?: string;
}

/** Bans in force: auth refuses by them, and the feed tells everybody else. */
export interface Bans {
  /**
   * @param init - `seconds`: for how long; default: until it is lifted. `evidence` is kept and audited, and told to operators alone
   * @returns the sequence of the delta that says so
   */
  ban(kind: BanKind, id: string, decision: Decision, init?: BanInit): Promise<number>;
  /** Bans many, each for its own reason, in as few deltas as hold them. Cut off in between, some of them hold; repeating it does no harm. */
  banAll(all: readonly NewBan[], by: Decision['by']): Promise<void>;
  /** Bans a device whose key is known to others, for good. */
  deviceStolen(deviceId: string, by: Decision['by']): Promise<void>;
  /** Lifts a ban; harmless when there is none. @returns the sequence of the delta */
  lift(kind: BanKind, id: string, decision: Decision): Promise<number>;
  /** Bans that hold, page by page. */
  page(init: { readonly after?: string; readonly limit: number }): Promise<BansPage>;
  /** The ban that holds. */
  inForce(kind: BanKind, id: string): Promise<BanRecord | undefined>;
  /**
   * Refuses a banned account or device.
   *
   * @throws BanyanError `token_revoked` with the reason in its message and details
   */
  refuseBanned(accountId: string, deviceId?: string): Promise<void>;
  isBanned(kind: BanKind, id: string): Promise<boolean>;
  /** Revokes what the tokens of devices allow that are taken out of their account. */
  devicesRemoved(deviceIds: readonly string[]): Promise<void>;
  /**
   * Lifts {@link Bans.devicesRemoved} when the device is enrolled again.
   *
   * @param enrolledAt - Unix ms; of a device that is in its account, where the removal may still be under way. Nothing is lifted when
   *   that comes first. Default: it was enrolled just now
   */
  deviceReturned(deviceId: string, enrolledAt?: number): Promise<void>;
  /** Tells everybody that what a signing key signed proves nothing any more. @returns the sequence of the delta */
  keyWithdrawn(kid: string, reason: string): Promise<number>;
  /** Revokes what the tokens of an account allow that is deleted. */
  accountDeleted(accountId: string): Promise<void>;
  /** What a delta says that came back after a restore holds here too, its bans at once. @returns what has to go from the accounts */
  adopt(delta: Pick<RevocationDelta, 'iat' | 'entries'>): Promise<Gone>;
}

/** What left the network. */
export interface Gone {
  /** Devices that were taken out of their account; those that were stolen are banned as well. */
  readonly devices: readonly string[];
  /** Accounts that were deleted. */
  readonly accounts: readonly string[];
}

/**
 * Why the tokens of a removed device are revoked, of a stolen one, and of a deleted account. After a restore they are told from
 * bans of operators by these words, and by how long they hold: a removal and a deletion for a time, a theft for good.
 */
const REMOVED_REASON = 'This device was removed from its account.';
const STOLEN_REASON = 'The key of this device was reported stolen.';
const DELETED_REASON = 'This account was deleted.';

const STOLEN_ACTION = 'device.stolen';

/** Under which an entry of the audit has the evidence of a ban. */
export const EVIDENCE_FIGURE = 'evidence';

/** {@link Gone} while it is gathered. */
interface Goners extends Gone {
  readonly devices: string[];
  readonly accounts: string[];
}

/** The longest that a token given out now can still be honoured anywhere. */
const TOKEN_MEMORY_S = TOKEN_TTL_S + TOKEN_GRACE_S + CLOCK_SKEW_S;

/** `until` of an entry that lifts: in the past on every clock. */
const LIFTED = 0;

/** Makes the bans over a store and a feed. */
export function createBans(components: {
  readonly store: Store;
  readonly clock: Clock;
  readonly revocations: Pick<Revocations, 'append'>;
  readonly changes: AuditedChanges;
  /** Throws while no delta may be made; default: never. */
  readonly assertOpen?: () => void;
}): Bans {
  const { store, clock, revocations, changes, assertOpen = () => undefined } = components;
  const seconds = (): number => Math.floor(clock.now() / 1000);

  async function inForce(kind: BanKind, id: string): Promise<BanRecord | undefined> {
    const found = await read<BanRecord>(store, KEY.ban(kind, id));
    return found === undefined || isRevocationOver(found, clock.now()) ? undefined : found;
  }

  async function write(
    kind: BanKind,
    id: string,
    until: number | null,
    action: AuditAction,
    decision: Decision,
    evidence: readonly string[] = [],
  ): Promise<void> {
    const { by, reason } = decision;
    const author = 'account' in by ? by.account : by.kind;
    const ttlMs = until === null ? undefined : Math.max(0, until * 1000 - clock.now()) + AUDITED_MEMORY_MS;
    await changes.change<BanRecord>(
      KEY.ban(kind, id),
      (now) => ({
        value: {
          ...{ until, reason, by: author, at: clock.now() },
          ...(evidence.length === 0 ? {} : { evidence }),
        },
        entry: entryOf(action, id, decision, {
          ...{ from: untilFigure(now, clock.now()), to: untilText(until) },
          ...(evidence.length === 0 ? {} : { [EVIDENCE_FIGURE]: evidenceText(evidence) }),
        }),
      }),
      ttlMs === undefined ? {} : { ttlMs },
    );
  }

  const actionOf = (kind: BanKind, isLifted: boolean): AuditAction =>
    kind === 'content'
      ? `${kind}.${isLifted ? 'unblocked' : 'blocked'}`
      : `${kind}.${isLifted ? 'unbanned' : 'banned'}`;

  /** Refusing comes before telling: no token is given out in between. */
  async function set(
    kind: BanKind,
    id: string,
    until: number | null,
    action: AuditAction,
    decision: Decision,
    evidence?: readonly string[],
  ): Promise<number> {
    assertOpen();
    await write(kind, id, until, action, decision, evidence);
    return revocations.append([{ kind, id, until, reason: decision.reason }]);
  }

  /** Notes that the newest entry of the feed revokes what the tokens of this removed device allow. */
  async function noteRemoved(deviceId: string, at: number, until: number): Promise<void> {
    const record: RemovedRecord = { at };
    const ttlMs = until * 1000 - clock.now();
    if (ttlMs > 0) await store.put(KEY.removed(deviceId), record, { ttlMs });
  }

  /** Makes one entry hold that came back; what has to go from the accounts is added to `gone`. */
  async function adoptOne(
    { kind, id, until, reason }: RevocationEntry,
    iat: number,
    gone: Goners,
  ): Promise<void> {
    switch (kind) {
      // A withdrawn key is told of with a newer one, which proves nothing to a service that has forgotten it.
      case 'key':
        return;
      case 'account':
        if (until !== null && reason === DELETED_REASON) {
          gone.accounts.push(id);
          return;
        }
        break;
      case 'device':
        if (until !== null && reason === REMOVED_REASON) {
          gone.devices.push(id);
          await noteRemoved(id, iat * 1000, until);
          return;
        }
        if (until === null && reason === STOLEN_REASON) {
          gone.devices.push(id);
          await write(kind, id, until, STOLEN_ACTION, byAuth(reason));
          return;
        }
        // Another entry is the newest now, and when it ends nothing is left to be lifted.
        await store.delete(KEY.removed(id));
        break;
      case 'content':
        break;
    }
    const isLifted = isRevocationOver({ until }, clock.now());
    if (!isLifted || (await inForce(kind, id)) !== undefined)
      await write(kind, id, isLifted ? LIFTED : until, actionOf(kind, isLifted), byAuth(reason));
  }

  return {
    ban(kind, id, decision, { seconds: duration, evidence } = {}) {
      const until = duration === undefined ? null : seconds() + duration;
      return set(kind, id, until, actionOf(kind, false), decision, evidence);
    },
    async banAll(all, by) {
      for (let at = 0; at < all.length; at += MAX_REVOKED_AT_ONCE) {
        assertOpen();
        const some = all.slice(at, at + MAX_REVOKED_AT_ONCE);
        await Promise.all(
          some.map(({ kind, id, until, reason, evidence }) =>
            write(kind, id, until, actionOf(kind, false), { by, reason }, evidence),
          ),
        );
        await revocations.append(some.map(({ kind, id, until, reason }) => ({ kind, id, until, reason })));
      }
    },
    async deviceStolen(deviceId, by) {
      await set('device', deviceId, null, STOLEN_ACTION, { by, reason: STOLEN_REASON });
    },
    lift: (kind, id, decision) => set(kind, id, LIFTED, actionOf(kind, true), decision),
    inForce,
    async page({ after, limit }) {
      const found: { kind: BanKind; id: string; ban: BanRecord }[] = [];
      const from = after === undefined ? {} : { after: `${KEY.bans}${after}` };
      for await (const [key, { value }] of store.list<BanRecord>(KEY.bans, from)) {
        // Lifted ones are kept a while, for the audit.
        if (isRevocationOver(value, clock.now())) continue;
        const [kind = '', ...id] = key.slice(KEY.bans.length).split('/');
        found.push({ kind: kind as BanKind, id: id.join('/'), ban: value });
        if (found.length === limit) return { found, next: key.slice(KEY.bans.length) };
      }
      return { found };
    },
    async refuseBanned(accountId, deviceId) {
      const account = await inForce('account', accountId);
      const device = deviceId === undefined ? undefined : await inForce('device', deviceId);
      const ban = account ?? device;
      if (ban === undefined) return;
      const { until, reason } = ban;
      throw bannedError({ kind: account === undefined ? 'device' : 'account', id: accountId, until, reason });
    },
    async isBanned(kind, id) {
      return (await inForce(kind, id)) !== undefined;
    },
    async devicesRemoved(deviceIds) {
      assertOpen();
      const until = seconds() + TOKEN_MEMORY_S;
      const reason = REMOVED_REASON;
      for (let at = 0; at < deviceIds.length; at += MAX_REVOKED_AT_ONCE) {
        const some = deviceIds.slice(at, at + MAX_REVOKED_AT_ONCE);
        const held = await Promise.all(some.map((id) => inForce('device', id)));
        // The newest entry of a device decides: a ban that holds for longer says more.
        const revoked = some.filter((_, i) => {
          const ban = held[i];
          return ban === undefined || (ban.until !== null && ban.until < until);
        });
        for (const id of revoked) await noteRemoved(id, clock.now(), until);
        if (revoked.length > 0)
          await revocations.append(revoked.map((id) => ({ kind: 'device', id, until, reason })));
      }
    },
    async deviceReturned(deviceId, enrolledAt = Infinity) {
      const removed = await read<RemovedRecord>(store, KEY.removed(deviceId));
      if (removed === undefined || enrolledAt < removed.at) return;
      assertOpen();
      // An operator's ban of the device stays as it is.
      if ((await inForce('device', deviceId)) === undefined)
        await revocations.append([{ kind: 'device', id: deviceId, until: LIFTED, reason: '' }]);
      // Forgotten last: cut off in between, it is lifted when the device asks again.
      await store.delete(KEY.removed(deviceId));
    },
    async accountDeleted(accountId) {
      assertOpen();
      const until = seconds() + TOKEN_MEMORY_S;
      await revocations.append([{ kind: 'account', id: accountId, until, reason: DELETED_REASON }]);
    },
    async keyWithdrawn(kid, reason) {
      assertOpen();
      return revocations.append([{ kind: 'key', id: kid, until: null, reason }]);
    },
    async adopt({ iat, entries }) {
      const gone: Goners = { devices: [], accounts: [] };
      for (const entry of entries) await adoptOne(entry, iat, gone);
      return gone;
    },
  };
}

function untilText(until: number | null): string {
  if (until === null) return 'banned until it is lifted';
  return until === LIFTED ? 'not banned' : `banned until ${timeText(until * 1000)}`;
}

function untilFigure(ban: BanRecord | undefined, now: number): string {
  return untilText(ban === undefined || isRevocationOver(ban, now) ? LIFTED : ban.until);
}
