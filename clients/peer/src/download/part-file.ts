/** The file that arrives: hidden beside its final place, so that getting its name is one atomic step. */
import { constants, type Stats } from 'node:fs';
import { link, lstat, open, rename, stat, statfs, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join } from 'node:path';
import { makeFolder } from '@banyan/kit/make-folder';
import {
  BanyanError,
  chunkHash,
  cutBytes,
  isBanyanError,
  MAX_NAME_BYTES,
  safeFileName,
  sameBytes,
  utf8Length,
} from '@banyan/proto/base';
import { MAX_NAME_CLASHES, MAX_PLACED_LOOKS } from './constants.ts';
import { readFully } from './lane-files.ts';
import { toDiskError } from './disk-error.ts';
import { sha256 } from '../sha256.ts';
import type { WantedContent } from './types.ts';

/** An open part file. Readers share it; it is closed when the last one is done. */
export interface PartFile {
  readonly path: string;
  /** `resized`: somebody else changed its length, so that nothing claimed of it holds unseen. */
  readonly found: 'new' | 'kept' | 'resized';
  sync(): Promise<void>;
  /**
   * Checks that the path still leads to this file, and that it has its length.
   *
   * @throws BanyanError `disk_failed` when its folder is away with it or another disk is in its place, `folder_missing` when
   *   somebody moved or replaced the file alone
   */
  requireInPlace(length: number): Promise<void>;
  /**
   * Takes the file that its path leads to now: another one when its disk was away, or somebody put a copy there.
   *
   * @returns whether it is another; then nothing that was claimed of it holds unseen
   * @throws BanyanError as {@link requireInPlace}, `disk_failed`
   */
  renew(length: number): Promise<boolean>;
  read(bytes: Uint8Array, position: number): Promise<void>;
  /** Keeps it open for one more user. */
  retain(): void;
  release(): Promise<void>;
}

/** Where a download's part file is. */
export function partPath(folder: string, id: string): string {
  return join(folder, `.banyan-${id}.part`);
}

/**
 * Makes sure that files can be put into a folder.
 *
 * @throws BanyanError `folder_missing` (no such folder, or no absolute path), `folder_unreadable`, `disk_failed`
 */
export async function prepareFolder(folder: string, mayMake: boolean): Promise<void> {
  if (!isAbsolute(folder) || folder.includes('\0'))
    throw new BanyanError('folder_missing', 'The download folder must be given as an absolute path.');
  try {
    if (mayMake) await makeFolder(folder);
    if (!(await stat(folder)).isDirectory())
      throw new BanyanError('folder_missing', `${folder} is not a folder. Choose another download folder.`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTDIR' || code === 'EEXIST')
      throw new BanyanError(
        'folder_missing',
        `${folder} is not a folder, or lies in what is none. Choose another download folder.`,
        { cause: error },
      );
    if (code === 'ENOENT')
      throw new BanyanError(
        'folder_missing',
        `The folder ${folder} does not exist${mayMake ? ' and cannot be made. Choose another' : '. Make it, or choose another'}.`,
        {
          cause: error,
        },
      );
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      throw new BanyanError(
        'folder_unreadable',
        `The folder ${folder} cannot be written to. Check its permissions, or choose another.`,
        { cause: error },
      );
    throw toDiskError(error, folder);
  }
}

/**
 * As {@link prepareFolder}, for a download that has begun: a folder that is not there any more is waited for.
 *
 * @throws BanyanError `disk_failed` while it is away, `folder_unreadable`
 */
export async function requireFolder(folder: string, mayMake: boolean): Promise<void> {
  try {
    await prepareFolder(folder, mayMake);
  } catch (error) {
    throw isBanyanError(error) && error.code === 'folder_missing' ? folderAway(folder, error) : error;
  }
}

function folderAway(folder: string, cause?: unknown): BanyanError {
  return new BanyanError(
    'disk_failed',
    `The folder ${folder} is away: was its disk unplugged, or the folder moved? Bring it back; the download then goes on by itself, from where it was.`,
    { cause },
  );
}

/** Bytes free for us on the disk of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Opens or makes a part file of the content's length; the disk's blocks are taken as chunks come.
 *
 * @throws BanyanError `disk_full`, `disk_failed`
 */
export async function openPart(path: string, length: number): Promise<PartFile> {
  let handle: FileHandle;
  let found: PartFile['found'] = 'kept';
  try {
    try {
      handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      handle = await open(
        path,
        constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
        0o644,
      );
      found = 'new';
    }
    const { size } = await handle.stat();
    if (size !== length) {
      await handle.truncate(length).catch(async (error: unknown) => {
        await handle.close();
        throw error;
      });
      if (found === 'kept') found = 'resized';
    }
  } catch (error) {
    throw toDiskError(error, path);
  }
  let users = 1;
  /** What the path leads to now, and whether that is the open file. */
  const look = async (): Promise<{ readonly there: Stats | undefined; readonly isOurs: boolean }> => {
    const [ours, there, around] = await Promise.all([
      handle.stat(),
      lstat(path).catch(absent),
      stat(dirname(path)).catch(absent),
    ]);
    if (there?.ino === ours.ino && there.dev === ours.dev) return { there, isOurs: true };
    // Where a disk was, its empty place may be left.
    if (around === undefined || (there === undefined && around.dev !== ours.dev))
      throw folderAway(dirname(path));
    return { there, isOurs: false };
  };
  const moved = (): BanyanError =>
    new BanyanError(
      'folder_missing',
      `The file that was arriving, ${path}, was moved or changed by somebody else. Retry to fetch it again.`,
    );
  return {
    path,
    found,
    sync: () => handle.datasync(),
    async requireInPlace(length) {
      const { there, isOurs } = await look();
      if (isOurs && there?.size === length) return;
      throw moved();
    },
    async renew(length) {
      const { there, isOurs } = await look();
      if (isOurs && there?.size === length) return false;
      if (there?.isFile() !== true) throw moved();
      try {
        const fresh = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
        const stale = handle;
        handle = fresh;
        await stale.close().catch(() => undefined);
        await fresh.truncate(length);
      } catch (error) {
        throw toDiskError(error, path);
      }
      return true;
    },
    read: (bytes, position) => readFully(handle, bytes, position),
    retain() {
      users += 1;
    },
    async release() {
      users -= 1;
      if (users === 0) await handle.close();
    },
  };
}

function absent(): undefined {
  return undefined;
}

/** The n-th name to try for a file: `name.ext`, `name (2).ext`, … */
function nthName(name: string, n: number): string {
  if (n === 1) return safeFileName(name);
  const safe = safeFileName(name);
  const mark = ` (${n})`;
  const tar = /\.tar\.[a-z0-9]{1,5}$/i.exec(safe)?.[0];
  const extension = tar ?? extname(safe);
  const stem = safe.slice(0, safe.length - extension.length);
  return safeFileName(
    cutBytes(stem, MAX_NAME_BYTES - utf8Length(mark) - utf8Length(extension)) + mark + extension,
  );
}

/**
 * Gives a part file its name, beside whatever has that name already; nothing is ever replaced.
 *
 * @param beforeTry - told of each path before it is tried. Default: nobody
 * @returns the path it got
 * @throws BanyanError `conflict` when every name is taken, `disk_full`, `disk_failed`
 */
export async function placePart(
  part: string,
  folder: string,
  name: string,
  beforeTry?: (path: string) => Promise<void>,
): Promise<string> {
  for (let n = 1; n <= MAX_NAME_CLASHES; n++) {
    const path = join(folder, nthName(name, n));
    if (beforeTry !== undefined) {
      if (await isThere(path)) continue;
      await beforeTry(path);
    }
    try {
      await placeAs(part, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw toDiskError(error, path);
    }
    await syncFolder(dirname(path));
    return path;
  }
  throw new BanyanError('conflict', `Every name like ${name} is taken in ${folder}. Tidy it up, then retry.`);
}

/** Whether something has that path, be it a link that leads nowhere. */
export async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

async function placeAs(part: string, path: string): Promise<void> {
  try {
    // link fails where a name exists; rename would replace it.
    await link(part, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK'].includes(code)) throw error;
    // No hard links here (FAT, some network shares): the name is reserved by an empty file of ours first.
    await (await open(path, 'wx', 0o644)).close();
    await rename(part, path);
    return;
  }
  await unlink(part);
}

/**
 * What a start finds of a placing that was cut short: whether `path` already is the whole file.
 * The part file's own name, when it is still there, is taken away.
 */
export async function wasPlaced(part: string, path: string, length: number): Promise<boolean> {
  const [from, to] = await Promise.all([
    lstat(part).catch(() => undefined),
    lstat(path).catch(() => undefined),
  ]);
  if (to?.isFile() !== true || to.size !== length) return false;
  if (from === undefined) return true;
  if (from.ino !== to.ino || from.dev !== to.dev) return false;
  await unlink(part);
  await syncFolder(dirname(path));
  return true;
}

/**
 * The file of one chunk that has this content and a name that a download of `name` gets; undefined: there is none among
 * the first few.
 */
export async function findPlaced(
  folder: string,
  name: string,
  { root, length }: WantedContent,
): Promise<string | undefined> {
  for (let n = 1; n <= MAX_PLACED_LOOKS; n++) {
    const path = join(folder, nthName(name, n));
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
      () => undefined,
    );
    if (handle === undefined) return undefined;
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size !== length || root === undefined) continue;
      const bytes = Buffer.allocUnsafe(length);
      await readFully(handle, bytes, 0);
      if (sameBytes(chunkHash(sha256, bytes, length, 0), root)) return path;
    } catch {
      // Whatever cannot be read is not it.
      continue;
    } finally {
      await handle.close();
    }
  }
  return undefined;
}

const syncing = new Map<string, { readonly now: Promise<void>; next: Promise<void> | undefined }>();

/** Makes a new name survive a power cut; those that come while a folder is being synced share the next time. */
function syncFolder(folder: string): Promise<void> {
  const running = syncing.get(folder);
  if (running !== undefined) return (running.next ??= running.now.then(() => syncFolder(folder)));
  const now = syncFolderNow(folder).finally(() => syncing.delete(folder));
  syncing.set(folder, { now, next: undefined });
  return now;
}

/** Where folders cannot be synced, the file system decides. */
async function syncFolderNow(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows opens no folders.
  }
}
