import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nameNewFile } from '../src/new-file.ts';

let folder: string;
let draft: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-new-file-'));
  [draft, path] = [join(folder, 'draft'), join(folder, 'file')];
  await writeFile(draft, 'new');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A file system that has no hard links, in the words of its system. */
const without = (code: string) => ({
  link: () => Promise.reject(Object.assign(new Error(code), { code })),
});

describe.each([
  ['with hard links', {}],
  ...['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].map(
    (code) => [`without (${code})`, without(code)] as const,
  ),
])('a draft on a file system %s', (_words, init) => {
  it('gets its name', async () => {
    expect(await nameNewFile(draft, path, init)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('takes the place of nothing, not even of a link that leads nowhere', async () => {
    await writeFile(path, 'old');
    expect(await nameNewFile(draft, path, init)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('old');
    await rm(path);
    await symlink(join(folder, 'nowhere'), path);
    expect(await nameNewFile(draft, path, init)).toBe(false);
    expect(await readFile(draft, 'utf8')).toBe('new');
  });
});

it('a draft whose disk fails is left as it is, and the failure told', async () => {
  await expect(nameNewFile(draft, path, without('EIO'))).rejects.toMatchObject({ code: 'EIO' });
  expect(await readdir(folder)).toEqual(['draft']);
});
