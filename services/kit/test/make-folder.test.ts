import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeFolder } from '../src/index.ts';

describe('makeFolder', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'banyan-folder-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  it('makes what is missing, with its mode, and leaves what is there', async () => {
    const path = join(root, 'a', 'b', 'c');
    await makeFolder(path, { mode: 0o700 });
    for (const made of [path, join(root, 'a')]) {
      const { mode } = await stat(made);
      expect(mode & 0o777).toBe(0o700);
    }
    await makeFolder(path, { mode: 0o755 });
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await makeFolder(`${join(root, 'with slash')}/`);
    expect((await stat(join(root, 'with slash'))).isDirectory()).toBe(true);
  });

  it('is one, however many make it at once', async () => {
    const path = join(root, 'at', 'once', 'deep');
    await Promise.all(Array.from({ length: 20 }, (_, i) => makeFolder(join(path, String(i % 3)))));
    expect((await stat(join(path, '2'))).isDirectory()).toBe(true);
  });

  it('follows a link to a folder', async () => {
    await makeFolder(join(root, 'real'));
    await symlink(join(root, 'real'), join(root, 'link'));
    await makeFolder(join(root, 'link'));
    await makeFolder(join(root, 'link', 'within'));
    expect((await stat(join(root, 'real', 'within'))).isDirectory()).toBe(true);
  });

  it('says why not: a file, a link to nowhere, a place that takes none', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(root, 'file', 'deeper'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await symlink(join(root, 'nowhere'), join(root, 'dangling'));
    await expect(makeFolder(join(root, 'dangling'))).rejects.toMatchObject({ code: 'ENOENT' });
    // Linux says ENOENT of every folder there, forever; other systems have no /proc and let nobody make it.
    await expect(makeFolder('/proc/banyan/deeper')).rejects.toHaveProperty('code');
  });
});
