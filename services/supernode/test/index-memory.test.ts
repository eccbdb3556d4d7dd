import { describe, expect, it } from '@jest/globals';
import { defaultIndexBytes } from '../src/index-memory.ts';

const GIB = 1024 ** 3;

describe('the memory of the index', () => {
  it.each([
    ['a machine', 24 * GIB, 0, 6 * GIB],
    ['a container with less', 24 * GIB, 2 * GIB, GIB / 2],
    ['a container without a limit', 24 * GIB, 2 ** 63, 6 * GIB],
  ])('is by default a quarter of what %s has', (_where, machine, constrained, bytes) => {
    expect(defaultIndexBytes(machine, constrained)).toBe(bytes);
  });
});
