/** What the page of a report is made of: the results without what only programs read, and no more points than a chart has pixels. */
import { OPERATIONS } from '@banyan/core';
import { displayText } from '@banyan/proto';
import type { RunResults, StageFigures } from '../results/results.ts';

/** Points of a chart: a screen shows no more of a line. */
export const MAX_POINTS = 600;

/** Characters of a name in a legend. */
const MAX_NAME = 80;

export interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** Of the vertical axis: `ms`, `/s`, `leaves`, `bytes`, `share`, `count`. */
  readonly unit: 'ms' | 'rate' | 'leaves' | 'bytes' | 'share' | 'count';
  /** Latencies span decades. */
  readonly isLog: boolean;
  readonly series: readonly ChartSeries[];
}

export interface ReportData {
  /** Seconds of the points. */
  readonly at: readonly number[];
  readonly charts: readonly Chart[];
  readonly stages: readonly { readonly name: string; readonly at: number }[];
  readonly faults: readonly { readonly name: string; readonly at: number }[];
}

type Column = readonly (number | null)[];
type Fold = (values: readonly number[]) => number;

const largest: Fold = (values) => Math.max(...values);
const mean: Fold = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The series of a report. Where intervals are more than {@link MAX_POINTS}, neighbours become one point: of percentiles
 * the worst, of everything else the mean.
 */
export function reportData({ intervals, plan, stages, faults }: RunResults): ReportData {
  const step = Math.max(1, Math.ceil(intervals.at.length / MAX_POINTS));
  const fold = (column: Column, by: Fold): (number | null)[] => {
    const points: (number | null)[] = [];
    for (let i = 0; i < column.length; i += step) {
      const values = column.slice(i, i + step).filter((value) => value !== null);
      points.push(values.length === 0 ? null : Number(by(values).toPrecision(4)));
    }
    return points;
  };
  const perSecond = 1000 / intervals.lengthMs;
  const present = OPERATIONS.filter((operation) => intervals.operations[operation] !== undefined);
  const charts: Chart[] = present.map((operation) => {
    const { p50, p90, p99, max } = intervals.operations[operation]!;
    return {
      id: `latency-${operation}`,
      title: `Latency: ${operation}`,
      unit: 'ms',
      isLog: true,
      series: [
        { name: 'p50', values: fold(p50, largest) },
        { name: 'p90', values: fold(p90, largest) },
        { name: 'p99', values: fold(p99, largest) },
        { name: 'max', values: fold(max, largest) },
      ],
    };
  });
  const simple = (id: string, title: string, unit: Chart['unit'], series: readonly ChartSeries[]): void => {
    // Names of supernodes are others’.
    const clean = series.map(({ name, values }) => ({ name: displayText(name, MAX_NAME), values }));
    if (series.length > 0) charts.push({ id, title, unit, isLog: false, series: clean });
  };
  simple(
    'throughput',
    'Operations per second',
    'rate',
    present.map((name) => ({
      name,
      values: fold(intervals.operations[name]!.count, mean).map((n) => (n === null ? null : n * perSecond)),
    })),
  );
  simple(
    'errors',
    'Failed operations per interval',
    'count',
    present.map((name) => ({ name, values: fold(intervals.operations[name]!.errors, mean) })),
  );
  simple('leaves', 'Leaves with a home', 'leaves', [
    { name: 'wanted', values: fold(intervals.wanted, mean) },
    { name: 'online', values: fold(intervals.online, mean) },
  ]);
  if (intervals.downloadedBytes.some((bytes) => bytes > 0)) {
    simple('downloaded', 'Bytes downloaded per second', 'bytes', [
      {
        name: 'bytes',
        values: fold(intervals.downloadedBytes, mean).map((n) => (n === null ? null : n * perSecond)),
      },
    ]);
    simple('downloads', 'Downloads under way, and wrong chunks refused', 'count', [
      { name: 'under way', values: fold(intervals.downloading, mean) },
      { name: 'wrong chunks refused', values: fold(intervals.badChunks, mean) },
    ]);
  }
  simple('churn', 'Churn per interval', 'count', [
    { name: 'came', values: fold(intervals.arrived, mean) },
    { name: 'went', values: fold(intervals.departed, mean) },
    { name: 'sessions lost', values: fold(intervals.lost, mean) },
  ]);
  simple(
    'homes',
    'Leaves per supernode',
    'leaves',
    Object.entries(intervals.homes).map(([name, values]) => ({ name, values: fold(values, mean) })),
  );
  const processes = Object.entries(intervals.processes);
  simple(
    'cpu',
    'CPU of the network’s processes (1 = one core)',
    'share',
    processes.map(([name, { cpu }]) => ({ name, values: fold(cpu, mean) })),
  );
  simple(
    'memory',
    'Memory of the network’s processes',
    'bytes',
    processes.map(([name, { rssBytes }]) => ({ name, values: fold(rssBytes, mean) })),
  );
  simple('tester-time', 'The tester itself: lateness and event loop', 'ms', [
    { name: 'operations begin late (p99)', values: fold(intervals.tester.latenessP99Ms, largest) },
    { name: 'event loop delay (p99)', values: fold(intervals.tester.loopDelayP99Ms, largest) },
  ]);
  simple('tester-cpu', 'The tester itself: CPU of the busiest worker (1 = one core)', 'share', [
    { name: 'CPU', values: fold(intervals.tester.cpu, mean) },
  ]);
  simple('tester-memory', 'The tester itself: memory of all workers', 'bytes', [
    { name: 'memory', values: fold(intervals.tester.rssBytes, mean) },
  ]);
  return {
    at: fold(intervals.at, largest).map((ms) => (ms ?? 0) / 1000),
    charts,
    stages: plan.stages.map(({ name }, i) => ({
      name: displayText(name, MAX_NAME),
      at: (stages[i]?.startMs ?? 0) / 1000,
    })),
    faults: faults.map(({ kind, names, atMs }) => ({
      name: displayText(`${kind} ${names.join(', ')}`, MAX_NAME),
      at: atMs / 1000,
    })),
  };
}

/** Operations that a stage has, in the order of the report. */
export function operationRows({ operations }: StageFigures) {
  return OPERATIONS.flatMap((name) => {
    const figures = operations[name];
    return figures === undefined ? [] : [{ name, figures }];
  });
}
