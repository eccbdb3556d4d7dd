import { setImmediate as nextTurn } from 'node:timers/promises';
import { BanyanError } from '@banyan/proto';

/** A wait that has been arranged and can be called off. */
export interface Timer {
  /** Calls the wait off; harmless when it is over or was called off before. */
  cancel(): void;
}

/** Options of {@link Clock.setTimeout} and {@link Clock.setInterval}. */
export interface TimerOptions {
  /** Whether this timer alone keeps the process running; default true. */
  readonly keepAlive?: boolean;
}

/** The one source of time; whatever waits or compares times takes it as a dependency. */
export interface Clock {
  /** Wall time in Unix milliseconds; may jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. For durations and rates. */
  monotonic(): number;
  /** Calls `fn` once after `ms` milliseconds, also when that is longer than 24.8 days. */
  setTimeout(fn: () => void, ms: number, options?: TimerOptions): Timer;
  /** Calls `fn` every `ms` milliseconds until cancelled. */
  setInterval(fn: () => void, ms: number, options?: TimerOptions): Timer;
  /**
   * Resolves after `ms` milliseconds.
   *
   * @throws BanyanError `aborted` as soon as `signal` aborts, with its reason as cause
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node fires a timer at once when its delay does not fit 31 bits. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The error that an aborted wait rejects with. */
export function abortedError(signal: AbortSignal): BanyanError {
  return new BanyanError('aborted', undefined, { cause: signal.reason });
}

/** {@link Clock.sleep} of a clock, by its timers. */
export function sleepOn(clock: Pick<Clock, 'setTimeout'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(abortedError(signal));
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      if (signal !== undefined) reject(abortedError(signal));
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** A wait of the machine's own clock. Small: thousands of sessions have one each, and keep nothing of one that is over. */
class SystemTimer implements Timer {
  #fn: (() => void) | undefined;
  #handle: NodeJS.Timeout | undefined;
  readonly #keepAlive: boolean;
  /** One for all timers. */
  static readonly #fire = (timer: SystemTimer, left: number): void => {
    if (left > 0) {
      timer.#wait(left);
      return;
    }
    const fn = timer.#fn;
    timer.cancel();
    fn?.();
  };

  constructor(fn: () => void, ms: number, keepAlive: boolean) {
    this.#fn = fn;
    this.#keepAlive = keepAlive;
    this.#wait(ms);
  }

  cancel(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
    this.#fn = undefined;
  }

  #wait(ms: number): void {
    const step = Math.min(Math.max(ms, 0), MAX_TIMEOUT_MS);
    this.#handle = setTimeout(SystemTimer.#fire, step, this, ms - step);
    if (!this.#keepAlive) this.#handle.unref();
  }
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (fn, ms, options) => new SystemTimer(fn, ms, options?.keepAlive !== false),
  setInterval(fn, ms, options) {
    const handle = setInterval(fn, Math.min(ms, MAX_TIMEOUT_MS));
    if (options?.keepAlive === false) handle.unref();
    return { cancel: () => clearInterval(handle) };
  },
  sleep: (ms, signal) => sleepOn(systemClock, ms, signal),
};

/** A clock that moves only when told, for tests. */
export interface ManualClock extends Clock {
  /**
   * Moves time on by `ms`, firing due timers in order, each at its own instant; between two timers the
   * event loop turns once, so that whoever awaited the first can arrange the next.
   */
  advance(ms: number): Promise<void>;
  /** How many timers are waiting. */
  readonly pending: number;
}

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/**
 * Makes a clock that stands still until it is advanced.
 *
 * @param startMs - its first wall time, Unix milliseconds; default 2026-01-01T00:00:00Z
 */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let elapsed = 0;
  let order = 0;
  const waiting = new Set<Waiting>();

  const clock: ManualClock = {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    setTimeout(fn, ms) {
      const entry: Waiting = { at: elapsed + Math.max(ms, 0), order: order++, fn };
      waiting.add(entry);
      return { cancel: () => void waiting.delete(entry) };
    },
    setInterval(fn, ms) {
      const period = Math.max(ms, 1);
      let timer = clock.setTimeout(tick, period);
      function tick(): void {
        timer = clock.setTimeout(tick, period);
        fn();
      }
      return { cancel: () => timer.cancel() };
    },
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
    async advance(ms) {
      const end = elapsed + ms;
      await nextTurn();
      for (;;) {
        let due: Waiting | undefined;
        for (const entry of waiting) {
          if (entry.at > end) continue;
          if (due === undefined || entry.at < due.at || (entry.at === due.at && entry.order < due.order))
            due = entry;
        }
        if (due === undefined) break;
        waiting.delete(due);
        elapsed = Math.max(elapsed, due.at);
        due.fn();
        await nextTurn();
      }
      elapsed = end;
    },
    get pending() {
      return waiting.size;
    },
  };
  return clock;
}
