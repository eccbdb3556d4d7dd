/**
 * Terms that are nearly a word: within two letters added, removed, replaced or swapped with their neighbour.
 *
 * The terms are walked in their order with one row of the distance matrix for each letter (Wagner–Fischer, with swaps of
 * neighbours): terms that begin alike share rows, and where a row says that no word beginning so can be near, all of
 * them are passed over at once.
 */
import { utf8Into, utf8Text } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
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

/**
 * @param word - folded, as terms are
 * @param most - letters that may differ, 1 or 2
 * @param sameStart - only terms with the word's first letter, which people rarely get wrong
 */
export function nearTerms(catalog: Catalog, word: string, most: number, sameStart: boolean): NearTerm[] {
  const { sorted, dictionary } = catalog;
  const walk = new Walk(word, most);
  const found: NearTerm[] = [];
  const take = (term: number, text: string): number => {
    const dead = walk.step(text);
    if (dead < 0 && walk.distance > 0 && walk.distance <= most && found.length < MAX_FOUND)
      found.push({ term, text, edits: walk.distance });
    return dead;
  };
  const first = sameStart ? String.fromCodePoint(word.codePointAt(0)!) : '';
  for (let i = 0; i < sorted.freshCount; i++) {
    const term = sorted.fresh[i]!;
    // Of bytes there is one to three for each unit of text.
    const { length: bytesLong } = dictionary.place(term);
    if (bytesLong < word.length - most || bytesLong > 3 * (word.length + most)) continue;
    const text = textOf(catalog, term);
    if (!sameStart || text.startsWith(first)) take(term, text);
  }
  const bytes = new Uint8Array(4 * MAX_TERM_CHARS + 8);
  let length = utf8Into(first, bytes);
  let { block, at } = length === 0 ? { block: 0, at: 0 } : sorted.seek(bytes, length);
  let passed = '';
  let skipped = 0;
  while (block < sorted.blocks.length) {
    const { terms, count } = sorted.blocks[block]!;
    if (at >= count) {
      block++;
      at = 0;
      continue;
    }
    const term = terms[at]!;
    const text = textOf(catalog, term);
    if (!text.startsWith(first)) break;
    if (passed !== '' && text.startsWith(passed)) {
      if (++skipped < SKIPPED_BY_ONE) {
        at++;
        continue;
      }
      // The first that does not begin so: the beginning with its last byte one higher, which UTF-8 leaves room for.
      length = utf8Into(passed, bytes);
      bytes[length - 1]!++;
      ({ block, at } = sorted.seek(bytes, length));
      passed = '';
      continue;
    }
    skipped = 0;
    const dead = take(term, text);
    // Whole characters: half of one has no place among the bytes.
    passed = dead < 0 ? '' : text.slice(0, isHalf(text, dead) ? dead + 1 : dead);
    at++;
  }
  return found;
}

/** Whether a text is cut there in the middle of a surrogate pair. */
function isHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xd800 && unit < 0xdc00;
}

function textOf({ dictionary }: Catalog, term: number): string {
  const { bytes, from, length } = dictionary.place(term);
  return utf8Text(bytes.subarray(from, from + length));
}

class Walk {
  /** Of the last text that was walked to its end. */
  distance = 0;
  readonly #word: string;
  readonly #most: number;
  /** Row n: distances of the text's first n units to each beginning of the word. */
  readonly #rows: Uint8Array[];
  readonly #least: Uint8Array;
  #text = '';
  /** Rows that are right for {@link #text}. */
  #ready = 0;

  constructor(word: string, most: number) {
    this.#word = word;
    this.#most = most;
    this.#rows = Array.from({ length: MAX_TERM_CHARS + 2 }, () => new Uint8Array(word.length + 1));
    this.#rows[0]!.forEach((_, i, row) => (row[i] = i));
    this.#least = new Uint8Array(MAX_TERM_CHARS + 2);
  }

  /**
   * @returns -1 when the text was walked to its end; else the length of its beginning with which no text is near
   */
  step(text: string): number {
    const before = this.#text;
    let shared = 0;
    const common = Math.min(before.length, text.length, this.#ready);
    while (shared < common && before.charCodeAt(shared) === text.charCodeAt(shared)) shared++;
    this.#text = text;
    this.#ready = shared;
    for (let n = shared + 1; n <= text.length; n++) {
      this.#row(text, n);
      this.#ready = n;
      // A swap reaches over one row.
      if (this.#least[n]! > this.#most && this.#least[n - 1]! + 1 > this.#most) return n;
    }
    this.distance = this.#rows[text.length]![this.#word.length]!;
    return -1;
  }

  #row(text: string, n: number): void {
    const word = this.#word;
    const above = this.#rows[n - 1]!;
    const row = this.#rows[n]!;
    const unit = text.charCodeAt(n - 1);
    let least = n;
    row[0] = n;
    for (let j = 1; j <= word.length; j++) {
      const same = word.charCodeAt(j - 1) === unit;
      let value = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (
        n > 1 &&
        j > 1 &&
        unit === word.charCodeAt(j - 2) &&
        text.charCodeAt(n - 2) === word.charCodeAt(j - 1)
      )
        value = Math.min(value, this.#rows[n - 2]![j - 2]! + 1);
      row[j] = value;
      if (value < least) least = value;
    }
    this.#least[n] = least;
  }
}
