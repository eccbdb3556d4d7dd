import {
  appendFile,
  link,
  mkdir,
  open as openFile,
  rename,
  rm,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseContentId, type ContentId } from '@banyan/proto';
import type { OpenContent } from '../../src/content.ts';
import { isOpenedAt, isOpenedAtSync } from '../../src/library/open-safely.ts';
import { createWorld, until, type World } from './fixture.ts';

const TEXT = 'the bytes that were hashed';

let world: World;
let path: string;
let content: ContentId;
beforeEach(async () => {
  world = await createWorld();
  path = await world.put('folder/file.txt', TEXT);
  await world.library.addShare({ path: world.share });
  await world.library.settled();
  content = parseContentId(world.library.files({ limit: 1 }).files[0]!.content);
});
afterEach(() => world.end());

async function open(): Promise<OpenContent> {
  const opened = await world.library.open(content);
  if (opened === undefined) throw new Error('not held');
  return opened;
}

async function readAll(opened: OpenContent): Promise<string> {
  const bytes = new Uint8Array(content.length);
  await opened.read(bytes, 0);
  return Buffer.from(bytes).toString();
}

const changed = { code: 'file_changed' };
/** Either nobody noticed yet, and opening fails, or it is withdrawn already. */
async function expectRefused(): Promise<void> {
  const opened = world.library.open(content).then((held) => held ?? Promise.reject(new Error('withdrawn')));
  await expect(opened).rejects.toThrow(/withdrawn|changed or removed/);
}

describe('a shared file that is served', () => {
  it('is refused from the moment it is changed while it is read', async () => {
    const opened = await open();
    expect(await readAll(opened)).toBe(TEXT);
    await writeFile(path, TEXT.toUpperCase());
    await expect(readAll(opened)).rejects.toMatchObject(changed);
    await opened.close();
    await until(world.library, () => world.library.owns(content) === 'none');
    expect(await world.library.open(content)).toBeUndefined();
  });

  it('is refused when it has become longer or shorter', async () => {
    const opened = await open();
    await appendFile(path, 'more');
    await expect(readAll(opened)).rejects.toMatchObject(changed);
    await opened.close();
    await expectRefused();
  });

  it('is refused when it was deleted while it is read', async () => {
    const opened = await open();
    await unlink(path);
    await expect(readAll(opened)).rejects.toMatchObject(changed);
    await opened.close();
    await expectRefused();
  });

  it('is refused when another file of the same size and date has its place', async () => {
    await open().then((opened) => opened.close());
    const other = join(world.dir, 'other.txt');
    await writeFile(other, TEXT.toUpperCase());
    const then = Date.now() / 1000 - 3600;
    await utimes(other, then, then);
    await rename(other, path);
    await expectRefused();
  });

  it('is refused when a link has its place, even one to the very same file', async () => {
    const outside = join(world.dir, 'outside.txt');
    await link(path, outside);
    await unlink(path);
    await symlink(outside, path);
    await expectRefused();
  });

  it('is refused when its folder has become a link out of the share', async () => {
    const outside = join(world.dir, 'outside');
    await rename(join(world.share, 'folder'), outside);
    await symlink(outside, join(world.share, 'folder'));
    await expectRefused();
  });

  it('is refused when its folder is gone, or a folder has its place', async () => {
    await rm(path);
    await mkdir(path);
    await expectRefused();
    await rm(join(world.share, 'folder'), { recursive: true });
    await expectRefused();
  });

  it('is not served any more when its share is removed', async () => {
    const opened = await open();
    await world.library.removeShare(world.library.shares()[0]!.id);
    await expect(readAll(opened)).rejects.toMatchObject(changed);
    await opened.close();
    expect(await world.library.open(content)).toBeUndefined();
  });

  it('is opened once for many readers, who may come and go in any order', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => open()));
    await all[0]!.close();
    await expect(readAll(all[0]!)).rejects.toMatchObject(changed);
    for (const opened of all.slice(1)) {
      expect(await readAll(opened)).toBe(TEXT);
      await opened.close();
    }
    expect(await open().then(readAll)).toBe(TEXT);
  });

  it('is read by a hundred at once, more than the disk is asked for together, and refused to all that wait when it changes', async () => {
    const readers = await Promise.all(Array.from({ length: 100 }, open));
    expect(new Set(await Promise.all(readers.map(readAll)))).toEqual(new Set([TEXT]));
    await writeFile(path, TEXT.toUpperCase());
    const outcomes = await Promise.allSettled(readers.map(readAll));
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
      readers.map(() => 'file_changed'),
    );
    await Promise.all(readers.map((opened) => opened.close()));
  });
});

describe('an open file', () => {
  it('is known by where it lies, whatever its path leads to before and after', async () => {
    const secret = join(world.dir, 'secret');
    await mkdir(secret);
    await writeFile(join(secret, 'f'), 'a secret');
    const folder = join(world.share, 'd');
    await mkdir(folder);
    await writeFile(join(folder, 'f'), 'a file');
    const named = join(folder, 'f');
    const honest = await openFile(named);
    expect(await isOpenedAt(honest.fd, named)).toBe(true);
    expect(isOpenedAtSync(honest.fd, named)).toBe(true);
    await honest.close();
    // Swapped for a link while the file is opened, and back before anybody looks again.
    await rename(folder, `${folder}.away`);
    await symlink(secret, folder);
    const swapped = await openFile(named);
    expect(await isOpenedAt(swapped.fd, named)).toBe(false);
    if (process.platform === 'linux') {
      await rm(folder);
      await rename(`${folder}.away`, folder);
      expect(await isOpenedAt(swapped.fd, named)).toBe(false);
      expect(isOpenedAtSync(swapped.fd, named)).toBe(false);
    }
    await swapped.close();
  });
});
