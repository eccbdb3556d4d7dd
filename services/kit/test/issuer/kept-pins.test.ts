import { describe, expect, it } from '@jest/globals';
import { beginWithPins, followPins, type KeptPins } from '../../src/issuer/kept-pins.ts';

const kept = (given: string[], now: string[]): KeptPins => ({ given, now });

describe('pins at a start', () => {
  it.each([
    ['none given, none kept', [], undefined, undefined],
    ['those of an invite', ['A', 'B'], undefined, kept(['A', 'B'], ['A', 'B'])],
    ['the kept ones, when the invite is gone', [], kept(['A'], ['B', 'C']), kept(['A'], ['B', 'C'])],
    ['the kept ones, which came of the same invite', ['A'], kept(['A'], ['B', 'C']), kept(['A'], ['B', 'C'])],
    ['those of a new invite', ['D'], kept(['A'], ['B', 'C']), kept(['D'], ['D'])],
  ])('are %s', (_which, given, held, expected) => {
    expect(beginWithPins(given, held)).toEqual(expected);
  });
});

describe('pins that auth names', () => {
  it('count from then on, a key that is gone with the backup behind it', () => {
    const first = kept(['A', 'B'], ['A', 'B']);
    const second = followPins(first, ['B', 'C']);
    expect(second).toEqual(kept(['A', 'B'], ['B', 'C']));
    expect(followPins(second!, ['C', 'D'])?.now).toEqual(['C', 'D']);
  });
  it('change nothing when there are none', () => {
    expect(followPins(kept(['A'], ['A']), undefined)).toEqual(kept(['A'], ['A']));
  });
  it('are refused when they have nothing to do with those it is known by', () => {
    expect(followPins(kept(['A'], ['A']), ['X'])).toBeUndefined();
  });
});
