/** Where an answer ended, so that the next one goes on from there: 53 bytes, opaque to everybody else. */
import { BanyanError, HASH_BYTES } from '@banyan/proto';
import { keyOf, rootOf, type Content } from './entities.ts';

const VERSION = 1;
const BYTES = 1 + 8 + 4 + HASH_BYTES + 8;

/** The last hit of a page, and the time by which that page was ranked. */
export interface Cursor {
  readonly now: number;
  readonly score: number;
  /** Root and length, in the form of {@link Content.key}. */
  readonly key: string;
  readonly length: number;
}

export function encodeCursor(now: number, score: number, content: Content): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setFloat64(1, now);
  view.setFloat32(9, score);
  bytes.set(rootOf(content.key), 13);
  view.setFloat64(13 + HASH_BYTES, content.length);
  return bytes;
}

/** @throws BanyanError `invalid_request` when it is not one of ours */
export function decodeCursor(bytes: Uint8Array): Cursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === BYTES && view.getUint8(0) === VERSION) {
    const now = view.getFloat64(1);
    const score = view.getFloat32(9);
    const length = view.getFloat64(13 + HASH_BYTES);
    if (Number.isFinite(now) && Number.isFinite(score) && Number.isSafeInteger(length) && length >= 0) {
      return { now, score, key: keyOf(bytes.subarray(13, 13 + HASH_BYTES), 0, length), length };
    }
  }
  throw new BanyanError(
    'invalid_request',
    'The cursor is not one of this index. Search again from the start.',
  );
}
