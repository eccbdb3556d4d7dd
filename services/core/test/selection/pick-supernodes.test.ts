import { describe, expect, it } from '@jest/globals';
import { BEAT_EXPIRY_MS } from '@banyan/proto';
import fc from 'fast-check';
import { pickSupernodes, spareWeight } from '../../src/selection/pick-supernodes.ts';
import type { SupernodeCandidate } from '../../src/selection/types.ts';
import { seededRandom } from './seeded-random.ts';

const NOW = 1_700_000_000_000;

function supernode(deviceId: string, rest: Partial<SupernodeCandidate> = {}): SupernodeCandidate {
  return { deviceId, state: 'active', capacity: 1000, leaves: 0, lastBeat: NOW, ...rest };
}

const ids = (picked: readonly SupernodeCandidate[]): string[] => picked.map(({ deviceId }) => deviceId);

/** How often each comes first in so many picks. */
function firsts(candidates: readonly SupernodeCandidate[], rounds: number): Map<string, number> {
  const random = seededRandom(7);
  const counts = new Map<string, number>();
  for (let i = 0; i < rounds; i++) {
    const first = pickSupernodes(candidates, { count: 1, random, now: NOW })[0]?.deviceId ?? '';
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return counts;
}

describe('pickSupernodes', () => {
  it('leaves out draining, silent and excluded ones', () => {
    const candidates = [
      supernode('good'),
      supernode('draining', { state: 'draining' }),
      supernode('silent', { lastBeat: NOW - BEAT_EXPIRY_MS - 1 }),
      supernode('from the future', { lastBeat: NOW + 3_600_000 }),
      supernode('excluded'),
    ];
    const picked = pickSupernodes(candidates, {
      count: 5,
      random: () => 0.5,
      now: NOW,
      exclude: ['excluded'],
    });
    expect(ids(picked)).toEqual(['good']);
  });

  it('spreads over equal ones', () => {
    const counts = firsts(
      ['a', 'b', 'c', 'd'].map((id) => supernode(id)),
      4000,
    );
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
    expect(counts.size).toBe(4);
  });

  it('follows spare capacity and health', () => {
    const counts = firsts(
      [
        supernode('roomy', { capacity: 4000, leaves: 1000 }),
        supernode('tight', { capacity: 4000, leaves: 3000 }),
        supernode('late', { capacity: 4000, leaves: 1000, loopDelayMs: 100 }),
        supernode('ill', { capacity: 4000, leaves: 1000, health: 0.1 }),
      ],
      6000,
    );
    const share = (id: string): number => (counts.get(id) ?? 0) / 6000;
    // 3000 : 1000 : 1000 : 300
    expect(share('roomy')).toBeCloseTo(3 / 5.3, 1);
    expect(share('tight')).toBeCloseTo(1 / 5.3, 1);
    expect(share('late')).toBeCloseTo(1 / 5.3, 1);
    expect(share('ill')).toBeCloseTo(0.3 / 5.3, 1);
  });

  it('names full ones only after all others', () => {
    const candidates = [
      supernode('full', { leaves: 1000 }),
      supernode('over', { leaves: 1001 }),
      supernode('free'),
    ];
    const random = seededRandom(1);
    for (let i = 0; i < 50; i++) {
      const picked = ids(pickSupernodes(candidates, { count: 3, random, now: NOW }));
      expect(picked[0]).toBe('free');
      expect(picked).toHaveLength(3);
    }
  });

  it('is not led by figures that are none', () => {
    for (const bad of [
      { capacity: Infinity },
      { capacity: NaN },
      { leaves: NaN, capacity: NaN },
      { health: NaN },
    ]) {
      expect(spareWeight(supernode('x', bad))).toBe(0);
    }
    expect(spareWeight(supernode('x', { health: 50, loopDelayMs: -40, leaves: -10 }))).toBeLessThanOrEqual(
      1010,
    );
  });

  it('names each at most once, available ones only, as many as asked or there are', () => {
    const candidate = fc.record({
      deviceId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      state: fc.constantFrom('active' as const, 'draining' as const),
      capacity: fc.nat(10),
      leaves: fc.nat(10),
      lastBeat: fc.integer({ min: NOW - 20_000, max: NOW }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(candidate, { selector: ({ deviceId }) => deviceId }),
        fc.nat(6),
        fc.nat(),
        (candidates, count, seed) => {
          const picked = ids(pickSupernodes(candidates, { count, random: seededRandom(seed), now: NOW }));
          const available = candidates.filter(
            ({ state, lastBeat }) => state === 'active' && NOW - lastBeat <= BEAT_EXPIRY_MS,
          );
          expect(new Set(picked).size).toBe(picked.length);
          expect(picked).toHaveLength(Math.min(count, available.length));
          for (const id of picked) expect(ids(available)).toContain(id);
        },
      ),
    );
  });
});
