/**
 * The terms of the dictionary in the order of their UTF-8 bytes, for beginnings and for near misses.
 *
 * ```
 *   fresh terms (in no order) ──every 2,048──▶ sorted ──▶ blocks of up to 512, in order
 * ```
 *
 * New terms are put in their places many at a time, so that their neighbours are looked at once for all of them.
 * Where in a block, its marks tell to within {@link MARK_STEP} terms.
 */
import type { StringTable } from './string-table.ts';

const MAX_BLOCK = 512;
const MAX_FRESH = 2048;
/** Terms that came among the sorted ones last and are known to have: some seconds' worth where hundreds of leaves come a minute. */
const MAX_RECENT = 4 * MAX_FRESH;
/** What a map of small numbers takes by entry, slack included. */
const RECENT_BYTES = 40;
/** Bytes of a term that a key holds: what a double holds exactly. */
const KEY_BYTES = 6;
/** Terms of a full block between two of its marks. */
const MARK_STEP = 32;
const MAX_MARKS = MAX_BLOCK / MARK_STEP - 1;

export interface TermBlock {
  readonly terms: Uint32Array;
  count: number;
  /** The first bytes of the first term. */
  key: number;
  /** The first bytes of some terms and where those stand, so that few texts, all over the memory, need be compared. */
  readonly markKeys: Float64Array;
  readonly markPlaces: Uint16Array;
  marks: number;
}

export class SortedTerms {
  readonly blocks: TermBlock[] = [];
  readonly fresh = new Uint32Array(MAX_FRESH);
  freshCount = 0;
  /** Grows with every change of the blocks. */
  version = 0;
  /** Grows whenever fresh terms come among the sorted ones. */
  settled = 0;
  /** All terms that came with a later {@link settled} than this are known still. */
  recentFrom = 0;
  /** The terms that were settled last, and the {@link settled} that each came with; in that order. */
  readonly #recent = new Map<number, number>();
  readonly #dictionary: StringTable;
  readonly #keys = new Float64Array(MAX_FRESH);
  readonly #order = new Uint32Array(MAX_FRESH);

  constructor(dictionary: StringTable) {
    this.#dictionary = dictionary;
  }

  get bytes(): number {
    return (
      this.blocks.length * (MAX_BLOCK * 4 + MAX_MARKS * 10 + 64) + MAX_FRESH * 16 + MAX_RECENT * RECENT_BYTES
    );
  }

  add(term: number): void {
    this.fresh[this.freshCount++] = term;
    if (this.freshCount === MAX_FRESH) this.settle();
  }

  isFresh(term: number): boolean {
    return this.fresh.subarray(0, this.freshCount).includes(term);
  }

  /** The sorted terms that came with a later {@link settled} than `since`, which is not before {@link recentFrom}. */
  settledSince(since: number): number[] {
    const found: number[] = [];
    for (const [term, settled] of this.#recent) if (settled > since) found.push(term);
    return found;
  }

  /** Puts the fresh terms in their places. */
  settle(): void {
    const count = this.freshCount;
    if (count === 0) return;
    this.freshCount = 0;
    this.version++;
    this.settled++;
    const keys = this.#keys;
    for (let i = 0; i < count; i++) {
      keys[i] = this.#keyOf(this.fresh[i]!);
      this.#order[i] = i;
    }
    const order = this.#order
      .subarray(0, count)
      .sort((a, b) => keys[a]! - keys[b]! || this.#compare(this.fresh[a]!, this.fresh[b]!));
    let at = 0;
    for (const i of order) {
      const term = this.fresh[i]!;
      at = this.#insert(term, keys[i]!, at);
      this.#recent.set(term, this.settled);
    }
    for (const [oldest, settled] of this.#recent) {
      if (this.#recent.size <= MAX_RECENT) break;
      this.#recent.delete(oldest);
      this.recentFrom = settled;
    }
  }

  /** The place of the first term that is not before these bytes. */
  seek(bytes: Uint8Array, length: number): { block: number; at: number } {
    const key = keyOf(bytes, 0, length);
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.blocks[middle]!;
      const before =
        block.key < key || (block.key === key && this.#compareTo(block.terms[0]!, bytes, 0, length) < 0);
      if (before) low = middle + 1;
      else high = middle;
    }
    const block = Math.max(0, low - 1);
    const found = this.blocks[block];
    if (found === undefined) return { block: 0, at: 0 };
    const from = this.#placeOf(found, key, bytes, 0, length);
    return from < found.count ? { block, at: from } : { block: block + 1, at: 0 };
  }

  /** Takes terms out of a block, all of which `keep` does not want; an empty block goes. */
  filter(block: number, keep: (term: number) => boolean): void {
    const found = this.blocks[block]!;
    let kept = 0;
    for (let i = 0; i < found.count; i++) {
      const term = found.terms[i]!;
      if (keep(term)) found.terms[kept++] = term;
      else this.#recent.delete(term);
    }
    if (kept === found.count) return;
    this.version++;
    found.count = kept;
    if (kept === 0) this.blocks.splice(block, 1);
    else {
      found.key = this.#keyOf(found.terms[0]!);
      const before = this.blocks[block - 1];
      if (before !== undefined && before.count + kept <= MAX_BLOCK / 2) {
        before.terms.set(found.terms.subarray(0, kept), before.count);
        before.count += kept;
        this.blocks.splice(block, 1);
        this.#mark(before);
      } else this.#mark(found);
    }
  }

  #insert(term: number, key: number, fromBlock: number): number {
    let at = fromBlock;
    // Terms come in order: the place is in this block or in a later one.
    while (at + 1 < this.blocks.length && !this.#isBefore(term, key, this.blocks[at + 1]!))
      at = this.#leap(term, key, at + 1);
    let block = this.blocks[at];
    if (block === undefined) {
      block = newBlock(key);
      this.blocks.push(block);
    } else if (block.count === MAX_BLOCK) {
      const half = MAX_BLOCK >> 1;
      const upper = newBlock(this.#keyOf(block.terms[half]!));
      upper.terms.set(block.terms.subarray(half));
      upper.count = MAX_BLOCK - half;
      block.count = half;
      this.blocks.splice(at + 1, 0, upper);
      this.#mark(block);
      this.#mark(upper);
      if (!this.#isBefore(term, key, upper)) block = this.blocks[++at]!;
    }
    const { bytes, from, length } = this.#dictionary.place(term);
    const place = this.#placeOf(block, key, bytes, from, length);
    block.terms.copyWithin(place + 1, place, block.count);
    block.terms[place] = term;
    block.count++;
    if (place === 0) block.key = key;
    const { markPlaces, marks } = block;
    for (let i = marks - 1; i >= 0 && markPlaces[i]! >= place; i--) markPlaces[i]!++;
    return at;
  }

  /** The place in a block of the first term that is not before these bytes. */
  #placeOf(block: TermBlock, key: number, bytes: Uint8Array, from: number, length: number): number {
    const { terms, markKeys, markPlaces, marks } = block;
    let low = 0;
    let high = block.count;
    // Of equal keys the texts decide.
    let i = 0;
    while (i < marks && markKeys[i]! < key) i++;
    if (i > 0) low = markPlaces[i - 1]! + 1;
    while (i < marks && markKeys[i] === key) i++;
    if (i < marks) high = markPlaces[i]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compareTo(terms[middle]!, bytes, from, length) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Chooses the marks of a block anew. */
  #mark(block: TermBlock): void {
    const step = Math.max(1, Math.ceil(block.count / (MAX_MARKS + 1)));
    block.marks = 0;
    for (let at = step; at < block.count; at += step) {
      block.markKeys[block.marks] = this.#keyOf(block.terms[at]!);
      block.markPlaces[block.marks++] = at;
    }
  }

  /** The last block that begins at or before the term, from `from` on, which does. */
  #leap(term: number, key: number, from: number): number {
    let step = 1;
    while (from + step < this.blocks.length && !this.#isBefore(term, key, this.blocks[from + step]!)) {
      from += step;
      step *= 2;
    }
    let high = Math.min(from + step, this.blocks.length);
    while (from + 1 < high) {
      const middle = (from + high) >> 1;
      if (this.#isBefore(term, key, this.blocks[middle]!)) high = middle;
      else from = middle;
    }
    return from;
  }

  #isBefore(term: number, key: number, block: TermBlock): boolean {
    return key !== block.key ? key < block.key : this.#compare(term, block.terms[0]!) < 0;
  }

  #keyOf(term: number): number {
    const { bytes, from, length } = this.#dictionary.place(term);
    return keyOf(bytes, from, length);
  }

  #compare(a: number, b: number): number {
    const { bytes, from, length } = this.#dictionary.place(a);
    const other = this.#dictionary.place(b);
    return compareBytes(bytes, from, length, other.bytes, other.from, other.length);
  }

  #compareTo(term: number, bytes: Uint8Array, from: number, length: number): number {
    const place = this.#dictionary.place(term);
    return compareBytes(place.bytes, place.from, place.length, bytes, from, length);
  }
}

function newBlock(key: number): TermBlock {
  return {
    terms: new Uint32Array(MAX_BLOCK),
    count: 0,
    key,
    markKeys: new Float64Array(MAX_MARKS),
    markPlaces: new Uint16Array(MAX_MARKS),
    marks: 0,
  };
}

function keyOf(bytes: Uint8Array, from: number, length: number): number {
  let key = 0;
  for (let i = 0; i < KEY_BYTES; i++) key = key * 256 + (i < length ? bytes[from + i]! : 0);
  return key;
}

function compareBytes(
  a: Uint8Array,
  aFrom: number,
  aLength: number,
  b: Uint8Array,
  bFrom: number,
  bLength: number,
): number {
  const common = Math.min(aLength, bLength);
  for (let i = 0; i < common; i++) {
    const difference = a[aFrom + i]! - b[bFrom + i]!;
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}
