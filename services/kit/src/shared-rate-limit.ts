import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import type { Clock } from './clock.ts';
import { createLeasedLimit, type LeasedLimit } from './leased-limit.ts';
import type { Store } from './stores/store.ts';

/** Makes what @fastify/rate-limit counts with, so that its limits hold over all processes that share a store. */
export function sharedRateLimitStore(store: Store, clock: Clock): FastifyRateLimitStoreCtor {
  const limits = new Map<string, LeasedLimit>();
  function limitOf(max: number, windowMs: number): LeasedLimit {
    const name = `http-${max}-${windowMs}`;
    let limit = limits.get(name);
    if (limit === undefined) {
      limit = createLeasedLimit({ store, clock }, { name, max, windowMs });
      limits.set(name, limit);
    }
    return limit;
  }
  return class SharedStore implements FastifyRateLimitStore {
    incr(...[key, callback, timeWindow, max]: Parameters<FastifyRateLimitStore['incr']>): void {
      limitOf(max, timeWindow)
        .take(key)
        .then(
          // What others have left is not known here: as good as all that this process may not count on.
          ({ taken, left, resetMs }) =>
            callback(null, { current: taken ? max - left : max + 1, ttl: resetMs }),
          (error: unknown) => callback(error as Error),
        );
    }

    child(): FastifyRateLimitStore {
      return this;
    }
  };
}
