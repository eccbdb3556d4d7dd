import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createStage, createTestFile, type Stage } from '../swarm.ts';
import { createRoom } from './room.ts';

const MIB = 1024 * 1024;
let stage: Stage;
let folder: string;
let stateDir: string;
beforeEach(async () => {
  stage = createStage();
  folder = await stage.folder();
  stateDir = await stage.folder();
});
afterEach(() => stage.end());

const slowly = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 4));
};

describe('a download from several sources', () => {
  it('takes a part from each, proves all of it and gives the file its name', async () => {
    const file = createTestFile(24 * MIB + 12345);
    const peers = await Promise.all([1, 2, 3].map(() => stage.peer(file, { onRead: slowly })));
    const room = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => peers.map((peer) => peer.source),
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'film.mkv' });
    const view = await room.done(id);
    expect(view).toMatchObject({ state: 'done', bytes: file.bytes.length, problem: null, chunks: [[2, 25]] });
    expect(view.path).toBe(join(folder, 'film.mkv'));
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
    for (const peer of peers) expect(peer.reads.length).toBeGreaterThan(0);
    expect(view.sources.map((source) => source.chunks).reduce((a, b) => a + b)).toBe(25);
    expect(room.finished).toEqual([
      { path: view.path, content: file.content, chunkHashes: file.chunkHashes },
    ]);
    expect(await readdir(folder)).toEqual(['film.mkv']);
  });

  it('does so with lanes in worker threads', async () => {
    const file = createTestFile(8 * MIB + 1);
    const peers = await Promise.all([1, 2].map(() => stage.peer(file)));
    const room = await createRoom(stage, {
      folder,
      stateDir,
      threads: true,
      sources: () => peers.map((peer) => peer.source),
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const view = await room.done(id);
    expect(view.problem).toBeNull();
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
  });
});
