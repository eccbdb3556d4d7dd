import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  checkScheduleRule,
  limitText,
  MAX_LIMIT_BYTES_PER_SECOND,
  MIN_LIMIT_BYTES_PER_SECOND,
  parseLimit,
  parseScheduleRule,
  scheduleRuleText,
  WEEKDAYS,
} from '../src/index.ts';

describe('a limit as people write it', () => {
  it.each([
    ['1500000', 1_500_000],
    ['500KB/s', 500_000],
    ['1.5 MB', 1_500_000],
    ['2m', 2_000_000],
    ['1MiB/s', 1_048_576],
    ['8Mbit/s', 1_000_000],
    ['1gbps', undefined],
    ['100Mbit', 12_500_000],
    ['off', null],
    ['unlimited', null],
  ])('reads %s', (text, expected) => {
    if (expected === undefined) expect(parseLimit(text)).toBe(1e9);
    else expect(parseLimit(text)).toBe(expected);
  });

  it.each([
    ['fast', 'is no limit'],
    ['', 'is no limit'],
    ['-1MB/s', 'is no limit'],
    ['1PB/s', 'is no limit'],
    ['0', 'pause the downloads'],
    ['9KB/s', 'at least 10KB/s'],
    ['99999999GB/s', 'write off'],
    ['\u001b[31m1MB', 'is no limit'],
  ])('says what is wrong with %j', (text, words) => {
    expect(() => parseLimit(text)).toThrow(words);
  });

  it('reads back what it writes, to the byte', () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: MIN_LIMIT_BYTES_PER_SECOND, max: MAX_LIMIT_BYTES_PER_SECOND })),
        (limit) => {
          expect(parseLimit(limitText(limit))).toBe(limit);
        },
      ),
    );
    expect(limitText(1_500_000)).toBe('1.5MB/s');
  });
});

describe('a rule of a schedule as people write it', () => {
  it('has days, times and limits', () => {
    expect(parseScheduleRule('08:00-18:00 up=1MB/s down=5MB/s')).toEqual({
      from: '08:00',
      to: '18:00',
      limits: { up: 1_000_000, down: 5_000_000 },
    });
    expect(parseScheduleRule(' Mon-Fri  8:30-24:00  up-each=off ')).toEqual({
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      from: '08:30',
      to: '24:00',
      limits: { upEach: null },
    });
    expect(parseScheduleRule('sun,fri-sat 22:00-06:00 down=off').days).toEqual(['fri', 'sat', 'sun']);
    expect(parseScheduleRule('sat-mon 0:00-24:00 up=off').days).toEqual(['mon', 'sat', 'sun']);
  });

  it.each([
    ['', 'is no time of day'],
    ['mon', 'is no time of day'],
    ['08:00-25:00 up=1MB', 'is no time of day'],
    ['24:00-06:00 up=1MB', 'is no time of day'],
    ['08:60-09:00 up=1MB', 'is no time of day'],
    ['someday 08:00-09:00 up=1MB', 'are no days'],
    ['mon-tue-wed 08:00-09:00 up=1MB', 'are no days'],
    ['08:00-09:00', 'says no limit'],
    ['08:00-09:00 upload=1MB', '"upload=1MB" is not understood'],
    ['08:00-09:00 fast', '"fast" is not understood'],
    ['08:00-09:00 up=fast', '"fast" is no limit'],
    ['08:00-08:00 up=1MB', '00:00-24:00'],
  ])('says what is wrong with %j', (text, words) => {
    expect(() => parseScheduleRule(text)).toThrow(words);
  });

  it('reads back what it writes', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
    const limit = fc.option(fc.integer({ min: MIN_LIMIT_BYTES_PER_SECOND, max: 1e9 }));
    fc.assert(
      fc.property(
        fc.option(fc.subarray([...WEEKDAYS], { minLength: 1 }), { nil: undefined }),
        time,
        time,
        fc.record({ up: limit, downEach: limit }),
        (days, from, to, limits) => {
          fc.pre(from !== to);
          const rule = { ...(days === undefined ? {} : { days }), from, to, limits };
          expect(parseScheduleRule(scheduleRuleText(rule))).toEqual(rule);
        },
      ),
    );
  });

  it('refuses rules that last no time or say nothing, wherever they come from', () => {
    expect(() => checkScheduleRule({ from: '08:00', to: '08:00', limits: { up: null } })).toThrow('no time');
    expect(() => checkScheduleRule({ from: '08:00', to: '09:00', limits: {} })).toThrow('no limit');
  });
});
