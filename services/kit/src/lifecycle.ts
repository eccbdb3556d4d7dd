import { BanyanError, toBanyanError } from '@banyan/proto';
import { abortedError, systemClock, type Clock } from './clock.ts';
import type { Log } from './log.ts';

/** A part of a process that is started and stopped. */
export interface Startable {
  /** For messages and logs. */
  readonly name: string;
  /** Resolves when the part does its work; `signal` aborts when the process must stop meanwhile. */
  start(signal?: AbortSignal): Promise<void>;
  /** Stops taking new work and lets what is under way end; resolves when none is left. */
  drain?(signal?: AbortSignal): Promise<void>;
  /** Ends everything and frees what it held; called once, also after a `start` that failed half way. */
  stop(): Promise<void>;
}

/** Where a {@link Lifecycle} is. */
export type LifecycleState = 'idle' | 'starting' | 'running' | 'draining' | 'stopping' | 'stopped';

/** What {@link createLifecycle} needs. */
export interface LifecycleComponents {
  /** In the order of starting: a part may use those before it. */
  readonly parts: readonly Startable[];
  readonly log: Log;
  readonly clock?: Clock;
}

/** Options of {@link createLifecycle}. */
export interface LifecycleInit {
  /** A part may take this long to start; default 60 s. */
  readonly startTimeoutMs?: number;
  /** All parts together may take this long to drain; default 10 s. */
  readonly drainTimeoutMs?: number;
  /** Each part may take this long to stop; default 5 s. */
  readonly stopTimeoutMs?: number;
}

/** Starts parts in order and stops them in reverse. */
export interface Lifecycle {
  readonly state: LifecycleState;
  /**
   * Starts the parts one after the other. When one fails, those started are stopped again, in reverse.
   *
   * @throws the failing part's error; BanyanError `timeout` naming the part; `aborted` when `signal` aborted, or when it is
   *   stopped meanwhile
   */
  start(signal?: AbortSignal): Promise<void>;
  /**
   * Drains all parts at once, then stops them in reverse order. A part that fails or exceeds its time is
   * logged and left behind, the others are still stopped. Further calls share the first one's work.
   *
   * @returns whether every part stopped in time and without an error
   */
  stop(): Promise<boolean>;
}

/** Settles like `work`, or rejects when the time is over; what `work` does later is ignored. */
async function within<T>(clock: Clock, ms: number, work: Promise<T>, late: () => BanyanError): Promise<T> {
  let timer: { cancel(): void } | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = clock.setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    timer?.cancel();
  }
}

/** Makes a lifecycle over `parts`. */
export function createLifecycle(components: LifecycleComponents, init: LifecycleInit = {}): Lifecycle {
  const { parts, log, clock = systemClock } = components;
  const { startTimeoutMs = 60_000, drainTimeoutMs = 10_000, stopTimeoutMs = 5_000 } = init;
  const touched: Startable[] = [];
  /** Somebody stops what has not started yet. */
  const leaving = new AbortController();
  let state: LifecycleState = 'idle';
  let stopping: Promise<boolean> | undefined;

  async function startPart(part: Startable, signal: AbortSignal): Promise<void> {
    const late = new AbortController();
    const both = AbortSignal.any([late.signal, signal]);
    let onAbort: (() => void) | undefined;
    const gone = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(abortedError(signal));
      signal.addEventListener('abort', onAbort, { once: true });
    });
    // A part of our own may ignore the signal; the process must be able to stop all the same.
    const work = Promise.race([part.start(both), gone]);
    try {
      await within(clock, startTimeoutMs, work, () => {
        const error = new BanyanError(
          'timeout',
          `${part.name} did not start within ${startTimeoutMs / 1000} s. The log may say what it waits for.`,
        );
        late.abort(error);
        return error;
      });
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    }
  }

  async function stopAll(): Promise<boolean> {
    let clean = true;
    const failed = (part: string, what: string, error: unknown): void => {
      clean = false;
      log.error({ err: error, part }, `${part} did not ${what}`);
    };
    if (state === 'running') {
      state = 'draining';
      const over = new AbortController();
      await Promise.all(
        touched.map(async (part) => {
          if (part.drain === undefined) return;
          try {
            await within(
              clock,
              drainTimeoutMs,
              part.drain(over.signal),
              () => new BanyanError('timeout', `${part.name} had work left after ${drainTimeoutMs / 1000} s`),
            );
          } catch (error) {
            // Work that is cut off is the remote's loss, not a fault of ours: it is said, and the exit stays clean.
            log.warn({ err: error, part: part.name }, `${part.name} did not drain`);
          }
        }),
      );
      over.abort();
    }
    state = 'stopping';
    for (const part of touched.toReversed()) {
      try {
        await within(
          clock,
          stopTimeoutMs,
          part.stop(),
          () => new BanyanError('timeout', `${part.name} did not stop within ${stopTimeoutMs / 1000} s`),
        );
        log.debug({ part: part.name }, `${part.name} stopped`);
      } catch (error) {
        failed(part.name, 'stop', error);
      }
    }
    state = 'stopped';
    return clean;
  }

  const lifecycle: Lifecycle = {
    get state() {
      return state;
    },
    async start(signal) {
      if (state !== 'idle')
        throw new BanyanError('internal', `A lifecycle starts once; this one is ${state}.`);
      state = 'starting';
      const end = signal === undefined ? leaving.signal : AbortSignal.any([leaving.signal, signal]);
      try {
        for (const part of parts) {
          if (end.aborted) throw abortedError(end);
          touched.push(part);
          const from = clock.monotonic();
          await startPart(part, end);
          log.debug({ part: part.name, ms: Math.round(clock.monotonic() - from) }, `${part.name} started`);
        }
        if (leaving.signal.aborted) throw abortedError(leaving.signal);
      } catch (error) {
        await lifecycle.stop();
        throw toBanyanError(error);
      }
      state = 'running';
    },
    stop() {
      if (state === 'starting') leaving.abort();
      stopping ??= stopAll();
      return stopping;
    },
  };
  return lifecycle;
}
