/**
 * The records of documents that have several. Whoever holds a list knows how many it has, up to {@link MANY}; most have
 * two or three, which are all that their piece of the slab holds.
 */
import type { NumberList } from './number-list.ts';
import type { Slab } from './slab.ts';

const PAGE_SHIFT = 18;
const PAGE_MASK = (1 << PAGE_SHIFT) - 1;
/** Up to so many records stand alone in a piece of as many words. */
const MAX_BARE = 3;
/** From so many on the list itself tells how many it has. */
export const MANY = 255;

/** `count` is always that of the list before the call, {@link MANY} standing for that many or more. */
export class RecordLists {
  readonly #slab: Slab;
  readonly #lists: NumberList;

  constructor(slab: Slab, lists: NumberList) {
    this.#slab = slab;
    this.#lists = lists;
  }

  /** A list of two. */
  of(a: number, b: number): number {
    return this.#bare([a, b]);
  }

  length(list: number, count: number): number {
    return count < MANY ? count : this.#lists.length(list);
  }

  get(list: number, count: number, i: number): number {
    if (count > MAX_BARE) return this.#lists.get(list, i);
    return this.#slab.wordPages[list >>> PAGE_SHIFT]![(list & PAGE_MASK) + i]!;
  }

  /** @returns where the list is now */
  push(list: number, count: number, value: number): number {
    if (count > MAX_BARE) return this.#lists.push(list, value);
    const values = this.#take(list, count);
    values.push(value);
    return count < MAX_BARE ? this.#bare(values) : this.#lists.of(values);
  }

  /**
   * Takes out a record of a list of three or more.
   *
   * @returns where the list is now
   */
  remove(list: number, count: number, value: number): number {
    if (count > MAX_BARE + 1) return this.#lists.remove(list, value);
    return this.#bare(this.#take(list, count).filter((each) => each !== value));
  }

  replace(list: number, count: number, from: number, to: number): void {
    if (count > MAX_BARE) {
      this.#lists.replace(list, from, to);
      return;
    }
    const words = this.#slab.wordPages[list >>> PAGE_SHIFT]!;
    const at = list & PAGE_MASK;
    for (let i = at; i < at + count; i++) if (words[i] === from) words[i] = to;
  }

  /** Ends a list of two: the other record than this one. */
  other(list: number, value: number): number {
    const [a, b] = this.#take(list, 2);
    return a === value ? b! : a!;
  }

  #bare(values: readonly number[]): number {
    const list = this.#slab.alloc(values.length);
    this.#slab.wordPages[list >>> PAGE_SHIFT]!.set(values, list & PAGE_MASK);
    return list;
  }

  /** The records of a short list, whose piece is given back. */
  #take(list: number, count: number): number[] {
    const values = Array.from({ length: count }, (_, i) => this.get(list, count, i));
    if (count <= MAX_BARE) this.#slab.free(list, count);
    else this.#lists.free(list);
    return values;
  }
}
