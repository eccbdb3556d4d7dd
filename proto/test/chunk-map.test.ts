import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  chunkMapFromBytes,
  chunkMapFromText,
  createChunkMap,
  fullChunkMap,
  MAX_MAP_RUNS,
} from '../src/index.ts';

const mapOf = (size: number, chunks: readonly number[]) => {
  const map = createChunkMap(size);
  for (const chunk of chunks) map.set(chunk);
  return map;
};

describe('chunk map', () => {
  it('answers as a set of numbers would', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 300 }),
        fc.nat(220),
        (size, changes, from) => {
          const map = createChunkMap(size);
          const set = new Set<number>();
          for (const [n, value] of changes) {
            const chunk = n % size;
            expect(map.set(chunk, value)).toBe(set.has(chunk) !== value);
            if (value) set.add(chunk);
            else set.delete(chunk);
          }
          const all = Array.from({ length: size }, (_, i) => i);
          expect(all.filter((i) => map.has(i))).toEqual([...set].sort((a, b) => a - b));
          expect(map.count).toBe(set.size);
          expect(map.complete).toBe(set.size === size);
          expect(map.firstMissing(from)).toBe(all.find((i) => i >= from && !set.has(i)) ?? -1);
          expect(map.firstSet(from)).toBe(all.find((i) => i >= from && set.has(i)) ?? -1);
          const inRuns = map.runs().flatMap(({ start, end }) => all.slice(start, end));
          expect(inRuns).toEqual([...set].sort((a, b) => a - b));
          expect(chunkMapFromBytes(map.toBytes(), size).toBytes()).toEqual(map.toBytes());
          expect(chunkMapFromText(map.toText(), size).toBytes()).toEqual(map.toBytes());
          expect(map.hasAll(0, from)).toBe(from <= size && all.slice(0, from).every((i) => set.has(i)));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is written as runs with both ends inclusive', () => {
    expect(mapOf(12, [0, 1, 2, 3, 4, 5, 9]).toText()).toBe('0-5,9');
    expect(createChunkMap(3).toText()).toBe('none');
    expect(fullChunkMap(3).toText()).toBe('0-2');
    expect(fullChunkMap(0).complete).toBe(true);
  });

  it.each(['5', '0-3', '2-1', '1,0', '0,0', 'a', '0-', '-1', '0--1', '0,,1', '99999999999', '1e0'])(
    'refuses the text %j for three chunks',
    (text) => {
      expect(() => chunkMapFromText(text, 3)).toThrow('chunk map');
    },
  );

  it('refuses bitmaps of another size and with spare bits set', () => {
    expect(() => chunkMapFromBytes(new Uint8Array(2), 3)).toThrow('bitmap');
    expect(() => chunkMapFromBytes(Uint8Array.of(0b0001_0000), 3)).toThrow('bitmap');
    expect(chunkMapFromBytes(Uint8Array.of(0b1110_0000), 3).complete).toBe(true);
  });

  it('names only its first runs when it is very ragged, and never a chunk it lacks', () => {
    const size = 4 * MAX_MAP_RUNS;
    const ragged = mapOf(
      size,
      Array.from({ length: size / 2 }, (_, i) => 2 * i),
    );
    const told = chunkMapFromText(ragged.toText(), size);
    expect(told.count).toBe(MAX_MAP_RUNS);
    expect(told.runs().every(({ start }) => ragged.has(start))).toBe(true);
    expect(() => chunkMapFromText(`${ragged.toText()},${size - 1}`, size)).toThrow('runs');
  });

  it('copies do not share', () => {
    const map = mapOf(3, [1]);
    const copy = map.copy();
    copy.set(2);
    expect([map.has(2), copy.has(1), copy.count]).toEqual([false, true, 2]);
    expect(() => map.set(3)).toThrow(RangeError);
    expect(() => map.set(-1)).toThrow(RangeError);
  });
});
