/**
 * How the words of a query stand in names, by the places in the postings: column by column and by tables, since it is
 * asked of every match.
 */
import { FIELD } from './field.ts';
import { ORDER_SCORE } from './ranking.ts';
import { PLACE } from './store/posting-info.ts';

const IN_NAME = FIELD.name | FIELD.extension;

// What is known of a match, as bits.
const NOT_TOGETHER = 1;
const NOT_ASCENDING = 2;
/** Only the text tells: a word stands several times, or far behind. */
const UNTOLD = 4;
const NOT_IN_NAME = 8;
const NOT_IN_TITLE = 16;
const NOT_FIRST = 32;
const IS_WHOLE = 64;
const HAS_TITLE = 128;

/** Of a word by what is said of it. */
const OF_WORD: Uint8Array = Uint8Array.from({ length: 2048 }, (_, info) => {
  const place = info >> 7;
  return (
    // Outside of the name, or in it only as a part of a word.
    ((info & IN_NAME) === 0 || place === PLACE.nowhere ? NOT_IN_NAME : 0) |
    ((info & FIELD.title) === 0 ? NOT_IN_TITLE : 0) |
    (place === PLACE.several ? UNTOLD : 0)
  );
});

/** Of two words that follow each other in the query, by their places: the first one's `<< 4`. */
const OF_PAIR: Uint8Array = Uint8Array.from({ length: 256 }, (_, pair) => {
  const before = pair >> 4;
  const place = pair & 15;
  return (
    (place === before + 1 ? 0 : NOT_TOGETHER) |
    (place > before ? 0 : NOT_ASCENDING) |
    // The first of the far places follows the last near one, the others of them do not.
    (place === PLACE.far && before >= PLACE.far - 1 && before <= PLACE.far ? UNTOLD : 0)
  );
});

/** Numbers of {@link ORDER_SCORES}, best first, and a mark: it is this at most. */
const EXACT = 0;
const PHRASE = 1;
const ORDER = 2;
const NONE = 3;
export const OPEN = 4;
export const ORDER_SCORES: Float64Array = Float64Array.of(
  ORDER_SCORE.exact,
  ORDER_SCORE.phrase,
  ORDER_SCORE.order,
  ORDER_SCORE.none,
);

const ORDERS: Uint8Array = Uint8Array.from({ length: 256 }, (_, state) => {
  const inTitle = (state & HAS_TITLE) !== 0 && (state & NOT_IN_TITLE) === 0;
  const inName = (state & NOT_IN_NAME) === 0;
  const whole = (state & IS_WHOLE) !== 0;
  if (inTitle) return OPEN | EXACT;
  if (!inName) return NONE;
  if ((state & UNTOLD) !== 0) return OPEN | (whole ? EXACT : PHRASE);
  if ((state & NOT_TOGETHER) === 0) return whole && (state & NOT_FIRST) === 0 ? EXACT : PHRASE;
  return (state & NOT_ASCENDING) === 0 ? ORDER : NONE;
});

/**
 * Notes what the places tell of each match.
 *
 * @param columns - for each word of the query what is said of it in each match
 */
export function notePlaces(
  columns: readonly Uint16Array[],
  words: number,
  count: number,
  states: Uint8Array,
): void {
  if (words === 0) {
    states.fill(NOT_IN_NAME | NOT_IN_TITLE, 0, count);
    return;
  }
  noteFirst(columns[0]!, count, states);
  for (let w = 1; w < words; w++) noteNext(columns[w - 1]!, columns[w]!, count, states);
}

function noteFirst(column: Uint16Array, count: number, states: Uint8Array): void {
  for (let i = 0; i < count; i++) {
    const info = column[i]!;
    states[i] = OF_WORD[info]! | (info >> 7 === 0 ? 0 : NOT_FIRST);
  }
}

function noteNext(before: Uint16Array, column: Uint16Array, count: number, states: Uint8Array): void {
  for (let i = 0; i < count; i++) {
    const info = column[i]!;
    states[i] = states[i]! | OF_WORD[info]! | OF_PAIR[((before[i]! >> 7) << 4) | (info >> 7)]!;
  }
}

/** Whether the words stand together, or may; `state` as {@link notePlaces} left it. */
export function mayStandTogether(state: number): boolean {
  return (state & NOT_IN_NAME) === 0 && (state & UNTOLD) + (~state & NOT_TOGETHER) !== 0;
}

/** The number of what the order of the words adds, and {@link OPEN} when it is that at most. */
export function orderOf(state: number, isWhole: boolean, hasTitle: boolean): number {
  return ORDERS[state | (isWhole ? IS_WHOLE : 0) | (hasTitle ? HAS_TITLE : 0)]!;
}
