/**
 * From text to terms: the one place where names, tags and queries are cut into what is looked up.
 *
 * Supernodes exchange terms and choose term owners by them, so the same text must give the same terms
 * everywhere: nothing here depends on a locale or on data that differs between machines. (The one table that is not
 * Unicode's own, of Chinese characters, comes with a package of a pinned version.)
 *
 * ```
 * "Amélie_S01E02.CamelCase - 中國人.mkv"
 *   chunks    Amélie | S01E02            | CamelCase              | 中國人               | mkv
 *   sequence  amelie | s01e02            | camelcase              | 中国 国人            | mkv
 *   further            s 01 1 s01 s1       camel case               中 国 人
 *                      e 02 2 e02 e2
 * ```
 *
 * The sequence tells in what order words stand (for phrases and exact names); the further terms let parts
 * of a chunk be found.
 */

import { foldHan } from './han.ts';

/** Longest term in UTF-16 units; longer ones are cut, at index and query alike. */
export const MAX_TERM_CHARS = 64;

/** What a text is found by. */
export interface TextTerms {
  /** The words in their order. */
  readonly sequence: readonly string[];
  /** All terms, those of the sequence included; each once. */
  readonly terms: readonly string[];
}

/** One word of a query: a text has it when it has all terms of one of the alternatives. */
export interface QueryWord {
  /** The word, folded. */
  readonly text: string;
  /** As it stands in the sequence of a text that has the word as typed. */
  readonly sequence: readonly string[];
  /** The first is the word as typed, the others are other ways to write it. */
  readonly alternatives: readonly (readonly string[])[];
  /** What has any of the alternatives has the last one: they only cut at numbers, as texts are cut too. */
  readonly nested: boolean;
  /** The word ends where the query ends and is of a script whose words have beginnings. */
  readonly open: boolean;
}

const ASCII = /^[\x20-\x7e]*$/;
// Soft hyphens, joiners, bidi controls: invisible, so nobody types them when searching.
const INVISIBLE = /\p{Cf}/gu;
const CHUNK = /[\p{L}\p{M}\p{N}'’ʼ]+/gu;
const ASCII_CHUNK = /[A-Za-z0-9']+/g;
const PLAIN_WORD = /^(?:[a-z]+|[1-9][0-9]*)$/;
const APOSTROPHE = /['’ʼ]/gu;
const APOSTROPHES = /['’ʼ]/u;
// Scripts written without spaces, or (Korean) with endings glued on: cut into pairs of characters.
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]/u;
// A mark belongs to the letter before it: the dot below is Kana's too, but no reason to cut x̣y in two.
const UNSPACED_RUN = new RegExp(`(?:(?![\\p{Nd}\\p{M}])${UNSPACED.source}\\p{M}*)+`, 'gu');
const CHARACTER = /\P{M}\p{M}*|\p{M}+/gu;
// HTMLParser → HTML Parser; iPhone4 → i Phone 4
const RUNS = /\p{Lu}+(?![\p{Ll}\p{M}])|\p{Lu}?(?:(?!\p{Lu})[\p{L}\p{M}])+|\p{N}+/gu;
const STRETCHES = /[\p{L}\p{M}]+|\p{N}+/gu;
const DIGITS = /^\p{N}+$/u;
const LEADING_ZEROS = /^0+(?=[0-9])/;

// Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, variation selectors. Not the vowel signs of Indic scripts nor
// the voicing marks of kana: without those, other words come out.
const ACCENTS =
  /(?!\u3099|\u309a)(?=\p{Mn})[\p{Script=Inherited}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}]/gu;
// Letters that people type otherwise and that have no decomposition in Unicode.
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ŧ: 't',
  ς: 'σ',
  // Old forms of Cyrillic letters, which have the capitals of the new ones.
  ᲀ: 'в',
  ᲁ: 'д',
  ᲂ: 'о',
  ᲃ: 'с',
  ᲄ: 'т',
  ᲅ: 'т',
  ᲆ: 'ъ',
  ᲇ: 'ѣ',
  ᲈ: 'ꙋ',
};
const LETTER = /[ßæœøđðþłħıŧςᲀ-ᲈ]/g;

/**
 * Folds case, accents, width, compatibility forms and Traditional Chinese: what looks alike to a searcher becomes equal.
 * Idempotent.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  if (text !== lastFold.text) {
    lastFold.folded = foldHan(
      text
        .normalize('NFKC')
        .replace(INVISIBLE, '')
        .toLowerCase()
        .normalize('NFKD')
        .replace(ACCENTS, '')
        .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
        .normalize('NFC'),
    );
    lastFold.text = text;
  }
  return lastFold.folded;
}

/** Most words are one run and one stretch: the same text, folded three times in turn. */
const lastFold = { text: '', folded: '' };

/** The terms of a text that is indexed. */
export function indexTerms(text: string): TextTerms {
  const sequence: string[] = [];
  const terms = new Set<string>();
  for (const part of parts(text)) {
    if (part.unspaced) {
      const characters = charactersOf(part.text);
      for (const pair of pairsOf(characters)) {
        sequence.push(pair);
        terms.add(pair);
      }
      for (const character of characters) terms.add(character);
      continue;
    }
    const whole = term(part.text.replace(APOSTROPHE, ''));
    if (whole === '') continue;
    sequence.push(whole);
    terms.add(whole);
    if (PLAIN_WORD.test(part.text)) continue;
    const runs = runsOf(part.text);
    addRuns(runs, terms);
    // iPhone4: also iphone and iphone4, since who types small letters does not cut where the text is cut.
    const stretches = stretchesOf(part.text);
    if (stretches.length !== runs.length) addRuns(stretches, terms);
  }
  return { sequence, terms: [...terms] };
}

/** Each run, numbers without their leading zeros, and numbers with the letters before them. */
function addRuns(runs: readonly string[], terms: Set<string>): void {
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i]!;
    terms.add(run);
    if (!DIGITS.test(run)) continue;
    const short = run.replace(LEADING_ZEROS, '');
    terms.add(short);
    const before = runs[i - 1];
    if (before === undefined || DIGITS.test(before)) continue;
    terms.add(term(before + run));
    terms.add(term(before + short));
  }
}

/** The words of a query, in their order. */
export function queryWords(text: string): QueryWord[] {
  const words: QueryWord[] = [];
  for (const part of parts(text)) {
    if (part.unspaced) {
      const pairs = pairsOf(charactersOf(part.text));
      if (pairs.length > 0)
        words.push({
          text: fold(part.text),
          sequence: pairs,
          alternatives: [pairs],
          nested: true,
          open: false,
        });
      continue;
    }
    const whole = term(part.text.replace(APOSTROPHE, ''));
    if (whole === '') continue;
    words.push({
      text: whole,
      sequence: [whole],
      alternatives: spellings(part.text, whole),
      nested: cutsAtNumbers(part.text),
      open: part.last,
    });
  }
  return words;
}

/** The ways in which a text may have the chunk: whole, cut before each number, cut everywhere. */
function spellings(chunk: string, whole: string): string[][] {
  const found: string[][] = [[whole]];
  if (PLAIN_WORD.test(chunk)) return found;
  const known = new Set([whole]);
  const add = (terms: string[]): void => {
    const key = [...new Set(terms)].sort().join('\0');
    if (known.has(key)) return;
    known.add(key);
    found.push([...new Set(terms)]);
  };
  const runs = runsOf(chunk);
  const short = runs.map((run) => (DIGITS.test(run) ? run.replace(LEADING_ZEROS, '') : run));
  if (runs.length > 1) {
    add(numbered(runs));
    add(numbered(short));
    // Single letters are no evidence: "s01" is not "Tom's 01".
    if (runs.some((run) => run.length > 1 && !DIGITS.test(run))) {
      add(runs);
      add(short);
    }
  } else add(short);
  return found;
}

/** Whether the runs of a chunk are letters and numbers in turn, so that it is cut nowhere else. */
function cutsAtNumbers(chunk: string): boolean {
  if (PLAIN_WORD.test(chunk)) return true;
  if (chunk.length > MAX_TERM_CHARS || APOSTROPHES.test(chunk)) return false;
  const runs = runsOf(chunk);
  return runs.every((run, i) => i === 0 || DIGITS.test(run) !== DIGITS.test(runs[i - 1]!));
}

/** Glues each number to the letters before it: s 01 e 02 → s01 e02. */
function numbered(runs: readonly string[]): string[] {
  const glued: string[] = [];
  let letters: string | undefined;
  for (const run of runs) {
    if (!DIGITS.test(run)) {
      if (letters !== undefined) glued.push(letters);
      letters = run;
    } else if (letters !== undefined) {
      glued.push(term(letters + run));
      letters = undefined;
    } else glued.push(run);
  }
  if (letters !== undefined) glued.push(letters);
  return glued;
}

interface Part {
  readonly text: string;
  readonly unspaced: boolean;
  /** Nothing follows it in the text. */
  readonly last: boolean;
}

/** Cuts a text into chunks of letters and digits, and those where the script changes between spaced and unspaced. */
function parts(text: string): Part[] {
  const found: Part[] = [];
  const ascii = ASCII.test(text);
  const normal = ascii ? text : visible(text);
  for (const match of normal.matchAll(ascii ? ASCII_CHUNK : CHUNK)) {
    const chunk = match[0];
    const ends = match.index + chunk.length === normal.length;
    if (ascii || !UNSPACED.test(chunk)) {
      found.push({ text: chunk, unspaced: false, last: ends });
      continue;
    }
    let from = 0;
    for (const run of chunk.matchAll(UNSPACED_RUN)) {
      if (run.index > from) found.push({ text: chunk.slice(from, run.index), unspaced: false, last: false });
      from = run.index + run[0].length;
      found.push({ text: run[0], unspaced: true, last: ends && from === chunk.length });
    }
    if (from < chunk.length) found.push({ text: chunk.slice(from), unspaced: false, last: ends });
  }
  return found;
}

/** The text in one form, without what nobody sees; what that brings together composes. */
function visible(text: string): string {
  const normal = text.normalize('NFKC');
  const bare = normal.replace(INVISIBLE, '');
  return bare.length === normal.length ? normal : bare.normalize('NFKC');
}

function runsOf(chunk: string): string[] {
  const runs: string[] = [];
  for (const piece of chunk.split(APOSTROPHE)) {
    for (const match of piece.matchAll(RUNS)) {
      const run = term(match[0]);
      if (run !== '') runs.push(run);
    }
  }
  return runs;
}

/** Letters with their marks. However many marks are piled on one, two of them fit a term. */
/** The letters and the numbers of a chunk in turn, whatever the case. */
function stretchesOf(chunk: string): string[] {
  return [...chunk.replace(APOSTROPHE, '').matchAll(STRETCHES)]
    .map((match) => term(match[0]))
    .filter((stretch) => stretch !== '');
}

function charactersOf(text: string): string[] {
  return [...fold(text).matchAll(CHARACTER)].map((match) => cutTerm(match[0], MAX_TERM_CHARS / 2));
}

function pairsOf(characters: readonly string[]): string[] {
  if (characters.length < 2) return [...characters];
  const pairs: string[] = [];
  for (let i = 1; i < characters.length; i++) pairs.push(`${characters[i - 1] ?? ''}${characters[i] ?? ''}`);
  return pairs;
}

function term(text: string): string {
  return cutTerm(fold(text), MAX_TERM_CHARS);
}

/** At most so many UTF-16 units, cut between characters. */
function cutTerm(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, isLowSurrogate(text.charCodeAt(most)) ? most - 1 : most);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
