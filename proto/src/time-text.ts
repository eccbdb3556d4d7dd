/** The furthest that a `Date` reaches, ECMA-262 section 21.4.1.1. */
const MAX_TIME_MS = 8.64e15;

/**
 * A moment for people who may be anywhere, and for what is kept: ISO 8601 in UTC, to the millisecond.
 *
 * @param ms - Unix ms; times of others may be beyond every calendar, and are told as the last that there is
 */
export function timeText(ms: number): string {
  return new Date(Math.max(-MAX_TIME_MS, Math.min(MAX_TIME_MS, ms))).toISOString();
}

/** A moment as {@link timeText} writes it, in the years that calendars of people know. */
const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/**
 * A sentence with the moments that {@link timeText} wrote in it as its reader writes them: only who shows it knows their zone.
 *
 * @param format - of Unix ms
 */
export function withMoments(text: string, format: (ms: number) => string): string {
  return text.replace(MOMENT, (moment) => {
    const ms = Date.parse(moment);
    // Digits alone make no day.
    return Number.isNaN(ms) ? moment : format(ms);
  });
}
