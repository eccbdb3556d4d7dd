/**
 * A disk answers no more, in the middle of a write: no error comes, and the call does not return. What arrives on another
 * disk goes on, no source is blamed, and the file is whole when the disk is back. The disk is a real one: a file system of
 * its own, frozen (`fsfreeze`).
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { link, mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fileDigest,
  freePort,
  startSlowLine,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const SIZE = 128 * MIB;
/** Bytes a second of each source: many chunks a second, so that lanes write by themselves, and time to freeze the disk. */
const RATE = 16 * MIB;
/** Enough for the lanes to have found the disk quick, however busy the machine. */
const BEGUN = 32 * MIB;
/** As long as a source may be silent before it counts as stalled (3 s), and half as long again. */
const HUNG_MS = 4_500;

let network: TestNetwork;
let dora: TestPeer;
let lines: SlowLine[];
let disk: string | undefined;
let isFrozen = false;

const freeze = (): void => {
  execFileSync('fsfreeze', ['--freeze', disk!]);
  isFrozen = true;
};
const thaw = (): void => {
  if (isFrozen) execFileSync('fsfreeze', ['--unfreeze', disk!]);
  isFrozen = false;
};

beforeAll(async () => {
  network = await startTestNetwork({ supernodes: ['oak'] });
  const names = ['Held up.bin', 'On its way.bin'];
  const original = (name: string): string => join(network.folder, 'originals', name);
  for (const name of names) await writeSeeded(original(name), name, SIZE);
  const files = Object.fromEntries(names.map((name) => [name, (path: string) => link(original(name), path)]));
  lines = [];
  const source = async (name: string): Promise<TestPeer> => {
    const [port, publicPort] = [await freePort(), await freePort()];
    lines.push(await startSlowLine(publicPort, port, RATE));
    return await network.peer(name, { port, publicPort, files });
  };
  const sources = await Promise.all([source('alice'), source('bob')]);
  dora = await network.peer('dora', { args: ['--no-share-downloads'] });
  await Promise.all(sources.map((peer) => peer.settled()));
  disk = await mountDisk();
});
afterAll(async () => {
  // First of all: nothing that waits for it can be ended.
  thaw();
  if (disk !== undefined) execFileSync('umount', ['-l', disk]);
  await network?.stop();
  await Promise.all((lines ?? []).map((line) => line.close()));
});

/** A file system of its own; undefined where none can be mounted. */
async function mountDisk(): Promise<string | undefined> {
  const path = join(network.folder, 'disk');
  const image = `${path}.img`;
  await mkdir(path);
  await writeFile(image, '');
  await truncate(image, 4 * SIZE);
  try {
    execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'loop', image, path], { stdio: 'ignore' });
    return path;
  } catch {
    console.warn('SKIPPED: a disk that hangs; it takes ext4, a loop device, and the right to mount it.');
    return undefined;
  }
}

const begin = async (name: string, folder?: string): Promise<string> => {
  const hit = await dora.find(name, (one) => one.name === name && one.reachableSources === 2);
  const to = folder === undefined ? {} : { folder };
  return (await dora.api.startDownload({ content: hit.content, name, ...to })).id;
};
const expectWhole = async (id: string, name: string): Promise<void> => {
  const { path, sources } = await dora.reaches(id, ['done'], 60_000);
  expect(await fileDigest(path)).toBe(await fileDigest(join(network.folder, 'originals', name)));
  expect(sources.map(({ state }) => state)).not.toContain('dropped');
};

describe('a disk that answers no more', () => {
  it('holds up what is to be written to it alone, without a source being blamed', async () => {
    if (disk === undefined) return;
    await network.during('a hung disk', async () => {
      const heldUp = await begin('Held up.bin', disk);
      await waitFor(async () => (await dora.download(heldUp)).bytes >= BEGUN, { what: 'some of it' });
      freeze();
      const other = await begin('On its way.bin');
      await new Promise((resolve) => setTimeout(resolve, HUNG_MS));
      await expectWhole(other, 'On its way.bin');
      expect((await dora.download(heldUp)).state).not.toBe('done');
      expect(await dora.program.log()).toContain('the disk that it writes to does not answer');
      thaw();
      await expectWhole(heldUp, 'Held up.bin');
    });
  });
});
