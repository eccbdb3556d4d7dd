/** Many small files: they come in bundles, and whatever these do not bring comes all the same. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, sameContent, type DownloadView, type Source } from '@banyan/proto';
import {
  createStage,
  createTestFile,
  sourceOf,
  until,
  type ProviderTricks,
  type Stage,
  type TestFile,
  type TestPeer,
} from '../swarm.ts';
import { copyHeader, createRoom, journalsIn, type Room, type RoomInit } from './room.ts';

const COUNT = 60;
/** Whom the engines find first: as many as have a turn at once. */
const SCOUTS = 5;

let stage: Stage;
let folder: string;
let stateDir: string;
let files: TestFile[];
beforeEach(async () => {
  stage = createStage();
  folder = await stage.folder();
  stateDir = await stage.folder();
  files = Array.from({ length: COUNT }, (_, i) => createTestFile(1 + ((i * 7_919) % 60_000), i + 1));
});
afterEach(() => stage.end());

const nameOf = (i: number): string => `photo-${String(i).padStart(3, '0')}.jpg`;

interface Counted extends Room {
  /** Looks for sources: one for each engine. */
  finds(): number;
}

async function roomOf(sources: () => readonly Source[], more: Partial<RoomInit> = {}): Promise<Counted> {
  let finds = 0;
  const room = await createRoom(stage, {
    folder,
    stateDir,
    ...more,
    sources: () => {
      finds += 1;
      return sources();
    },
  });
  return { ...room, finds: () => finds };
}

async function addAll(room: Room, list: readonly TestFile[] = files): Promise<string[]> {
  const views = await Promise.all(
    list.map(({ content }, i) => room.downloads.add({ content, name: nameOf(i) })),
  );
  return views.map(({ id }) => id);
}

async function allDone(room: Room, ids: readonly string[]): Promise<DownloadView[]> {
  const views = await Promise.all(ids.map((id) => room.done(id)));
  expect(views.map(({ state, problem }) => ({ state, problem }))).toEqual(
    views.map(() => ({ state: 'done', problem: null })),
  );
  return views;
}

async function requireRight(
  views: readonly DownloadView[],
  list: readonly TestFile[] = files,
): Promise<void> {
  for (const [i, { path }] of views.entries())
    expect((await readFile(path)).equals(list[i]!.bytes)).toBe(true);
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
}

describe('a folder of small files', () => {
  it('comes whole and right, and few of them are looked for', async () => {
    const peer = await stage.peer(files);
    const room = await roomOf(() => [peer.source]);
    const views = await allDone(room, await addAll(room));
    await requireRight(views);
    expect(views.map(({ path }) => path)).toEqual(files.map((_, i) => join(folder, nameOf(i))));
    expect(room.finds()).toBeLessThan(SCOUTS + 5);
    for (const [i, view] of views.entries()) {
      const { length } = files[i]!.content;
      expect(view).toMatchObject({ bytes: length, fetchedBytes: length, chunks: [[2, 1]] });
      expect(view.sources).toMatchObject([
        {
          deviceId: peer.identity.deviceId,
          account: 'ann',
          bytes: length,
          chunks: 1,
          badChunks: 0,
          problem: null,
        },
      ]);
    }
    await until(() => room.finished.length === COUNT, 'the library is told of all');
    for (const { content, chunkHashes } of room.finished) expect(chunkHashes).toEqual(content.root);
    expect(await journalsIn(stateDir)).toEqual([]);
  });

  it('comes over lanes in threads', async () => {
    const peer = await stage.peer(files);
    const room = await roomOf(() => [peer.source], { threads: true });
    await requireRight(await allDone(room, await addAll(room)));
    expect(room.finds()).toBeLessThan(SCOUTS + 5);
  });

  it('comes by engines alone while a limit holds', async () => {
    const few = files.slice(0, 20);
    const peer = await stage.peer(few);
    const room = await roomOf(() => [peer.source]);
    room.downloads.setRates({ total: 100e6, each: undefined });
    await requireRight(await allDone(room, await addAll(room, few)), few);
    expect(room.finds()).toBe(few.length);
  });

  it('gives each its own name where all have the same', async () => {
    const few = files.slice(0, 30);
    const peer = await stage.peer(few);
    const room = await roomOf(() => [peer.source]);
    const views = await Promise.all(
      few.map(({ content }) => room.downloads.add({ content, name: 'same.txt' })),
    );
    const done = await allDone(
      room,
      views.map(({ id }) => id),
    );
    await requireRight(done, few);
    expect(new Set(done.map(({ path }) => path)).size).toBe(few.length);
  });

  it('comes from several who have a part of it each', async () => {
    const peers = [await stage.peer(files.slice(0, 40)), await stage.peer(files.slice(20))];
    const room = await roomOf(() => peers.map(({ source }) => source));
    await requireRight(await allDone(room, await addAll(room)));
  });

  it('comes where those who have some of it know no bundles, or have none of the rest', async () => {
    const known = await stage.peer(files.slice(0, SCOUTS + 1));
    const other = await stage.peer(files);
    const isKnown = (i: number): boolean => i <= SCOUTS;
    let asked = 0;
    const room = await roomOf(() => (isKnown(asked++) ? [known.source] : [other.source]));
    await requireRight(await allDone(room, await addAll(room)));
  });
});

/** A source that does something else once, as soon as `after` files were read of it. */
async function faulty(after: number, trick: NonNullable<ProviderTricks['onRead']>): Promise<TestPeer> {
  const read = new Set<string>();
  return await stage.peer(files, {
    onRead: async (buffer, start, content) => {
      read.add(Buffer.from(content.root).toString('hex'));
      if (read.size > after) await trick(buffer, start, content);
    },
  });
}

describe('when a source of many does not keep its word', () => {
  it('wrong bytes are seen, reported, and fetched from another', async () => {
    const victim = files[30]!.content;
    const liar = await stage.peer(files, {
      onRead: (buffer, _start, content) => {
        if (sameContent(content, victim)) buffer[0]! ^= 1;
      },
    });
    const room = await roomOf(() => [liar.source]);
    const ids = await addAll(room);
    const reports = (): unknown => room.reports.filter(({ deviceId }) => deviceId === liar.identity.deviceId);
    await until(() => room.reports.length > 0, 'the liar is reported');
    expect(reports()).toMatchObject([
      { root: victim.root, length: victim.length, code: 'bad_chunk' },
      ...room.reports.slice(1),
    ]);
    const rest = ids.filter((_, i) => i !== 30);
    await Promise.all(rest.map((id) => room.done(id)));
    // Nobody else has it: it waits, and says why.
    const view = await room.view(ids[30]!, ({ state }) => state === 'waiting', 'it waits for another source');
    expect(view.problem).not.toBeNull();
    expect(await readdir(folder)).not.toContain(nameOf(30));
  });

  it('an answer that is cut short is made up for', async () => {
    const breaks = await faulty(SCOUTS + 10, () => {
      throw new BanyanError('file_changed');
    });
    const good = await stage.peer(files);
    const room = await roomOf(() => [breaks.source, good.source]);
    await requireRight(await allDone(room, await addAll(room)));
  });

  it('silence is not waited for for long', async () => {
    const silent = await faulty(SCOUTS + 10, () => new Promise<never>(() => undefined));
    const good = await stage.peer(files);
    const room = await roomOf(() => [silent.source, good.source]);
    await requireRight(await allDone(room, await addAll(room)));
  }, 30_000);

  it('one that is not there at all costs nothing but a dial', async () => {
    const good = await stage.peer(files);
    const gone = sourceOf('a'.repeat(43), 1);
    const room = await roomOf(() => [gone, good.source]);
    await requireRight(await allDone(room, await addAll(room)));
  });
});

describe('of files that come together', () => {
  /** A source whose bundles hang until they are let go. */
  async function held(): Promise<{ peer: TestPeer; letGo: () => void; isHeld: () => boolean }> {
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    let waiting = 0;
    const peer = await faulty(SCOUTS, async () => {
      waiting += 1;
      await gate;
    });
    return { peer, letGo, isHeld: () => waiting > 0 };
  }

  it('one is cancelled without the others, and leaves nothing', async () => {
    const { peer, letGo, isHeld } = await held();
    const room = await roomOf(() => [peer.source]);
    const ids = await addAll(room);
    await until(isHeld, 'a bundle is under way');
    const chosen = ids.findLastIndex((id) => room.downloads.get(id)?.state === 'downloading');
    await room.downloads.cancel(ids[chosen]!);
    letGo();
    const others = ids.filter((_, i) => i !== chosen);
    const views = await allDone(room, others);
    await requireRight(
      views,
      files.filter((_, i) => i !== chosen),
    );
    expect(room.downloads.get(ids[chosen]!)).toBeUndefined();
    expect(await readdir(folder)).not.toContain(nameOf(chosen));
  });

  it('one is paused without the others, and comes when it is resumed', async () => {
    const { peer, letGo, isHeld } = await held();
    const room = await roomOf(() => [peer.source]);
    const ids = await addAll(room);
    await until(isHeld, 'a bundle is under way');
    const chosen = ids.findLast((id) => room.downloads.get(id)?.state === 'downloading')!;
    expect((await room.downloads.pause(chosen)).state).toBe('paused');
    letGo();
    await allDone(
      room,
      ids.filter((id) => id !== chosen),
    );
    expect(room.downloads.get(chosen)?.state).toBe('paused');
    await room.downloads.resume(chosen);
    await requireRight(await allDone(room, ids));
  });

  it('the room can be closed in the middle, and a later one fetches the rest', async () => {
    const { peer, isHeld } = await held();
    const room = await roomOf(() => [peer.source]);
    const ids = await addAll(room);
    await until(isHeld, 'a bundle is under way');
    await room.downloads.stop();
    const good = await stage.peer(files);
    const later = await roomOf(() => [good.source]);
    await requireRight(await allDone(later, ids));
  });

  it('what had its name before the process was killed is known again', async () => {
    const peer = await stage.peer(files);
    const before = await roomOf(() => [], { maxActive: 1 });
    const ids = await addAll(before);
    const left = { stateDir: await stage.folder(), folder: await stage.folder() };
    for (const id of ids) await copyHeader(stateDir, id, left.stateDir, left.folder);
    const done = files.slice(20, 40);
    const helper = await roomOf(() => [peer.source], { stateDir: await stage.folder(), folder: left.folder });
    for (const [i, { content }] of done.entries())
      await helper.done((await helper.downloads.add({ content, name: nameOf(20 + i) })).id);
    await helper.downloads.stop();
    const room = await roomOf(() => [peer.source], left);
    await allDone(room, ids);
    expect((await readdir(left.folder)).sort()).toEqual(files.map((_, i) => nameOf(i)));
  });

  it('a folder that is taken away is waited for', async () => {
    const { peer, letGo, isHeld } = await held();
    const target = join(await stage.folder(), 'given');
    await mkdir(target);
    const room = await roomOf(() => [peer.source]);
    const views = await Promise.all(
      files.map(({ content }, i) => room.downloads.add({ content, name: nameOf(i), folder: target })),
    );
    await until(isHeld, 'a bundle is under way');
    // As a whole, at one instant: files arrive in it.
    await rename(target, `${target}-away`);
    letGo();
    const ids = views.map(({ id }) => id);
    await until(
      () => ids.some((id) => room.downloads.get(id)?.problem?.code === 'disk_failed'),
      'somebody says that the folder is away',
    );
    await mkdir(target);
    const last = ids.at(-1)!;
    expect((await room.done(last)).state).toBe('done');
  }, 30_000);
});
