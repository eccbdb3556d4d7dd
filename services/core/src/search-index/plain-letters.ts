/**
 * Names that are ASCII but for what other keyboards and word processors add: accented letters of Latin-1, dashes, quotes,
 * pictographs. They are cut like ASCII, since text.ts would make the same of them; a test holds both to it.
 */

/** What each letter from À to ÿ (UTF-8: C3 80 to C3 BF) folds to; '' for those that are for text.ts. */
const LATIN: readonly string[] = [
  ...['A', 'A', 'A', 'A', 'A', 'A', '', 'C', 'E', 'E', 'E', 'E', 'I', 'I', 'I', 'I'],
  ...['D', 'N', 'O', 'O', 'O', 'O', 'O', ' ', 'O', 'U', 'U', 'U', 'U', 'Y', '', 'ss'],
  ...['a', 'a', 'a', 'a', 'a', 'a', 'ae', 'c', 'e', 'e', 'e', 'e', 'i', 'i', 'i', 'i'],
  ...['d', 'n', 'o', 'o', 'o', 'o', 'o', ' ', 'o', 'u', 'u', 'u', 'u', 'y', 'th', 'y'],
];
const BLANK = 32;
const APOSTROPHE = 39;

/**
 * Writes the ASCII that stands for a text.
 *
 * @param bytes - UTF-8
 * @param into - room for twice as many bytes
 * @returns bytes written; -1: the text has other characters too, marks that change a letter before them among them
 */
export function plainLetters(bytes: Uint8Array, from: number, to: number, into: Uint8Array): number {
  let n = 0;
  let at = from;
  while (at < to) {
    const byte = bytes[at]!;
    if (byte < 0x80) {
      into[n++] = byte;
      at++;
    } else if (byte === 0xc3) {
      const letter = LATIN[bytes[at + 1]! - 0x80]!;
      if (letter === '') return -1;
      into[n++] = letter.charCodeAt(0);
      if (letter.length === 2) into[n++] = letter.charCodeAt(1);
      at += 2;
    } else if (byte === 0xe2 && bytes[at + 1] === 0x80) {
      // U+2010 to U+2027 but for the apostrophe: dashes, quotes, bullets, dots.
      const last = bytes[at + 2]!;
      if (last < 0x90 || last > 0xa7) return -1;
      into[n++] = last === 0x99 ? APOSTROPHE : BLANK;
      at += 3;
    } else if (byte === 0xf0 && bytes[at + 1] === 0x9f && bytes[at + 2]! >= 0x8c && bytes[at + 2]! <= 0xab) {
      // U+1F300 to U+1FAFF: pictographs, with the selector that asks for their picture.
      into[n++] = BLANK;
      at += 4;
      if (bytes[at] === 0xef && bytes[at + 1] === 0xb8 && bytes[at + 2] === 0x8f) at += 3;
    } else return -1;
  }
  return n;
}
