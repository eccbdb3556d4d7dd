/**
 * Memory for small pieces, off the JavaScript heap: typed arrays cut into size classes.
 *
 * ```
 *   page (1 MiB) = 64 spans (16 KiB)      a span is cut into pieces of one class, and keeps a list of its freed ones;
 *   address      = word number            spans with room are linked by class; an empty span is anybody's again
 * ```
 *
 * It grows page by page and never moves what it holds, so that nothing ever doubles at once and no slice of
 * work pays for growth. Addresses are numbers of 4-byte words (16 GiB in all); 0 is no address.
 */

const PAGE_SHIFT = 18;
/** Words of a page. */
const PAGE_WORDS = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_WORDS - 1;
const SPAN_SHIFT = 12;
/** Words of a span: what a class takes at a time. */
export const SPAN_WORDS = 1 << SPAN_SHIFT;
const SPANS_SHIFT = PAGE_SHIFT - SPAN_SHIFT;
/** A span of which less is in use is sparse: moving its pieces costs little in comparison with what comes back. */
const SPARSE_WORDS = (SPAN_WORDS * 3) / 4;
const PAGE_SPANS = 1 << SPANS_SHIFT;
const SPANS_MASK = PAGE_SPANS - 1;
/** Largest piece: a page. */
export const MAX_PIECE_WORDS = PAGE_WORDS;
/** Each class is about so much larger than the one before: the slack of a piece is half of it on average. */
const CLASS_GROWTH = 1.19;
const SMALLEST_WORDS = 2;

const CLASS_WORDS: readonly number[] = (() => {
  const sizes: number[] = [];
  let words = SMALLEST_WORDS;
  while (words < SPAN_WORDS) {
    sizes.push(words);
    words = Math.max(words + 1, Math.round(words * CLASS_GROWTH));
  }
  // From a span on: whole spans.
  for (words = SPAN_WORDS; words <= MAX_PIECE_WORDS; words *= 2) sizes.push(words);
  return sizes;
})();

/** The class of each size up to a span. */
const CLASS_OF: Uint8Array = (() => {
  const table = new Uint8Array(SPAN_WORDS + 1);
  let at = 0;
  for (let words = 0; words <= SPAN_WORDS; words++) {
    if (words > CLASS_WORDS[at]!) at++;
    table[words] = at;
  }
  return table;
})();

/** Of each span: pieces in use, the first freed one and what was not cut yet (words from its beginning), and its neighbours. */
const LIVE = 0;
const FREED = 1;
const CUT = 2;
const NEXT = 3;
const PRIOR = 4;
const ABOUT_WORDS = 5;
/** In {@link FREED}: no piece is. */
const NONE = SPAN_WORDS;

/** What is known of a page's spans. */
interface Spans {
  /** {@link ABOUT_WORDS} for each span that is cut. */
  readonly about: Uint32Array;
  /** 1: given out. */
  readonly taken: Uint8Array;
  spare: number;
}

/** Pieces of memory by address. Whoever holds an address knows the piece's size. */
export class Slab {
  /** The pages, as bytes, half words and words: of address `a`, page `a >>> 18` and word `a & 0x3ffff` in it. */
  readonly bytePages: Uint8Array[] = [];
  readonly halfPages: Uint16Array[] = [];
  readonly wordPages: Uint32Array[] = [];
  readonly #spans: Spans[] = [];
  /** For each class the first of the spans that have room, by number (`address >>> 12`); 0: none. */
  readonly #open = new Uint32Array(CLASS_WORDS.length);
  /** No page before this one has a spare span. */
  #firstSpare = 0;

  /** Bytes of all pages. */
  get bytes(): number {
    return this.wordPages.length * (PAGE_WORDS * 4 + PAGE_SPANS * (ABOUT_WORDS * 4 + 1));
  }

  /** Words of the piece that {@link alloc} gives for so many: at least as many. */
  static sizeFor(words: number): number {
    return CLASS_WORDS[classOf(words)]!;
  }

  /**
   * A piece of at least so many words; what it holds is undefined.
   *
   * @param words - 1 to {@link MAX_PIECE_WORDS}
   */
  alloc(words: number): number {
    const kind = classOf(words);
    const size = CLASS_WORDS[kind]!;
    if (size >= SPAN_WORDS) return (this.#take(size >>> SPAN_SHIFT) << SPAN_SHIFT) >>> 0;
    const span = this.#open[kind]! || this.#begin(kind);
    const { about } = this.#spans[span >>> SPANS_SHIFT]!;
    const at = (span & SPANS_MASK) * ABOUT_WORDS;
    const first = (span << SPAN_SHIFT) >>> 0;
    let piece = about[at + FREED]!;
    if (piece !== NONE) {
      about[at + FREED] = this.wordPages[first >>> PAGE_SHIFT]![(first & PAGE_MASK) + piece]!;
    } else {
      piece = about[at + CUT]!;
      about[at + CUT] = piece + size;
    }
    about[at + LIVE]!++;
    // An open span is the first of its list: whatever becomes full is.
    if (isFull(about, at, size)) this.#unlink(kind, span);
    return first + piece;
  }

  /** Gives back a piece that was asked for with as many words. */
  free(address: number, words: number): void {
    const kind = classOf(words);
    const size = CLASS_WORDS[kind]!;
    const span = address >>> SPAN_SHIFT;
    if (size >= SPAN_WORDS) {
      this.#giveBack(span, size >>> SPAN_SHIFT);
      return;
    }
    const { about } = this.#spans[span >>> SPANS_SHIFT]!;
    const at = (span & SPANS_MASK) * ABOUT_WORDS;
    if (isFull(about, at, size)) this.#link(kind, span);
    this.wordPages[address >>> PAGE_SHIFT]![address & PAGE_MASK] = about[at + FREED]!;
    about[at + FREED] = address & (SPAN_WORDS - 1);
    if (--about[at + LIVE]! > 0) return;
    this.#unlink(kind, span);
    this.#giveBack(span, 1);
  }

  /**
   * Whether a piece's span has so much room that the piece should be asked for anew: then the pieces of a class come to
   * stand close, and spans become empty. Costs a look at what is known of the span.
   *
   * @param words - less than {@link SPAN_WORDS}
   */
  isSparse(address: number, words: number): boolean {
    const kind = classOf(words);
    const span = address >>> SPAN_SHIFT;
    const { about } = this.#spans[span >>> SPANS_SHIFT]!;
    const live = about[(span & SPANS_MASK) * ABOUT_WORDS + LIVE]!;
    return live * CLASS_WORDS[kind]! < SPARSE_WORDS && this.#open[kind] !== span;
  }

  // ---- spans of a class that have room ----

  /** A new span for a class; returns its number. */
  #begin(kind: number): number {
    const span = this.#take(1);
    const { about } = this.#spans[span >>> SPANS_SHIFT]!;
    const at = (span & SPANS_MASK) * ABOUT_WORDS;
    about[at + LIVE] = 0;
    about[at + FREED] = NONE;
    about[at + CUT] = 0;
    this.#link(kind, span);
    return span;
  }

  /** Puts a span first: it is nearly full, so that emptier ones have time to become empty. */
  #link(kind: number, span: number): void {
    const next = this.#open[kind]!;
    this.#set(span, NEXT, next);
    this.#set(span, PRIOR, 0);
    if (next !== 0) this.#set(next, PRIOR, span);
    this.#open[kind] = span;
  }

  #unlink(kind: number, span: number): void {
    const next = this.#get(span, NEXT);
    const prior = this.#get(span, PRIOR);
    if (prior === 0) this.#open[kind] = next;
    else this.#set(prior, NEXT, next);
    if (next !== 0) this.#set(next, PRIOR, prior);
  }

  #get(span: number, field: number): number {
    return this.#spans[span >>> SPANS_SHIFT]!.about[(span & SPANS_MASK) * ABOUT_WORDS + field]!;
  }

  #set(span: number, field: number, value: number): void {
    this.#spans[span >>> SPANS_SHIFT]!.about[(span & SPANS_MASK) * ABOUT_WORDS + field] = value;
  }

  // ---- spans of a page ----

  /** So many spans (a power of two) side by side; returns the number of the first. */
  #take(count: number): number {
    let page = this.#firstSpare;
    let first = -1;
    for (; page < this.#spans.length; page++) {
      const spans = this.#spans[page]!;
      if (spans.spare === 0 && page === this.#firstSpare) this.#firstSpare++;
      if (spans.spare < count) continue;
      first = spareRun(spans.taken, count);
      if (first >= 0) break;
    }
    if (first < 0) {
      this.#addPage();
      // Address 0 is none: the first span of all is never given out.
      if (page === 0) return this.#take(count);
      first = 0;
    }
    const spans = this.#spans[page]!;
    spans.taken.fill(1, first, first + count);
    spans.spare -= count;
    return page * PAGE_SPANS + first;
  }

  #giveBack(span: number, count: number): void {
    const page = span >>> SPANS_SHIFT;
    const spans = this.#spans[page]!;
    spans.taken.fill(0, span & SPANS_MASK, (span & SPANS_MASK) + count);
    spans.spare += count;
    if (page < this.#firstSpare) this.#firstSpare = page;
  }

  #addPage(): void {
    const page = new Uint32Array(PAGE_WORDS);
    this.wordPages.push(page);
    this.bytePages.push(new Uint8Array(page.buffer));
    this.halfPages.push(new Uint16Array(page.buffer));
    const spans = {
      about: new Uint32Array(PAGE_SPANS * ABOUT_WORDS),
      taken: new Uint8Array(PAGE_SPANS),
      spare: PAGE_SPANS,
    };
    if (this.#spans.length === 0) {
      spans.taken[0] = 1;
      spans.spare--;
    }
    this.#spans.push(spans);
  }
}

function isFull(about: Uint32Array, at: number, size: number): boolean {
  return about[at + FREED] === NONE && about[at + CUT]! + size > SPAN_WORDS;
}

/** The first of so many spare spans, at a multiple of their number, so that they do not break up larger ones; -1: there are none. */
function spareRun(taken: Uint8Array, count: number): number {
  if (count === 1) return taken.indexOf(0);
  for (let first = 0; first < PAGE_SPANS; first += count) {
    let at = first;
    while (at < first + count && taken[at] === 0) at++;
    if (at === first + count) return first;
  }
  return -1;
}

function classOf(words: number): number {
  if (words <= SPAN_WORDS) return CLASS_OF[words]!;
  let kind = CLASS_OF[SPAN_WORDS]!;
  while (CLASS_WORDS[kind]! < words) kind++;
  return kind;
}
