/** A token bucket: so many events a minute, a burst of a sixth of them. */
export interface RateLimiter {
  /** Milliseconds to wait before the next event is allowed; 0: it is allowed and counted. */
  take(now: number): number;
}

const MINUTE_MS = 60_000;

/** @param perMinute - events allowed per minute in the long run */
export function createRateLimiter(perMinute: number, now: number): RateLimiter {
  const burst = Math.max(1, perMinute / 6);
  let tokens = burst;
  let at = now;
  return {
    take(time) {
      tokens = Math.min(burst, tokens + ((time - at) * perMinute) / MINUTE_MS);
      at = time;
      if (tokens < 1) return Math.ceil(((1 - tokens) * MINUTE_MS) / perMinute);
      tokens -= 1;
      return 0;
    },
  };
}

/** Rates of several kinds of events of one caller. Idle callers, of which there are thousands, cost one small object. */
export interface RateLimits<Kind extends string> {
  /** As {@link RateLimiter.take}, for events of this kind. */
  take(kind: Kind, now: number): number;
  perMinute(kind: Kind): number;
}

/** @param perMinute - events of each kind allowed per minute in the long run */
export function createRateLimits<Kind extends string>(
  perMinute: Readonly<Record<Kind, number>>,
): RateLimits<Kind> {
  return new LazyRateLimits(perMinute);
}

class LazyRateLimits<Kind extends string> implements RateLimits<Kind> {
  readonly #perMinute: Readonly<Record<Kind, number>>;
  /** Made at the first event: a bucket that nobody took from is full. */
  #made: Map<Kind, RateLimiter> | undefined;

  constructor(perMinute: Readonly<Record<Kind, number>>) {
    this.#perMinute = perMinute;
  }

  perMinute(kind: Kind): number {
    return this.#perMinute[kind];
  }

  take(kind: Kind, now: number): number {
    const made = (this.#made ??= new Map<Kind, RateLimiter>());
    let limiter = made.get(kind);
    if (limiter === undefined) made.set(kind, (limiter = createRateLimiter(this.#perMinute[kind], now)));
    return limiter.take(now);
  }
}
