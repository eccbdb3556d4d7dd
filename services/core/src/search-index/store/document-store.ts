/**
 * The texts of contents, in the order of their coming: a log in pages.
 *
 * ```
 *   number (32 bits, grows for ever, wraps) = page << 12 | row
 *   page: columns of 4,096 rows, and the texts themselves in spans of the slab
 *   base ── oldest page ──────────────────────▶ newest page: rows are only ever added here
 * ```
 *
 * A row that dies stays until its whole page is empty; sparse pages are emptied by moving what lives there to the
 * newest page (catalog.ts). So numbers ascend in the order in which postings are written, and memory comes back page
 * by page. Numbers are compared by their distance from {@link DocumentStore.base}, which is why they may wrap.
 */
import { SPAN_WORDS, type Slab } from './slab.ts';

const ROWS_SHIFT = 12;
/** Rows of a page: a few hundred KiB with their texts. */
export const PAGE_ROWS = 1 << ROWS_SHIFT;
export const ROW_MASK = PAGE_ROWS - 1;
/** Words of a row: {@link CONTENT}, {@link HEAD}, {@link TEXT}. */
const ROW_WORDS = 3;
/** Bytes that are said of a row: {@link WORDS} to {@link QUARTER}, and {@link TIE}. */
const SAID_BYTES = 6;
const ROW_BYTES = ROW_WORDS * 4 + SAID_BYTES;
const SPAN_BYTES = SPAN_WORDS * 4;
const SPAN_SHIFT = 14;
const SLAB_SHIFT = 18;
const SLAB_MASK = (1 << SLAB_SHIFT) - 1;
/** Empty pages kept for the next ones. */
const MAX_SPARE_PAGES = 1;
/** The head of a row that is dead. */
export const DEAD = 0xffff_ffff;

/**
 * Rows are read one here, one there: what is read together lies together, so that it is fetched at once.
 *
 * `words`, for a hit: content, head, text. `said`, for every match: what ranking asks, in six bytes.
 */
export class DocumentPage {
  readonly words: Uint32Array;
  readonly said: Uint8Array;
  /** The memory of `said` as half words, three for each row. */
  readonly halves: Uint16Array;
  /** Spans of the slab with the texts. */
  readonly spans: number[] = [];
  used = 0;
  live = 0;
  spanEnd = SPAN_BYTES;

  constructor() {
    const buffer = new ArrayBuffer(PAGE_ROWS * ROW_BYTES);
    const saidAt = PAGE_ROWS * ROW_WORDS * 4;
    this.words = new Uint32Array(buffer, 0, PAGE_ROWS * ROW_WORDS);
    this.said = new Uint8Array(buffer, saidAt);
    this.halves = new Uint16Array(buffer, saidAt);
    for (let row = 0; row < PAGE_ROWS; row++) this.words[wordsAt(row) + HEAD] = DEAD;
  }
}

/** Where the words of a row begin. */
export function wordsAt(row: number): number {
  return row * ROW_WORDS;
}

/** Where the bytes of a row begin. */
export function saidAt(row: number): number {
  return row * SAID_BYTES;
}

/** Where the half words of a row begin: {@link WORDS} and {@link KIND}, {@link COUNT} and {@link QUARTER}, {@link TIE}. */
export function halvesAt(row: number): number {
  return row * (SAID_BYTES / 2);
}

/** In `words[wordsAt(row) + …]`: the content's number. */
export const CONTENT = 0;
/** With one record: its number. With more: the address of their list. {@link DEAD}: no row. */
export const HEAD = 1;
/** Span of the page's texts `<< 14` and offset in it. */
export const TEXT = 2;

/** In `said[saidAt(row) + …]`: words of the name (see WORDS_MASK) and {@link MANY_TEXTS}. */
export const WORDS = 0;
/** Media type, class of size, {@link HAS_EXTENSION}, {@link HAS_TITLE}. */
export const KIND = 1;
/** Records; 255 stands for that many or more. */
export const COUNT = 2;
/** Quarters of years since 1970, begun ones too, of the newest date that a record of it ever gave. */
export const QUARTER = 3;
/** In `halves[halvesAt(row) + …]`: the first two bytes of the root, what equal scores are ordered by, first of all. */
export const TIE = 2;
export const SECONDS_PER_QUARTER = (365.25 / 4) * 86_400;

/** Words of a name that are counted; longer names count as so long. */
export const WORDS_MASK = 63;
/** The content has other texts too. */
export const MANY_TEXTS = 64;
export const TYPE_MASK = 7;
export const SIZE_SHIFT = 3;
export const SIZE_MASK = 7;
export const HAS_EXTENSION = 64;
export const HAS_TITLE = 128;

export class DocumentStore {
  /** First number of the oldest page that postings may still name. */
  base: number;
  /** The number that the next document gets. */
  end: number;
  live = 0;
  /** From {@link base} on; undefined: all its rows died. */
  readonly pages: (DocumentPage | undefined)[] = [];
  readonly #slab: Slab;
  readonly #spare: DocumentPage[] = [];

  /** @param first - the first number, for tests of what happens when numbers wrap */
  constructor(slab: Slab, first = 0) {
    this.#slab = slab;
    this.base = (first & ~ROW_MASK) >>> 0;
    this.end = this.base;
  }

  /** Bytes of the pages; their texts are the slab's. */
  get bytes(): number {
    let pages = this.#spare.length;
    for (const page of this.pages) if (page !== undefined) pages++;
    return pages * PAGE_ROWS * ROW_BYTES + this.pages.length * 8;
  }

  /** Documents between the oldest and the newest, dead ones included. */
  get span(): number {
    return (this.end - this.base) >>> 0;
  }

  page(document: number): DocumentPage | undefined {
    return this.pages[((document - this.base) >>> 0) >>> ROWS_SHIFT];
  }

  isLive(document: number): boolean {
    const page = this.pages[((document - this.base) >>> 0) >>> ROWS_SHIFT];
    return page !== undefined && page.words[wordsAt(document & ROW_MASK) + HEAD] !== DEAD;
  }

  /** The page in which {@link add} puts the next row. */
  get open(): DocumentPage {
    const at = this.span >>> ROWS_SHIFT;
    let page = this.pages[at];
    if (page === undefined) {
      page = this.#spare.pop() ?? new DocumentPage();
      this.pages[at] = page;
    }
    return page;
  }

  /** Takes the next row; its columns are the caller's to fill, the head first of all. */
  add(): number {
    const document = this.end;
    const page = this.open;
    page.used++;
    page.live++;
    this.live++;
    this.end = (this.end + 1) >>> 0;
    return document;
  }

  /** Keeps the text of a row of this page. */
  addText(page: DocumentPage, bytes: Uint8Array, length: number): number {
    if (page.spanEnd + length > SPAN_BYTES) {
      page.spans.push(this.#slab.alloc(SPAN_WORDS));
      page.spanEnd = 0;
    }
    const span = page.spans[page.spans.length - 1]!;
    const own = this.#slab.bytePages[span >>> SLAB_SHIFT]!;
    const from = (span & SLAB_MASK) * 4 + page.spanEnd;
    for (let i = 0; i < length; i++) own[from + i] = bytes[i]!;
    const at = ((page.spans.length - 1) << SPAN_SHIFT) | page.spanEnd;
    page.spanEnd += length;
    return at;
  }

  /** The page of the slab that has a row's text, and the text's offset there. */
  textPage(page: DocumentPage, row: number): Uint8Array {
    return this.#slab.bytePages[page.spans[page.words[wordsAt(row) + TEXT]! >>> SPAN_SHIFT]! >>> SLAB_SHIFT]!;
  }

  textOffset(page: DocumentPage, row: number): number {
    const text = page.words[wordsAt(row) + TEXT]!;
    return (page.spans[text >>> SPAN_SHIFT]! & SLAB_MASK) * 4 + (text & (SPAN_BYTES - 1));
  }

  /** The row is no more; its page goes with its last one. */
  kill(document: number): void {
    const at = ((document - this.base) >>> 0) >>> ROWS_SHIFT;
    const page = this.pages[at]!;
    page.words[wordsAt(document & ROW_MASK) + HEAD] = DEAD;
    page.live--;
    this.live--;
    if (page.live === 0 && page.used === PAGE_ROWS) this.#retire(at, page);
  }

  /** Forgets what lies before a page of which no posting names an earlier one; `pages` counts from {@link base}. */
  advance(pages: number): void {
    this.pages.splice(0, pages);
    this.base = (this.base + pages * PAGE_ROWS) >>> 0;
  }

  #retire(at: number, page: DocumentPage): void {
    this.pages[at] = undefined;
    for (const span of page.spans) this.#slab.free(span, SPAN_WORDS);
    page.spans.length = 0;
    page.spanEnd = SPAN_BYTES;
    page.used = 0;
    if (this.#spare.length < MAX_SPARE_PAGES) this.#spare.push(page);
  }
}
