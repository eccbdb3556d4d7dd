/** What a line gives downloaders, from how fast uploads went of late. */

/** One upload under way. */
export interface UploadFlow {
  /** Bytes per second over the last moments. */
  readonly rate: number;
  /** It went on all that time: less is not because it has just begun, or asks for nothing. */
  readonly isSteady: boolean;
}

/** Uploads that go slower than what is known halve the difference in so long; idle time does not count. */
const HALF_LIFE_MS = 5 * 60_000;
/** One look stands for no more than this. */
const MAX_STEP_MS = 2_000;

/**
 * The best of late: a faster upload counts at once, a slower one little by little, since it may be the downloader that is slow.
 * All figures are bytes per second; undefined: nothing was uploaded long enough to tell.
 */
export class UploadMeter {
  #line: number | undefined;
  #each: number | undefined;
  #lookedAt: number | undefined;

  /** All uploads together. */
  get line(): number | undefined {
    return this.#line;
  }

  /** One upload. */
  get each(): number | undefined {
    return this.#each;
  }

  /**
   * Looks at the uploads under way; to be called every second or so while there are any.
   *
   * @param isLimited - a limit of the owner may be what makes them slow: it says nothing of the line
   */
  look(flows: readonly UploadFlow[], isLimited: boolean, now: number): void {
    const elapsed = this.#lookedAt === undefined ? 0 : Math.min(MAX_STEP_MS, now - this.#lookedAt);
    this.#lookedAt = now;
    if (flows.length === 0) return;
    const isTelling = flows.every(({ isSteady }) => isSteady);
    const share = isTelling && !isLimited ? 1 - 2 ** (-elapsed / HALF_LIFE_MS) : 0;
    const all = flows.reduce((sum, { rate }) => sum + rate, 0);
    const best = Math.max(...flows.map(({ rate }) => rate));
    this.#line = followed(this.#line, all, share, isTelling);
    // Of several each has only its part of the line.
    this.#each = followed(this.#each, best, flows.length === 1 ? share : 0, isTelling);
  }
}

function followed(
  known: number | undefined,
  seen: number,
  share: number,
  isTelling: boolean,
): number | undefined {
  if (known === undefined) return isTelling && seen > 0 ? seen : undefined;
  return seen >= known ? seen : known + (seen - known) * share;
}
