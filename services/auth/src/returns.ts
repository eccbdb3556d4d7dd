/**
 * After a restore from an older backup: the bans, blocks and removals that came after it are not in the store, but those
 * who follow the feed have them, signed by this service itself. They give them back; see proto/spec/identity.md.
 */
import { BanyanError } from '@banyan/proto';
import { createLocalKeys, verifyRevocationDelta, type Clock, type Log, type Store } from '@banyan/kit';
import type { Accounts } from './accounts.ts';
import type { Bans, Gone } from './bans.ts';
import { read, update } from './compare-and-set.ts';
import { RESTORE_MEMORY_MS, RESTORE_SETTLE_MS } from './constants.ts';
import { byAuth } from './decision.ts';
import { KEY, type RestoredRecord } from './records.ts';
import type { Revocations } from './revocations.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What comes back after a restore. */
export interface Returns {
  /** Finds out whether the store was restored. */
  start(): Promise<void>;
  /** The store was restored lately: deltas that follow on what is here are asked for. */
  readonly isWanting: boolean;
  /**
   * Refuses to make a delta shortly after a restore: its number may be one that others have another delta under.
   *
   * @throws BanyanError `unavailable` with `retryAfterMs`
   */
  assertOpen(): void;
  /**
   * Takes deltas back that follow on what is here, and makes them hold; nothing happens unless they are wanted.
   *
   * @throws BanyanError `token_invalid` at the first that this service did not sign; those before it are taken
   */
  take(signed: readonly string[]): Promise<void>;
}

/** What {@link createReturns} needs. */
export interface ReturnsComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly keys: Pick<SigningKeys, 'published'>;
  readonly revocations: Pick<Revocations, 'seq' | 'putBack'>;
  readonly bans: Pick<Bans, 'adopt'>;
  readonly accounts: Pick<Accounts, 'get' | 'device' | 'removeDevice' | 'remove'>;
  readonly issuer: () => string;
}

const MINUTE_MS = 60_000;
/** What the audit is told. */
const CAME_BACK = byAuth('was done after the backup that was restored');

/** Makes the desk at which revocations are given back. */
export function createReturns(components: ReturnsComponents): Returns {
  const { store, clock, log, keys, revocations, bans, accounts, issuer } = components;
  /** Unix ms. */
  let settledAt = 0;
  /** Unix ms. */
  let wantedUntil = 0;
  let taking: Promise<unknown> = Promise.resolve();

  async function remove(gone: Gone): Promise<void> {
    for (const deviceId of gone.devices) {
      const enrolled = await accounts.device(deviceId);
      if (enrolled !== undefined)
        await accounts.removeDevice(enrolled.account.accountId, deviceId, CAME_BACK);
    }
    for (const accountId of gone.accounts)
      if ((await accounts.get(accountId)) !== undefined) await accounts.remove(accountId, CAME_BACK);
  }

  async function takeNow(signed: readonly string[]): Promise<void> {
    if (clock.now() >= wantedUntil) return;
    const known = createLocalKeys(() => keys.published());
    const taken: number[] = [];
    try {
      for (const text of signed) {
        const { seq, iat, entries } = await verifyRevocationDelta(text, { keys: known, issuer: issuer() });
        if (seq <= revocations.seq) continue;
        if (seq !== revocations.seq + 1) break;
        // Refusing comes before telling: what is in the feed holds here too, whenever this process dies. Another replica may
        // have taken it already.
        if ((await read(store, KEY.revocation(seq))) === undefined)
          await remove(await bans.adopt({ iat, entries }));
        if (await revocations.putBack({ seq, iat, entries })) taken.push(seq);
      }
    } finally {
      if (taken.length > 0)
        log.warn(
          { from: taken[0], to: taken.at(-1) },
          'revocations that the restored backup did not have came back from the network',
        );
    }
  }

  return {
    async start() {
      const now = clock.now();
      const mark = await read<RestoredRecord>(store, KEY.restored);
      if (mark === undefined) return;
      const started = await update<RestoredRecord>(store, KEY.restored, (held) =>
        held?.startedAt === undefined && held !== undefined ? { ...held, startedAt: now } : undefined,
      );
      const since = started?.startedAt ?? now;
      if (since + RESTORE_MEMORY_MS <= now) {
        await store.delete(KEY.restored);
        return;
      }
      settledAt = since + RESTORE_SETTLE_MS;
      wantedUntil = since + RESTORE_MEMORY_MS;
      if (settledAt <= now) return;
      log.warn(
        { backupAgeMinutes: Math.round((mark.at - mark.backupAt) / MINUTE_MS), revocations: revocations.seq },
        'this store was restored from a backup: what was banned or removed since is asked of the network, and new bans wait for it',
      );
    },
    get isWanting() {
      return clock.now() < wantedUntil;
    },
    assertOpen() {
      const leftMs = settledAt - clock.now();
      if (leftMs <= 0) return;
      throw new BanyanError(
        'unavailable',
        'Auth was restored from a backup just now and still learns what was banned since. Repeat this in a minute.',
        { retryAfterMs: leftMs },
      );
    },
    take(signed) {
      // One after the other: several give the same back at once.
      const done = taking.then(() => takeNow(signed));
      taking = done.catch(() => undefined);
      return done;
    },
  };
}
