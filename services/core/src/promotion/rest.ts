/** A cap that is kept by resting: what was used beyond it is waited for. */

/** What may be used at once after a quiet time, as milliseconds of the rate: answering one question is no excess. */
const SAVED_MS = 1_000;
/** One rest at most: those at the other end take a longer silence for a loss. What is owed beyond is rested for later. */
const MAX_REST_MS = 1_000;

export interface Rest {
  /**
   * How long to stand still now.
   *
   * @param now - monotonic ms
   * @param used - of what is capped, since the beginning; in the unit of the rate
   * @returns ms, 0 to 1,000
   */
  due(now: number, used: number): number;
}

/**
 * Makes the law of one cap; a rest that was taken counts as time.
 *
 * @param perMs - what may be used in a millisecond, above 0
 */
export function createRest(perMs: number, now: number, used: number): Rest {
  let at = now;
  let before = used;
  /** Owed when above zero, saved when below; ms of the rate. */
  let debtMs = 0;
  return {
    due(now, used) {
      debtMs = Math.max(debtMs + (used - before) / perMs - (now - at), -SAVED_MS);
      at = now;
      before = used;
      return Math.min(Math.max(debtMs, 0), MAX_REST_MS);
    },
  };
}
