import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@banyan/kit';
import { createFolderListing, type FolderListingInit } from '../src/folder-listing.ts';

const never = new AbortController().signal;

describe('the folders of this machine', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'banyan-folders-'));
  });
  afterEach(async () => {
    await rm(home, { recursive: true, force: true });
  });
  const list = (path?: string, init: FolderListingInit = {}, signal = never) =>
    createFolderListing({ clock: systemClock }, { homeDir: home, ...init }).list(path, signal);
  const namesIn = async (path?: string) => (await list(path)).folders.map(({ name }) => name);

  it('begin at home, by name, without files and what is hidden', async () => {
    for (const name of ['Music 10', 'Music 9', 'アルバム', '.cache', 'a b']) await mkdir(join(home, name));
    await writeFile(join(home, 'notes.txt'), '');
    const { path, parent, folders, places, isCut, problem } = await list();
    expect({ path, parent, isCut, problem }).toEqual({
      path: home,
      parent: tmpdir(),
      isCut: false,
      problem: undefined,
    });
    expect(folders.map(({ name }) => name)).toEqual(['a b', 'Music 9', 'Music 10', 'アルバム']);
    expect(folders[0]!.path).toBe(join(home, 'a b'));
    expect(places.slice(0, 2)).toEqual([
      { kind: 'home', name: home.split('/').at(-1), path: home },
      { kind: 'root', name: '/', path: '/' },
    ]);
    expect((await list('/')).parent).toBeNull();
  });

  it('have the links that lead to folders among them, and no others', async () => {
    await mkdir(join(home, 'real'));
    await writeFile(join(home, 'file'), '');
    await symlink(join(home, 'real'), join(home, 'to folder'));
    await symlink(join(home, 'file'), join(home, 'to file'));
    await symlink(join(home, 'nowhere'), join(home, 'to nothing'));
    await symlink(join(home, 'in a ring'), join(home, 'in a ring'));
    expect(await namesIn()).toEqual(['real', 'to folder']);
  });

  it('are those of the nearest folder when a path is not there, and of home for what is no path', async () => {
    await mkdir(join(home, 'Music'));
    await writeFile(join(home, 'Music', 'song.mp3'), '');
    expect((await list(join(home, 'Music', 'not yet', 'made'))).path).toBe(join(home, 'Music'));
    expect((await list(join(home, 'Music', 'song.mp3'))).path).toBe(join(home, 'Music'));
    expect((await list(join(home, 'Music', '..', 'Music'))).path).toBe(join(home, 'Music'));
    for (const text of ['Music', '../..', '\0/etc']) expect((await list(text)).path).toBe(home);
  });

  it('are a bounded number, and say so', async () => {
    for (let i = 0; i < 1001; i++) await mkdir(join(home, `folder ${i}`));
    const { folders, isCut } = await list();
    expect(folders).toHaveLength(1000);
    expect(isCut).toBe(true);
    expect(folders.at(-1)!.name).toBe('folder 999');
  });

  it('say why a folder cannot be looked into, and how to get out of it', async () => {
    // Root may read everything: what fails for everybody is a folder that a file has just taken the place of.
    const taken = join(home, 'taken');
    await writeFile(taken, '');
    const { path, parent, folders, problem, places } = await list(taken, {
      isFolder: () => Promise.resolve(true),
    });
    expect({ path, parent, folders }).toEqual({ path: taken, parent: home, folders: [] });
    expect(problem).toEqual({ code: 'folder_unreadable', message: expect.stringContaining('ENOTDIR') });
    expect(places.length).toBeGreaterThan(0);
  });

  it('do not wait for a disk that does not answer', async () => {
    const stuck = new Promise<boolean>(() => undefined);
    const clock = {
      ...systemClock,
      setTimeout: (fn: () => void) => systemClock.setTimeout(fn, 1),
    };
    const folders = createFolderListing({ clock }, { homeDir: home, isFolder: () => stuck });
    const { path, problem } = await folders.list(join(home, 'server'), never);
    expect({ path, code: problem?.code }).toEqual({ path: home, code: 'timeout' });
  });

  it('are not looked for any longer when the page has gone', async () => {
    const gone = new AbortController();
    gone.abort();
    await expect(list(home, {}, gone.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('are on drives where the system has those', async () => {
    const there = new Set(['C:\\', 'E:\\', 'C:\\Users', 'C:\\Users\\ann']);
    const { path, parent, places } = await list('C:\\Users\\ann\\Music', {
      homeDir: 'C:\\Users\\ann',
      platform: 'win32',
      isFolder: (folder) => Promise.resolve(there.has(folder)),
    });
    expect({ path, parent }).toEqual({ path: 'C:\\Users\\ann', parent: 'C:\\Users' });
    expect(places).toEqual([
      { kind: 'home', name: 'ann', path: 'C:\\Users\\ann' },
      { kind: 'disk', name: 'C:\\', path: 'C:\\' },
      { kind: 'disk', name: 'E:\\', path: 'E:\\' },
    ]);
  });
});
