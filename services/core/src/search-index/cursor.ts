/** Where an answer ended, so that the next one goes on from there: 53 bytes, opaque to everybody else. */
import { BanyanError, HASH_BYTES } from '@banyan/proto';

const VERSION = 1;
const BYTES = 1 + 8 + 4 + HASH_BYTES + 8;

/** The last hit of a page, and the time by which that page was ranked. */
export interface Cursor {
  readonly now: number;
  readonly score: number;
  readonly root: Uint8Array;
  readonly length: number;
}

export function encodeCursor({ now, score, root, length }: Cursor): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setFloat64(1, now);
  view.setFloat32(9, score);
  bytes.set(root, 13);
  view.setFloat64(13 + HASH_BYTES, length);
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
      return { now, score, root: bytes.slice(13, 13 + HASH_BYTES), length };
    }
  }
  throw new BanyanError(
    'invalid_request',
    'The cursor is not one of this index. Search again from the start.',
  );
}

/** The order of contents: by root, then by length. Negative: a is first. */
export function compareContentIds(
  a: { readonly root: Uint8Array; readonly length: number },
  b: { readonly root: Uint8Array; readonly length: number },
): number {
  for (let i = 0; i < HASH_BYTES; i++) {
    const difference = (a.root[i] ?? 0) - (b.root[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * The cursor from which several indexes go on together: of their own ones the best ranked. Nothing that stands after
 * it was passed over by any of them; hits between it and another index's own end come a second time.
 *
 * @param cursors - of one page of one query, which carried the same weights everywhere; those that are none are passed over
 */
export function firstCursor(cursors: Iterable<Uint8Array>): Uint8Array | undefined {
  let best: { readonly at: Cursor; readonly bytes: Uint8Array } | undefined;
  for (const bytes of cursors) {
    let at: Cursor;
    try {
      at = decodeCursor(bytes);
    } catch {
      continue;
    }
    if (best === undefined || (best.at.score - at.score || compareContentIds(at, best.at)) < 0)
      best = { at, bytes };
  }
  return best?.bytes;
}
