import { BURST_MS, CATCH_UP_SHARE, GATHER_MS, MAX_CATCH_UP_MS, MIN_GRANT_BYTES } from './constants.ts';

/** Sums of fractions are off by less. */
const ROUNDING_BYTES = 0.01;

/**
 * A token bucket: fills at a rate, holds a short burst, may be overdrawn by what arrived unasked. What overflowed while
 * somebody waited (we woke late) is kept apart and trickles back.
 */
export class Bucket {
  #rate: number;
  #tokens: number;
  #lost = 0;
  #at: number;

  /** @param rate - bytes per second */
  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#at = now;
    this.#tokens = this.burst;
  }

  get rate(): number {
    return this.#rate;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Bytes that may go at once. */
  get burst(): number {
    return Math.max(2 * MIN_GRANT_BYTES, (this.#rate * BURST_MS) / 1000);
  }

  get isFull(): boolean {
    return this.#tokens >= this.burst;
  }

  /** Bytes worth waking for, when `wanted` are wanted. */
  worth(wanted: number): number {
    return Math.min(wanted, Math.max(MIN_GRANT_BYTES, (this.#rate * GATHER_MS) / 1000));
  }

  setRate(rate: number, now: number): void {
    this.advance(now, false);
    this.#rate = rate;
    this.#lost = 0;
    // A debt of the old rate is not served at the new one: it would be seconds of silence.
    this.#tokens = Math.max(-this.burst, Math.min(this.burst, this.#tokens));
  }

  /** @param isWanted - somebody waits: what overflows was lost to them */
  advance(now: number, isWanted: boolean): void {
    const elapsed = Math.max(0, now - this.#at);
    this.#at += elapsed;
    const due = (this.#rate * elapsed) / 1000;
    const caughtUp = Math.min(this.#lost, due * CATCH_UP_SHARE);
    this.#lost -= caughtUp;
    this.#tokens += due + caughtUp;
    const over = this.#tokens - this.burst;
    if (over <= 0) return;
    this.#tokens = this.burst;
    if (isWanted) this.#lost = Math.min(this.#lost + over, (this.#rate * MAX_CATCH_UP_MS) / 1000);
  }

  take(bytes: number): void {
    this.#tokens -= bytes;
  }

  /** Whether `bytes` are there, but for what arithmetic lost on the way. */
  has(bytes: number): boolean {
    return this.#tokens > bytes - ROUNDING_BYTES;
  }

  /** Milliseconds until `bytes` are there. */
  msUntil(bytes: number): number {
    return Math.max(0, ((bytes - this.#tokens) * 1000) / this.#rate);
  }
}
