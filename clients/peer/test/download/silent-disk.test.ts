/** Disks of which no answer comes: whoever waits says so, and nothing else does. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadView } from '@banyan/proto';
import { MAX_HELD_UP } from '../../src/download/constants.ts';
import { laneFiles } from '../../src/download/lane-files.ts';
import { createStage, createTestFile, until, type Stage, type TestFile, type TestPeer } from '../swarm.ts';
import { createRoom, type Room } from './room.ts';

const MIB = 1024 * 1024;
const ACTIVE = 5;
let stage: Stage;
let stick: string;
let elsewhere: string;
let stateDir: string;
/** While there is one, what is asked of the stick waits for it. */
let hang: Promise<void> | undefined;
let answer: () => void;
beforeEach(async () => {
  stage = createStage();
  stick = await stage.folder();
  elsewhere = await stage.folder();
  stateDir = await stage.folder();
  fallSilent();
});
const fallSilent = (): void => {
  hang = new Promise((resolve) => {
    answer = () => {
      hang = undefined;
      resolve();
    };
  });
};
afterEach(async () => {
  // Nothing that waits for it could be ended.
  answer();
  await stage.end();
});

const files = (count: number, size: number): TestFile[] =>
  Array.from({ length: count }, (_, i) => createTestFile(size, i + 1));

async function roomWith(sources: readonly TestPeer[], maxActive = ACTIVE): Promise<Room> {
  return createRoom(stage, {
    folder: elsewhere,
    stateDir,
    maxActive,
    sources: () => sources.map(({ source }) => source),
    openFile: async (path, mayMake) => {
      const real = await laneFiles()(path, mayMake);
      return {
        ...real,
        write: async (bytes, position) => {
          if (path.startsWith(stick)) await hang;
          await real.write(bytes, position);
        },
      };
    },
  });
}

const add = async (room: Room, { content }: TestFile, folder = stick): Promise<string> =>
  (await room.downloads.add({ content, name: 'a.bin', folder })).id;
const isSilent = ({ state, problem }: DownloadView): boolean =>
  state === 'waiting' && problem?.message.startsWith(`The disk of ${stick}`) === true;
const saysSo = (room: Room, id: string): Promise<DownloadView> =>
  room.view(id, isSilent, 'it says that its disk does not answer');
const expectWhole = async (room: Room, id: string, file: TestFile): Promise<DownloadView> => {
  const view = await room.done(id);
  expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
  expect(view.sources.map(({ state }) => state)).not.toContain('dropped');
  return view;
};

describe('a disk that does not answer', () => {
  it('is waited for in words; sources are let go, and the file is whole in the end', async () => {
    const file = createTestFile(12 * MIB);
    const peer = await stage.peer(file);
    const room = await roomWith([peer]);
    const id = await add(room, file);
    const waiting = await saysSo(room, id);
    expect(waiting.problem?.code).toBe('disk_failed');
    expect(waiting.waiting).toBeNull();
    await room.view(id, ({ sources }) => sources.every(({ state }) => state !== 'active'), 'nobody gives');
    answer();
    await expectWhole(room, id, file);
  });

  it('takes no turn: the next file of another disk comes', async () => {
    const [held, late, other] = files(3, 3 * MIB);
    const room = await roomWith([await stage.peer([held!, late!, other!])], 1);
    const first = await add(room, held!);
    const second = await add(room, late!, join(stick, '.'));
    const third = await add(room, other!, elsewhere);
    await expectWhole(room, third, other!);
    // What is to go to the same disk stands in the line: it would only wait as well.
    expect(isSilent(room.downloads.get(first)!)).toBe(true);
    expect(room.downloads.get(second)!.state).toBe('queued');
    answer();
    await expectWhole(room, first, held!);
    await expectWhole(room, second, late!);
  });

  it('takes no turn from others, whatever the priority of what is to go there', async () => {
    const [held, urgent, other] = files(3, 3 * MIB);
    const peer = await stage.peer([held!, urgent!, other!], {
      onRead: () => new Promise((resolve) => setTimeout(resolve, 20)),
    });
    const room = await roomWith([peer], 1);
    await saysSo(room, await add(room, held!));
    const seen = new Set<string>();
    const running = await add(room, other!, elsewhere);
    room.downloads.onChange((id) => seen.add(`${id} ${room.downloads.get(id)?.state ?? ''}`));
    const { content } = urgent!;
    const first = await room.downloads.add({ content, name: 'b.bin', folder: stick, priority: 'high' });
    expect(first.state).toBe('queued');
    await expectWhole(room, running, other!);
    expect([...seen]).not.toContain(`${running} queued`);
    answer();
    await expectWhole(room, first.id, urgent!);
  });

  it('takes turns when there are many of it, so that threads remain', async () => {
    const many = files(MAX_HELD_UP + ACTIVE + 2, 2 * MIB);
    const room = await roomWith([await stage.peer(many)]);
    // Each in a folder of its own: none of them is known to lie on the same disk.
    const ids: string[] = [];
    for (const [i, file] of many.entries()) {
      const folder = join(stick, String(i));
      await mkdir(folder);
      ids.push(await add(room, file, folder));
    }
    const silent = (): number => ids.filter((id) => room.downloads.get(id)!.state === 'waiting').length;
    await until(() => silent() === MAX_HELD_UP + ACTIVE, 'as many wait as may');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ids.filter((id) => room.downloads.get(id)!.state === 'queued')).toHaveLength(2);
    answer();
    for (const [i, id] of ids.entries()) await expectWhole(room, id, many[i]!);
  });

  it('keeps nobody who pauses or cancels', async () => {
    const [one, two] = files(2, 3 * MIB);
    const room = await roomWith([await stage.peer([one!, two!])]);
    const paused = await add(room, one!);
    const cancelled = await add(room, two!);
    await saysSo(room, paused);
    await saysSo(room, cancelled);
    expect((await room.downloads.pause(paused)).state).toBe('paused');
    await room.downloads.cancel(cancelled);
    expect(room.downloads.list().map(({ id }) => id)).toEqual([paused]);
    answer();
    await room.downloads.resume(paused);
    await expectWhole(room, paused, one!);
  });

  it('holds up small files that come in a bundle, and no others of it', async () => {
    answer();
    const small = files(60, 20_000);
    const peer = await stage.peer(small, { onRead: () => new Promise((resolve) => setTimeout(resolve, 20)) });
    const room = await roomWith([peer]);
    const ids = await Promise.all(small.map((file, i) => add(room, file, i % 2 === 0 ? stick : elsewhere)));
    // Those that come first have engines; by then there are bundles.
    await until(() => room.finished.length > 2 * ACTIVE, 'the first are here');
    fallSilent();
    const held = ids.filter((_, i) => i % 2 === 0);
    const isHeld = (id: string): boolean => isSilent(room.downloads.get(id)!);
    await until(() => held.some(isHeld), 'they say so');
    for (const [i, id] of ids.entries()) if (i % 2 === 1) await expectWhole(room, id, small[i]!);

    // Some of them are still being written: whoever wants them again does not fetch them beside.
    const paused = held.filter(isHeld);
    await Promise.all(paused.map((id) => room.downloads.pause(id)));
    expect(paused.map((id) => room.downloads.get(id)!.state)).toEqual(paused.map(() => 'paused'));
    await Promise.all(paused.map((id) => room.downloads.resume(id)));
    expect(paused.filter(isHeld)).toEqual(paused);
    answer();
    for (const [i, id] of ids.entries()) await expectWhole(room, id, small[i]!);
    expect(room.finished).toHaveLength(small.length);
  });
});
