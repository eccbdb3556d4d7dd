import { createHash } from 'node:crypto';

/** Node's SHA-256 in the shape that the contract takes. */
export const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

/** The bytes of the vectors: byte i = (7i + (i >> 8)) & 255. */
export function vectorBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (7 * i + (i >> 8)) & 255;
  return bytes;
}
