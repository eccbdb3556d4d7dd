/** Errors of the file system in the words of the error table. */
import { BanyanError, isBanyanError } from '@banyan/proto/base';

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Whether a fault is the disk's: it is waited for, and no source is to blame. */
export function isOfDisk(code: string | undefined): code is 'disk_full' | 'disk_failed' {
  return code === 'disk_full' || code === 'disk_failed';
}

/**
 * Wraps what writing or reading threw as `disk_full` or `disk_failed`; a BanyanError passes unchanged.
 *
 * @param path - the folder or file that a person knows
 */
export function toDiskError(error: unknown, path: string): BanyanError {
  if (isBanyanError(error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
  if (code === 'EFBIG')
    return new BanyanError(
      'disk_full',
      `${path} cannot be stored: the file system takes no file of that length. Choose another folder.`,
      { cause: error },
    );
  if (FULL.has(code))
    return new BanyanError(
      'disk_full',
      `The disk of ${path} is full. Make room; the download then goes on by itself, from where it was.`,
      { cause: error },
    );
  return new BanyanError(
    'disk_failed',
    `${path} cannot be read or written (${code}). Check the disk and the folder; it is tried again by itself, and what was proved is kept.`,
    { cause: error },
  );
}
