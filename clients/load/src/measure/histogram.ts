/** Latency histograms: HdrHistogram of 1 µs to 10 minutes with three significant digits, which merge without loss. */
import * as hdr from 'hdr-histogram-js';
import type { Histogram } from 'hdr-histogram-js';
import type { Statistic } from '@banyan/core';
import type { OperationFigures } from '../results/results.ts';

export type { Histogram };

const MAX_MICROS = 600e6;
const PER_MS = 1000;

export function createHistogram(): Histogram {
  return hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_MICROS,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    useWebAssembly: false,
  });
}

export function recordMicros(histogram: Histogram, micros: number): void {
  histogram.recordValue(Math.min(Math.max(1, micros), MAX_MICROS));
}

/** A percentile in milliseconds; undefined of an empty histogram. */
export function percentileMs(histogram: Histogram, percentile: number): number | undefined {
  return histogram.totalCount === 0 ? undefined : histogram.getValueAtPercentile(percentile) / PER_MS;
}

/** What results say of a histogram. */
export function figuresOf(
  histogram: Histogram,
  errors: Readonly<Record<string, number>>,
  durationMs: number,
): OperationFigures {
  const at = (percentile: number): number => percentileMs(histogram, percentile) ?? 0;
  const isEmpty = histogram.totalCount === 0;
  return {
    count: histogram.totalCount,
    errors,
    ratePerSecond: durationMs === 0 ? 0 : (histogram.totalCount * 1000) / durationMs,
    min: isEmpty ? 0 : histogram.minNonZeroValue / PER_MS,
    mean: isEmpty ? 0 : histogram.mean / PER_MS,
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: isEmpty ? 0 : histogram.maxValue / PER_MS,
    histogram: hdr.encodeIntoCompressedBase64(histogram),
  };
}

/** The statistic of a threshold; undefined where nothing was measured. */
export function statisticOf(figures: OperationFigures | undefined, statistic: Statistic): number | undefined {
  if (figures === undefined) return undefined;
  switch (statistic) {
    case 'count':
      return figures.count;
    case 'rate':
      return figures.ratePerSecond;
    case 'errors':
      return Object.values(figures.errors).reduce((sum, count) => sum + count, 0);
    case 'p99.9':
      return figures.count === 0 ? undefined : figures.p999;
    default:
      return figures.count === 0 ? undefined : figures[statistic];
  }
}
