import { BanyanError, isBanyanError } from '@banyan/proto';
import { retry } from '../backoff.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { INCOMPLETE_KEY } from './copy-store.ts';
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
  /**
   * An entry without what admits somebody so many times, as an old copy of it would once more; undefined: nothing is left of
   * it. The very value where there is nothing of the kind. Absent: the service keeps none.
   */
  readonly withoutOnce?: (key: string, value: unknown) => unknown;
  /** Key under which a restore says of when the backup was; absent: the service has no use for it. */
  readonly restoredKey?: string;
}

/** Options of {@link openStore}. */
export interface OpenStoreInit extends StorePlace {
  /** A Redis URL (see `createRedisStore`), or the folder of an embedded store. */
  readonly location: string;
  /** What a durable change must have reached in Redis; an embedded store always writes to its disk. */
  readonly durability?: StoreDurability | undefined;
  /** A Redis that cannot be reached yet (it starts, or fails over) is asked again for so long; default 0. */
  readonly patienceMs?: number;
  /** Also one into which a copy was begun and not ended: for whoever copies into it anew. Default false. */
  readonly allowIncomplete?: boolean;
  readonly log?: Log;
  readonly clock?: Clock;
}

const RETRY = { minMs: 200, maxMs: 2_000, attempts: Infinity } as const;

/**
 * Opens the store that a setting names: shared when it is a Redis URL, embedded when it is a folder.
 *
 * @throws BanyanError `store_incomplete` when a copy into it was not ended; what {@link createLmdbStore} and
 *   {@link createRedisStore} throw
 */
export async function openStore(init: OpenStoreInit): Promise<Store> {
  const { location, patienceMs = 0, log, clock = systemClock } = init;
  if (!isRedisUrl(location)) return whole(await createLmdbStore({ path: location, clock }), init);
  const deadline = clock.monotonic() + patienceMs;
  return retry(async () => whole(await openRedis(init, clock), init), {
    ...RETRY,
    clock,
    shouldRetry: (error) => isBanyanError(error) && error.retryable && clock.monotonic() < deadline,
    onRetry: (error, _wait, attempt) => {
      if (attempt === 1) log?.warn(`waiting: ${(error as Error).message}`);
    },
  });
}

function openRedis(
  { location, prefix, listed = [], durability, log }: OpenStoreInit,
  clock: Clock,
): Promise<Store> {
  return createRedisStore({
    url: location,
    prefix,
    listed,
    clock,
    ...(durability === undefined ? {} : { durability }),
    ...(log === undefined ? {} : { log }),
  });
}

/** Nobody works on half of a restore. */
async function whole(store: Store, { allowIncomplete = false }: OpenStoreInit): Promise<Store> {
  try {
    if (allowIncomplete || (await store.get(INCOMPLETE_KEY)) === undefined) return store;
    throw new BanyanError('store_incomplete');
  } catch (error) {
    await store.close();
    throw error;
  }
}
