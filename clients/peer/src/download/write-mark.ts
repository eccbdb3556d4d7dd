/**
 * A mark between a lane and the main loop, in memory that both have: is the lane inside of a write that it does by itself?
 * A disk that answers no more holds a thread in the middle of a call, where no message reaches it.
 *
 * ```
 *   lane   0 ──enter──▶ 1 ──leave──▶ 2 ──enter──▶ 3 ────────────────────▶ leave: throws
 *   main     look          look         look        look, look, look: gives it up
 * ```
 */
import { BanyanError } from '@banyan/proto/base';
import { STUCK_LOOKS } from './constants.ts';

const GIVEN_UP = -1;
/** Turns stay positive when they have all been used. */
const TURNS = 0x7fffffff;

/** Memory for a mark. */
export function createMarkMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

/** The lane's end. */
export class WriteMark {
  readonly #cell: Int32Array;
  #turn = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#cell = new Int32Array(memory);
  }

  /** Right before a write. */
  enter(): void {
    this.#next();
  }

  /**
   * Right after it.
   *
   * @throws BanyanError `aborted` when the lane was given up meanwhile: what it writes now others may have written better
   */
  leave(): void {
    this.#next();
  }

  #next(): void {
    const before = this.#turn;
    this.#turn = (before + 1) & TURNS;
    if (Atomics.compareExchange(this.#cell, 0, before, this.#turn) !== before)
      throw new BanyanError('aborted', 'The disk did not answer; the lane was given up.');
  }
}

/** The main loop's end. */
export class WriteWatch {
  readonly #cell: Int32Array;
  #seen = 0;
  #looks = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#cell = new Int32Array(memory);
  }

  /** Whether the lane is inside of a write. */
  get isWriting(): boolean {
    return Atomics.load(this.#cell, 0) % 2 === 1;
  }

  /**
   * Looks whether the lane got on since the last look.
   *
   * @returns whether it has been inside of one write for {@link STUCK_LOOKS} looks; it is then given up, once for all
   */
  giveUpWhenStuck(): boolean {
    const turn = Atomics.load(this.#cell, 0);
    this.#looks = turn === this.#seen ? this.#looks + 1 : 0;
    this.#seen = turn;
    if (turn % 2 !== 1 || this.#looks < STUCK_LOOKS) return false;
    return Atomics.compareExchange(this.#cell, 0, turn, GIVEN_UP) === turn;
  }
}
