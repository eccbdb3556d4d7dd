/** Two runs side by side: what is worse beyond what luck explains. */

/** One figure of one run: its value, and the same figure of each interval of the run. */
export interface Sample {
  readonly value: number;
  /** Per interval, warm-up left out; how much they scatter says how much of a difference is noise. */
  readonly intervals: readonly number[];
  /** Where it is known otherwise, as of counts. Default: from the intervals. */
  readonly standardError?: number;
}

export interface Comparable {
  readonly name: string;
  /** Which direction is worse. */
  readonly worse: 'higher' | 'lower';
  readonly before: Sample | undefined;
  readonly after: Sample | undefined;
}

export type Change = 'same' | 'better' | 'worse' | 'unknown';

export interface Compared {
  readonly name: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** after ÷ before - 1; undefined where one is missing or before is 0. */
  readonly relative: number | undefined;
  /** Differences up to this (absolute) are noise. */
  readonly noise: number;
  readonly change: Change;
}

/** Differences below this share of the figure are nobody's business, however little it scatters. */
const LEAST_SHARE = 0.05;
/** Standard errors of the difference that luck explains: about one false alarm in 370 figures. */
const SIGMAS = 3;
/** Turns a median absolute deviation into the standard deviation of a normal distribution. */
const MAD_TO_SIGMA = 1.4826;
/** The standard error of a median is so much larger than that of a mean. */
const MEDIAN_FACTOR = 1.2533;

/** Standard error of the median of the intervals, from their median absolute deviation: outliers do not count. */
function standardError(intervals: readonly number[]): number {
  if (intervals.length < 2) return 0;
  const middle = medianOf(intervals);
  const deviation = medianOf(intervals.map((value) => Math.abs(value - middle)));
  return (MEDIAN_FACTOR * MAD_TO_SIGMA * deviation) / Math.sqrt(intervals.length);
}

const errorOf = (sample: Sample): number => sample.standardError ?? standardError(sample.intervals);

/** A share that was counted, in per cent, with the error of a binomial count; of rare things too (Laplace's rule). */
export function shareSample(count: number, of: number): Sample {
  const likely = (count + 1) / (of + 2);
  return {
    value: of === 0 ? 0 : (100 * count) / of,
    intervals: [],
    standardError: 100 * Math.sqrt((likely * (1 - likely)) / Math.max(1, of)),
  };
}

/** A number of events, with the error of a Poisson count. */
export function countSample(count: number): Sample {
  return { value: count, intervals: [], standardError: Math.sqrt(count + 1) };
}

/** The middle of some numbers; of an even count the mean of the two. NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Judges a figure: beyond three standard errors and five per cent it is better or worse, else the same. */
export function compareFigure({ name, worse, before, after }: Comparable): Compared {
  if (before === undefined || after === undefined)
    return {
      name,
      before: before?.value,
      after: after?.value,
      relative: undefined,
      noise: 0,
      change: 'unknown',
    };
  const error = Math.hypot(errorOf(before), errorOf(after));
  const noise = Math.max(SIGMAS * error, LEAST_SHARE * Math.abs(before.value));
  const difference = after.value - before.value;
  const isMoved = Math.abs(difference) > noise;
  const isWorse = worse === 'higher' ? difference > 0 : difference < 0;
  return {
    name,
    before: before.value,
    after: after.value,
    relative: before.value === 0 ? undefined : difference / before.value,
    noise,
    change: isMoved ? (isWorse ? 'worse' : 'better') : 'same',
  };
}
