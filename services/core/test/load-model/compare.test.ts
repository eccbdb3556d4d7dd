import { expect, test } from '@jest/globals';
import {
  compareFigure,
  countSample,
  medianOf,
  shareSample,
  type Sample,
} from '../../src/load-model/compare.ts';
import { seededRandom } from '../../src/load-model/random.ts';

/** Intervals that scatter around a value by up to `scatter`, as luck has it. */
function sample(value: number, scatter: number, seed: number): Sample {
  const random = seededRandom(seed, 'scatter');
  const intervals = Array.from({ length: 60 }, () => value + (random() * 2 - 1) * scatter);
  return { value: medianOf(intervals), intervals };
}

const change = (before: Sample, after: Sample, worse: 'higher' | 'lower' = 'higher'): string =>
  compareFigure({ name: 'query.p99', worse, before, after }).change;

test('what is clearly slower is worse, what is clearly faster is better', () => {
  expect(change(sample(20, 2, 1), sample(30, 2, 2))).toBe('worse');
  expect(change(sample(30, 2, 1), sample(20, 2, 2))).toBe('better');
  expect(change(sample(100, 5, 1), sample(60, 5, 2), 'lower')).toBe('worse');
});

test('what scatters is not blamed: two hundred pairs of equal runs, hardly one flagged', () => {
  const flagged = Array.from({ length: 200 }, (_, i) => change(sample(20, 10, i), sample(20, 10, 1_000 + i)));
  expect(flagged.filter((one) => one !== 'same').length).toBeLessThanOrEqual(2);
});

test('small differences of steady figures are nobody’s business', () => {
  expect(change(sample(100, 0, 1), sample(104, 0, 2))).toBe('same');
  expect(change(sample(100, 0, 1), sample(106, 0, 2))).toBe('worse');
});

test('what only one run has is said to be unknown', () => {
  expect(
    compareFigure({ name: 'x', worse: 'higher', before: undefined, after: sample(1, 0, 1) }),
  ).toMatchObject({
    change: 'unknown',
    after: 1,
  });
});

test('shares and counts are judged by how many they are of', () => {
  // One item in a thousand was missed: luck. One in a hundred of ten thousand: not.
  expect(change(shareSample(0, 1_000), shareSample(1, 1_000))).toBe('same');
  expect(change(shareSample(0, 10_000), shareSample(100, 10_000))).toBe('worse');
  expect(change(countSample(3), countSample(5))).toBe('same');
  expect(change(countSample(0), countSample(300))).toBe('worse');
});
