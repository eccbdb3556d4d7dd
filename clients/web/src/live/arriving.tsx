import { createContext, use, useEffect, useState, type ReactNode } from 'react';

/** A face that has not come together by then is shown as far as it has. */
const PATIENCE_MS = 800;

const ArrivingContext = createContext<() => () => void>(() => () => undefined);

/**
 * Shows its children only once all of what they wait for has come (`useArrival`), so that nothing moves while it is looked at or
 * pressed. They are laid out meanwhile, unseen. What is asked for later changes nothing: give it a key for each face.
 */
export function Arriving({ children }: { children: ReactNode }) {
  const [{ wait, stop, onAll }] = useState(createArrivals);
  const [isHere, setIsHere] = useState(false);
  useEffect(() => {
    onAll(() => {
      setIsHere(true);
    });
    return stop;
  }, [onAll, stop]);
  return (
    <ArrivingContext value={wait}>
      <div className={isHere ? 'arrived' : 'arriving'}>{children}</div>
    </ArrivingContext>
  );
}

/** Tells the face around it whether what it needs has come. */
export function useArrival(hasCome: boolean): void {
  const wait = use(ArrivingContext);
  useEffect(() => (hasCome ? undefined : wait()), [wait, hasCome]);
}

function createArrivals() {
  let waiting = 0;
  let timers: ReturnType<typeof setTimeout>[] = [];
  let tell: (() => void) | undefined;
  const soon = (ms: number, isForced: boolean) => {
    timers.push(
      setTimeout(() => {
        if (isForced || waiting === 0) tell?.();
      }, ms),
    );
  };
  return {
    wait(): () => void {
      waiting++;
      return () => {
        waiting--;
        // Not at once: what has come may need more.
        if (waiting === 0) soon(0, false);
      };
    },
    onAll(told: () => void): void {
      tell = told;
      soon(0, false);
      soon(PATIENCE_MS, true);
    },
    stop(): void {
      for (const timer of timers) clearTimeout(timer);
      timers = [];
      tell = undefined;
    },
  };
}
