/**
 * Finds numbers by hash: extendible hashing over segments of slots.
 *
 * ```
 *   directory ─▶ segment of slots (open addressing)
 *   (top bits    a full one is split in two, so that growth moves one
 *    of the hash) segment's entries and no more
 * ```
 *
 * What the numbers mean, and when two are equal, is the owner's: it walks the slots from `hash & SLOT_MASK` on
 * until it finds its own or a 0.
 */

const SEGMENT_SLOTS = 2048;
export const SLOT_MASK = SEGMENT_SLOTS - 1;
const MAX_FILLED = Math.floor(SEGMENT_SLOTS * 0.85);
/** 2 ** this segments, two milliards of slots. Hashes are keyed, so that nobody fills one segment on purpose. */
const MAX_DEPTH = 20;

interface Segment {
  readonly slots: Uint32Array;
  filled: number;
  depth: number;
}

export class SlotIndex {
  readonly #hashOf: (value: number) => number;
  #directory: Segment[] = [newSegment(0)];
  #depth = 0;
  #segments = 1;
  #size = 0;

  /** @param hashOf - the hash of a number that is in the index (unsigned 32 bits) */
  constructor(hashOf: (value: number) => number) {
    this.#hashOf = hashOf;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#segments * SEGMENT_SLOTS * 4 + this.#directory.length * 8;
  }

  /** The slots in which numbers of this hash are. */
  slots(hash: number): Uint32Array {
    return this.#segment(hash).slots;
  }

  /** Puts a number into the slot at which the walk ended (it is 0). The number's own hash can be told by now. */
  put(hash: number, at: number, value: number): void {
    const segment = this.#segment(hash);
    segment.slots[at] = value;
    this.#size++;
    if (++segment.filled > MAX_FILLED) this.#split(segment, hash);
  }

  /** Takes a number out; its hash can still be told. */
  remove(hash: number, value: number): void {
    const segment = this.#segment(hash);
    const { slots } = segment;
    let hole = hash & SLOT_MASK;
    while (slots[hole] !== value) hole = (hole + 1) & SLOT_MASK;
    // Those behind move up, so that no walk ends at the hole before them.
    for (let at = (hole + 1) & SLOT_MASK; slots[at] !== 0; at = (at + 1) & SLOT_MASK) {
      const wanted = this.#hashOf(slots[at]!) & SLOT_MASK;
      if (((at - wanted) & SLOT_MASK) >= ((at - hole) & SLOT_MASK)) {
        slots[hole] = slots[at]!;
        hole = at;
      }
    }
    slots[hole] = 0;
    segment.filled--;
    this.#size--;
  }

  #segment(hash: number): Segment {
    return this.#directory[this.#depth === 0 ? 0 : hash >>> (32 - this.#depth)]!;
  }

  #split(segment: Segment, hash: number): void {
    if (segment.depth >= MAX_DEPTH) {
      if (segment.filled < SEGMENT_SLOTS - 1) return;
      throw new RangeError('A segment of the index is full.');
    }
    if (segment.depth === this.#depth) {
      this.#directory = this.#directory.flatMap((each) => [each, each]);
      this.#depth++;
    }
    const depth = segment.depth + 1;
    const low = newSegment(depth);
    const high = newSegment(depth);
    for (const value of segment.slots) {
      if (value === 0) continue;
      const own = this.#hashOf(value);
      const half = ((own >>> (32 - depth)) & 1) === 0 ? low : high;
      let at = own & SLOT_MASK;
      while (half.slots[at] !== 0) at = (at + 1) & SLOT_MASK;
      half.slots[at] = value;
      half.filled++;
    }
    this.#segments++;
    const span = 1 << (this.#depth - depth);
    const first = (((hash >>> (32 - depth)) & ~1) << (this.#depth - depth)) >>> 0;
    this.#directory.fill(low, first, first + span);
    this.#directory.fill(high, first + span, first + 2 * span);
  }
}

/** FNV-1a, one byte. */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** Spreads what the last bytes changed over all bits (the finisher of MurmurHash3); unsigned. */
export function hashEnd(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function newSegment(depth: number): Segment {
  return { slots: new Uint32Array(SEGMENT_SLOTS), filled: 0, depth };
}
