import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHitRows, type HitRows, type KeptHit } from '../../src/searches/hit-rows.ts';
import { hitView } from '../../src/searches/hit-view.ts';
import { hit } from './hits.ts';

const kept = (n: number, score = n, sources = 1): KeptHit => {
  const one = hit(n, { score, sources, reachableSources: sources });
  return { hit: one, view: hitView(one, 'none', 'http://localhost:1') };
};
const numbers = (rows: HitRows): number[] => rows.rows.map(({ hit: { length } }) => length - 100);
const scores = (rows: readonly KeptHit[]): number[] => rows.map((row) => row.hit.score);

describe('the rows of a search', () => {
  it('stand by score as hits stream in, and follow a better score', () => {
    const rows = createHitRows(10);
    expect(rows.put([kept(1), kept(3)])).toBe(2);
    rows.put([kept(2)]);
    expect(numbers(rows)).toEqual([3, 2, 1]);
    expect(rows.put([kept(1, 9)])).toBe(0);
    expect(numbers(rows)).toEqual([1, 3, 2]);
  });

  it('keep their places while they are held, with new counts in them, and later ones wait', () => {
    const rows = createHitRows(10);
    rows.put([kept(1), kept(3)]);
    rows.hold(true);
    rows.put([kept(9), kept(1, 50, 7)]);
    expect(numbers(rows)).toEqual([3, 1]);
    expect(rows.rows[1]?.hit.sources).toBe(7);
    expect([rows.size, rows.waiting, rows.held]).toEqual([3, 1, true]);
    // What waits is updated too.
    rows.put([kept(9, 2)]);
    rows.hold(false);
    expect(numbers(rows)).toEqual([1, 3, 9]);
    expect([rows.size, rows.waiting, rows.held]).toEqual([3, 0, false]);
    rows.put([kept(4)]);
    expect(numbers(rows)).toEqual([1, 4, 3, 9]);
  });

  it('have a further page behind them whatever its scores, also when it comes in parts', () => {
    const rows = createHitRows(10);
    rows.put([kept(1), kept(2)]);
    rows.nextPage();
    rows.put([kept(8), kept(1, 99)]);
    rows.put([kept(9)]);
    expect(numbers(rows)).toEqual([2, 1, 9, 8]);
    // Held already, nobody lets go: nothing moves.
    rows.hold(false);
    expect(numbers(rows)).toEqual([2, 1, 9, 8]);
  });

  it('have a further page behind them while they are held, each part where it came', () => {
    const rows = createHitRows(10);
    rows.put([kept(1), kept(2)]);
    rows.hold(true);
    rows.put([kept(5)]);
    rows.nextPage();
    rows.put([kept(6), kept(7)]);
    rows.put([kept(9)]);
    expect(numbers(rows)).toEqual([2, 1, 7, 6, 9]);
    expect(rows.waiting).toBe(1);
    rows.hold(false);
    expect(numbers(rows)).toEqual([9, 7, 6, 5, 2, 1]);
    // The page still comes: behind what is there, not among it.
    rows.put([kept(8)]);
    expect(numbers(rows)).toEqual([9, 7, 6, 5, 2, 1, 8]);
  });

  it('are bounded; those that are there are still updated', () => {
    const rows = createHitRows(2);
    expect(rows.put([kept(1), kept(2), kept(3)])).toBe(2);
    rows.put([kept(1, 5, 4)]);
    expect(rows.rows.map((row) => [row.hit.score, row.hit.sources])).toEqual([
      [5, 4],
      [2, 1],
    ]);
  });

  it('never jump under somebody who looks, lose nothing, and stand by score when they are let go', () => {
    const arrivals = fc.array(
      fc.record({
        n: fc.integer({ min: 0, max: 60 }),
        score: fc.integer({ min: 0, max: 9 }),
        sources: fc.integer({ min: 1, max: 4 }),
      }),
      { maxLength: 8 },
    );
    const step = fc.oneof(
      { weight: 4, arbitrary: arrivals.map((hits) => ({ kind: 'put' as const, hits })) },
      { weight: 1, arbitrary: fc.boolean().map((held) => ({ kind: 'hold' as const, held })) },
      { weight: 1, arbitrary: fc.constant({ kind: 'page' as const }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const rows = createHitRows(40);
        const latest = new Map<string, KeptHit>();
        // What nothing may move before the rows are next let go.
        let standing = 0;
        for (const one of steps) {
          const before = numbers(rows);
          if (one.kind === 'put') {
            const hits = one.hits.map(({ n, score, sources }) => kept(n, score, sources));
            for (const each of hits) {
              if (latest.has(each.view.content) || latest.size < 40) latest.set(each.view.content, each);
            }
            rows.put(hits);
          } else if (one.kind === 'page') {
            rows.nextPage();
            standing = before.length;
          } else {
            const letGo = rows.held && !one.held;
            rows.hold(one.held);
            if (letGo) {
              standing = 0;
              expect(rows.waiting).toBe(0);
              const now = scores(rows.rows);
              expect(now).toEqual(now.toSorted((a, b) => b - a));
              continue;
            }
          }
          const fixed = rows.held ? before.length : standing;
          expect(numbers(rows).slice(0, fixed)).toEqual(before.slice(0, fixed));
        }
        expect(rows.size).toBe(latest.size);
        expect(rows.rows.length + rows.waiting).toBe(latest.size);
        rows.hold(true);
        rows.hold(false);
        expect(new Map(rows.rows.map((row) => [row.view.content, row]))).toEqual(latest);
      }),
    );
  });
});
