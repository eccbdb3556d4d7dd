/** How an unfinished download looks to people. */
import type { DownloadPlanner, SourceSnapshot } from '@banyan/core';
import { BanyanError, MINE_CELL, type ChunkMap, type ErrorCode } from '@banyan/proto';
import { MAX_VIEW_RUNS } from './constants.ts';

/** Consecutive chunks as [state, count]: 0 missing, 1 requested, 2 proved. */
export type ChunkRun = [number, number];

const UNDER_WAY: ReadonlySet<number> = new Set([MINE_CELL.requested, MINE_CELL.raced, MINE_CELL.checking]);

/** The chunks of a download, as its planner sees them once there is one. */
export function chunkRunsOf(kept: ChunkMap, planner: DownloadPlanner | undefined): ChunkRun[] {
  const runs: ChunkRun[] = [];
  const add = (state: number, count: number): void => {
    const last = runs.at(-1);
    if (last?.[0] === state) last[1] += count;
    else runs.push([state, count]);
  };
  if (planner !== undefined && kept.size > MAX_VIEW_RUNS) {
    // Of a large file cells are told in any case, and counting them costs less than walking over its chunks.
    const { perCell, mine } = planner.chunkCells(MAX_VIEW_RUNS, 0);
    for (const [cell, state] of mine.entries())
      add(
        state === MINE_CELL.verified ? 2 : UNDER_WAY.has(state) ? 1 : 0,
        Math.min(perCell, kept.size - cell * perCell),
      );
    return runs;
  }
  if (planner !== undefined) {
    for (const { state, count } of planner.chunkRuns())
      add(state === 'proved' ? 2 : state === 'missing' || state === 'nowhere' ? 0 : 1, count);
    return runs;
  }
  let at = 0;
  for (const { start, end } of kept.runs()) {
    if (start > at) add(0, start - at);
    add(2, end - start);
    at = end;
  }
  if (at < kept.size) add(0, kept.size - at);
  return runs;
}

/** What is known about why nothing comes. */
export interface WaitingFor {
  readonly disk: BanyanError | undefined;
  readonly token: BanyanError | undefined;
  readonly find: BanyanError | undefined;
  readonly sources: readonly SourceSnapshot[];
}

/** Why a download waits: what stands in the way of everything first. */
export function whyWaiting({ disk, token, find, sources }: WaitingFor): BanyanError {
  if (disk !== undefined) return disk;
  if (token !== undefined) return token;
  const queued = sources.filter(({ state }) => state === 'queued');
  if (queued.length > 0) {
    const places = queued.flatMap(({ evidence }) => evidence?.queuePosition ?? []);
    return new BanyanError(
      'no_slot',
      places.length === 0
        ? 'The sources are busy. They are asked again by themselves.'
        : `Waiting for a slot: number ${Math.min(...places)} in the queue of a source.`,
    );
  }
  const isCutOff = find !== undefined && NO_SUPERNODE.has(find.code);
  if (find !== undefined && sources.length === 0)
    return isCutOff ? new BanyanError('no_supernode', CUT_OFF, { cause: find }) : find;
  if (sources.length === 0) return new BanyanError('no_sources');
  // Why each does not is said of each.
  const known =
    sources.length === 1
      ? 'The only known source gives nothing just now. It is tried again by itself'
      : `None of the ${sources.length} known sources gives anything just now. They are tried again by themselves`;
  return isCutOff
    ? new BanyanError('no_supernode', `${known}. ${CUT_OFF}`, { cause: find })
    : new BanyanError('no_sources', `${known}, and others are looked for.`);
}

/** What a question for sources fails with while no supernode is there to answer it. */
const NO_SUPERNODE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'no_supernode',
  'unreachable',
  'timeout',
  'full',
  'draining',
]);
const CUT_OFF =
  'No supernode answers, so nobody can be asked who else has the file; that is tried again by itself.';
