/**
 * Ranges of numbers in a query: `>100mb`, `1990..1999`, `..10mb`, `2024-05`.
 *
 * Most numbers are values that files have: `>` and `<` leave the value out, `>=`, `<=` and both ends of a
 * range have it in. Round sizes (with a unit above the byte) are borders instead, as on the shelves of facets:
 * a border belongs to what is above it. So `<1mb`, `1mb..10mb` and `>10mb` have every size exactly once.
 */
import {
  DAY_S,
  KB,
  KIB,
  readQuantity,
  SECOND_MS,
  writeDate,
  writeDuration,
  writeSize,
  type Quantity,
} from './quantity.ts';
import type { NumberField } from './types.ts';

/** Both inclusive; `max` may be Infinity. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** What `size:5mb` takes in below and above, as a share: the sizes that a file manager shows as 5 MB, and some. */
const ABOUT = 0.05;

/** The smallest value that says something: 0 stands for "the file does not say" wherever a file may not say. */
const LEAST: Readonly<Record<NumberField, number>> = {
  size: 0,
  sources: 0,
  year: 1,
  track: 1,
  duration: 1,
  bitrate: 1,
  width: 1,
  height: 1,
  modified: 1,
};

const COMPARED = /^(>=|=>|≥|<=|=<|≤|>|<|=)(.+)$/;
const RANGE = /^(.*?)\.{2,}(.*)$/;
// Not for dates, which have dashes themselves.
const DASHED = /^([^-–]+)[-–]([^-–]+)$/;

/**
 * Reads the value of a number operator.
 *
 * @returns undefined when it is none, or when no number can be in it
 */
export function readRange(field: NumberField, value: string): NumberRange | undefined {
  const text = value.normalize('NFKC').toLowerCase();
  const range = readBounds(field, text);
  if (range === undefined) return undefined;
  const min = Math.max(range.min, LEAST[field]);
  const max = range.max === Infinity ? Infinity : Math.min(range.max, Number.MAX_SAFE_INTEGER);
  return min <= max ? { min, max } : undefined;
}

function readBounds(field: NumberField, text: string): NumberRange | undefined {
  const ends = RANGE.exec(text) ?? (field === 'modified' ? null : DASHED.exec(text));
  if (ends !== null) return readEnds(field, ends[1]!, ends[2]!);
  const compared = COMPARED.exec(text);
  const quantity = readQuantity(field, compared?.[2] ?? text);
  if (quantity === undefined) return undefined;
  const { first, last, edge = false, about = false } = quantity;
  switch (compared?.[1]) {
    case undefined:
      return about ? aboutSo(first) : { min: first, max: last };
    case '=':
      return { min: first, max: last };
    case '>':
      return { min: edge ? first : Math.min(last + 1, Number.MAX_SAFE_INTEGER), max: Infinity };
    case '<':
      return { min: 0, max: first - 1 };
    case '>=':
    case '=>':
    case '≥':
      return { min: first, max: Infinity };
    default:
      return { min: 0, max: last };
  }
}

function readEnds(field: NumberField, from: string, to: string): NumberRange | undefined {
  if (from === '' && to === '') return undefined;
  let low = from === '' ? undefined : readQuantity(field, from);
  let high = to === '' ? undefined : readQuantity(field, to);
  // In `1..10mb` the first number has the unit of the second.
  if (low !== undefined && low.unit === undefined && high?.unit !== undefined) {
    low = readQuantity(field, from, high.unit);
  } else if (high !== undefined && high.unit === undefined && low?.unit !== undefined) {
    high = readQuantity(field, to, low.unit);
  }
  if ((low === undefined) !== (from === '') || (high === undefined) !== (to === '')) return undefined;
  if (low !== undefined && high !== undefined && low.first > high.first) [low, high] = [high, low];
  return { min: low?.first ?? 0, max: high === undefined ? Infinity : endOf(high) };
}

function endOf(quantity: Quantity): number {
  return quantity.edge === true ? quantity.first - 1 : quantity.last;
}

function aboutSo(value: number): NumberRange {
  return { min: Math.ceil(value * (1 - ABOUT)), max: Math.floor(value * (1 + ABOUT)) };
}

/** Writes a range so that {@link readRange} gives it back, as short as it can. */
export function writeRange(field: NumberField, { min, max }: NumberRange): string {
  for (const text of shortForms(field, min, max)) {
    const read = readRange(field, text);
    if (read?.min === min && read.max === max) return text;
  }
  const write = WRITERS[field] ?? String;
  if (max === Infinity) return `>=${write(min)}`;
  if (min === max) return `=${write(min)}`;
  if (min <= LEAST[field]) return `<=${write(max)}`;
  return `${write(min)}..${write(max)}`;
}

/** Exact writings of one value. */
const WRITERS: Partial<Record<NumberField, (value: number) => string>> = {
  size: (bytes) => `${bytes}b`,
  duration: (ms) => `${ms}ms`,
  modified: (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19),
};

/** The smallest units of round sizes. */
const SIZE_STEPS = [KB, KIB];

/** Writings that people would choose; each stands for the range only if it is read so. */
function* shortForms(field: NumberField, min: number, max: number): Generator<string, void, undefined> {
  if (field === 'size') {
    for (const step of SIZE_STEPS) yield* bareForms(min, max, step, writeSize);
    if (max === Infinity) yield `>${writeSize(min)}`;
    else if (SIZE_STEPS.some((step) => (max + 1) % step === 0)) {
      yield `<${writeSize(max + 1)}`;
      yield `${writeSize(min)}..${writeSize(max + 1)}`;
    } else if (min === max) yield `=${writeSize(min)}`;
    else {
      yield `<=${writeSize(max)}`;
      yield `${writeSize(min)}..${max}b`;
    }
  } else if (field === 'duration') {
    yield* bareForms(min, max, SECOND_MS, writeDuration);
    if (max === Infinity) {
      if ((min - 1) % SECOND_MS === 0) yield `>${writeDuration(min - 1)}`;
      yield `>=${writeDuration(min)}`;
    } else {
      if ((max + 1) % SECOND_MS === 0) yield `<${writeDuration(max + 1)}`;
      yield `<=${writeDuration(max)}`;
      if (min < max) yield `${writeDuration(min)}..${writeDuration(max)}`;
      else yield `=${writeDuration(min)}`;
    }
  } else if (field === 'modified') yield* dateForms(min, max);
  else if (min === max) yield String(min);
}

/** The number of which the range takes in what is about it. */
function* bareForms(
  min: number,
  max: number,
  step: number,
  write: (value: number) => string,
): Generator<string, void, undefined> {
  if (max === Infinity) return;
  const value = Math.round((min + max) / 2 / step) * step;
  if (value > 0 && Number.isSafeInteger(value)) yield write(value);
}

function* dateForms(min: number, max: number): Generator<string, void, undefined> {
  const from = writeDate(min);
  if (max === Infinity) {
    yield `>=${from}`;
    return;
  }
  const to = writeDate((max + 1) % DAY_S === 0 ? max + 1 - DAY_S : max);
  yield from.slice(0, 4);
  yield from.slice(0, 7);
  yield from;
  yield `<=${to}`;
  yield `${from}..${to}`;
}
