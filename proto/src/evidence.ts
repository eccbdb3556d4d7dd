/** What a ban stands on: texts and links, for operators alone. */
import { MAX_EVIDENCE, MAX_EVIDENCE_CHARS } from './limits.ts';

/** As people write several of them in one text: one a line; lines without a word are none. */
export function evidenceOf(text: string): string[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Several as one text, for a cell or a figure; {@link evidenceOf} takes it apart again. */
export function evidenceText(evidence: readonly string[]): string {
  return evidence.join('\n');
}

/** What is wrong with it, as a sentence; undefined: nothing. */
export function evidenceFault(evidence: readonly string[]): string | undefined {
  if (evidence.length > MAX_EVIDENCE)
    return `It has ${evidence.length} pieces of evidence; there may be ${MAX_EVIDENCE}.`;
  const long = evidence.findIndex((piece) => piece.length > MAX_EVIDENCE_CHARS);
  return long === -1
    ? undefined
    : `Piece ${long + 1} of its evidence has more than ${MAX_EVIDENCE_CHARS} characters.`;
}

/**
 * The address that a piece of evidence is, where it is one that a browser may be led to.
 *
 * @returns in the one form of the URL standard, all of it ASCII: nothing in it looks like something else
 */
export function evidenceLink(piece: string): string | undefined {
  if (!/^https?:\/\/\S+$/i.test(piece)) return undefined;
  try {
    const url = new URL(piece);
    // A name before the host is there to look like one.
    return url.username === '' && url.password === '' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
