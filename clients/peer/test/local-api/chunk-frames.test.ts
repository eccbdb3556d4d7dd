import { afterEach, describe, expect, it } from '@jest/globals';
import type { ChunkMapView, LiveMessage } from '@banyan/proto';
import { createChunkFrames, type ChunkMapState } from '../../src/local-api/chunk-frames.ts';
import { openLive, startDaemon, stopAll } from './harness.ts';

afterEach(stopAll);

const COUNTS = { verified: 0, checking: 0, requested: 0, raced: 0, available: 4, nowhere: 0 };
const map = (mine: number[], sources: Record<string, number[]> = {}): ChunkMapState => ({
  chunks: mine.length,
  perCell: 1,
  counts: { ...COUNTS, verified: mine.filter((state) => state === 6).length },
  lanes: [
    { source: null, account: '', cells: Uint8Array.from(mine) },
    ...Object.entries(sources).map(([source, cells]) => ({
      source,
      account: source,
      cells: Uint8Array.from(cells),
    })),
  ],
});

describe('the frames of a chunk map', () => {
  it('are the whole map, then what changed since the frame before, then nothing', () => {
    const frames = createChunkFrames();
    expect(frames.next(map([6, 6, 0, 3]), 0)).toMatchObject({
      base: null,
      chunks: 4,
      lanes: [{ source: null, runs: [6, 2, 0, 1, 3, 1] }],
    });
    expect(frames.next(map([6, 6, 6, 6]), 1)).toMatchObject({
      base: 0,
      counts: { verified: 4 },
      lanes: [{ runs: [2, 6, 2] }],
    });
    expect(frames.next(map([6, 6, 6, 6]), 2)).toBeUndefined();
    expect(frames.next(map([0, 6, 6, 0]), 2)).toMatchObject({
      base: 1,
      lanes: [{ runs: [0, 0, 1, 3, 0, 1] }],
    });
  });

  it('are the whole again when a source comes or goes', () => {
    const frames = createChunkFrames();
    frames.next(map([0, 0]), 0);
    expect(frames.next(map([0, 0], { ann: [2, 2] }), 1)).toMatchObject({
      base: null,
      lanes: [{ runs: [0, 2] }, { source: 'ann', account: 'ann', runs: [2, 2] }],
    });
    expect(frames.next(map([0, 0], { ann: [2, 4] }), 2)).toMatchObject({
      base: 1,
      lanes: [{ runs: [] }, { runs: [1, 4, 1] }],
    });
    expect(frames.next(map([0, 0]), 3)).toMatchObject({ base: null });
  });

  it('come over the one socket of a page, and end with the download', async () => {
    const daemon = await startDaemon();
    daemon.rooms.maps.set('d1', map([6, 0]));
    const { cookie } = await daemon.signIn();
    const page = await openLive(daemon, { cookie, origin: daemon.origin });
    const row = (message: LiveMessage): ChunkMapView => {
      if (message.type !== 'view.rows') throw new Error(JSON.stringify(message));
      return message.rows[0] as ChunkMapView;
    };
    page.send({ type: 'view.open', view: 1, topic: 'chunks', params: { id: 'd1' }, first: 0, count: 1 });
    expect(row(await page.next())).toMatchObject({ base: null, lanes: [{ runs: [6, 1, 0, 1] }] });
    daemon.rooms.maps.set('d1', map([6, 6]));
    daemon.rooms.changed('chunks', 'd1');
    expect(row(await page.next())).toMatchObject({ base: 0, lanes: [{ runs: [1, 6, 1] }] });
    daemon.rooms.maps.delete('d1');
    daemon.rooms.changed('chunks', 'd1');
    expect(await page.next()).toMatchObject({ type: 'view.error', code: 'not_found' });
    page.send({ type: 'view.open', view: 2, topic: 'chunks', first: 0, count: 1 });
    expect(await page.next()).toMatchObject({ type: 'view.error', view: 2, code: 'invalid_request' });
  });
});
