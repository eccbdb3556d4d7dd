/**
 * Tells what comes again from what comes once: of a long tail of queries most are never asked a second time, and keeping
 * their answers would be work for the garbage collector alone. (TinyLFU's doorkeeper, with the keys themselves.)
 */
import type { Clock } from '@banyan/kit';

export interface Doorkeeper {
  /** Whether the key came before, within one to two windows; it is known from now on. */
  isKnown(key: string): boolean;
}

export interface DoorkeeperInit {
  readonly windowMs: number;
  /** Of a window; a fuller one ends early. */
  readonly maxKeys: number;
}

export function createDoorkeeper(
  clock: Pick<Clock, 'monotonic'>,
  { windowMs, maxKeys }: DoorkeeperInit,
): Doorkeeper {
  let before = new Set<string>();
  let now = new Set<string>();
  let until = clock.monotonic() + windowMs;

  return {
    isKnown(key) {
      const at = clock.monotonic();
      if (at >= until || now.size >= maxKeys) {
        before = at >= until + windowMs ? new Set() : now;
        now = new Set();
        until = at + windowMs;
      }
      const isKnown = now.has(key) || before.has(key);
      now.add(key);
      return isKnown;
    },
  };
}
