/**
 * The texts of contents, in the order of their coming: a log in pages.
 *
 * ```
 *   number (32 bits, grows for ever, wraps) = page << 12 | row
 *   page: columns of 4,096 rows, and the texts themselves in blocks of their own
 *   base ── oldest page ──────────────────────▶ newest page: rows are only ever added here
 * ```
 *
 * A row that dies stays until its whole page is empty; sparse pages are emptied by moving what lives there to the
 * newest page (catalog.ts). So numbers ascend in the order in which postings are written, and memory comes back page
 * by page, to the process: texts are most of what a page holds, and pieces of a slab would only come back to the slab.
 * Numbers are compared by their distance from {@link DocumentStore.base}, which is why they may wrap.
 */
const ROWS_SHIFT = 12;
/** Rows of a page: a few hundred KiB with their texts. */
export const PAGE_ROWS = 1 << ROWS_SHIFT;
export const ROW_MASK = PAGE_ROWS - 1;
/** Words of a row: {@link CONTENT}, {@link HEAD}, {@link TEXT}. */
const ROW_WORDS = 3;
/** Bytes that are said of a row: {@link WORDS} to {@link QUARTER}, and {@link TIE}. */
const SAID_BYTES = 6;
const ROW_BYTES = ROW_WORDS * 4 + SAID_BYTES;
const BLOCK_SHIFT = 16;
/** Bytes of a block of texts: a few blocks a page, of which the last one is cut to what it holds when the page is full. */
export const BLOCK_BYTES = 1 << BLOCK_SHIFT;
/** Empty pages, and blocks of texts, kept for the next ones. */
const MAX_SPARE_PAGES = 1;
const MAX_SPARE_BLOCKS = 1;
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
  /** Blocks with the texts; {@link blockEnd}: bytes of the last one that are used. */
  readonly blocks: Uint8Array[] = [];
  blockEnd = BLOCK_BYTES;
  used = 0;
  live = 0;

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
/** Block of the page's texts `<< 16` and offset in it. */
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
  readonly #spare: DocumentPage[] = [];
  readonly #spareBlocks: Uint8Array[] = [];
  /** Of all blocks, spare ones too. */
  #textBytes = 0;

  /** @param first - the first number, for tests of what happens when numbers wrap */
  constructor(first = 0) {
    this.base = (first & ~ROW_MASK) >>> 0;
    this.end = this.base;
  }

  /** Bytes of the pages and their texts. */
  get bytes(): number {
    let pages = this.#spare.length;
    for (const page of this.pages) if (page !== undefined) pages++;
    return pages * PAGE_ROWS * ROW_BYTES + this.pages.length * 8 + this.#textBytes;
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
      this.#cutLast(this.pages[at - 1]);
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
    if (page.blockEnd + length > BLOCK_BYTES) {
      page.blocks.push(this.#spareBlocks.pop() ?? this.#newBlock(BLOCK_BYTES));
      page.blockEnd = 0;
    }
    const block = page.blocks[page.blocks.length - 1]!;
    const from = page.blockEnd;
    for (let i = 0; i < length; i++) block[from + i] = bytes[i]!;
    page.blockEnd += length;
    return ((page.blocks.length - 1) << BLOCK_SHIFT) | from;
  }

  /** The block that has a row's text, and the text's offset there. */
  textBlock(page: DocumentPage, row: number): Uint8Array {
    return page.blocks[page.words[wordsAt(row) + TEXT]! >>> BLOCK_SHIFT]!;
  }

  textOffset(page: DocumentPage, row: number): number {
    return page.words[wordsAt(row) + TEXT]! & (BLOCK_BYTES - 1);
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
    for (const block of page.blocks) this.#freeBlock(block);
    page.blocks.length = 0;
    page.blockEnd = BLOCK_BYTES;
    page.used = 0;
    if (this.#spare.length < MAX_SPARE_PAGES) this.#spare.push(page);
  }

  /** A full page's last block is cut to what it holds. */
  #cutLast(page: DocumentPage | undefined): void {
    const last = page?.blocks.pop();
    if (page === undefined || last === undefined) return;
    const cut = this.#newBlock(page.blockEnd);
    cut.set(last.subarray(0, page.blockEnd));
    page.blocks.push(cut);
    this.#freeBlock(last);
  }

  #newBlock(bytes: number): Uint8Array {
    this.#textBytes += bytes;
    return new Uint8Array(bytes);
  }

  #freeBlock(block: Uint8Array): void {
    if (block.length === BLOCK_BYTES && this.#spareBlocks.length < MAX_SPARE_BLOCKS)
      this.#spareBlocks.push(block);
    else this.#textBytes -= block.length;
  }
}
