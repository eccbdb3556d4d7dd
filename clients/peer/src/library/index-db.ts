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
import {
  BanyanError,
  chunkCount,
  createFingerprint,
  fitRecord,
  HASH_BYTES,
  isBanyanError,
  MAX_LEAF_RECORDS,
  mediaTypeOf,
  NO_TAGS,
  VISIBILITY,
  type CatalogFingerprint,
  type CatalogRecord,
  type ContentId,
  type Tags,
} from '@banyan/proto';
import { open as openLmdb, type Database, type RootDatabase } from 'lmdb';
import {
  childKey,
  contentKeyBytes,
  decodeFile,
  decodeKept,
  encodeFile,
  encodeKept,
  numberKey,
  type FileRow,
  type FolderRow,
  type KeptHashes,
  type ShareRow,
  type Totals,
} from './index-rows.ts';
import { KEPT_HASHES_MS, MAX_HOLDERS_TRIED, REMOVE_BATCH } from './limits.ts';
import { sha256 } from './sha256.ts';
import { travelStamp, type Seen } from './stamp.ts';

type Table = Database<Buffer, Buffer>;

/** Grows when rows change their form: an older index is then made anew, at the price of hashing. */
const FORMAT = 1;
/** Address space only; a million files need half a GiB. */
const MAP_BYTES = 16 * 1024 ** 3;
const NOTHING = Buffer.alloc(0);
const EMPTY_TOTALS: Totals = { files: 0, bytes: 0, pending: 0, pendingBytes: 0, skipped: 0 };

/** A file with its id. */
export interface NumberedFile {
  readonly id: number;
  readonly row: FileRow;
}

/** What became of a file that was seen. */
export type Upsert = 'same' | 'pending' | 'waiting' | 'reused';

export interface LibraryIndexInit {
  /** A folder of its own; made if missing. */
  readonly path: string;
  /** Told of the ids whose records came, changed or went, when that is on the disk. */
  readonly onPublished: (ids: readonly number[]) => void;
  readonly now: () => number;
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
    return new LibraryIndex(init, root, () => lock.release());
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
export class LibraryIndex {
  readonly #init: LibraryIndexInit;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #release: () => Promise<void>;
  readonly #t: Record<
    | 'meta'
    | 'shares'
    | 'folders'
    | 'places'
    | 'files'
    | 'names'
    | 'published'
    | 'pending'
    | 'holders'
    | 'layers'
    | 'stamps'
    | 'kept'
    | 'sums',
    Table
  >;
  #open = true;
  #fingerprint: CatalogFingerprint;
  #records: number;
  #changed: number[] = [];
  readonly #totals = new Map<number, Totals>();
  #dirtyTotals = new Set<number>();

  constructor(init: LibraryIndexInit, root: RootDatabase<Buffer, Buffer>, release: () => Promise<void>) {
    this.#init = init;
    this.#root = root;
    this.#release = release;
    const table = (name: string): Table => root.openDB({ name, encoding: 'binary', keyEncoding: 'binary' });
    this.#t = {
      meta: table('meta'),
      shares: table('shares'),
      folders: table('folders'),
      places: table('places'),
      files: table('files'),
      names: table('names'),
      published: table('published'),
      pending: table('pending'),
      holders: table('holders'),
      layers: table('layers'),
      stamps: table('stamps'),
      kept: table('kept'),
      sums: table('sums'),
    };
    if (this.#meta('format') === 0) this.#t.meta.putSync(Buffer.from('format'), numberKey(FORMAT));
    if (this.#meta('format') !== FORMAT) throw new Error(`format ${this.#meta('format')} is not known`);
    [this.#fingerprint, this.#records] = this.#loadSums();
  }

  // ---- reading ----

  /** Records of the catalog. */
  get records(): number {
    return this.#records;
  }

  fingerprint(): Uint8Array {
    return this.#fingerprint.value();
  }

  shares(): ShareRow[] {
    return [...this.#t.shares.getRange({})].map(({ value }) => JSON.parse(value.toString()) as ShareRow);
  }

  totals(share: number): Readonly<Totals> {
    return this.#totals.get(share) ?? EMPTY_TOTALS;
  }

  folder(no: number): FolderRow | undefined {
    const bytes = this.#t.places.get(numberKey(no));
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as FolderRow);
  }

  folderNo(share: number, path: string): number | undefined {
    return this.#t.folders.get(childKey(share, path))?.readUInt32BE();
  }

  file(id: number): FileRow | undefined {
    const bytes = this.#t.files.get(numberKey(id));
    return bytes === undefined ? undefined : decodeFile(bytes);
  }

  fileByName(folder: number, name: string): NumberedFile | undefined {
    const id = this.#t.names.get(childKey(folder, name))?.readUInt32BE();
    const row = id === undefined ? undefined : this.file(id);
    return id === undefined || row === undefined ? undefined : { id, row };
  }

  isPublished(id: number): boolean {
    return this.#t.published.doesExist(numberKey(id));
  }

  /** Published files of a content, at most {@link MAX_HOLDERS_TRIED}. */
  holders(content: ContentId): number[] {
    return this.#keysUnder(this.#t.holders, contentKeyBytes(content), MAX_HOLDERS_TRIED).map((key) =>
      key.readUInt32BE(HASH_BYTES + 8),
    );
  }

  /** The whole chunk layer of a content that is or was held. */
  layer(content: ContentId): Uint8Array | undefined {
    if (chunkCount(content.length) <= 1)
      return chunkCount(content.length) === 0 ? new Uint8Array(0) : content.root;
    const bytes = this.#t.layers.get(contentKeyBytes(content));
    return bytes === undefined ? undefined : Uint8Array.from(bytes);
  }

  /** Ids after `after` in order, at most `limit`. */
  publishedIds(after: number, limit: number, offset = 0): number[] {
    return this.#idsAfter(this.#t.published, after, limit, offset);
  }

  pendingIds(after: number, limit: number): number[] {
    return this.#idsAfter(this.#t.pending, after, limit, 0);
  }

  /** Ids and names of a folder's files after a name, at most `limit`. */
  filesIn(folder: number, after: string, limit: number): { readonly id: number; readonly name: string }[] {
    const prefix = numberKey(folder);
    const start = childKey(folder, after);
    const found: { id: number; name: string }[] = [];
    for (const { key, value } of this.#t.names.getRange({ start, limit: limit + 1 })) {
      if (!key.subarray(0, 4).equals(prefix)) break;
      if (after !== '' && Buffer.compare(key, start) === 0) continue;
      if (found.length < limit) found.push({ id: value.readUInt32BE(), name: key.toString('utf8', 4) });
    }
    return found;
  }

  /** Folders of a share after a path, in byte order, at most `limit`. */
  foldersOf(
    share: number,
    after: string | undefined,
    limit: number,
  ): { readonly no: number; readonly path: string }[] {
    const prefix = numberKey(share);
    const start = childKey(share, after ?? '');
    const found: { no: number; path: string }[] = [];
    for (const { key, value } of this.#t.folders.getRange({ start, limit: limit + 1 })) {
      if (!key.subarray(0, 4).equals(prefix)) break;
      if (after !== undefined && Buffer.compare(key, start) === 0) continue;
      if (found.length < limit) found.push({ no: value.readUInt32BE(), path: key.toString('utf8', 4) });
    }
    return found;
  }

  /** The record of a published file, as it may be published. */
  record(id: number): CatalogRecord | undefined {
    if (!this.isPublished(id)) return undefined;
    const row = this.file(id);
    return row === undefined ? undefined : this.#recordOf(id, row);
  }

  // ---- changing ----

  /**
   * Runs `work` alone on the index, in one transaction, and resolves when it is on the disk.
   *
   * @throws BanyanError `disk_full`, `store_unavailable`, or what `work` threw
   */
  async write<T>(work: (tx: IndexWriter) => T): Promise<T> {
    if (!this.#open) throw new BanyanError('shutting_down');
    let changed: readonly number[] = [];
    try {
      const outcome = await this.#root.transaction(() => {
        try {
          const value = work(this.#writer);
          changed = this.#flush();
          return { value };
        } catch (error) {
          return { error };
        }
      });
      if ('error' in outcome) throw outcome.error;
      if (changed.length > 0) this.#init.onPublished(changed);
      return outcome.value;
    } catch (cause) {
      [this.#fingerprint, this.#records] = this.#loadSums();
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
        ...this.#t.kept.getRange({ ...(after === undefined ? {} : { start: after }), limit: REMOVE_BATCH }),
      ].map(({ key, value }) => ({ key: Buffer.from(key), kept: decodeKept(value) }));
      const old = page.filter(({ kept }) => kept.keptAt < oldest);
      if (old.length > 0) {
        await this.write(() => {
          for (const { key, kept } of old) {
            this.#t.kept.removeSync(key);
            this.#dropLayer({ root: kept.root, length: kept.size });
          }
        });
      }
      const last = page.at(-1)?.key;
      if (page.length < REMOVE_BATCH || last === undefined) return;
      after = last;
    }
  }

  readonly #writer: IndexWriter = {
    addShare: (share) => {
      const no = this.#next('share');
      const row: ShareRow = { ...share, no };
      this.#t.shares.putSync(numberKey(no), Buffer.from(JSON.stringify(row)));
      return row;
    },
    putShare: (row) => this.#t.shares.putSync(numberKey(row.no), Buffer.from(JSON.stringify(row))),
    removeShare: (no) => {
      this.#t.shares.removeSync(numberKey(no));
      this.#t.sums.removeSync(numberKey(no));
      this.#totals.delete(no);
    },
    ensureFolder: (share, path) => {
      const known = this.folderNo(share, path);
      if (known !== undefined) return known;
      const no = this.#next('folder');
      this.#t.folders.putSync(childKey(share, path), numberKey(no));
      this.#putPlace({ no, share, path, skipped: 0 });
      return no;
    },
    setSkipped: (no, skipped) => {
      const row = this.folder(no);
      if (row === undefined || row.skipped === skipped) return;
      this.#sum(row.share).skipped += skipped - row.skipped;
      this.#putPlace({ ...row, skipped });
    },
    removeFolder: (no) => {
      const row = this.folder(no);
      if (row === undefined) return;
      this.#sum(row.share).skipped -= row.skipped;
      this.#t.folders.removeSync(childKey(row.share, row.path));
      this.#t.places.removeSync(numberKey(no));
    },
    upsertFile: (folder, name, seen, settled) => this.#upsert(folder, name, seen, settled),
    removeFile: (id) => this.#remove(id),
    withdraw: (id) => {
      const row = this.file(id);
      if (row !== undefined) this.#unpublish(id, row);
    },
    setWaiting: (id) => {
      const row = this.file(id);
      if (row === undefined || row.state === 'hashed') return;
      this.#putFile(id, { ...row, state: 'waiting' }, row);
    },
    setHashed: (id, result) => {
      const row = this.file(id);
      if (row?.stamp !== result.stamp || row.size !== result.content.length) return false;
      this.#putLayer(result.content, result.chunkHashes);
      this.#unpublish(id, row);
      const hashed: FileRow = { ...row, state: 'hashed', root: result.content.root, tags: result.tags };
      this.#putFile(id, hashed, row);
      this.#publish(id, hashed);
      return true;
    },
  };

  #upsert(folder: number, name: string, seen: Seen, settled: boolean): Upsert {
    const known = this.fileByName(folder, name);
    if (known?.row.stamp === seen.stamp && known.row.size === seen.size) {
      if (known.row.state === 'hashed') {
        if (this.isPublished(known.id)) return 'same';
        this.#publish(known.id, known.row);
        return 'reused';
      }
      if (known.row.state === 'waiting' && settled) {
        this.#putFile(known.id, { ...known.row, state: 'pending' }, known.row);
      }
      return settled ? 'pending' : 'waiting';
    }
    if (known !== undefined) this.#unpublish(known.id, known.row);
    const id = known?.id ?? this.#next('file');
    const twin = this.#twinOf(seen);
    const row: FileRow = {
      folder,
      name,
      ...seen,
      state: twin !== undefined ? 'hashed' : settled ? 'pending' : 'waiting',
      root: twin?.root,
      tags: twin?.tags ?? NO_TAGS,
    };
    if (known === undefined) this.#t.names.putSync(childKey(folder, name), numberKey(id));
    this.#putFile(id, row, known?.row);
    if (twin === undefined) return settled ? 'pending' : 'waiting';
    this.#publish(id, row);
    return 'reused';
  }

  /** The hashes of a file that is this one under another name, or was until it was moved. */
  #twinOf(seen: Seen): Pick<KeptHashes, 'root' | 'tags'> | undefined {
    const key = Buffer.from(travelStamp(seen));
    const id = this.#t.stamps.get(key)?.readUInt32BE();
    const row = id === undefined ? undefined : this.file(id);
    if (row?.root !== undefined && travelStamp(row) === travelStamp(seen))
      return { root: row.root, tags: row.tags };
    const bytes = this.#t.kept.get(key);
    if (bytes === undefined) return undefined;
    const kept = decodeKept(bytes);
    // Its layer may have gone with another file of the same content.
    return this.layer({ root: kept.root, length: kept.size }) === undefined ? undefined : kept;
  }

  #remove(id: number): void {
    const row = this.file(id);
    if (row === undefined) return;
    this.#unpublish(id, row);
    this.#count(row, -1);
    if (row.root !== undefined) {
      const kept: KeptHashes = { root: row.root, size: row.size, tags: row.tags, keptAt: this.#init.now() };
      this.#t.kept.putSync(Buffer.from(travelStamp(row)), encodeKept(kept));
    }
    this.#dropStamp(id, row);
    this.#t.pending.removeSync(numberKey(id));
    this.#t.names.removeSync(childKey(row.folder, row.name));
    this.#t.files.removeSync(numberKey(id));
  }

  #putFile(id: number, row: FileRow, old: FileRow | undefined): void {
    if (old !== undefined) {
      this.#count(old, -1);
      if (travelStamp(old) !== travelStamp(row)) this.#dropStamp(id, old);
    }
    this.#count(row, 1);
    this.#t.files.putSync(numberKey(id), encodeFile(row));
    if (row.state === 'hashed') this.#t.stamps.putSync(Buffer.from(travelStamp(row)), numberKey(id));
    if (row.state === 'pending') this.#t.pending.putSync(numberKey(id), NOTHING);
    else if (old?.state === 'pending') this.#t.pending.removeSync(numberKey(id));
  }

  #dropStamp(id: number, row: FileRow): void {
    const key = Buffer.from(travelStamp(row));
    if (this.#t.stamps.get(key)?.readUInt32BE() === id) this.#t.stamps.removeSync(key);
  }

  #publish(id: number, row: FileRow): void {
    if (row.root === undefined || this.isPublished(id)) return;
    if (this.#records >= MAX_LEAF_RECORDS) return;
    const share = this.folder(row.folder)?.share;
    if (share === undefined) return;
    this.#t.published.putSync(numberKey(id), NOTHING);
    this.#t.holders.putSync(holderKey(row, id), NOTHING);
    this.#fingerprint.add(this.#recordOf(id, row));
    this.#records += 1;
    const sum = this.#sum(share);
    sum.files += 1;
    sum.bytes += row.size;
    this.#changed.push(id);
  }

  #unpublish(id: number, row: FileRow): void {
    if (!this.isPublished(id)) return;
    const share = this.folder(row.folder)?.share;
    this.#t.published.removeSync(numberKey(id));
    this.#t.holders.removeSync(holderKey(row, id));
    this.#fingerprint.remove(this.#recordOf(id, row));
    this.#records -= 1;
    if (share !== undefined) {
      const sum = this.#sum(share);
      sum.files -= 1;
      sum.bytes -= row.size;
    }
    this.#changed.push(id);
  }

  #recordOf(id: number, row: FileRow): CatalogRecord {
    return fitRecord({
      id,
      root: row.root ?? new Uint8Array(HASH_BYTES),
      length: row.size,
      name: row.name,
      folder: this.folder(row.folder)?.path ?? '',
      type: mediaTypeOf(row.name),
      modifiedS: Math.max(0, Math.floor(row.modifiedMs / 1000)),
      tags: row.tags,
      visibility: VISIBILITY.network,
      groups: [],
    });
  }

  #putLayer(content: ContentId, chunkHashes: Uint8Array): void {
    if (chunkCount(content.length) > 1)
      this.#t.layers.putSync(contentKeyBytes(content), Buffer.from(chunkHashes));
  }

  /** A layer nobody needs any more; a file that waits with the same content is hashed again, should it come. */
  #dropLayer(content: ContentId): void {
    if (this.holders(content).length === 0) this.#t.layers.removeSync(contentKeyBytes(content));
  }

  #count(row: FileRow, sign: 1 | -1): void {
    if (row.state !== 'pending') return;
    const share = this.folder(row.folder)?.share;
    if (share === undefined) return;
    const sum = this.#sum(share);
    sum.pending += sign;
    sum.pendingBytes += sign * row.size;
  }

  #sum(share: number): Totals {
    let sum = this.#totals.get(share);
    if (sum === undefined) this.#totals.set(share, (sum = { ...EMPTY_TOTALS }));
    this.#dirtyTotals.add(share);
    return sum;
  }

  /** Writes the sums that `work` changed; returns the ids it published or withdrew. */
  #flush(): readonly number[] {
    for (const no of this.#dirtyTotals) {
      const sum = this.#totals.get(no);
      if (sum !== undefined) this.#t.sums.putSync(numberKey(no), Buffer.from(JSON.stringify(sum)));
    }
    this.#dirtyTotals.clear();
    const changed = this.#changed;
    this.#changed = [];
    if (changed.length > 0) {
      this.#t.meta.putSync(Buffer.from('fingerprint'), Buffer.from(this.#fingerprint.value()));
      this.#t.meta.putSync(Buffer.from('records'), numberKey(this.#records));
    }
    return changed;
  }

  #loadSums(): [CatalogFingerprint, number] {
    this.#changed = [];
    this.#dirtyTotals = new Set();
    this.#totals.clear();
    for (const { key, value } of this.#t.sums.getRange({}))
      this.#totals.set(key.readUInt32BE(), JSON.parse(value.toString()) as Totals);
    const start = this.#t.meta.get(Buffer.from('fingerprint'));
    return [
      createFingerprint(sha256, start === undefined ? undefined : Uint8Array.from(start)),
      this.#meta('records'),
    ];
  }

  #meta(name: string): number {
    return this.#t.meta.get(Buffer.from(name))?.readUInt32BE() ?? 0;
  }

  /** The next number of a kind; those of files begin again at 1 when 32 bits are used up. */
  #next(kind: 'share' | 'folder' | 'file'): number {
    let n = this.#meta(`next.${kind}`);
    do n = n >= 0xffff_ffff ? 1 : n + 1;
    while (kind === 'file' && this.#t.files.doesExist(numberKey(n)));
    this.#t.meta.putSync(Buffer.from(`next.${kind}`), numberKey(n));
    return n;
  }

  #putPlace(row: FolderRow): void {
    this.#t.places.putSync(numberKey(row.no), Buffer.from(JSON.stringify(row)));
  }

  #idsAfter(table: Table, after: number, limit: number, offset: number): number[] {
    if (after >= 0xffff_ffff) return [];
    return [...table.getKeys({ start: numberKey(after + 1), limit, offset })].map((key) =>
      key.readUInt32BE(),
    );
  }

  #keysUnder(table: Table, prefix: Buffer, limit: number): Buffer[] {
    const found: Buffer[] = [];
    for (const key of table.getKeys({ start: prefix, limit })) {
      if (!key.subarray(0, prefix.length).equals(prefix)) break;
      found.push(Buffer.from(key));
    }
    return found;
  }
}

function holderKey(row: FileRow, id: number): Buffer {
  return Buffer.concat([
    contentKeyBytes({ root: row.root ?? new Uint8Array(HASH_BYTES), length: row.size }),
    numberKey(id),
  ]);
}

/** A file whose bytes were read. */
export interface HashedFile {
  readonly content: ContentId;
  readonly chunkHashes: Uint8Array;
  readonly tags: Tags;
  /** Of the file that was read. */
  readonly stamp: string;
}

/** What may be done inside {@link LibraryIndex.write}. */
export interface IndexWriter {
  addShare(share: Omit<ShareRow, 'no'>): ShareRow;
  putShare(row: ShareRow): void;
  /** The share alone; its files and folders go first. */
  removeShare(no: number): void;
  ensureFolder(share: number, path: string): number;
  setSkipped(folder: number, skipped: number): void;
  /** The folder alone; its files go first. */
  removeFolder(no: number): void;
  /** Takes note of a file on the disk; hashes of the same or a moved file are used again. */
  upsertFile(folder: number, name: string, seen: Seen, settled: boolean): Upsert;
  /** Forgets a file; its hashes are kept for a while. */
  removeFile(id: number): void;
  /** Takes a record out of the catalog; the file is still known. */
  withdraw(id: number): void;
  /** A file that could not be hashed now. */
  setWaiting(id: number): void;
  /** @returns false when the file has changed since */
  setHashed(id: number, result: HashedFile): boolean;
}
