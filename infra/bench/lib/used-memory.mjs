// Memory as on a machine that has been in use for a while: full of files that were read, and hardly any of it free.
//
// A virtual machine may give memory that is free for a moment back to its host, and gets it anew with the first byte written to
// it, at some 2 s for each GiB here, which is longer than a download takes. Whether a run pays for that depends on what was
// deleted before it, and how long ago. Memory that holds a file is not given back; the kernel takes the oldest when it needs some.
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is left free: the kernel begins to make room before there is nothing. */
const LEFT_FREE = 384 * 1024 ** 2;
const PIECE = 4 * 1024 ** 2;
/** What becomes free while it is read is taken in again; each time there is less. */
const MAX_ROUNDS = 4;

async function freeBytes() {
  const [, kib] = /^MemFree: *(\d+) kB$/m.exec(await readFile('/proc/meminfo', 'utf8')) ?? [];
  return kib === undefined ? 0 : Number(kib) * 1024;
}

/**
 * @param folder - where the files are that are read: they have a length, take no room on the disk, and fill memory until the
 *   folder is removed
 * @returns what fills all that is free now
 */
export function memoryFiller(folder) {
  const buffer = Buffer.alloc(PIECE);
  let files = 0;
  const readNew = async (bytes) => {
    files += 1;
    const handle = await open(join(folder, `read-before-${files}`), 'wx+');
    try {
      await handle.truncate(bytes);
      for (let at = 0; at < bytes; at += PIECE) await handle.read(buffer, 0, PIECE, at);
    } finally {
      await handle.close();
    }
  };
  return async () => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const bytes = (await freeBytes()) - LEFT_FREE;
      if (bytes < PIECE) return;
      await readNew(bytes);
    }
  };
}
