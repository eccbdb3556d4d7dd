import { contentIdFault } from './content-id.ts';
import { BanyanError } from './errors.ts';
import { NO_TAGS } from './codec.ts';
import {
  HASH_BYTES,
  MAX_BATCH_RECORDS,
  MAX_FOLDER_BYTES,
  MAX_FRAME_BYTES,
  MAX_MORE_TAGS,
  MAX_NAME_BYTES,
  MAX_TAG_BYTES,
} from './limits.ts';
import { utf8Length } from './bytes.ts';
import { mediaTypeFromWire, mediaTypeToWire } from './media-type.ts';
import type { MediaType } from './media-type.ts';
import type { Publish, Tags } from './messages.ts';
import { VISIBILITY } from './messages.ts';
import { cutBytes } from './names.ts';

/** One record of a leaf's catalog: a content under a name. */
export interface CatalogRecord {
  /** Chosen by the leaf, unsigned 32 bits, stable while the record lives. */
  readonly id: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  readonly length: number;
  /** File name without folders. */
  readonly name: string;
  /** Path inside the share, '/' between parts; '' at its top. */
  readonly folder: string;
  readonly type: MediaType;
  /** Unix seconds; 0: unknown. */
  readonly modifiedS: number;
  readonly tags: Tags;
  /** A number of {@link VISIBILITY}. */
  readonly visibility: number;
  /** Ids of the groups that may see it. */
  readonly groups: readonly string[];
}

const MAX_MORE_KEY_BYTES = 32;
/** Left free in a frame for the envelope, the small columns' heads and the fingerprint. */
const FRAME_RESERVE_BYTES = 4096;
/** Id, root, length, type, date, visibility and the heads of the texts of one row, at their longest. */
const ROW_BYTES = 5 + HASH_BYTES + 8 + 5 + 8 + 5 + 16;

/**
 * The record as it may be published: texts cut to their limits between code points, surplus tags left
 * out. A file system that counts UTF-16 units holds names that are longer than ours.
 *
 * @throws BanyanError `invalid_request` when its content id is none
 */
export function fitRecord(record: CatalogRecord): CatalogRecord {
  const fault = contentIdFault(record);
  if (fault !== undefined)
    throw new BanyanError('invalid_request', `A record cannot be published: ${fault}.`);
  const { tags } = record;
  const cut = (text: string): string => cutBytes(text, MAX_TAG_BYTES);
  return {
    ...record,
    name: cutBytes(record.name, MAX_NAME_BYTES),
    folder: cutBytes(record.folder, MAX_FOLDER_BYTES),
    tags:
      tags === NO_TAGS
        ? tags
        : {
            ...tags,
            title: cut(tags.title),
            artist: cut(tags.artist),
            album: cut(tags.album),
            genre: cut(tags.genre),
            more: Object.fromEntries(
              Object.entries(tags.more)
                .filter(([key]) => utf8Length(key) <= MAX_MORE_KEY_BYTES)
                .slice(0, MAX_MORE_TAGS)
                .map(([key, value]) => [key, cut(value)]),
            ),
          },
  };
}

/** How a catalog's change is sent. */
export interface PublishPlan {
  /** Forget the whole catalog first; default false. */
  readonly reset?: boolean;
  readonly removedIds?: readonly number[];
  /** Records to add or replace, each as {@link fitRecord} made it. */
  readonly records: Iterable<CatalogRecord>;
  /** Of the catalog as it is after the change. */
  readonly fingerprint: Uint8Array;
  /** Default {@link MAX_BATCH_RECORDS}. */
  readonly maxRecords?: number;
  /** Default {@link MAX_FRAME_BYTES}. */
  readonly maxFrameBytes?: number;
}

/**
 * The batches of a change, in order: removals first, each within the limits of records and bytes, the last
 * one with `last` and the fingerprint. There is always at least one. Made one by one, so that a library of
 * a million files is never in memory twice.
 */
export function* publishBatches(plan: PublishPlan): Generator<Publish, void, void> {
  const maxRecords = Math.max(1, plan.maxRecords ?? MAX_BATCH_RECORDS);
  const maxBytes = (plan.maxFrameBytes ?? MAX_FRAME_BYTES) - FRAME_RESERVE_BYTES;
  const removed = plan.removedIds ?? [];
  let batch = createBatch(plan.reset ?? false);
  let bytes = 0;
  for (let at = 0; at < removed.length; at += maxRecords) {
    if (batch.removedIds.length > 0) {
      yield finishBatch(batch);
      batch = createBatch(false);
    }
    batch.removedIds = removed.slice(at, at + maxRecords);
    bytes = batch.removedIds.length * 5;
  }
  for (const record of plan.records) {
    const size = recordBytes(record);
    if (batch.ids.length >= maxRecords || (bytes + size > maxBytes && batch.ids.length > 0)) {
      yield finishBatch(batch);
      batch = createBatch(false);
      bytes = 0;
    }
    addRow(batch, record);
    bytes += size;
  }
  const last = finishBatch(batch);
  last.last = true;
  last.fingerprint = plan.fingerprint;
  yield last;
}

/** A batch under construction: roots are joined when it is done. */
interface Batch extends Publish {
  readonly rootList: Uint8Array[];
}

function createBatch(reset: boolean): Batch {
  return {
    reset,
    removedIds: [],
    ids: [],
    roots: new Uint8Array(0),
    lengths: [],
    names: [],
    folders: [],
    types: [],
    modifiedS: [],
    tags: [],
    visibility: [],
    groups: [],
    last: false,
    fingerprint: new Uint8Array(0),
    rootList: [],
  };
}

function addRow(batch: Batch, record: CatalogRecord): void {
  batch.ids.push(record.id);
  batch.rootList.push(record.root);
  batch.lengths.push(record.length);
  batch.names.push(record.name);
  batch.folders.push(record.folder);
  batch.types.push(mediaTypeToWire(record.type));
  batch.modifiedS.push(record.modifiedS);
  batch.tags.push(record.tags);
  batch.visibility.push(record.visibility);
  batch.groups.push(record.groups.join(','));
}

/** Joins the roots; columns that hold nothing but defaults are left out. */
function finishBatch({ rootList, ...publish }: Batch): Publish {
  publish.roots = new Uint8Array(rootList.length * HASH_BYTES);
  rootList.forEach((root, row) => publish.roots.set(root, row * HASH_BYTES));
  if (publish.folders.every((folder) => folder === '')) publish.folders = [];
  if (publish.tags.every((tags) => tags === NO_TAGS)) publish.tags = [];
  if (publish.visibility.every((value) => value === VISIBILITY.network)) publish.visibility = [];
  if (publish.groups.every((groups) => groups === '')) publish.groups = [];
  return publish;
}

/** An upper bound of what a record takes in a frame. */
function recordBytes(record: CatalogRecord): number {
  let bytes = ROW_BYTES + utf8Length(record.name) + utf8Length(record.folder);
  for (const group of record.groups) bytes += utf8Length(group) + 1;
  const { tags } = record;
  if (tags === NO_TAGS) return bytes + 2;
  bytes +=
    64 + utf8Length(tags.title) + utf8Length(tags.artist) + utf8Length(tags.album) + utf8Length(tags.genre);
  for (const [key, value] of Object.entries(tags.more)) bytes += 12 + utf8Length(key) + utf8Length(value);
  return bytes;
}

/** The records of a batch, row by row, with defaults where a column was left out. */
export function publishedRecords(publish: Publish): CatalogRecord[] {
  return publish.ids.map((id, row) => ({
    id,
    root: publish.roots.slice(row * HASH_BYTES, (row + 1) * HASH_BYTES),
    length: publish.lengths[row] ?? 0,
    name: publish.names[row] ?? '',
    folder: publish.folders[row] ?? '',
    type: mediaTypeFromWire(publish.types[row] ?? 0),
    modifiedS: publish.modifiedS[row] ?? 0,
    tags: publish.tags[row] ?? NO_TAGS,
    visibility: publish.visibility[row] ?? VISIBILITY.network,
    groups: publish.groups[row]?.split(',').filter((group) => group !== '') ?? [],
  }));
}
