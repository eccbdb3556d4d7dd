/**
 * Thresholds of a load test, as people write them:
 *
 * ```
 *   query.p99 < 50ms        steady: query.p99 < 20ms       recall > 0.99       errors == 0
 *   └op └statistic └bound   └stage, else the whole run     └of the whole run   └of all operations
 * ```
 */

/**
 * What is measured with a duration. `first-chunk` is the part of a download until its first proved chunk, `download` until
 * its last.
 */
export const OPERATIONS = [
  'connect',
  'publish',
  'query',
  'sources',
  'first-chunk',
  'download',
  'failover',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Statistics of one operation; latencies in milliseconds, `rate` in operations per second, `errors` a count or a share. */
export const STATISTICS = [
  'min',
  'p50',
  'p90',
  'p95',
  'p99',
  'p99.9',
  'max',
  'mean',
  'rate',
  'count',
  'errors',
] as const;
export type Statistic = (typeof STATISTICS)[number];

/**
 * Figures without a duration: recall and memory growth are shares, the others are counts. `bad-chunks` were sent to downloads
 * that refused them, `wrong-kept` are chunks that a download took for right and were not. `memory-growth` is that of the
 * process of the network that grew most behind its warm-up, as a share of what it had then.
 */
export const TOTALS = [
  'recall',
  'errors',
  'dropped',
  'lost',
  'bad-chunks',
  'wrong-kept',
  'memory-growth',
] as const;
export type RunTotal = (typeof TOTALS)[number];

/** Shares by themselves: a bound in % is one of the figure, not of all tries. */
const SHARES: ReadonlySet<string> = new Set<RunTotal>(['recall', 'memory-growth']);

/** Whether a figure is a share of 1, and is written in % for people. */
export function isShareOfOne(figure: Threshold['figure']): boolean {
  return SHARES.has(figure);
}

export type Comparison = '<' | '<=' | '>' | '>=' | '==';

export interface Threshold {
  /** As it was written, with single blanks. */
  readonly text: string;
  /** Name of a stage; undefined: the whole run. */
  readonly stage: string | undefined;
  readonly operation: Operation | undefined;
  readonly figure: Statistic | RunTotal;
  readonly comparison: Comparison;
  /** In the unit of the figure: milliseconds, operations per second, a count, or a share of 1. */
  readonly bound: number;
  /** The bound was given in %: a count is judged as a share of all tries. */
  readonly isShare: boolean;
}

/** What a run measured, as far as thresholds ask. */
export interface RunFigures {
  /** A statistic of an operation; undefined when there was none. */
  statistic(stage: string | undefined, operation: Operation, statistic: Statistic): number | undefined;
  total(stage: string | undefined, total: RunTotal): number | undefined;
  /** Tries of an operation, or of all: what a share of errors is of. */
  tries(stage: string | undefined, operation: Operation | undefined): number;
}

export interface ThresholdResult {
  readonly threshold: Threshold;
  /** Undefined: nothing was measured that could be compared, which is a failure. */
  readonly actual: number | undefined;
  readonly passed: boolean;
}

/** A threshold that is not understood; the message says what is wrong and what would be right. */
export class ThresholdError extends Error {
  override readonly name = 'ThresholdError';
}

const FORM = 'It is written like "query.p99 < 50ms", "recall > 0.99" or "steady: errors == 0".';
const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, µs: 0.001, ms: 1, s: 1000, min: 60_000 };
const LATENCIES: ReadonlySet<string> = new Set(['min', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max', 'mean']);

/**
 * Reads a threshold.
 *
 * @param stages - names that a stage may have
 * @throws ThresholdError
 */
export function parseThreshold(source: string, stages: readonly string[]): Threshold {
  const text = source.trim().replaceAll(/\s+/g, ' ');
  const match =
    /^(?:(?<stage>[^:<>=]+): ?)?(?<left>[a-z0-9.-]+) ?(?<comparison><=|>=|==|<|>) ?(?<value>-?[\d.]+) ?(?<unit>[a-zµ%/]*)$/.exec(
      text,
    );
  if (match?.groups === undefined)
    throw new ThresholdError(`The threshold "${text}" is not understood. ${FORM}`);
  const { stage, left = '', comparison = '', value = '', unit = '' } = match.groups;
  if (stage !== undefined && !stages.includes(stage))
    throw new ThresholdError(
      `The threshold "${text}" names the stage "${stage}", which there is not. Stages: ${stages.join(', ')}.`,
    );
  const { operation, figure } = parseFigure(text, left);
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0)
    throw new ThresholdError(
      `The threshold "${text}" compares with "${value}", which is no number from 0 on.`,
    );
  const { bound, isShare } = parseBound(text, figure, number, unit);
  return { text, stage, operation, figure, comparison: comparison as Comparison, bound, isShare };
}

function parseFigure(text: string, left: string): Pick<Threshold, 'operation' | 'figure'> {
  const total = TOTALS.find((one) => one === left);
  if (total !== undefined) return { operation: undefined, figure: total };
  const dot = left.indexOf('.');
  const operation = OPERATIONS.find((one) => one === left.slice(0, dot));
  const figure = STATISTICS.find((one) => one === left.slice(dot + 1));
  if (dot > 0 && operation !== undefined && figure !== undefined) return { operation, figure };
  throw new ThresholdError(
    `The threshold "${text}" is about "${left}", which is not measured. There are ${TOTALS.join(', ')}, and ` +
      `${OPERATIONS.join(', ')} each with .${STATISTICS.join(', .')}.`,
  );
}

function parseBound(
  text: string,
  figure: Threshold['figure'],
  number: number,
  unit: string,
): Pick<Threshold, 'bound' | 'isShare'> {
  if (LATENCIES.has(figure)) {
    const factor = UNIT_MS[unit];
    if (factor !== undefined) return { bound: number * factor, isShare: false };
    throw new ThresholdError(
      `The threshold "${text}" needs a unit of time behind ${number}: µs, ms, s or min.`,
    );
  }
  if (unit === '%' && figure !== 'rate' && figure !== 'count') return { bound: number / 100, isShare: true };
  if (unit === '' || (figure === 'rate' && unit === '/s')) return { bound: number, isShare: false };
  throw new ThresholdError(
    `The threshold "${text}" has the unit "${unit}", which does not go with ${figure}.`,
  );
}

/** Compares a run with its thresholds. What was not measured has not passed. */
export function judgeThreshold(threshold: Threshold, measured: RunFigures): ThresholdResult {
  const actual = figureOf(threshold, measured);
  return { threshold, actual, passed: actual !== undefined && holds(actual, threshold) };
}

function figureOf(threshold: Threshold, measured: RunFigures): number | undefined {
  const { stage, operation, figure, isShare } = threshold;
  const value =
    operation === undefined
      ? measured.total(stage, figure as RunTotal)
      : measured.statistic(stage, operation, figure as Statistic);
  if (!isShare || isShareOfOne(figure) || value === undefined) return value;
  const tries = measured.tries(stage, operation);
  return tries === 0 ? undefined : value / tries;
}

function holds(actual: number, { comparison, bound }: Threshold): boolean {
  switch (comparison) {
    case '<':
      return actual < bound;
    case '<=':
      return actual <= bound;
    case '>':
      return actual > bound;
    case '>=':
      return actual >= bound;
    case '==':
      return actual === bound;
  }
}
