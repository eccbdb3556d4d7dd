/**
 * Texts, each kept once: an entry is found by its text and known by its address from then on. Entries have a slab of their
 * own, so that their addresses are small.
 *
 * ```
 *   entry: word 0 | word 1 | length | UTF-8 text      what the two words mean is up to the table's owner
 * ```
 */
import { MAX_PIECE_WORDS, Slab } from './slab.ts';
import { hashByte, hashEnd, hasTag, MAX_VALUE, nextSlot, SlotIndex, tagOf } from './slot-index.ts';

/** Bytes before an entry's length. */
const HEAD_BYTES = 8;
const PAGE_SHIFT = 18;
const PAGE_MASK = (1 << PAGE_SHIFT) - 1;

/** Where a text stands. */
export interface TextPlace {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly length: number;
}

export class StringTable {
  /** Where a text's hash begins: feed each byte with `hashByte`, then `hashEnd`. */
  readonly seed: number;
  /** Whether the last {@link intern} made its entry. */
  isNew = false;
  readonly #slab = new Slab();
  readonly #index: SlotIndex;
  /** By the low bits of the hash: the hash and the entry of a text that was looked for lately. */
  readonly #near: Uint32Array;
  readonly #place = { bytes: new Uint8Array(0) as Uint8Array, from: 0, length: 0 };

  /**
   * @param seed - secret, so that nobody can choose texts that collide
   * @param near - places for texts that are found fast, a power of two: where few make up most of what is looked for,
   *   so many of them stay in the processor's cache
   */
  constructor(seed: number, near = 1) {
    this.seed = seed | 0;
    this.#near = new Uint32Array(2 * near);
    this.#index = new SlotIndex((entry) => this.#hashOf(entry));
  }

  get size(): number {
    return this.#index.size;
  }

  get bytes(): number {
    return this.#index.bytes + this.#slab.bytes + this.#near.byteLength;
  }

  /** The words of entry `e`: of `wordPages[e >>> 18]` those at `e & 0x3ffff` and behind it. */
  get wordPages(): readonly Uint32Array[] {
    return this.#slab.wordPages;
  }

  /** Whether another entry can be made. */
  get isFull(): boolean {
    return this.#slab.bytes / 4 >= MAX_VALUE - MAX_PIECE_WORDS;
  }

  hash(bytes: Uint8Array, from: number, length: number): number {
    let hash = this.seed;
    for (let i = from; i < from + length; i++) hash = hashByte(hash, bytes[i]!);
    return hashEnd(hash);
  }

  /** Address of the entry of this text; 0: there is none. */
  find(bytes: Uint8Array, from: number, length: number, hash: number): number {
    const slots = this.#index.slots(hash);
    const tag = tagOf(hash);
    for (let at = this.#index.home(hash); ; at = nextSlot(at)) {
      const slot = slots[at]!;
      if (slot === 0) return 0;
      if (hasTag(slot, tag) && this.is(slot & MAX_VALUE, bytes, from, length)) return slot & MAX_VALUE;
    }
  }

  /** Address of the entry of this text; made, with both words 0, when there is none. */
  intern(bytes: Uint8Array, from: number, length: number, hash: number): number {
    this.isNew = false;
    const near = this.#near;
    const nearAt = this.#nearFor(hash);
    if (near[nearAt] === hash && near[nearAt + 1] !== 0 && this.is(near[nearAt + 1]!, bytes, from, length))
      return near[nearAt + 1]!;
    const slots = this.#index.slots(hash);
    const tag = tagOf(hash);
    let at = this.#index.home(hash);
    for (; ; at = nextSlot(at)) {
      const slot = slots[at]!;
      if (slot === 0) break;
      if (!hasTag(slot, tag) || !this.is(slot & MAX_VALUE, bytes, from, length)) continue;
      near[nearAt] = hash;
      near[nearAt + 1] = slot & MAX_VALUE;
      return slot & MAX_VALUE;
    }
    // Half of all texts are looked for once: a new one is not put before those.
    const entry = this.#make(bytes, from, length);
    this.#index.put(hash, at, entry);
    this.isNew = true;
    return entry;
  }

  /** Forgets an entry and frees it. */
  remove(entry: number): void {
    const { length } = this.place(entry);
    const hash = this.#hashOf(entry);
    this.#index.remove(hash, entry);
    const nearAt = this.#nearFor(hash);
    if (this.#near[nearAt + 1] === entry) this.#near[nearAt + 1] = 0;
    this.#slab.free(entry, entryWords(length));
  }

  /** Where an entry's text stands. The result is one object, changed by the next call. */
  place(entry: number): TextPlace {
    const place = this.#place;
    const bytes = this.#slab.bytePages[entry >>> PAGE_SHIFT]!;
    let from = (entry & PAGE_MASK) * 4 + HEAD_BYTES;
    let length = bytes[from++]!;
    if (length >= 128) length = (length & 127) | (bytes[from++]! << 7);
    place.bytes = bytes;
    place.from = from;
    place.length = length;
    return place;
  }

  #hashOf(entry: number): number {
    const { bytes, from, length } = this.place(entry);
    return this.hash(bytes, from, length);
  }

  /** Whether an entry has this text. */
  is(entry: number, bytes: Uint8Array, from: number, length: number): boolean {
    const own = this.#slab.bytePages[entry >>> PAGE_SHIFT]!;
    let at = (entry & PAGE_MASK) * 4 + HEAD_BYTES;
    let ownLength = own[at++]!;
    if (ownLength >= 128) ownLength = (ownLength & 127) | (own[at++]! << 7);
    if (ownLength !== length) return false;
    for (let i = 0; i < length; i++) if (own[at + i] !== bytes[from + i]) return false;
    return true;
  }

  #nearFor(hash: number): number {
    return (hash << 1) & (this.#near.length - 1);
  }

  #make(bytes: Uint8Array, from: number, length: number): number {
    const entry = this.#slab.alloc(entryWords(length));
    const words = this.#slab.wordPages[entry >>> PAGE_SHIFT]!;
    const word = entry & PAGE_MASK;
    words[word] = 0;
    words[word + 1] = 0;
    const own = this.#slab.bytePages[entry >>> PAGE_SHIFT]!;
    let at = word * 4 + HEAD_BYTES;
    if (length < 128) own[at++] = length;
    else {
      own[at++] = (length & 127) | 128;
      own[at++] = length >> 7;
    }
    for (let i = 0; i < length; i++) own[at + i] = bytes[from + i]!;
    return entry;
  }
}

function entryWords(length: number): number {
  return (HEAD_BYTES + (length < 128 ? 1 : 2) + length + 3) >> 2;
}
