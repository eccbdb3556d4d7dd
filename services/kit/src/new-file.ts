/** Files that appear whole or not at all, and never in the place of others. */
import { link, lstat, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What `link` says on file systems without hard links: FAT, some network shares. */
const NO_HARD_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Gives a finished draft its name, for good: the name survives a power failure. Nothing that is there is replaced.
 *
 * A second name, unlike a renaming, never takes the place of what is there. File systems without hard links leave the renaming,
 * which is done when nothing was there just before; accepted: of two processes that do it in the same instant the later one wins.
 *
 * @param draft - in the folder of `path`, written through to the disk; may be gone afterwards
 * @param init.link - in place of the system's
 * @returns false when there is something at `path`
 * @throws what the file system says otherwise
 */
export async function nameNewFile(
  draft: string,
  path: string,
  init: { readonly link?: typeof link } = {},
): Promise<boolean> {
  try {
    await (init.link ?? link)(draft, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === undefined || !NO_HARD_LINKS.has(code)) throw error;
    if (await isThere(path)) return false;
    await rename(draft, path);
  }
  await syncFolder(dirname(path));
  return true;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Makes a new directory entry survive a power failure; where folders cannot be synced, the file system decides. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows refuses to open folders.
  }
}
