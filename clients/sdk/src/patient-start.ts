/** Starting while what one needs may still be starting too, as all of a network does at once. */
import { toBanyanError } from '@banyan/proto';
import { retry, type Clock, type Log } from '@banyan/kit';

export interface PatientStartInit {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Default 30 s. */
  readonly waitMs?: number;
}

const DEFAULT_WAIT_MS = 30_000;
const RETRY = { minMs: 200, maxMs: 2_000 } as const;

/**
 * Calls `start` until it succeeds. Only what passes by itself is waited for: a service that is away, answers 503 or is
 * slow. A wrong address, key or name is said at once, and so is a fault of our own.
 *
 * @throws BanyanError the last failure, when it does not pass or the time is over
 */
export async function startPatiently(start: () => Promise<void>, init: PatientStartInit): Promise<void> {
  const { clock, log, random, signal, waitMs = DEFAULT_WAIT_MS } = init;
  const deadline = clock.monotonic() + waitMs;
  await retry(start, {
    ...RETRY,
    clock,
    random,
    attempts: Infinity,
    ...(signal === undefined ? {} : { signal }),
    shouldRetry: (error) => {
      const { retryable, code } = toBanyanError(error);
      return retryable && code !== 'internal' && clock.monotonic() < deadline;
    },
    onRetry: (error, _wait, attempt) => {
      const { code, message } = toBanyanError(error);
      if (attempt === 1) log.warn({ code }, `waiting: ${message}`);
    },
  });
}
