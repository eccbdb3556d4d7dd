/**
 * How hard hashing drives the machine: seen by all workers in shared memory, since a thread that hashes reads no messages.
 */

/** Values of the shared number. */
const FAST = 0;
const GENTLE = 1;
const PAUSED = 2;

/** Of its time a gentle worker rests three quarters: the disk and a core stay free for who sits before them. */
const REST_PER_WORK = 3;
/** A worker that waits looks up so often, whether its file is still wanted. */
const LOOK_UP_MS = 200;

export interface Pace {
  readonly paused: boolean;
  readonly gentle: boolean;
}

/** The side of the library. */
export interface HashPace {
  /** For the workers. */
  readonly shared: SharedArrayBuffer;
  set(pace: Pace): void;
}

export function createHashPace(): HashPace {
  const shared = new SharedArrayBuffer(4);
  const value = new Int32Array(shared);
  return {
    shared,
    set({ paused, gentle }) {
      Atomics.store(value, 0, paused ? PAUSED : gentle ? GENTLE : FAST);
      Atomics.notify(value, 0);
    },
  };
}

/**
 * The side of a worker: blocks its thread as long as hashing is paused, and for a rest when it is gentle.
 *
 * @param workMs - how long the worker has just worked
 */
export function restAsTold(value: Int32Array, workMs: number, isCancelled: () => boolean): void {
  if (Atomics.load(value, 0) === GENTLE) Atomics.wait(value, 0, GENTLE, workMs * REST_PER_WORK);
  while (Atomics.load(value, 0) === PAUSED && !isCancelled()) Atomics.wait(value, 0, PAUSED, LOOK_UP_MS);
}
