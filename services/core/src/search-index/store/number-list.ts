/** Lists of numbers in the slab: the texts of a content, the records of a text that has many. */
import { MAX_PIECE_WORDS, Slab } from './slab.ts';

const PAGE_SHIFT = 18;
const PAGE_MASK = (1 << PAGE_SHIFT) - 1;
/** A word for the length; the piece's size follows from it and {@link GROWTH}. */
const HEAD_WORDS = 1;
const FIRST_WORDS = 4;

/** Most numbers of one list: what a piece of the slab holds. */
export const MAX_LIST_LENGTH = MAX_PIECE_WORDS / 2 - HEAD_WORDS;

/**
 * Lists are known by their address, which changes when they grow or shrink: every call that may move a list returns
 * where it is then. The order of the numbers is nobody's business.
 */
export class NumberList {
  readonly #slab: Slab;

  constructor(slab: Slab) {
    this.#slab = slab;
  }

  of(values: readonly number[]): number {
    const size = SIZES.find((each) => each >= HEAD_WORDS + values.length)!;
    const list = this.#slab.alloc(size);
    const words = this.#words(list);
    const at = list & PAGE_MASK;
    words[at] = (sizeIndex(size) << 24) | values.length;
    words.set(values, at + HEAD_WORDS);
    return list;
  }

  length(list: number): number {
    return this.#words(list)[list & PAGE_MASK]! & 0xff_ffff;
  }

  get(list: number, i: number): number {
    return this.#words(list)[(list & PAGE_MASK) + HEAD_WORDS + i]!;
  }

  push(list: number, value: number): number {
    const length = this.length(list);
    if (HEAD_WORDS + length === this.#size(list))
      list = this.#resize(list, length, SIZES[this.#index(list) + 1]!);
    const words = this.#words(list);
    const at = list & PAGE_MASK;
    words[at + HEAD_WORDS + length] = value;
    words[at]!++;
    return list;
  }

  /** Takes out a number that is in the list. */
  remove(list: number, value: number): number {
    const words = this.#words(list);
    const at = list & PAGE_MASK;
    const length = this.length(list) - 1;
    let i = at + HEAD_WORDS;
    while (words[i] !== value) i++;
    words[i] = words[at + HEAD_WORDS + length]!;
    words[at]!--;
    // With room for two more sizes to spare it shrinks by one: a list at a border does not move to and fro.
    const index = this.#index(list);
    return index >= 2 && HEAD_WORDS + length <= SIZES[index - 2]!
      ? this.#resize(list, length, SIZES[index - 1]!)
      : list;
  }

  replace(list: number, from: number, to: number): void {
    const words = this.#words(list);
    let i = (list & PAGE_MASK) + HEAD_WORDS;
    while (words[i] !== from) i++;
    words[i] = to;
  }

  free(list: number): void {
    this.#slab.free(list, this.#size(list));
  }

  #resize(list: number, length: number, size: number): number {
    const moved = this.#slab.alloc(size);
    const from = this.#words(list);
    const to = this.#words(moved);
    const fromAt = (list & PAGE_MASK) + HEAD_WORDS;
    const toAt = (moved & PAGE_MASK) + HEAD_WORDS;
    for (let i = 0; i < length; i++) to[toAt + i] = from[fromAt + i]!;
    to[toAt - HEAD_WORDS] = (sizeIndex(size) << 24) | length;
    this.free(list);
    return moved;
  }

  #words(list: number): Uint32Array {
    return this.#slab.wordPages[list >>> PAGE_SHIFT]!;
  }

  #index(list: number): number {
    return this.#words(list)[list & PAGE_MASK]! >>> 24;
  }

  #size(list: number): number {
    return SIZES[this.#index(list)]!;
  }
}

/** Each size by about a fifth larger than the one before, as the slab cuts them. */
const SIZES: readonly number[] = (() => {
  const sizes: number[] = [];
  for (
    let words = FIRST_WORDS;
    words <= MAX_PIECE_WORDS;
    words = Slab.sizeFor(Math.min(words + 1, MAX_PIECE_WORDS))
  ) {
    sizes.push(words);
    if (words === MAX_PIECE_WORDS) break;
  }
  return sizes;
})();

function sizeIndex(words: number): number {
  return SIZES.indexOf(words);
}
