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
/** Bytes of the columns of one row. */
const ROW_BYTES = 3 * 4 + 4 + 2;
const SPAN_BYTES = SPAN_WORDS * 4;
const SPAN_SHIFT = 14;
const SLAB_SHIFT = 18;
const SLAB_MASK = (1 << SLAB_SHIFT) - 1;
/** Empty pages kept for the next ones. */
const MAX_SPARE_PAGES = 1;
/** The head of a row that is dead. */
export const DEAD = 0xffff_ffff;

export class DocumentPage {
  /** The content's number. */
  readonly content: Uint32Array;
  /** With one record: its number. With more: the address of their list. {@link DEAD}: no row. */
  readonly head: Uint32Array;
  /** Span of the page's texts `<< 14` and offset in it. */
  readonly text: Uint32Array;
  /** Four bytes for each row, side by side, since ranking reads them all: {@link WORDS} to {@link QUARTER}. */
  readonly said: Uint8Array;
  /** The same memory as words, {@link WORDS} lowest. */
  readonly about: Uint32Array;
  /** The first two bytes of the root: what equal scores are ordered by, first of all. */
  readonly tie: Uint16Array;
  /** Spans of the slab with the texts. */
  readonly spans: number[] = [];
  used = 0;
  live = 0;
  spanEnd = SPAN_BYTES;

  constructor() {
    const buffer = new ArrayBuffer(PAGE_ROWS * ROW_BYTES);
    const column = (n: number): Uint32Array => new Uint32Array(buffer, n * PAGE_ROWS * 4, PAGE_ROWS);
    this.content = column(0);
    this.head = column(1);
    this.text = column(2);
    this.about = column(3);
    this.said = new Uint8Array(buffer, 3 * PAGE_ROWS * 4, PAGE_ROWS * 4);
    this.tie = new Uint16Array(buffer, 4 * PAGE_ROWS * 4, PAGE_ROWS);
    this.head.fill(DEAD);
  }
}

/** In `said[(row << 2) + …]`: words of the name (see WORDS_MASK) and {@link MANY_TEXTS}. */
export const WORDS = 0;
/** Media type, class of size, {@link HAS_EXTENSION}, {@link HAS_TITLE}. */
export const KIND = 1;
/** Records; 255 stands for that many or more. */
export const COUNT = 2;
/** Quarters of years since 1970, begun ones too, of the newest date that a record of it ever gave. */
export const QUARTER = 3;
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
    return page !== undefined && page.head[document & ROW_MASK] !== DEAD;
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
    return this.#slab.bytePages[page.spans[page.text[row]! >>> SPAN_SHIFT]! >>> SLAB_SHIFT]!;
  }

  textOffset(page: DocumentPage, row: number): number {
    const text = page.text[row]!;
    return (page.spans[text >>> SPAN_SHIFT]! & SLAB_MASK) * 4 + (text & (SPAN_BYTES - 1));
  }

  /** The row is no more; its page goes with its last one. */
  kill(document: number): void {
    const at = ((document - this.base) >>> 0) >>> ROWS_SHIFT;
    const page = this.pages[at]!;
    page.head[document & ROW_MASK] = DEAD;
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
