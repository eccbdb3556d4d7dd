import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apportion, wholePercent } from '../src/index.ts';

describe('apportion', () => {
  it.each<[parts: number[], whole: number, shares: number[]]>([
    [[1, 1, 1], 100, [34, 33, 33]],
    [[605, 395], 100, [61, 39]],
    [[335, 665], 100, [34, 66]],
    [[333, 333, 334], 100, [33, 33, 34]],
    [[1, 0], 37, [37, 0]],
    [[0, 0], 37, [0, 0]],
    [[], 100, []],
  ])('cuts by %j of %d into %j', (parts, whole, shares) => {
    expect(apportion(parts, whole)).toEqual(shares);
  });

  it('adds up, each share less than one off, whatever the parts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(10), fc.maxSafeNat()), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 100 }),
        (parts, whole) => {
          const shares = apportion(parts, whole);
          const sum = parts.reduce((total, part) => total + part, 0);
          expect(shares.reduce((total, share) => total + share, 0)).toBe(sum === 0 ? 0 : whole);
          shares.forEach((share, i) => {
            if (sum > 0) expect(Math.abs(share - (parts[i]! / sum) * whole)).toBeLessThan(1 + 1e-6);
          });
        },
      ),
    );
  });
});

describe('wholePercent', () => {
  it('is 100 only when all is done, and as exact as it can be before', () => {
    expect([
      wholePercent(999_999, 1_000_000),
      wholePercent(1, 1),
      wholePercent(0, 0),
      wholePercent(29, 100),
      wholePercent(-1, 100),
    ]).toEqual([99, 100, 100, 29, 0]);
  });
});
