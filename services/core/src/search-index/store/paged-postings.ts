/**
 * Postings of terms that many documents have, cut by the pages of the documents, so that whether a document has the term,
 * and where, is known without reading what lies before (the two kinds of containers of Roaring bitmaps).
 *
 * ```
 *   list ─▶ address and head of each page ─▶ few rows:  rows, ascending │ codes, one for each row
 *                                            many rows: 4,096 bits │ ranks (bits before each 256) │ codes, one for
 *                                                       each bit that is set
 * ```
 *
 * From about one document in a hundred on this is no larger than distances are. Pages are all over memory, their heads
 * are not: what a query asks of a page is mostly one place in it.
 */
import { ones } from './bits.ts';
import { PAGE_ROWS } from './document-store.ts';
import { ALL, NOT_THERE, PLACE, type PostingBuffer } from './posting-info.ts';
import { Slab } from './slab.ts';

const SLAB_SHIFT = 18;
const SLAB_MASK = (1 << SLAB_SHIFT) - 1;
const ROW_MASK = PAGE_ROWS - 1;
const BIT_WORDS = PAGE_ROWS / 32;
/** Rows of a rank, as a shift. */
const GROUP_SHIFT = 8;
/** Two ranks a word. */
const RANK_WORDS = (PAGE_ROWS >> GROUP_SHIFT) / 2;
/** The head of a page: its rows (13 bits), its size in words, a mark for bits. 0: no row of that page has the term. */
const COUNT_MASK = 0x1fff;
const SIZE_SHIFT = 13;
const BITS = 0x8000_0000;
const CODES_BEHIND_BITS = BIT_WORDS + RANK_WORDS;
/** From so many rows on bits are smaller than a list of rows. */
const BITS_FROM = 288;
const FIRST_WORDS = 4;
const FIRST_BITS_WORDS = CODES_BEHIND_BITS + BITS_FROM / 4 + 8;
/** Of a list beside its arrays' contents. */
const LIST_BYTES = 256;
/** Pages that a new list has room for. */
const FIRST_PAGES = 16;

/**
 * What is said of a term in a document (`place << 7 | fields`) in a byte: below 128 the fields, of a term that stands
 * several times; from 128 on what turns up, the first 128 of them. Of others the place is forgotten, never the fields.
 */
class Codes {
  readonly infos = new Uint16Array(256);
  readonly #codeOf = new Uint8Array(2048);
  #next = 128;

  constructor() {
    for (let fields = 0; fields < 128; fields++) this.infos[fields] = (PLACE.several << 7) | fields;
  }

  of(info: number): number {
    const known = this.#codeOf[info]!;
    if (known !== 0) return known;
    const code = info >> 7 === PLACE.several || this.#next > 255 ? info & 127 : this.#next++;
    this.#codeOf[info] = code;
    if (code >= 128) this.infos[code] = info;
    return code;
  }
}

/** For each page of the documents, from their base on, where its rows are and its head. */
interface PagedList {
  addresses: Uint32Array;
  heads: Uint32Array;
  /** Pages; behind them there is none. */
  length: number;
  count: number;
}

export class PagedPostings {
  readonly #slab: Slab;
  readonly #codes = new Codes();
  /** By number; undefined: the number is free. */
  readonly #lists: (PagedList | undefined)[] = [];
  readonly #rows = new Uint16Array(PAGE_ROWS);
  readonly #rowCodes = new Uint8Array(PAGE_ROWS);

  constructor(slab: Slab) {
    this.#slab = slab;
  }

  /** Bytes beyond the pages, which are the slab's. */
  get bytes(): number {
    let bytes = this.#lists.length * 8;
    for (const list of this.#lists) if (list !== undefined) bytes += list.heads.length * 8 + LIST_BYTES;
    return bytes;
  }

  /** Makes an empty list; returns its number. */
  create(): number {
    const free = this.#lists.indexOf(undefined);
    const number = free < 0 ? this.#lists.length : free;
    this.#lists[number] = {
      addresses: new Uint32Array(FIRST_PAGES),
      heads: new Uint32Array(FIRST_PAGES),
      length: 0,
      count: 0,
    };
    return number;
  }

  count(number: number): number {
    return this.#lists[number]!.count;
  }

  drop(number: number): void {
    const list = this.#lists[number]!;
    for (let at = 0; at < list.length; at++) this.#free(list.addresses[at]!, list.heads[at]!);
    this.#lists[number] = undefined;
  }

  /** The base of the documents moves on by so many pages, of which no document lives. */
  advance(pages: number): void {
    for (const list of this.#lists) {
      if (list === undefined) continue;
      const gone = Math.min(pages, list.length);
      for (let at = 0; at < gone; at++) {
        list.count -= list.heads[at]! & COUNT_MASK;
        this.#free(list.addresses[at]!, list.heads[at]!);
      }
      list.addresses.copyWithin(0, gone, list.length);
      list.heads.copyWithin(0, gone, list.length);
      list.length -= gone;
    }
  }

  /** @param document - relative to the base, above all that the list has */
  add(number: number, document: number, info: number): void {
    const list = this.#lists[number]!;
    const at = document >>> 12;
    if (at >= list.length) extend(list, at);
    if (list.heads[at] === 0) this.#make(list, at, FIRST_WORDS, 0);
    list.count++;
    this.#append(list, at, document & ROW_MASK, this.#codes.of(info));
  }

  /**
   * Writes the list into the buffer.
   *
   * @param share - of the pages that are read, spread evenly
   */
  read(number: number, into: PostingBuffer, set = ALL, share = 1): void {
    const list = this.#lists[number]!;
    into.count = 0;
    into.reserve(list.count);
    const { documents, infos } = into;
    const table = this.#codes.infos;
    let owed = 1;
    let n = 0;
    for (let at = set.first; at < list.length; at += set.step) {
      if (list.heads[at] === 0) continue;
      owed += share;
      if (share < 1 && owed < 1) continue;
      owed -= 1;
      const count = this.#open(list, at);
      for (let i = 0; i < count; i++) {
        documents[n] = (at << 12) | this.#rows[i]!;
        infos[n++] = table[this.#rowCodes[i]!]!;
      }
    }
    into.count = n;
  }

  /** For each of the documents (relative to the base): what is said of the term there, or NOT_THERE. */
  look(number: number, documents: Uint32Array, count: number, infos: Uint16Array): void {
    const { addresses, heads, length } = this.#lists[number]!;
    const { wordPages, halfPages, bytePages } = this.#slab;
    const table = this.#codes.infos;
    // A page of bits tells whether it has the row; of a page of rows, only the place where the row is likely is read.
    // Nothing waits for what was read, so that the processor fetches many places at once.
    for (let i = 0; i < count; i++) {
      const document = documents[i]!;
      const at = document >>> 12;
      const row = document & ROW_MASK;
      const head = at < length ? heads[at]! : 0;
      const address = addresses[at]!;
      if (head === 0) infos[i] = NOT_THERE;
      else if ((head & BITS) !== 0) {
        const word = wordPages[address >>> SLAB_SHIFT]![(address & SLAB_MASK) + (row >>> 5)]!;
        infos[i] = ((word >>> (row & 31)) & 1) - 1;
      } else
        infos[i] = halfPages[address >>> SLAB_SHIFT]![(address & SLAB_MASK) * 2 + likelyPlace(row, head)]!;
    }
    for (let i = 0; i < count; i++) {
      if (infos[i] === NOT_THERE) continue;
      const at = documents[i]! >>> 12;
      const row = documents[i]! & ROW_MASK;
      const head = heads[at]!;
      const address = addresses[at]!;
      const first = address & SLAB_MASK;
      const codes = bytePages[address >>> SLAB_SHIFT]!;
      if ((head & BITS) !== 0) {
        const words = wordPages[address >>> SLAB_SHIFT]!;
        const rank = rankOf(words, first, row, words[first + (row >>> 5)]!);
        infos[i] = table[codes[codesAt(first, head) + rank]!]!;
      } else {
        const place = findRow(halfPages[address >>> SLAB_SHIFT]!, first * 2, head, row);
        infos[i] = place < 0 ? NOT_THERE : table[codes[codesAt(first, head) + place]!]!;
      }
    }
  }

  /**
   * The documents that two lists have in common, with what the first one says into the buffer's infos, and the second
   * one's into `others`, which has room for them.
   */
  both(a: number, b: number, into: PostingBuffer, others: Uint16Array, set = ALL): void {
    const listA = this.#lists[a]!;
    const listB = this.#lists[b]!;
    into.count = 0;
    into.covered = 0;
    for (let at = set.first; at < listA.length; at += set.step) {
      const headA = listA.heads[at]!;
      const headB = at < listB.length ? listB.heads[at]! : 0;
      into.covered += headA & COUNT_MASK;
      if (headA === 0 || headB === 0) continue;
      if ((headA & headB & BITS) !== 0) this.#bothBits(listA, listB, at, into, others);
      else if ((headA & BITS) !== 0) this.#rowsInBits(listB, listA, at, into, others, into.infos);
      else if ((headB & BITS) !== 0) this.#rowsInBits(listA, listB, at, into, into.infos, others);
      else this.#rowsInRows(listA, listB, at, into, others);
    }
  }

  /** Pages of a list, to be purged one after another. */
  pageCount(number: number): number {
    return this.#lists[number]!.length;
  }

  /**
   * Drops the dead rows of a page.
   *
   * @param isLive - whether the row lives
   * @returns rows that were looked at
   */
  purgePage(number: number, at: number, isLive: (row: number) => boolean): number {
    const list = this.#lists[number]!;
    const held = list.heads[at]! & COUNT_MASK;
    if (held === 0) return 0;
    this.#open(list, at);
    let live = 0;
    for (let i = 0; i < held; i++) {
      if (!isLive(this.#rows[i]!)) continue;
      this.#rows[live] = this.#rows[i]!;
      this.#rowCodes[live++] = this.#rowCodes[i]!;
    }
    if (live === held) return held;
    list.count -= held - live;
    this.#free(list.addresses[at]!, list.heads[at]!);
    list.heads[at] = 0;
    if (live > 0) this.#write(list, at, live);
    return held;
  }

  // ---- pages ----

  #bothBits(a: PagedList, b: PagedList, at: number, into: PostingBuffer, others: Uint16Array): void {
    const addressA = a.addresses[at]!;
    const addressB = b.addresses[at]!;
    const wordsA = this.#slab.wordPages[addressA >>> SLAB_SHIFT]!;
    const wordsB = this.#slab.wordPages[addressB >>> SLAB_SHIFT]!;
    const bytesA = this.#slab.bytePages[addressA >>> SLAB_SHIFT]!;
    const bytesB = this.#slab.bytePages[addressB >>> SLAB_SHIFT]!;
    const bitsA = addressA & SLAB_MASK;
    const bitsB = addressB & SLAB_MASK;
    const codesA = codesAt(bitsA, BITS);
    const codesB = codesAt(bitsB, BITS);
    const table = this.#codes.infos;
    const { documents, infos } = into;
    const first = at << 12;
    let n = into.count;
    for (let w = 0; w < BIT_WORDS; w++) {
      const wordA = wordsA[bitsA + w]!;
      const wordB = wordsB[bitsB + w]!;
      let common = wordA & wordB;
      while (common !== 0) {
        const bit = common & -common;
        const row = (w << 5) | (31 - Math.clz32(bit));
        documents[n] = first | row;
        infos[n] = table[bytesA[codesA + rankOf(wordsA, bitsA, row, wordA)]!]!;
        others[n++] = table[bytesB[codesB + rankOf(wordsB, bitsB, row, wordB)]!]!;
        common ^= bit;
      }
    }
    into.count = n;
  }

  /** The common rows of a page of rows and one of bits, with what each of them says. */
  #rowsInBits(
    few: PagedList,
    many: PagedList,
    at: number,
    into: PostingBuffer,
    ofFew: Uint16Array,
    ofMany: Uint16Array,
  ): void {
    const address = few.addresses[at]!;
    const head = few.heads[at]!;
    const count = head & COUNT_MASK;
    const rows = this.#slab.halfPages[address >>> SLAB_SHIFT]!;
    const codes = this.#slab.bytePages[address >>> SLAB_SHIFT]!;
    const rowsFrom = (address & SLAB_MASK) * 2;
    const codesFrom = codesAt(address & SLAB_MASK, head);
    const other = many.addresses[at]!;
    const words = this.#slab.wordPages[other >>> SLAB_SHIFT]!;
    const otherCodes = this.#slab.bytePages[other >>> SLAB_SHIFT]!;
    const bitsFrom = other & SLAB_MASK;
    const otherCodesFrom = codesAt(bitsFrom, BITS);
    const table = this.#codes.infos;
    const { documents } = into;
    const first = at << 12;
    let n = into.count;
    for (let i = 0; i < count; i++) {
      const row = rows[rowsFrom + i]!;
      const word = words[bitsFrom + (row >>> 5)]!;
      if (((word >>> (row & 31)) & 1) === 0) continue;
      documents[n] = first | row;
      ofFew[n] = table[codes[codesFrom + i]!]!;
      ofMany[n++] = table[otherCodes[otherCodesFrom + rankOf(words, bitsFrom, row, word)]!]!;
    }
    into.count = n;
  }

  #rowsInRows(a: PagedList, b: PagedList, at: number, into: PostingBuffer, others: Uint16Array): void {
    const addressA = a.addresses[at]!;
    const addressB = b.addresses[at]!;
    const headA = a.heads[at]!;
    const headB = b.heads[at]!;
    const rowsA = this.#slab.halfPages[addressA >>> SLAB_SHIFT]!;
    const rowsB = this.#slab.halfPages[addressB >>> SLAB_SHIFT]!;
    const codesA = this.#slab.bytePages[addressA >>> SLAB_SHIFT]!;
    const codesB = this.#slab.bytePages[addressB >>> SLAB_SHIFT]!;
    const codesAtA = codesAt(addressA & SLAB_MASK, headA);
    const codesAtB = codesAt(addressB & SLAB_MASK, headB);
    const fromA = (addressA & SLAB_MASK) * 2;
    const fromB = (addressB & SLAB_MASK) * 2;
    const endA = fromA + (headA & COUNT_MASK);
    const endB = fromB + (headB & COUNT_MASK);
    const table = this.#codes.infos;
    const { documents, infos } = into;
    const first = at << 12;
    let n = into.count;
    let i = fromA;
    let j = fromB;
    while (i < endA && j < endB) {
      const rowA = rowsA[i]!;
      const rowB = rowsB[j]!;
      if (rowA === rowB) {
        documents[n] = first | rowA;
        infos[n] = table[codesA[codesAtA + i - fromA]!]!;
        others[n++] = table[codesB[codesAtB + j - fromB]!]!;
      }
      // Without a branch: which of the two comes first nobody can guess.
      i += Number(rowA <= rowB);
      j += Number(rowB <= rowA);
    }
    into.count = n;
  }

  /** Rows and codes of a page into the scratch arrays. */
  #open(list: PagedList, at: number): number {
    const address = list.addresses[at]!;
    const head = list.heads[at]!;
    const count = head & COUNT_MASK;
    const first = address & SLAB_MASK;
    const bytes = this.#slab.bytePages[address >>> SLAB_SHIFT]!;
    const codesFrom = codesAt(first, head);
    const rows = this.#rows;
    const rowCodes = this.#rowCodes;
    for (let i = 0; i < count; i++) rowCodes[i] = bytes[codesFrom + i]!;
    if ((head & BITS) === 0) {
      const halves = this.#slab.halfPages[address >>> SLAB_SHIFT]!;
      for (let i = 0; i < count; i++) rows[i] = halves[first * 2 + i]!;
      return count;
    }
    const words = this.#slab.wordPages[address >>> SLAB_SHIFT]!;
    let n = 0;
    for (let w = 0; w < BIT_WORDS; w++) {
      let bits = words[first + w]!;
      while (bits !== 0) {
        const bit = bits & -bits;
        rows[n++] = (w << 5) | (31 - Math.clz32(bit));
        bits ^= bit;
      }
    }
    return count;
  }

  /** Makes a page of the first `count` scratch rows. */
  #write(list: PagedList, at: number, count: number): void {
    if (count >= BITS_FROM) this.#make(list, at, FIRST_BITS_WORDS, BITS);
    else this.#make(list, at, FIRST_WORDS, 0);
    for (let i = 0; i < count; i++) this.#append(list, at, this.#rows[i]!, this.#rowCodes[i]!);
  }

  /** Adds a row behind the others of a page. */
  #append(list: PagedList, at: number, row: number, code: number): void {
    const count = list.heads[at]! & COUNT_MASK;
    if ((list.heads[at]! & BITS) === 0) {
      if (count === BITS_FROM) {
        this.#open(list, at);
        this.#free(list.addresses[at]!, list.heads[at]!);
        this.#write(list, at, count);
        this.#append(list, at, row, code);
        return;
      }
      if (count === roomFor(sizeOf(list.heads[at]!))) this.#growRows(list, at);
      const address = list.addresses[at]!;
      const first = address & SLAB_MASK;
      this.#slab.halfPages[address >>> SLAB_SHIFT]![first * 2 + count] = row;
      this.#slab.bytePages[address >>> SLAB_SHIFT]![codesAt(first, list.heads[at]!) + count] = code;
    } else {
      if (count === (sizeOf(list.heads[at]!) - CODES_BEHIND_BITS) * 4) this.#growBits(list, at);
      const address = list.addresses[at]!;
      const first = address & SLAB_MASK;
      const words = this.#slab.wordPages[address >>> SLAB_SHIFT]!;
      const group = row >>> GROUP_SHIFT;
      // The first of a group: so many are before it. Groups that nothing is in are not asked for.
      if (isGroupEmpty(words, first, group)) {
        const rank = first + BIT_WORDS + (group >> 1);
        const shift = (group & 1) << 4;
        words[rank] = (words[rank]! & ~(0xffff << shift)) | (count << shift);
      }
      words[first + (row >>> 5)] = words[first + (row >>> 5)]! | (1 << (row & 31));
      this.#slab.bytePages[address >>> SLAB_SHIFT]![codesAt(first, BITS) + count] = code;
    }
    list.heads[at]!++;
  }

  #make(list: PagedList, at: number, wanted: number, bits: number): void {
    const size = Slab.sizeFor(wanted);
    const address = this.#slab.alloc(size);
    if (bits !== 0) {
      const first = address & SLAB_MASK;
      this.#slab.wordPages[address >>> SLAB_SHIFT]!.fill(0, first, first + CODES_BEHIND_BITS);
    }
    list.addresses[at] = address;
    list.heads[at] = bits | (size << SIZE_SHIFT);
  }

  #growRows(list: PagedList, at: number): void {
    const address = list.addresses[at]!;
    const head = list.heads[at]!;
    const count = head & COUNT_MASK;
    this.#make(list, at, sizeOf(head) + 1, 0);
    const moved = list.addresses[at]!;
    const from = this.#slab.halfPages[address >>> SLAB_SHIFT]!;
    const to = this.#slab.halfPages[moved >>> SLAB_SHIFT]!;
    const fromAt = (address & SLAB_MASK) * 2;
    const toAt = (moved & SLAB_MASK) * 2;
    for (let i = 0; i < count; i++) to[toAt + i] = from[fromAt + i]!;
    const fromBytes = this.#slab.bytePages[address >>> SLAB_SHIFT]!;
    const toBytes = this.#slab.bytePages[moved >>> SLAB_SHIFT]!;
    const fromCodes = codesAt(address & SLAB_MASK, head);
    const toCodes = codesAt(moved & SLAB_MASK, list.heads[at]!);
    for (let i = 0; i < count; i++) toBytes[toCodes + i] = fromBytes[fromCodes + i]!;
    list.heads[at]! += count;
    this.#free(address, head);
  }

  #growBits(list: PagedList, at: number): void {
    const address = list.addresses[at]!;
    const head = list.heads[at]!;
    const size = sizeOf(head);
    const larger = Slab.sizeFor(size + 1);
    const moved = this.#slab.alloc(larger);
    const first = address & SLAB_MASK;
    const from = this.#slab.wordPages[address >>> SLAB_SHIFT]!;
    this.#slab.wordPages[moved >>> SLAB_SHIFT]!.set(from.subarray(first, first + size), moved & SLAB_MASK);
    list.addresses[at] = moved;
    list.heads[at] = BITS | (larger << SIZE_SHIFT) | (head & COUNT_MASK);
    this.#slab.free(address, size);
  }

  #free(address: number, head: number): void {
    if (head !== 0) this.#slab.free(address, sizeOf(head));
  }
}

/** Makes room for a page, and says of those before it that nothing has the term. */
function extend(list: PagedList, at: number): void {
  if (at >= list.heads.length) {
    const length = Math.max(at + 1, 2 * list.heads.length);
    const { addresses, heads } = list;
    list.addresses = new Uint32Array(length);
    list.addresses.set(addresses);
    list.heads = new Uint32Array(length);
    list.heads.set(heads);
  }
  list.heads.fill(0, list.length, at + 1);
  list.length = at + 1;
}

function sizeOf(head: number): number {
  return (head & ~BITS) >>> SIZE_SHIFT;
}

/** Offset in bytes of the codes of a page that begins at this word. */
function codesAt(first: number, head: number): number {
  return (head & BITS) !== 0 ? (first + CODES_BEHIND_BITS) * 4 : first * 4 + 2 * roomFor(sizeOf(head));
}

/** Rows, of three bytes each with their codes, that a page of so many words has room for. */
function roomFor(size: number): number {
  return Math.floor((size * 4) / 3);
}

/** Where among the rows of a page one is if they are spread evenly. */
function likelyPlace(row: number, head: number): number {
  return (row * (head & COUNT_MASK)) >>> 12;
}

/** The place of a row in a page of rows; -1: it is not there. Walks from where it is likely: mostly a few steps. */
function findRow(rows: Uint16Array, from: number, head: number, row: number): number {
  let place = likelyPlace(row, head);
  if (rows[from + place]! < row) {
    const count = head & COUNT_MASK;
    do place++;
    while (place < count && rows[from + place]! < row);
    return place < count && rows[from + place] === row ? place : -1;
  }
  while (place > 0 && rows[from + place - 1]! >= row) place--;
  return rows[from + place] === row ? place : -1;
}

/** How many bits before a row's are set. */
function rankOf(words: Uint32Array, first: number, row: number, word: number): number {
  const group = row >>> GROUP_SHIFT;
  let rank = (words[first + BIT_WORDS + (group >> 1)]! >>> ((group & 1) << 4)) & 0xffff;
  for (let w = first + (group << 3); w < first + (row >>> 5); w++) rank += ones(words[w]!);
  return rank + ones(word & ((1 << (row & 31)) - 1));
}

function isGroupEmpty(words: Uint32Array, first: number, group: number): boolean {
  const from = first + (group << 3);
  for (let w = from; w < from + 8; w++) if (words[w] !== 0) return false;
  return true;
}
