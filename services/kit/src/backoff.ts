import { isBanyanError } from '@banyan/proto';
import { abortedError, systemClock, type Clock } from './clock.ts';

/** Options of {@link createBackoff}. */
export interface BackoffInit {
  /** First wait, before jitter; default 250 ms. */
  readonly minMs?: number;
  /** Longest wait, before jitter; default 30 s. */
  readonly maxMs?: number;
  /** What each wait is multiplied by; default 2. */
  readonly factor?: number;
  /**
   * The share of a wait that is left to chance, 0 to 1; default 0.5, so that a wait of 4 s becomes 2 to 4 s.
   * With 1 ("full jitter") thousands that lost the same server come back evenly spread.
   */
  readonly jitter?: number;
  /** Uniform numbers in [0, 1); default `Math.random`. */
  readonly random?: () => number;
}

/** A growing wait between attempts. */
export interface Backoff {
  /** The next wait in milliseconds; grows with each call up to the maximum. */
  next(): number;
  /** Starts again from the first wait; call it when an attempt worked. */
  reset(): void;
  /** How many waits were handed out since the start or the last reset. */
  readonly attempts: number;
}

/** Makes an exponential back-off with jitter. */
export function createBackoff(init: BackoffInit = {}): Backoff {
  return new ExponentialBackoff(init);
}

class ExponentialBackoff implements Backoff {
  readonly #init: BackoffInit;
  attempts = 0;

  constructor(init: BackoffInit) {
    this.#init = init;
  }

  next(): number {
    const { minMs = 250, maxMs = 30_000, factor = 2, jitter = 0.5, random = Math.random } = this.#init;
    const base = Math.min(maxMs, minMs * factor ** this.attempts);
    this.attempts += 1;
    return base * (1 - jitter * random());
  }

  reset(): void {
    this.attempts = 0;
  }
}

/** Options of {@link retry}. */
export interface RetryInit extends BackoffInit {
  /** Ends the attempts and the waiting. */
  readonly signal?: AbortSignal;
  /** Attempts in all, the first included; default 5; `Infinity` goes on until `signal` aborts. */
  readonly attempts?: number;
  /** Whether another attempt makes sense after `error`; default: a BanyanError that is `retryable`. */
  readonly shouldRetry?: (error: unknown) => boolean;
  /** Told of each failure that is followed by another attempt. */
  readonly onRetry?: (error: unknown, waitMs: number, attempt: number) => void;
  readonly clock?: Clock;
}

/** A call, so that the compiler does not take the answer for lasting: it changes across awaits. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/**
 * Calls `fn` until it succeeds, an error is not worth a retry, or the attempts are used up; a refuser's
 * `retryAfterMs` is honoured when it is longer than the back-off's own wait.
 *
 * @throws the last error of `fn`; BanyanError `aborted` when `signal` ended the waiting
 */
export async function retry<T>(fn: (attempt: number) => Promise<T>, init: RetryInit = {}): Promise<T> {
  const { signal, attempts = 5, clock = systemClock, onRetry } = init;
  const shouldRetry = init.shouldRetry ?? ((error) => isBanyanError(error) && error.retryable);
  const backoff = createBackoff(init);
  for (let attempt = 1; ; attempt += 1) {
    if (signal !== undefined && isAborted(signal)) throw abortedError(signal);
    try {
      return await fn(attempt);
    } catch (error) {
      if (attempt >= attempts || (signal !== undefined && isAborted(signal)) || !shouldRetry(error))
        throw error;
      const asked = isBanyanError(error) ? (error.retryAfterMs ?? 0) : 0;
      const waitMs = Math.max(backoff.next(), asked);
      onRetry?.(error, waitMs, attempt);
      await clock.sleep(waitMs, signal);
    }
  }
}
