/** Which parts of a name the words of a query match, folded as people read: case, width and accents aside. */

import { parseQuery } from '@banyan/proto';

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

const COMBINING = /\p{M}+/gu;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

function fold(text: string): string {
  return text.normalize('NFKD').replace(COMBINING, '').toLowerCase();
}

/** The words of a query that a name can show: operators and excluded words are not among them. */
export function queryWords(query: string): string[] {
  const words = parseQuery(query)
    .clauses.flatMap(({ anyOf }) => anyOf)
    .flatMap((term) => (term.kind === 'text' ? term.text.split(/[^\p{L}\p{N}\p{M}]+/u) : []))
    .map(fold)
    .filter((word) => word !== '');
  // Chinese, Japanese and Korean are found by pairs of characters, so pairs are what can be shown.
  const pairs = words.flatMap((word) => {
    if (!CJK.test(word) || word.length <= 2) return [word];
    const chars = [...word];
    return [word, ...chars.slice(1).map((char, i) => `${chars[i] ?? ''}${char}`)];
  });
  return [...new Set(pairs)];
}

/** Cuts `text` into marked and unmarked pieces; joined they are `text` again. */
export function marks(text: string, foldedWords: readonly string[]): Piece[] {
  let folded = '';
  const origin: number[] = []; // For each unit of `folded`, where its character begins in `text`.
  const ends: number[] = [];
  let at = 0;
  for (const char of text) {
    const piece = fold(char);
    // Folding may lengthen a character: each unit of it points back to where it came from.
    for (let unit = piece.length; unit > 0; unit--) {
      origin.push(at);
      ends.push(at + char.length);
    }
    folded += piece;
    at += char.length;
  }
  const hit = new Uint8Array(text.length);
  for (const word of foldedWords) {
    if (word === '') continue;
    for (let i = folded.indexOf(word); i !== -1; i = folded.indexOf(word, i + word.length)) {
      hit.fill(1, origin[i], ends[i + word.length - 1]);
    }
  }
  const pieces: Piece[] = [];
  let start = 0;
  for (let i = 1; i <= text.length; i++) {
    if (i < text.length && hit[i] === hit[start]) continue;
    pieces.push({ text: text.slice(start, i), marked: hit[start] === 1 });
    start = i;
  }
  return pieces;
}
