import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRendezvous, owners } from '../../src/selection/rendezvous.ts';

const members = (count: number): string[] => Array.from({ length: count }, (_, i) => `supernode-${i}`);
const KEYS = Array.from({ length: 20_000 }, (_, i) => `term ${i}`);

describe('rendezvous hashing', () => {
  // The hash is protocol: these may never change.
  it.each([
    ['banyan', ['s2', 's4', 's3']],
    ['中国', ['s1', 's3', 's4']],
    ['', ['s1', 's4', 's5']],
  ])('finds the same owners of %j for ever', (key, expected) => {
    expect(owners(key, ['s1', 's2', 's3', 's4', 's5'], 3)).toEqual(expected);
  });

  it.each([2, 3, 10, 64])('gives each of %d members its share, as first and as second owner', (count) => {
    const rendezvous = createRendezvous(members(count));
    const loads = [new Map<string, number>(), new Map<string, number>()];
    for (const key of KEYS) {
      rendezvous.owners(key, 2).forEach((owner, i) => loads[i]?.set(owner, (loads[i].get(owner) ?? 0) + 1));
    }
    const mean = KEYS.length / count;
    for (const load of loads) {
      expect(load.size).toBe(count);
      // Six standard deviations.
      for (const keys of load.values()) expect(Math.abs(keys - mean)).toBeLessThan(6 * Math.sqrt(mean));
    }
  });

  it('also for keys and members that differ in one character only', () => {
    const ids = ['A', 'B', 'C', 'D'].map((end) => 'x'.repeat(42) + end);
    const rendezvous = createRendezvous(ids);
    const load = new Map<string, number>();
    for (let i = 0; i < 4096; i++) {
      const owner = rendezvous.owners(String.fromCharCode(0x4e00 + i), 1)[0] ?? '';
      load.set(owner, (load.get(owner) ?? 0) + 1);
    }
    for (const id of ids) expect(Math.abs((load.get(id) ?? 0) - 1024)).toBeLessThan(6 * 32);
  });

  it('moves only the keys of a member that leaves, to members all over', () => {
    const before = createRendezvous(members(10));
    const after = createRendezvous(members(10).filter((id) => id !== 'supernode-3'));
    const heirs = new Map<string, number>();
    for (const key of KEYS) {
      const [first, second] = before.owners(key, 2) as [string, string];
      const [now] = after.owners(key, 1) as [string];
      if (first !== 'supernode-3') expect(now).toBe(first);
      else {
        // The second owner is the heir: it has the postings already.
        expect(now).toBe(second);
        heirs.set(now, (heirs.get(now) ?? 0) + 1);
      }
    }
    expect(heirs.size).toBe(9);
    for (const keys of heirs.values())
      expect(Math.abs(keys - 2000 / 9)).toBeLessThan(6 * Math.sqrt(2000 / 9));
  });

  it('depends on neither the order nor the repetition of members, and finds as many as there are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 8 }),
        fc.string({ unit: 'binary' }),
        fc.nat(10),
        (ids, key, count) => {
          const found = owners(key, ids, count);
          expect(found).toHaveLength(Math.min(count, ids.length));
          expect(new Set(found).size).toBe(found.length);
          expect(owners(key, [...ids].reverse().concat(ids), count)).toEqual(found);
          expect(owners(key, ids, count + 1).slice(0, count)).toEqual(found);
        },
      ),
    );
  });
});
