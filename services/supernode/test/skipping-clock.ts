import { abortedError, systemClock, type Clock } from '@banyan/kit';

/** The machine's clock, with jumps ahead: real sockets go on at their own pace while a day passes at once. */
export interface SkippingClock extends Clock {
  /** Time is so much later from now on; what became due meanwhile happens, in order. */
  skip(ms: number): void;
}

interface Waiting {
  readonly at: number;
  readonly fn: () => void;
  real: NodeJS.Timeout | undefined;
}

export function createSkippingClock(): SkippingClock {
  let skipped = 0;
  const waiting = new Set<Waiting>();
  const arm = (entry: Waiting): void => {
    clearTimeout(entry.real);
    entry.real = setTimeout(
      () => {
        waiting.delete(entry);
        entry.fn();
      },
      Math.max(0, entry.at - clock.monotonic()),
    ).unref();
  };
  const clock: SkippingClock = {
    now: () => systemClock.now() + skipped,
    monotonic: () => systemClock.monotonic() + skipped,
    setTimeout(fn, ms) {
      const entry: Waiting = { at: clock.monotonic() + ms, fn, real: undefined };
      waiting.add(entry);
      arm(entry);
      return {
        cancel: () => {
          waiting.delete(entry);
          clearTimeout(entry.real);
        },
      };
    },
    setInterval(fn, ms) {
      let timer = clock.setTimeout(tick, ms);
      function tick(): void {
        timer = clock.setTimeout(tick, ms);
        fn();
      }
      return { cancel: () => timer.cancel() };
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => {
          timer.cancel();
          if (signal !== undefined) reject(abortedError(signal));
        };
        const timer = clock.setTimeout(() => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        }, ms);
        if (signal?.aborted === true) onAbort();
        else signal?.addEventListener('abort', onAbort, { once: true });
      }),
    skip(ms) {
      skipped += ms;
      for (const entry of [...waiting].sort((a, b) => a.at - b.at)) arm(entry);
    },
  };
  return clock;
}
