import { BanyanError, isBanyanError } from '@banyan/proto';
import type { Clock, LeasedLimit, Log, Store } from '@banyan/kit';
import { update } from './compare-and-set.ts';
import { digestOf } from './digests.ts';
import { KEY, type AttemptsRecord } from './records.ts';

/** So many in so much time; windows begin with the first attempt. */
export interface AttemptLimit {
  readonly max: number;
  readonly windowMs: number;
}

/** Counts attempts per bucket in the store, so that the limits hold over restarts and replicas. */
export interface Attempts {
  /**
   * Counts one attempt before it is made, so that attempts in parallel count too.
   *
   * @throws BanyanError `rate_limited` with `retryAfterMs` when the window is full
   */
  spend(bucket: string, limit: AttemptLimit): Promise<void>;
  /** Takes one attempt back: it was no guess after all. */
  refund(bucket: string): Promise<void>;
}

/** What people are told. */
function refusal(retryAfterMs: number): BanyanError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return new BanyanError('rate_limited', `Too many attempts. Wait ${seconds} s, then try again.`, {
    retryAfterMs: seconds * 1000,
  });
}

/** Makes counters over a store. */
export function createAttempts(components: { readonly store: Store; readonly clock: Clock }): Attempts {
  const { store, clock } = components;
  // Buckets hold names and addresses that strangers chose: only their digest becomes a key.
  const keyOf = (bucket: string): string => KEY.attempts(digestOf(bucket));

  return {
    async spend(bucket, { max, windowMs }) {
      try {
        await update<AttemptsRecord>(
          store,
          keyOf(bucket),
          (now) => {
            if (now === undefined || now.resetAt <= clock.now())
              return { count: 1, resetAt: clock.now() + windowMs };
            if (now.count >= max) throw refusal(now.resetAt - clock.now());
            return { ...now, count: now.count + 1 };
          },
          // The time to live is renewed with each attempt, `resetAt` is not: it is what counts.
          { ttlMs: windowMs, durable: false },
        );
      } catch (error) {
        // So many at once on one counter are a flood, not an accident.
        if (isBanyanError(error) && error.code === 'conflict') throw refusal(1000);
        throw error;
      }
    },
    async refund(bucket) {
      await update<AttemptsRecord>(
        store,
        keyOf(bucket),
        (now) => (now === undefined || now.count === 0 ? undefined : { ...now, count: now.count - 1 }),
        { ttlMs: 24 * 3600 * 1000, durable: false },
      );
    },
  };
}

/** Counts failures per key for calls too frequent to be written down each time. */
export interface Failures {
  /** @throws BanyanError `rate_limited` with `retryAfterMs` when `key` failed too often */
  refuse(key: string): void;
  add(key: string): void;
}

/** Keys refused at once; the oldest is forgotten first, so a flood of addresses costs no memory. */
const MAX_FAILING_KEYS = 10_000;

/** Makes a counter of failures over a limit that all replicas share. */
export function createFailures(components: {
  readonly clock: Clock;
  readonly log: Log;
  readonly limit: LeasedLimit;
}): Failures {
  const { clock, log, limit } = components;
  const until = new Map<string, number>();
  return {
    refuse(key) {
      const end = until.get(key);
      if (end === undefined) return;
      if (end <= clock.now()) until.delete(key);
      else throw refusal(end - clock.now());
    },
    add(key) {
      // Nobody waits for the count: the one who failed has been refused already.
      limit
        .take(key)
        .then(({ isOver, resetMs }) => {
          if (!isOver) return;
          until.delete(key);
          until.set(key, clock.now() + resetMs);
          const oldest = until.size > MAX_FAILING_KEYS ? until.keys().next().value : undefined;
          if (oldest !== undefined) until.delete(oldest);
        })
        .catch((err: unknown) => log.warn({ err }, 'a failure could not be counted'));
    },
  };
}
