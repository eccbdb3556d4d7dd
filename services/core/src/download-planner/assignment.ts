import { CHUNK_BYTES } from '@banyan/proto';
import type { ChunkLedger } from './ledger.ts';
import { ASSUMED_LATENCY_MS, ASSUMED_RATE, BEGINNING_SHARE, LOOK_AHEAD_MS, TRIAL_BYTES } from './options.ts';
import { deservedChunks, pickRun, type PickContext } from './pick.ts';
import { URGENT_CHUNKS, type Playheads } from './playheads.ts';
import type { RequestDesk } from './request-desk.ts';
import { bytesBefore, isReady, isSequential, type Extent, type Source } from './source.ts';
import type { SourceTable } from './source-table.ts';
import { findRace, findTakeOver, type RescueContext } from './takeover.ts';
import type { PlannerOptions } from './types.ts';

/** A source freed by a take-over looks for work in the next pass; more passes than this are never useful. */
const MAX_PASSES = 4;

/** What work is shared out over. */
export interface Assignment {
  readonly ledger: ChunkLedger;
  readonly sources: SourceTable;
  readonly extent: Extent;
  readonly desk: RequestDesk;
  readonly options: PlannerOptions;
  readonly random: () => number;
  readonly playheads: Playheads;
  /** Requests that may be under way at all sources together. */
  readonly maxRequests: number;
  readonly now: number;
}

/** Whether a source has little enough under way that its next request should be opened. */
export function isRunningDry(source: Source, extent: Extent, options: PlannerOptions): boolean {
  if (source.requests.length === 0) return true;
  if (isSequential(source)) return false;
  const { rate } = source.meter;
  if (rate === undefined || source.requests.length >= options.maxRequestsPerSource) return false;
  const ahead = Math.max(LOOK_AHEAD_MS, 2 * (source.latencyMs ?? ASSUMED_LATENCY_MS));
  return extent.queued(source) <= (rate * ahead) / 1000;
}

/**
 * Gives work to every source that may have more, the fastest first: free chunks, else the tail of somebody's run,
 * else a race. Says whether some are left without.
 */
export function assign(assignment: Assignment): boolean {
  const { ledger, sources, extent, options, now } = assignment;
  const pick: PickContext = {
    ledger,
    options,
    random: assignment.random,
    playheads: assignment.playheads,
    availability: sources.availability(),
    swarmRate: sources.swarmRate(now),
  };
  const best = sources.bestRate();
  const rescue: RescueContext = {
    ledger,
    extent,
    // An untried source is hoped to be as good as the best: to find out costs nothing that is in use.
    rateOf: ({ meter }) => Math.max(1, meter.rate ?? 0, meter.isProven ? 0 : Math.max(best, ASSUMED_RATE)),
    limit: (source) => deservedChunks(source, { ...pick, swarmRate: 0 }),
    now,
  };
  const ready = sources
    .usable()
    .filter((source) => isReady(source, now))
    .sort((a, b) => rescue.rateOf(b) - rescue.rateOf(a) || a.order - b.order);
  let someIdle = false;
  let someFreed = true;
  for (let pass = 0; someFreed && pass < MAX_PASSES; pass++) {
    someIdle = false;
    someFreed = false;
    for (const source of ready) {
      if (!isRunningDry(source, extent, options)) continue;
      const given = give(source, assignment, pick, rescue);
      if (given === 'nothing') {
        source.emptyHanded = ledger.epoch;
        someIdle = true;
      }
      if (given === 'all of another') someFreed = true;
    }
  }
  return someIdle;
}

function give(
  source: Source,
  assignment: Assignment,
  pick: PickContext,
  rescue: RescueContext,
): 'nothing' | 'something' | 'all of another' {
  const { ledger, desk, maxRequests, playheads, now } = assignment;
  if (ledger.requests.size >= maxRequests) return 'nothing';
  const isIdle = source.requests.length === 0;
  const playhead = playheads.leader;
  if (isIdle && playhead !== undefined) {
    const urgent = findRace(source, rescue, playhead, playhead + URGENT_CHUNKS);
    if (urgent !== undefined) {
      desk.start(source, urgent, urgent + 1, true, now);
      return 'something';
    }
  }
  const run = pickRun(source, pick);
  if (run !== undefined && isWorthItsBeginning(source, run.start, assignment, rescue)) {
    desk.start(source, run.start, run.end, false, now, run.passes);
    source.nextChunk = run.byRarity === true ? run.end : -1;
    return 'something';
  }
  const taken = findTakeOver(source, rescue);
  if (taken !== undefined) {
    const { request, start, end } = taken;
    desk.cut(request, start, 'moved', now);
    desk.start(source, start, end, false, now);
    return start <= request.first ? 'all of another' : 'something';
  }
  if (!isIdle) return 'nothing';
  const raced = findRace(source, rescue, 0, ledger.chunkCount);
  if (raced === undefined) return 'nothing';
  desk.start(source, raced, raced + 1, true, now);
  return 'something';
}

/**
 * Whether a run is to be asked of a source that would send everything before it first. That is here already and takes our
 * line from others: unless nobody else is left, what is free must come clearly sooner with it than without.
 */
function isWorthItsBeginning(
  source: Source,
  first: number,
  { ledger, sources, now }: Assignment,
  { rateOf }: RescueContext,
): boolean {
  if (!isSequential(source)) return true;
  const others = sources.allRoundersBeside(source, now);
  const before = bytesBefore(source, first);
  if (others.length === 0 || (!source.meter.isProven && before <= TRIAL_BYTES)) return true;
  const rate = others.reduce((sum, other) => sum + rateOf(other), 0);
  const free = ledger.free.size * CHUNK_BYTES;
  const together = (free + before) / (rate + rateOf(source));
  return together < BEGINNING_SHARE * (free / rate);
}
