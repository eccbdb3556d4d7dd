import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DownloadView } from '@banyan/proto';
import { createRoom, type Room, type RoomInit } from '../download/room.ts';
import { createStage, createTestFile, until, type Stage, type TestFile, type TestPeer } from '../swarm.ts';
import { ask, bodyOf, get, range, startGateway, take } from './fixture.ts';

const MIB = 1024 * 1024;
const run = promisify(execFile);
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
const CURL = existsSync('/usr/bin/curl');
const ARIA2 = existsSync('/usr/bin/aria2c');
for (const [is, name] of [
  [CURL, 'curl'],
  [ARIA2, 'aria2c'],
] as const)
  if (!is) console.warn(`SKIPPED: reading from the gateway with ${name}; install ${name} to run this test.`);

/** A source gives nothing of a chunk before the test lets it. */
interface Sluice {
  open(...chunks: number[]): void;
  openAll(): void;
  readonly onRead: (buffer: Uint8Array, start: number) => Promise<void>;
}

function createSluice(): Sluice {
  const open = new Set<number>();
  let isOpen = false;
  stage.later(() => (isOpen = true));
  return {
    open: (...chunks) => {
      for (const chunk of chunks) open.add(chunk);
    },
    openAll: () => void (isOpen = true),
    onRead: async (_buffer, start) => {
      while (!isOpen && !open.has(Math.floor(start / MIB))) await pause(5);
    },
  };
}

interface Arrival {
  readonly room: Room;
  readonly view: DownloadView;
  readonly url: string;
}

async function arrive(
  file: TestFile,
  peers: readonly TestPeer[],
  init: Partial<RoomInit> & { name?: string } = {},
): Promise<Arrival> {
  const room = await createRoom(stage, {
    folder,
    stateDir,
    sources: () => peers.map((peer) => peer.source),
    ...init,
  });
  const { gateway } = await startGateway(stage, { dir: stateDir, downloads: room.downloads });
  const name = init.name ?? 'film.mp4';
  const view = await room.downloads.add({ content: file.content, name });
  return { room, view, url: gateway.linkTo(file.content, name).url };
}

describe('a file that arrives', () => {
  it('is announced at once, and given chunk by chunk as it is proved', async () => {
    const file = createTestFile(6 * MIB + 99);
    const sluice = createSluice();
    const { url, room, view } = await arrive(file, [await stage.peer(file, sluice)]);
    const response = await ask(url);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-length']).toBe(String(file.bytes.length));
    expect(room.downloads.get(view.id)!.bytes).toBe(0);
    for (const chunk of [0, 1]) {
      sluice.open(chunk);
      // The whole chunk comes while the next is still held back.
      expect((await take(response, MIB)).equals(file.bytes.subarray(chunk * MIB, (chunk + 1) * MIB))).toBe(
        true,
      );
    }
    sluice.openAll();
    expect((await bodyOf(response)).equals(file.bytes.subarray(2 * MIB))).toBe(true);
    await room.done(view.id);
  });

  it('is read at random by many at once, and every byte is right', async () => {
    const file = createTestFile(24 * MIB + 4567);
    const { length } = file.bytes;
    const slowly = { onRead: () => pause(15) };
    const peers = [await stage.peer(file, slowly), await stage.peer(file, slowly)];
    const { url, room, view } = await arrive(file, peers);
    let seed = 12345;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const reader = async (): Promise<void> => {
      for (let i = 0; i < 6; i++) {
        const first = random(length);
        const last = Math.min(length - 1, first + random(3 * MIB));
        if (random(4) === 0) {
          // One that seeks away in the middle.
          const response = await ask(url, range(first, ''));
          expect((await take(response, 1)).equals(file.bytes.subarray(first, first + 1))).toBe(true);
          response.destroy();
        } else {
          const answer = await get(url, range(first, last));
          expect(answer.headers['content-range']).toBe(`bytes ${first}-${last}/${length}`);
          expect(answer.body.equals(file.bytes.subarray(first, last + 1))).toBe(true);
        }
      }
    };
    await Promise.all([reader(), reader(), reader(), reader()]);
    await room.done(view.id);
  });

  it('is fetched where it is read: the jump comes before what lay between', async () => {
    const file = createTestFile(60 * MIB);
    const peer = await stage.peer(file, { onRead: () => pause(20) });
    const { url, room, view } = await arrive(file, [peer]);
    await until(() => room.downloads.get(view.id)!.bytes > 2 * MIB, 'it runs');
    const at = 45 * MIB + 10;
    expect((await get(url, range(at, at + 99))).body.equals(file.bytes.subarray(at, at + 100))).toBe(true);
    const chunks = room.downloads.get(view.id)!.chunks;
    const here = chunks.reduce((sum, [state, count]) => sum + (state === 2 ? count : 0), 0);
    // Far from everything before it.
    expect(here).toBeLessThan(30);
    room.downloads.pause(view.id).catch(() => undefined);
  });

  it('has its end soon, where players look for an index', async () => {
    const file = createTestFile(80 * MIB + 7);
    const peer = await stage.peer(file, { onRead: () => pause(15) });
    const { url, room, view } = await arrive(file, [peer]);
    const front = await ask(url);
    await take(front, 100);
    expect((await get(url, range('', 1000))).body.equals(file.bytes.subarray(-1000))).toBe(true);
    expect(room.downloads.get(view.id)!.bytes).toBeLessThan(40 * MIB);
    front.destroy();
  });

  it('goes on being read while it finishes and gets its name', async () => {
    const file = createTestFile(3 * MIB);
    const { url, room, view } = await arrive(file, [await stage.peer(file)]);
    const response = await ask(url);
    await take(response, 10);
    await room.done(view.id);
    expect((await bodyOf(response)).equals(file.bytes.subarray(10))).toBe(true);
  });

  it('does not wait for its turn when somebody reads it', async () => {
    const [first, second] = [createTestFile(4 * MIB, 1), createTestFile(2 * MIB, 2)];
    const sluice = createSluice();
    const peers = [await stage.peer(first, sluice), await stage.peer(second)];
    const room = await createRoom(stage, {
      folder,
      stateDir,
      maxActive: 1,
      sources: () => peers.map((peer) => peer.source),
    });
    const { gateway } = await startGateway(stage, { dir: stateDir, downloads: room.downloads });
    await room.downloads.add({ content: first.content, name: 'first.bin' });
    const { id } = await room.downloads.add({ content: second.content, name: 'second.mp4' });
    expect(room.downloads.get(id)!.state).toBe('queued');
    const answer = await get(gateway.linkTo(second.content, 'second.mp4').url);
    expect(answer.body.equals(second.bytes)).toBe(true);
  });
});

describe('trouble while somebody reads', () => {
  it('a source that dies in mid-stream is not noticed: another one goes on', async () => {
    const file = createTestFile(20 * MIB);
    const peers = [
      await stage.peer(file, { onRead: () => pause(5) }),
      await stage.peer(file, { onRead: () => pause(5) }),
    ];
    const { url } = await arrive(file, peers);
    const response = await ask(url);
    const begun = await take(response, 3 * MIB);
    void peers[0]!.server.stop();
    const rest = await bodyOf(response);
    expect(Buffer.concat([begun, rest]).equals(file.bytes)).toBe(true);
  });

  it('waits when the last source is gone, and goes on with the next one', async () => {
    const file = createTestFile(6 * MIB);
    const sluice = createSluice();
    sluice.open(0, 1);
    const first = await stage.peer(file, sluice);
    let sources = [first.source];
    const { url } = await arrive(file, [], { sources: () => sources });
    const response = await ask(url);
    const begun = await take(response, 2 * MIB);
    void first.server.stop();
    sources = [(await stage.peer(file)).source];
    expect(Buffer.concat([begun, await bodyOf(response)]).equals(file.bytes)).toBe(true);
  });

  it('cuts the reader when the download is cancelled; the link then says that nothing is here', async () => {
    const file = createTestFile(3 * MIB);
    const sluice = createSluice();
    sluice.open(0);
    const { url, room, view } = await arrive(file, [await stage.peer(file, sluice)]);
    const response = await ask(url);
    await take(response, MIB);
    await room.downloads.cancel(view.id);
    await expect(bodyOf(response)).rejects.toThrow();
    expect(await get(url)).toMatchObject({ status: 404, code: 'unknown_content' });
  });

  it('says that a download is paused; what is here of it is given all the same', async () => {
    const file = createTestFile(3 * MIB);
    const sluice = createSluice();
    sluice.open(0);
    const { url, room, view } = await arrive(file, [await stage.peer(file, sluice)]);
    await get(url, range(0, 9));
    await room.downloads.pause(view.id);
    expect(await get(url, range(MIB, ''))).toMatchObject({ status: 503, code: 'unavailable' });
    expect((await get(url, range(5, 9))).body.equals(file.bytes.subarray(5, 10))).toBe(true);
    expect((await get(url, { method: 'HEAD' })).headers['content-length']).toBe(String(3 * MIB));
    sluice.openAll();
    await room.downloads.resume(view.id);
    expect((await get(url)).body.equals(file.bytes)).toBe(true);
  });

  it('keeps a reader through a pause', async () => {
    const file = createTestFile(3 * MIB);
    const sluice = createSluice();
    sluice.open(0);
    const { url, room, view } = await arrive(file, [await stage.peer(file, sluice)]);
    const response = await ask(url);
    await take(response, MIB);
    await room.downloads.pause(view.id);
    sluice.openAll();
    await room.downloads.resume(view.id);
    expect((await bodyOf(response)).equals(file.bytes.subarray(MIB))).toBe(true);
  });

  it('says that the disk is away, and goes on reading when it is back', async () => {
    const [first, second] = [createTestFile(MIB, 1), createTestFile(2 * MIB, 2)];
    const sluice = createSluice();
    const peers = [await stage.peer(first, sluice), await stage.peer(second)];
    // Before the room: it is taken away after it, when nobody writes there any more.
    const gone = join(await stage.folder(), 'gone');
    await mkdir(gone);
    const room = await createRoom(stage, {
      folder,
      stateDir,
      maxActive: 1,
      sources: () => peers.map((peer) => peer.source),
    });
    const { gateway } = await startGateway(stage, { dir: stateDir, downloads: room.downloads });
    await room.downloads.add({ content: first.content, name: 'first.bin' });
    const { id } = await room.downloads.add({ content: second.content, name: 'second.mp4', folder: gone });
    // At once, as a disk goes: the download may be writing there.
    await rename(gone, `${gone}-away`);
    const url = gateway.linkTo(second.content, 'second.mp4').url;
    const reading = bodyOf(await ask(url));
    await room.view(id, ({ state }) => state === 'waiting', 'the folder is missed');
    const answer = await get(url);
    expect(answer).toMatchObject({ status: 507, code: 'disk_failed' });
    expect(answer.body.toString()).toContain(gone);
    await mkdir(gone);
    await room.downloads.retry(id);
    expect((await reading).equals(second.bytes)).toBe(true);
  });

  it('cuts the reader when the download fails; the link then says with what', async () => {
    const file = createTestFile(3 * MIB);
    const sluice = createSluice();
    sluice.open(0);
    const { url, room, view } = await arrive(file, [await stage.peer(file, sluice)]);
    const response = await ask(url);
    await take(response, MIB);
    const cut = expect(bodyOf(response)).rejects.toThrow();
    // Somebody takes the arriving file away, and its folder stays.
    await rm(join(folder, `.banyan-${view.id}.part`));
    await room.view(view.id, ({ state }) => state === 'failed', 'it fails');
    await cut;
    expect(await get(url, range(2 * MIB, ''))).toMatchObject({ code: 'folder_missing' });
  });

  it('ends the wait when the peer stops', async () => {
    const file = createTestFile(2 * MIB);
    const room = await createRoom(stage, { folder, stateDir, sources: () => [] });
    const { gateway } = await startGateway(stage, { dir: stateDir, downloads: room.downloads });
    await room.downloads.add({ content: file.content, name: 'a.mp4' });
    const response = await ask(gateway.linkTo(file.content, 'a.mp4').url);
    const cut = expect(bodyOf(response)).rejects.toThrow();
    await gateway.stop();
    await cut;
  });
});

describe('a finished download that no library knows', () => {
  it('is read where it lies, until somebody changes it', async () => {
    const file = createTestFile(2 * MIB + 5);
    const { url, room, view } = await arrive(file, [await stage.peer(file)]);
    const { path } = await room.done(view.id);
    expect((await get(url)).body.equals(file.bytes)).toBe(true);
    const later = new Date(Date.now() + 60_000);
    await utimes(path, later, later);
    expect(await get(url)).toMatchObject({ status: 410, code: 'file_changed' });
    await utimes(path, new Date(0), new Date(0));
    expect((await get(url, range(0, 0))).status).toBe(206);
    await appendFile(path, 'x');
    expect(await get(url)).toMatchObject({ status: 410, code: 'file_changed' });
  });
});

describe('programs that people have', () => {
  const slow = { onRead: () => pause(10) };

  (CURL ? it : it.skip)(
    'curl reads it whole, a range of it, and what is missing of a broken transfer',
    async () => {
      const file = createTestFile(8 * MIB + 11);
      const { url } = await arrive(file, [await stage.peer(file, slow), await stage.peer(file, slow)]);
      const out = join(await stage.folder(), 'out.bin');
      await run('curl', ['-sSf', '-r', '0-999999', '-o', out, url]);
      expect((await readFile(out)).equals(file.bytes.subarray(0, 1_000_000))).toBe(true);
      await run('curl', ['-sSf', '-C', '-', '-o', out, url]);
      expect((await readFile(out)).equals(file.bytes)).toBe(true);
    },
  );

  (ARIA2 ? it : it.skip)('aria2c reads it over four connections while it arrives', async () => {
    const file = createTestFile(24 * MIB + 17);
    const { url } = await arrive(file, [await stage.peer(file, slow), await stage.peer(file, slow)]);
    const dir = await stage.folder();
    await run('aria2c', [
      ...['--no-conf', '--quiet', '-x4', '-s4', '-k1M', '--file-allocation=none'],
      ...['-d', dir, '-o', 'out.bin', url],
    ]);
    expect((await readFile(join(dir, 'out.bin'))).equals(file.bytes)).toBe(true);
  });
});
