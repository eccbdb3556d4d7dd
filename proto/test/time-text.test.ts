import { describe, expect, it } from '@jest/globals';
import { timeText, withMoments } from '../src/index.ts';

describe('a moment as text', () => {
  it('is ISO 8601 in UTC', () => {
    expect(timeText(1_700_000_000_123)).toBe('2023-11-14T22:13:20.123Z');
  });

  it.each([1e300, Infinity, -Infinity, 8.64e15 + 1])(
    'never fails for one beyond every calendar: %s',
    (ms) => {
      expect(timeText(ms)).toMatch(/^[+-]?\d{4,6}-\d{2}-\d{2}T[\d:.]+Z$/);
    },
  );

  it('is written anew within a sentence; what only looks like one stays', () => {
    const text = `until ${timeText(1_700_000_000_123)}: 2023-99-14T22:13:20.123Z`;
    expect(withMoments(text, (ms) => `<${ms}>`)).toBe('until <1700000000123>: 2023-99-14T22:13:20.123Z');
  });
});
