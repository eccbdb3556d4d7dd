/** What the library's index says: synchronous reads of what is committed, or of one's own changes inside a write. */
import {
  chunkCount,
  fitRecord,
  HASH_BYTES,
  mediaTypeOf,
  VISIBILITY,
  type CatalogRecord,
  type ContentId,
} from '@banyan/proto';
import type { Database, RootDatabase } from 'lmdb';
import {
  childKey,
  contentKeyBytes,
  decodeFile,
  numberKey,
  type FileRow,
  type FolderRow,
  type ShareRow,
  type Tagging,
} from './index-rows.ts';
import { MAX_HOLDERS_TRIED } from './limits.ts';

type Table = Database<Buffer, Buffer>;

const TABLES = [
  'meta',
  'shares',
  'folders',
  'places',
  'files',
  'names',
  'published',
  'pending',
  'holders',
  'layers',
  'stamps',
  'kept',
  'sums',
] as const;

/** Drawn in index-db.ts. */
export type Tables = Readonly<Record<(typeof TABLES)[number], Table>>;

export function openTables(root: RootDatabase<Buffer, Buffer>): Tables {
  return Object.fromEntries(
    TABLES.map((name) => [name, root.openDB({ name, encoding: 'binary', keyEncoding: 'binary' })]),
  ) as unknown as Tables;
}

/** A file with its id. */
export interface NumberedFile {
  readonly id: number;
  readonly row: FileRow;
}

/** The record of a file that lies in `folder` of its share. */
export function recordOf(id: number, row: FileRow, folder: string): CatalogRecord {
  return fitRecord({
    id,
    root: row.root ?? new Uint8Array(HASH_BYTES),
    length: row.size,
    name: row.name,
    folder,
    type: mediaTypeOf(row.name),
    modifiedS: Math.max(0, Math.floor(row.modifiedMs / 1000)),
    tags: row.tags,
    visibility: VISIBILITY.network,
    groups: [],
  });
}

export class IndexReader {
  protected readonly t: Tables;

  constructor(tables: Tables) {
    this.t = tables;
  }

  shares(): ShareRow[] {
    return [...this.t.shares.getRange({})].map(({ value }) => JSON.parse(value.toString()) as ShareRow);
  }

  folder(no: number): FolderRow | undefined {
    const bytes = this.t.places.get(numberKey(no));
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as FolderRow);
  }

  folderNo(share: number, path: string): number | undefined {
    return this.t.folders.get(childKey(share, path))?.readUInt32BE();
  }

  file(id: number): FileRow | undefined {
    const bytes = this.t.files.get(numberKey(id));
    return bytes === undefined ? undefined : decodeFile(bytes);
  }

  fileByName(folder: number, name: string): NumberedFile | undefined {
    const id = this.t.names.get(childKey(folder, name))?.readUInt32BE();
    const row = id === undefined ? undefined : this.file(id);
    return id === undefined || row === undefined ? undefined : { id, row };
  }

  isPublished(id: number): boolean {
    return this.t.published.doesExist(numberKey(id));
  }

  /** Published files of a content, at most {@link MAX_HOLDERS_TRIED}. */
  holders(content: ContentId): number[] {
    return this.#keysUnder(this.t.holders, contentKeyBytes(content), MAX_HOLDERS_TRIED).map((key) =>
      key.readUInt32BE(HASH_BYTES + 8),
    );
  }

  /** The whole chunk layer of a content that is or was held. */
  layer(content: ContentId): Uint8Array | undefined {
    if (chunkCount(content.length) <= 1)
      return chunkCount(content.length) === 0 ? new Uint8Array(0) : content.root;
    const bytes = this.t.layers.get(contentKeyBytes(content));
    return bytes === undefined ? undefined : new Uint8Array(bytes);
  }

  /** Ids after `after` in order, at most `limit`. */
  publishedIds(after: number, limit: number, offset = 0): number[] {
    return this.#idsAfter(this.t.published, after, limit, offset);
  }

  isPending(id: number): boolean {
    return this.t.pending.doesExist(numberKey(id));
  }

  pendingIds(after: number, limit: number): number[] {
    return this.#idsAfter(this.t.pending, after, limit, 0);
  }

  /** Ids and names of a folder's files after a name, at most `limit`. */
  filesIn(folder: number, after: string, limit: number): { readonly id: number; readonly name: string }[] {
    const prefix = numberKey(folder);
    const start = childKey(folder, after);
    const found: { id: number; name: string }[] = [];
    for (const { key, value } of this.t.names.getRange({ start, limit: limit + 1 })) {
      if (!key.subarray(0, 4).equals(prefix)) break;
      if (after !== '' && Buffer.compare(key, start) === 0) continue;
      if (found.length < limit) found.push({ id: value.readUInt32BE(), name: key.toString('utf8', 4) });
    }
    return found;
  }

  /**
   * Ids and names of all files, by folder and name, at most `limit`. A row of a file takes five times as long to read.
   *
   * @param after - `last` of an earlier answer, to go on from there
   */
  namesAfter(
    after: Buffer | undefined,
    limit: number,
  ): {
    readonly files: readonly { readonly id: number; readonly name: string }[];
    readonly last: Buffer | undefined;
  } {
    const files: { id: number; name: string }[] = [];
    let last: Buffer | undefined;
    const start = after === undefined ? {} : { start: after, exclusiveStart: true };
    for (const { key, value } of this.t.names.getRange({ ...start, limit })) {
      files.push({ id: value.readUInt32BE(), name: key.toString('utf8', 4) });
      last = key;
    }
    // A copy: the bytes may belong to the store.
    return { files, last: last === undefined ? undefined : Buffer.from(last) };
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
    for (const { key, value } of this.t.folders.getRange({ start, limit: limit + 1 })) {
      if (!key.subarray(0, 4).equals(prefix)) break;
      if (after !== undefined && Buffer.compare(key, start) === 0) continue;
      if (found.length < limit) found.push({ no: value.readUInt32BE(), path: key.toString('utf8', 4) });
    }
    return found;
  }

  /** How far the tags of older versions were read again; see tag-refresh.ts. */
  tagging(): Tagging {
    return { version: this.meta('tags.version'), after: this.meta('tags.after') };
  }

  /** The record of a published file, as it may be published. */
  record(id: number): CatalogRecord | undefined {
    if (!this.isPublished(id)) return undefined;
    const row = this.file(id);
    return row === undefined ? undefined : recordOf(id, row, this.folder(row.folder)?.path ?? '');
  }

  protected meta(name: string): number {
    return this.t.meta.get(Buffer.from(name))?.readUInt32BE() ?? 0;
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
