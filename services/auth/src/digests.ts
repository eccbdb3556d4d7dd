import { createHash } from 'node:crypto';

/** How secrets of high entropy (invite and operator codes) are stored: nobody who reads the store can use them. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
