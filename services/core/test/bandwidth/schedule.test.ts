import { describe, expect, it } from '@jest/globals';
import { NO_LIMIT, parseScheduleRule } from '@banyan/proto';
import fc from 'fast-check';
import { scheduleAt, type OffsetAt } from '../../src/index.ts';

const utc: OffsetAt = () => 0;

/** A real time zone, by the tables that the machine has. */
function zone(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  });
  return (time) => {
    const part = Object.fromEntries(
      format.formatToParts(time).map(({ type, value }) => [type, Number(value)]),
    );
    const wall = Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute']);
    return (wall - Math.floor(time / 60_000) * 60_000) / 60_000;
  };
}

const at = (text: string): number => Date.parse(text);
const base = { ...NO_LIMIT, up: 2_000_000 };
const state = (rules: readonly string[], time: string, offsetAt = utc) => {
  const found = scheduleAt(rules.map(parseScheduleRule), base, at(time), offsetAt);
  return [found.rule, found.limits.up, found.until === null ? null : new Date(found.until).toISOString()];
};

describe('a schedule', () => {
  it('lets the base hold when there is no rule', () => {
    expect(scheduleAt([], base, 0, utc)).toEqual({ rule: null, limits: base, until: null });
  });

  it('says which rule holds and until when; what a rule does not name stays', () => {
    const day = ['08:00-18:00 up=1MB/s'];
    expect(state(day, '2026-11-25T07:59:59Z')).toEqual([null, 2_000_000, '2026-11-25T08:00:00.000Z']);
    expect(state(day, '2026-11-25T08:00:00Z')).toEqual([0, 1_000_000, '2026-11-25T18:00:00.000Z']);
    expect(state(day, '2026-11-25T18:00:00Z')).toEqual([null, 2_000_000, '2026-11-26T08:00:00.000Z']);
    expect(state(['08:00-18:00 down=1MB/s'], '2026-11-25T09:00:00Z')[1]).toBe(2_000_000);
  });

  it('goes over midnight, counted to the day on which it began', () => {
    // The 28th of November 2026 is a Saturday.
    const night = ['fri 22:00-06:00 up=off'];
    expect(state(night, '2026-11-27T21:00:00Z')).toEqual([null, 2_000_000, '2026-11-27T22:00:00.000Z']);
    expect(state(night, '2026-11-27T23:00:00Z')).toEqual([0, null, '2026-11-28T06:00:00.000Z']);
    expect(state(night, '2026-11-28T05:59:00Z')).toEqual([0, null, '2026-11-28T06:00:00.000Z']);
    expect(state(night, '2026-11-28T23:00:00Z')).toEqual([null, 2_000_000, '2026-12-04T22:00:00.000Z']);
  });

  it('takes the first of several rules, so that an exception stands before what it is of', () => {
    const rules = ['12:00-13:00 up=off', 'mon-fri 08:00-18:00 up=1MB/s'];
    expect(state(rules, '2026-11-25T11:00:00Z')).toEqual([1, 1_000_000, '2026-11-25T12:00:00.000Z']);
    expect(state(rules, '2026-11-25T12:00:00Z')).toEqual([0, null, '2026-11-25T13:00:00.000Z']);
    expect(state(rules, '2026-11-28T11:00:00Z')).toEqual([null, 2_000_000, '2026-11-28T12:00:00.000Z']);
  });

  it('never ends when it holds at any time', () => {
    expect(state(['00:00-24:00 up=1MB/s'], '2026-11-25T12:00:00Z')).toEqual([0, 1_000_000, null]);
  });

  describe('where clocks are put', () => {
    const berlin = zone('Europe/Berlin');
    const sydney = zone('Australia/Sydney');
    const day = ['08:00-18:00 up=1MB/s'];

    it('goes by the clock on the wall on both sides', () => {
      // Forward on 2026-03-29 at 01:00 UTC, back on 2026-10-25 at 01:00 UTC.
      expect(state(day, '2026-03-28T20:00:00Z', berlin)[2]).toBe('2026-03-29T06:00:00.000Z');
      expect(state(day, '2026-10-24T20:00:00Z', berlin)[2]).toBe('2026-10-25T07:00:00.000Z');
      // Sydney is ahead of UTC and changes in the other months: forward on 2026-10-04 (local 02:00).
      expect(state(day, '2026-10-03T12:00:00Z', sydney)[2]).toBe('2026-10-03T21:00:00.000Z');
    });

    it('counts a time that does not exist as the moment of the jump', () => {
      const rule = ['02:30-05:00 up=1MB/s'];
      expect(state(rule, '2026-03-29T00:30:00Z', berlin)).toEqual([
        null,
        2_000_000,
        '2026-03-29T01:00:00.000Z',
      ]);
      expect(state(rule, '2026-03-29T01:00:00Z', berlin)).toEqual([0, 1_000_000, '2026-03-29T03:00:00.000Z']);
      expect(state(['02:10-02:50 up=1MB/s'], '2026-03-29T00:30:00Z', berlin)[2]).toBe(
        '2026-03-30T00:10:00.000Z',
      );
    });

    it('holds twice what is between times that come twice', () => {
      const rule = ['02:15-02:45 up=1MB/s'];
      expect(state(rule, '2026-10-25T00:00:00Z', berlin)[2]).toBe('2026-10-25T00:15:00.000Z');
      expect(state(rule, '2026-10-25T00:50:00Z', berlin)).toEqual([
        null,
        2_000_000,
        '2026-10-25T01:15:00.000Z',
      ]);
      expect(state(rule, '2026-10-25T01:20:00Z', berlin)).toEqual([0, 1_000_000, '2026-10-25T01:45:00.000Z']);
    });

    it('never tells an end before which something else held, nor one at which nothing changes', () => {
      const hour = fc.integer({ min: 0, max: 23 }).map((h) => String(h).padStart(2, '0'));
      const days = fc.constantFrom('', 'mon-fri ', 'sat,sun ', 'sun ');
      fc.assert(
        fc.property(
          fc.array(fc.tuple(days, hour, hour), { minLength: 1, maxLength: 3 }),
          fc.constantFrom('2026-03-28T00:00:00Z', '2026-10-24T00:00:00Z', '2026-06-01T00:00:00Z'),
          fc.integer({ min: 0, max: 3 * 24 * 60 }),
          fc.constantFrom(berlin, sydney, utc),
          (parts, from, minutes, offsetAt) => {
            const rules = parts.map(([d, a, b]) => parseScheduleRule(`${d}${a}:00-${b}:30 up=1MB/s`));
            const time = at(from) + minutes * 60_000;
            const now = scheduleAt(rules, base, time, offsetAt);
            if (now.until === null) return;
            expect(now.until).toBeGreaterThan(time);
            expect(scheduleAt(rules, base, now.until, offsetAt).rule).not.toBe(now.rule);
            for (let t = time; t < now.until; t += 37 * 60_000)
              expect(scheduleAt(rules, base, t, offsetAt).rule).toBe(now.rule);
          },
        ),
        { numRuns: 25 },
      );
    });
  });
});
