import * as crypto from 'node:crypto';

const DIGEST_BYTES = 32;

/**
 * SHA-256 for the tree functions of `@banyan/proto`; keeps nothing of `data`.
 *
 * One call for a whole digest, without an object per block. It comes as text, a character per byte: a buffer made by Node
 * has memory of its own outside of the heap, which takes longer than the digest of a pair of hashes.
 */
export function sha256(data: Uint8Array): Uint8Array {
  const text = crypto.hash('sha256', data, 'binary');
  const digest = new Uint8Array(DIGEST_BYTES);
  for (let i = 0; i < DIGEST_BYTES; i++) digest[i] = text.charCodeAt(i);
  return digest;
}
