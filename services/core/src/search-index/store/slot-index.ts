/**
 * Finds numbers by hash: extendible hashing over segments of slots.
 *
 * ```
 *   directory ─▶ segment of slots (open addressing)     segments lie in pages of eight, so that a look-up
 *   (top bits    a full one is split in two, so that    reads a number of the directory and a slot, and no
 *    of the hash) growth moves one segment's entries    objects in between
 *                 and no more
 * ```
 *
 * A slot has a number and, above it, five bits of its hash: what the numbers mean, and when two are equal, is the owner's,
 * and only numbers with the right bits are worth a look at what they stand for. It walks the slots from
 * {@link SlotIndex.home} on, each time to the {@link nextSlot}, until it finds its own or a 0.
 */

const SLOT_BITS = 11;
const SEGMENT_SLOTS = 1 << SLOT_BITS;
const SLOT_MASK = SEGMENT_SLOTS - 1;
/** Segments of a page, as a shift: pages are few, and one that is begun is not much. */
const PAGE_SEGMENTS_SHIFT = 3;
const PAGE_SLOTS = SEGMENT_SLOTS << PAGE_SEGMENTS_SHIFT;
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

/** The slot that a walk comes to after this one: behind the last of a segment, the segment's first. */
export function nextSlot(at: number): number {
  return (at & ~SLOT_MASK) | ((at + 1) & SLOT_MASK);
}

export class SlotIndex {
  readonly #hashOf: (value: number) => number;
  /** Numbers of segments. */
  #directory = new Uint32Array(1);
  #depth = 0;
  readonly #pages: Uint32Array[] = [new Uint32Array(PAGE_SLOTS)];
  /** For each segment: slots that are taken, and top bits of the hash that its numbers share. */
  readonly #filled = [0];
  readonly #depths = [0];
  #size = 0;
  readonly #splitting = new Uint32Array(SEGMENT_SLOTS);

  /** @param hashOf - the hash of a number that is in the index (unsigned 32 bits) */
  constructor(hashOf: (value: number) => number) {
    this.#hashOf = hashOf;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#pages.length * PAGE_SLOTS * 4 + this.#filled.length * 16 + this.#directory.byteLength;
  }

  /** The page in which numbers of this hash are. */
  slots(hash: number): Uint32Array {
    return this.#pages[this.#segment(hash) >>> PAGE_SEGMENTS_SHIFT]!;
  }

  /** The slot of that page at which the walk begins. */
  home(hash: number): number {
    return firstSlot(this.#segment(hash)) | (hash & SLOT_MASK);
  }

  /** Puts a number (1 to {@link MAX_VALUE}) into the slot at which the walk ended (it is 0). The number's own hash can be told by now. */
  put(hash: number, at: number, value: number): void {
    const segment = this.#segment(hash);
    this.#pages[segment >>> PAGE_SEGMENTS_SHIFT]![at] = tagOf(hash) | value;
    this.#size++;
    if (++this.#filled[segment]! > MAX_FILLED) this.#split(segment, hash);
  }

  /** Takes a number out; its hash can still be told. */
  remove(hash: number, value: number): void {
    const slots = this.slots(hash);
    let hole = this.home(hash);
    while ((slots[hole]! & MAX_VALUE) !== value) hole = nextSlot(hole);
    // Those behind move up, so that no walk ends at the hole before them.
    for (let at = nextSlot(hole); slots[at] !== 0; at = nextSlot(at)) {
      const wanted = this.#hashOf(slots[at]! & MAX_VALUE);
      if (((at - wanted) & SLOT_MASK) >= ((at - hole) & SLOT_MASK)) {
        slots[hole] = slots[at]!;
        hole = at;
      }
    }
    slots[hole] = 0;
    this.#filled[this.#segment(hash)]!--;
    this.#size--;
  }

  #segment(hash: number): number {
    return this.#directory[this.#depth === 0 ? 0 : hash >>> (32 - this.#depth)]!;
  }

  #split(segment: number, hash: number): void {
    const depth = this.#depths[segment]! + 1;
    if (depth > MAX_DEPTH) {
      if (this.#filled[segment]! < SEGMENT_SLOTS - 1) return;
      throw new RangeError('A segment of the index is full.');
    }
    if (depth > this.#depth) {
      const larger = new Uint32Array(2 * this.#directory.length);
      for (let i = 0; i < larger.length; i++) larger[i] = this.#directory[i >> 1]!;
      this.#directory = larger;
      this.#depth++;
    }
    const upper = this.#filled.length;
    if (upper >>> PAGE_SEGMENTS_SHIFT === this.#pages.length) this.#pages.push(new Uint32Array(PAGE_SLOTS));
    this.#filled[segment] = 0;
    this.#filled.push(0);
    this.#depths[segment] = depth;
    this.#depths.push(depth);
    const half = 1 << (this.#depth - depth);
    const first = (((hash >>> (32 - depth)) | 1) << (this.#depth - depth)) >>> 0;
    this.#directory.fill(upper, first, first + half);

    const slots = this.#pages[segment >>> PAGE_SEGMENTS_SHIFT]!;
    const from = firstSlot(segment);
    this.#splitting.set(slots.subarray(from, from + SEGMENT_SLOTS));
    slots.fill(0, from, from + SEGMENT_SLOTS);
    for (const slot of this.#splitting) if (slot !== 0) this.#putBack(slot);
  }

  #putBack(slot: number): void {
    const hash = this.#hashOf(slot & MAX_VALUE);
    const segment = this.#segment(hash);
    const slots = this.#pages[segment >>> PAGE_SEGMENTS_SHIFT]!;
    let at = firstSlot(segment) | (hash & SLOT_MASK);
    while (slots[at] !== 0) at = nextSlot(at);
    slots[at] = slot;
    this.#filled[segment]!++;
  }
}

/** The first slot of a segment, in its page. */
function firstSlot(segment: number): number {
  return (segment << SLOT_BITS) & (PAGE_SLOTS - 1);
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
