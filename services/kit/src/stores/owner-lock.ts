import { createHash, randomUUID } from 'node:crypto';
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

/** A lock file as it was read: `id` is never the same for two that differ. */
interface Read {
  readonly id: string;
  /** Undefined when the file is unreadable, as after a power failure: its owner is gone in any case. */
  readonly owner: Owner | undefined;
}

async function read(path: string): Promise<Read | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { pid, started, host, nonce } = JSON.parse(text) as Partial<Owner>;
    if (
      typeof pid === 'number' &&
      typeof host === 'string' &&
      typeof nonce === 'string' &&
      /^[\w-]+$/.test(nonce)
    ) {
      return { id: nonce, owner: { pid, host, nonce, started } };
    }
  } catch {
    // No JSON: told by its bytes, like any other that is not a lock of ours.
  }
  return { id: createHash('sha256').update(text).digest('hex'), owner: undefined };
}

/** Makes `path` a second name of `draft`; false when there is a file already. A lock so appears whole or not at all. */
async function claim(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function inUse(path: string, owner: Owner): BanyanError {
  const who =
    owner.host !== hostname()
      ? `process ${owner.pid} on ${owner.host}`
      : owner.pid === process.pid
        ? 'this process itself'
        : `process ${owner.pid}`;
  return new BanyanError(
    'store_in_use',
    `The data beside ${path} is in use by ${who}. Stop it first, or choose another folder. If no Banyan runs under that number, delete the lock file.`,
    { details: { pid: owner.pid, lock: path } },
  );
}

const MAX_ATTEMPTS = 20;

/**
 * Makes this process the one owner of what lies beside the lock file. The lock of a process that died, however it
 * died, is taken over; that of a living one is respected, also inside the same process.
 *
 * Removing a dead owner's lock and making one's own are two steps, between which another could do the same. So a
 * dead owner X is succeeded instead: who makes the file `<lock>.<X>` is the next owner, and only one can. It then
 * renames that file onto the lock itself. A successor that dies before it did is succeeded in turn:
 *
 *     owner.lock: X (dead) ── owner.lock.X: Y (dead) ── owner.lock.Y: Z, which becomes owner.lock
 *
 * A claim made on an outdated view of that chain shows by a lock that changed meanwhile (no owner's nonce comes
 * twice), and is withdrawn.
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
  const draft = `${path}.draft.${mine.nonce}`;
  const lock: OwnerLock = {
    async release() {
      if ((await read(path))?.id === mine.nonce) await rm(path, { force: true });
    },
  };

  async function attempt(): Promise<boolean> {
    const root = await read(path);
    if (root === undefined) return claim(draft, path);
    const outdated: string[] = [];
    let last = root;
    let place: string;
    for (;;) {
      if (last.owner !== undefined && isAlive(last.owner)) {
        // A claimant that is about to withdraw also lives; only a chain that still begins at the lock counts.
        if ((await read(path))?.id !== root.id) return false;
        throw inUse(path, last.owner);
      }
      place = `${path}.${last.id}`;
      const next = await read(place);
      if (next === undefined) break;
      outdated.push(place);
      last = next;
    }
    if (!(await claim(draft, place))) return false;
    if ((await read(path))?.id !== root.id) {
      await rm(place, { force: true });
      return false;
    }
    await rename(place, path);
    await Promise.all(outdated.map((file) => rm(file, { force: true })));
    return true;
  }

  try {
    await writeFile(draft, JSON.stringify(mine), { mode: 0o600, flag: 'wx' });
    for (let i = 0; i < MAX_ATTEMPTS; i += 1) if (await attempt()) return lock;
    throw new BanyanError(
      'store_in_use',
      `The lock ${path} changes hands all the time. Start only one process on this folder.`,
    );
  } finally {
    await rm(draft, { force: true });
  }
}
