import * as crypto from 'node:crypto';

/** SHA-256 for the tree functions of `@banyan/proto`; keeps nothing of `data`. */
export function sha256(data: Uint8Array): Uint8Array {
  // One call for a whole digest, without an object per block.
  return crypto.hash('sha256', data, 'buffer');
}
