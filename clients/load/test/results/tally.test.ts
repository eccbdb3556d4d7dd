import { describe, expect, test } from '@jest/globals';
import { intervalsCsv } from '../../src/results/csv.ts';
import { createTally } from '../../src/results/tally.ts';
import { interval, madeUpRun, PLAN, tallied } from './runs.ts';

describe('intervals of several workers', () => {
  test('become one when all have told, whatever the order', () => {
    const tally = createTally(PLAN, 2);
    expect(tally.add(interval(0))).toBeUndefined();
    expect(tally.add(interval(1))).toBeUndefined();
    const snapshot = tally.add(interval(0, { seed: 2 }));
    expect(snapshot).toMatchObject({ elapsedMs: 1_000, stage: 'arrive', online: 100 });
    expect(snapshot?.operations.query?.count).toBe(200);
    tally.add(interval(1, { seed: 2 }));
    expect(tally.whole().operations.query).toMatchObject({ count: 400 });
  });

  test('merge without loss: percentiles are those of all latencies together', () => {
    const tally = createTally(PLAN, 2);
    const all: number[] = [];
    for (let number = 0; number < 20; number += 1) {
      for (const [seed, queryMs] of [
        [1, 5],
        [2, 50],
      ] as const) {
        const one = interval(number, { seed, queryMs });
        all.push(...one.latencies.query!);
        tally.add(one);
      }
    }
    all.sort((a, b) => a - b);
    const query = tally.whole().operations.query!;
    for (const [figure, share] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p99', 0.99],
    ] as const) {
      const exact = all[Math.ceil(all.length * share) - 1]! / 1000;
      // Three significant digits.
      expect(Math.abs(query[figure] / exact - 1)).toBeLessThan(0.002);
    }
  });

  test('of a worker that is gone are taken as they are', () => {
    const tally = createTally(PLAN, 2);
    tally.add(interval(0));
    tally.close();
    expect(tally.whole().operations.query?.count).toBe(100);
  });
});

test('stages and the whole have figures of their own, and thresholds find them', () => {
  const tally = tallied({ errors: 1 });
  expect(tally.stages().map(({ operations }) => operations.query?.count)).toEqual([500, 5_500]);
  expect(tally.tries('arrive', 'query')).toBe(505);
  expect(tally.tries(undefined, undefined)).toBe(6_060);
  expect(tally.total('arrive', 'errors')).toBe(5);
  expect(tally.total(undefined, 'recall')).toBe(1);
  expect(tally.statistic('steady', 'query', 'errors')).toBe(55);
  expect(tally.statistic('steady', 'query', 'rate')).toBeCloseTo(100, 5);
  expect(tally.statistic(undefined, 'failover', 'p99')).toBeUndefined();
});

test('memory that grew is found by stage, and in the whole run', () => {
  const tally = createTally(PLAN, 1);
  for (let i = 0; i < 60; i += 1) {
    // Behind the warm-up of `steady`, which begins at second 5 and is over at 32, a tenth more.
    tally.see({ oak: { cpu: 0.1, rssBytes: i < 40 ? 200 : 220 }, elm: { cpu: 0.1, rssBytes: 300 } });
    tally.add(interval(i));
  }
  expect(tally.total('steady', 'memory-growth')).toBeCloseTo(0.1, 9);
  expect(tally.total(undefined, 'memory-growth')).toBeCloseTo(0.1, 9);
  // Five seconds tell nothing.
  expect(tally.total('arrive', 'memory-growth')).toBeUndefined();
  expect(tally.stages().map((stage) => stage.memoryGrowth)).toEqual([null, expect.closeTo(0.1, 9)]);
});

test('a supernode, an operation or a process that comes late has empty places before', () => {
  const tally = createTally(PLAN, 1);
  tally.add({ ...interval(0, { homes: ['oak'] }), latencies: {} });
  tally.see({ elm: { cpu: null, rssBytes: 5 } });
  tally.add(interval(1, { homes: ['oak', 'elm'] }));
  tally.add(interval(2, { homes: ['elm'] }));
  const { homes, operations, processes, at } = tally.intervals();
  expect(at).toEqual([1_000, 2_000, 3_000]);
  expect(homes).toEqual({ oak: [25, 25, 0], elm: [0, 25, 25] });
  expect(operations.query?.count).toEqual([0, 100, 100]);
  expect(operations.query?.p50[0]).toBeNull();
  expect(processes['elm']).toEqual({ cpu: [null, null, null], rssBytes: [null, 5, 5] });
});

test('the table for spreadsheets has a row for each interval and no gaps in its columns', () => {
  const [head, ...rows] = intervalsCsv(madeUpRun()).trimEnd().split('\r\n');
  expect(rows).toHaveLength(60);
  const columns = head!.split(',');
  expect(columns).toEqual(expect.arrayContaining(['at_ms', 'query_p99_ms', 'homes_oak', 'oak_rss_bytes']));
  for (const row of rows) expect(row.split(',')).toHaveLength(columns.length);
});
