import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProfile } from '../src/first-run/profile.ts';
import { readJsonFile, writePrivateFile } from '../src/private-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-private-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('of writes that come together, as of a double press, each succeeds and the last one stays', async () => {
  const file = join(folder, 'kept.json');
  await Promise.all(Array.from({ length: 20 }, (_, i) => writePrivateFile(file, `"${'x'.repeat(20 - i)}"`)));
  expect(await readFile(file, 'utf8')).toBe('"x"');
  expect(await readdir(folder)).toEqual(['kept.json']);
});

it('a write that fails keeps none behind it from being tried', async () => {
  const file = join(folder, 'later', 'kept.json');
  const failed = writePrivateFile(file, '1');
  const also = writePrivateFile(file, '2');
  await expect(failed).rejects.toMatchObject({ code: 'disk_failed' });
  await expect(also).rejects.toMatchObject({ code: 'disk_failed' });
});

it('a setting that is changed while a network is joined loses nothing of either', async () => {
  const file = join(folder, 'profile.json');
  const profile = await openProfile({ file, name: 'laptop', downloadFolder: folder, given: [] });
  const downloadFolder = join(folder, 'downloads');
  await Promise.all([
    profile.change({ downloadFolder }),
    profile.join({ issuer: 'https://auth.example' }),
    profile.change({ name: 'attic' }),
  ]);
  expect(await readJsonFile(file)).toEqual({
    network: { issuer: 'https://auth.example' },
    name: 'attic',
    downloadFolder,
  });
});
