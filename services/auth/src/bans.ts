import { CLOCK_SKEW_S, TOKEN_GRACE_S, TOKEN_TTL_S } from '@banyan/proto';
import { bannedError, type Clock, type Store } from '@banyan/kit';
import { read } from './compare-and-set.ts';
import { KEY, type BanRecord } from './records.ts';
import type { Revocations } from './revocations.ts';

/** What an operator can ban or block. */
export type BanKind = 'account' | 'device' | 'content';

/** Bans in force: auth refuses by them, and the feed tells everybody else. */
export interface Bans {
  /** @returns the sequence of the delta that says so */
  ban(kind: BanKind, id: string, ban: { seconds?: number; reason: string; by: string }): Promise<number>;
  /** Lifts a ban; harmless when there is none. @returns the sequence of the delta */
  lift(kind: BanKind, id: string, reason: string): Promise<number>;
  /**
   * Refuses a banned account or device.
   *
   * @throws BanyanError `token_revoked` with the reason in its message and details
   */
  refuseBanned(accountId: string, deviceId?: string): Promise<void>;
  isBanned(kind: BanKind, id: string): Promise<boolean>;
  /** Revokes what a device's tokens allow after its owner removed it. */
  deviceRemoved(deviceId: string): Promise<void>;
  /** Lifts {@link Bans.deviceRemoved} when the device is enrolled again. */
  deviceReturned(deviceId: string): Promise<void>;
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
}): Bans {
  const { store, clock, revocations } = components;
  const seconds = (): number => Math.floor(clock.now() / 1000);

  async function inForce(kind: BanKind, id: string): Promise<BanRecord | undefined> {
    const found = await read<BanRecord>(store, KEY.ban(kind, id));
    return found === undefined || (found.until !== null && found.until <= seconds()) ? undefined : found;
  }

  return {
    async ban(kind, id, { seconds: duration, reason, by }) {
      const until = duration === undefined ? null : seconds() + duration;
      const record: BanRecord = { until, reason, by, at: clock.now() };
      // Refusing comes before telling: no token is given out in between.
      await store.put(KEY.ban(kind, id), record, duration === undefined ? {} : { ttlMs: duration * 1000 });
      return revocations.append([{ kind, id, until, reason }]);
    },
    async lift(kind, id, reason) {
      await store.delete(KEY.ban(kind, id));
      return revocations.append([{ kind, id, until: LIFTED, reason }]);
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
    async deviceRemoved(deviceId) {
      const until = seconds() + TOKEN_MEMORY_S;
      await store.put(KEY.removed(deviceId), { until }, { ttlMs: TOKEN_MEMORY_S * 1000 });
      await revocations.append([
        { kind: 'device', id: deviceId, until, reason: 'This device was removed from its account.' },
      ]);
    },
    async deviceReturned(deviceId) {
      if ((await read(store, KEY.removed(deviceId))) === undefined) return;
      await store.delete(KEY.removed(deviceId));
      // An operator's ban of the device stays as it is.
      if ((await inForce('device', deviceId)) === undefined)
        await revocations.append([{ kind: 'device', id: deviceId, until: LIFTED, reason: '' }]);
    },
  };
}
