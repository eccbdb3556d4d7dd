import { describe, expect, it } from '@jest/globals';
import type { ChunkMapView } from '@banyan/proto';
import { applyFrame, type MapState } from '../src/transfers/chunk-map-state.ts';

const COUNTS = { verified: 1, checking: 0, requested: 0, raced: 0, available: 3, nowhere: 0 };
const frame = (base: number | null, ...lanes: number[][]): ChunkMapView => ({
  base,
  chunks: 4,
  perCell: 1,
  counts: COUNTS,
  lanes: lanes.map((runs, i) => ({ source: i === 0 ? null : `s${i}`, account: '', runs })),
});
const cells = (map: MapState | undefined) => map?.lanes.map((lane) => [...lane.cells]);

describe('a chunk map', () => {
  it('is what its frames say, one after the other', () => {
    const whole = applyFrame(undefined, 0, frame(null, [6, 1, 0, 3], [2, 4]));
    expect(cells(whole)).toEqual([
      [6, 0, 0, 0],
      [2, 2, 2, 2],
    ]);
    const next = applyFrame(whole, 1, frame(0, [1, 6, 2], []));
    expect(cells(next)).toEqual([
      [6, 6, 6, 0],
      [2, 2, 2, 2],
    ]);
    expect(cells(whole)?.[0]).toEqual([6, 0, 0, 0]);
  });

  it('is asked for anew when a frame is missing', () => {
    const whole = applyFrame(undefined, 0, frame(null, [0, 4]));
    expect(applyFrame(whole, 3, frame(2, [0, 6, 1]))).toBeUndefined();
    expect(applyFrame(undefined, 3, frame(2, [0, 6, 1]))).toBeUndefined();
    expect(applyFrame(whole, 1, frame(0, [0, 6, 1], []))).toBeUndefined();
  });

  it('is not moved by runs that lead beyond the file', () => {
    expect(cells(applyFrame(undefined, 0, frame(null, [6, 99, 3, 7])))).toEqual([[6, 6, 6, 6]]);
    expect(cells(applyFrame(undefined, 0, frame(null, [6])))).toEqual([[0, 0, 0, 0]]);
  });
});
