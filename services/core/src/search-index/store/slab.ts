/**
 * Memory for small pieces, off the JavaScript heap: typed arrays cut into size classes.
 *
 * ```
 *   page (1 MiB) = 64 spans (16 KiB)      a span is cut into pieces of one class;
 *   address      = word number            freed pieces wait in a list of their class
 * ```
 *
 * It grows page by page and never moves what it holds, so that nothing ever doubles at once and no slice of
 * work pays for growth. Addresses are numbers of 4-byte words (16 GiB in all); 0 is no address.
 */

const PAGE_SHIFT = 18;
/** Words of a page. */
const PAGE_WORDS = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_WORDS - 1;
/** Words of a span: what a class takes at a time. */
export const SPAN_WORDS = 4096;
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

/** Pieces of memory by address. Whoever holds an address knows the piece's size. */
export class Slab {
  /** The pages, as bytes, half words and words: of address `a`, page `a >>> 18` and word `a & 0x3ffff` in it. */
  readonly bytePages: Uint8Array[] = [];
  readonly halfPages: Uint16Array[] = [];
  readonly wordPages: Uint32Array[] = [];
  /** For each class: the first freed piece, and the rest of the span that is being cut. */
  readonly #freed = new Uint32Array(CLASS_WORDS.length);
  readonly #next = new Uint32Array(CLASS_WORDS.length);
  readonly #end = new Uint32Array(CLASS_WORDS.length);
  /** Spans left over at the end of pages. */
  readonly #spareSpans: number[] = [];
  #top = 0;
  #topEnd = 0;

  /** Bytes of all pages. */
  get bytes(): number {
    return this.wordPages.length * PAGE_WORDS * 4;
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
    const freed = this.#freed[kind]!;
    if (freed !== 0) {
      this.#freed[kind] = this.wordPages[freed >>> PAGE_SHIFT]![freed & PAGE_MASK]!;
      return freed;
    }
    const size = CLASS_WORDS[kind]!;
    if (size >= SPAN_WORDS) return this.#spans(size);
    let at = this.#next[kind]!;
    if (at + size > this.#end[kind]!) {
      at = this.#spans(SPAN_WORDS);
      this.#end[kind] = at + SPAN_WORDS;
    }
    this.#next[kind] = at + size;
    return at;
  }

  /** Gives back a piece that was asked for with as many words. */
  free(address: number, words: number): void {
    const kind = classOf(words);
    this.wordPages[address >>> PAGE_SHIFT]![address & PAGE_MASK] = this.#freed[kind]!;
    this.#freed[kind] = address;
  }

  #spans(words: number): number {
    if (words === SPAN_WORDS) {
      const spare = this.#spareSpans.pop();
      if (spare !== undefined) return spare;
    }
    if (this.#top + words > this.#topEnd) {
      for (let at = this.#top; at < this.#topEnd; at += SPAN_WORDS) this.#spareSpans.push(at);
      const page = new Uint32Array(PAGE_WORDS);
      this.#top = this.wordPages.length * PAGE_WORDS;
      this.#topEnd = this.#top + PAGE_WORDS;
      this.wordPages.push(page);
      this.bytePages.push(new Uint8Array(page.buffer));
      this.halfPages.push(new Uint16Array(page.buffer));
      // Address 0 is none: the first span of all is never given out.
      if (this.#top === 0) this.#top = SPAN_WORDS;
      if (this.#top + words > this.#topEnd) return this.#spans(words);
    }
    const at = this.#top;
    this.#top += words;
    return at;
  }
}

function classOf(words: number): number {
  if (words <= SPAN_WORDS) return CLASS_OF[words]!;
  let kind = CLASS_OF[SPAN_WORDS]!;
  while (CLASS_WORDS[kind]! < words) kind++;
  return kind;
}
