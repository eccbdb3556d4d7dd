import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RunSet } from '../../src/download-planner/run-set.ts';

describe('a set of runs', () => {
  const change = fc.record({
    add: fc.boolean(),
    start: fc.integer({ min: 0, max: 40 }),
    count: fc.integer({ min: 0, max: 12 }),
  });

  it('holds what a plain set holds, in sorted runs that do not touch', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const runs = new RunSet();
        const plain = new Set<number>();
        for (const { add, start, count } of changes) {
          if (add) runs.add(start, start + count);
          else runs.remove(start, start + count);
          for (let i = start; i < start + count; i++) {
            if (add) plain.add(i);
            else plain.delete(i);
          }
        }
        expect(runs.size).toBe(plain.size);
        expect(
          runs.runs.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
        ).toEqual([...plain].sort((a, b) => a - b));
        runs.runs.slice(1).forEach((run, i) => expect(run.start).toBeGreaterThan(runs.runs[i]!.end));
        for (let i = 0; i < 55; i++) expect(runs.has(i)).toBe(plain.has(i));
      }),
    );
  });

  it('tells the end of the run that holds a chunk', () => {
    const runs = new RunSet();
    runs.add(3, 7);
    expect([runs.endOf(2), runs.endOf(3), runs.endOf(6), runs.endOf(7)]).toEqual([2, 7, 7, 7]);
  });
});
