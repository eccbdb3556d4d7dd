/** A download as the page and the command line show it. */
import { join } from 'node:path';
import { chunkCount, displayText, safeFileName, type DownloadView } from '@banyan/proto';
import { MAX_VIEW_RUNS } from './constants.ts';
import { silentDisk } from './disk-watch.ts';
import type { Engine } from './engine-types.ts';
import type { ChunkRun } from './engine-view.ts';
import type { DownloadHeader } from './header.ts';
import type { WantedContent } from './types.ts';

/**
 * The view of one download.
 *
 * @param engine - undefined while it never had its turn, and once it is done
 * @param isActive - it has its turn; without an engine: with others, in a bundle
 * @param isHeldUp - in that bundle, by a disk that does not answer
 * @param place - in the line of what is unfinished; null: it is in none
 */
export function viewOf(
  header: DownloadHeader,
  content: WantedContent,
  engine: Engine | undefined,
  isActive: boolean,
  isHeldUp: boolean,
  place: number | null,
): DownloadView {
  const underWay = engine?.state ?? (isHeldUp ? 'waiting' : 'downloading');
  const heldUp = isHeldUp && isActive ? silentDisk(header.folder) : undefined;
  const isDone = header.state === 'done';
  const chunks = chunkCount(content.length);
  const unprovedBytes = isDone || engine === undefined ? 0 : engine.keptBytes - engine.provedBytes;
  return {
    id: header.id,
    content: header.content,
    name: displayText(header.name),
    path: header.path ?? join(header.folder, safeFileName(header.name)),
    size: content.length,
    state: header.state !== 'active' ? header.state : isActive ? underWay : 'queued',
    bytes: isDone ? content.length : (header.bytes ?? engine?.keptBytes ?? 0),
    ...(unprovedBytes === 0 ? {} : { unprovedBytes }),
    bytesPerSecond: engine?.bytesPerSecond ?? 0,
    etaMs: engine?.etaMs ?? null,
    addedAt: header.addedAt,
    finishedAt: header.finishedAt ?? null,
    fetchedBytes: Math.max(engine?.fetchedBytes ?? 0, header.fetchedBytes ?? 0),
    sources: engine?.sources() ?? header.sources ?? [],
    chunks: isDone ? wholeRun(chunks) : coarser(engine?.chunkRuns() ?? [[0, chunks]], chunks),
    problem: header.problem ?? engine?.problem ?? heldUp?.toBody().error ?? null,
    priority: header.priority ?? 'normal',
    place,
    waiting: waitingOf(header, isActive ? engine : undefined),
  };
}

function waitingOf(
  { state, waitingSince }: DownloadHeader,
  engine: Engine | undefined,
): NonNullable<DownloadView['waiting']> | null {
  const looking = state === 'active' ? engine?.looking : null;
  if (looking === null || looking === undefined || waitingSince === undefined) return null;
  return { since: waitingSince, ...looking };
}

function wholeRun(chunks: number): ChunkRun[] {
  return chunks === 0 ? [] : [[2, chunks]];
}

/** At most MAX_VIEW_RUNS runs: a large file's are looked at in cells, and a cell is as its least advanced chunk. */
function coarser(runs: ChunkRun[], chunks: number): ChunkRun[] {
  if (runs.length <= MAX_VIEW_RUNS) return runs.filter(([, count]) => count > 0);
  const cell = Math.ceil(chunks / MAX_VIEW_RUNS);
  const cells: ChunkRun[] = [];
  let left = cell;
  let state = 2;
  let isAsked = false;
  const end = (size: number): void => {
    const shown = state === 2 ? 2 : isAsked ? 1 : 0;
    const last = cells.at(-1);
    if (last?.[0] === shown) last[1] += size;
    else cells.push([shown, size]);
    left = cell;
    state = 2;
    isAsked = false;
  };
  for (const run of runs) {
    for (let count = run[1]; count > 0;) {
      const taken = Math.min(count, left);
      state = Math.min(state, run[0]);
      isAsked ||= run[0] === 1;
      count -= taken;
      left -= taken;
      if (left === 0) end(cell);
    }
  }
  if (left < cell) end(cell - left);
  return cells;
}
