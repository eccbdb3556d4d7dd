import { expect, test } from '@jest/globals';
import { createZipf, exponential, logNormal, pareto } from '../../src/load-model/distributions.ts';
import { seededRandom } from '../../src/load-model/random.ts';

const DRAWS = 200_000;
const draws = (draw: () => number): number[] => Array.from({ length: DRAWS }, draw);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test('a seed and a name give the same numbers, other names give others', () => {
  const first = Array.from({ length: 5 }, seededRandom(7, 'leaf', 3));
  expect(Array.from({ length: 5 }, seededRandom(7, 'leaf', 3))).toEqual(first);
  expect(Array.from({ length: 5 }, seededRandom(7, 'leaf', 4))).not.toEqual(first);
  expect(Array.from({ length: 5 }, seededRandom(8, 'leaf', 3))).not.toEqual(first);
  // Golden: scenarios that were run once must stay what they were.
  expect(first.map((value) => value.toFixed(6))).toMatchInlineSnapshot(`
    [
      "0.102562",
      "0.389852",
      "0.745111",
      "0.209919",
      "0.742511",
    ]
  `);
});

test('streams are uniform and do not follow each other', () => {
  const [a, b] = [seededRandom(1, 'a'), seededRandom(1, 'b')];
  const pairs = Array.from({ length: DRAWS }, () => [a(), b()] as const);
  expect(mean(pairs.map(([x]) => x))).toBeCloseTo(0.5, 2);
  const covariance = mean(pairs.map(([x, y]) => (x - 0.5) * (y - 0.5)));
  expect(Math.abs(covariance)).toBeLessThan(0.001);
});

test('exponential and Pareto have the mean that was asked for, Pareto a heavy tail', () => {
  const random = seededRandom(2, 'times');
  expect(mean(draws(() => exponential(random, 40)))).toBeCloseTo(40, -0.5);
  const sessions = draws(() => pareto(random, 2.9, 2)).sort((x, y) => x - y);
  expect(mean(sessions)).toBeGreaterThan(2.7);
  expect(mean(sessions)).toBeLessThan(3.1);
  expect(sessions[DRAWS / 2]).toBeLessThan(2.1);
  expect(sessions.at(-1)).toBeGreaterThan(100);
});

test('log-normal numbers have the median that was asked for', () => {
  const random = seededRandom(3, 'sizes');
  const sizes = draws(() => logNormal(random, 20, 1)).sort((x, y) => x - y);
  expect(Math.abs(sizes[DRAWS / 2]! - 20)).toBeLessThan(0.5);
});

test.each([0, 0.8, 1, 1.3])('Zipf of exponent %p draws ranks in proportion to their weight', (exponent) => {
  const random = seededRandom(4, 'zipf');
  const ranks = 50;
  const draw = createZipf(ranks, exponent);
  const counts = new Array<number>(ranks + 1).fill(0);
  for (let i = 0; i < DRAWS; i += 1) counts[draw(random)]! += 1;
  const weights = Array.from({ length: ranks }, (_, i) => (i + 1) ** -exponent);
  const sum = weights.reduce((a, b) => a + b, 0);
  expect(counts[0]).toBe(0);
  weights.forEach((weight, i) => {
    const expected = (DRAWS * weight) / sum;
    // Five standard deviations of a binomial count.
    expect(Math.abs(counts[i + 1]! - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });
});

test('Zipf over ten million ranks needs no table and stays inside', () => {
  const random = seededRandom(5, 'zipf');
  const draw = createZipf(10_000_000, 0.9);
  const some = Array.from({ length: 10_000 }, () => draw(random));
  expect(Math.min(...some)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...some)).toBeLessThanOrEqual(10_000_000);
  expect(createZipf(1, 1)(random)).toBe(1);
  expect(() => createZipf(0, 1)).toThrow(RangeError);
  expect(() => createZipf(3, -1)).toThrow(RangeError);
});
