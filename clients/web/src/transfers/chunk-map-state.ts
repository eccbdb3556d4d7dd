/** The chunk map of a download as its frames tell it. Pure. */
import { MINE_CELL, SOURCE_CELL, type ChunkCounts, type ChunkMapView } from '@banyan/proto';

export interface MapLane {
  /** Null: what is here. */
  readonly source: string | null;
  readonly account: string;
  /** State of each cell. */
  readonly cells: Uint8Array;
}

export interface MapState {
  readonly chunks: number;
  readonly perCell: number;
  readonly counts: ChunkCounts;
  readonly lanes: readonly MapLane[];
  /** Number of the frame that this came from. */
  readonly seq: number;
}

/** The map after a frame; undefined when the frame builds on one that never came, so that the whole must be asked for. */
export function applyFrame(
  before: MapState | undefined,
  seq: number,
  { base, chunks, perCell, counts, lanes }: ChunkMapView,
): MapState | undefined {
  const cellCount = Math.ceil(chunks / Math.max(1, perCell));
  if (base !== null && (before?.seq !== base || before.lanes.length !== lanes.length)) return undefined;
  return {
    chunks,
    perCell,
    counts,
    seq,
    lanes: lanes.map(({ source, account, runs }, i) => ({
      source,
      account,
      cells:
        base === null
          ? filled(cellCount, runs)
          : patched(before?.lanes[i]?.cells ?? new Uint8Array(cellCount), runs),
    })),
  };
}

function filled(cellCount: number, runs: readonly number[]): Uint8Array {
  const cells = new Uint8Array(cellCount);
  let at = 0;
  for (let i = 0; i + 1 < runs.length; i += 2) {
    const end = at + (runs[i + 1] ?? 0);
    cells.fill(runs[i] ?? 0, at, end);
    at = end;
  }
  return cells;
}

function patched(before: Uint8Array, runs: readonly number[]): Uint8Array {
  if (runs.length === 0) return before;
  const cells = before.slice();
  for (let i = 0; i + 2 < runs.length; i += 3) {
    const at = runs[i] ?? 0;
    cells.fill(runs[i + 1] ?? 0, at, at + (runs[i + 2] ?? 0));
  }
  return cells;
}

/** How the cells of each state are drawn: by pattern, so that no colour is needed to tell them apart. */
export type CellLook = 'empty' | 'half' | 'full' | 'stripes' | 'cross' | 'dots' | 'bars';

export const MINE_LOOKS: Readonly<Record<number, CellLook>> = {
  [MINE_CELL.available]: 'empty',
  [MINE_CELL.nowhere]: 'bars',
  [MINE_CELL.partly]: 'half',
  [MINE_CELL.requested]: 'stripes',
  [MINE_CELL.raced]: 'cross',
  [MINE_CELL.checking]: 'dots',
  [MINE_CELL.verified]: 'full',
};

export const SOURCE_LOOKS: Readonly<Record<number, CellLook>> = {
  [SOURCE_CELL.lacks]: 'empty',
  [SOURCE_CELL.some]: 'dots',
  [SOURCE_CELL.has]: 'half',
  [SOURCE_CELL.gave]: 'full',
  [SOURCE_CELL.asked]: 'stripes',
};
