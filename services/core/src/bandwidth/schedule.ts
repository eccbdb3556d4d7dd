import type { BandwidthLimits, ScheduleRule, Weekday } from '@banyan/proto';

/** Minutes by which local time is ahead of UTC at a moment (Unix milliseconds). */
export type OffsetAt = (time: number) => number;

/** What a schedule says of a moment. */
export interface ScheduleState {
  /** Place of the rule that holds; `null`: none does. */
  readonly rule: number | null;
  readonly limits: BandwidthLimits;
  /** When another rule (or none) begins to hold, Unix milliseconds; `null`: never. */
  readonly until: number | null;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** A week and a day: by then everything has come round, whatever daylight saving does. */
const HORIZON_DAYS = 8;
/** In the order of `Date.getUTCDay`. */
const WEEKDAYS: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * Which limits hold, by the clock on the wall: a rule says what differs from `base` between two times of day, over
 * midnight when it ends before it begins, and is then counted to the day on which it began. Of several the first holds.
 *
 * When clocks go forward a time that does not exist counts as the moment of the jump; when they go back, what is between
 * two times that come twice holds both times.
 */
export function scheduleAt(
  rules: readonly ScheduleRule[],
  base: BandwidthLimits,
  time: number,
  offsetAt: OffsetAt,
): ScheduleState {
  const rule = ruleAt(rules, time, offsetAt);
  const limits = rule === null ? base : { ...base, ...rules[rule]!.limits };
  return { rule, limits, until: nextChange(rules, rule, time, offsetAt) };
}

function ruleAt(rules: readonly ScheduleRule[], time: number, offsetAt: OffsetAt): number | null {
  const { day, minute } = onTheWall(time, offsetAt);
  const found = rules.findIndex((rule) => holds(rule, day, minute));
  return found < 0 ? null : found;
}

/** Day of the week (0 = Sunday) and minute of the day. */
function onTheWall(time: number, offsetAt: OffsetAt): { day: number; minute: number } {
  const minutes = Math.floor(time / MINUTE_MS) + offsetAt(time);
  const days = Math.floor(minutes / DAY_MINUTES);
  // The epoch was a Thursday.
  return { day: (((days + 4) % 7) + 7) % 7, minute: minutes - days * DAY_MINUTES };
}

function holds(rule: ScheduleRule, day: number, minute: number): boolean {
  const from = minuteOf(rule.from);
  const to = minuteOf(rule.to);
  const isOn = (at: number): boolean => rule.days === undefined || rule.days.includes(WEEKDAYS[at]!);
  if (from < to) return isOn(day) && minute >= from && minute < to;
  return (isOn(day) && minute >= from) || (isOn((day + 6) % 7) && minute < to);
}

/** Minute of the day of `HH:MM`; 24:00 is the end of the day. */
function minuteOf(text: string): number {
  const [hours, minutes] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function nextChange(
  rules: readonly ScheduleRule[],
  rule: number | null,
  time: number,
  offsetAt: OffsetAt,
): number | null {
  // Midnight is an edge too: there a rule of certain days may end.
  const edges = [...new Set([0, ...rules.flatMap(({ from, to }) => [minuteOf(from), minuteOf(to)])])];
  const last = time + HORIZON_DAYS * DAY_MINUTES * MINUTE_MS;
  let at = Math.floor(time / MINUTE_MS) * MINUTE_MS;
  while (at < last) {
    const { minute } = onTheWall(at, offsetAt);
    const ahead = edges.map((edge) => (edge > minute ? edge : edge + DAY_MINUTES) - minute);
    const edge = at + Math.min(DAY_MINUTES, ...ahead) * MINUTE_MS;
    // Where clocks are put, everything may change at once, and the way to the next edge is another.
    at = clockChange(at, edge, offsetAt) ?? edge;
    if (ruleAt(rules, at, offsetAt) !== rule) return at;
  }
  return null;
}

/** The minute in `(from, to]` at which clocks are put forward or back. */
function clockChange(from: number, to: number, offsetAt: OffsetAt): number | undefined {
  const before = offsetAt(from);
  if (offsetAt(to) === before) return undefined;
  let low = Math.floor(from / MINUTE_MS);
  let high = Math.floor(to / MINUTE_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * MINUTE_MS) === before) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}
