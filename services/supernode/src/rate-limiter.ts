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
