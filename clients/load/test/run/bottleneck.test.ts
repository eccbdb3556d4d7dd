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
  operations: {},
});

test('a tester that keeps up is no bottleneck, nor one that hiccups', () => {
  expect(findBottleneck(tester({}), 100)).toEqual([]);
  expect(findBottleneck(tester({ late: 5, blocked: 5, busy: 50 }), 100)).toEqual([]);
});

test.each([
  [{ late: 6 }, /^6 % of the operations .* began more than 100 ms after they were due/],
  [{ blocked: 30 }, /^30 % of the operations .* event loop/],
  [{ busy: 51 }, /In 51 % .* 90 % of its core/],
])('a tester that does not says so, and what to do: %j', (init, reason) => {
  const reasons = findBottleneck(tester(init), 100);
  expect(reasons[0]).toMatch(reason);
  expect(reasons.at(-1)).toMatch(/more workers/);
});

test('a second counts by what was measured in it', () => {
  const none = column(0, 0, 0);
  const operations = (count: readonly number[]) => ({
    query: { count, errors: none, p50: none, p90: none, p99: none, max: none },
  });
  const blocked = tester({ blocked: 30 });
  // Three in the thirty bad ones, a hundred in the seventy good ones; and the other way round.
  const few = Array.from({ length: 100 }, (_, i) => (i < 3 ? 1 : i >= 30 && i < 40 ? 10 : 0));
  expect(findBottleneck({ ...blocked, operations: operations(few) }, 100)).toEqual([]);
  const many = few.map((_, i) => few[99 - i]!);
  expect(findBottleneck({ ...tester({ blocked: 70 }), operations: operations(many) }, 100)[0]).toMatch(
    /^97 % of the operations/,
  );
});

test('a fault of a share hits the same ones each time, nobody twice', () => {
  const from = Array.from({ length: 8 }, (_, i) => `supernode-${i + 1}`);
  const hits = createSeededPick(19)(from, 3);
  expect(createSeededPick(19)(from, 3)).toEqual(hits);
  expect(new Set(hits).size).toBe(3);
  expect(createSeededPick(19)(from, 99)).toHaveLength(8);
});
