/**
 * A disk answers no more, in the middle of a write: no error comes, and the call does not return. Whoever waits for it says
 * so; everything else goes on, no source is blamed, and the files are whole when the disk is back.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileDigest,
  localApiToken,
  mountHangingDisk,
  startSlowLine,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type HangingDisk,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const SIZE = 48 * MIB;
/** Bytes a second of each source: many chunks a second, so that lanes write by themselves, and time to freeze the disk. */
const RATE = 16 * MIB;
/** Enough for the lanes to have found the disk quick, however busy the machine. */
const BEGUN = 16 * MIB;
/** As long as a source may be silent before it counts as stalled (3 s), and half as long again. */
const HUNG_MS = 4_500;
/** As many as fetch at once, so that there are more writes to wait for than Node has threads by itself (four). */
const HELD_UP = Array.from({ length: 5 }, (_, i) => `Held up ${i}.bin`);
const SMALL = Array.from({ length: 40 }, (_, i) => `Photo ${i}.jpg`);
const ELSEWHERE = 'On its way.bin';
const LATE = 'Too late.bin';
const SILENT = /^The disk of .* does not answer\. .* goes on by itself/;

let network: TestNetwork;
let dora: TestPeer;
let lines: SlowLine[];
let disk: HangingDisk | undefined;

const original = (name: string): string => join(network.folder, 'originals', name);

beforeAll(async () => {
  network = await startTestNetwork({ supernodes: ['oak'] });
  const names = [...HELD_UP, ELSEWHERE, LATE, ...SMALL];
  for (const name of names) await writeSeeded(original(name), name, SMALL.includes(name) ? 50_000 : SIZE);
  const files = Object.fromEntries(names.map((name) => [name, (path: string) => link(original(name), path)]));
  lines = [];
  const source = async (name: string): Promise<TestPeer> => {
    const line = await startSlowLine(RATE);
    lines.push(line);
    return await network.peer(name, { ...line.ports, files, args: ['--upload-slots', '16'] });
  };
  const sources = await Promise.all([source('alice'), source('bob')]);
  dora = await network.peer('dora', { args: ['--no-share-downloads'] });
  await Promise.all(sources.map((peer) => peer.settled()));
  disk = await mountHangingDisk(join(network.folder, 'disk'), 16 * SIZE);
});
afterAll(async () => {
  // First of all: nothing that waits for it can be ended.
  disk?.unmount();
  await network?.stop();
  await Promise.all((lines ?? []).map((line) => line.close()));
});

const begin = async (name: string, folder?: string): Promise<string> => {
  const hit = await dora.find(name, (one) => one.name === name && one.reachableSources === 2);
  const to = folder === undefined ? {} : { folder };
  return (await dora.api.startDownload({ content: hit.content, name, ...to })).id;
};
const beginSmall = async (folder: string): Promise<string[]> => {
  const hits = (await dora.search('photo')).results.filter(({ name }) => SMALL.includes(name));
  return await Promise.all(
    hits.map(async ({ content, name }) => (await dora.api.startDownload({ content, name, folder })).id),
  );
};
const saysSo = (id: string): Promise<unknown> =>
  waitFor(
    async () => {
      const { state, problem } = await dora.download(id);
      return state === 'waiting' && problem?.code === 'disk_failed' && SILENT.test(problem.message);
    },
    { what: `${id} to say that its disk does not answer`, timeoutMs: 40_000, everyMs: 200 },
  );
const expectWhole = async (id: string): Promise<void> => {
  const { name, path, sources, problem } = await dora.reaches(id, ['done'], 60_000);
  expect(await fileDigest(path)).toBe(await fileDigest(original(name)));
  expect(sources.map(({ state }) => state)).not.toContain('dropped');
  expect(problem).toBeNull();
};

describe('a disk that answers no more', () => {
  it('holds up what is to be written to it alone, says so, and no source is blamed', async () => {
    if (disk === undefined) return;
    const { path, freeze, thaw } = disk;
    await network.during('a hung disk', async () => {
      const heldUp: string[] = [];
      for (const name of HELD_UP) heldUp.push(await begin(name, path));
      await waitFor(async () => (await dora.download(heldUp[0]!)).bytes >= BEGUN, { what: 'some of it' });
      freeze();
      const elsewhere = await begin(ELSEWHERE);
      await new Promise((resolve) => setTimeout(resolve, HUNG_MS));
      await expectWhole(elsewhere);
      expect((await dora.download(heldUp[0]!)).state).not.toBe('done');
      expect(await dora.program.log()).toContain('the disk that it writes to does not answer');
      // Those of which something waits to be written; others stand in the line behind them.
      await saysSo(heldUp[0]!);
      const small = await beginSmall(path);
      const late = await begin(LATE, path);
      // A process all of whose threads wait for that disk would show no page.
      expect((await fetch((await localApiToken(dora)).url)).status).toBe(200);

      const paused = small.pop()!;
      expect((await dora.api.actOnDownload(paused, 'pause')).state).toBe('paused');
      const cancelled = heldUp.pop()!;
      await dora.api.actOnDownload(cancelled, 'cancel');
      expect((await dora.api.downloads()).map(({ id }) => id)).not.toContain(cancelled);

      thaw();
      for (const id of [...heldUp, late, ...small]) await expectWhole(id);
      await dora.api.actOnDownload(paused, 'resume');
      await expectWhole(paused);
    });
  });
});
