/**
 * The library's index: one LMDB environment, read in place and without a heap of its own.
 *
 * ```
 *   shares    no → share                         names     folder no, name → file id
 *   folders   share no, path → folder no         stamps    device, inode, time, size → file id
 *   places    folder no → share no, path         holders   root, length, file id → (published files)
 *   files     id → file (root, stamp, tags)      layers    root, length → chunk hashes (two chunks and more)
 *   published id → (in the catalog)              kept      stamp → hashes of a file that went
 *   pending   id → size (to be hashed)           sums      share no → totals; meta: counters, fingerprint
 * ```
 *
 * On the disk a file takes some 500 bytes over all tables, in the heap none: what is read often is in the
 * system's page cache.
 */
import { join } from 'node:path';
import { acquireOwnerLock, ensurePrivateDir } from '@banyan/kit';
import { BanyanError, isBanyanError, MAX_LEAF_RECORDS } from '@banyan/proto';
import { open as openLmdb, type RootDatabase } from 'lmdb';
import { IndexReader, openTables, type Tables } from './index-reader.ts';
import { decodeKept, numberKey, type Totals } from './index-rows.ts';
import { EMPTY_TOTALS, IndexChanges, type Flushed, type IndexWriter } from './index-writer.ts';
import { KEPT_HASHES_MS, REMOVE_BATCH, TAGS_VERSION } from './limits.ts';

/** Grows when rows change their form: an older index is then made anew, at the price of hashing. */
const FORMAT = 1;
/** Address space only; a million files need half a GiB. */
const MAP_BYTES = 16 * 1024 ** 3;

export interface LibraryIndexInit {
  /** A folder of its own; made if missing. */
  readonly path: string;
  /** Told of the ids whose records came, changed or went, when that is on the disk. */
  readonly onPublished: (ids: readonly number[]) => void;
  readonly now: () => number;
  /** Records that may be published; default {@link MAX_LEAF_RECORDS}. */
  readonly maxRecords?: number;
}

/**
 * Opens the index.
 *
 * @throws BanyanError `store_in_use`, `store_unavailable`, `folder_unreadable`, `disk_failed`
 */
export async function openLibraryIndex(init: LibraryIndexInit): Promise<LibraryIndex> {
  const path = await ensurePrivateDir(init.path);
  const lock = await acquireOwnerLock(join(path, 'owner.lock'));
  try {
    const root = openLmdb<Buffer, Buffer>({
      path,
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
      mapSize: MAP_BYTES,
      maxDbs: 16,
      noSubdir: false,
    });
    return new LibraryIndex(init, root, openTables(root), () => lock.release());
  } catch (cause) {
    await lock.release();
    throw new BanyanError(
      'store_unavailable',
      `The library's index in ${path} cannot be opened. Check the disk; when the folder is deleted, the library is hashed anew.`,
      { cause, retryable: false },
    );
  }
}

/** Reads are synchronous and see what is committed; changes happen in {@link write} only. */
export class LibraryIndex extends IndexReader {
  readonly #init: LibraryIndexInit;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #release: () => Promise<void>;
  readonly #changes: IndexChanges;
  #open = true;
  /** Of the last write that is on the disk: what is told must not run ahead of what can be read. */
  #committed: Flushed;

  constructor(
    init: LibraryIndexInit,
    root: RootDatabase<Buffer, Buffer>,
    tables: Tables,
    release: () => Promise<void>,
  ) {
    super(tables);
    this.#init = init;
    this.#root = root;
    this.#release = release;
    if (this.meta('format') === 0) {
      this.t.meta.putSync(Buffer.from('format'), numberKey(FORMAT));
      this.t.meta.putSync(Buffer.from('tags.version'), numberKey(TAGS_VERSION));
    }
    if (this.meta('format') !== FORMAT) throw new Error(`format ${this.meta('format')} is not known`);
    this.#changes = new IndexChanges(tables, {
      now: init.now,
      maxRecords: init.maxRecords ?? MAX_LEAF_RECORDS,
    });
    this.#committed = this.#changes.load();
  }

  /** Records of the catalog. */
  get records(): number {
    return this.#committed.records;
  }

  fingerprint(): Uint8Array {
    return this.#committed.fingerprint;
  }

  totals(share: number): Readonly<Totals> {
    return this.#committed.totals.get(share) ?? EMPTY_TOTALS;
  }

  /** Records that may be published. */
  get maxRecords(): number {
    return this.#init.maxRecords ?? MAX_LEAF_RECORDS;
  }

  /** Whether files of a share found no room in the catalog since {@link forgetOverfull}. */
  isOverfull(share: number): boolean {
    return this.#changes.isOverfull(share);
  }

  forgetOverfull(share: number): void {
    this.#changes.forgetOverfull(share);
  }

  /**
   * Runs `work` alone on the index, in one transaction, and resolves when it is on the disk.
   *
   * @throws BanyanError `disk_full`, `store_unavailable`, or what `work` threw
   */
  async write<T>(work: (tx: IndexWriter) => T): Promise<T> {
    if (!this.#open) throw new BanyanError('shutting_down');
    try {
      const outcome = await this.#root.transaction(() => {
        try {
          const value = work(this.#changes.writer);
          return { value, flushed: this.#changes.flush() };
        } catch (error) {
          return { error };
        }
      });
      if ('error' in outcome) throw outcome.error;
      this.#committed = outcome.flushed;
      if (outcome.flushed.changed.length > 0) this.#init.onPublished(outcome.flushed.changed);
      return outcome.value;
    } catch (cause) {
      this.#committed = this.#changes.load();
      if (isBanyanError(cause)) throw cause;
      const text = String((cause as Error | undefined)?.message ?? cause);
      throw new BanyanError(
        /MDB_MAP_FULL|ENOSPC|No space/i.test(text) ? 'disk_full' : 'store_unavailable',
        undefined,
        {
          cause,
        },
      );
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#root.close();
    await this.#release();
  }

  /** Forgets hashes kept for files that did not come back. */
  async forgetOldHashes(signal: AbortSignal): Promise<void> {
    let after: Buffer | undefined;
    const oldest = this.#init.now() - KEPT_HASHES_MS;
    while (!signal.aborted) {
      const page = [
        ...this.t.kept.getRange({ ...(after === undefined ? {} : { start: after }), limit: REMOVE_BATCH }),
      ].map(({ key, value }) => ({ key: Buffer.from(key), kept: decodeKept(value) }));
      const old = page.filter(({ kept }) => kept.keptAt < oldest);
      if (old.length > 0) {
        await this.write(() => {
          for (const { key, kept } of old) this.#changes.dropKept(key, kept);
        });
      }
      const last = page.at(-1)?.key;
      if (page.length < REMOVE_BATCH || last === undefined) return;
      after = last;
    }
  }
}
