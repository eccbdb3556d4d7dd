/**
 * Contents by number and by root: length, texts, whether an operator blocked it.
 *
 * Numbers are given again when a content is gone. The texts of a content are documents: nearly always one, else a list
 * in the slab.
 */
import { HASH_BYTES } from '@banyan/proto';
import type { NumberList } from './number-list.ts';
import { hashEnd, hasTag, MAX_VALUE, nextSlot, SlotIndex, tagOf } from './slot-index.ts';

const PAGE_SHIFT = 12;
const PAGE_CONTENTS = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_CONTENTS - 1;
const ROOT_WORDS = HASH_BYTES / 4;
/** Words of a content, side by side since they are read together: the root, the length, the text. */
const CONTENT_WORDS = ROOT_WORDS + 2;
const LENGTH = ROOT_WORDS;
const TEXTS = ROOT_WORDS + 1;
const CONTENT_BYTES = CONTENT_WORDS * 4 + 1;
/** A length that does not fit a word: it stands in a map. */
const LONG = 0xffff_ffff;

const BLOCKED = 1;
/** The text is the address of a list of them. */
const MANY = 2;
/** It has no text yet. */
const BARE = 4;

interface ContentPage {
  /** Two views of the same memory. */
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  readonly flags: Uint8Array;
}

export class ContentTable {
  readonly #lists: NumberList;
  readonly #seed: number;
  readonly #pages: ContentPage[] = [];
  readonly #index: SlotIndex;
  readonly #long = new Map<number, number>();
  /** What {@link fetch} read: what nobody keeps, the compiler need not read. */
  fetched = 0;
  /** The first number that was given back; each one's text names the next. 0: none. */
  #freed = 0;
  /** Numbers begin at 1. */
  #top = 1;

  /** @param seed - secret, so that nobody can choose roots that collide */
  constructor(lists: NumberList, seed: number) {
    this.#lists = lists;
    this.#seed = seed;
    this.#index = new SlotIndex((content) => {
      return this.#hash(this.#page(content).words, wordsAt(content));
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
   * Brings into the cache where these roots are looked up. Each is somewhere else in memory: all at once are fetched in the
   * time that a few take one by one.
   *
   * @param roots - words of roots, eight for each
   */
  fetch(roots: Uint32Array): void {
    let read = 0;
    for (let from = 0; from < roots.length; from += ROOT_WORDS) {
      const hash = this.#hash(roots, from);
      read ^= this.#index.slots(hash)[this.#index.home(hash)]!;
    }
    this.fetched = read;
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
    for (let at = this.#index.home(hash); ; at = nextSlot(at)) {
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
    for (let at = this.#index.home(hash); slots[at] !== 0; at = nextSlot(at)) {
      const content = slots[at]! & MAX_VALUE;
      if (this.#isRoot(content, root, 0)) found.push(content);
    }
    return found;
  }

  /** Makes a content that is not there yet; it has no text. */
  add(root: Uint32Array, from: number, length: number, blocked: boolean): number {
    let content = this.#freed;
    if (content !== 0) this.#freed = this.#page(content).words[wordsAt(content) + TEXTS]!;
    else {
      content = this.#top++;
      if (content >>> PAGE_SHIFT >= this.#pages.length) this.#pages.push(newPage());
    }
    const page = this.#page(content);
    const words = wordsAt(content);
    for (let i = 0; i < ROOT_WORDS; i++) page.words[words + i] = root[from + i]!;
    page.words[words + LENGTH] = Math.min(length, LONG);
    page.words[words + TEXTS] = 0;
    page.flags[content & PAGE_MASK] = blocked ? BLOCKED | BARE : BARE;
    if (length >= LONG) this.#long.set(content, length);
    const hash = this.#hash(root, from);
    const slots = this.#index.slots(hash);
    let slot = this.#index.home(hash);
    while (slots[slot] !== 0) slot = nextSlot(slot);
    this.#index.put(hash, slot, content);
    return content;
  }

  /** Forgets a content that has no text any more. */
  remove(content: number): void {
    const page = this.#page(content);
    const words = wordsAt(content);
    this.#index.remove(this.#hash(page.words, words), content);
    if (page.words[words + LENGTH] === LONG) this.#long.delete(content);
    page.words[words + TEXTS] = this.#freed;
    this.#freed = content;
  }

  length(content: number): number {
    const length = this.#page(content).words[wordsAt(content) + LENGTH]!;
    return length !== LONG ? length : this.#long.get(content)!;
  }

  /** A copy of the root. */
  root(content: number): Uint8Array {
    const from = wordsAt(content) * 4;
    return this.#page(content).bytes.slice(from, from + HASH_BYTES);
  }

  /** Negative: a's root comes before b's. */
  compareRoots(a: number, b: number): number {
    const bytesA = this.#page(a).bytes;
    const bytesB = this.#page(b).bytes;
    const fromA = wordsAt(a) * 4;
    const fromB = wordsAt(b) * 4;
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
    if ((page.flags[at]! & MANY) !== 0) return this.#lists.length(page.words[wordsAt(content) + TEXTS]!);
    return (page.flags[at]! & BARE) === 0 ? 1 : 0;
  }

  textAt(content: number, i: number): number {
    const page = this.#page(content);
    const texts = page.words[wordsAt(content) + TEXTS]!;
    return (page.flags[content & PAGE_MASK]! & MANY) !== 0 ? this.#lists.get(texts, i) : texts;
  }

  /** @returns how many it has now */
  addText(content: number, document: number): number {
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    const texts = wordsAt(content) + TEXTS;
    const flags = page.flags[at]!;
    if ((flags & MANY) !== 0) {
      page.words[texts] = this.#lists.push(page.words[texts]!, document);
      return this.#lists.length(page.words[texts]);
    }
    if ((flags & BARE) !== 0) {
      page.words[texts] = document;
      page.flags[at] = flags & ~BARE;
      return 1;
    }
    page.words[texts] = this.#lists.of([page.words[texts]!, document]);
    page.flags[at] = flags | MANY;
    return 2;
  }

  /** @returns how many it has left */
  removeText(content: number, document: number): number {
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    const texts = wordsAt(content) + TEXTS;
    if ((page.flags[at]! & MANY) === 0) {
      page.flags[at]! |= BARE;
      return 0;
    }
    const list = this.#lists.remove(page.words[texts]!, document);
    const left = this.#lists.length(list);
    if (left > 1) page.words[texts] = list;
    else {
      page.words[texts] = this.#lists.get(list, 0);
      this.#lists.free(list);
      page.flags[at]! &= ~MANY;
    }
    return left;
  }

  /** A text moved to another number. */
  moveText(content: number, from: number, to: number): void {
    const page = this.#page(content);
    const at = content & PAGE_MASK;
    const texts = wordsAt(content) + TEXTS;
    if ((page.flags[at]! & MANY) !== 0) this.#lists.replace(page.words[texts]!, from, to);
    else page.words[texts] = to;
  }

  #page(content: number): ContentPage {
    return this.#pages[content >>> PAGE_SHIFT]!;
  }

  #hash(root: Uint32Array, from: number): number {
    return hashEnd(Math.imul(root[from]! ^ this.#seed, 0x9e37_79b1) ^ root[from + 1]!);
  }

  #isRoot(content: number, root: Uint32Array, from: number): boolean {
    const { words } = this.#page(content);
    const at = wordsAt(content);
    for (let i = 0; i < ROOT_WORDS; i++) if (words[at + i] !== root[from + i]) return false;
    return true;
  }
}

/** Where a content's words begin in its page. */
function wordsAt(content: number): number {
  return (content & PAGE_MASK) * CONTENT_WORDS;
}

function newPage(): ContentPage {
  const words = new Uint32Array(PAGE_CONTENTS * CONTENT_WORDS);
  return {
    words,
    bytes: new Uint8Array(words.buffer),
    flags: new Uint8Array(PAGE_CONTENTS),
  };
}
