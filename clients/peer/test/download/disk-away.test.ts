import { existsSync } from 'node:fs';
import { cp, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createStage, createTestFile, type Stage, type TestFile } from '../swarm.ts';
import { createRoom, type Room } from './room.ts';

const MIB = 1024 * 1024;
const CHUNKS = 12;
let stage: Stage;
let folder: string;
let away: string;
let stateDir: string;
let file: TestFile;
let room: Room;
let id: string;
/** Chunks that were asked of sources since it was emptied. */
const asked = (): number => reads.filter((at) => at % MIB === 0).length;
let reads: number[];

const source = async (): Promise<Awaited<ReturnType<Stage['peer']>>> => {
  const peer = await stage.peer(file, {
    onRead: () => new Promise((resolve) => setTimeout(resolve, 20)),
  });
  reads = peer.reads;
  return peer;
};

beforeEach(async () => {
  stage = createStage();
  folder = join(await stage.folder(), 'disk');
  away = `${folder}.away`;
  stateDir = await stage.folder();
  file = createTestFile(CHUNKS * MIB);
  const peer = await source();
  room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
  ({ id } = await room.downloads.add({ content: file.content, name: 'a.bin' }));
  await room.view(id, (view) => view.bytes >= 2 * MIB, 'something is there');
});
afterEach(() => stage.end());

const expectWhole = async (at: Room): Promise<void> => {
  const { path } = await at.done(id);
  expect((await readFile(path)).equals(file.bytes)).toBe(true);
};

describe('the disk of a download is taken away', () => {
  it('is waited for in words, and the download goes on from where it was', async () => {
    await rename(folder, away);
    const waiting = await room.view(id, ({ state }) => state === 'waiting', 'it waits for the folder');
    expect(waiting.problem?.code).toBe('disk_failed');
    expect(waiting.problem?.message).toContain(`The folder ${folder} is away`);
    reads.length = 0;
    await rename(away, folder);
    await expectWhole(room);
    expect(asked()).toBeLessThanOrEqual(CHUNKS - waiting.bytes / MIB);
  });

  it('is believed nothing unseen when it comes back as another', async () => {
    await rename(folder, away);
    const { bytes } = await room.view(id, ({ state }) => state === 'waiting', 'it waits for the folder');
    expect(bytes).toBeGreaterThan(0);
    // A copy, that lost something on its way.
    await cp(away, folder, { recursive: true });
    const part = await open(join(folder, `.banyan-${id}.part`), 'r+');
    await part.write(Buffer.alloc(CHUNKS * MIB, 7), 0, CHUNKS * MIB, 0);
    await part.close();
    await room.downloads.retry(id);
    await expectWhole(room);
  });

  it('is not replaced by a new folder after a restart: what is proved is on the old one', async () => {
    const { bytes } = room.downloads.get(id)!;
    await room.downloads.stop();
    await rename(folder, away);
    const peer = await source();
    const again = await createRoom(stage, {
      folder,
      stateDir,
      identity: room.identity,
      sources: () => [peer.source],
    });
    const waiting = await again.view(id, ({ problem }) => problem !== null, 'it waits for the folder');
    expect(waiting).toMatchObject({ state: 'waiting', problem: { code: 'disk_failed' } });
    expect(existsSync(folder)).toBe(false);
    await rename(away, folder);
    await expectWhole(again);
    expect(asked()).toBeLessThanOrEqual(CHUNKS - bytes / MIB);
  });
});
