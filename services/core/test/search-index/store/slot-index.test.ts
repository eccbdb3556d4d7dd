import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  hashEnd,
  hasTag,
  MAX_VALUE,
  nextSlot,
  SlotIndex,
  tagOf,
} from '../../../src/search-index/store/slot-index.ts';
import { randomNumbers } from '../random-numbers.ts';

/** Walks as owners do. */
function has(index: SlotIndex, hash: number, value: number): boolean {
  const slots = index.slots(hash);
  for (let at = index.home(hash); slots[at] !== 0; at = nextSlot(at)) {
    const slot = slots[at]!;
    if (hasTag(slot, tagOf(hash)) && (slot & MAX_VALUE) === value) return true;
  }
  return false;
}

function put(index: SlotIndex, hash: number, value: number): void {
  const slots = index.slots(hash);
  let at = index.home(hash);
  while (slots[at] !== 0) at = nextSlot(at);
  index.put(hash, at, value);
}

describe('SlotIndex', () => {
  it.each<[string, (value: number) => number]>([
    ['spread', (value) => hashEnd(value)],
    ['equal by the hundred', (value) => hashEnd(value >>> 8)],
    ['all in one chain of slots', (value) => (hashEnd(value) & ~0x7ff) >>> 0],
    ['alike in their first twelve bits', (value) => (0xabc0_0000 | (hashEnd(value) >>> 12)) >>> 0],
    ['at the end of the slots', (value) => (hashEnd(value) | 0x7f0) >>> 0],
  ])('finds what is in it and nothing else, with hashes that are %s', (_what, hashOf) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { below } = randomNumbers(seed);
        const index = new SlotIndex(hashOf);
        const held = new Set<number>();
        const most = 2_500;
        for (let n = 0; n < 6_000; n++) {
          const value = 1 + below(most);
          if (held.has(value)) {
            if (below(2) === 0) {
              index.remove(hashOf(value), value);
              held.delete(value);
            }
          } else {
            put(index, hashOf(value), value);
            held.add(value);
          }
        }
        expect(index.size).toBe(held.size);
        const values = Array.from({ length: most }, (_, i) => i + 1);
        expect(values.filter((value) => has(index, hashOf(value), value))).toEqual(
          values.filter((value) => held.has(value)),
        );
        for (const value of held) index.remove(hashOf(value), value);
        expect(index.size).toBe(0);
      }),
      { numRuns: 2 },
    );
  });

  it('grows by segments: its memory is in proportion to what it holds', () => {
    const index = new SlotIndex((value) => hashEnd(value));
    for (let value = 1; value <= 100_000; value++) put(index, hashEnd(value), value);
    expect(index.size).toBe(100_000);
    expect(index.bytes).toBeGreaterThan(4 * 100_000);
    expect(index.bytes).toBeLessThan(4 * 100_000 * 3);
  });

  it('keeps the largest number', () => {
    const index = new SlotIndex(() => 0xffff_ffff);
    put(index, 0xffff_ffff, MAX_VALUE);
    expect(has(index, 0xffff_ffff, MAX_VALUE)).toBe(true);
    expect(has(index, 0xffff_ffff, MAX_VALUE - 1)).toBe(false);
  });
});
