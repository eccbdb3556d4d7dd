import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseFile } from 'music-metadata';
import { makeSampleLibrary } from '../../src/local-network/sample-library.ts';

let folder: string;
const of = (peer: string): string => join(folder, peer);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-sample-'));
  await makeSampleLibrary(of);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function filesOf(peer: string): Promise<string[]> {
  const entries = await readdir(of(peer), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(of(peer).length + 1))
    .sort();
}

async function digest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

describe('the sample library', () => {
  it('gives the three peers different, overlapping folders', async () => {
    const [alice, bob, carol] = await Promise.all(['alice', 'bob', 'carol'].map(filesOf));
    for (const files of [alice!, bob!, carol!]) expect(files.length).toBeGreaterThan(5);
    expect(alice).not.toEqual(bob);
    expect(alice!.some((file) => bob!.includes(file) && !carol!.includes(file))).toBe(true);
    expect([...alice!, ...bob!, ...carol!].some((file) => /\p{Script=Han}/u.test(file))).toBe(true);
    expect(alice!.concat(bob!, carol!).filter((file) => file.endsWith('.part'))).toEqual([]);
  });

  it('has a file of at least 64 MiB that all three have, and one that the first can get from both others', async () => {
    const large = async (peer: string): Promise<string[]> =>
      (await filesOf(peer)).filter((file) => file.endsWith('.bin'));
    const [common] = await large('alice');
    const theirs = (await large('bob')).filter((file) => file !== common);
    expect(await large('carol')).toEqual(await large('bob'));
    expect(theirs).toHaveLength(1);
    for (const [file, peers] of [
      [common!, ['alice', 'bob', 'carol']],
      [theirs[0]!, ['bob', 'carol']],
    ] as const) {
      const digests = await Promise.all(peers.map((peer) => digest(join(of(peer), file))));
      expect(new Set(digests).size).toBe(1);
      expect((await stat(join(of('bob'), file))).size).toBeGreaterThanOrEqual(64 * 1024 * 1024);
    }
  });

  it('is the same on every machine and in every run', async () => {
    const names = ['Music/榕樹下.wav', 'Pictures/Banyan at dawn.png', 'Recipes/Banana bread.md'];
    const before = await Promise.all(names.map((name) => digest(join(of('carol'), name))));
    await Promise.all(names.map((name) => rm(join(of('carol'), name))));
    expect(await makeSampleLibrary(of)).toBe(true);
    expect(await Promise.all(names.map((name) => digest(join(of('carol'), name))))).toEqual(before);
    // An exact digest: a change here gives everybody's sample files other content ids.
    expect(before[2]).toBe('0346b9d8bfe1a1d6a2fc35001527bf0f9f5e99037fdec88437b35e237d9c6c7a');
  });

  it('has music whose tags can be read, in any script', async () => {
    const { common, format } = await parseFile(join(of('carol'), 'Music/榕樹下.wav'));
    expect(common).toMatchObject({
      title: '榕樹下',
      artist: '葉子樂團',
      album: '獨木成林',
      year: 2023,
      track: { no: 1 },
    });
    expect(format.duration).toBeCloseTo(10, 3);
  });

  it('has pictures of a stated size', async () => {
    const png = await readFile(join(of('carol'), 'Pictures/榕樹下的夜晚.png'));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([960, 600]);
  });

  it('makes only what is missing', async () => {
    const path = join(of('alice'), 'Read me first.txt');
    const before = (await stat(path)).mtimeMs;
    expect(await makeSampleLibrary(of)).toBe(false);
    expect((await stat(path)).mtimeMs).toBe(before);
  });
});
