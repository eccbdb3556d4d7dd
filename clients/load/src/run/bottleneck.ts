/** Whether the tester itself was what the run measured. */
import type { Intervals } from '../results/results.ts';

/** Single bad intervals happen on every machine; when more of what was measured fell into them, they are the run. */
const MAX_BAD_SHARE = 0.05;
/** A worker that uses more than this of its core has no reserve to be on time. */
const MAX_CPU = 0.9;
/** CPU is judged more mildly: a busy core that is on time all the same has measured rightly. */
const MAX_BUSY_SHARE = 0.5;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** Of the weights those of bad values. */
const shareOf = (
  values: readonly number[],
  weights: readonly number[],
  isBad: (value: number) => boolean,
): number => {
  const whole = sum(weights);
  return whole === 0 ? 0 : sum(weights.filter((_, i) => isBad(values[i]!))) / whole;
};
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/**
 * Reasons why a run is no result; none when the tester kept up. An interval counts by the operations that were measured in it:
 * nobody reads how long the leaves took to go, and a first second of ten is little beside minutes of thousands.
 *
 * @param maxLatenessMs - how late operations may begin, and timers fire (99th percentile of an interval)
 */
export function findBottleneck(
  { tester, operations }: Pick<Intervals, 'tester' | 'operations'>,
  maxLatenessMs: number,
): string[] {
  const reasons: string[] = [];
  const alike = tester.cpu.map(() => 1);
  const measured = tester.cpu.map((_, i) => sum(Object.values(operations).map(({ count }) => count[i] ?? 0)));
  const weights = sum(measured) > 0 ? measured : alike;
  const late = shareOf(tester.latenessP99Ms, weights, (ms) => ms > maxLatenessMs);
  if (late > MAX_BAD_SHARE)
    reasons.push(
      `${percent(late)} of the operations were measured in seconds in which they began more than ${maxLatenessMs} ms after they were due (99th percentile).`,
    );
  const blocked = shareOf(tester.loopDelayP99Ms, weights, (ms) => ms > maxLatenessMs);
  if (blocked > MAX_BAD_SHARE)
    reasons.push(
      `${percent(blocked)} of the operations were measured in seconds in which the event loop of a worker was blocked for more than ${maxLatenessMs} ms (99th percentile).`,
    );
  const busy = shareOf(tester.cpu, alike, (share) => share > MAX_CPU);
  if (busy > MAX_BUSY_SHARE)
    reasons.push(
      `In ${percent(busy)} of the seconds a worker used more than ${percent(MAX_CPU)} of its core.`,
    );
  if (reasons.length > 0)
    reasons.push('Use more workers or another machine, fewer leaves, or lower rates, and run it again.');
  return reasons;
}
