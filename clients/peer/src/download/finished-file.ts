/** A finished download read where it lies: it may be in no shared folder, so that no library knows it. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { BanyanError, type ContentId } from '@banyan/proto';
import type { OpenContent } from '../content.ts';
import { toDiskError } from './disk-error.ts';
import { readFully } from './lane-files.ts';

/** A file system may round times up to this (FAT). */
const TIME_GRAIN_MS = 2_000;

/**
 * Opens the file of a finished download, unless it is another one by now: its length and the time of its last change
 * tell, as for files of the library.
 *
 * @throws BanyanError `file_changed`, `disk_failed`
 */
export async function openFinished(
  path: string,
  content: ContentId,
  finishedAt: number,
): Promise<Pick<OpenContent, 'chunks' | 'read' | 'close'>> {
  const changed = (cause?: unknown): BanyanError =>
    new BanyanError('file_changed', 'The file was changed, moved or removed since it was downloaded.', {
      cause,
    });
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => {
    throw changed(cause);
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size !== content.length || stat.mtimeMs > finishedAt + TIME_GRAIN_MS)
      throw changed();
  } catch (error) {
    await handle.close();
    throw toDiskError(error, path);
  }
  let isClosed = false;
  return {
    chunks: undefined,
    read: async (buffer, start) => {
      await readFully(handle, buffer, start).catch((error: unknown) => {
        throw toDiskError(error, path);
      });
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await handle.close();
    },
  };
}
