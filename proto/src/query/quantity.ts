/** Numbers with units, and dates, as they stand in a query: `1.5gb`, `2m30s`, `192k`, `2024-05`. */
import type { NumberField } from './types.ts';

/** What one written number covers. */
export interface Quantity {
  /** The first value it covers. */
  readonly first: number;
  /** The last value it covers: a date covers its day, month or year. */
  readonly last: number;
  /** A round size, which is where a range begins or ends rather than a value that files have. */
  readonly edge?: boolean;
  /** Alone it means about so much, since nobody knows lengths and sizes to the last digit. */
  readonly about?: boolean;
  /** The unit it was written with, for the other end of a range that has none. */
  readonly unit?: string;
}

/** Sizes are searched for as they are shown, in thousands; who means powers of two writes them: `kib`. */
export const KB = 1000;
export const KIB = 1024;
export const DAY_S = 86_400;

const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: KB,
  m: KB ** 2,
  g: KB ** 3,
  t: KB ** 4,
  ki: KIB,
  mi: KIB ** 2,
  gi: KIB ** 3,
  ti: KIB ** 4,
};
export const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const NUMBER = String.raw`\d{1,16}(?:\.\d{1,9})?`;
const SIZE = new RegExp(`^(${NUMBER})(?:(b)(?:ytes?)?|([kmgt]i?)b|([kmgt]))?$`);
const BITRATE = new RegExp(`^(${NUMBER})(?:([km])(?:b(?:it)?(?:ps|/s)?)?)?$`);
const CLOCK = /^(?:(\d{1,4}):)?(\d{1,4}):([0-5]\d)$/;
const DURATION = new RegExp(`^(?:(${NUMBER})h)?(?:(${NUMBER})m(?:in)?)?(?:(${NUMBER})s(?:ec)?)?$`);
const PLAIN_DURATION = new RegExp(`^(${NUMBER})(ms|h|m|min|s|sec)?$`);
const WHOLE = /^\d{1,16}$/;
const PIXELS = /^(\d{1,16})(?:px|p)?$/;
const DATE = /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})(?:t(\d\d):(\d\d):(\d\d)z?)?)?)?$/;

/**
 * Reads one number of a field, in lower case and normal width.
 *
 * @param unit - to be used when the text has none
 * @returns undefined when it is none
 */
export function readQuantity(field: NumberField, text: string, unit?: string): Quantity | undefined {
  switch (field) {
    case 'size':
      return readSize(text, unit);
    case 'duration':
      return readDuration(text, unit);
    case 'bitrate':
      return readBitrate(text, unit);
    case 'modified':
      return readDate(text);
    case 'width':
    case 'height':
      return exactly(PIXELS.exec(text)?.[1]);
    default:
      return exactly(WHOLE.exec(text)?.[0]);
  }
}

function exactly(digits: string | undefined): Quantity | undefined {
  if (digits === undefined) return undefined;
  const value = bounded(Number(digits));
  return { first: value, last: value };
}

function bounded(value: number): number {
  return Math.min(Math.round(value), Number.MAX_SAFE_INTEGER);
}

function readSize(text: string, inherited: string | undefined): Quantity | undefined {
  const match = SIZE.exec(text);
  if (match === null) return undefined;
  const written = match[2] ?? match[3] ?? match[4];
  const unit = written ?? inherited ?? 'b';
  const value = bounded(Number(match[1]) * SIZE_UNITS[unit]!);
  return {
    first: value,
    last: value,
    ...(unit === 'b' ? {} : { edge: true, about: true }),
    ...(written === undefined ? {} : { unit: written }),
  };
}

function readBitrate(text: string, inherited: string | undefined): Quantity | undefined {
  const match = BITRATE.exec(text);
  if (match === null) return undefined;
  const value = bounded(Number(match[1]) * ((match[2] ?? inherited) === 'm' ? 1000 : 1));
  return { first: value, last: value, ...(match[2] === undefined ? {} : { unit: match[2] }) };
}

function readDuration(text: string, inherited: string | undefined): Quantity | undefined {
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const [, hours = '0', minutes, seconds] = clock;
    return duration(Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS);
  }
  const plain = PLAIN_DURATION.exec(text);
  if (plain !== null) {
    const unit = plain[2] ?? inherited ?? 's';
    const factor = unit === 'ms' ? 1 : unit === 'h' ? HOUR_MS : unit.startsWith('m') ? MINUTE_MS : SECOND_MS;
    return {
      ...duration(Number(plain[1]) * factor),
      ...(plain[2] === undefined ? {} : { unit: plain[2] }),
    };
  }
  const parts = text === '' ? null : DURATION.exec(text);
  if (parts === null) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  return duration(Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS);
}

function duration(ms: number): Quantity {
  return { first: bounded(ms), last: bounded(ms), about: true };
}

function readDate(text: string): Quantity | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part))) as [number, ...(number | undefined)[]];
  if (year < 1970) return undefined;
  const first = utc(year, month ?? 1, day ?? 1);
  if (first === undefined) return undefined;
  if (hour !== undefined) {
    if (hour > 23 || minute! > 59 || second! > 59) return undefined;
    const at = first + hour * 3600 + minute! * 60 + second!;
    return { first: at, last: at };
  }
  if (day !== undefined) return { first, last: first + DAY_S - 1 };
  const next = Date.UTC(month === undefined ? year + 1 : year, month ?? 0, 1) / 1000;
  return { first, last: next - 1 };
}

/** Unix seconds of a day; undefined for the 30th of February. */
function utc(year: number, month: number, day: number): number | undefined {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? ms / 1000 : undefined;
}

/** A whole number of a unit above the byte, as short as it can be, else of bytes. */
export function writeSize(bytes: number): string {
  const round = Object.entries(SIZE_UNITS)
    .filter(([, factor]) => bytes > 0 && factor > 1 && bytes % factor === 0)
    .map(([unit, factor]) => `${bytes / factor}${unit}b`);
  return round.reduce((best, text) => (text.length < best.length ? text : best), round[0] ?? `${bytes}b`);
}

/** A duration as people write it, to the millisecond. */
export function writeDuration(ms: number): string {
  if (ms % SECOND_MS !== 0 || ms === 0) return `${ms}ms`;
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  const seconds = (ms % MINUTE_MS) / SECOND_MS;
  return [
    hours > 0 ? `${hours}h` : '',
    minutes > 0 ? `${minutes}m` : '',
    seconds > 0 ? `${seconds}s` : '',
  ].join('');
}

/** The day of a second that begins it, else the second. */
export function writeDate(seconds: number): string {
  const text = new Date(seconds * 1000).toISOString();
  return seconds % DAY_S === 0 ? text.slice(0, 10) : text.slice(0, 19);
}
