// Any text as the name of a file.
import { MAX_NAME_BYTES } from '@banyan/proto';

/**
 * The text as a file may be called: without slashes and control characters, and not longer than names may be.
 *
 * @returns {string} empty when nothing is left
 */
export function fileName(text) {
  const name = text
    .toWellFormed()
    .replace(/[\p{Cc}/\\]+/gu, ' ')
    .trim();
  if (name === '.' || name === '..') return '';
  const bytes = Buffer.from(name);
  if (bytes.length <= MAX_NAME_BYTES) return name;
  let end = MAX_NAME_BYTES;
  // Not in the middle of a character.
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end).trim();
}
