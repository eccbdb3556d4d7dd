/** Changes of the library's index, and the sums that are kept with each: totals per share, the catalog's fingerprint. */
import {
  chunkCount,
  createFingerprint,
  HASH_BYTES,
  NO_TAGS,
  type CatalogFingerprint,
  type ContentId,
  type Tags,
} from '@banyan/proto';
import { IndexReader, recordOf, type Tables } from './index-reader.ts';
import {
  childKey,
  contentKeyBytes,
  decodeKept,
  encodeFile,
  encodeKept,
  numberKey,
  type FileRow,
  type FolderRow,
  type KeptHashes,
  type ShareRow,
  type Tagging,
  type Totals,
} from './index-rows.ts';
import { sha256 } from '../sha256.ts';
import { travelStamp, type Seen } from './stamp.ts';

const NOTHING = Buffer.alloc(0);
export const EMPTY_TOTALS: Totals = { files: 0, bytes: 0, pending: 0, pendingBytes: 0, skipped: 0 };

/** What became of a file that was seen. */
export type Upsert = 'same' | 'pending' | 'waiting' | 'reused';

/** The catalog after a write. */
export interface Flushed {
  /** Ids whose records came, changed or went. */
  readonly changed: readonly number[];
  readonly fingerprint: Uint8Array;
  readonly records: number;
  /** By number of the share. */
  readonly totals: ReadonlyMap<number, Readonly<Totals>>;
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
  /** Other tags of a published file that is as it was. */
  setTags(id: number, stamp: string, tags: Tags): void;
  setTagging(tagging: Tagging): void;
}

export interface IndexChangesInit {
  readonly now: () => number;
  /** Records that may be published. */
  readonly maxRecords: number;
}

/** To be used inside a transaction of the index only; reads see what was changed there. */
export class IndexChanges extends IndexReader {
  readonly #now: () => number;
  readonly #maxRecords: number;
  readonly #totals = new Map<number, Totals>();
  readonly #dirtyTotals = new Set<number>();
  /** Shares with files that found no room in the catalog. */
  readonly #overfull = new Set<number>();
  #fingerprint: CatalogFingerprint = createFingerprint(sha256);
  #records = 0;
  #changed: number[] = [];

  constructor(tables: Tables, init: IndexChangesInit) {
    super(tables);
    this.#now = init.now;
    this.#maxRecords = init.maxRecords;
  }

  isOverfull(share: number): boolean {
    return this.#overfull.has(share);
  }

  /** Files that still find no room say so again. */
  forgetOverfull(share: number): void {
    this.#overfull.delete(share);
  }

  dropKept(key: Buffer, kept: KeptHashes): void {
    this.t.kept.removeSync(key);
    this.#dropLayer({ root: kept.root, length: kept.size });
  }

  readonly writer: IndexWriter = {
    addShare: (share) => {
      const no = this.#next('share');
      const row: ShareRow = { ...share, no };
      this.t.shares.putSync(numberKey(no), Buffer.from(JSON.stringify(row)));
      return row;
    },
    putShare: (row) => this.t.shares.putSync(numberKey(row.no), Buffer.from(JSON.stringify(row))),
    removeShare: (no) => {
      this.t.shares.removeSync(numberKey(no));
      this.t.sums.removeSync(numberKey(no));
      this.#totals.delete(no);
      this.#overfull.delete(no);
    },
    ensureFolder: (share, path) => {
      const known = this.folderNo(share, path);
      if (known !== undefined) return known;
      const no = this.#next('folder');
      this.t.folders.putSync(childKey(share, path), numberKey(no));
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
      this.t.folders.removeSync(childKey(row.share, row.path));
      this.t.places.removeSync(numberKey(no));
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
    setTags: (id, stamp, tags) => {
      const row = this.file(id);
      if (row?.stamp !== stamp || !this.isPublished(id)) return;
      this.#unpublish(id, row);
      this.#putFile(id, { ...row, tags }, row);
      this.#publish(id, { ...row, tags });
    },
    setTagging: ({ version, after }) => {
      this.t.meta.putSync(Buffer.from('tags.version'), numberKey(version));
      this.t.meta.putSync(Buffer.from('tags.after'), numberKey(after));
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
    if (known === undefined) this.t.names.putSync(childKey(folder, name), numberKey(id));
    this.#putFile(id, row, known?.row);
    if (twin === undefined) return settled ? 'pending' : 'waiting';
    this.#publish(id, row);
    return 'reused';
  }

  /** The hashes of a file that is this one under another name, or was until it was moved. */
  #twinOf(seen: Seen): Pick<KeptHashes, 'root' | 'tags'> | undefined {
    const key = Buffer.from(travelStamp(seen));
    const id = this.t.stamps.get(key)?.readUInt32BE();
    const row = id === undefined ? undefined : this.file(id);
    if (row?.root !== undefined && travelStamp(row) === travelStamp(seen))
      return { root: row.root, tags: row.tags };
    const bytes = this.t.kept.get(key);
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
      const kept: KeptHashes = { root: row.root, size: row.size, tags: row.tags, keptAt: this.#now() };
      this.t.kept.putSync(Buffer.from(travelStamp(row)), encodeKept(kept));
    }
    this.#dropStamp(id, row);
    this.t.pending.removeSync(numberKey(id));
    this.t.names.removeSync(childKey(row.folder, row.name));
    this.t.files.removeSync(numberKey(id));
  }

  #putFile(id: number, row: FileRow, old: FileRow | undefined): void {
    if (old !== undefined) {
      this.#count(old, -1);
      if (travelStamp(old) !== travelStamp(row)) this.#dropStamp(id, old);
    }
    this.#count(row, 1);
    this.t.files.putSync(numberKey(id), encodeFile(row));
    if (row.state === 'hashed') this.t.stamps.putSync(Buffer.from(travelStamp(row)), numberKey(id));
    if (row.state === 'pending') this.t.pending.putSync(numberKey(id), NOTHING);
    else if (old?.state === 'pending') this.t.pending.removeSync(numberKey(id));
  }

  #dropStamp(id: number, row: FileRow): void {
    const key = Buffer.from(travelStamp(row));
    if (this.t.stamps.get(key)?.readUInt32BE() === id) this.t.stamps.removeSync(key);
  }

  #publish(id: number, row: FileRow): void {
    if (row.root === undefined || this.isPublished(id)) return;
    const share = this.folder(row.folder)?.share;
    if (share === undefined) return;
    if (this.#records >= this.#maxRecords) {
      this.#overfull.add(share);
      return;
    }
    this.t.published.putSync(numberKey(id), NOTHING);
    this.t.holders.putSync(holderKey(row, id), NOTHING);
    this.#fingerprint.add(recordOf(id, row, this.folder(row.folder)?.path ?? ''));
    this.#records += 1;
    const sum = this.#sum(share);
    sum.files += 1;
    sum.bytes += row.size;
    this.#changed.push(id);
  }

  #unpublish(id: number, row: FileRow): void {
    if (!this.isPublished(id)) return;
    const share = this.folder(row.folder)?.share;
    this.t.published.removeSync(numberKey(id));
    this.t.holders.removeSync(holderKey(row, id));
    this.#fingerprint.remove(recordOf(id, row, this.folder(row.folder)?.path ?? ''));
    this.#records -= 1;
    if (share !== undefined) {
      const sum = this.#sum(share);
      sum.files -= 1;
      sum.bytes -= row.size;
    }
    this.#changed.push(id);
  }

  #putLayer(content: ContentId, chunkHashes: Uint8Array): void {
    if (chunkCount(content.length) > 1)
      this.t.layers.putSync(contentKeyBytes(content), Buffer.from(chunkHashes));
  }

  /** A layer nobody needs any more; a file that waits with the same content is hashed again, should it come. */
  #dropLayer(content: ContentId): void {
    if (this.holders(content).length === 0) this.t.layers.removeSync(contentKeyBytes(content));
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

  /** Writes the sums that a write changed; returns the ids it published or withdrew, and the catalog's state after it. */
  flush(): Flushed {
    for (const no of this.#dirtyTotals) {
      const sum = this.#totals.get(no);
      if (sum !== undefined) this.t.sums.putSync(numberKey(no), Buffer.from(JSON.stringify(sum)));
    }
    this.#dirtyTotals.clear();
    const changed = this.#changed;
    this.#changed = [];
    const fingerprint = this.#fingerprint.value();
    if (changed.length > 0) {
      this.t.meta.putSync(Buffer.from('fingerprint'), Buffer.from(fingerprint));
      this.t.meta.putSync(Buffer.from('records'), numberKey(this.#records));
    }
    return { changed, fingerprint, records: this.#records, totals: this.#copyOfTotals() };
  }

  #copyOfTotals(): Map<number, Totals> {
    return new Map([...this.#totals].map(([no, sum]) => [no, { ...sum }]));
  }

  /** Takes the sums from the disk, at the start and after a write that failed. */
  load(): Flushed {
    this.#changed = [];
    this.#dirtyTotals.clear();
    this.#totals.clear();
    for (const { key, value } of this.t.sums.getRange({}))
      this.#totals.set(key.readUInt32BE(), JSON.parse(value.toString()) as Totals);
    const start = this.t.meta.get(Buffer.from('fingerprint'));
    this.#fingerprint = createFingerprint(sha256, start === undefined ? undefined : new Uint8Array(start));
    this.#records = this.meta('records');
    return {
      changed: [],
      fingerprint: this.#fingerprint.value(),
      records: this.#records,
      totals: this.#copyOfTotals(),
    };
  }

  /** The next number of a kind; those of files begin again at 1 when 32 bits are used up. */
  #next(kind: 'share' | 'folder' | 'file'): number {
    let n = this.meta(`next.${kind}`);
    do n = n >= 0xffff_ffff ? 1 : n + 1;
    while (kind === 'file' && this.t.files.doesExist(numberKey(n)));
    this.t.meta.putSync(Buffer.from(`next.${kind}`), numberKey(n));
    return n;
  }

  #putPlace(row: FolderRow): void {
    this.t.places.putSync(numberKey(row.no), Buffer.from(JSON.stringify(row)));
  }
}

function holderKey(row: FileRow, id: number): Buffer {
  return Buffer.concat([
    contentKeyBytes({ root: row.root ?? new Uint8Array(HASH_BYTES), length: row.size }),
    numberKey(id),
  ]);
}
