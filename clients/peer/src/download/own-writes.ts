/** When a lane writes into a file by itself, instead of having another thread wait for the disk. */
import { SLOW_WRITE_MS, QUICK_WRITES, WRITE_PAUSE_MS } from './constants.ts';

/**
 * What is known of how a file takes writes. Handing each piece to another thread and hearing of its end takes longer than
 * the copy into the page cache that it is about, but nothing else of the lane waits for it. So a lane writes by itself as
 * long as the disk is seen to take all that comes: {@link QUICK_WRITES} in a row in time, none of them slow, and no pause in
 * which a disk may have gone to sleep or away.
 */
export class OwnWrites {
  /** Pieces in a row that were written in time. */
  #quick = 0;
  /** When the last one was written, ms. */
  #lastAt = -Infinity;

  /** Whether a lane may write the next piece by itself, `now` in ms. */
  mayWrite(now: number): boolean {
    if (now - this.#lastAt > WRITE_PAUSE_MS) this.#quick = 0;
    return this.#quick >= QUICK_WRITES;
  }

  /** A piece was written, by whomever. */
  note(beganAt: number, now: number): void {
    this.#quick = now - beganAt > SLOW_WRITE_MS ? 0 : this.#quick + 1;
    this.#lastAt = now;
  }

  /** A piece could not be written. */
  failed(): void {
    this.#quick = 0;
  }
}
