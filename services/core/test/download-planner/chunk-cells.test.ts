import { CHUNK_BYTES, MINE_CELL, SOURCE_CELL } from '@banyan/proto';
import { describe, expect, it } from '@jest/globals';
import { createDownloadPlanner, type DownloadPlanner, type ReadonlyChunkSet } from '../../src/index.ts';

const make = (chunkCount: number, have?: ReadonlyChunkSet): DownloadPlanner =>
  createDownloadPlanner({
    chunkCount,
    length: chunkCount * CHUNK_BYTES,
    now: 0,
    random: () => 0.5,
    ...(have === undefined ? {} : { have }),
  });
const only = (...chunks: number[]): ReadonlyChunkSet => ({ has: (chunk) => chunks.includes(chunk) });

describe('the cells of a download', () => {
  it('are the chunks themselves while there are few of them, each in its own state', () => {
    const planner = make(8, only(0, 1));
    planner.handle({ type: 'pause' }, 0);
    planner.handle({ type: 'source-added', sourceId: 'a', chunks: only(0, 1, 2, 3, 4, 5, 6) }, 1);
    const { perCell, mine, counts, sources } = planner.chunkCells(1_000, 16);
    expect(perCell).toBe(1);
    const { verified, available, nowhere } = MINE_CELL;
    expect([...mine]).toEqual([verified, verified, ...Array<number>(5).fill(available), nowhere]);
    expect(counts).toEqual({
      verified: 2,
      checking: 0,
      requested: 0,
      raced: 0,
      available: 5,
      nowhere: 1,
    });
    expect(sources).toEqual([
      { sourceId: 'a', cells: Uint8Array.from([2, 2, 2, 2, 2, 2, 2, SOURCE_CELL.lacks]) },
    ]);
  });

  it('tell what is asked, checked and given, in lanes of their sources', () => {
    const planner = make(4);
    const [request] = planner
      .handle({ type: 'source-added', sourceId: 'a' }, 0)
      .filter((action) => action.type === 'start-request');
    expect(request).toMatchObject({ sourceId: 'a', firstChunk: 0 });
    const { requestId } = request!;
    planner.handle({ type: 'request-progress', requestId, bytes: CHUNK_BYTES }, 1);
    planner.handle({ type: 'chunk-received', requestId, chunk: 0 }, 1);
    expect(planner.chunkCells(1_000, 16).mine[0]).toBe(MINE_CELL.checking);
    planner.handle({ type: 'chunk-proved', chunk: 0, sourceId: 'a' }, 2);
    planner.handle({ type: 'request-ended', requestId, outcome: 'done' }, 2);
    const { mine, counts, sources } = planner.chunkCells(1_000, 16);
    expect(mine[0]).toBe(MINE_CELL.verified);
    expect(counts.verified + counts.requested + counts.raced + counts.available).toBe(4);
    expect(counts.requested).toBeGreaterThan(0);
    expect(sources[0]?.cells[mine.indexOf(MINE_CELL.requested)]).toBe(SOURCE_CELL.asked);
    planner.handle({ type: 'pause' }, 3);
    expect(planner.chunkCells(1_000, 16).sources[0]?.cells[0]).toBe(SOURCE_CELL.gave);
  });

  it('are a thousand of a terabyte, and add up to it', () => {
    const chunks = 2 ** 20;
    const planner = make(chunks, { has: (chunk) => chunk % 3 === 0 || chunk < 5_000 });
    planner.handle({ type: 'pause' }, 0);
    planner.handle({ type: 'source-added', sourceId: 'a', chunks: { has: (c) => c < chunks / 2 } }, 1);
    const { perCell, mine, counts, sources } = planner.chunkCells(1_000, 16);
    expect(mine.length).toBeLessThanOrEqual(1_000);
    expect(perCell * mine.length).toBeGreaterThanOrEqual(chunks);
    const { verified, checking, requested, raced, available, nowhere } = counts;
    expect(verified + checking + requested + raced + available + nowhere).toBe(chunks);
    expect([mine[0], mine[10], mine.at(-1)]).toEqual([
      MINE_CELL.verified,
      MINE_CELL.partly,
      MINE_CELL.nowhere,
    ]);
    expect(sources[0]?.cells.at(0)).toBe(SOURCE_CELL.has);
    expect(sources[0]?.cells.at(-1)).toBe(SOURCE_CELL.lacks);
    // The map of a source is read again only when it has changed.
    planner.handle({ type: 'source-updated', sourceId: 'a', chunks: only() }, 2);
    expect(new Set(planner.chunkCells(1_000, 16).sources[0]?.cells)).toEqual(new Set([SOURCE_CELL.lacks]));
  });
});
