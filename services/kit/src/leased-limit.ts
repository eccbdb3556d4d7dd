import { createHash } from 'node:crypto';
import { isBanyanError } from '@banyan/proto';
import { systemClock, type Clock } from './clock.ts';
import type { Store } from './stores/store.ts';

/** What came of {@link LeasedLimit.take}. */
export interface Taken {
  readonly taken: boolean;
  /** How many this process may still take without asking anybody. */
  readonly left: number;
  /** Nobody who asks gets any more in this window. */
  readonly isOver: boolean;
  /** Until the window ends. */
  readonly resetMs: number;
}

/** A limit per key and window that holds over all processes that share the store. */
export interface LeasedLimit {
  /** Counts one for `key`, if the limit allows it. */
  take(key: string): Promise<Taken>;
}

/** Options of {@link createLeasedLimit}. */
export interface LeasedLimitInit {
  /** Tells several limits in one store apart. */
  readonly name: string;
  /** So many in a window, all processes together. */
  readonly max: number;
  readonly windowMs: number;
}

/** A process asks the store once for this share of the limit: so many that are leased and not used are lost to others. */
const LEASE_SHARE = 1 / 20;
/** Keys remembered; the oldest is forgotten first, so that a flood of addresses costs no memory. */
const MAX_KEYS = 10_000;
/** So many lost races for one key are a flood, not an accident. */
const MAX_RACES = 50;

interface Lease {
  left: number;
  /** Unix ms at which the window ends. */
  resetAt: number;
  /** The window is leased to the end, by all together. */
  isOver: boolean;
  /** The whole limit was granted in this window without the store. */
  isOwn: boolean;
  asking: Promise<void> | undefined;
}

/**
 * Makes a limit over a store. A process leases a share of the limit and counts it down in memory, so that the store is
 * asked once in a while and not each time. While the store is away each process grants the whole limit by itself: a
 * limit against floods must not become the outage.
 */
export function createLeasedLimit(
  components: { readonly store: Store; readonly clock?: Clock },
  init: LeasedLimitInit,
): LeasedLimit {
  const { store, clock = systemClock } = components;
  const { name, max, windowMs } = init;
  const share = Math.max(1, Math.ceil(max * LEASE_SHARE));
  const leases = new Map<string, Lease>();

  /** Leases from the store. @returns how many, for how long, and whether they were the last */
  async function ask(key: string): Promise<{ granted: number; resetMs: number; isOver: boolean }> {
    // Keys are addresses and other things that strangers choose.
    const storeKey = `limit/${name}/${createHash('sha256').update(key).digest('base64url')}`;
    for (let race = 0; race < MAX_RACES; race += 1) {
      const entry = await store.get<number>(storeKey);
      // The store's own clock ends the window, so that those of the processes need not agree.
      const resetMs =
        entry?.expiresAtMs === undefined ? windowMs : Math.max(1, entry.expiresAtMs - clock.now());
      const taken = entry?.value ?? 0;
      const granted = Math.min(share, max - taken);
      if (granted <= 0) return { granted: 0, resetMs, isOver: true };
      try {
        const put = { expect: entry?.version ?? null, ttlMs: resetMs, durable: false };
        await store.put(storeKey, taken + granted, put);
        return { granted, resetMs, isOver: taken + granted >= max };
      } catch (error) {
        if (!isBanyanError(error) || error.code !== 'conflict') throw error;
      }
    }
    return { granted: 0, resetMs: 1_000, isOver: true };
  }

  function leaseOf(key: string): Lease {
    const found = leases.get(key);
    if (found !== undefined && found.resetAt > clock.now()) return found;
    const fresh: Lease = {
      left: 0,
      resetAt: clock.now() + windowMs,
      isOver: false,
      isOwn: false,
      asking: undefined,
    };
    leases.delete(key);
    leases.set(key, fresh);
    const oldest = leases.size > MAX_KEYS ? leases.keys().next().value : undefined;
    if (oldest !== undefined) leases.delete(oldest);
    return fresh;
  }

  async function refill(key: string, lease: Lease): Promise<void> {
    try {
      const { granted, resetMs, isOver } = await ask(key);
      lease.left = granted;
      lease.isOver = isOver;
      lease.resetAt = clock.now() + resetMs;
    } catch {
      lease.left = lease.isOwn ? 0 : max;
      lease.isOver = lease.isOwn;
      lease.isOwn = true;
    } finally {
      lease.asking = undefined;
    }
  }

  return {
    async take(key) {
      for (;;) {
        const lease = leaseOf(key);
        const resetMs = lease.resetAt - clock.now();
        if (lease.left > 0) {
          lease.left -= 1;
          return { taken: true, left: lease.left, resetMs, isOver: lease.isOver && lease.left === 0 };
        }
        if (lease.isOver) return { taken: false, left: 0, resetMs, isOver: true };
        // Those who come meanwhile wait for the same answer.
        lease.asking ??= refill(key, lease);
        await lease.asking;
      }
    },
  };
}
