/** Files of one chunk: they have no journal, and lose nothing by it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createStage, createTestFile, until, type Stage, type TestFile } from '../swarm.ts';
import { copyHeader, createRoom, journalsIn, type Room } from './room.ts';

let stage: Stage;
let folder: string;
let stateDir: string;
beforeEach(async () => {
  stage = createStage();
  folder = await stage.folder();
  stateDir = await stage.folder();
});
afterEach(() => stage.end());

const SIZES = [1, 16_384, 16_385, 1024 * 1024];

async function roomWith(file: TestFile, more: { stateDir?: string; folder?: string } = {}): Promise<Room> {
  const peer = await stage.peer(file);
  return createRoom(stage, { folder, stateDir, sources: () => [peer.source], ...more });
}

/** What a process that was killed before it said "done" leaves, in folders of its own. */
async function unfinished(file: TestFile): Promise<{ id: string; stateDir: string; folder: string }> {
  const room = await createRoom(stage, { folder, stateDir, sources: () => [] });
  const { id } = await room.downloads.add({ content: file.content, name: 'a.txt' });
  const left = { id, stateDir: await stage.folder(), folder: await stage.folder() };
  await copyHeader(stateDir, id, left.stateDir, left.folder);
  return left;
}

describe('a file of one chunk', () => {
  it.each(SIZES)('of %i bytes arrives, and leaves nothing behind', async (size) => {
    const file = createTestFile(size);
    const room = await roomWith(file);
    const { id } = await room.downloads.add({ content: file.content, name: 'a.txt' });
    const view = await room.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
    expect(view).toMatchObject({ bytes: size, fetchedBytes: size });
    await until(() => room.finished.length === 1, 'the library is told');
    expect(await readdir(folder)).toEqual(['a.txt']);
    expect(await journalsIn(stateDir)).toEqual([]);
  });

  it('gets another name where its own is taken, and replaces nothing', async () => {
    const file = createTestFile(5_000);
    await writeFile(join(folder, 'a.txt'), 'mine');
    const room = await roomWith(file);
    const view = await room.done((await room.downloads.add({ content: file.content, name: 'a.txt' })).id);
    expect(view.path).toBe(join(folder, 'a (2).txt'));
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('mine');
  });

  it('that was half written when the process was killed is fetched again', async () => {
    const file = createTestFile(100_000);
    const left = await unfinished(file);
    await writeFile(join(left.folder, `.banyan-${left.id}.part`), file.bytes.subarray(0, 40_000));
    const room = await roomWith(file, left);
    const view = await room.done(left.id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
    expect(await readdir(left.folder)).toEqual(['a.txt']);
  });

  it('that had just got its name when the process was killed is known again, and fetched from nobody', async () => {
    const file = createTestFile(100_000);
    const left = await unfinished(file);
    const part = join(left.folder, `.banyan-${left.id}.part`);
    await writeFile(part, file.bytes);
    // Its own name was taken, and what lies there is not it.
    await writeFile(join(left.folder, 'a.txt'), Buffer.alloc(100_000));
    await link(part, join(left.folder, 'a (2).txt'));
    const room = await createRoom(stage, { ...left, sources: () => [] });
    const view = await room.done(left.id);
    expect(view.path).toBe(join(left.folder, 'a (2).txt'));
    expect((await readdir(left.folder)).sort()).toEqual(['a (2).txt', 'a.txt']);
  });

  it('waits when its folder vanishes, and comes when that is back', async () => {
    const file = createTestFile(100_000);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const peer = await stage.peer(file, { onRead: () => gate });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const target = join(folder, 'below');
    await writeFile(join(folder, 'keep'), '');
    const { id } = await room.downloads.add({ content: file.content, name: 'a.txt', subfolder: ['below'] });
    await rm(target, { recursive: true });
    release();
    const waiting = await room.view(id, ({ state }) => state === 'waiting', 'the folder is missed');
    expect(waiting.problem?.code).toMatch(/disk_failed|folder_missing/);
    const view = await room.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
  });
});
