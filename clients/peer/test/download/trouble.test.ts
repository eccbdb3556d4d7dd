import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BanyanError,
  createChunkMap,
  EMPTY_CONTENT,
  MAX_DIALS_PER_TARGET_PER_MINUTE,
  type DownloadView,
} from '@banyan/proto';
import { laneFiles } from '../../src/download/lane-files.ts';
import {
  createStage,
  createTestFile,
  newIdentity,
  sourceOf,
  until,
  type Stage,
  type TestPeer,
} from '../swarm.ts';
import { copyHeader, createRoom, journalsIn } from './room.ts';

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

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const sourceIn = (view: DownloadView, peer: TestPeer): DownloadView['sources'][number] =>
  view.sources.find(({ deviceId }) => deviceId === peer.identity.deviceId)!;

describe('sources that fail', () => {
  it('names a liar with the chunk and reports it; the file is right', async () => {
    const file = createTestFile(12 * MIB);
    const honest = await stage.peer(file, { onRead: () => pause(5) });
    const liar = await stage.peer(file, { onRead: (buffer) => void (buffer[0]! ^= 1) });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [liar.source, honest.source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const view = await room.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
    expect(sourceIn(view, liar)).toMatchObject({
      state: 'dropped',
      chunks: 0,
      problem: { code: 'bad_chunk', message: expect.stringMatching(/^Wrong bytes in chunk \d+/) },
    });
    expect(sourceIn(view, liar).badChunks).toBeGreaterThan(0);
    expect(sourceIn(view, honest).chunks).toBe(12);
    expect(room.reports).toEqual([
      expect.objectContaining({ deviceId: liar.identity.deviceId, code: 'bad_chunk', length: 12 * MIB }),
    ]);
  });

  it('drops a source whose layer does not lead to the root', async () => {
    const file = createTestFile(3 * MIB);
    const liar = await stage.peer(file, { badLayer: true });
    const honest = await stage.peer(file);
    let named = [liar.source];
    const room = await createRoom(stage, { folder, stateDir, sources: () => named });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    await room.view(id, (view) => view.sources[0]?.state === 'dropped', 'the liar is dropped');
    named = [liar.source, honest.source];
    const view = await room.done(id);
    expect(sourceIn(view, liar).problem?.code).toBe('bad_proof');
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
  });

  it('goes on with others when one stalls and one closes', async () => {
    const file = createTestFile(20 * MIB);
    const good = await stage.peer(file, { onRead: () => pause(5) });
    let reads = 0;
    const stalling = await stage.peer(file, {
      onRead: () => (++reads > 6 ? new Promise<void>(() => undefined) : undefined),
    });
    const closing = await stage.peer(file, { onRead: () => pause(5) });
    const room = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [good.source, stalling.source, closing.source],
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    await until(() => closing.reads.length > 4, 'the closing source gave something');
    void closing.server.stop();
    const view = await room.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
    expect(view.state).toBe('done');
  });

  it('sends a holder of another key nothing, and says so', async () => {
    const file = createTestFile(2 * MIB);
    const impostor = await stage.peer(file);
    const honest = await stage.peer(file);
    const expected = (await newIdentity()).deviceId;
    const room = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [sourceOf(expected, impostor.server.port), honest.source],
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const view = await room.done(id);
    const wrong = view.sources.find(({ deviceId }) => deviceId === expected);
    expect(wrong).toMatchObject({ state: 'dropped', bytes: 0, problem: { code: 'key_mismatch' } });
    expect(impostor.reads).toEqual([]);
  });

  it('asks another address of the same device when one does not answer', async () => {
    const file = createTestFile(2 * MIB);
    const peer = await stage.peer(file);
    const dead = await new Promise<number>((resolve) => {
      const server = createTcpServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
    });
    const source = {
      ...peer.source,
      addresses: [{ host: '127.0.0.1', port: dead }, ...peer.source.addresses],
    };
    const room = await createRoom(stage, { folder, stateDir, sources: () => [source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const view = await room.done(id);
    expect(view.sources[0]!.address).toBe(`127.0.0.1:${peer.server.port}`);
  });

  it('leaves an address alone after a few dials that found nobody', async () => {
    const file = createTestFile(1000);
    let dials = 0;
    const stranger = createTcpServer((socket) => {
      dials += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    stage.later(() => new Promise((resolve) => stranger.close(resolve)));
    const { port } = stranger.address() as { port: number };
    // A poisoned record: many devices, one target.
    const poison = await Promise.all(
      Array.from({ length: 30 }, async () => sourceOf((await newIdentity()).deviceId, port)),
    );
    const room = await createRoom(stage, { folder, stateDir, sources: () => poison });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    await room.view(
      id,
      (view) => view.sources.filter(({ problem }) => problem?.code === 'rate_limited').length > 10,
      'the rest is not dialled',
    );
    expect(dials).toBeLessThanOrEqual(MAX_DIALS_PER_TARGET_PER_MINUTE);
  });

  it('asks partial sources only for what they have', async () => {
    const file = createTestFile(8 * MIB);
    const maps = [createChunkMap(8), createChunkMap(8)];
    maps[0]!.setRun(0, 5);
    maps[1]!.setRun(3, 8);
    const peers = await Promise.all(maps.map((chunks) => stage.peer(file, { chunks })));
    const room = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => peers.map(({ source }) => ({ ...source, partial: true })),
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const view = await room.done(id);
    expect(view.state).toBe('done');
    for (const source of view.sources) expect(source.problem).toBeNull();
  });
});

describe('waiting', () => {
  it('says that there are no sources, and goes on when one appears', async () => {
    const file = createTestFile(2 * MIB);
    const peer = await stage.peer(file);
    let isThere = false;
    const room = await createRoom(stage, { folder, stateDir, sources: () => (isThere ? [peer.source] : []) });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const waiting = await room.view(id, (view) => view.state === 'waiting', 'it waits');
    expect(waiting.problem?.code).toBe('no_sources');
    isThere = true;
    await room.downloads.retry(id);
    expect((await room.done(id)).state).toBe('done');
  });

  it('shows its place in the queue of a source and gets its turn', async () => {
    const file = createTestFile(4 * MIB);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const peer = await stage.peer(file, { slots: 1, onRead: () => gate });
    const first = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    await first.downloads.add({ content: file.content, name: 'a.bin' });
    await until(() => peer.reads.length > 0, 'the first has the slot');
    const room = await createRoom(stage, {
      folder: await stage.folder(),
      stateDir: await stage.folder(),
      sources: () => [peer.source],
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const view = await room.view(id, ({ sources }) => sources[0]?.state === 'queued', 'it is queued');
    expect(view.sources[0]).toMatchObject({ queuePosition: 1, problem: { code: 'no_slot' } });
    expect(view.problem?.message).toContain('number 1');
    expect(peer.server.uploads().map(({ state }) => state)).toEqual(['active', 'queued']);
    release();
  });

  it('says that tokens cannot be had and blames no source for it', async () => {
    const file = createTestFile(2 * MIB);
    const peer = await stage.peer(file);
    let isAway = true;
    const room = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [peer.source],
      token: async (deviceId) => {
        if (isAway) throw new BanyanError('unreachable', 'auth cannot be reached');
        return stage.network.token(deviceId);
      },
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const view = await room.view(id, ({ state }) => state === 'waiting', 'it waits');
    expect(view.problem).toEqual({ code: 'unreachable', message: 'auth cannot be reached' });
    isAway = false;
    const done = await room.done(id);
    expect(done.sources[0]!.state).not.toBe('dropped');
  });
});

describe('the disk', () => {
  it('waits visibly while it is full, goes on by itself and fetches no proved chunk again', async () => {
    const file = createTestFile(6 * MIB);
    const peer = await stage.peer(file, { onRead: () => pause(2) });
    let isFull = false;
    let writes = 0;
    const room = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [peer.source],
      freeBytes: async () => (isFull ? 0 : Infinity),
      openFile: async (path, mayMake) => {
        const real = await laneFiles()(path, mayMake);
        return {
          ...real,
          write: async (bytes, position) => {
            if (++writes === 3) isFull = true;
            if (isFull) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
            await real.write(bytes, position);
          },
        };
      },
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    // What was written before it was full still comes to count.
    const isWaiting = (view: DownloadView): boolean =>
      view.problem?.code === 'disk_full' && view.bytes === 2 * MIB;
    const waiting = await room.view(id, isWaiting, 'the disk is full');
    expect(waiting.state).toBe('waiting');
    isFull = false;
    peer.reads.length = 0;
    await room.downloads.retry(id);
    const view = await room.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
    expect(peer.reads.filter((at) => at % MIB === 0)).toHaveLength(4);
  });

  it('does not begin what cannot fit, and says how much is missing', async () => {
    const file = createTestFile(2 * MIB);
    const peer = await stage.peer(file);
    const room = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [peer.source],
      freeBytes: async () => 1000,
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const view = await room.view(id, ({ problem }) => problem !== null, 'there is a problem');
    expect(view.problem).toMatchObject({
      code: 'disk_full',
      message: expect.stringContaining('2.1 MB are still to come'),
    });
    expect(peer.reads).toEqual([]);
  });
});

describe('restarts', () => {
  it('fetches no proved chunk twice after being killed at any instant', async () => {
    const file = createTestFile(24 * MIB);
    const peer = await stage.peer(file, { onRead: () => pause(3) });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    await room.view(id, (view) => view.bytes >= 8 * MIB, 'a third is there');
    // What a killed process leaves: its files as they are at an instant, the journal first.
    const [folder2, stateDir2] = [await stage.folder(), await stage.folder()];
    await cp(join(stateDir, `${id}.log`), join(stateDir2, `${id}.log`));
    await cp(join(folder, `.banyan-${id}.part`), join(folder2, `.banyan-${id}.part`));
    await copyHeader(stateDir, id, stateDir2, folder2);
    await room.downloads.cancel(id);
    peer.reads.length = 0;
    const again = await createRoom(stage, {
      folder: folder2,
      stateDir: stateDir2,
      identity: room.identity,
      sources: () => [peer.source],
    });
    const start = await again.view(id, (view) => view.bytes > 0, 'the claims are taken');
    expect(start.bytes).toBeGreaterThanOrEqual(8 * MIB);
    const kept = start.bytes / MIB;
    const view = await again.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
    const fetched = new Set(peer.reads.map((at) => Math.floor(at / MIB)));
    expect(fetched.size).toBeLessThanOrEqual(24 - kept + 1);
    expect(peer.reads.filter((at) => at % MIB === 0).length).toBeLessThanOrEqual(24 - kept + 1);
  });

  it('does not believe a claim whose bytes a power cut took', async () => {
    const file = createTestFile(4 * MIB);
    const peer = await stage.peer(file, { onRead: () => pause(20) });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    await room.view(id, (view) => view.bytes >= 2 * MIB, 'half is there');
    const [folder2, stateDir2] = [await stage.folder(), await stage.folder()];
    await cp(join(stateDir, `${id}.log`), join(stateDir2, `${id}.log`));
    await writeFile(join(folder2, `.banyan-${id}.part`), new Uint8Array(4 * MIB));
    await copyHeader(stateDir, id, stateDir2, folder2);
    await room.downloads.cancel(id);
    const again = await createRoom(stage, {
      folder: folder2,
      stateDir: stateDir2,
      sources: () => [peer.source],
    });
    const view = await again.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
  });

  it('stays paused over a restart, and goes on when it is resumed', async () => {
    const file = createTestFile(8 * MIB);
    const peer = await stage.peer(file, { onRead: () => pause(10) });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    await room.view(id, (view) => view.bytes >= MIB, 'something is there');
    expect(await room.downloads.pause(id)).toMatchObject({ state: 'paused' });
    await room.downloads.stop();
    const again = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const kept = again.downloads.get(id)!;
    expect(kept.state).toBe('paused');
    expect(kept.bytes).toBeGreaterThanOrEqual(MIB);
    await again.downloads.resume(id);
    const view = await again.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
    const third = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [],
    });
    expect(third.downloads.get(id)).toMatchObject({ state: 'done', path: view.path, sources: view.sources });
  });
});

describe('names and places', () => {
  it('makes hostile names harmless and never leaves its folder', async () => {
    const names = [
      '../../etc/passwd',
      '/absolute',
      'nul\0byte',
      'CON.txt',
      '..',
      '.hidden',
      'x'.repeat(5000),
    ];
    const room = await createRoom(stage, {
      folder,
      stateDir,
      sources: async () => named,
    });
    let named: Awaited<ReturnType<Stage['peer']>>['source'][] = [];
    for (const [index, name] of names.entries()) {
      const file = createTestFile(1000 + index);
      named = [(await stage.peer(file)).source];
      const { id } = await room.downloads.add({ content: file.content, name });
      const view = await room.done(id);
      expect(view.state).toBe('done');
      expect(view.path).toBe(join(folder, basename(view.path)));
      expect(basename(view.path).startsWith('.')).toBe(false);
    }
    expect(await readdir(folder)).toHaveLength(names.length);
  });

  it('never replaces a file that has the name', async () => {
    const file = createTestFile(5000);
    const peer = await stage.peer(file);
    await writeFile(join(folder, 'song.tar.gz'), 'mine');
    await writeFile(join(folder, 'song (2).tar.gz'), 'mine too');
    const room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'song.tar.gz' });
    expect((await room.done(id)).path).toBe(join(folder, 'song (3).tar.gz'));
    expect(await readFile(join(folder, 'song.tar.gz'), 'utf8')).toBe('mine');
  });

  it('makes an empty file at once, and refuses folders that are not there', async () => {
    const room = await createRoom(stage, { folder, stateDir, sources: () => [] });
    const { id } = await room.downloads.add({ content: EMPTY_CONTENT, name: 'empty.txt' });
    const view = await room.done(id);
    expect(view).toMatchObject({ state: 'done', bytes: 0, chunks: [] });
    expect(await readFile(view.path)).toHaveLength(0);
    const file = createTestFile(10);
    await expect(
      room.downloads.add({ content: file.content, name: 'a', folder: join(folder, 'nowhere') }),
    ).rejects.toMatchObject({ code: 'folder_missing' });
    await expect(
      room.downloads.add({ content: file.content, name: 'a', folder: 'relative' }),
    ).rejects.toMatchObject({ code: 'folder_missing' });
  });

  it('copies nothing that the library has', async () => {
    const file = createTestFile(10);
    const path = join(folder, 'elsewhere.bin');
    const room = await createRoom(stage, { folder, stateDir, sources: () => [], pathOf: () => path });
    expect(await room.downloads.add({ content: file.content, name: 'a' })).toMatchObject({
      state: 'done',
      path,
    });
    expect((await room.downloads.add({ content: file.content, name: 'a' })).id).toBe(
      room.downloads.list()[0]!.id,
    );
    expect(room.downloads.list()).toHaveLength(1);
  });

  it('takes away what had arrived when it is cancelled', async () => {
    const file = createTestFile(8 * MIB);
    const peer = await stage.peer(file, { onRead: () => pause(20) });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    await room.view(id, (view) => view.bytes >= MIB, 'something is there');
    await room.downloads.cancel(id);
    expect(room.downloads.get(id)).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
    expect(await journalsIn(stateDir)).toEqual([]);
  });

  it('fails plainly when somebody takes the arriving file away, and starts anew on retry', async () => {
    const file = createTestFile(4 * MIB);
    const peer = await stage.peer(file, { onRead: () => pause(10) });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    await room.view(id, (view) => view.bytes >= MIB, 'something is there');
    await rm(join(folder, `.banyan-${id}.part`));
    const failed = await room.done(id);
    expect(failed).toMatchObject({ state: 'failed', problem: { code: 'folder_missing' } });
    await room.downloads.retry(id);
    const view = await room.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
  });
});

describe('turns', () => {
  it('lets only so many fetch at once; the others wait their turn', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const files = [createTestFile(100, 1), createTestFile(101, 2)];
    const peers = await Promise.all(files.map((file) => stage.peer(file, { onRead: () => gate })));
    const room = await createRoom(stage, {
      folder,
      stateDir,
      maxActive: 1,
      sources: () => peers.map(({ source }) => source),
    });
    const first = await room.downloads.add({ content: files[0]!.content, name: 'a' });
    await room.view(first.id, ({ state }) => state === 'downloading', 'the first downloads');
    const second = await room.downloads.add({ content: files[1]!.content, name: 'b' });
    expect(second.state).toBe('queued');
    release();
    expect((await room.done(first.id)).state).toBe('done');
    expect((await room.done(second.id)).state).toBe('done');
  });

  it('lets one that waited go on only when it is its turn', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const files = [1, 2, 3].map((n) => createTestFile(100 + n, n));
    const peers = await Promise.all(files.map((file) => stage.peer(file, { onRead: () => gate })));
    let isThere = false;
    const room = await createRoom(stage, {
      folder,
      stateDir,
      maxActive: 1,
      sources: () => (isThere ? peers.map(({ source }) => source) : []),
    });
    const ids: string[] = [];
    for (const [n, file] of files.entries()) {
      const { id } = await room.downloads.add({ content: file.content, name: `f${n}` });
      await room.view(id, ({ state }) => state === 'waiting', 'it waits for sources');
      ids.push(id);
    }
    isThere = true;
    for (const id of ids) await room.downloads.retry(id);
    const states = (): string[] => room.downloads.list().map(({ state }) => state);
    await until(() => {
      expect(states().filter((state) => state === 'downloading').length).toBeLessThanOrEqual(1);
      return states().sort().join() === 'downloading,queued,queued';
    }, 'one downloads and the others are queued');
    release();
    for (const id of ids) expect((await room.done(id)).state).toBe('done');
  });

  it('serves what has arrived of an unfinished file', async () => {
    const file = createTestFile(6 * MIB);
    let limit = 3;
    const peer = await stage.peer(file, {
      onRead: (_buffer, start) =>
        start >= limit * MIB ? new Promise((resolve) => setTimeout(resolve, 300)) : undefined,
    });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    await room.view(id, (view) => view.bytes >= MIB, 'something is there');
    const open = (await room.downloads.open(file.content))!;
    const chunk = open.chunks!.firstSet();
    const buffer = new Uint8Array(MIB);
    await open.read(buffer, chunk * MIB);
    expect(Buffer.from(buffer).equals(file.bytes.subarray(chunk * MIB, (chunk + 1) * MIB))).toBe(true);
    const missing = open.chunks!.firstMissing();
    if (missing >= 0)
      await expect(open.read(buffer, missing * MIB)).rejects.toMatchObject({ code: 'chunk_missing' });
    expect((await open.layer(0, 6)).hashes).toEqual(file.chunkHashes);
    limit = 6;
    await room.done(id);
    await open.read(buffer, 0);
    await open.close();
    expect(await room.downloads.open(file.content)).toBeUndefined();
  });
});
