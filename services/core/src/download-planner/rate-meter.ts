/** Time constant of the average: the last seconds count, one burst does not. */
const TIME_CONSTANT_MS = 2_000;
/** Shortest span that makes a sample: below, the size of one read decides. */
const SAMPLE_MS = 200;
/** Shortest span that makes a sample when no more bytes are coming. */
const LAST_SAMPLE_MS = 50;

/**
 * Bytes per second of one source, measured only while something is asked of it (an idle source is not slow).
 * The average is over time, and a plain mean at first, so that a wrong first sample is soon forgotten.
 */
export class RateMeter {
  #rate: number | undefined;
  #samples = 0;
  #askedAt: number | undefined;
  #windowAt: number | undefined;
  #windowBytes = 0;
  #spellBytes = 0;

  /** Bytes per second; `undefined` before the first bytes. */
  get rate(): number | undefined {
    return this.#rate;
  }

  /** Whether the rate was measured over a span that means something. */
  get isProven(): boolean {
    return this.#samples > 0;
  }

  /** Something is asked of a source that was idle. */
  start(now: number): void {
    this.#askedAt = now;
    this.#windowAt = undefined;
    this.#windowBytes = 0;
    this.#spellBytes = 0;
  }

  add(bytes: number, now: number): void {
    this.#spellBytes += bytes;
    if (this.#windowAt === undefined) {
      // The first bytes of a spell came over an unknown time: they open the window and do not count in it.
      this.#windowAt = now;
      return;
    }
    this.#windowBytes += bytes;
    if (now - this.#windowAt >= SAMPLE_MS) this.#sample(now);
  }

  /** Nothing is asked of the source any longer. */
  stop(now: number): void {
    if (this.#windowAt !== undefined && this.#windowBytes > 0 && now - this.#windowAt >= LAST_SAMPLE_MS) {
      this.#sample(now);
    } else if (this.#samples === 0 && this.#askedAt !== undefined && this.#spellBytes > 0) {
      // All came at once: with its latency counted in, this is a floor; the first real sample replaces it.
      this.#rate = (this.#spellBytes * 1000) / Math.max(1, now - this.#askedAt);
    }
    this.#askedAt = undefined;
    this.#windowAt = undefined;
    this.#windowBytes = 0;
  }

  #sample(now: number): void {
    const elapsed = now - this.#windowAt!;
    const sample = (this.#windowBytes * 1000) / elapsed;
    this.#samples++;
    const weight = Math.max(
      1 - Math.exp(-elapsed / TIME_CONSTANT_MS),
      this.#samples <= 5 ? 1 / this.#samples : 0,
    );
    this.#rate = this.#rate === undefined ? sample : this.#rate + (sample - this.#rate) * weight;
    this.#windowAt = now;
    this.#windowBytes = 0;
  }
}

/** Bytes per second of the whole download, over a sliding span, idle times included. */
export class SlidingRate {
  readonly #buckets: { at: number; bytes: number }[] = [];
  readonly #spanMs: number;
  readonly #bucketMs: number;
  #since: number;

  constructor(now: number, spanMs = 5_000) {
    this.#since = now;
    this.#spanMs = spanMs;
    this.#bucketMs = spanMs / 20;
  }

  add(bytes: number, now: number): void {
    const last = this.#buckets.at(-1);
    if (last !== undefined && now - last.at < this.#bucketMs) last.bytes += bytes;
    else this.#buckets.push({ at: now, bytes });
    while (this.#buckets.length > 0 && this.#buckets[0]!.at < now - this.#spanMs) this.#buckets.shift();
  }

  /** Counting starts anew (after a pause). */
  reset(now: number): void {
    this.#buckets.length = 0;
    this.#since = now;
  }

  rate(now: number): number {
    let bytes = 0;
    for (const bucket of this.#buckets) if (bucket.at >= now - this.#spanMs) bytes += bucket.bytes;
    return (bytes * 1000) / Math.max(250, Math.min(this.#spanMs, now - this.#since));
  }
}
