/** Small files that only their owner may read: written whole or not at all. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { BanyanError } from '@banyan/proto';

/** Path → its last write. They go one after the other: what is fresh lies under one name until it is whole. */
const writing = new Map<string, Promise<void>>();

/**
 * Replaces a file at once; it has mode 0600 from its first byte. Of several calls for a file the last one's text stays.
 *
 * @throws BanyanError `disk_full`, `disk_failed`
 */
export function writePrivateFile(path: string, text: string): Promise<void> {
  const mine = (writing.get(path) ?? Promise.resolve()).then(() => replaceFile(path, text));
  const settled = mine
    .catch(() => undefined)
    .then(() => {
      if (writing.get(path) === settled) writing.delete(path);
    });
  writing.set(path, settled);
  return mine;
}

async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  try {
    // A left-over of a crash may have another mode: `mode` counts for files that are made.
    await rm(fresh, { force: true });
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx', flush: true });
    await rename(fresh, path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new BanyanError(
      code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'disk_failed',
      `${path} could not be written (${String(code)}). Check the disk and the permissions of its folder.`,
      { cause },
    );
  }
}

/** The JSON value of a file; undefined when it is not there or cannot be read. */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
