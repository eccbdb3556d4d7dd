import { expect, test } from '@jest/globals';
import { findBottleneck } from '../../src/run/bottleneck.ts';
import { createSeededPick } from '../../src/run/pick.ts';

const column = (good: number, bad: number, badCount: number): number[] =>
  Array.from({ length: 100 }, (_, i) => (i < badCount ? bad : good));
const tester = (init: { late?: number; blocked?: number; busy?: number }) => ({
  tester: {
    latenessP99Ms: column(1, 500, init.late ?? 0),
    loopDelayP99Ms: column(1, 500, init.blocked ?? 0),
    cpu: column(0.3, 1, init.busy ?? 0),
    rssBytes: column(1, 1, 0),
  },
});

test('a tester that keeps up is no bottleneck, nor one that hiccups', () => {
  expect(findBottleneck(tester({}), 100)).toEqual([]);
  expect(findBottleneck(tester({ late: 5, blocked: 5, busy: 50 }), 100)).toEqual([]);
});

test.each([
  [{ late: 6 }, /In 6 % .* began more than 100 ms after they were due/],
  [{ blocked: 30 }, /In 30 % .* event loop/],
  [{ busy: 51 }, /In 51 % .* 90 % of its core/],
])('a tester that does not says so, and what to do: %j', (init, reason) => {
  const reasons = findBottleneck(tester(init), 100);
  expect(reasons[0]).toMatch(reason);
  expect(reasons.at(-1)).toMatch(/more workers/);
});

test('a fault of a share hits the same ones each time, nobody twice', () => {
  const from = Array.from({ length: 8 }, (_, i) => `supernode-${i + 1}`);
  const hits = createSeededPick(19)(from, 3);
  expect(createSeededPick(19)(from, 3)).toEqual(hits);
  expect(new Set(hits).size).toBe(3);
  expect(createSeededPick(19)(from, 99)).toHaveLength(8);
});
