import { createHash, timingSafeEqual } from 'node:crypto';

/** How secrets of high entropy (invite and operator codes) are stored: nobody who reads the store can use them. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Compares two digests without telling by time where they differ. */
export function sameDigest(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
