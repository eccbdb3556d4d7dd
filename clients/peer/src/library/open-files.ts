/** Files of the library opened for serving: a few are kept open for the next request. */
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { createSemaphore, type Clock, type Timer } from '@banyan/kit';
import { BanyanError } from '@banyan/proto';
import { HANDLE_IDLE_MS, MAX_IDLE_HANDLES, MAX_READS_AT_ONCE } from './limits.ts';
import { faultOf, isExpected, isOpenedAt, OPEN_FLAGS, type Expected } from './open-safely.ts';

/** One use of an open file. */
export interface FileLease {
  /**
   * Fills `buffer` from byte `start` on.
   *
   * @param isFollowed - see `OpenContent.read`
   * @throws BanyanError `file_changed` when the file is not the hashed one any more, `disk_failed`
   */
  read(buffer: Uint8Array, start: number, isFollowed?: boolean): Promise<void>;
  release(): Promise<void>;
}

export interface OpenFiles {
  /**
   * Opens a file for reading, unless it is open already, and checks that the path still leads to it.
   *
   * @param id - of its record
   * @param path - below the share's real path
   * @throws BanyanError `file_changed`, `disk_failed`
   */
  lease(id: number, path: string, expected: Expected): Promise<FileLease>;
  /** The record is not shared any more: reads under way fail from now on. */
  revoke(id: number): void;
  close(): Promise<void>;
}

interface Entry {
  readonly handle: FileHandle;
  readonly expected: Expected;
  readonly path: string;
  uses: number;
  revoked: boolean;
}

const changed = (cause?: unknown): BanyanError => new BanyanError('file_changed', undefined, { cause });

export function createOpenFiles(components: { readonly clock: Clock }): OpenFiles {
  /** In the order of last use. */
  const entries = new Map<number, Entry>();
  const reads = createSemaphore(MAX_READS_AT_ONCE);
  let sweep: Timer | undefined;

  function drop(id: number, entry: Entry): void {
    if (entries.get(id) === entry) entries.delete(id);
    if (entry.uses === 0) void entry.handle.close().catch(() => undefined);
  }

  function trim(): void {
    let idle = [...entries].filter(([, entry]) => entry.uses === 0);
    for (const [id, entry] of idle.slice(0, Math.max(0, idle.length - MAX_IDLE_HANDLES))) drop(id, entry);
    sweep?.cancel();
    idle = idle.filter(([id]) => entries.has(id));
    if (idle.length === 0) return;
    // Whatever is idle for that long after the last use of any goes.
    sweep = components.clock.setTimeout(
      () => {
        for (const [id, entry] of [...entries]) if (entry.uses === 0) drop(id, entry);
      },
      HANDLE_IDLE_MS,
      { keepAlive: false },
    );
  }

  async function openEntry(path: string, expected: Expected): Promise<Entry> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, OPEN_FLAGS);
      if (!isExpected(await handle.stat({ bigint: true }), expected)) throw changed();
      if (!(await isOpenedAt(handle.fd, path))) throw changed();
      return { handle, expected, path, uses: 0, revoked: false };
    } catch (cause) {
      await handle?.close();
      throw failure(cause);
    }
  }

  function leaseOf(id: number, entry: Entry): FileLease {
    let released = false;
    entry.uses += 1;
    entries.delete(id);
    entries.set(id, entry);
    return {
      read: (buffer, start, isFollowed = false) =>
        reads.run(async () => {
          if (released || entry.revoked) throw changed();
          try {
            for (let at = 0; at < buffer.length;) {
              const { bytesRead } = await entry.handle.read(buffer, at, buffer.length - at, start + at);
              if (bytesRead === 0) throw changed();
              at += bytesRead;
            }
            // After reading: what was read then is what was hashed.
            if (entry.revoked) throw changed();
            if (!isFollowed && !isExpected(await entry.handle.stat({ bigint: true }), entry.expected))
              throw changed();
          } catch (cause) {
            entry.revoked = true;
            throw failure(cause);
          }
        }),
      async release() {
        if (released) return;
        released = true;
        entry.uses -= 1;
        if (entry.uses > 0) return;
        if (entries.get(id) === entry && !entry.revoked) trim();
        else {
          if (entries.get(id) === entry) entries.delete(id);
          await entry.handle.close().catch(() => undefined);
        }
      },
    };
  }

  return {
    async lease(id, path, expected) {
      const known = entries.get(id);
      if (known !== undefined) {
        let same = !known.revoked && known.path === path && known.expected.stamp === expected.stamp;
        if (same) {
          const stat = await lstat(path, { bigint: true }).catch(() => undefined);
          same = stat !== undefined && isExpected(stat, expected) && entries.get(id) === known;
        }
        if (same) return leaseOf(id, known);
        known.revoked = true;
        drop(id, known);
      }
      const entry = await openEntry(path, expected);
      const meanwhile = entries.get(id);
      if (meanwhile !== undefined && !meanwhile.revoked) {
        await entry.handle.close();
        return leaseOf(id, meanwhile);
      }
      return leaseOf(id, entry);
    },
    revoke(id) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entry.revoked = true;
      drop(id, entry);
    },
    async close() {
      sweep?.cancel();
      const all = [...entries.values()];
      entries.clear();
      for (const entry of all) entry.revoked = true;
      await Promise.all(all.map((entry) => entry.handle.close().catch(() => undefined)));
    },
  };
}

function failure(cause: unknown): BanyanError {
  if (cause instanceof BanyanError) return cause;
  const fault = faultOf(cause);
  return fault === 'unreadable' && (cause as NodeJS.ErrnoException).code !== 'EACCES'
    ? new BanyanError('disk_failed', 'The shared file cannot be read. Check the disk it is on.', { cause })
    : changed(cause);
}
