import { expect, test } from '@jest/globals';
import { memoryGrowth } from '../../src/load-model/memory-growth.ts';

const MIB = 2 ** 20;
const steady = (count: number): number[] => Array.from({ length: count }, () => 100 * MIB);

test('what grows until it is warm has not grown behind it', () => {
  const warmsUp = Array.from({ length: 200 }, (_, i) => Math.min(100, i + 1) * MIB);
  expect(memoryGrowth([warmsUp])).toBe(0);
});

test('what leaks is told by how much, of the process that grew most', () => {
  // From 100 MiB a hundredth of it more with each value: behind the warm-up from 200 to 300 MiB.
  const leaks = Array.from({ length: 200 }, (_, i) => (100 + i) * MIB);
  expect(memoryGrowth([steady(200), leaks, steady(200)])).toBeCloseTo(90 / 204.5, 6);
});

test('what shrinks is below nothing', () => {
  const shrinks = [...steady(150), ...steady(50).map((bytes) => bytes / 2)];
  expect(memoryGrowth([shrinks])).toBe(-0.5);
});

test('a garbage collection that is late decides nothing', () => {
  const late = steady(200);
  late[199] = 300 * MIB;
  expect(memoryGrowth([late])).toBe(0);
});

test.each([
  ['no process', []],
  ['one that is gone at the end', [[...steady(199), null]]],
  ['one that nothing is known of', [new Array<null>(200).fill(null)]],
  ['less than ten values behind the warm-up', [steady(18)]],
])('nothing is told of %s', (_what, processes) => {
  expect(memoryGrowth(processes)).toBeUndefined();
});

test('one that is gone does not hide another', () => {
  expect(memoryGrowth([[...steady(199), null], steady(200)])).toBe(0);
  // A look that came too late is no end.
  expect(memoryGrowth([steady(200).map((bytes, i) => (i === 150 ? null : bytes))])).toBe(0);
});
