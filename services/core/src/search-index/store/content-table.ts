/**
 * Contents by number and by root: length, texts, whether an operator blocked it.
 *
 * Numbers are given again when a content is gone. The texts of a content are documents: nearly always one, else a list
 * in the slab.
 */
import { HASH_BYTES } from '@banyan/proto';
import type { NumberList } from './number-list.ts';
import { hashEnd, hasTag, MAX_VALUE, SLOT_MASK, SlotIndex, tagOf } from './slot-index.ts';

const PAGE_SHIFT = 12;
const PAGE_CONTENTS = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_CONTENTS - 1;
const ROOT_WORDS = HASH_BYTES / 4;
const CONTENT_BYTES = HASH_BYTES + 4 + 4 + 1;

const BLOCKED = 1;
/** `texts` is the address of a list. */
const MANY = 2;
/** The length is 4 GiB or more and stands in a map. */
const LONG = 4;
/** It has no text yet. */
const BARE = 8;

interface ContentPage {
  /** Two views of the same memory. */
  readonly roots: Uint32Array;
  readonly rootBytes: Uint8Array;
  readonly lengths: Uint32Array;
  readonly texts: Uint32Array;
  readonly flags: Uint8Array;
}

export class ContentTable {
  readonly #lists: NumberList;
  readonly #seed: number;
  readonly #pages: ContentPage[] = [];
  readonly #index: SlotIndex;
  readonly #long = new Map<number, number>();
  /** The first number that was given back; each one's `texts` names the next. 0: none. */
  #freed = 0;
  /** Numbers begin at 1. */
  #top = 1;

  /** @param seed - secret, so that nobody can choose roots that collide */
  constructor(lists: NumberList, seed: number) {
    this.#lists = lists;
    this.#seed = seed;
    this.#index = new SlotIndex((content) => {
      const { roots } = this.#page(content);
      return this.#hash(roots, (content & PAGE_MASK) * ROOT_WORDS);
    });
  }

  get size(): number {
    return this.#index.size;
  }

  /** Whether another content can be added. */
  get isFull(): boolean {
    return this.#top >= MAX_VALUE && this.#freed === 0;
  }

  get bytes(): number {
    return this.#pages.length * PAGE_CONTENTS * CONTENT_BYTES + this.#index.bytes;
  }

  /**
   * The content of this root and length; 0: there is none.
   *
   * @param root - words of roots, eight for each
   */
  find(root: Uint32Array, from: number, length: number): number {
    const hash = this.#hash(root, from);
    const slots = this.#index.slots(hash);
    const tag = tagOf(hash);
    for (let at = hash & SLOT_MASK; ; at = (at + 1) & SLOT_MASK) {
      const slot = slots[at]!;
      if (slot === 0) return 0;
      if (!hasTag(slot, tag)) continue;
      const content = slot & MAX_VALUE;
      if (this.#isRoot(content, root, from) && this.length(content) === length) return content;
    }
  }

  /** Contents of this root, whatever their length. */
  ofRoot(root: Uint32Array): number[] {
    const found: number[] = [];
    const hash = this.#hash(root, 0);
    const slots = this.#index.slots(hash);
    for (let at = hash & SLOT_MASK; slots[at] !== 0; at = (at + 1) & SLOT_MASK) {
      const content = slots[at]! & MAX_VALUE;
      if (this.#isRoot(content, root, 0)) found.push(content);
    }
    return found;
  }

  /** Makes a content that is not there yet; it has no text. */
  add(root: Uint32Array, from: number, length: number, blocked: boolean): number {
    let content = this.#freed;
    if (content !== 0) this.#freed = this.#page(content).texts[content & PAGE_MASK]!;
    else {
      content = this.#top++;
      if (content >>> PAGE_SHIFT >= this.#pages.length) this.#pages.push(newPage());
    }
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    for (let i = 0; i < ROOT_WORDS; i++) page.roots[at * ROOT_WORDS + i] = root[from + i]!;
    page.lengths[at] = length;
    page.texts[at] = 0;
    page.flags[at] = blocked ? BLOCKED | BARE : BARE;
    if (length > 0xffff_ffff) {
      page.flags[at] |= LONG;
      this.#long.set(content, length);
    }
    const hash = this.#hash(root, from);
    const slots = this.#index.slots(hash);
    let slot = hash & SLOT_MASK;
    while (slots[slot] !== 0) slot = (slot + 1) & SLOT_MASK;
    this.#index.put(hash, slot, content);
    return content;
  }

  /** Forgets a content that has no text any more. */
  remove(content: number): void {
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    this.#index.remove(this.#hash(page.roots, at * ROOT_WORDS), content);
    if ((page.flags[at]! & LONG) !== 0) this.#long.delete(content);
    page.texts[at] = this.#freed;
    this.#freed = content;
  }

  length(content: number): number {
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    return (page.flags[at]! & LONG) === 0 ? page.lengths[at]! : this.#long.get(content)!;
  }

  /** A copy of the root. */
  root(content: number): Uint8Array {
    const from = (content & PAGE_MASK) * HASH_BYTES;
    return this.#page(content).rootBytes.slice(from, from + HASH_BYTES);
  }

  /** Negative: a's root comes before b's. */
  compareRoots(a: number, b: number): number {
    const bytesA = this.#page(a).rootBytes;
    const bytesB = this.#page(b).rootBytes;
    const fromA = (a & PAGE_MASK) * HASH_BYTES;
    const fromB = (b & PAGE_MASK) * HASH_BYTES;
    for (let i = 0; i < HASH_BYTES; i++) {
      const difference = bytesA[fromA + i]! - bytesB[fromB + i]!;
      if (difference !== 0) return difference;
    }
    return this.length(a) - this.length(b);
  }

  isBlocked(content: number): boolean {
    return (this.#page(content).flags[content & PAGE_MASK]! & BLOCKED) !== 0;
  }

  setBlocked(content: number, blocked: boolean): void {
    const { flags } = this.#page(content);
    const at = content & PAGE_MASK;
    flags[at] = blocked ? flags[at]! | BLOCKED : flags[at]! & ~BLOCKED;
  }

  // ---- texts ----

  /** How many documents are its texts. */
  textCount(content: number): number {
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    if ((page.flags[at]! & MANY) !== 0) return this.#lists.length(page.texts[at]!);
    return (page.flags[at]! & BARE) === 0 ? 1 : 0;
  }

  textAt(content: number, i: number): number {
    const page = this.#page(content);
    const texts = page.texts[content & PAGE_MASK]!;
    return (page.flags[content & PAGE_MASK]! & MANY) !== 0 ? this.#lists.get(texts, i) : texts;
  }

  /** @returns how many it has now */
  addText(content: number, document: number): number {
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    const flags = page.flags[at]!;
    if ((flags & MANY) !== 0) {
      page.texts[at] = this.#lists.push(page.texts[at]!, document);
      return this.#lists.length(page.texts[at]);
    }
    if ((flags & BARE) !== 0) {
      page.texts[at] = document;
      page.flags[at] = flags & ~BARE;
      return 1;
    }
    page.texts[at] = this.#lists.of([page.texts[at]!, document]);
    page.flags[at] = flags | MANY;
    return 2;
  }

  /** @returns how many it has left */
  removeText(content: number, document: number): number {
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    if ((page.flags[at]! & MANY) === 0) {
      page.flags[at]! |= BARE;
      return 0;
    }
    const list = this.#lists.remove(page.texts[at]!, document);
    const left = this.#lists.length(list);
    if (left > 1) page.texts[at] = list;
    else {
      page.texts[at] = this.#lists.get(list, 0);
      this.#lists.free(list);
      page.flags[at]! &= ~MANY;
    }
    return left;
  }

  /** A text moved to another number. */
  moveText(content: number, from: number, to: number): void {
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    if ((page.flags[at]! & MANY) !== 0) this.#lists.replace(page.texts[at]!, from, to);
    else page.texts[at] = to;
  }

  #page(content: number): ContentPage {
    return this.#pages[content >>> PAGE_SHIFT]!;
  }

  #hash(root: Uint32Array, from: number): number {
    return hashEnd(Math.imul(root[from]! ^ this.#seed, 0x9e37_79b1) ^ root[from + 1]!);
  }

  #isRoot(content: number, root: Uint32Array, from: number): boolean {
    const { roots } = this.#page(content);
    const at = (content & PAGE_MASK) * ROOT_WORDS;
    for (let i = 0; i < ROOT_WORDS; i++) if (roots[at + i] !== root[from + i]) return false;
    return true;
  }
}

function newPage(): ContentPage {
  const roots = new Uint32Array(PAGE_CONTENTS * ROOT_WORDS);
  return {
    roots,
    rootBytes: new Uint8Array(roots.buffer),
    lengths: new Uint32Array(PAGE_CONTENTS),
    texts: new Uint32Array(PAGE_CONTENTS),
    flags: new Uint8Array(PAGE_CONTENTS),
  };
}
