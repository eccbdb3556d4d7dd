/** Frames of a chunk map: the whole map first, then what changed since the frame before. */
import type { ChunkCounts, ChunkLane, ChunkMapView } from '@banyan/proto';

/** A chunk map as the downloads give it. */
export interface ChunkMapState {
  readonly chunks: number;
  readonly perCell: number;
  readonly counts: ChunkCounts;
  /** What is here first; all have equally many cells. */
  readonly lanes: readonly {
    readonly source: string | null;
    readonly account: string;
    readonly cells: Uint8Array;
  }[];
}

export interface ChunkFrames {
  /**
   * What to send of the map as it is now; undefined: nothing changed. It counts as sent.
   *
   * @param seq - the number of the frame that it goes with
   */
  next(map: ChunkMapState, seq: number): ChunkMapView | undefined;
}

export function createChunkFrames(): ChunkFrames {
  let last: { readonly map: ChunkMapState; readonly seq: number } | undefined;
  return {
    next(map, seq) {
      const before = last;
      const isSame = before !== undefined && haveSameLanes(before.map, map);
      const lanes = map.lanes.map(({ source, account, cells }, i): ChunkLane => ({
        source,
        account,
        runs: isSame ? changes(before.map.lanes[i]!.cells, cells) : wholeRuns(cells),
      }));
      if (isSame && lanes.every(({ runs }) => runs.length === 0) && sameCounts(before.map, map))
        return undefined;
      last = { map, seq };
      const { chunks, perCell, counts } = map;
      return { base: isSame ? before.seq : null, chunks, perCell, counts, lanes };
    },
  };
}

function haveSameLanes(a: ChunkMapState, b: ChunkMapState): boolean {
  return (
    a.chunks === b.chunks &&
    a.perCell === b.perCell &&
    a.lanes.length === b.lanes.length &&
    a.lanes.every(
      ({ source, account }, i) => source === b.lanes[i]!.source && account === b.lanes[i]!.account,
    )
  );
}

const sameCounts = ({ counts: a }: ChunkMapState, { counts: b }: ChunkMapState): boolean =>
  (Object.keys(a) as (keyof ChunkCounts)[]).every((state) => a[state] === b[state]);

/** `state, count` for all cells. */
function wholeRuns(cells: Uint8Array): number[] {
  const runs: number[] = [];
  for (let at = 0; at < cells.length;) {
    const end = runEnd(cells, at, cells.length);
    runs.push(cells[at]!, end - at);
    at = end;
  }
  return runs;
}

/** `first cell, state, count` of the cells that are another now. */
function changes(before: Uint8Array, cells: Uint8Array): number[] {
  const runs: number[] = [];
  for (let at = 0; at < cells.length; at++) {
    if (before[at] === cells[at]) continue;
    let end = at + 1;
    while (end < cells.length && cells[end] === cells[at] && before[end] !== cells[end]) end++;
    runs.push(at, cells[at]!, end - at);
    at = end - 1;
  }
  return runs;
}

function runEnd(cells: Uint8Array, from: number, to: number): number {
  let end = from + 1;
  while (end < to && cells[end] === cells[from]) end++;
  return end;
}
