/** Work of which only so much goes on at once; whoever comes later waits, first come first served. */
export interface Semaphore {
  /** Those that wait for a place. */
  readonly waiting: number;
  /**
   * Does the work as soon as there is a place, at once when one is free.
   *
   * @returns what the work returns
   * @throws what the work throws; its place is free again all the same
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** @param places - how much goes on at once */
export function createSemaphore(places: number): Semaphore {
  let free = places;
  const queue: (() => void)[] = [];
  return {
    get waiting() {
      return queue.length;
    },
    async run(work) {
      if (free > 0) free -= 1;
      // The one who ends hands its place on, so `free` stays as it is.
      else await new Promise<void>((resolve) => void queue.push(resolve));
      try {
        return await work();
      } finally {
        const next = queue.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
