/** Merges what workers tell, interval by interval, into the figures of stages and of the run. */
import {
  createTimeline,
  memoryGrowth,
  OPERATIONS,
  type Operation,
  type RunFigures,
  type Timeline,
} from '@banyan/core';
import {
  createHistogram,
  figuresOf,
  percentileMs,
  recordMicros,
  statisticOf,
  type Histogram,
} from '../measure/histogram.ts';
import type { ProcessFigures } from '../measure/process-watch.ts';
import type { LoadPlan } from '../scenario/plan.ts';
import { INTERVAL_MS, type Counters, type IntervalMessage } from '../worker/messages.ts';
import type { Intervals, OperationIntervals, StageFigures } from './results.ts';

/** How the run is, for a live view. */
export interface Snapshot {
  readonly elapsedMs: number;
  readonly stage: string;
  readonly online: number;
  readonly wanted: number;
  readonly operations: Readonly<
    Partial<
      Record<
        Operation,
        {
          readonly count: number;
          readonly errors: number;
          readonly p50: number | undefined;
          readonly p99: number | undefined;
        }
      >
    >
  >;
  /** Of the run so far. */
  readonly totals: {
    readonly operations: number;
    readonly errors: number;
    readonly recall: number | undefined;
    readonly lost: number;
  };
  /** Of the busiest worker. */
  readonly tester: { readonly cpu: number; readonly latenessP99Ms: number };
}

export interface Tally extends RunFigures {
  /** @returns how the run is when an interval became complete by this message */
  add(message: IntervalMessage): Snapshot | undefined;
  /** What processes of the network use, as of now; goes with the intervals that end next. */
  see(processes: Readonly<Record<string, ProcessFigures>>): void;
  /** Takes what is there of intervals that some workers never finished. */
  close(): void;
  whole(): StageFigures;
  stages(): StageFigures[];
  intervals(): Intervals;
}

/** Histograms and counts of a stage. */
class Sums {
  readonly histograms = new Map<Operation, Histogram>();
  readonly errors = new Map<Operation, Record<string, number>>();
  readonly counters: Record<keyof Counters, number> = {
    lookedFor: 0,
    found: 0,
    dropped: 0,
    lost: 0,
    rudeAsked: 0,
    rudeRefused: 0,
    downloadedBytes: 0,
    badChunks: 0,
    wrongKept: 0,
    arrived: 0,
    departed: 0,
  };

  add(operation: Operation, histogram: Histogram): void {
    let sum = this.histograms.get(operation);
    if (sum === undefined) this.histograms.set(operation, (sum = createHistogram()));
    sum.add(histogram);
  }

  addErrors(operation: Operation, errors: Readonly<Record<string, number>>): void {
    let sum = this.errors.get(operation);
    if (sum === undefined) this.errors.set(operation, (sum = {}));
    for (const [code, count] of Object.entries(errors)) sum[code] = (sum[code] ?? 0) + count;
  }

  addCounters(counters: Counters): void {
    for (const [name, count] of Object.entries(counters) as [keyof Counters, number][])
      this.counters[name] += count;
  }
}

const sumOf = (values: Readonly<Record<string, number>>): number =>
  Object.values(values).reduce((sum, value) => sum + value, 0);

type Column<T> = T[];
interface OperationColumns {
  count: Column<number>;
  errors: Column<number>;
  p50: Column<number | null>;
  p90: Column<number | null>;
  p99: Column<number | null>;
  max: Column<number | null>;
}

export function createTally(plan: LoadPlan, workers: number): Tally {
  return new RunTally(plan, workers);
}

class RunTally implements Tally {
  readonly #plan: LoadPlan;
  readonly #workers: number;
  readonly #timeline: Timeline;
  readonly #total = new Sums();
  readonly #stages: Sums[];
  /** Intervals that not all workers have told of. */
  readonly #open = new Map<number, IntervalMessage[]>();
  #done = 0;
  #processes: Readonly<Record<string, ProcessFigures>> = {};
  readonly #at: number[] = [];
  readonly #columns = {
    online: [] as number[],
    wanted: [] as number[],
    records: [] as number[],
    arrived: [] as number[],
    departed: [] as number[],
    lost: [] as number[],
    downloading: [] as number[],
    downloadedBytes: [] as number[],
    badChunks: [] as number[],
    cpu: [] as number[],
    rssBytes: [] as number[],
    loopDelayP99Ms: [] as number[],
    latenessP99Ms: [] as number[],
  };
  readonly #operations = new Map<Operation, OperationColumns>();
  readonly #homes = new Map<string, number[]>();
  readonly #processColumns = new Map<string, { cpu: (number | null)[]; rssBytes: (number | null)[] }>();

  constructor(plan: LoadPlan, workers: number) {
    this.#plan = plan;
    this.#workers = workers;
    this.#timeline = createTimeline(plan.stages);
    this.#stages = plan.stages.map(() => new Sums());
  }

  add(message: IntervalMessage): Snapshot | undefined {
    const open = this.#open.get(message.number) ?? [];
    open.push(message);
    this.#open.set(message.number, open);
    let snapshot: Snapshot | undefined;
    while (this.#open.get(this.#done)?.length === this.#workers) snapshot = this.#finish();
    return snapshot;
  }

  see(processes: Readonly<Record<string, ProcessFigures>>): void {
    this.#processes = processes;
  }

  close(): void {
    while (this.#open.size > 0) this.#finish();
  }

  #finish(): Snapshot {
    const number = this.#done;
    this.#done += 1;
    const parts = this.#open.get(number) ?? [];
    this.#open.delete(number);
    const stage = this.#stageOf(number);
    const sums = [this.#total, this.#stages[stage]!];
    const operations: { -readonly [O in keyof Snapshot['operations']]: Snapshot['operations'][O] } = {};
    for (const operation of OPERATIONS) {
      const seen = this.#merge(operation, parts, sums);
      if (seen !== undefined) operations[operation] = seen;
    }
    for (const { counters } of parts) for (const sum of sums) sum.addCounters(counters);
    return this.#note(number, stage, parts, operations);
  }

  /** The middle of an interval decides where it belongs. */
  #stageOf(number: number): number {
    return this.#timeline.stageAt((number + 0.5) * INTERVAL_MS);
  }

  #merge(
    operation: Operation,
    parts: readonly IntervalMessage[],
    sums: readonly Sums[],
  ): Snapshot['operations'][Operation] {
    const histogram = createHistogram();
    let errors = 0;
    for (const part of parts) {
      for (const micros of part.latencies[operation] ?? []) recordMicros(histogram, micros);
      const codes = part.errors[operation];
      if (codes === undefined) continue;
      errors += sumOf(codes);
      for (const sum of sums) sum.addErrors(operation, codes);
    }
    let columns = this.#operations.get(operation);
    const isNothing = histogram.totalCount === 0 && errors === 0;
    if (columns === undefined) {
      if (isNothing) return undefined;
      const before = this.#done - 1;
      const zeros = (): number[] => new Array<number>(before).fill(0);
      const gaps = (): (number | null)[] => new Array<null>(before).fill(null);
      columns = { count: zeros(), errors: zeros(), p50: gaps(), p90: gaps(), p99: gaps(), max: gaps() };
      this.#operations.set(operation, columns);
    }
    if (histogram.totalCount > 0) for (const sum of sums) sum.add(operation, histogram);
    const at = (percentile: number): number | null => percentileMs(histogram, percentile) ?? null;
    columns.count.push(histogram.totalCount);
    columns.errors.push(errors);
    columns.p50.push(at(50));
    columns.p90.push(at(90));
    columns.p99.push(at(99));
    columns.max.push(at(100));
    return isNothing
      ? undefined
      : { count: histogram.totalCount, errors, p50: at(50) ?? undefined, p99: at(99) ?? undefined };
  }

  #note(
    number: number,
    stage: number,
    parts: readonly IntervalMessage[],
    operations: Snapshot['operations'],
  ): Snapshot {
    const columns = this.#columns;
    const at = (number + 1) * INTERVAL_MS;
    const add = (pick: (part: IntervalMessage) => number): number =>
      parts.reduce((sum, part) => sum + pick(part), 0);
    const most = (pick: (part: IntervalMessage) => number): number =>
      parts.reduce((max, part) => Math.max(max, pick(part)), 0);
    const [online, wanted] = [add((p) => p.gauges.online), Math.round(this.#timeline.tracks.leaves.at(at))];
    const [cpu, latenessP99Ms] = [most((p) => p.gauges.cpu), most((p) => p.gauges.latenessP99Ms)];
    this.#at.push(at);
    columns.online.push(online);
    columns.wanted.push(wanted);
    columns.records.push(add((p) => p.gauges.records));
    columns.arrived.push(add((p) => p.counters.arrived));
    columns.departed.push(add((p) => p.counters.departed));
    columns.lost.push(add((p) => p.counters.lost));
    columns.downloading.push(add((p) => p.gauges.downloading));
    columns.downloadedBytes.push(add((p) => p.counters.downloadedBytes));
    columns.badChunks.push(add((p) => p.counters.badChunks));
    columns.cpu.push(cpu);
    columns.rssBytes.push(add((p) => p.gauges.rssBytes));
    columns.loopDelayP99Ms.push(most((p) => p.gauges.loopDelayP99Ms));
    columns.latenessP99Ms.push(latenessP99Ms);
    const names = new Set([...this.#homes.keys(), ...parts.flatMap((p) => Object.keys(p.gauges.homes))]);
    for (const name of names) {
      const column = this.#homes.get(name) ?? new Array<number>(number).fill(0);
      column.push(add((p) => p.gauges.homes[name] ?? 0));
      this.#homes.set(name, column);
    }
    for (const [name, figures] of Object.entries(this.#processes)) {
      const column = this.#processColumns.get(name) ?? {
        cpu: new Array<null>(number).fill(null),
        rssBytes: new Array<null>(number).fill(null),
      };
      column.cpu.push(figures.cpu);
      column.rssBytes.push(figures.rssBytes);
      this.#processColumns.set(name, column);
    }
    return {
      elapsedMs: at,
      stage: this.#plan.stages[stage]?.name ?? '',
      online,
      wanted,
      operations,
      totals: {
        operations: this.tries(undefined, undefined),
        errors: this.total(undefined, 'errors') ?? 0,
        recall: this.total(undefined, 'recall'),
        lost: this.#total.counters.lost,
      },
      tester: { cpu, latenessP99Ms },
    };
  }

  #sums(stage: string | undefined): Sums | undefined {
    return stage === undefined ? this.#total : this.#stages[this.#indexOf(stage)];
  }

  #indexOf(stage: string): number {
    return this.#plan.stages.findIndex(({ name }) => name === stage);
  }

  #memoryGrowth(stage: string | undefined): number | undefined {
    const index = stage === undefined ? undefined : this.#indexOf(stage);
    const isOf = (number: number): boolean => index === undefined || this.#stageOf(number) === index;
    return memoryGrowth(
      [...this.#processColumns.values()].map(({ rssBytes }) => rssBytes.filter((_bytes, i) => isOf(i))),
    );
  }

  #durationOf(stage: string | undefined): number {
    return stage === undefined
      ? this.#at.length * INTERVAL_MS
      : (this.#plan.stages.find(({ name }) => name === stage)?.durationMs ?? 0);
  }

  #figures(name: string | undefined): StageFigures['operations'] {
    const sums = this.#sums(name);
    if (sums === undefined) return {};
    const known = OPERATIONS.filter(
      (operation) => sums.histograms.has(operation) || sums.errors.has(operation),
    );
    return Object.fromEntries(
      known.map((operation) => [
        operation,
        figuresOf(
          sums.histograms.get(operation) ?? createHistogram(),
          sums.errors.get(operation) ?? {},
          this.#durationOf(name),
        ),
      ]),
    );
  }

  statistic: RunFigures['statistic'] = (stage, operation, statistic) =>
    statisticOf(this.#figures(stage)[operation], statistic);

  tries: RunFigures['tries'] = (stage, operation) => {
    const sums = this.#sums(stage);
    if (sums === undefined) return 0;
    const triesOf = (one: Operation): number =>
      (sums.histograms.get(one)?.totalCount ?? 0) + sumOf(sums.errors.get(one) ?? {});
    const operations: readonly Operation[] = operation === undefined ? OPERATIONS : [operation];
    return operations.reduce((sum, one) => sum + triesOf(one), 0);
  };

  whole(): StageFigures {
    return {
      name: 'whole run',
      startMs: 0,
      durationMs: this.#durationOf(undefined),
      operations: this.#figures(undefined),
      counters: { ...this.#total.counters },
      memoryGrowth: this.#memoryGrowth(undefined) ?? null,
    };
  }

  total: RunFigures['total'] = (stage, total) => {
    const sums = this.#sums(stage);
    if (sums === undefined) return undefined;
    const { counters } = sums;
    switch (total) {
      case 'recall':
        return counters.lookedFor === 0 ? undefined : counters.found / counters.lookedFor;
      case 'errors':
        return [...sums.errors.values()].reduce((sum, codes) => sum + sumOf(codes), 0);
      case 'bad-chunks':
        return counters.badChunks;
      case 'wrong-kept':
        return counters.wrongKept;
      case 'memory-growth':
        return this.#memoryGrowth(stage);
      case 'dropped':
      case 'lost':
        return counters[total];
    }
  };

  stages(): StageFigures[] {
    return this.#plan.stages.map(({ name, durationMs }, i) => ({
      name,
      startMs: this.#timeline.startOf(i),
      durationMs,
      operations: this.#figures(name),
      counters: { ...this.#stages[i]!.counters },
      memoryGrowth: this.#memoryGrowth(name) ?? null,
    }));
  }

  intervals(): Intervals {
    const { cpu, rssBytes, loopDelayP99Ms, latenessP99Ms, ...columns } = this.#columns;
    return {
      lengthMs: INTERVAL_MS,
      at: this.#at,
      ...columns,
      operations: Object.fromEntries<OperationIntervals>(this.#operations),
      homes: Object.fromEntries(this.#homes),
      tester: { cpu, rssBytes, loopDelayP99Ms, latenessP99Ms },
      processes: Object.fromEntries(this.#processColumns),
    };
  }
}
