/** Compares two runs of a scenario, figure by figure. */
import {
  compareFigure,
  countSample,
  OPERATIONS,
  shareSample,
  type Comparable,
  type Compared,
  type Sample,
} from '@banyan/core';
import { RESULTS_FORMAT, type RunResults } from './results.ts';

export interface RunComparison {
  readonly figures: readonly Compared[];
  /** What makes the runs hard to compare: another scenario, machine or seed; a run without a result. */
  readonly caveats: readonly string[];
}

/** Whether a parsed JSON document is the results of a run, of a format that is understood here. */
export function isRunResults(value: unknown): value is RunResults {
  return (value as { format?: unknown } | null)?.format === RESULTS_FORMAT;
}

export function compareRuns(before: RunResults, after: RunResults): RunComparison {
  return { figures: comparables(before, after).map(compareFigure), caveats: caveatsOf(before, after) };
}

function comparables(before: RunResults, after: RunResults): Comparable[] {
  const latencies = OPERATIONS.flatMap((operation) =>
    (['p50', 'p90', 'p99'] as const).map((figure): Comparable => ({
      name: `${operation}.${figure} (ms)`,
      worse: 'higher',
      before: latencySample(before, operation, figure),
      after: latencySample(after, operation, figure),
    })),
  );
  const errors = OPERATIONS.map((operation): Comparable => ({
    name: `${operation}.errors (%)`,
    worse: 'higher',
    before: errorSample(before, operation),
    after: errorSample(after, operation),
  }));
  const others: Comparable[] = [
    {
      name: 'items not found (%)',
      worse: 'higher',
      before: missedSample(before),
      after: missedSample(after),
    },
    {
      name: 'sessions lost',
      worse: 'higher',
      before: countSample(before.total.counters.lost),
      after: countSample(after.total.counters.lost),
    },
    ...processNames(before, after).map((name): Comparable => ({
      name: `memory of ${name} at its most (MiB)`,
      worse: 'higher',
      before: memorySample(before, name),
      after: memorySample(after, name),
    })),
  ];
  return [...latencies, ...errors, ...others].filter(
    (one) => one.before !== undefined || one.after !== undefined,
  );
}

type Name = (typeof OPERATIONS)[number];
const MIB = 2 ** 20;

const numbers = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

function latencySample(run: RunResults, operation: Name, figure: 'p50' | 'p90' | 'p99'): Sample | undefined {
  const figures = run.total.operations[operation];
  if (figures === undefined || figures.count === 0) return undefined;
  return { value: figures[figure], intervals: numbers(run.intervals.operations[operation]?.[figure] ?? []) };
}

function errorSample(run: RunResults, operation: Name): Sample | undefined {
  const figures = run.total.operations[operation];
  if (figures === undefined) return undefined;
  const failed = Object.values(figures.errors).reduce((sum, count) => sum + count, 0);
  return shareSample(failed, failed + figures.count);
}

function missedSample({ total }: RunResults): Sample | undefined {
  const { lookedFor, found } = total.counters;
  return lookedFor === 0 ? undefined : shareSample(lookedFor - found, lookedFor);
}

/** Only of networks that the tester started are the processes known, by the same names each time. */
const processNames = (before: RunResults, after: RunResults): string[] => [
  ...new Set([...Object.keys(before.intervals.processes), ...Object.keys(after.intervals.processes)]),
];

function memorySample({ intervals }: RunResults, name: string): Sample | undefined {
  const values = numbers(intervals.processes[name]?.rssBytes ?? []);
  return values.length === 0 ? undefined : { value: Math.max(...values) / MIB, intervals: [] };
}

function caveatsOf(before: RunResults, after: RunResults): string[] {
  const caveats: string[] = [];
  const differs = (what: string, pick: (run: RunResults) => unknown): void => {
    const [a, b] = [JSON.stringify(pick(before)), JSON.stringify(pick(after))];
    if (a !== b) caveats.push(`The runs differ in ${what}: ${a} and ${b}.`);
  };
  differs('scenario', ({ plan }) => plan.name);
  differs('seed', ({ plan }) => plan.seed);
  differs('leaves', ({ plan }) => plan.maxLeaves);
  differs('duration', ({ plan }) => plan.durationMs);
  differs('machine', ({ machine }) => machine);
  for (const [name, run] of [
    ['first', before],
    ['second', after],
  ] as const) {
    if (run.verdict === 'no-result')
      caveats.push(`The ${name} run is no result: its tester was the bottleneck.`);
    if (run.verdict === 'stopped') caveats.push(`The ${name} run was stopped before its end.`);
  }
  return caveats;
}
