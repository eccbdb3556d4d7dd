import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError } from '@banyan/proto';
import { systemClock } from '../clock.ts';
import { ensurePrivateDir } from '../paths.ts';
import { copyStore, type CopyReport, type CopyStoreInit, type EntrySource } from '../stores/copy-store.ts';
import type { StorePlace } from '../stores/open-store.ts';
import type { Entry, Store } from '../stores/store.ts';
import type { Backup } from './read-backup.ts';

/** Options of {@link restoreBackup}. */
export interface RestoreInit extends CopyStoreInit {
  /** What the service says of its store. */
  readonly place: StorePlace;
  /** The data folder that takes the key files; absent: they stay in the backup. */
  readonly folder?: string | undefined;
  /**
   * Also restores what admits somebody so many times ({@link StorePlace.withoutOnce}); default false, since it may have been
   * used since.
   */
  readonly withOnce?: boolean;
}

/** What {@link restoreBackup} did. */
export interface RestoreReport extends CopyReport {
  /** Entries that were left out, or from which something was, as it may have been used since. */
  readonly leftOut: number;
  /** Names of key files that are in the data folder now. */
  readonly files: readonly string[];
}

/** What a restore leaves in a store under {@link StorePlace.restoredKey}. */
export interface RestoredMark {
  /** Unix ms of the backup. */
  readonly backupAt: number;
  /** Unix ms of the restore. */
  readonly at: number;
}

/**
 * Brings a backup into a store: all of it, compared with the backup in the end, or the store stays marked as incomplete and
 * opens for nobody. Whoever uses the store must have been stopped.
 *
 * @throws BanyanError `conflict` when the store holds something, or the folder another key, and `overwrite` is not set:
 *   nothing was changed then; what {@link copyStore} throws
 */
export async function restoreBackup(backup: Backup, to: Store, init: RestoreInit): Promise<RestoreReport> {
  const { place, folder, withOnce = false, clock = systemClock, ...copy } = init;
  const { withoutOnce = (_key: string, value: unknown) => value } = withOnce ? {} : place;
  let leftOut = 0;
  const mark: RestoredMark = { backupAt: backup.manifest.at, at: clock.now() };
  const source: EntrySource = {
    async *list<T>(prefix: string) {
      leftOut = 0;
      let isMarked = place.restoredKey === undefined;
      const marked = [place.restoredKey ?? '', { value: mark as T, version: '' } satisfies Entry<T>] as const;
      for await (const [key, entry] of backup.list<T>(prefix)) {
        if (key === place.restoredKey) continue;
        const value = withoutOnce(key, entry.value) as T | undefined;
        if (value !== entry.value) leftOut += 1;
        if (value === undefined) continue;
        // Listings are in the order of their keys, this one too.
        if (!isMarked && Buffer.compare(Buffer.from(key), Buffer.from(marked[0])) > 0) {
          isMarked = true;
          yield marked;
        }
        yield [key, { ...entry, value }] as const;
      }
      if (!isMarked) yield marked;
    },
  };
  // A store without its keys would be used with new ones; keys without their store do no harm.
  const { done } = await to.list('', { limit: 1 })[Symbol.asyncIterator]().next();
  const files =
    folder === undefined || (done !== true && copy.overwrite !== true)
      ? []
      : await restoreFiles(backup.files, folder, copy.overwrite === true);
  const report = await copyStore(source, to, { ...copy, clock });
  return { ...report, leftOut, files };
}

async function restoreFiles(
  files: ReadonlyMap<string, Buffer>,
  folder: string,
  overwrite: boolean,
): Promise<string[]> {
  const wanted: [path: string, content: Buffer][] = [];
  for (const [name, content] of files) {
    const path = join(folder, name);
    const held = await readFile(path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (held?.equals(content) === true) continue;
    if (held !== undefined && !overwrite)
      throw new BanyanError(
        'conflict',
        `${path} is another key than that of the backup, so nothing was changed. --overwrite replaces it.`,
      );
    wanted.push([path, content]);
  }
  await ensurePrivateDir(folder);
  for (const [path, content] of wanted) {
    const draft = `${path}.${randomUUID()}.part`;
    try {
      await writeFile(draft, content, { mode: 0o600, flag: 'wx', flush: true });
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  }
  return [...files.keys()];
}
