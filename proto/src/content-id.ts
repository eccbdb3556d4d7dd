import { fromHex, sameBytes, toHex } from './bytes.ts';
import { BanyanError } from './errors.ts';
import { CHUNK_BYTES, HASH_BYTES, MAX_CONTENT_BYTES } from './limits.ts';

/**
 * Names a file's bytes, whatever the file is called: the BEP 52 `pieces root` together with the length.
 * Neither half names anything alone, since the tree has no domain separation (spec/content.md).
 */
export interface ContentId {
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Bytes of the file, 0 to 2^53 − 1. */
  readonly length: number;
}

/** The empty file: BEP 52 gives it no root, so by our convention its root is 32 zero bytes. */
export const EMPTY_CONTENT: ContentId = Object.freeze({ root: new Uint8Array(HASH_BYTES), length: 0 });

/** `<64 hex digits>-<decimal length>`: the form in URLs, links, logs and on screens. */
export function contentIdText(id: ContentId): string {
  return `${toHex(id.root)}-${id.length}`;
}

/** A key for Maps and Sets; the same text as {@link contentIdText}. */
export function contentKey(id: ContentId): string {
  return contentIdText(id);
}

/**
 * Reads the text form of a content id. Upper-case digits are understood.
 *
 * @throws BanyanError `invalid_request` when it is anything else
 */
export function parseContentId(text: string): ContentId {
  const match = /^([0-9a-fA-F]{64})-(0|[1-9][0-9]{0,15})$/.exec(text);
  const root = match === null ? undefined : fromHex(match[1]!);
  const length = match === null ? NaN : Number(match[2]);
  const fault =
    root === undefined
      ? 'it is 64 hexadecimal digits, a dash and the length in bytes'
      : contentIdFault({ root, length });
  if (fault !== undefined) throw new BanyanError('invalid_request', `This is not a content id: ${fault}.`);
  return { root: root!, length };
}

/** What is wrong with an id that came from elsewhere, as the end of a sentence; undefined: nothing. */
export function contentIdFault(id: ContentId): string | undefined {
  if (id.root.length !== HASH_BYTES) return 'the root has 32 bytes';
  if (!Number.isSafeInteger(id.length) || id.length < 0) {
    return `the length is a whole number from 0 to ${MAX_CONTENT_BYTES}`;
  }
  if (id.length === 0 && id.root.some((byte) => byte !== 0)) return 'the empty file has a root of zeros';
  return undefined;
}

/** Whether both name the same content: root and length. */
export function sameContent(a: ContentId, b: ContentId): boolean {
  return a.length === b.length && sameBytes(a.root, b.root);
}

/** Chunks of a content of `length` bytes; 0 for the empty file. */
export function chunkCount(length: number): number {
  return Math.ceil(length / CHUNK_BYTES);
}

/**
 * Byte range of chunk `index`; `end` is exclusive.
 *
 * @throws BanyanError `range_unsatisfiable` when the content has no such chunk
 */
export function chunkRange(length: number, index: number): { readonly start: number; readonly end: number } {
  if (!Number.isSafeInteger(index) || index < 0 || index >= chunkCount(length)) {
    throw new BanyanError(
      'range_unsatisfiable',
      `Chunk ${index} lies outside a file of ${chunkCount(length)} chunks.`,
    );
  }
  const start = index * CHUNK_BYTES;
  return { start, end: Math.min(start + CHUNK_BYTES, length) };
}
