import { randomBytes } from 'node:crypto';

/** Length of a version's text. */
export const VERSION_CHARS = 16;

/**
 * A version that was never used before: 96 random bits. A counter would begin again when a key is deleted and made
 * anew, and a slow writer's compare-and-set would hit the wrong entry.
 */
export function newVersion(): string {
  return randomBytes(12).toString('base64url');
}
