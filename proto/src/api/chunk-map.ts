/**
 * Where in a file what lies: view `chunks` of the local API, about one download (`params.id`).
 *
 * A file of any size is told in at most {@link MAX_MAP_CELLS} cells of equally many chunks; one lane is what is here, and one
 * each is what a source has. The first frame of a view, and each that follows a change of its lanes, has all cells as
 * run-lengths; the others have the runs that changed since the frame before.
 */

/** A cell is a few pixels on the widest screen; a source has at most as many. */
export const MAX_MAP_CELLS = 1_000;
/** Lanes of sources: those that are of use come first. */
export const MAX_MAP_LANES = 16;

/** Chunks of one cell of a file that is told in at most `maxCells` cells. */
export function chunksPerCell(chunks: number, maxCells: number = MAX_MAP_CELLS): number {
  return Math.max(1, Math.ceil(chunks / maxCells));
}

/** States of a cell of what is here; in one of several chunks what asks for attention comes first. */
export const MINE_CELL = {
  /** Somebody has it, and it is not asked for yet. */
  available: 0,
  /** No source that can be asked has some of it. */
  nowhere: 1,
  /** Some of it is verified, nothing of it is under way. */
  partly: 2,
  requested: 3,
  /** Asked of two sources, so that the end does not wait for the slower one. */
  raced: 4,
  checking: 5,
  verified: 6,
} as const;

/** States of a cell of a source. */
export const SOURCE_CELL = {
  lacks: 0,
  /** It has a part of the cell. */
  some: 1,
  has: 2,
  /** It was given by this source, in part or whole. */
  gave: 3,
  /** It is asked of this source now. */
  asked: 4,
} as const;

/** Chunks by state; they add up to all of them. */
export interface ChunkCounts {
  readonly verified: number;
  readonly checking: number;
  readonly requested: number;
  readonly raced: number;
  readonly available: number;
  readonly nowhere: number;
}

export interface ChunkLane {
  /** Device id or mirror URL; null: what is here. */
  readonly source: string | null;
  readonly account: string;
  /** `state, count` for all cells in their order; in a frame with a `base`: `first cell, state, count` of what changed. */
  readonly runs: readonly number[];
}

export interface ChunkMapView {
  /** Number (`seq`) of the frame that the runs are changes of; null: they are all there is. */
  readonly base: number | null;
  readonly chunks: number;
  /** Chunks of one cell; the last may have fewer. */
  readonly perCell: number;
  readonly counts: ChunkCounts;
  /** What is here first. */
  readonly lanes: readonly ChunkLane[];
}
