import type { ChunkLedger } from './ledger.ts';
import type { Request, Source } from './source.ts';
import type { SourceTable } from './source-table.ts';
import type { Evidence, PlannerOptions } from './types.ts';

/** Requests of a source that have brought nothing for too long. */
export function stalledRequests(source: Source, options: PlannerOptions, now: number): Request[] {
  const { stallMs, firstByteMs } = options;
  // While our own limit holds one back, the source gives: the others wait behind it.
  const isHeld = source.requests.some((request) => request.isHeld);
  const sourceAt = isHeld ? now : source.lastByteAt;
  return source.requests.filter(({ lastByteAt, startedAt, isHeld: isOwn }) => {
    if (isOwn) return false;
    // The second connection may wait behind the first: what counts is that the source gives nothing.
    if (lastByteAt === undefined) return now - Math.max(startedAt, sourceAt ?? startedAt) >= firstByteMs;
    const isSourceSilent = now - (sourceAt ?? startedAt) >= stallMs;
    return now - lastByteAt >= (isSourceSilent ? stallMs : 3 * stallMs);
  });
}

/**
 * Follows how long a source has been below the swarm's pace; tells the evidence when it is to be dropped: slow for
 * the whole window, and replaceable by others that work.
 */
export function findSlowness(
  source: Source,
  sources: SourceTable,
  ledger: ChunkLedger,
  options: PlannerOptions,
  now: number,
): Evidence | undefined {
  const { rate } = source.meter;
  if (source.requests.length === 0 || rate === undefined) return undefined;
  const median = sources.medianRate(source);
  if (median === undefined) return undefined;
  if (rate >= median * options.slowShare) {
    source.slowSince = undefined;
    return undefined;
  }
  source.slowSince ??= now;
  const slowMs = now - source.slowSince;
  if (slowMs < options.slowWindowMs || !sources.isReplaceable(source, ledger, now)) return undefined;
  return { rate, median, slowMs };
}
