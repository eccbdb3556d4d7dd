/** What a run leaves behind: the JSON that reports, comparisons and scripts read. */
import type { Operation } from '@banyan/core';
import type { LoadPlan } from '../scenario/plan.ts';
import type { Counters } from '../worker/messages.ts';

export const RESULTS_FORMAT = 'banyan-load/1';

/** How a run ended. `no-result`: the tester itself was the bottleneck; `stopped`: somebody ended it early. */
export type Verdict = 'passed' | 'failed' | 'no-result' | 'stopped';

/** Latencies in milliseconds from the intended start. */
export interface OperationFigures {
  readonly count: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly ratePerSecond: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** HdrHistogram V2, compressed, base64; microseconds, three significant digits. */
  readonly histogram: string;
}

/** Figures of a stage, or of the whole run. */
export interface StageFigures {
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly operations: Readonly<Partial<Record<Operation, OperationFigures>>>;
  readonly counters: Counters;
  /** Of the process of the network that grew most behind its warm-up, as a share; null: too short, or none is known. */
  readonly memoryGrowth: number | null;
}

/** One column per figure, one value per interval; null where there was nothing to measure. */
export interface Intervals {
  readonly lengthMs: number;
  /** Milliseconds of the end of each interval. */
  readonly at: readonly number[];
  readonly online: readonly number[];
  readonly wanted: readonly number[];
  readonly records: readonly number[];
  readonly arrived: readonly number[];
  readonly departed: readonly number[];
  readonly lost: readonly number[];
  /** Downloads under way at the end of the interval, bytes of content that came in it, and chunks that were refused. */
  readonly downloading: readonly number[];
  readonly downloadedBytes: readonly number[];
  readonly badChunks: readonly number[];
  readonly operations: Readonly<Partial<Record<Operation, OperationIntervals>>>;
  readonly homes: Readonly<Record<string, readonly number[]>>;
  readonly tester: {
    /** Of the busiest worker, share of a core. */
    readonly cpu: readonly number[];
    readonly rssBytes: readonly number[];
    readonly loopDelayP99Ms: readonly number[];
    readonly latenessP99Ms: readonly number[];
  };
  /** Processes that the tester started, where the system tells: share of a core, and memory. */
  readonly processes: Readonly<
    Record<
      string,
      { readonly cpu: readonly (number | null)[]; readonly rssBytes: readonly (number | null)[] }
    >
  >;
}

export interface OperationIntervals {
  readonly count: readonly number[];
  readonly errors: readonly number[];
  readonly p50: readonly (number | null)[];
  readonly p90: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

export interface ThresholdFigures {
  readonly text: string;
  /** In the unit of the figure; null: nothing was measured. */
  readonly actual: number | null;
  /** As people read it. */
  readonly actualText: string;
  readonly passed: boolean;
}

export interface FaultFigures {
  readonly atMs: number;
  readonly kind: string;
  readonly names: readonly string[];
}

export interface RunResults {
  readonly format: typeof RESULTS_FORMAT;
  readonly verdict: Verdict;
  /** Why the tester was the bottleneck; empty: it was not. */
  readonly bottleneck: readonly string[];
  readonly plan: LoadPlan;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly version: string;
  readonly commit: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGib: number;
    readonly os: string;
    readonly node: string;
  };
  readonly network: { readonly issuer: string; readonly name: string; readonly isOwn: boolean };
  readonly workers: number;
  /** Machines that ran the workers, as host and port of their agents; empty: the machine of the coordinator. */
  readonly agents: readonly string[];
  readonly enrolMs: number;
  readonly memory: {
    /** Of the workers per online leaf, beyond what they had before anybody came; null: too few leaves to tell. */
    readonly bytesPerLeaf: number | null;
    readonly sharedTls: boolean;
  };
  readonly thresholds: readonly ThresholdFigures[];
  readonly faults: readonly FaultFigures[];
  readonly total: StageFigures;
  readonly stages: readonly StageFigures[];
  readonly intervals: Intervals;
}
