/**
 * Words of the own library, and which word follows which, to complete what is typed.
 *
 * The library's index lies on the disk and has no way in by a word's beginning. So names and tags are read from it in
 * small slices with pauses between, when somebody types for the first time and again when files changed since;
 * what is counted is a bounded number of words and pairs of words. That a word of a removed file is still offered until
 * the next reading, and that rare words of an enormous library are not offered at all, is accepted.
 */
import { fold } from '@banyan/core';
import type { Clock, Log } from '@banyan/kit';
import type { FilesResponse, SharedFile } from '@banyan/proto';

/** Files read at a time: 3 ms on a slow machine, an eighth of what may block the loop. */
const SLICE_FILES = 100;
/** Between two slices: uploads and searches go first. A million files take two minutes at a quarter of a core. */
const PAUSE_MS = 10;
/** A library that goes on changing is read again no sooner than so long after the last time … */
const MIN_AGE_MS = 60_000;
/** … and than so many times what reading it took. */
const MIN_AGE_READINGS = 20;
/** Words and pairs kept, some 200 bytes each; looking one up passes over all of them in 2 ms. */
const MAX_PHRASES = 30_000;
/** Counted so far before the rarest are dropped: dropping costs one pass, so it must not come often. */
const MAX_COUNTED = 1.5 * MAX_PHRASES;
/** Counting ends here: what is so frequent is neither dropped nor first by chance. */
const MAX_TALLY = 65_535;
/** Shorter ones are typed in the time it takes to choose them; longer ones are numbers of some kind. */
const [MIN_WORD_CHARS, MAX_WORD_CHARS] = [2, 40];

const WORD = "[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*(?:['’][\\p{L}\\p{M}\\p{N}]+)*";
const WORDS = new RegExp(WORD, 'gu');
/** Words of a query that are nothing but that, a phrase's first one too. */
const PLAIN = new RegExp(`^"?(${WORD})$`, 'u');
const LETTER = /\p{L}/u;

export interface LibraryPhrases {
  /** Files changed. */
  changed(): void;
  /**
   * The query with its last word completed, or with the word that follows; most frequent first, at most `limit`. Begins
   * reading the library when that is due, and answers from what is known.
   */
  complete(query: string, limit: number): string[];
  /** Ends reading. */
  stop(): void;
}

export interface LibraryPhrasesComponents {
  readonly clock: Clock;
  readonly log: Log;
  /** A page of files after an id, as the library gives them. */
  readonly files: (range: { readonly after?: number; readonly limit: number }) => FilesResponse;
}

export function createLibraryPhrases(components: LibraryPhrasesComponents): LibraryPhrases {
  return new CountedPhrases(components);
}

interface Phrase {
  /** In lower case, with its accents. */
  readonly shown: string;
  count: number;
}

interface Found extends Phrase {
  readonly key: string;
}

/** More frequent, else shorter, else the first in the alphabet. */
function isBetter(a: Found, b: Found): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.key.length === b.key.length ? a.key < b.key : a.key.length < b.key.length;
}

/** By folded text: one word, or two with a blank between. */
type Phrases = Map<string, Phrase>;

class CountedPhrases implements LibraryPhrases {
  readonly #c: LibraryPhrasesComponents;
  readonly #stop = new AbortController();
  #phrases: Phrases = new Map();
  #isStale = true;
  #isReading = false;
  #dueAt = -Infinity;

  constructor(components: LibraryPhrasesComponents) {
    this.#c = components;
  }

  changed(): void {
    this.#isStale = true;
  }

  stop(): void {
    this.#stop.abort();
  }

  complete(query: string, limit: number): string[] {
    this.#readIfDue();
    const typed = lastWords(query);
    if (typed === undefined) return [];
    const start = fold(typed.text);
    // Sorting all that begin with one letter would take longer than finding them.
    const found: Found[] = [];
    for (const [key, { shown, count }] of this.#phrases) {
      if (key.length <= start.length || !key.startsWith(start)) continue;
      const one = { key, shown, count };
      let place = found.length;
      while (place > 0 && isBetter(one, found[place - 1]!)) place -= 1;
      if (place >= limit) continue;
      found.splice(place, 0, one);
      if (found.length > limit) found.pop();
    }
    return found.map(
      ({ shown }) => typed.before + (typed.hasTwo ? shown.slice(shown.indexOf(' ') + 1) : shown),
    );
  }

  #readIfDue(): void {
    if (!this.#isStale || this.#isReading || this.#c.clock.monotonic() < this.#dueAt) return;
    this.#isReading = true;
    this.#isStale = false;
    void this.#read().finally(() => {
      this.#isReading = false;
    });
  }

  async #read(): Promise<void> {
    const { clock, log, files } = this.#c;
    const from = clock.monotonic();
    const phrases: Phrases = new Map();
    // The first time, words are better early than complete.
    if (this.#phrases.size === 0) this.#phrases = phrases;
    try {
      for (let after: number | null = 0; after !== null;) {
        // Also before the first slice: who typed is answered first.
        await clock.sleep(PAUSE_MS, this.#stop.signal);
        const page: FilesResponse = files({ after, limit: SLICE_FILES });
        for (const file of page.files) count(phrases, file);
        if (phrases.size > MAX_COUNTED) dropRarest(phrases);
        after = page.next;
      }
      this.#phrases = phrases;
    } catch (err) {
      if (this.#stop.signal.aborted) return;
      log.debug({ err }, 'the library could not be read for suggestions');
      this.#isStale = true;
    }
    const now = clock.monotonic();
    this.#dueAt = now + Math.max(MIN_AGE_MS, MIN_AGE_READINGS * (now - from));
  }
}

/** What of a query can be completed: its last word, with the one before when that is a word too. */
function lastWords(
  query: string,
): { readonly before: string; readonly text: string; readonly hasTwo: boolean } | undefined {
  const [open = ''] = /\S*$/u.exec(query) ?? [];
  const done = query.slice(0, query.length - open.length);
  const last = PLAIN.exec(open)?.[1];
  if (last === undefined && open !== '') return undefined;
  const [previous = ''] = /\S*$/u.exec(done.trimEnd()) ?? [];
  const word = previous === 'OR' ? undefined : PLAIN.exec(previous)?.[1];
  if (word === undefined && last === undefined) return undefined;
  const before = query.slice(0, query.length - (last?.length ?? 0));
  return { before, text: word === undefined ? last! : `${word} ${last ?? ''}`, hasTwo: word !== undefined };
}

function count(phrases: Phrases, { name, tags }: SharedFile): void {
  const dot = name.lastIndexOf('.');
  for (const text of [dot > 0 ? name.slice(0, dot) : name, tags.title, tags.artist, tags.album]) {
    if (text === undefined) continue;
    let previous: { readonly key: string; readonly shown: string } | undefined;
    for (const [word] of text.normalize('NFC').matchAll(WORDS)) {
      const key = fold(word);
      // Some single letters fold to several words.
      const isWord =
        word.length >= MIN_WORD_CHARS &&
        word.length <= MAX_WORD_CHARS &&
        LETTER.test(word) &&
        !/\s/u.test(key);
      if (!isWord) {
        previous = undefined;
        continue;
      }
      const shown = word.toLowerCase();
      tally(phrases, key, shown);
      if (previous !== undefined) tally(phrases, `${previous.key} ${key}`, `${previous.shown} ${shown}`);
      previous = { key, shown };
    }
  }
}

function tally(phrases: Phrases, key: string, shown: string): void {
  const phrase = phrases.get(key);
  if (phrase === undefined) phrases.set(key, { shown, count: 1 });
  else if (phrase.count < MAX_TALLY) phrase.count += 1;
}

/** Drops the rarest, first come first, until {@link MAX_PHRASES} are left; in two passes, since sorting would take too long. */
function dropRarest(phrases: Phrases): void {
  const having = new Uint32Array(MAX_TALLY + 1);
  for (const phrase of phrases.values()) having[phrase.count]! += 1;
  let [excess, rare] = [phrases.size - MAX_PHRASES, 1];
  while (excess > having[rare]!) {
    excess -= having[rare]!;
    rare += 1;
  }
  for (const [key, phrase] of phrases) {
    if (phrase.count > rare || (phrase.count === rare && excess === 0)) continue;
    if (phrase.count === rare) excess -= 1;
    phrases.delete(key);
  }
}
