/** A pacer with a clock: whoever would move bytes asks here, and is told when it may. */
import { createPacer, type Rates } from '@banyan/core';
import type { Clock, Timer } from '@banyan/kit';

/** One direction's limit, shared fairly among transfers. */
export interface Throttle {
  readonly isLimited: boolean;
  /** Heeded at once, by transfers under way as well. */
  setRates(rates: Rates): void;
  /**
   * Asks for up to `bytes` for a flow of a transfer; `onGrant` is called once, later or before this returns.
   *
   * @returns how to stop waiting
   */
  want(transfer: string, bytes: number, onGrant: (bytes: number) => void): () => void;
  /** `bytes` were moved without a grant (positive), or granted and not moved (negative). */
  charge(transfer: string, bytes: number): void;
  /** Ends the waiting: nobody is granted anything any more. */
  close(): void;
}

/** Makes a throttle that limits nothing yet. */
export function createThrottle(clock: Pick<Clock, 'monotonic' | 'setTimeout'>): Throttle {
  const pacer = createPacer<(bytes: number) => void>(clock.monotonic());
  let timer: Timer | undefined;
  let isReleasing = false;
  let isClosed = false;

  const release = (): void => {
    timer?.cancel();
    timer = undefined;
    // Those who are granted something ask for more at once: they have their turn when all have had theirs.
    if (isReleasing || isClosed) return;
    isReleasing = true;
    for (let at = pacer.wakeAt(); at !== undefined; at = pacer.wakeAt()) {
      const wait = at - clock.monotonic();
      if (wait > 0) {
        timer = clock.setTimeout(release, Math.ceil(wait), { keepAlive: false });
        break;
      }
      for (const { flow: onGrant, bytes } of pacer.release(clock.monotonic())) onGrant(bytes);
    }
    isReleasing = false;
  };

  return {
    get isLimited() {
      return pacer.isLimited;
    },
    setRates(rates) {
      pacer.setRates(rates, clock.monotonic());
      release();
    },
    want(transfer, bytes, onGrant) {
      const flow = (granted: number): void => onGrant(granted);
      pacer.want(flow, transfer, bytes, clock.monotonic());
      release();
      return () => pacer.cancel(flow);
    },
    charge: (transfer, bytes) => pacer.charge(transfer, bytes, clock.monotonic()),
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}
