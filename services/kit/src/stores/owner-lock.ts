import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { BanyanError } from '@banyan/proto';

interface Owner {
  readonly pid: number;
  /** When that process started, where the system tells: a pid alone may be somebody else's by now. */
  readonly started: string | undefined;
  readonly host: string;
  /** Tells two locks of one process apart. */
  readonly nonce: string;
}

/** Held until released or until the process dies. */
export interface OwnerLock {
  release(): Promise<void>;
}

/** Boot and start tick of a process, on Linux; undefined elsewhere, or when there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything; the start is field 22.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return ticks === undefined ? undefined : `${boot}/${ticks}`;
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  // Another machine's process on a shared disk cannot be looked up: it counts as alive.
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return owner.started === undefined || owner.started === startOf(owner.pid);
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const { pid, started, host, nonce } = JSON.parse(await readFile(path, 'utf8')) as Partial<Owner>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof nonce !== 'string') return undefined;
    return { pid, host, nonce, started };
  } catch {
    return undefined;
  }
}

const MAX_ATTEMPTS = 10;

/**
 * Makes this process the one owner of what lies beside the lock file. The lock of a process that died, however it
 * died, is taken over; that of a living one is respected, also inside the same process.
 *
 * Accepted: on systems without /proc a pid that was given to another program after a crash is taken for the owner;
 * the message names the file to delete then.
 *
 * @param path - the lock file; its folder must exist
 * @throws BanyanError `store_in_use` that names the owner
 */
export async function acquireOwnerLock(path: string): Promise<OwnerLock> {
  const mine: Owner = {
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    nonce: randomUUID(),
  };
  const draft = `${path}.${mine.nonce}`;
  try {
    await writeFile(draft, JSON.stringify(mine), { mode: 0o600, flag: 'wx' });
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      try {
        // The lock appears whole or not at all, and only where none is.
        await link(draft, path);
        return {
          async release() {
            if ((await readOwner(path))?.nonce === mine.nonce) await rm(path, { force: true });
          },
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = await readOwner(path);
      if (owner !== undefined && isAlive(owner)) {
        throw new BanyanError(
          'store_in_use',
          `The data beside ${path} is in use by ${owner.pid === process.pid ? 'this process itself' : `process ${owner.pid}${owner.host === mine.host ? '' : ` on ${owner.host}`}`}. Stop that process, or choose another folder. If no Banyan runs under that number, delete the lock file.`,
          { details: { pid: owner.pid, lock: path } },
        );
      }
      // Two that find the same dead owner must not both remove "the lock": one would remove the other's fresh one.
      // Only one rename succeeds; who finds that it moved a living lock after all puts it back.
      const aside = `${path}.stale.${randomUUID()}`;
      try {
        await rename(path, aside);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        throw error;
      }
      const moved = await readOwner(aside);
      if (moved !== undefined && moved.nonce !== owner?.nonce && isAlive(moved))
        await link(aside, path).catch(() => undefined);
      await rm(aside, { force: true });
    }
    throw new BanyanError(
      'store_in_use',
      `The lock ${path} changes hands all the time. Start only one process on this folder.`,
    );
  } finally {
    await rm(draft, { force: true });
  }
}
