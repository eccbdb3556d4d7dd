/**
 * Names in Chinese, Japanese and Korean, as nearly all of them are written: characters of three bytes each that no mark
 * follows. They are cut as they stand here, since text.ts would make the same of them; a test holds both to it.
 */
import { foldHanCharacter } from './han.ts';

/** Bytes of each character. */
export const CHARACTER_BYTES = 3;
const BLANK = 32;

/** First and last of what is a character of a word by itself: kana, ideographs, syllables of Hangul. */
const CHARACTERS: readonly (readonly [number, number])[] = [
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x30fc, 0x30fc],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
];
/** The same for blanks, brackets and punctuation, which part words; the apostrophe (FF07) is not among them. */
const BREAKS: readonly (readonly [number, number])[] = [
  [0x3000, 0x3003],
  [0x3008, 0x3011],
  [0x3014, 0x301b],
  [0x30fb, 0x30fb],
  [0xff01, 0xff06],
  [0xff08, 0xff0f],
  [0xff1a, 0xff1b],
  [0xff1f, 0xff1f],
];

const OTHER = 0;
const CHARACTER = 1;
const BREAK = 2;
const FIRST = 0x3000;
const KIND: Uint8Array = (() => {
  const kinds = new Uint8Array(0x1_0000 - FIRST);
  for (const [first, last] of CHARACTERS) kinds.fill(CHARACTER, first - FIRST, last - FIRST + 1);
  for (const [first, last] of BREAKS) kinds.fill(BREAK, first - FIRST, last - FIRST + 1);
  return kinds;
})();

/**
 * Writes a text folded: its characters, {@link CHARACTER_BYTES} each, and a blank for whatever parts them.
 *
 * @param bytes - UTF-8
 * @param parts - 1 for each ASCII byte that is no part of a word
 * @param into - room for as many bytes
 * @returns bytes written; -1: the text has something else too
 */
export function plainCharacters(
  bytes: Uint8Array,
  from: number,
  to: number,
  parts: Uint8Array,
  into: Uint8Array,
): number {
  let n = 0;
  let at = from;
  while (at < to) {
    const byte = bytes[at]!;
    if (byte < 0x80) {
      if (parts[byte] === 0) return -1;
      into[n++] = BLANK;
      at++;
      continue;
    }
    if (byte < 0xe3 || byte > 0xef) return -1;
    const code = ((byte & 15) << 12) | ((bytes[at + 1]! & 63) << 6) | (bytes[at + 2]! & 63);
    const kind = KIND[code - FIRST]!;
    if (kind === OTHER) return -1;
    at += CHARACTER_BYTES;
    if (kind === BREAK) {
      into[n++] = BLANK;
      continue;
    }
    const folded = foldHanCharacter(code);
    if (folded < FIRST || folded > 0xffff) return -1;
    into[n++] = 0xe0 | (folded >> 12);
    into[n++] = 0x80 | ((folded >> 6) & 63);
    into[n++] = 0x80 | (folded & 63);
  }
  return n;
}
