/** Opening a file of a share so that nothing but that file is opened. */
import { constants, readlinkSync, realpathSync, type BigIntStats } from 'node:fs';
import { readlink, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stampOf } from './stamp.ts';

/**
 * Never through a link at the end of the path; never waiting for the other end of a pipe. Windows has neither
 * flag: there the comparison of inodes alone decides.
 */
export const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Why a file is not read. */
export type FileFault = 'changed' | 'gone' | 'unreadable';

/** What tells the file that is expected. */
export interface Expected {
  readonly size: number;
  readonly stamp: string;
}

/** Whether an open file is the one expected. A file without a name any more was deleted or replaced. */
export function isExpected(stat: BigIntStats, expected: Expected): boolean {
  return (
    stat.isFile() &&
    stat.nlink > 0n &&
    Number(stat.size) === expected.size &&
    stampOf(stat) === expected.stamp
  );
}

/**
 * Under which name the system knows an open file. Linux tells, so that whoever swaps folders for links between two
 * looks at a path gains nothing; elsewhere the path is looked at again.
 */
const FD_FOLDER = process.platform === 'linux' ? '/proc/self/fd' : undefined;

/**
 * Whether an open file is the one that `path` names without any link on the way.
 *
 * @param path - below a share's real path
 */
export async function isOpenedAt(fd: number, path: string): Promise<boolean> {
  if (FD_FOLDER !== undefined) {
    const known = await readlink(`${FD_FOLDER}/${fd}`).catch(() => undefined);
    if (known !== undefined) return known === path;
  }
  const folder = dirname(path);
  return (await realpath(folder)) === folder;
}

/** {@link isOpenedAt} for worker threads. */
export function isOpenedAtSync(fd: number, path: string): boolean {
  if (FD_FOLDER !== undefined) {
    try {
      return readlinkSync(`${FD_FOLDER}/${fd}`) === path;
    } catch {
      // No /proc here.
    }
  }
  const folder = dirname(path);
  return realpathSync.native(folder) === folder;
}

/** What a failed system call on a file of a share means. */
export function faultOf(error: unknown): FileFault {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'gone';
    // A link in the file's place, or a folder.
    case 'ELOOP':
    case 'EMLINK':
    case 'EISDIR':
    case 'ENXIO':
      return 'changed';
    default:
      return 'unreadable';
  }
}
