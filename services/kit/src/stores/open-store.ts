import { systemClock, type Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { createLmdbStore } from './lmdb-store.ts';
import { createRedisStore } from './redis-store.ts';
import type { Store } from './store.ts';

/** Options of {@link openStore}. */
export interface OpenStoreInit {
  /** A Redis URL (see `createRedisStore`), or the folder of an embedded store. */
  readonly location: string;
  /** In front of every key in Redis; a folder belongs to one process anyway. */
  readonly prefix: string;
  readonly log?: Log;
  readonly clock?: Clock;
}

/** Opens the store that a setting names: shared when it is a Redis URL, embedded when it is a folder. */
export async function openStore(init: OpenStoreInit): Promise<Store> {
  const { location, prefix, log, clock = systemClock } = init;
  if (/^(?:rediss?(?:\+cluster)?|unix):\/\//.test(location)) {
    return createRedisStore({ url: location, prefix, clock, ...(log === undefined ? {} : { log }) });
  }
  return createLmdbStore({ path: location, clock });
}
