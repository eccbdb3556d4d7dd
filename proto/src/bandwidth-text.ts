/** Limits and their schedule as people write them: `1.5MB/s`, `mon-fri 08:00-18:00 up=1MB/s down=5MB/s`. */
import type { BandwidthLimits, ScheduleRule, WeeklyHours } from './api/bandwidth.ts';
import { BanyanError } from './errors.ts';
import { MAX_LIMIT_BYTES_PER_SECOND, MIN_LIMIT_BYTES_PER_SECOND } from './limits.ts';
import { displayText } from './names.ts';
import { WEEKDAYS, type Weekday } from './weekdays.ts';

type LimitName = keyof BandwidthLimits;

/** As they are written, in the order in which they are shown. */
export const LIMIT_WORDS: readonly (readonly [word: string, name: LimitName])[] = [
  ['up', 'up'],
  ['down', 'down'],
  ['up-each', 'upEach'],
  ['down-each', 'downEach'],
];

/** No limit. */
export const NO_LIMIT: BandwidthLimits = { up: null, down: null, upEach: null, downEach: null };

// Thousands, as rates are shown and sold everywhere; KiB and MiB for those who mean them.
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  kbit: 1e3 / 8,
  mbit: 1e6 / 8,
  gbit: 1e9 / 8,
};
const RATE = /^(\d{1,15}(?:\.\d{1,9})?) ?([kmg]?(?:bit|ib|b)?)(?:\/s|ps)?$/i;
const NONE = /^(off|none|unlimited)$/i;
const TIMES = /^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/;
const SAID = 80;

/**
 * Reads a limit: `500KB/s`, `1.5 MB`, `8Mbit/s`; `off` is none.
 *
 * @returns bytes per second; `null` for none
 * @throws BanyanError `invalid_request` that says what is understood
 */
export function parseLimit(text: string): number | null {
  const trimmed = text.trim();
  if (NONE.test(trimmed)) return null;
  const match = RATE.exec(trimmed);
  const unit = match === null ? undefined : UNITS[match[2]!.toLowerCase()];
  if (match === null || unit === undefined)
    throw wrong(
      `"${displayText(text, SAID)}" is no limit. Write it like 500KB/s, 1.5MB/s or 8Mbit/s, or off.`,
    );
  const rate = Math.round(Number(match[1]) * unit);
  if (rate < MIN_LIMIT_BYTES_PER_SECOND)
    throw wrong(
      `"${displayText(text, SAID)}" is too little: a limit is at least ${MIN_LIMIT_BYTES_PER_SECOND / 1e3}KB/s. To let nothing through, pause the downloads; off means no limit.`,
    );
  if (rate > MAX_LIMIT_BYTES_PER_SECOND)
    throw wrong(`"${displayText(text, SAID)}" is more than any line carries. For no limit write off.`);
  return rate;
}

/**
 * Reads a share of the line that somebody gives: as {@link parseLimit}, and never none.
 *
 * @throws BanyanError `invalid_request`
 */
export function parseBandwidth(text: string): number {
  const rate = parseLimit(text);
  if (rate === null)
    throw wrong(
      'How much of the line may be used has to be said, like 10MB/s: it is what others reckon with.',
    );
  return rate;
}

/** A limit in its largest unit, to be read back by {@link parseLimit}: `1.5MB/s`, `off`. */
export function limitText(limit: number | null): string {
  if (limit === null) return 'off';
  for (const [unit, factor] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['KB', 1e3],
  ] as const)
    // To the byte: what is written must be what is meant.
    if (limit >= factor) return `${limit / factor}${unit}/s`;
  return `${limit}B/s`;
}

/**
 * Reads one rule: days (`mon-fri`, `sat,sun`, or none for every day), times, limits.
 *
 * @throws BanyanError `invalid_request` that says which word is not understood
 */
export function parseScheduleRule(text: string): ScheduleRule {
  const { hours, words } = splitHours(text);
  const { from, to, days } = hours;
  if (words.length === 0)
    throw wrong(`"${displayText(text, SAID)}" says no limit. Add one, like up=1MB/s or down=off.`);
  const limits: Partial<Record<LimitName, number | null>> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const name = LIMIT_WORDS.find(([known]) => known === word.slice(0, Math.max(0, at)).toLowerCase())?.[1];
    if (name === undefined)
      throw wrong(
        `"${displayText(word, SAID)}" is not understood. There are up=, down=, up-each= and down-each=, with a limit like 1MB/s behind.`,
      );
    limits[name] = parseLimit(word.slice(at + 1));
  }
  const rule = { ...(days === undefined ? {} : { days }), from, to, limits };
  checkScheduleRule(rule);
  return rule;
}

/** A rule as {@link parseScheduleRule} reads it. */
export function scheduleRuleText({ days, from, to, limits }: ScheduleRule): string {
  const said = LIMIT_WORDS.flatMap(([word, name]) => {
    const limit = limits[name];
    return limit === undefined ? [] : [`${word}=${limitText(limit)}`];
  });
  return [hoursText({ from, to, ...(days === undefined ? {} : { days }) }), ...said].join(' ');
}

/**
 * Reads hours of the week: `mon-fri 08:00-20:00`, `22:00-06:00`.
 *
 * @throws BanyanError `invalid_request` that says which word is not understood
 */
export function parseHours(text: string): WeeklyHours {
  const { hours, words } = splitHours(text);
  if (words.length > 0)
    throw wrong(
      `"${displayText(words[0]!, SAID)}" is not understood. Write hours like "mon-fri 08:00-20:00", each by itself.`,
    );
  checkHours(hours);
  return hours;
}

/** Hours as {@link parseHours} reads them. */
export function hoursText({ days, from, to }: WeeklyHours): string {
  return `${days === undefined ? '' : `${daysText(days)} `}${from}-${to}`;
}

/** What a schema cannot say of hours. @throws BanyanError `invalid_request` */
export function checkHours({ from, to }: WeeklyHours): void {
  if (from === to)
    throw wrong(`A rule from ${from} to ${to} lasts no time. For a whole day write 00:00-24:00.`);
}

/** Days and times, and the words behind them. */
function splitHours(text: string): { hours: WeeklyHours; words: string[] } {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const days =
    words[0] !== undefined && /^[a-z]/i.test(words[0]) && !words[0].includes('=')
      ? parseDays(words.shift()!)
      : undefined;
  const times = parseTimes(words.shift() ?? '', text);
  return { hours: { ...(days === undefined ? {} : { days }), ...times }, words };
}

/** What a schema cannot say of a rule. @throws BanyanError `invalid_request` */
export function checkScheduleRule({ from, to, limits }: ScheduleRule): void {
  checkHours({ from, to });
  if (Object.keys(limits).length === 0)
    throw wrong(`The rule ${from}-${to} says no limit. Add one, like up=1MB/s or down=off.`);
}

function parseTimes(word: string, text: string): { from: string; to: string } {
  const match = TIMES.exec(word);
  const [, h1, m1, h2, m2] = (match ?? []) as (string | undefined)[];
  const isTime = (h: string | undefined, m: string | undefined, isEnd: boolean): boolean =>
    h !== undefined &&
    m !== undefined &&
    Number(m) < 60 &&
    (Number(h) < 24 || (isEnd && Number(h) === 24 && m === '00'));
  if (!isTime(h1, m1, false) || !isTime(h2, m2, true))
    throw wrong(
      `"${displayText(word === '' ? text : word, SAID)}" is no time of day. Write a rule like "mon-fri 08:00-18:00 up=1MB/s", from 00:00 to 24:00.`,
    );
  return { from: `${h1!.padStart(2, '0')}:${m1}`, to: `${h2!.padStart(2, '0')}:${m2}` };
}

function parseDays(word: string): Weekday[] {
  const chosen = new Set<Weekday>();
  for (const part of word.toLowerCase().split(',')) {
    const [first, last, ...more] = part.split('-').map((day) => WEEKDAYS.findIndex((name) => name === day));
    if (first === undefined || first < 0 || (last !== undefined && last < 0) || more.length > 0)
      throw wrong(
        `"${displayText(word, SAID)}" are no days. Write ${WEEKDAYS.join(', ')}; several like mon-fri or sat,sun.`,
      );
    // fri-mon goes over the end of the week.
    for (let day = first; ; day = (day + 1) % WEEKDAYS.length) {
      chosen.add(WEEKDAYS[day]!);
      if (day === (last ?? first)) break;
    }
  }
  return WEEKDAYS.filter((day) => chosen.has(day));
}

function daysText(days: readonly Weekday[]): string {
  const sorted = WEEKDAYS.filter((day) => days.includes(day));
  const first = WEEKDAYS.indexOf(sorted[0]!);
  const isRun = sorted.length > 2 && sorted.every((day, i) => WEEKDAYS[first + i] === day);
  return isRun ? `${sorted[0]}-${sorted.at(-1)}` : sorted.join(',');
}

function wrong(message: string): BanyanError {
  return new BanyanError('invalid_request', message);
}
