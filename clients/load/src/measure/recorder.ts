/** Collects what happens in a worker, and gives it out interval by interval. */
import type { Operation } from '@banyan/core';
import type { Counters, IntervalMessage } from '../worker/messages.ts';

export type Counter = keyof Counters;

export interface Recorder {
  /** An operation went well. @param ms - from its intended start */
  success(operation: Operation, ms: number): void;
  failure(operation: Operation, code: string): void;
  /** @param by - default 1 */
  count(counter: Counter, by?: number): void;
  /** An operation began so late. */
  late(ms: number): void;
  /** What was collected since the last call. */
  take(): Pick<IntervalMessage, 'latencies' | 'errors' | 'counters'> & { readonly latenessP99Ms: number };
}

const NOTHING: Counters = {
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
const PER_MS = 1000;

export function createRecorder(): Recorder {
  let latencies = new Map<Operation, number[]>();
  let errors: Partial<Record<Operation, Record<string, number>>> = {};
  let counters: Record<Counter, number> = { ...NOTHING };
  let lateness: number[] = [];
  return {
    success(operation, ms) {
      const micros = Math.max(1, Math.round(ms * PER_MS));
      const list = latencies.get(operation);
      if (list === undefined) latencies.set(operation, [micros]);
      else list.push(micros);
    },
    failure(operation, code) {
      const codes = (errors[operation] ??= {});
      codes[code] = (codes[code] ?? 0) + 1;
    },
    count(counter, by = 1) {
      counters[counter] += by;
    },
    late(ms) {
      lateness.push(ms);
    },
    take() {
      const taken = {
        latencies: Object.fromEntries(
          [...latencies].map(([operation, list]) => [operation, Uint32Array.from(list)]),
        ),
        errors,
        counters,
        latenessP99Ms: percentile99(lateness),
      };
      latencies = new Map();
      errors = {};
      counters = { ...NOTHING };
      lateness = [];
      return taken;
    },
  };
}

function percentile99(values: number[]): number {
  if (values.length === 0) return 0;
  values.sort((a, b) => a - b);
  return values[Math.ceil(values.length * 0.99) - 1]!;
}
