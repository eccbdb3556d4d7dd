import { isBanyanError } from '@banyan/proto';
import { retry } from '../backoff.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { createLmdbStore } from './lmdb-store.ts';
import { isRedisUrl } from './redis-client.ts';
import type { StoreDurability } from './redis-durability.ts';
import { createRedisStore } from './redis-store.ts';
import type { Store } from './store.ts';

/** What is one service's own in a store that it may share with others. */
export interface StorePlace {
  /** In front of every key in Redis; a folder belongs to one process anyway. */
  readonly prefix: string;
  /** Beginnings of keys that are listed while people wait; see `createRedisStore`. */
  readonly listed?: readonly string[];
}

/** Options of {@link openStore}. */
export interface OpenStoreInit extends StorePlace {
  /** A Redis URL (see `createRedisStore`), or the folder of an embedded store. */
  readonly location: string;
  /** What a durable change must have reached in Redis; an embedded store always writes to its disk. */
  readonly durability?: StoreDurability | undefined;
  /** A Redis that cannot be reached yet (it starts, or fails over) is asked again for so long; default 0. */
  readonly patienceMs?: number;
  readonly log?: Log;
  readonly clock?: Clock;
}

const RETRY = { minMs: 200, maxMs: 2_000, attempts: Infinity } as const;

/** Opens the store that a setting names: shared when it is a Redis URL, embedded when it is a folder. */
export async function openStore(init: OpenStoreInit): Promise<Store> {
  const { location, prefix, listed = [], durability, patienceMs = 0, log, clock = systemClock } = init;
  if (isRedisUrl(location)) {
    const deadline = clock.monotonic() + patienceMs;
    const open = (): Promise<Store> =>
      createRedisStore({
        url: location,
        prefix,
        listed,
        clock,
        ...(durability === undefined ? {} : { durability }),
        ...(log === undefined ? {} : { log }),
      });
    return retry(open, {
      ...RETRY,
      clock,
      shouldRetry: (error) => isBanyanError(error) && error.retryable && clock.monotonic() < deadline,
      onRetry: (error, _wait, attempt) => {
        if (attempt === 1) log?.warn(`waiting: ${(error as Error).message}`);
      },
    });
  }
  return createLmdbStore({ path: location, clock });
}
