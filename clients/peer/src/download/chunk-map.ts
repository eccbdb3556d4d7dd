/** Where in a file what lies, as its page draws it. */
import type { DownloadPlanner } from '@banyan/core';
import {
  chunkCount,
  chunksPerCell,
  MAX_MAP_CELLS,
  MAX_MAP_LANES,
  MINE_CELL,
  type ChunkMap,
} from '@banyan/proto';
import type { ChunkMapState } from '../local-api/chunk-frames.ts';

/** As the planner sees it. */
export function mapOfPlanner(
  planner: DownloadPlanner,
  chunks: number,
  accountOf: (source: string) => string,
): ChunkMapState {
  const { perCell, mine, counts, sources } = planner.chunkCells(MAX_MAP_CELLS, MAX_MAP_LANES);
  return {
    chunks,
    perCell,
    counts,
    lanes: [
      { source: null, account: '', cells: mine },
      ...sources.map(({ sourceId, cells }) => ({
        source: sourceId,
        account: accountOf(sourceId),
        cells,
      })),
    ],
  };
}

/** Of a download that has no planner: what is kept of it, or all of it. */
export function mapOfKept(length: number, kept: Pick<ChunkMap, 'runs'> | 'all' | 'none'): ChunkMapState {
  const chunks = chunkCount(length);
  const perCell = chunksPerCell(chunks);
  const held = new Uint32Array(Math.ceil(chunks / perCell));
  let verified = 0;
  const runs = kept === 'none' ? [] : kept === 'all' ? [{ start: 0, end: chunks }] : kept.runs();
  for (const { start, end } of runs) {
    verified += end - start;
    for (let at = start; at < end;) {
      const cell = Math.floor(at / perCell);
      const next = Math.min(end, (cell + 1) * perCell);
      held[cell]! += next - at;
      at = next;
    }
  }
  const cells = Uint8Array.from(held, (count, cell) =>
    count === Math.min(perCell, chunks - cell * perCell)
      ? MINE_CELL.verified
      : count > 0
        ? MINE_CELL.partly
        : MINE_CELL.available,
  );
  return {
    chunks,
    perCell,
    counts: { verified, checking: 0, requested: 0, raced: 0, available: chunks - verified, nowhere: 0 },
    lanes: [{ source: null, account: '', cells }],
  };
}
