/**
 * Terms that are nearly a word: within two letters added, removed, replaced or swapped with their neighbour.
 *
 * The terms are walked in their order with one row of the distance matrix for each letter (Wagner–Fischer, with swaps of
 * neighbours): terms that begin alike share rows, and where a row says that no word beginning so can be near, all of
 * them are passed over at once. Texts are read as UTF-16 units into a buffer of their own: thousands are walked for one word,
 * and hardly one of them is ever needed as a string.
 */
import { utf8Into, utf8Text } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { findTerm } from './query-plan.ts';
import type { TextPlace } from './store/string-table.ts';
import { MAX_TERM_CHARS } from './text.ts';

export interface NearTerm {
  readonly term: number;
  readonly text: string;
  readonly edits: number;
}

/** Near terms of one word: more are not told apart by frequency any more. */
const MAX_FOUND = 2_000;
/** Terms of a passed-over beginning that are skipped one by one before a search for its end pays. */
const SKIPPED_BY_ONE = 8;

/** Words of which the near terms among the sorted ones are kept: the same words are searched for again and again. */
const MAX_KEPT = 4_096;
/** Near terms of all of them: some two megabytes. Words of a few syllables have fifty with one letter changed. */
const MAX_KEPT_NEAR = 200_000;
/** What no term has: it parts them where they are kept as one text, which the collector of garbage need not look into. */
const BREAK = '\n';

/**
 * Near terms of a word, of no order.
 *
 * @param word - folded, as terms are
 * @param most - letters that may differ, 1 or 2
 * @param sameStart - only terms with the word's first letter, which people rarely get wrong
 */
export type NearTerms = (word: string, most: number, sameStart: boolean) => NearTerm[];

interface Kept {
  /** Of {@link SortedTerms.settled} when they were found: of those terms some have gone since then, no more. */
  readonly settled: number;
  /** Of each its edits, one digit, and its text. */
  readonly near: string;
  readonly count: number;
}

export function createNearTerms(catalog: Catalog): NearTerms {
  const { sorted } = catalog;
  /** The longest unused first. */
  const kept = new Map<string, Kept>();
  let keptNear = 0;

  const keep = (key: string, found: readonly NearTerm[]): void => {
    keptNear += found.length - (kept.get(key)?.count ?? 0);
    kept.delete(key);
    kept.set(key, { settled: sorted.settled, near: pack(found), count: found.length });
    for (const [oldest, { count }] of kept) {
      if (kept.size <= MAX_KEPT && keptNear <= MAX_KEPT_NEAR) break;
      kept.delete(oldest);
      keptNear -= count;
    }
  };

  /** Of those that were kept the ones that are still there. One that came back since is among the fresh ones, and found there. */
  const stillSorted = (near: string): NearTerm[] =>
    unpack(near).flatMap(({ text, edits }) => {
      const term = findTerm(catalog, text);
      return term === 0 || sorted.isFresh(term) ? [] : [{ term, text, edits }];
    });

  const sortedNear = (word: string, most: number, sameStart: boolean): NearTerm[] => {
    const key = `${most}${sameStart ? '=' : '~'}${word}`;
    const known = kept.get(key);
    if (known === undefined || known.settled < sorted.recentFrom) {
      const all = nearSorted(catalog, word, most, sameStart);
      keep(key, all);
      return all;
    }
    const left = stillSorted(known.near);
    if (known.settled === sorted.settled) {
      kept.delete(key);
      kept.set(key, known);
      return left;
    }
    const terms = new Set(left.map(({ term }) => term));
    const later = nearAmong(catalog, sorted.settledSince(known.settled), word, most, sameStart);
    const found = [...left, ...later.filter(({ term }) => !terms.has(term))];
    keep(key, found);
    return found;
  };

  return (word, most, sameStart) => [
    ...sortedNear(word, most, sameStart),
    ...nearAmong(catalog, sorted.fresh.subarray(0, sorted.freshCount), word, most, sameStart),
  ];
}

function pack(near: readonly NearTerm[]): string {
  return near.map(({ text, edits }) => `${edits}${text}`).join(BREAK);
}

function unpack(near: string): Omit<NearTerm, 'term'>[] {
  return near === ''
    ? []
    : near.split(BREAK).map((one) => ({ text: one.slice(1), edits: one.charCodeAt(0) - 0x30 }));
}

/** Those among some terms, in whatever order these are. */
function nearAmong(
  { dictionary }: Catalog,
  terms: Iterable<number>,
  word: string,
  most: number,
  sameStart: boolean,
): NearTerm[] {
  const search = new Search(word, most, sameStart);
  for (const term of terms) {
    const place = dictionary.place(term);
    // Of bytes there is one to three for each unit of text.
    if (place.length < word.length - most || place.length > 3 * (word.length + most)) continue;
    if (sameStart && place.bytes[place.from] !== search.firstByte) continue;
    search.text.read(place);
    if (search.beginsRight) search.take(term);
  }
  return search.found;
}

/** Those among the sorted terms. */
function nearSorted(
  { sorted, dictionary }: Catalog,
  word: string,
  most: number,
  sameStart: boolean,
): NearTerm[] {
  const search = new Search(word, most, sameStart);
  const { text } = search;
  const bytes = new Uint8Array(4 * MAX_TERM_CHARS + 8);
  let length = search.start.utf8Into(bytes);
  let { block, at } = length === 0 ? { block: 0, at: 0 } : sorted.seek(bytes, length);
  const passed = new TermText();
  let skipped = 0;
  while (block < sorted.blocks.length) {
    const { terms, count } = sorted.blocks[block]!;
    if (at >= count) {
      block++;
      at = 0;
      continue;
    }
    const term = terms[at]!;
    text.read(dictionary.place(term));
    if (!search.beginsRight) break;
    if (passed.length > 0 && text.startsWith(passed)) {
      if (++skipped < SKIPPED_BY_ONE) {
        at++;
        continue;
      }
      // The first that does not begin so: the beginning with its last byte one higher, which UTF-8 leaves room for.
      length = passed.utf8Into(bytes);
      bytes[length - 1]!++;
      ({ block, at } = sorted.seek(bytes, length));
      passed.length = 0;
      continue;
    }
    skipped = 0;
    const dead = search.take(term);
    if (dead < 0) passed.length = 0;
    else passed.setBeginning(text, dead);
    at++;
  }
  return search.found;
}

/** One word beside many terms. */
class Search {
  readonly found: NearTerm[] = [];
  /** The term that is looked at. */
  readonly text = new TermText();
  /** How terms must begin. */
  readonly start = new TermText();
  /** Of the UTF-8 of {@link start}: most terms are told by it that they do not begin so. */
  readonly firstByte: number = 0;
  readonly #walk: Walk;
  readonly #most: number;

  constructor(word: string, most: number, sameStart: boolean) {
    this.#walk = new Walk(word, most);
    this.#most = most;
    if (!sameStart) return;
    this.start.set(String.fromCodePoint(word.codePointAt(0)!));
    const bytes = new Uint8Array(4);
    this.start.utf8Into(bytes);
    this.firstByte = bytes[0]!;
  }

  get beginsRight(): boolean {
    return this.text.startsWith(this.start);
  }

  /** @returns as {@link Walk.step} */
  take(term: number): number {
    const walk = this.#walk;
    const dead = walk.step(this.text);
    if (dead < 0 && walk.distance > 0 && walk.distance <= this.#most && this.found.length < MAX_FOUND)
      this.found.push({ term, text: this.text.toString(), edits: walk.distance });
    return dead;
  }
}

/** The UTF-16 units of a term, or of the beginning of one. */
class TermText {
  readonly units: Uint16Array;
  length = 0;

  constructor(most = MAX_TERM_CHARS + 2) {
    this.units = new Uint16Array(most);
  }

  set(text: string): void {
    this.length = text.length;
    for (let i = 0; i < text.length; i++) this.units[i] = text.charCodeAt(i);
  }

  read({ bytes, from, length }: TextPlace): void {
    const { units } = this;
    for (let i = 0; i < length; i++) {
      const byte = bytes[from + i]!;
      if (byte >= 0x80) return this.set(utf8Text(bytes.subarray(from, from + length)));
      units[i] = byte;
    }
    this.length = length;
  }

  /** The first `length` units of a text, in whole characters: half of one has no place among the bytes. */
  setBeginning({ units }: TermText, length: number): void {
    const last = units[length - 1]!;
    this.length = last >= 0xd800 && last < 0xdc00 ? length + 1 : length;
    this.units.set(units.subarray(0, this.length));
  }

  startsWith({ units, length }: TermText): boolean {
    if (this.length < length) return false;
    for (let i = 0; i < length; i++) if (this.units[i] !== units[i]) return false;
    return true;
  }

  /** @returns how many bytes it has */
  utf8Into(bytes: Uint8Array): number {
    const { units, length } = this;
    for (let i = 0; i < length; i++) {
      const unit = units[i]!;
      if (unit >= 0x80) return utf8Into(this.toString(), bytes);
      bytes[i] = unit;
    }
    return length;
  }

  toString(): string {
    return String.fromCharCode(...this.units.subarray(0, this.length));
  }
}

class Walk {
  /** Of the last text that was walked to its end. */
  distance = 0;
  readonly #word: TermText;
  readonly #most: number;
  /** Row n: distances of the text's first n units to each beginning of the word. */
  readonly #rows: Uint8Array[];
  readonly #least: Uint8Array;
  /** Units of the text that the rows are of. */
  readonly #walked = new Uint16Array(MAX_TERM_CHARS + 2);
  /** How many of its rows are there. */
  #ready = 0;

  constructor(word: string, most: number) {
    this.#word = new TermText(word.length);
    this.#word.set(word);
    this.#most = most;
    this.#rows = Array.from({ length: MAX_TERM_CHARS + 2 }, () => new Uint8Array(word.length + 1));
    this.#rows[0]!.forEach((_, i, row) => (row[i] = i));
    this.#least = new Uint8Array(MAX_TERM_CHARS + 2);
  }

  /**
   * @returns -1 when the text was walked to its end; else the length of its beginning with which no text is near
   */
  step({ units, length }: TermText): number {
    const walked = this.#walked;
    let shared = 0;
    const common = Math.min(length, this.#ready);
    while (shared < common && walked[shared] === units[shared]) shared++;
    this.#ready = shared;
    for (let n = shared + 1; n <= length; n++) {
      walked[n - 1] = units[n - 1]!;
      this.#row(units, n);
      this.#ready = n;
      // A swap reaches over one row.
      if (this.#least[n]! > this.#most && this.#least[n - 1]! + 1 > this.#most) return n;
    }
    this.distance = this.#rows[length]![this.#word.length]!;
    return -1;
  }

  #row(units: Uint16Array, n: number): void {
    const { units: word, length } = this.#word;
    const before = n > 1 ? this.#rows[n - 2]! : undefined;
    const above = this.#rows[n - 1]!;
    const row = this.#rows[n]!;
    const unit = units[n - 1]!;
    const unitBefore = n > 1 ? units[n - 2]! : -1;
    let least = n;
    let left = n;
    row[0] = n;
    for (let j = 1; j <= length; j++) {
      let value = above[j - 1]! + (word[j - 1] === unit ? 0 : 1);
      if (above[j]! + 1 < value) value = above[j]! + 1;
      if (left + 1 < value) value = left + 1;
      if (before !== undefined && j > 1 && unit === word[j - 2] && unitBefore === word[j - 1]) {
        const swapped = before[j - 2]! + 1;
        if (swapped < value) value = swapped;
      }
      row[j] = value;
      left = value;
      if (value < least) least = value;
    }
    this.#least[n] = least;
  }
}
