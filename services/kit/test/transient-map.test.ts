import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { TransientMap } from '../src/transient-map.ts';

/** Bytes of the old generation behind 50,000 values that were in a map one after the other, none for long; no full collection between. */
async function promotedBytes(kind: 'Map' | 'TransientMap'): Promise<number> {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { TransientMap } from '${new URL('../dist/transient-map.js', import.meta.url).href}';
    const oldBytes = () => getHeapSpaceStatistics().find((space) => space.space_name === 'old_space').space_used_size;
    const kilobyte = (i) => Array.from({ length: 120 }, () => i);
    const map = new ${kind}();
    map.set(-1, kilobyte(0));
    map.set(-2, kilobyte(0));
    // A quiet time: the map gets old.
    for (let i = 0; i < 100_000; i += 1) kilobyte(i);
    const before = oldBytes();
    for (let i = 0; i < 50_000; i += 1) {
      map.set(i, kilobyte(i));
      map.delete(i - 2);
    }
    console.log(oldBytes() - before);`;
  const args = ['--heap-growing-percent=900', '--input-type=module', '--eval', script];
  return Number((await promisify(execFile)(process.execPath, args)).stdout);
}

describe('a transient map', () => {
  it('holds what a map holds, in the same order, whatever was deleted before', () => {
    const map = new TransientMap<number, string>();
    const model = new Map<number, string>();
    let seed = 1;
    const upTo = (n: number): number => (seed = (seed * 48_271) % 0x7fffffff) % n;
    for (let i = 0; i < 5_000; i += 1) {
      const key = upTo(100);
      if (upTo(2) === 0) {
        map.set(key, `${i}`);
        model.set(key, `${i}`);
      } else expect(map.delete(key)).toBe(model.delete(key));
      expect(map.has(key)).toBe(model.has(key));
      expect(map.get(key)).toBe(model.get(key));
      expect(map.size).toBe(model.size);
      if (i % 50 === 0) {
        expect([...map.entries()]).toEqual([...model.entries()]);
        expect([...map.values()]).toEqual([...model.values()]);
      }
    }
    map.clear();
    expect([map.size, [...map.entries()]]).toEqual([0, []]);
  });

  it('leaves next to nothing of what it held in the old generation, where a map leaves most of it', async () => {
    const [ours, maps] = await Promise.all([promotedBytes('TransientMap'), promotedBytes('Map')]);
    // Of 50 MB.
    expect(ours).toBeLessThan(1_000_000);
    // Once this holds no more the class is not needed any more.
    expect(maps).toBeGreaterThan(10_000_000);
  });
});
