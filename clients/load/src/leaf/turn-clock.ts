import { sleepOn, systemClock, type Clock } from '@banyan/kit';

/** What is due at once may take so long of a turn of the event loop: from 100 ms on the tester is late, and others have more to do. */
export const TURN_MS = 10;

/**
 * The machine's clock, but for that of timers which are due together those that do not fit into {@link TURN_MS} fire in later
 * turns of the event loop, in the order in which they were due.
 *
 * Leaves whose supernode died publish to their second homes at one time. Each takes a millisecond for it, real ones on as many
 * machines; here a hundred of them would keep all the others waiting.
 */
export function createTurnClock(): Clock {
  const due: (() => void)[] = [];
  let isBusy = false;

  const turn = (): void => {
    const until = systemClock.monotonic() + TURN_MS;
    do due.shift()?.();
    while (due.length > 0 && systemClock.monotonic() < until);
    isBusy = due.length > 0;
    if (isBusy) setImmediate(turn);
  };
  const take = (fn: () => void): void => {
    due.push(fn);
    if (isBusy) return;
    isBusy = true;
    setImmediate(turn);
  };

  const clock: Clock = {
    ...systemClock,
    setTimeout(fn, ms, options) {
      let isCancelled = false;
      const fire = (): void => {
        if (!isCancelled) fn();
      };
      const timer = systemClock.setTimeout(() => take(fire), ms, options);
      return {
        cancel() {
          isCancelled = true;
          timer.cancel();
        },
      };
    },
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
  };
  return clock;
}
