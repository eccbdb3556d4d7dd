/** Runs made up for tests of what comes after a run: each worker's intervals, tallied as the coordinator does. */
import { judgeThreshold, seededRandom } from '@banyan/core';
import { parseScenario } from '../../src/scenario/read-scenario.ts';
import type { RunResults } from '../../src/results/results.ts';
import { createTally, type Tally } from '../../src/results/tally.ts';
import type { LoadPlan } from '../../src/scenario/plan.ts';
import type { IntervalMessage } from '../../src/worker/messages.ts';

export const PLAN: LoadPlan = parseScenario(
  [
    'name: made up',
    'stages:',
    '  - { name: arrive, for: 5s, leaves: 100 }',
    '  - { name: steady, for: 55s, queries: 100/s }',
    'thresholds: [ query.p99 < 1s, "arrive: errors == 0", recall > 0.9 ]',
  ].join('\n'),
  'made-up.yaml',
);

export interface MadeUp {
  readonly seed?: number;
  /** Median latency of a query, milliseconds. */
  readonly queryMs?: number;
  readonly errors?: number;
  readonly homes?: readonly string[];
}

/** One interval of one worker. */
export function interval(number: number, init: MadeUp = {}): IntervalMessage {
  const { seed = 1, queryMs = 10, errors = 0, homes = ['oak', 'elm'] } = init;
  const random = seededRandom(seed, 'interval', number);
  return {
    kind: 'interval',
    number,
    latencies: { query: Uint32Array.from({ length: 100 }, () => queryMs * 1000 * (0.5 + random())) },
    errors: errors === 0 ? {} : { query: { timeout: errors } },
    counters: {
      lookedFor: 50,
      found: 50,
      dropped: 0,
      lost: 0,
      rudeAsked: 0,
      rudeRefused: 0,
      downloadedBytes: 2 ** 20,
      badChunks: 0,
      wrongKept: 0,
      arrived: 2,
      departed: 1,
    },
    gauges: {
      online: 50,
      active: 50,
      homes: Object.fromEntries(homes.map((name) => [name, 25])),
      downloading: 1,
      records: 500,
      rssBytes: 1e8,
      cpu: 0.2,
      loopDelayP99Ms: 2,
      latenessP99Ms: 1,
    },
  };
}

export function tallied(init: MadeUp = {}, intervals = 60): Tally {
  const tally = createTally(PLAN, 1);
  for (let i = 0; i < intervals; i += 1) {
    tally.see({ oak: { cpu: 0.1, rssBytes: 2e8 } });
    tally.add(interval(i, init));
  }
  return tally;
}

export function madeUpRun(init: MadeUp = {}, change: Partial<RunResults> = {}): RunResults {
  const tally = tallied(init);
  return {
    format: 'banyan-load/1',
    verdict: 'passed',
    bottleneck: [],
    plan: PLAN,
    startedAt: Date.UTC(2026, 0, 1),
    durationMs: 60_000,
    version: '0.1.0',
    commit: 'abc',
    machine: { cpu: 'a processor', cores: 2, memoryGib: 24, os: 'Linux', node: '20.19.0' },
    network: { issuer: 'http://localhost:1', name: 'made up', isOwn: true },
    workers: 1,
    agents: [],
    enrolMs: 100,
    memory: { bytesPerLeaf: 70_000, sharedTls: false },
    thresholds: PLAN.thresholds.map((threshold) => {
      const { actual, passed } = judgeThreshold(threshold, tally);
      return { text: threshold.text, actual: actual ?? null, actualText: String(actual), passed };
    }),
    faults: [{ atMs: 30_000, kind: 'kill', names: ['oak'] }],
    total: tally.whole(),
    stages: tally.stages(),
    intervals: tally.intervals(),
    ...change,
  };
}
