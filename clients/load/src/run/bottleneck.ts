/** Whether the tester itself was what the run measured. */
import type { Intervals } from '../results/results.ts';

/** Single bad intervals happen on every machine; beyond this share they are the run. */
const MAX_BAD_SHARE = 0.05;
/** A worker that uses more than this of its core has no reserve to be on time. */
const MAX_CPU = 0.9;
/** CPU is judged more mildly: a busy core that is on time all the same has measured rightly. */
const MAX_BUSY_SHARE = 0.5;

const shareOf = (values: readonly number[], isBad: (value: number) => boolean): number =>
  values.length === 0 ? 0 : values.filter(isBad).length / values.length;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/**
 * Reasons why a run is no result; none when the tester kept up.
 *
 * @param maxLatenessMs - how late operations may begin, and timers fire (99th percentile of an interval)
 */
export function findBottleneck({ tester }: Pick<Intervals, 'tester'>, maxLatenessMs: number): string[] {
  const reasons: string[] = [];
  const late = shareOf(tester.latenessP99Ms, (ms) => ms > maxLatenessMs);
  if (late > MAX_BAD_SHARE)
    reasons.push(
      `In ${percent(late)} of the intervals operations began more than ${maxLatenessMs} ms after they were due (99th percentile).`,
    );
  const blocked = shareOf(tester.loopDelayP99Ms, (ms) => ms > maxLatenessMs);
  if (blocked > MAX_BAD_SHARE)
    reasons.push(
      `In ${percent(blocked)} of the intervals the event loop of a worker was blocked for more than ${maxLatenessMs} ms (99th percentile).`,
    );
  const busy = shareOf(tester.cpu, (share) => share > MAX_CPU);
  if (busy > MAX_BUSY_SHARE)
    reasons.push(
      `In ${percent(busy)} of the intervals a worker used more than ${percent(MAX_CPU)} of its core.`,
    );
  if (reasons.length > 0)
    reasons.push('Use more workers or another machine, fewer leaves, or lower rates, and run it again.');
  return reasons;
}
