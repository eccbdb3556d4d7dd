import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkShareFolder, isInside, isPrivate, type ShareSafety } from '../../src/library/share-safety.ts';

let dir: string;
let safety: ShareSafety;
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'banyan-safety-')));
  for (const folder of [
    'home/u/Music',
    'home/u/.ssh/keys',
    'home/u/.cache',
    'home/u/.config/google-chrome/Default',
    'home/u/.local/share/banyan/peer/downloads',
    'home/u/Library/Caches',
    'shared/inside',
    'shared-not',
  ]) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  await writeFile(join(dir, 'a-file'), '');
  await symlink(join(dir, 'shared/inside'), join(dir, 'link'));
  safety = {
    homeDir: join(dir, 'home/u'),
    platform: 'darwin',
    privateFolders: [join(dir, 'home/u/.local/share/banyan')],
    openFolders: [join(dir, 'home/u/.local/share/banyan/peer/downloads')],
    shared: [join(dir, 'shared')],
  };
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const check = (path: string, confirmed = false): Promise<unknown> =>
  checkShareFolder(path.startsWith('/') ? path : join(dir, path), { ...safety, confirmed });

describe('a folder that is to be shared', () => {
  it.each([
    ['home/u/Music', false],
    ['shared-not', false],
    ['home/u/.local/share/banyan/peer/downloads', false],
    ['home/u', true],
    ['home', true],
    ['home/u/.cache', true],
    ['home/u/Library/Caches', true],
    ['/', true],
    ['/etc', true],
    ['/usr/lib', true],
  ])('%s: asks first: %s', async (path, asks) => {
    if (asks) {
      await expect(check(path)).rejects.toMatchObject({
        code: path === '/' ? expect.stringMatching(/folder_unsafe|folder_overlaps/) : 'folder_unsafe',
      });
    } else await expect(check(path)).resolves.toMatchObject({ path: join(dir, path) });
  });

  it.each(['home/u', 'home/u/.cache', '/etc'])(
    '%s may be shared after all when that is confirmed',
    async (path) => {
      await expect(check(path)).rejects.toMatchObject({ details: { confirmable: true } });
      await expect(check(path, true)).resolves.toBeDefined();
    },
  );

  it.each([
    'home/u/.ssh',
    'home/u/.ssh/keys',
    'home/u/.config/google-chrome',
    'home/u/.config/google-chrome/Default',
    'home/u/.local/share/banyan',
    'home/u/.local/share/banyan/peer',
    '/proc',
    '/dev',
  ])('%s is never shared', async (path) => {
    const refused = { code: 'folder_unsafe', details: { confirmable: false } };
    await expect(check(path)).rejects.toMatchObject(refused);
    await expect(check(path, true)).rejects.toMatchObject(refused);
  });

  it.each([
    ['shared', 'folder_overlaps'],
    ['shared/inside', 'folder_overlaps'],
    ['link', 'folder_overlaps'],
    ['.', 'folder_overlaps'],
    ['none', 'folder_missing'],
    ['a-file', 'folder_missing'],
    ['a-file/below', 'folder_missing'],
  ])('%s: %s', async (path, code) => {
    await expect(check(path, true)).rejects.toMatchObject({ code });
  });

  // Only root makes folders there.
  const itAsRoot = process.getuid?.() === 0 && process.platform === 'linux' ? it : it.skip;
  itAsRoot(
    'a disk that a desktop has mounted below a folder of the running system may be shared',
    async () => {
      await mkdir('/run/media', { recursive: true });
      const disk = await mkdtemp('/run/media/banyan-');
      try {
        await expect(check(disk)).resolves.toBeDefined();
      } finally {
        await rm(disk, { recursive: true });
      }
    },
  );

  it('is not opened by a configured folder that merely lies around a private one', async () => {
    const home = join(dir, 'home/u');
    const configured: ShareSafety = { ...safety, openFolders: [home, '/etc', join(home, '.ssh')] };
    for (const path of [home, '/etc'])
      await expect(checkShareFolder(path, configured)).rejects.toMatchObject({
        details: { confirmable: true },
      });
    for (const path of ['.ssh', '.local/share/banyan', '.local/share/banyan/peer'])
      await expect(checkShareFolder(join(home, path), configured)).rejects.toMatchObject({
        details: { confirmable: false },
      });
    expect(isPrivate('/d/keys', ['/d'], ['/', '/d/out'])).toBe(true);
    expect(isPrivate('/d/out/a', ['/d'], ['/', '/d/out'])).toBe(false);
    expect(isPrivate('/d/a', ['/d'], ['/d'])).toBe(true);
    expect(isPrivate('/elsewhere', ['/d'], [])).toBe(false);
  });

  it('may lie among what Banyan keeps when it holds no keys or stores, and is confirmed', async () => {
    const common = join(dir, 'home/u/.local/share/banyan-all');
    for (const folder of ['local/alice/Shared/deep', 'local/alice/peer/library', 'local/auth/store'])
      await mkdir(join(common, folder), { recursive: true });
    await writeFile(join(common, 'local/alice/peer/device-key.pem'), '');
    await writeFile(join(common, 'local/auth/store/data.mdb'), '');
    const shareIt = (path: string, more: Partial<ShareSafety> = {}): Promise<unknown> =>
      checkShareFolder(join(common, path), { ...safety, commonFolder: common, confirmed: true, ...more });
    await expect(shareIt('local/alice/Shared')).resolves.toBeDefined();
    await expect(shareIt('local/alice/Shared', { confirmed: false })).rejects.toMatchObject({
      details: { confirmable: true },
    });
    for (const path of [
      '',
      'local',
      'local/alice',
      'local/alice/peer',
      'local/alice/peer/library',
      'local/auth',
    ])
      for (const openFolders of [[], [join(common, path)]])
        if (path !== 'local/alice/peer/library' || openFolders.length === 0)
          await expect(shareIt(path, { openFolders })).rejects.toMatchObject({
            details: { confirmable: false },
          });
  });

  it('must be named by its whole path, without tricks', async () => {
    for (const path of ['relative', '../up', '/tmp/a\0b'])
      await expect(checkShareFolder(path, safety)).rejects.toMatchObject({ code: 'folder_missing' });
  });

  it('is compared by parts of paths, not by letters', () => {
    expect(isInside('/a/b', '/a')).toBe(true);
    expect(isInside('/a', '/a')).toBe(true);
    expect(isInside('/ab', '/a')).toBe(false);
    expect(isInside('/a/..b', '/a')).toBe(true);
    expect(isInside('/', '/a')).toBe(false);
  });
});
