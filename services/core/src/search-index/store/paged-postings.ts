/**
 * Postings of terms that many documents have, cut by the pages of the documents, so that whether a document has the term,
 * and where, is known without reading what lies before (the two kinds of containers of Roaring bitmaps).
 *
 * ```
 *   list ─▶ page with few rows:  head │ rows, ascending │ codes, one for each row
 *           page with many rows: head │ 4,096 bits │ ranks (bits before each 256) │ codes, one for each bit that is set
 * ```
 *
 * From about one document in a hundred on this is no larger than distances are.
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
/** Word 0 of a page: size in words, a mark for bits, rows. */
const BITS = 0x8000;
const COUNT_MASK = 0x7fff;
const HEAD_WORDS = 1;
const CODES_BEHIND_BITS = HEAD_WORDS + BIT_WORDS + RANK_WORDS;
/** From so many rows on bits are smaller than a list of rows. */
const BITS_FROM = 288;
const FIRST_WORDS = 4;
const FIRST_BITS_WORDS = CODES_BEHIND_BITS + BITS_FROM / 4 + 8;

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

interface PagedList {
  /**
   * Addresses of its pages, from the base of the documents on, negative for pages of bits, so that a page's head need not be
   * fetched to know what it is; 0: no row of that page has the term.
   */
  readonly pages: number[];
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
    for (const list of this.#lists) if (list !== undefined) bytes += list.pages.length * 8 + 64;
    return bytes;
  }

  /** Makes an empty list; returns its number. */
  create(): number {
    const free = this.#lists.indexOf(undefined);
    const number = free < 0 ? this.#lists.length : free;
    this.#lists[number] = { pages: [], count: 0 };
    return number;
  }

  count(number: number): number {
    return this.#lists[number]!.count;
  }

  drop(number: number): void {
    for (const page of this.#lists[number]!.pages) if (page !== 0) this.#free(Math.abs(page));
    this.#lists[number] = undefined;
  }

  /** The base of the documents moves on by so many pages, of which no document lives. */
  advance(pages: number): void {
    for (const list of this.#lists) {
      if (list === undefined) continue;
      for (const page of list.pages.splice(0, pages)) {
        if (page === 0) continue;
        const address = Math.abs(page);
        list.count -= this.#words(address)[address & SLAB_MASK]! & COUNT_MASK;
        this.#free(address);
      }
    }
  }

  /** @param document - relative to the base, above all that the list has */
  add(number: number, document: number, info: number): void {
    const list = this.#lists[number]!;
    const { pages } = list;
    const at = document >>> 12;
    while (pages.length <= at) pages.push(0);
    const page = pages[at] === 0 ? this.#make(FIRST_WORDS) : Math.abs(pages[at]!);
    list.count++;
    pages[at] = this.#signed(this.#append(page, document & ROW_MASK, this.#codes.of(info)));
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
    for (let at = set.first; at < list.pages.length; at += set.step) {
      const page = Math.abs(list.pages[at]!);
      if (page === 0) continue;
      owed += share;
      if (share < 1 && owed < 1) continue;
      owed -= 1;
      const count = this.#open(page);
      for (let i = 0; i < count; i++) {
        documents[n] = (at << 12) | this.#rows[i]!;
        infos[n++] = table[this.#rowCodes[i]!]!;
      }
    }
    into.count = n;
  }

  /** For each of the documents (relative to the base): what is said of the term there, or NOT_THERE. */
  look(number: number, documents: Uint32Array, count: number, infos: Uint16Array): void {
    const { pages } = this.#lists[number]!;
    let from = 0;
    while (from < count) {
      const at = documents[from]! >>> 12;
      let to = from + 1;
      while (to < count && documents[to]! >>> 12 === at) to++;
      const page = at < pages.length ? pages[at]! : 0;
      if (page === 0) infos.fill(NOT_THERE, from, to);
      else if (page < 0) this.#lookInBits(-page, documents, from, to, infos);
      else this.#lookInRows(page, documents, from, to, infos);
      from = to;
    }
  }

  /**
   * The documents that two lists have in common, with what the first one says into the buffer's infos, and the second
   * one's into `others`, which has room for them.
   */
  both(a: number, b: number, into: PostingBuffer, others: Uint16Array, set = ALL): void {
    const pagesA = this.#lists[a]!.pages;
    const pagesB = this.#lists[b]!.pages;
    into.count = 0;
    into.covered = 0;
    for (let at = set.first; at < pagesA.length; at += set.step) {
      const pageA = pagesA[at]!;
      const pageB = at < pagesB.length ? pagesB[at]! : 0;
      if (pageA === 0) continue;
      const addressA = Math.abs(pageA);
      into.covered += this.#words(addressA)[addressA & SLAB_MASK]! & COUNT_MASK;
      if (pageB === 0) continue;
      if (pageA < 0 && pageB < 0) this.#bothBits(-pageA, -pageB, at << 12, into, others);
      else if (pageA < 0) this.#bothRows(pageB, pageA, at << 12, into, others, true);
      else this.#bothRows(pageA, pageB, at << 12, into, others, false);
    }
  }

  /** Pages of a list, to be purged one after another. */
  pageCount(number: number): number {
    return this.#lists[number]!.pages.length;
  }

  /**
   * Drops the dead rows of a page.
   *
   * @param isLive - whether the row lives
   * @returns rows that were looked at
   */
  purgePage(number: number, at: number, isLive: (row: number) => boolean): number {
    const list = this.#lists[number]!;
    const page = Math.abs(list.pages[at]!);
    if (page === 0) return 0;
    const held = this.#open(page);
    let live = 0;
    for (let i = 0; i < held; i++) {
      if (!isLive(this.#rows[i]!)) continue;
      this.#rows[live] = this.#rows[i]!;
      this.#rowCodes[live++] = this.#rowCodes[i]!;
    }
    if (live === held) return held;
    list.count -= held - live;
    this.#free(page);
    list.pages[at] = 0;
    if (live > 0) list.pages[at] = this.#signed(this.#write(live));
    return held;
  }

  // ---- pages ----

  #signed(page: number): number {
    return (this.#words(page)[page & SLAB_MASK]! & BITS) === 0 ? page : -page;
  }

  #lookInBits(page: number, documents: Uint32Array, from: number, to: number, infos: Uint16Array): void {
    const words = this.#words(page);
    const codes = this.#slab.bytePages[page >>> SLAB_SHIFT]!;
    const bitsAt = (page & SLAB_MASK) + HEAD_WORDS;
    const ranksAt = bitsAt + BIT_WORDS;
    const codesAt = (ranksAt + RANK_WORDS) * 4;
    const table = this.#codes.infos;
    // First the bits, without a branch on what nobody can guess: NOT_THERE, or 0.
    for (let i = from; i < to; i++) {
      const row = documents[i]! & ROW_MASK;
      infos[i] = ((words[bitsAt + (row >>> 5)]! >>> (row & 31)) & 1) - 1;
    }
    for (let i = from; i < to; i++) {
      if (infos[i] === NOT_THERE) continue;
      const row = documents[i]! & ROW_MASK;
      const rank = rankOf(words, bitsAt, ranksAt, row, words[bitsAt + (row >>> 5)]!);
      infos[i] = table[codes[codesAt + rank]!]!;
    }
  }

  #lookInRows(page: number, documents: Uint32Array, from: number, to: number, infos: Uint16Array): void {
    const count = this.#words(page)[page & SLAB_MASK]! & COUNT_MASK;
    const rows = this.#slab.halfPages[page >>> SLAB_SHIFT]!;
    const codes = this.#slab.bytePages[page >>> SLAB_SHIFT]!;
    const rowsAt = ((page & SLAB_MASK) + HEAD_WORDS) * 2;
    const codesAt = this.#codesAt(page);
    const table = this.#codes.infos;
    let low = 0;
    for (let i = from; i < to; i++) {
      const row = documents[i]! & ROW_MASK;
      // Rows are asked for in their order: what is before the last one needs no look.
      let high = count;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (rows[rowsAt + middle]! < row) low = middle + 1;
        else high = middle;
      }
      infos[i] = low < count && rows[rowsAt + low] === row ? table[codes[codesAt + low]!]! : NOT_THERE;
    }
  }

  #bothBits(pageA: number, pageB: number, first: number, into: PostingBuffer, others: Uint16Array): void {
    const wordsA = this.#words(pageA);
    const wordsB = this.#words(pageB);
    const bytesA = this.#slab.bytePages[pageA >>> SLAB_SHIFT]!;
    const bytesB = this.#slab.bytePages[pageB >>> SLAB_SHIFT]!;
    const bitsA = (pageA & SLAB_MASK) + HEAD_WORDS;
    const bitsB = (pageB & SLAB_MASK) + HEAD_WORDS;
    let codesA = (bitsA + BIT_WORDS + RANK_WORDS) * 4;
    let codesB = (bitsB + BIT_WORDS + RANK_WORDS) * 4;
    const table = this.#codes.infos;
    const { documents, infos } = into;
    let n = into.count;
    for (let w = 0; w < BIT_WORDS; w++) {
      const a = wordsA[bitsA + w]!;
      const b = wordsB[bitsB + w]!;
      let common = a & b;
      while (common !== 0) {
        const bit = common & -common;
        documents[n] = first | (w << 5) | (31 - Math.clz32(bit));
        infos[n] = table[bytesA[codesA + ones(a & (bit - 1))]!]!;
        others[n++] = table[bytesB[codesB + ones(b & (bit - 1))]!]!;
        common ^= bit;
      }
      codesA += ones(a);
      codesB += ones(b);
    }
    into.count = n;
  }

  /** The common rows of a page of rows and any other one (negative: of bits); `swapped`: the page of rows is the second list's. */
  #bothRows(
    page: number,
    other: number,
    first: number,
    into: PostingBuffer,
    others: Uint16Array,
    swapped: boolean,
  ): void {
    const ours = swapped ? others : into.infos;
    const theirs = swapped ? into.infos : others;
    into.count =
      other < 0
        ? this.#rowsInBits(page, -other, first, into.documents, ours, theirs, into.count)
        : this.#rowsInRows(page, other, first, into.documents, ours, theirs, into.count);
  }

  #rowsInBits(
    page: number,
    other: number,
    first: number,
    documents: Uint32Array,
    ours: Uint16Array,
    theirs: Uint16Array,
    n: number,
  ): number {
    const count = this.#words(page)[page & SLAB_MASK]! & COUNT_MASK;
    const rows = this.#slab.halfPages[page >>> SLAB_SHIFT]!;
    const codes = this.#slab.bytePages[page >>> SLAB_SHIFT]!;
    const rowsAt = ((page & SLAB_MASK) + HEAD_WORDS) * 2;
    const codesAt = this.#codesAt(page);
    const words = this.#words(other);
    const otherCodes = this.#slab.bytePages[other >>> SLAB_SHIFT]!;
    const bitsAt = (other & SLAB_MASK) + HEAD_WORDS;
    const ranksAt = bitsAt + BIT_WORDS;
    const otherCodesAt = (ranksAt + RANK_WORDS) * 4;
    const table = this.#codes.infos;
    for (let i = 0; i < count; i++) {
      const row = rows[rowsAt + i]!;
      const word = words[bitsAt + (row >>> 5)]!;
      if (((word >>> (row & 31)) & 1) === 0) continue;
      documents[n] = first | row;
      ours[n] = table[codes[codesAt + i]!]!;
      theirs[n++] = table[otherCodes[otherCodesAt + rankOf(words, bitsAt, ranksAt, row, word)]!]!;
    }
    return n;
  }

  #rowsInRows(
    page: number,
    other: number,
    first: number,
    documents: Uint32Array,
    ours: Uint16Array,
    theirs: Uint16Array,
    n: number,
  ): number {
    const count = this.#words(page)[page & SLAB_MASK]! & COUNT_MASK;
    const rows = this.#slab.halfPages[page >>> SLAB_SHIFT]!;
    const codes = this.#slab.bytePages[page >>> SLAB_SHIFT]!;
    const rowsAt = ((page & SLAB_MASK) + HEAD_WORDS) * 2;
    const codesAt = this.#codesAt(page);
    const otherCount = this.#words(other)[other & SLAB_MASK]! & COUNT_MASK;
    const otherRows = this.#slab.halfPages[other >>> SLAB_SHIFT]!;
    const otherCodes = this.#slab.bytePages[other >>> SLAB_SHIFT]!;
    const otherRowsAt = ((other & SLAB_MASK) + HEAD_WORDS) * 2;
    const otherCodesAt = this.#codesAt(other);
    const table = this.#codes.infos;
    let i = 0;
    let j = 0;
    while (i < count && j < otherCount) {
      const row = rows[rowsAt + i]!;
      const otherRow = otherRows[otherRowsAt + j]!;
      if (row === otherRow) {
        documents[n] = first | row;
        ours[n] = table[codes[codesAt + i]!]!;
        theirs[n++] = table[otherCodes[otherCodesAt + j]!]!;
      }
      // Without a branch: which of the two comes first nobody can guess.
      i += Number(row <= otherRow);
      j += Number(otherRow <= row);
    }
    return n;
  }

  /** Rows and codes of a page into the scratch arrays. */
  #open(page: number): number {
    const words = this.#words(page);
    const head = page & SLAB_MASK;
    const bytes = this.#slab.bytePages[page >>> SLAB_SHIFT]!;
    const count = words[head]! & COUNT_MASK;
    const codesAt = this.#codesAt(page);
    const rows = this.#rows;
    const rowCodes = this.#rowCodes;
    for (let i = 0; i < count; i++) rowCodes[i] = bytes[codesAt + i]!;
    if ((words[head]! & BITS) === 0) {
      const halves = this.#slab.halfPages[page >>> SLAB_SHIFT]!;
      const rowsAt = (head + HEAD_WORDS) * 2;
      for (let i = 0; i < count; i++) rows[i] = halves[rowsAt + i]!;
      return count;
    }
    let n = 0;
    for (let w = 0; w < BIT_WORDS; w++) {
      let bits = words[head + HEAD_WORDS + w]!;
      while (bits !== 0) {
        const bit = bits & -bits;
        rows[n++] = (w << 5) | (31 - Math.clz32(bit));
        bits ^= bit;
      }
    }
    return count;
  }

  /** A new page of the first `count` scratch rows. */
  #write(count: number): number {
    let page = this.#make(count >= BITS_FROM ? FIRST_BITS_WORDS : FIRST_WORDS, count >= BITS_FROM);
    for (let i = 0; i < count; i++) page = this.#append(page, this.#rows[i]!, this.#rowCodes[i]!);
    return page;
  }

  /** Adds a row behind the others; returns where the page is then. */
  #append(page: number, row: number, code: number): number {
    let words = this.#words(page);
    let head = page & SLAB_MASK;
    const about = words[head]!;
    const count = about & COUNT_MASK;
    const size = about >>> 16;
    if ((about & BITS) === 0) {
      if (count === BITS_FROM) {
        this.#open(page);
        this.#free(page);
        return this.#append(this.#write(count), row, code);
      }
      if (count === roomFor(size)) {
        page = this.#growRows(page, size, count);
        words = this.#words(page);
        head = page & SLAB_MASK;
      }
      this.#slab.halfPages[page >>> SLAB_SHIFT]![(head + HEAD_WORDS) * 2 + count] = row;
      this.#slab.bytePages[page >>> SLAB_SHIFT]![this.#codesAt(page) + count] = code;
    } else {
      if (count === (size - CODES_BEHIND_BITS) * 4) {
        page = this.#growBits(page, size);
        words = this.#words(page);
        head = page & SLAB_MASK;
      }
      const group = row >>> GROUP_SHIFT;
      const bitsAt = head + HEAD_WORDS;
      // The first of a group: so many are before it. Groups that nothing is in are not asked for.
      if (isGroupEmpty(words, bitsAt, group)) {
        const rank = bitsAt + BIT_WORDS + (group >> 1);
        const shift = (group & 1) << 4;
        words[rank] = (words[rank]! & ~(0xffff << shift)) | (count << shift);
      }
      words[bitsAt + (row >>> 5)] = words[bitsAt + (row >>> 5)]! | (1 << (row & 31));
      this.#slab.bytePages[page >>> SLAB_SHIFT]![(head + CODES_BEHIND_BITS) * 4 + count] = code;
    }
    words[head] = words[head]! + 1;
    return page;
  }

  /** Offset in bytes of a page's codes in its page of the slab. */
  #codesAt(page: number): number {
    const about = this.#words(page)[page & SLAB_MASK]!;
    const head = page & SLAB_MASK;
    return (about & BITS) === 0
      ? (head + HEAD_WORDS) * 4 + 2 * roomFor(about >>> 16)
      : (head + CODES_BEHIND_BITS) * 4;
  }

  #make(wanted: number, bits = false): number {
    const size = Slab.sizeFor(wanted);
    const page = this.#slab.alloc(size);
    const head = page & SLAB_MASK;
    const words = this.#words(page);
    if (bits) words.fill(0, head, head + CODES_BEHIND_BITS);
    words[head] = (size << 16) | (bits ? BITS : 0);
    return page;
  }

  #growRows(page: number, size: number, count: number): number {
    const moved = this.#make(size + 1);
    const from = this.#slab.halfPages[page >>> SLAB_SHIFT]!;
    const to = this.#slab.halfPages[moved >>> SLAB_SHIFT]!;
    const fromAt = ((page & SLAB_MASK) + HEAD_WORDS) * 2;
    const toAt = ((moved & SLAB_MASK) + HEAD_WORDS) * 2;
    for (let i = 0; i < count; i++) to[toAt + i] = from[fromAt + i]!;
    const fromBytes = this.#slab.bytePages[page >>> SLAB_SHIFT]!;
    const toBytes = this.#slab.bytePages[moved >>> SLAB_SHIFT]!;
    const fromCodes = this.#codesAt(page);
    const toCodes = this.#codesAt(moved);
    for (let i = 0; i < count; i++) toBytes[toCodes + i] = fromBytes[fromCodes + i]!;
    const words = this.#words(moved);
    words[moved & SLAB_MASK] = words[moved & SLAB_MASK]! + count;
    this.#free(page);
    return moved;
  }

  #growBits(page: number, size: number): number {
    const larger = Slab.sizeFor(size + 1);
    const moved = this.#slab.alloc(larger);
    const head = page & SLAB_MASK;
    const from = this.#words(page);
    const to = this.#words(moved);
    to.set(from.subarray(head, head + size), moved & SLAB_MASK);
    to[moved & SLAB_MASK] = (larger << 16) | (from[head]! & 0xffff);
    this.#slab.free(page, size);
    return moved;
  }

  #free(page: number): void {
    this.#slab.free(page, this.#words(page)[page & SLAB_MASK]! >>> 16);
  }

  #words(page: number): Uint32Array {
    return this.#slab.wordPages[page >>> SLAB_SHIFT]!;
  }
}

/** Rows, of three bytes each with their codes, that a page of so many words has room for. */
function roomFor(size: number): number {
  return Math.floor(((size - HEAD_WORDS) * 4) / 3);
}

/** How many bits before a row's are set. */
function rankOf(words: Uint32Array, bitsAt: number, ranksAt: number, row: number, word: number): number {
  const group = row >>> GROUP_SHIFT;
  let rank = (words[ranksAt + (group >> 1)]! >>> ((group & 1) << 4)) & 0xffff;
  for (let w = bitsAt + (group << 3); w < bitsAt + (row >>> 5); w++) rank += ones(words[w]!);
  return rank + ones(word & ((1 << (row & 31)) - 1));
}

function isGroupEmpty(words: Uint32Array, bitsAt: number, group: number): boolean {
  const from = bitsAt + (group << 3);
  for (let w = from; w < from + 8; w++) if (words[w] !== 0) return false;
  return true;
}
