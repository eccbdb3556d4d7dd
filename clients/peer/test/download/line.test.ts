import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentIdText } from '@banyan/proto';
import { createManualClock, systemClock } from '@banyan/kit';
import { downloadsRoom } from '../../src/downloads-room.ts';
import { createStage, createTestFile, until, type Stage, type TestFile } from '../swarm.ts';
import { createRoom, type Room } from './room.ts';

let stage: Stage;
let folder: string;
let stateDir: string;
let release: () => void;
let gate: Promise<void>;
beforeEach(async () => {
  stage = createStage();
  folder = await stage.folder();
  stateDir = await stage.folder();
  gate = new Promise((resolve) => (release = resolve));
});
afterEach(() => stage.end());

const files = (count: number): TestFile[] =>
  Array.from({ length: count }, (_, i) => createTestFile(100 + i, i + 1));

/** A room with sources that wait for the gate, and one turn. */
async function oneAtATime(all: readonly TestFile[], reads: number[] = []): Promise<Room> {
  const peers = await Promise.all(
    all.map((file, i) => stage.peer(file, { onRead: () => (reads.push(i), gate) })),
  );
  return createRoom(stage, {
    folder,
    stateDir,
    maxActive: 1,
    sources: () => peers.map(({ source }) => source),
  });
}

async function addAll(room: Room, all: readonly TestFile[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [i, { content }] of all.entries())
    ids.push((await room.downloads.add({ content, name: `f${i}` })).id);
  return ids;
}

const placesOf = (room: Room, ids: readonly string[]) => ids.map((id) => room.downloads.get(id)!.place);

describe('the line of downloads', () => {
  it('goes by priority and place, keeps both over a restart, and gives turns by them', async () => {
    const all = files(4);
    const room = await oneAtATime(all);
    const ids = await addAll(room, all);
    expect(placesOf(room, ids)).toEqual([1, 2, 3, 4]);
    await room.downloads.arrange(ids[3]!, { move: 'up' });
    await room.downloads.arrange(ids[1]!, { priority: 'low' });
    expect(placesOf(room, ids)).toEqual([1, 4, 3, 2]);
    await room.downloads.stop();
    const reads: number[] = [];
    const again = await oneAtATime(all, reads);
    expect(placesOf(again, ids)).toEqual([1, 4, 3, 2]);
    expect(again.downloads.get(ids[1]!)!.priority).toBe('low');
    release();
    for (const id of ids) await again.done(id);
    // While one is finished the next is fetched: they begin one after the other.
    expect([...new Set(reads)]).toEqual([0, 3, 2, 1]);
    expect(again.downloads.get(ids[0]!)!.place).toBeNull();
  });

  it('lets a higher priority take the turn of a lower one, but a better place wait for one', async () => {
    const all = files(3);
    const room = await oneAtATime(all);
    const ids = await addAll(room, all);
    const state = (i: number) => room.downloads.get(ids[i]!)!.state;
    await room.view(ids[0]!, (view) => view.state === 'downloading', 'the first downloads');
    await room.downloads.arrange(ids[1]!, { move: 'top' });
    expect([state(0), state(1)]).toEqual(['downloading', 'queued']);
    await room.downloads.arrange(ids[2]!, { priority: 'high' });
    await room.view(ids[2]!, (view) => view.state === 'downloading', 'the high one downloads');
    expect([state(0), state(1)]).toEqual(['queued', 'queued']);
    release();
    for (const id of ids) expect((await room.done(id)).state).toBe('done');
  });

  it('changes how many fetch at once while they do', async () => {
    const all = files(3);
    const room = await oneAtATime(all);
    const ids = await addAll(room, all);
    const running = () =>
      ids.filter((id) => ['downloading', 'finding'].includes(room.downloads.get(id)!.state)).length;
    room.downloads.setMaxActive(3);
    await until(() => running() === 3, 'three run');
    room.downloads.setMaxActive(1);
    await until(() => running() === 1, 'one runs');
    expect(room.downloads.get(ids[0]!)!.state).toBe('downloading');
    release();
    for (const id of ids) expect((await room.done(id)).state).toBe('done');
  });

  it('puts files into a folder in the download folder, and nowhere else', async () => {
    const [file] = files(1);
    release();
    const room = await oneAtATime([file!]);
    const { id } = await room.downloads.add({
      content: file!.content,
      name: 'song.ogg',
      subfolder: ['Album', '..', 'a/b'],
    });
    const view = await room.done(id);
    expect(view.path.startsWith(join(folder, 'Album'))).toBe(true);
    expect((await readFile(view.path)).equals(file!.bytes)).toBe(true);
  });
});

describe('several downloads in one call', () => {
  it('are paused, resumed and cancelled, each on its own; all when none is named', async () => {
    const all = files(3);
    const room = await oneAtATime(all);
    const ids = await addAll(room, all);
    const api = downloadsRoom(room.downloads, systemClock);
    const some = await api.actAll({ action: 'pause', ids: [ids[0]!, 'd00000000', ids[1]!] });
    expect(some).toMatchObject({
      done: [ids[0], ids[1]],
      failed: [{ id: 'd00000000', problem: { code: 'not_found' } }],
    });
    expect((await api.actAll({ action: 'pause' })).done).toEqual([ids[2]]);
    expect(room.downloads.list().every(({ state }) => state === 'paused')).toBe(true);
    expect((await api.actAll({ action: 'resume' })).done).toHaveLength(3);
    release();
    expect((await room.done(ids[0]!)).state).toBe('done');
    await api.actAll({ action: 'cancel', ids: [ids[1]!, ids[2]!] });
    expect(api.window(0, 10).filter(({ state }) => state !== 'done')).toEqual([]);
  });

  it('are cancelled after a while when that is asked, unless they are resumed before', async () => {
    const [first, second] = files(2);
    const room = await oneAtATime([first!, second!]);
    const ids = await addAll(room, [first!, second!]);
    const clock = createManualClock();
    const api = downloadsRoom(room.downloads, clock);
    await api.actAll({ action: 'cancel', ids, after: 10 });
    expect(api.window(0, 9).map(({ state, cancelAt }) => [state, cancelAt])).toEqual(
      ids.map(() => ['paused', clock.now() + 10_000]),
    );
    await api.act(ids[0]!, 'resume');
    await clock.advance(10_000);
    for (; api.count > 1;) await new Promise((resolve) => setImmediate(resolve));
    expect(api.window(0, 9).map(({ id, cancelAt }) => [id, cancelAt])).toEqual([[ids[0], undefined]]);
    release();
    expect((await room.done(ids[0]!)).state).toBe('done');
  });

  it('are not cancelled after a while when a resume, an addition or a removal came while they were paused', async () => {
    const [first, second, third] = files(3);
    const room = await oneAtATime([first!, second!, third!]);
    const ids = await addAll(room, [first!, second!, third!]);
    const clock = createManualClock();
    const api = downloadsRoom(room.downloads, clock);
    // None waits for the one before: so two pages, or a page and a program, ask at once.
    const cancelled = ids.map((id) => api.actAll({ action: 'cancel', ids: [id], after: 10 }));
    const again = api.actAll({ action: 'cancel', ids: [ids[0]!], after: 10 });
    const resumed = api.act(ids[0]!, 'resume');
    const added = api.add({ content: contentIdText(second!.content), name: 'again' });
    const removed = api.actAll({ action: 'remove', ids: [ids[2]!] });
    await Promise.all([...cancelled, again]);
    expect((await resumed).state).not.toBe('paused');
    expect((await added).state).not.toBe('paused');
    expect((await removed).done).toEqual([ids[2]]);
    await clock.advance(10_000);
    await api.act(ids[0]!, 'resume'); // Behind whatever the time that passed began.
    expect(api.window(0, 9).map(({ id, cancelAt }) => [id, cancelAt])).toEqual(
      ids.slice(0, 2).map((id) => [id, undefined]),
    );
    release();
    for (const id of ids.slice(0, 2)) expect((await room.done(id)).state).toBe('done');
  });

  it('stay, paused, when the peer ends before they are cancelled', async () => {
    const all = files(2);
    const room = await oneAtATime(all);
    const ids = await addAll(room, all);
    const clock = createManualClock();
    const api = downloadsRoom(room.downloads, clock);
    await api.actAll({ action: 'cancel', ids: [ids[0]!], after: 10 });
    const late = api.actAll({ action: 'cancel', ids: [ids[1]!], after: 10 });
    await api.stop();
    await late;
    await clock.advance(10_000);
    await api.stop();
    expect(api.window(0, 9).map(({ state, cancelAt }) => [state, cancelAt])).toEqual(
      ids.map(() => ['paused', undefined]),
    );
  });

  it('are added in their order, and one that cannot be keeps no other from it', async () => {
    const [first, second] = files(2);
    const room = await oneAtATime([first!, second!]);
    const api = downloadsRoom(room.downloads, systemClock);
    const { results } = await api.addAll({
      downloads: [
        { content: contentIdText(first!.content), name: 'a' },
        { content: 'nonsense', name: 'b' },
        { content: contentIdText(second!.content) },
        { content: contentIdText(second!.content), name: 'd' },
        { content: contentIdText(first!.content), name: 'again' },
      ],
    });
    expect(results.map(({ download, problem }) => download?.place ?? problem?.code)).toEqual([
      1,
      'invalid_request',
      'invalid_request',
      2,
      1,
    ]);
    expect(results[4]!.download!.id).toBe(results[0]!.download!.id);
  });

  it('are shown in the order of their turns, what is over behind them', async () => {
    const all = files(3);
    const room = await oneAtATime(all);
    const ids = await addAll(room, all);
    const api = downloadsRoom(room.downloads, systemClock);
    await api.arrange(ids[2]!, { priority: 'high' });
    expect(api.window(0, 10).map(({ id }) => id)).toEqual([ids[2], ids[0], ids[1]]);
  });
});

describe('a wish', () => {
  it('waits visibly, over a restart, and is fulfilled when somebody has it', async () => {
    const [file] = files(1);
    release();
    const peer = await stage.peer(file!);
    let isThere = false;
    const init = { folder, stateDir, sources: () => (isThere ? [peer.source] : []) };
    const room = await createRoom(stage, init);
    const { id } = await room.downloads.add({ content: file!.content, name: 'a' });
    const view = await room.view(id, ({ waiting }) => (waiting?.asked ?? 0) >= 1, 'it waits');
    expect(view).toMatchObject({ state: 'waiting', problem: { code: 'no_sources' } });
    const { since, nextAt } = view.waiting!;
    expect(nextAt).toBeGreaterThan(since);
    await room.downloads.stop();

    const again = await createRoom(stage, init);
    const waiting = await again.view(id, (one) => (one.waiting?.asked ?? 0) >= 1, 'it waits again');
    expect(waiting.waiting!.since).toBe(since);
    isThere = true;
    // The home came back.
    again.downloads.lookAgain();
    const done = await again.done(id);
    expect(done).toMatchObject({ state: 'done', waiting: null });
  });
});
