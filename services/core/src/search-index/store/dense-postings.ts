/**
 * Postings of terms that many documents have: for each page of documents a bit for every row, and a byte for every bit.
 *
 * ```
 *   list ─▶ page ─▶ 4,096 bits │ ranks (bits before each 256) │ codes, one for each bit that is set
 * ```
 *
 * From about one document in sixteen on this is no larger than distances are, and whether a document has the term, and
 * where, is known without reading what lies before.
 */
import { ones } from './bits.ts';
import { PAGE_ROWS } from './document-store.ts';
import { NOT_THERE, PLACE, type PostingBuffer } from './posting-info.ts';
import { Slab } from './slab.ts';

const SLAB_SHIFT = 18;
const SLAB_MASK = (1 << SLAB_SHIFT) - 1;
const ROW_MASK = PAGE_ROWS - 1;
const BIT_WORDS = PAGE_ROWS / 32;
/** Rows of a rank, as a shift. */
const GROUP_SHIFT = 8;
const GROUPS = PAGE_ROWS >> GROUP_SHIFT;
/** Two ranks a word. */
const RANK_WORDS = GROUPS / 2;
const COUNT_WORD = BIT_WORDS + RANK_WORDS;
const SIZE_WORD = COUNT_WORD + 1;
const HEAD_WORDS = SIZE_WORD + 1;
const FIRST_CODE_WORDS = 16;

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
    let code = this.#codeOf[info]!;
    if (code !== 0) return code;
    code = info >> 7 === PLACE.several || this.#next > 255 ? info & 127 : this.#next++;
    this.#codeOf[info] = code;
    this.infos[code] = code < 128 ? this.infos[code]! : info;
    return code;
  }
}

/** The list of one term. */
export interface DenseList {
  /** Addresses of its pages, from the base of the documents on; 0: no row of that page has the term. */
  readonly pages: number[];
  count: number;
}

export class DensePostings {
  readonly #slab: Slab;
  readonly #codes = new Codes();
  /** By number; undefined: the number is free. */
  readonly #lists: (DenseList | undefined)[] = [];
  readonly #scratch = new Uint8Array(PAGE_ROWS);

  constructor(slab: Slab) {
    this.#slab = slab;
  }

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

  count(list: number): number {
    return this.#lists[list]!.count;
  }

  drop(list: number): void {
    for (const page of this.#lists[list]!.pages) if (page !== 0) this.#free(page);
    this.#lists[list] = undefined;
  }

  /** The base of the documents moved on by so many pages, of which no document lives. */
  advance(pages: number): void {
    for (const list of this.#lists) list?.pages.splice(0, pages);
  }

  /** @param document - relative to the base, above all that the list has */
  add(number: number, document: number, info: number): void {
    const list = this.#lists[number]!;
    const at = document >>> 12;
    while (list.pages.length <= at) list.pages.push(0);
    let page = list.pages[at]!;
    if (page === 0) {
      page = this.#make(HEAD_WORDS + FIRST_CODE_WORDS);
      list.pages[at] = page;
    }
    list.count++;
    let words = this.#words(page);
    let head = page & SLAB_MASK;
    const count = words[head + COUNT_WORD]!;
    const size = words[head + SIZE_WORD]!;
    if (count === (size - HEAD_WORDS) * 4) {
      page = this.#grow(page, size);
      list.pages[at] = page;
      words = this.#words(page);
      head = page & SLAB_MASK;
    }
    this.#append(words, head, page, document & ROW_MASK, this.#codes.of(info));
  }

  /**
   * Writes the list into the buffer.
   *
   * @param share - of its pages that are read, spread evenly
   */
  read(number: number, into: PostingBuffer, share = 1): void {
    const list = this.#lists[number]!;
    into.count = 0;
    into.reserve(list.count);
    let owed = 1;
    const { documents, infos } = into;
    const table = this.#codes.infos;
    let n = 0;
    for (let at = 0; at < list.pages.length; at++) {
      const page = list.pages[at]!;
      if (page === 0) continue;
      owed += share;
      if (share < 1 && owed < 1) continue;
      owed -= 1;
      const words = this.#words(page);
      const head = page & SLAB_MASK;
      const codes = this.#slab.bytePages[page >>> SLAB_SHIFT]!;
      let code = (head + HEAD_WORDS) * 4;
      const first = at << 12;
      for (let w = 0; w < BIT_WORDS; w++) {
        let bits = words[head + w]!;
        while (bits !== 0) {
          const lowest = bits & -bits;
          documents[n] = first | (w << 5) | (31 - Math.clz32(lowest));
          infos[n++] = table[codes[code++]!]!;
          bits ^= lowest;
        }
      }
    }
    into.count = n;
  }

  /** For each of the documents (relative to the base): what is said of the term there, or NOT_THERE. */
  look(number: number, documents: Uint32Array, count: number, infos: Uint16Array): void {
    const { pages } = this.#lists[number]!;
    const table = this.#codes.infos;
    let at = -1;
    let words: Uint32Array = EMPTY_WORDS;
    let codes: Uint8Array = EMPTY_BYTES;
    let head = 0;
    for (let i = 0; i < count; i++) {
      const document = documents[i]!;
      if (document >>> 12 !== at) {
        at = document >>> 12;
        const page = at < pages.length ? pages[at]! : 0;
        if (page === 0) {
          words = EMPTY_WORDS;
          head = 0;
        } else {
          words = this.#words(page);
          codes = this.#slab.bytePages[page >>> SLAB_SHIFT]!;
          head = page & SLAB_MASK;
        }
      }
      const row = document & ROW_MASK;
      const word = words[head + (row >>> 5)]!;
      const bit = 1 << (row & 31);
      if ((word & bit) === 0) {
        infos[i] = NOT_THERE;
        continue;
      }
      const group = row >>> GROUP_SHIFT;
      let rank = (words[head + BIT_WORDS + (group >> 1)]! >>> ((group & 1) << 4)) & 0xffff;
      for (let w = group << 3; w < row >>> 5; w++) rank += ones(words[head + w]!);
      rank += ones(word & (bit - 1));
      infos[i] = table[codes[(head + HEAD_WORDS) * 4 + rank]!]!;
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
    const page = list.pages[at]!;
    if (page === 0) return 0;
    const words = this.#words(page);
    const head = page & SLAB_MASK;
    const held = words[head + COUNT_WORD]!;
    const bytes = this.#slab.bytePages[page >>> SLAB_SHIFT]!;
    const codes = this.#scratch;
    codes.set(bytes.subarray((head + HEAD_WORDS) * 4, (head + HEAD_WORDS) * 4 + held));
    const bits = words.slice(head, head + BIT_WORDS);
    words.fill(0, head, head + COUNT_WORD + 1);
    let n = 0;
    for (let w = 0; w < BIT_WORDS; w++) {
      let left = bits[w]!;
      while (left !== 0) {
        const lowest = left & -left;
        const row = (w << 5) | (31 - Math.clz32(lowest));
        if (isLive(row)) this.#append(words, head, page, row, codes[n]!);
        n++;
        left ^= lowest;
      }
    }
    const live = words[head + COUNT_WORD]!;
    list.count -= held - live;
    if (live === 0) {
      this.#free(page);
      list.pages[at] = 0;
    }
    return held;
  }

  /** Sets a row's bit and writes its code behind the others; rows come in their order. */
  #append(words: Uint32Array, head: number, page: number, row: number, code: number): void {
    const count = words[head + COUNT_WORD]!;
    const group = row >>> GROUP_SHIFT;
    // The first of a group: so many are before it. Groups that nothing is in are not asked for.
    if (this.#isGroupEmpty(words, head, group)) {
      const rank = head + BIT_WORDS + (group >> 1);
      const shift = (group & 1) << 4;
      words[rank] = (words[rank]! & ~(0xffff << shift)) | (count << shift);
    }
    words[head + (row >>> 5)]! |= 1 << (row & 31);
    this.#slab.bytePages[page >>> SLAB_SHIFT]![(head + HEAD_WORDS) * 4 + count] = code;
    words[head + COUNT_WORD] = count + 1;
  }

  #isGroupEmpty(words: Uint32Array, head: number, group: number): boolean {
    const from = head + (group << 3);
    for (let w = from; w < from + 8; w++) if (words[w] !== 0) return false;
    return true;
  }

  #make(wanted: number): number {
    const size = Slab.sizeFor(wanted);
    const page = this.#slab.alloc(size);
    const head = page & SLAB_MASK;
    const words = this.#words(page);
    words.fill(0, head, head + HEAD_WORDS);
    words[head + SIZE_WORD] = size;
    return page;
  }

  #grow(page: number, size: number): number {
    const larger = Slab.sizeFor(size + 1);
    const moved = this.#slab.alloc(larger);
    const head = page & SLAB_MASK;
    this.#words(moved).set(this.#words(page).subarray(head, head + size), moved & SLAB_MASK);
    this.#words(moved)[(moved & SLAB_MASK) + SIZE_WORD] = larger;
    this.#slab.free(page, size);
    return moved;
  }

  #free(page: number): void {
    this.#slab.free(page, this.#words(page)[(page & SLAB_MASK) + SIZE_WORD]!);
  }

  #words(page: number): Uint32Array {
    return this.#slab.wordPages[page >>> SLAB_SHIFT]!;
  }
}

const EMPTY_WORDS = new Uint32Array(BIT_WORDS);
const EMPTY_BYTES = new Uint8Array(0);
