/** What is checked of a batch before a byte of it is kept. */
import {
  BanyanError,
  contentIdFault,
  HASH_BYTES,
  MAX_BATCH_RECORDS,
  MAX_FOLDER_BYTES,
  MAX_MORE_TAGS,
  MAX_NAME_BYTES,
  MAX_TAG_BYTES,
  utf8Length,
  type Tags,
} from '@banyan/proto';
import type { CatalogBatch, RecordRefusal, RecordTags } from './types.ts';

const MAX_ID = 0xffff_ffff;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Slashes, NUL, and units from the first surrogate on. */
const SUSPECT = /[\0/\ud800-\uffff]/;

type Refuse = Omit<RecordRefusal, 'id'>;

/** Throws when the batch as a whole cannot be applied. */
export function checkBatch(batch: CatalogBatch): void {
  const rows = batch.ids.length;
  const removed = batch.removedIds?.length ?? 0;
  if (rows > MAX_BATCH_RECORDS || removed > MAX_BATCH_RECORDS) {
    throw new BanyanError(
      'limit_exceeded',
      `A batch has ${Math.max(rows, removed)} rows, ${MAX_BATCH_RECORDS} are allowed. Send smaller batches.`,
    );
  }
  if (batch.roots.length !== rows * HASH_BYTES) throw uneven('roots', batch.roots.length, rows * HASH_BYTES);
  if (batch.lengths.length !== rows) throw uneven('lengths', batch.lengths.length, rows);
  if (batch.names.length !== rows) throw uneven('names', batch.names.length, rows);
  for (const column of ['folders', 'types', 'modifiedS', 'tags', 'visibility'] as const) {
    const length = batch[column]?.length ?? 0;
    if (length !== 0 && length !== rows) throw uneven(column, length, rows);
  }
}

function uneven(column: string, length: number, expected: number): BanyanError {
  return new BanyanError(
    'malformed_frame',
    `The column ${column} of a batch has length ${length}, expected ${expected}. Update the program that sent it.`,
  );
}

/** Why this row cannot be taken; `undefined` when it can. */
export function checkRecord(
  id: number,
  roots: Uint32Array,
  rootAt: number,
  length: number,
  name: string,
  folder: string,
  tags: RecordTags | undefined,
): Refuse | undefined {
  if (!Number.isInteger(id) || id < 0 || id > MAX_ID)
    return invalid('The record id is no unsigned 32-bit number.');
  // Nearly all are good, and a copy of each root costs more than all other checks.
  if (!Number.isSafeInteger(length) || length <= 0) {
    const root = new Uint8Array(roots.slice(rootAt, rootAt + HASH_BYTES / 4).buffer);
    const fault = contentIdFault({ root, length });
    if (fault !== undefined) return invalid(`This is no content id: ${fault}.`);
  }
  return checkName(name) ?? (folder === '' ? undefined : checkFolder(folder)) ?? checkTags(tags);
}

function checkName(name: string): Refuse | undefined {
  if (name === '' || name === '.' || name === '..') return unsafe('The name is empty or only dots.');
  if (name.length * 3 > MAX_NAME_BYTES && utf8Length(name) > MAX_NAME_BYTES) {
    return over(`The name has ${utf8Length(name)} bytes, ${MAX_NAME_BYTES} are allowed. Shorten it.`);
  }
  // Nearly all names are good, which one pass tells.
  if (!SUSPECT.test(name)) return undefined;
  if (name.includes('/')) return unsafe('The name has a slash: folders go into their own column.');
  return checkCharacters(name);
}

function checkFolder(folder: string): Refuse | undefined {
  if (folder.length * 3 > MAX_FOLDER_BYTES && utf8Length(folder) > MAX_FOLDER_BYTES) {
    return over(
      `The folder has ${utf8Length(folder)} bytes, ${MAX_FOLDER_BYTES} are allowed. Share it from further down.`,
    );
  }
  if (folder.startsWith('/')) return unsafe('The folder is absolute: it must be the path inside the share.');
  for (const part of folder.split('/')) {
    if (part === '.' || part === '..') return unsafe('The folder has a part that is only dots.');
  }
  return checkCharacters(folder);
}

function checkCharacters(text: string): Refuse | undefined {
  if (text.includes('\0')) return unsafe('The name or folder has a NUL character. Rename it.');
  if (LONE_SURROGATE.test(text)) return unsafe('The name or folder is not valid Unicode. Rename it.');
  return undefined;
}

function checkTags(tags: RecordTags | undefined): Refuse | undefined {
  if (tags === undefined) return undefined;
  const more = Object.entries(tags.more ?? {});
  if (more.length > MAX_MORE_TAGS)
    return over(`The record has ${more.length} further tags, ${MAX_MORE_TAGS} are allowed.`);
  for (const text of [tags.title, tags.artist, tags.album, tags.genre, ...more.flat()]) {
    if (text === undefined || text === null || text.length * 3 <= MAX_TAG_BYTES) continue;
    const bytes = utf8Length(text);
    if (bytes > MAX_TAG_BYTES)
      return over(`A tag has ${bytes} bytes, ${MAX_TAG_BYTES} are allowed. Shorten it.`);
  }
  return undefined;
}

/** The tags as they are kept: every field, in a fixed order; `undefined` when they say nothing. */
export function keptTags(tags: RecordTags | null | undefined): Tags | undefined {
  if (tags === null || tags === undefined) return undefined;
  const kept: Tags = {
    title: tags.title ?? '',
    artist: tags.artist ?? '',
    album: tags.album ?? '',
    year: amount(tags.year),
    genre: tags.genre ?? '',
    track: amount(tags.track),
    durationMs: amount(tags.durationMs),
    bitrateKbps: amount(tags.bitrateKbps),
    width: amount(tags.width),
    height: amount(tags.height),
    more: Object.fromEntries(
      Object.entries(tags.more ?? {})
        .filter(([, value]) => value !== '')
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
  const { more, ...fields } = kept;
  const says = Object.values(fields).some((value) => value !== '' && value !== 0);
  return says || Object.keys(more).length > 0 ? kept : undefined;
}

function amount(value: number | null | undefined): number {
  return value !== null && value !== undefined && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

function invalid(message: string): Refuse {
  return { code: 'invalid_request', message: `${message} Update the program that published it.` };
}

function unsafe(message: string): Refuse {
  return { code: 'name_unsafe', message };
}

function over(message: string): Refuse {
  return { code: 'limit_exceeded', message };
}
