/**
 * The records of the leaves.
 *
 * ```
 *   shelf (the catalog of a leaf) ─▶ blocks of 64 records, each for a range of the leaf's ids
 *   record number = block << 6 | place       columns: id, document, date, visibility
 * ```
 *
 * A record's shelf is its block's, and what is asked of it for each hit (is it seen, can its leaf be reached) stands in a
 * byte of the block: to go from a shelf to its leaf would be two more places in memory. It costs nothing by record; leaves number their records upwards, so that
 * blocks fill one after another. Whoever hands out ids at random makes blocks split, no more.
 */
import type { Leaf, Shelf } from '../leaf.ts';
import { ones } from './bits.ts';

const BLOCK_SHIFT = 6;
const BLOCK_RECORDS = 1 << BLOCK_SHIFT;
const PLACE_MASK = BLOCK_RECORDS - 1;
const PAGE_SHIFT = 12;
const PAGE_RECORDS = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_RECORDS - 1;
const PAGE_BLOCKS = PAGE_RECORDS / BLOCK_RECORDS;
const RECORD_BYTES = 3 * 4 + 1;
/** A block with no more than this is emptied into the one before, if that has room. */
const SPARSE_RECORDS = 16;
/** A block never takes in another one's records beyond this, so that the next few ids do not split it again. */
const MERGED_RECORDS = 48;

/** Of a block, as bits: its records are seen, and their leaf can be reached. */
const SEEN = 1;
const REACHABLE = 2;

/** No record. */
export const NO_RECORD = -1;

interface RecordPage {
  readonly ids: Uint32Array;
  readonly documents: Uint32Array;
  readonly dates: Uint32Array;
  readonly visibilities: Uint8Array;
  /** For each block its records as bits, in two words. */
  readonly taken: Uint32Array;
  /** For each block {@link SEEN} and {@link REACHABLE}. */
  readonly states: Uint8Array;
}

export class RecordStore {
  readonly #pages: RecordPage[] = [];
  /** For each block its shelf; undefined while it is free. */
  readonly #shelves: (Shelf | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #onMove: (from: number, to: number) => void;

  /** @param onMove - a record has another number now; its columns are there already */
  constructor(onMove: (from: number, to: number) => void) {
    this.#onMove = onMove;
  }

  get bytes(): number {
    return this.#pages.length * (PAGE_RECORDS * RECORD_BYTES + 9 * PAGE_BLOCKS) + this.#shelves.length * 8;
  }

  id(record: number): number {
    return this.#pages[record >>> PAGE_SHIFT]!.ids[record & PAGE_MASK]!;
  }

  document(record: number): number {
    return this.#pages[record >>> PAGE_SHIFT]!.documents[record & PAGE_MASK]!;
  }

  setDocument(record: number, document: number): void {
    this.#pages[record >>> PAGE_SHIFT]!.documents[record & PAGE_MASK] = document;
  }

  /** Unix seconds; 0: unknown. */
  date(record: number): number {
    return this.#pages[record >>> PAGE_SHIFT]!.dates[record & PAGE_MASK]!;
  }

  visibility(record: number): number {
    return this.#pages[record >>> PAGE_SHIFT]!.visibilities[record & PAGE_MASK]!;
  }

  setSaid(record: number, date: number, visibility: number): void {
    const page = this.#pages[record >>> PAGE_SHIFT]!;
    page.dates[record & PAGE_MASK] = date;
    page.visibilities[record & PAGE_MASK] = visibility;
  }

  shelf(record: number): Shelf {
    return this.#shelves[record >>> BLOCK_SHIFT]!;
  }

  leaf(record: number): Leaf {
    return this.#shelves[record >>> BLOCK_SHIFT]!.leaf;
  }

  /** Its shelf is not gone, and its leaf not hidden. */
  isSeen(record: number): boolean {
    return (this.#state(record) & SEEN) !== 0;
  }

  /** Its leaf can be reached. */
  isReachable(record: number): boolean {
    return (this.#state(record) & REACHABLE) !== 0;
  }

  /** Tells the blocks of a shelf what its leaf is now, or that it is gone. */
  mark(shelf: Shelf): void {
    const state = stateOf(shelf);
    for (const block of shelf.blocks) this.#mark(block, state);
  }

  /** The record of this id; {@link NO_RECORD}: the shelf has none. */
  find(shelf: Shelf, id: number): number {
    if (id > shelf.highestId || shelf.records === 0) return NO_RECORD;
    return this.#findIn(shelf.blocks[blockFor(shelf, id)]!, id);
  }

  /** A new record of an id that the shelf does not have; its document, date and visibility are the caller's to set. */
  add(shelf: Shelf, id: number): number {
    let at = shelf.blocks.length === 0 ? -1 : blockFor(shelf, id);
    let block = at < 0 ? -1 : shelf.blocks[at]!;
    if (block >= 0 && this.#count(block) === BLOCK_RECORDS) {
      if (at === shelf.blocks.length - 1 && id > shelf.highestId) block = -1;
      else {
        this.#split(shelf, at);
        at = blockFor(shelf, id);
        block = shelf.blocks[at]!;
      }
    }
    if (block < 0) {
      block = this.#newBlock(shelf);
      at = shelf.blocks.length;
      shelf.blocks.push(block);
      shelf.firstIds.push(id);
    }
    if (id < shelf.firstIds[at]!) shelf.firstIds[at] = id;
    const record = this.#take(block);
    this.#pages[record >>> PAGE_SHIFT]!.ids[record & PAGE_MASK] = id;
    shelf.records++;
    if (id > shelf.highestId) shelf.highestId = id;
    return record;
  }

  remove(record: number): void {
    const block = record >>> BLOCK_SHIFT;
    const shelf = this.#shelves[block]!;
    const id = this.id(record);
    this.#release(record);
    shelf.records--;
    const count = this.#count(block);
    if (count > SPARSE_RECORDS) return;
    const at = blockFor(shelf, id);
    if (count === 0) this.#dropBlock(shelf, at);
    else if (at > 0 && count + this.#count(shelf.blocks[at - 1]!) <= MERGED_RECORDS) {
      const into = shelf.blocks[at - 1]!;
      for (const each of this.#recordsIn(block)) this.#move(each, into);
      this.#dropBlock(shelf, at);
    }
  }

  /** The records of the shelf's last block; empty when the shelf is. */
  lastRecords(shelf: Shelf): number[] {
    const block = shelf.blocks.at(-1);
    return block === undefined ? [] : this.#recordsIn(block);
  }

  /** Takes out one of {@link lastRecords}; the others keep their numbers. */
  release(record: number): void {
    const block = record >>> BLOCK_SHIFT;
    const shelf = this.#shelves[block]!;
    this.#release(record);
    shelf.records--;
    if (this.#count(block) === 0) this.#dropBlock(shelf, shelf.blocks.length - 1);
  }

  #findIn(block: number, id: number): number {
    const page = this.#pages[block >>> (PAGE_SHIFT - BLOCK_SHIFT)]!;
    const first = (block << BLOCK_SHIFT) & PAGE_MASK;
    const { ids, taken } = page;
    const word = wordOf(block);
    for (let place = 0; place < BLOCK_RECORDS; place++) {
      if (ids[first + place] !== id) continue;
      if (((taken[word + (place >> 5)]! >>> (place & 31)) & 1) === 1) return (block << BLOCK_SHIFT) | place;
    }
    return NO_RECORD;
  }

  #count(block: number): number {
    const words = this.#words(block);
    const word = wordOf(block);
    return ones(words[word]!) + ones(words[word + 1]!);
  }

  #recordsIn(block: number): number[] {
    const words = this.#words(block);
    const word = wordOf(block);
    const found: number[] = [];
    for (let place = 0; place < BLOCK_RECORDS; place++)
      if (((words[word + (place >> 5)]! >>> (place & 31)) & 1) === 1)
        found.push((block << BLOCK_SHIFT) | place);
    return found;
  }

  #state(record: number): number {
    return this.#pages[record >>> PAGE_SHIFT]!.states[(record & PAGE_MASK) >>> BLOCK_SHIFT]!;
  }

  #mark(block: number, state: number): void {
    this.#pages[block >>> (PAGE_SHIFT - BLOCK_SHIFT)]!.states[block & (PAGE_BLOCKS - 1)] = state;
  }

  #words(block: number): Uint32Array {
    return this.#pages[block >>> (PAGE_SHIFT - BLOCK_SHIFT)]!.taken;
  }

  /** A free place of a block that has one. */
  #take(block: number): number {
    const words = this.#words(block);
    let word = wordOf(block);
    let place = 31 - Math.clz32(~words[word]! & -~words[word]!);
    if (place < 0) {
      word++;
      place = 31 - Math.clz32(~words[word]! & -~words[word]!);
    }
    words[word] = words[word]! | (1 << place);
    return (block << BLOCK_SHIFT) | (((word & 1) << 5) | place);
  }

  #release(record: number): void {
    const words = this.#words(record >>> BLOCK_SHIFT);
    const place = record & PLACE_MASK;
    const word = wordOf(record >>> BLOCK_SHIFT) + (place >> 5);
    words[word] = words[word]! & ~(1 << (place & 31));
  }

  #newBlock(shelf: Shelf): number {
    let block = this.#free.pop();
    if (block === undefined) {
      block = this.#shelves.length;
      this.#shelves.push(undefined);
      if (block >>> (PAGE_SHIFT - BLOCK_SHIFT) >= this.#pages.length) this.#pages.push(newPage());
    }
    this.#shelves[block] = shelf;
    this.#mark(block, stateOf(shelf));
    return block;
  }

  #dropBlock(shelf: Shelf, at: number): void {
    const block = shelf.blocks[at]!;
    shelf.blocks.splice(at, 1);
    shelf.firstIds.splice(at, 1);
    this.#shelves[block] = undefined;
    this.#free.push(block);
  }

  /** The upper half of a full block's ids goes to a new one behind it. */
  #split(shelf: Shelf, at: number): void {
    const block = shelf.blocks[at]!;
    const records = this.#recordsIn(block).sort((a, b) => this.id(a) - this.id(b));
    const upper = records.slice(BLOCK_RECORDS / 2);
    const into = this.#newBlock(shelf);
    shelf.blocks.splice(at + 1, 0, into);
    shelf.firstIds.splice(at + 1, 0, this.id(upper[0]!));
    for (const record of upper) this.#move(record, into);
  }

  #move(record: number, block: number): void {
    const to = this.#take(block);
    const from = this.#pages[record >>> PAGE_SHIFT]!;
    const page = this.#pages[to >>> PAGE_SHIFT]!;
    page.ids[to & PAGE_MASK] = from.ids[record & PAGE_MASK]!;
    page.documents[to & PAGE_MASK] = from.documents[record & PAGE_MASK]!;
    page.dates[to & PAGE_MASK] = from.dates[record & PAGE_MASK]!;
    page.visibilities[to & PAGE_MASK] = from.visibilities[record & PAGE_MASK]!;
    this.#release(record);
    this.#onMove(record, to);
  }
}

/** The block whose range of ids has the id: the last one that begins at or before it, else the first. */
function blockFor(shelf: Shelf, id: number): number {
  const { firstIds } = shelf;
  let low = 0;
  let high = firstIds.length;
  // Mostly the last one.
  if (high > 0 && firstIds[high - 1]! <= id) return high - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (firstIds[middle]! <= id) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The first of the two words of a block's bits. */
function wordOf(block: number): number {
  return 2 * (block & ((1 << (PAGE_SHIFT - BLOCK_SHIFT)) - 1));
}

function stateOf({ gone, leaf }: Shelf): number {
  return (gone || !leaf.visible ? 0 : SEEN) | (leaf.reachable ? REACHABLE : 0);
}

function newPage(): RecordPage {
  return {
    ids: new Uint32Array(PAGE_RECORDS),
    documents: new Uint32Array(PAGE_RECORDS),
    dates: new Uint32Array(PAGE_RECORDS),
    visibilities: new Uint8Array(PAGE_RECORDS),
    taken: new Uint32Array(2 * PAGE_BLOCKS),
    states: new Uint8Array(PAGE_BLOCKS),
  };
}
