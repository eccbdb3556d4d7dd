import { BanyanError, isBanyanError } from '@banyan/proto';
import { systemClock, type Clock } from '../clock.ts';

/** Remembers which one-time values were used. */
export interface ReplayStore {
  /**
   * @param ttlMs - how long to remember; after that the value is too old to be accepted anyway
   * @returns whether the value is new; of two calls at once only one gets true
   * @throws BanyanError `rate_limited` when there is no room, `store_unavailable` when the store is away: then nothing
   *   may be accepted
   */
  remember(value: string, ttlMs: number): Promise<boolean>;
}

/** Options of {@link createMemoryReplayStore}. */
export interface MemoryReplayStoreInit {
  /** Values held at once; default 100,000, some 20 MB: 500 requests a second for three minutes. */
  readonly maxEntries?: number;
}

/** A replay store of one process. When it is full of live values it refuses new ones, rather than forget one early. */
export function createMemoryReplayStore(
  components: { readonly clock?: Pick<Clock, 'monotonic'> } = {},
  init: MemoryReplayStoreInit = {},
): ReplayStore {
  const { clock = systemClock } = components;
  const maxEntries = init.maxEntries ?? 100_000;
  const expiry = new Map<string, number>();
  const purge = (now: number): void => {
    // In order of arrival, and nearly all with one lifetime: the expired ones are in front.
    for (const [value, at] of expiry) {
      if (at > now) break;
      expiry.delete(value);
    }
  };
  return {
    remember(value, ttlMs) {
      const now = clock.monotonic();
      purge(now);
      const at = expiry.get(value);
      if (at !== undefined && at > now) return Promise.resolve(false);
      if (expiry.size >= maxEntries) {
        return Promise.reject(new BanyanError('rate_limited', undefined, { retryAfterMs: 1_000 }));
      }
      expiry.delete(value);
      expiry.set(value, now + ttlMs);
      return Promise.resolve(true);
    },
  };
}

/** The part of a store that a replay store needs: create if absent, with expiry. */
export interface ReplayBackend {
  put(
    key: string,
    value: unknown,
    options: { readonly expect: null; readonly ttlMs: number; readonly durable: false },
  ): Promise<unknown>;
}

/** Options of {@link createStoreReplayStore}. */
export interface StoreReplayStoreInit {
  /** Default `replay/`. */
  readonly prefix?: string;
  /**
   * Decides alone while the store is away, and remembers what this process saw in any case. For services whose every
   * change needs the store anyway: what can be replayed at another replica meanwhile is a question, and never a change.
   * Default: with the store away nothing is accepted.
   */
  readonly meanwhile?: ReplayStore;
}

/** A replay store over a store that several replicas share. */
export function createStoreReplayStore(store: ReplayBackend, init: StoreReplayStoreInit = {}): ReplayStore {
  const { prefix = 'replay/', meanwhile } = init;
  return {
    async remember(value, ttlMs) {
      if (meanwhile !== undefined && !(await meanwhile.remember(value, ttlMs))) return false;
      try {
        await store.put(`${prefix}${value}`, 1, { expect: null, ttlMs, durable: false });
        return true;
      } catch (error) {
        if (isBanyanError(error) && error.code === 'conflict') return false;
        if (meanwhile !== undefined && isBanyanError(error) && error.code === 'store_unavailable')
          return true;
        throw error;
      }
    },
  };
}
