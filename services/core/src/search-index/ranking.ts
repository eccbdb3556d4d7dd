/**
 * How hits are ordered: BM25 over weighted fields for the words, then whether the words stand together and in
 * order, then live sources, then freshness. Constants, not averages of this index, go into it, so that the
 * scores of several supernodes compare once they use the same term weights.
 */
import { FIELD } from './field.ts';

// BM25 for short texts: a word occurs once or it does not, and long names dilute it.
const SATURATION = 1.2;
const LENGTH_SHARE = 0.5;
/** Words of an ordinary file name; a constant, for the reason above. */
const ORDINARY_WORDS = 6;

/** A word found only when cut apart, or only by its beginning, says a little less. */
export const OTHER_SPELLING_FACTOR = 0.8;
export const BEGINNING_FACTOR = 0.9;

/**
 * What order of the words adds. Words in order are worth more than all of sources and freshness, and so is an exact name more
 * than that: "exact and in order first".
 *
 * Order also outweighs some words more in a name: who remembers a few words of a name says them in its order, and that
 * tells it from others with the same words better than its length does. That they stand together adds less: names
 * of which only the text tells it are all read while they may get that much more than others.
 */
export const ORDER_SCORE = { exact: 4.25, phrase: 2.75, order: 2, none: 0 } as const;
type WordOrder = keyof typeof ORDER_SCORE;

export const MAX_SOURCES_SCORE = 1;
/** Less than a second source adds: live sources come before freshness. */
export const FRESHNESS_SCORE = 0.05;
const FRESHNESS_HALF_LIFE_MS = 180 * 24 * 3600 * 1000;

const FIELD_WEIGHTS: readonly (readonly [bit: number, weight: number])[] = [
  [FIELD.name, 1],
  [FIELD.title, 1],
  [FIELD.artist, 0.9],
  [FIELD.album, 0.7],
  [FIELD.folder, 0.4],
  [FIELD.other, 0.4],
  [FIELD.extension, 0.3],
];

/** Weight of the best field for each set of {@link FIELD} bits. */
const BEST_FIELD: Float64Array = Float64Array.from({ length: 128 }, (_, bits) =>
  Math.max(0, ...FIELD_WEIGHTS.filter(([bit]) => (bits & bit) !== 0).map(([, weight]) => weight)),
);

/** Weight of the best of these fields. */
export function fieldWeight(bits: number): number {
  return BEST_FIELD[bits] ?? 0;
}

/** Weight of a term that `count` of `total` texts have (the inverse document frequency of BM25, never negative). */
export function termWeight(count: number, total: number): number {
  return Math.log(1 + (Math.max(total, count) - count + 0.5) / (count + 0.5));
}

/** What a text of so many words (up to 63) makes of the sum of its words' weights; asked for by the thousand. */
export const LENGTH_FACTORS: Float64Array = Float64Array.from({ length: 64 }, (_, words) =>
  lengthFactorOf(words),
);

function lengthFactorOf(words: number): number {
  const length = 1 - LENGTH_SHARE + (LENGTH_SHARE * Math.max(1, words)) / ORDINARY_WORDS;
  return (SATURATION + 1) / (1 + SATURATION * length);
}

/** What live sources add: the same for each doubling; one that cannot be reached counts half. */
export function sourcesScore(sources: number, reachable: number): number {
  return Math.min(MAX_SOURCES_SCORE, 0.15 * Math.log2(1 + reachable + (sources - reachable) / 2));
}

/** What freshness adds; half as much after half a year. */
export function freshnessScore(modifiedS: number, now: number): number {
  if (modifiedS <= 0) return 0;
  return FRESHNESS_SCORE * 2 ** (-Math.max(0, now - modifiedS * 1000) / FRESHNESS_HALF_LIFE_MS);
}

/**
 * How the words of a query stand in a text.
 *
 * @param words - for each word of the query, the terms that are it
 * @param text - terms of the text, in their order
 * @param stemLength - the text's length without its extension: a name is exact with or without it
 */
export function wordOrder(
  words: readonly ReadonlySet<number>[],
  text: ArrayLike<number>,
  stemLength = text.length,
): WordOrder {
  const count = words.length;
  if (count === 0 || count > text.length) return 'none';
  for (let from = 0; from + count <= text.length; from++) {
    let i = 0;
    while (i < count && words[i]!.has(text[from + i]!)) i++;
    if (i === count)
      return from === 0 && (count === stemLength || count === text.length) ? 'exact' : 'phrase';
  }
  let next = 0;
  for (let i = 0; i < text.length && next < count; i++) if (words[next]!.has(text[i]!)) next++;
  return next >= count ? 'order' : 'none';
}
