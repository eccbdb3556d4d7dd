/**
 * From the texts of a document to the terms of the dictionary, each once, with where it stands.
 *
 * What a term is says text.ts. Nearly all names are ASCII, and those are cut here byte by byte, without a string for
 * each piece; a test holds both ways to the same terms.
 */
import { utf8, utf8Into, utf8Text } from '@banyan/proto';
import { FIELD } from './field.ts';
import { PLACE } from './store/posting-info.ts';
import { hashByte, hashEnd } from './store/slot-index.ts';
import type { StringTable } from './store/string-table.ts';
import { CHARACTER_BYTES, plainCharacters } from './plain-characters.ts';
import { plainLetters } from './plain-letters.ts';
import { indexTerms, MAX_TERM_CHARS } from './text.ts';

/** Distinct terms of one text: a long path of CJK characters has about so many; more is stuffing. */
export const MAX_TEXT_TERMS = 256;
/** Words of one text whose order is known: more than its bytes can have. */
const MAX_SEQUENCE = 4096;
/** Runs of one chunk: more than a text has terms. */
const MAX_RUNS = 512;
/** While it is collected: not in the words of the name so far. */
const NOT_YET = 255;

// Kinds of ASCII bytes.
const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const APOSTROPHE = 4;
const KIND: Uint8Array = (() => {
  const kinds = new Uint8Array(256);
  kinds.fill(LOWER, 97, 123);
  kinds.fill(UPPER, 65, 91);
  kinds.fill(DIGIT, 48, 58);
  kinds[39] = APOSTROPHE;
  return kinds;
})();
const ZERO = 48;
/** Whether what stands before an ASCII byte and what stands behind it may be cut apart from each other. */
const PARTS: Uint8Array = (() => {
  const parts = new Uint8Array(256);
  for (let byte = 0; byte < 128; byte++) parts[byte] = Number(KIND[byte] === OTHER);
  // With a mark behind them these three are other characters (≮ ≠ ≯), so that it is no letter's.
  for (const sign of '<=>') parts[sign.charCodeAt(0)] = 0;
  return parts;
})();

export class TermCollector {
  /** Entries of the dictionary, each once. */
  readonly terms = new Uint32Array(MAX_TEXT_TERMS);
  /** For each: its place in the words of the name (or a value of PLACE). */
  readonly places = new Uint8Array(MAX_TEXT_TERMS);
  /** For each: FIELD bits. */
  readonly fields = new Uint8Array(MAX_TEXT_TERMS);
  count = 0;
  /** The words in their order; 0 for one that is not wanted. */
  readonly sequence = new Uint32Array(MAX_SEQUENCE);
  length = 0;
  readonly #dictionary: StringTable;
  readonly #onNew: (term: number) => void;
  #field: number = FIELD.name;
  #makes = true;
  #wanted: readonly { readonly term: number; readonly hash: number; readonly length: number }[] | undefined;
  #counted = false;
  /** The bytes at hand, in lower case. */
  #lower = new Uint8Array(2048);
  /** What stands for a text that is nearly ASCII, or of plain characters. */
  #plain = new Uint8Array(2048);
  /** A chunk without its apostrophes. */
  #whole = new Uint8Array(2048);
  readonly #runStarts = new Uint32Array(MAX_RUNS);
  readonly #runEnds = new Uint32Array(MAX_RUNS);
  readonly #joined = new Uint8Array(4 * MAX_TERM_CHARS + 16);

  /** @param onNew - told of each term that was not in the dictionary before */
  constructor(dictionary: StringTable, onNew: (term: number) => void) {
    this.#dictionary = dictionary;
    this.#onNew = onNew;
  }

  /** Begins a text: its terms are put into the dictionary. */
  begin(): void {
    this.count = 0;
    this.length = 0;
    this.#makes = true;
    this.#wanted = undefined;
  }

  /**
   * Begins a text of which only the words in their order are wanted, and of those only these terms: others are 0. Does
   * without the dictionary, which is somewhere else in memory for each word.
   */
  beginProbe(terms: readonly number[]): void {
    this.begin();
    this.#makes = false;
    this.#wanted = terms.map((term) => {
      const { bytes, from, length } = this.#dictionary.place(term);
      return { term, hash: this.#dictionary.hash(bytes, from, length), length };
    });
  }

  /**
   * Adds the terms of a part.
   *
   * @param counted - its words are those of the name, in their order
   */
  add(bytes: Uint8Array, from: number, to: number, isAscii: boolean, field: number, counted: boolean): void {
    if (this.count >= MAX_TEXT_TERMS) return;
    this.#field = field;
    this.#counted = counted;
    if (isAscii) this.#ascii(bytes, from, to);
    else this.#mixed(bytes, from, to);
  }

  addText(text: string, field: number): void {
    if (text === '') return;
    const bytes = utf8(text);
    this.add(bytes, 0, bytes.length, false, field, false);
  }

  /** Adds a term that is known by its entry. */
  addTerm(term: number, field: number): void {
    this.#field = field;
    this.#counted = false;
    this.#note(term, false);
  }

  /** Places are final: call it before they are read. */
  end(): void {
    for (let i = 0; i < this.count; i++) if (this.places[i] === NOT_YET) this.places[i] = PLACE.nowhere;
  }

  /** Names of other scripts have ASCII words as well: what is theirs alone need not be cut by text.ts. */
  #mixed(bytes: Uint8Array, from: number, to: number): void {
    let start = from;
    let isAscii = true;
    let at = from;
    while (at < to) {
      const word = at;
      let isWordAscii = true;
      for (; at < to && PARTS[bytes[at]!] === 0; at++) if (bytes[at]! >= 128) isWordAscii = false;
      while (at < to && PARTS[bytes[at]!] === 1) at++;
      if (isWordAscii === isAscii) continue;
      this.#stretch(bytes, start, word, isAscii);
      start = word;
      isAscii = isWordAscii;
    }
    this.#stretch(bytes, start, to, isAscii);
  }

  #stretch(bytes: Uint8Array, from: number, to: number, isAscii: boolean): void {
    if (from === to) return;
    if (isAscii) {
      this.#ascii(bytes, from, to);
      return;
    }
    if (this.#plain.length < 2 * (to - from)) this.#plain = new Uint8Array(4 * (to - from));
    const letters = plainLetters(bytes, from, to, this.#plain);
    if (letters >= 0) {
      this.#ascii(this.#plain, 0, letters);
      return;
    }
    const characters = plainCharacters(bytes, from, to, PARTS, this.#plain);
    if (characters >= 0) this.#characters(this.#plain, characters);
    else this.#unicode(utf8Text(bytes.subarray(from, to)));
  }

  /** Pairs of neighbours in their order, and each character. */
  #characters(bytes: Uint8Array, to: number): void {
    let at = 0;
    while (at < to) {
      if (bytes[at]! < 128) {
        at++;
        continue;
      }
      const start = at;
      for (; at < to && bytes[at]! >= 128; at += CHARACTER_BYTES) {
        if (at > start) this.#emit(bytes, at - CHARACTER_BYTES, 2 * CHARACTER_BYTES, true);
        if (this.#makes) this.#emit(bytes, at, CHARACTER_BYTES, false);
      }
      if (at === start + CHARACTER_BYTES) this.#emit(bytes, start, CHARACTER_BYTES, true);
    }
  }

  #unicode(text: string): void {
    const { sequence, terms } = indexTerms(text);
    for (const word of sequence) this.#emitText(word, true);
    if (this.#makes) for (const term of terms) this.#emitText(term, false);
  }

  #emitText(text: string, inSequence: boolean): void {
    const written = utf8Into(text, this.#joined);
    this.#emit(this.#joined, 0, written, inSequence);
  }

  #ascii(bytes: Uint8Array, from: number, to: number): void {
    if (this.#lower.length < to - from) this.#lower = new Uint8Array(2 * (to - from));
    const lower = this.#lower;
    const dictionary = this.#dictionary;
    const length = to - from;
    let at = 0;
    while (at < length) {
      let kind = KIND[bytes[from + at]!]!;
      if (kind === OTHER) {
        at++;
        continue;
      }
      // A chunk: letters, digits and apostrophes. Nearly all are one run, so hash on the way.
      const start = at;
      let first = kind;
      let plain = kind !== APOSTROPHE;
      let hasApostrophe = !plain;
      let hash = dictionary.seed;
      do {
        const byte = bytes[from + at]!;
        const low = kind === UPPER ? byte | 32 : byte;
        lower[at] = low;
        hash = hashByte(hash, low);
        if (kind !== first) {
          if (kind === APOSTROPHE) hasApostrophe = true;
          // "Train": one capital and small letters are one run.
          if (kind === LOWER && first === UPPER && at === start + 1) first = LOWER;
          else plain = false;
        }
        at++;
        kind = at < length ? KIND[bytes[from + at]!]! : OTHER;
      } while (kind !== OTHER);
      if (plain && at - start <= MAX_TERM_CHARS) {
        this.#note(this.#entry(lower, start, at - start, hashEnd(hash)), true);
        if (first === DIGIT && lower[start] === ZERO && this.#makes) this.#shortened(lower, start, at);
      } else this.#chunk(bytes, from, start, at, hasApostrophe);
    }
  }

  /** A chunk of several runs: the whole, its runs, and its letters and numbers in turn where those are others. */
  #chunk(bytes: Uint8Array, from: number, start: number, end: number, hasApostrophe: boolean): void {
    const lower = this.#lower;
    let plain = lower;
    let plainStart = start;
    let plainEnd = end;
    if (hasApostrophe) {
      plain = this.#whole;
      plainStart = 0;
      plainEnd = 0;
      if (plain.length < end - start) plain = this.#whole = new Uint8Array(2 * (end - start));
      for (let i = start; i < end; i++) if (lower[i] !== 39) plain[plainEnd++] = lower[i]!;
      if (plainEnd === 0) return;
    }
    this.#emit(plain, plainStart, Math.min(MAX_TERM_CHARS, plainEnd - plainStart), true);
    if (!this.#makes) return;
    const runs = this.#cutRuns(bytes, from, start, end);
    this.#emitRuns(lower, runs);
    const stretches = this.#cutStretches(plain, plainStart, plainEnd);
    if (stretches !== runs) this.#emitRuns(plain, stretches);
  }

  /** Cuts where text.ts does; returns how many runs there are. */
  #cutRuns(bytes: Uint8Array, from: number, start: number, end: number): number {
    let n = 0;
    let i = start;
    while (i < end) {
      const kind = KIND[bytes[from + i]!]!;
      const runStart = i;
      if (kind === APOSTROPHE) {
        i++;
        continue;
      }
      if (kind === DIGIT) while (i < end && KIND[bytes[from + i]!] === DIGIT) i++;
      else if (kind === UPPER) {
        // HTMLParser: capitals up to the one that begins a word, else a capital and what is small behind it.
        while (i < end && KIND[bytes[from + i]!] === UPPER) i++;
        if (i < end && KIND[bytes[from + i]!] === LOWER) {
          if (i - runStart > 1) i--;
          else while (i < end && KIND[bytes[from + i]!] === LOWER) i++;
        }
      } else while (i < end && KIND[bytes[from + i]!] === LOWER) i++;
      n = this.#cut(n, runStart, i);
    }
    return n;
  }

  /** Letters and numbers in turn, of bytes in lower case without apostrophes. */
  #cutStretches(bytes: Uint8Array, start: number, end: number): number {
    let n = 0;
    let i = start;
    while (i < end) {
      const stretchStart = i;
      const kind = KIND[bytes[i]!]!;
      while (i < end && KIND[bytes[i]!] === kind) i++;
      n = this.#cut(n, stretchStart, i);
    }
    return n;
  }

  #cut(n: number, start: number, end: number): number {
    if (n >= MAX_RUNS) return n;
    this.#runStarts[n] = start;
    this.#runEnds[n] = Math.min(end, start + MAX_TERM_CHARS);
    return n + 1;
  }

  /** Each run, numbers without their leading zeros, and numbers with the letters before them. */
  #emitRuns(bytes: Uint8Array, count: number): void {
    for (let n = 0; n < count; n++) {
      const start = this.#runStarts[n]!;
      const end = this.#runEnds[n]!;
      this.#emit(bytes, start, end - start, false);
      if (KIND[bytes[start]!] !== DIGIT) continue;
      const short = this.#shortened(bytes, start, end);
      if (n === 0) continue;
      const before = this.#runStarts[n - 1]!;
      if (KIND[bytes[before]!] === DIGIT) continue;
      this.#numbered(bytes, before, this.#runEnds[n - 1]!, start, end);
      if (short > start) this.#numbered(bytes, before, this.#runEnds[n - 1]!, short, end);
    }
  }

  /** Emits a number without its leading zeros; returns where it begins then. */
  #shortened(bytes: Uint8Array, start: number, end: number): number {
    let short = start;
    while (short < end - 1 && bytes[short] === ZERO) short++;
    if (short > start) this.#emit(bytes, short, end - short, false);
    return short;
  }

  /** `s` before `01`: s01. */
  #numbered(bytes: Uint8Array, wordStart: number, wordEnd: number, start: number, end: number): void {
    const joined = this.#joined;
    let n = 0;
    for (let i = wordStart; i < wordEnd; i++) joined[n++] = bytes[i]!;
    for (let i = start; i < end && n < MAX_TERM_CHARS; i++) joined[n++] = bytes[i]!;
    this.#emit(joined, 0, n, false);
  }

  #emit(bytes: Uint8Array, from: number, length: number, inSequence: boolean): void {
    this.#note(this.#entry(bytes, from, length, this.#dictionary.hash(bytes, from, length)), inSequence);
  }

  #entry(bytes: Uint8Array, from: number, length: number, hash: number): number {
    const dictionary = this.#dictionary;
    const wanted = this.#wanted;
    if (wanted !== undefined) {
      for (const each of wanted)
        if (each.hash === hash && each.length === length && dictionary.is(each.term, bytes, from, length))
          return each.term;
      return 0;
    }
    // A term of a text that has too many is not kept, so it must not be made either.
    if (this.count >= MAX_TEXT_TERMS) return dictionary.find(bytes, from, length, hash);
    const term = dictionary.intern(bytes, from, length, hash);
    if (dictionary.isNew) this.#onNew(term);
    return term;
  }

  #note(term: number, inSequence: boolean): void {
    const word = this.length;
    if (inSequence && word < MAX_SEQUENCE) this.sequence[this.length++] = term;
    if (!this.#makes || term === 0) return;
    const { terms, places, count } = this;
    const place = !inSequence || !this.#counted ? NOT_YET : Math.min(word, PLACE.far);
    for (let i = 0; i < count; i++) {
      if (terms[i] !== term) continue;
      this.fields[i]! |= this.#field;
      // A word that stands twice has no one place.
      if (place !== NOT_YET) places[i] = places[i] === NOT_YET ? place : PLACE.several;
      return;
    }
    if (count >= MAX_TEXT_TERMS) return;
    terms[count] = term;
    places[count] = place;
    this.fields[count] = this.#field;
    this.count = count + 1;
  }
}
