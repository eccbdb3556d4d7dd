import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../src/load-model/random.ts';
import { arrivals, createTimeline, type TimelineStage } from '../../src/load-model/timeline.ts';

const STAGES: readonly TimelineStage[] = [
  { name: 'arrive', durationMs: 10_000, leaves: 100 },
  { name: 'ask', durationMs: 20_000, queries: 50 },
  { name: 'rush', durationMs: 5_000, queries: 500, shape: 'jump' },
  { name: 'leave', durationMs: 5_000, leaves: 0, queries: 0 },
];

describe('a timeline', () => {
  const timeline = createTimeline(STAGES);
  const { leaves, queries } = timeline.tracks;

  test('ramps from what was to what is wanted, and jumps where it is told to', () => {
    expect([0, 5_000, 10_000, 30_000, 37_500, 40_000, 99_000].map((ms) => leaves.at(ms))).toEqual([
      0, 50, 100, 100, 50, 0, 0,
    ]);
    expect(
      [9_999, 20_000, 29_999.999, 30_000, 35_000, 40_000].map((ms) => Math.round(queries.at(ms))),
    ).toEqual([0, 25, 50, 500, 500, 0]);
    expect(queries.max).toBe(500);
  });

  test('knows its stages and its end', () => {
    expect(timeline.durationMs).toBe(40_000);
    expect([0, 9_999, 10_000, 34_999, 35_000, 80_000].map((ms) => timeline.stageAt(ms))).toEqual([
      0, 0, 1, 2, 3, 3,
    ]);
    expect(timeline.startOf(2)).toBe(30_000);
  });

  test('counts the operations that are due', () => {
    expect(queries.total(10_000)).toBe(0);
    expect(queries.total(30_000)).toBe(500);
    expect(queries.total(35_000)).toBe(3_000);
    expect(queries.total(99_000)).toBe(4_250);
  });

  test('what it cannot be is refused', () => {
    expect(() => createTimeline([])).toThrow(RangeError);
    expect(() => createTimeline([{ name: 'x', durationMs: 1, leaves: -1 }])).toThrow(RangeError);
    expect(() => createTimeline([{ name: 'x', durationMs: NaN }])).toThrow(RangeError);
  });
});

test('`when` is the inverse of `total` on any timeline', () => {
  const stage = fc.record({
    name: fc.constant('s'),
    durationMs: fc.integer({ min: 0, max: 60_000 }),
    queries: fc.integer({ min: 0, max: 1_000 }),
    shape: fc.constantFrom('ramp' as const, 'jump' as const),
  });
  fc.assert(
    fc.property(
      fc.array(stage, { minLength: 1, maxLength: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (stages, share) => {
        const { tracks, durationMs } = createTimeline(stages);
        const whole = tracks.queries.total(durationMs);
        const total = whole * share;
        const ms = tracks.queries.when(total);
        expect(ms).toBeDefined();
        expect(tracks.queries.total(ms!)).toBeCloseTo(total, 4);
        expect(tracks.queries.when(whole + 1)).toBeUndefined();
      },
    ),
  );
});

describe('arrivals', () => {
  const { queries } = createTimeline(STAGES).tracks;

  test('follow the rate, in order, and are the same for the same seed', () => {
    const times = [...arrivals(queries, seededRandom(1, 'arrivals'))];
    expect([...arrivals(queries, seededRandom(1, 'arrivals'))]).toEqual(times);
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    const between = (from: number, to: number): number => times.filter((t) => t >= from && t < to).length;
    expect(between(0, 10_000)).toBe(0);
    // Five standard deviations of a Poisson count.
    for (const [from, to] of [
      [10_000, 20_000],
      [20_000, 30_000],
      [30_000, 35_000],
      [35_000, 40_000],
    ] as const) {
      const due = queries.total(to) - queries.total(from);
      expect(Math.abs(between(from, to) - due)).toBeLessThan(5 * Math.sqrt(due));
    }
  });

  test('of several shares add up to the whole', () => {
    const shares = [0.25, 0.75];
    const counts = shares.map(
      (share, i) => [...arrivals(queries, seededRandom(1, 'worker', i), share)].length,
    );
    expect(Math.abs(counts[0]! - 1_062.5)).toBeLessThan(5 * Math.sqrt(1_062.5));
    expect(Math.abs(counts[1]! - 3_187.5)).toBeLessThan(5 * Math.sqrt(3_187.5));
    expect([...arrivals(queries, seededRandom(1, 'nobody'), 0)]).toEqual([]);
  });
});
