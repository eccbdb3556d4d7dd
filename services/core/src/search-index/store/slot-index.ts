/**
 * Finds numbers by hash: extendible hashing over segments of slots.
 *
 * ```
 *   directory ─▶ segment of slots (open addressing)
 *   (top bits    a full one is split in two, so that growth moves one
 *    of the hash) segment's entries and no more
 * ```
 *
 * A slot has a number and, above it, five bits of its hash: what the numbers mean, and when two are equal, is the owner's,
 * and only numbers with the right bits are worth a look at what they stand for. It walks the slots from
 * `hash & SLOT_MASK` on until it finds its own or a 0.
 */

const SLOT_BITS = 11;
const SEGMENT_SLOTS = 1 << SLOT_BITS;
export const SLOT_MASK = SEGMENT_SLOTS - 1;
const MAX_FILLED = Math.floor(SEGMENT_SLOTS * 0.9);
/** 2 ** this segments, two milliards of slots. Hashes are keyed, so that nobody fills one segment on purpose. */
const MAX_DEPTH = 20;

const VALUE_BITS = 27;
/** Largest number: so many contents, or half a gibibyte of terms. */
export const MAX_VALUE = 2 ** VALUE_BITS - 1;

/** The bits of a hash that a slot has, in their place. */
export function tagOf(hash: number): number {
  return (hash << (VALUE_BITS - SLOT_BITS)) & ~MAX_VALUE;
}

/** Whether a slot has the bits of {@link tagOf}. */
export function hasTag(slot: number, tag: number): boolean {
  return (slot ^ tag) >>> VALUE_BITS === 0;
}

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

  /** Puts a number (1 to {@link MAX_VALUE}) into the slot at which the walk ended (it is 0). The number's own hash can be told by now. */
  put(hash: number, at: number, value: number): void {
    const segment = this.#segment(hash);
    segment.slots[at] = tagOf(hash) | value;
    this.#size++;
    if (++segment.filled > MAX_FILLED) this.#split(segment, hash);
  }

  /** Takes a number out; its hash can still be told. */
  remove(hash: number, value: number): void {
    const segment = this.#segment(hash);
    const { slots } = segment;
    let hole = hash & SLOT_MASK;
    while ((slots[hole]! & MAX_VALUE) !== value) hole = (hole + 1) & SLOT_MASK;
    // Those behind move up, so that no walk ends at the hole before them.
    for (let at = (hole + 1) & SLOT_MASK; slots[at] !== 0; at = (at + 1) & SLOT_MASK) {
      const wanted = this.#hashOf(slots[at]! & MAX_VALUE) & SLOT_MASK;
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
    for (const slot of segment.slots) {
      if (slot === 0) continue;
      const own = this.#hashOf(slot & MAX_VALUE);
      const half = ((own >>> (32 - depth)) & 1) === 0 ? low : high;
      let at = own & SLOT_MASK;
      while (half.slots[at] !== 0) at = (at + 1) & SLOT_MASK;
      half.slots[at] = slot;
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
