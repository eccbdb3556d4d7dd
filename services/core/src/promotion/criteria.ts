/** Judges a host by criteria that each show what they are made of. */
import { NO_VERSION, releaseNumber, type CriterionName, type Policy } from '@banyan/proto';
import type { Candidate, Criterion, Judgement, Origin } from './types.ts';

/** A host that has not reported for so long is not there. Three reports may be lost. */
const HEARD_WITHIN_MS = 120_000;
/** A figure counts as at most so many times its threshold: nobody is promoted for one thing alone. */
const MAX_HEADROOM = 8;

interface Figure {
  readonly name: CriterionName;
  readonly value: number | undefined;
  readonly threshold: number;
  readonly bound: Criterion['bound'];
  readonly origin: Origin;
  readonly at: number | undefined;
  readonly declared?: number;
}

/**
 * Judges a candidate under a policy.
 *
 * A figure that nobody has found out, or that is no number, fails, unless its threshold is nothing. What could be faked is taken from its home supernode
 * alone; what the host says of it is shown beside.
 *
 * @param now - Unix ms
 */
export function judge(
  candidate: Candidate,
  { thresholds }: Pick<Policy, 'thresholds'>,
  now: number,
): Judgement {
  const { declared, measured, reportedAt } = candidate;
  const ofHost = (
    name: CriterionName,
    value: number | undefined,
    threshold: number,
    bound: Criterion['bound'] = 'at least',
  ): Figure => ({ name, value, threshold, bound, origin: 'host', at: reportedAt });
  const ofHome = (
    name: CriterionName,
    value: number | undefined,
    threshold: number,
    bound: Criterion['bound'],
    said?: number,
  ): Figure => ({
    name,
    value,
    threshold,
    bound,
    origin: 'home',
    at: measured?.at,
    ...(said === undefined ? {} : { declared: said }),
  });
  const figures: Figure[] = [
    ofHost('offered', Number(candidate.isOffered), 1),
    {
      name: 'heard',
      value: Math.max(0, now - reportedAt),
      threshold: HEARD_WITHIN_MS,
      bound: 'at most',
      origin: 'list',
      at: now,
    },
    ofHost('version', candidate.version, releaseNumber(thresholds.minVersion ?? NO_VERSION) ?? 0),
    ofHost('cores', declared.cores, thresholds.cores),
    ofHost('memory', declared.memoryBytes, thresholds.memoryBytes),
    ofHost('descriptors', declared.descriptors, thresholds.descriptors),
    ofHost('disk', declared.freeDiskBytes, thresholds.freeDiskBytes),
    ofHost('loop_delay', declared.loopDelayMs, thresholds.loopDelayMs, 'at most'),
    ofHome('reachable', measured === undefined ? undefined : Number(measured.reachable), 1, 'at least'),
    ofHome(
      'measured',
      measured === undefined ? undefined : Math.max(0, now - measured.at),
      thresholds.measurementAgeMs,
      'at most',
    ),
    ofHome('round_trip', measured?.roundTripMs, thresholds.roundTripMs, 'at most'),
    ofHome(
      'throughput',
      measured?.bytesPerSecond,
      thresholds.bytesPerSecond,
      'at least',
      declared.bytesPerSecond,
    ),
    ofHome(
      'download',
      measured?.downloadBytesPerSecond,
      thresholds.downloadBytesPerSecond ?? 0,
      'at least',
      declared.bytesPerSecond,
    ),
    ofHome('session', measured?.sessionMs, thresholds.sessionMs, 'at least', declared.uptimeMs),
    ofHome(
      'clock_skew',
      measured?.clockSkewMs === undefined ? undefined : Math.abs(measured.clockSkewMs),
      thresholds.clockSkewMs,
      'at most',
    ),
  ];
  const criteria = figures.map((figure): Criterion => ({ ...figure, passed: passes(figure) }));
  return {
    criteria,
    isFit: criteria.every(({ passed }) => passed),
    score: criteria.reduce((sum, criterion) => sum + headroom(criterion), 0),
  };
}

function passes(figure: Figure): boolean {
  const { value, threshold, bound } = figure;
  if (asksNothing(figure)) return true;
  if (value === undefined || !Number.isFinite(value)) return false;
  return bound === 'at least' ? value >= threshold : value <= threshold;
}

/** At least nothing has also who says nothing, and who was measured by a home that cannot measure it. */
function asksNothing({ threshold, bound }: Pick<Figure, 'threshold' | 'bound'>): boolean {
  return bound === 'at least' && threshold <= 0;
}

/** How far beyond its threshold, in doublings; negative below it. */
function headroom(criterion: Criterion): number {
  const { name, value, threshold, bound } = criterion;
  // Twice a version is no measure of anything; nor is how far beyond nothing something is.
  if (name === 'version' || asksNothing(criterion)) return 0;
  if (value === undefined || !Number.isFinite(value)) return -Math.log2(MAX_HEADROOM);
  const ratio =
    bound === 'at least'
      ? (value + Number.MIN_VALUE) / Math.max(threshold, 1)
      : threshold / Math.max(value, 1e-3);
  return Math.log2(Math.min(MAX_HEADROOM, Math.max(1 / MAX_HEADROOM, ratio)));
}

/**
 * Whether what is thought of a host speaks against one that serves: what its home measured of it as a leaf does not count
 * any more, since a supernode is probed instead.
 */
export function isFailing({ criteria }: Judgement): boolean {
  return criteria.some(({ origin, passed }) => origin !== 'home' && !passed);
}
