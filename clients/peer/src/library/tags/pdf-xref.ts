/** The cross-reference of a PDF (ISO 32000-2, sections 7.5.4 to 7.5.8): where each object lies. Tables stay in the file. */
import type { FileBytes } from './file-bytes.ts';
import { isArray, isDict, PdfCutOff, PdfParser, type PdfDict, type PdfValue } from './pdf-syntax.ts';

export type XrefEntry =
  { readonly kind: 'offset'; readonly offset: number } | { readonly kind: 'inside'; readonly stream: number };

/** What one update of the file wrote. */
export interface XrefSection {
  /**
   * @returns undefined when it says nothing of that object, or that it is free: files for readers old and new call
   *   so in their table what only the stream beside it knows
   */
  find(number: number): XrefEntry | undefined;
}

export interface Xref {
  /** The newest first. */
  readonly sections: readonly XrefSection[];
  readonly trailer: PdfDict;
}

/** `startxref`, its number and `%%EOF`, and what mail and servers leave behind them. */
const TAIL_BYTES = 2048;
/** Updates of one file. */
const MAX_SECTIONS = 64;
/** Runs of objects in one table. */
const MAX_RUNS = 4096;
const ENTRY_BYTES = 20;
/** A trailer has a few references. */
const TRAILER_BYTES = 4096;

interface Run {
  readonly first: number;
  readonly count: number;
  /** Of its first entry in the file. */
  readonly at: number;
}

/**
 * Reads the newest section's trailer and finds all sections.
 *
 * @param streamAt - reads the stream of the object at an offset
 * @throws Error when the newest section is not readable; older ones that are not are left out
 */
export function readXref(
  bytes: FileBytes,
  streamAt: (offset: number) => { readonly dict: PdfDict; readonly data: Buffer },
): Xref {
  const sections: XrefSection[] = [];
  const seen = new Set<number>();
  let trailer: PdfDict | undefined;
  const next = [startOf(bytes)];
  for (let at = next.shift(); at !== undefined && sections.length < MAX_SECTIONS; at = next.shift()) {
    if (seen.has(at)) continue;
    seen.add(at);
    try {
      const { section, dict } = isTable(bytes, at) ? readTable(bytes, at) : readStream(streamAt(at));
      sections.push(section);
      trailer ??= dict;
      // A table for old readers points to the stream with the objects they cannot see.
      for (const key of ['XRefStm', 'Prev']) {
        const older = dict.get(key);
        if (typeof older === 'number') next.push(older);
      }
    } catch (error) {
      if (trailer === undefined) throw error;
    }
  }
  if (trailer === undefined) throw new Error('it has no trailer');
  return { sections, trailer };
}

function startOf(bytes: FileBytes): number {
  const tail = bytes.read(Math.max(0, bytes.size - TAIL_BYTES), bytes.size).toString('latin1');
  const start = /startxref\s+(\d{1,15})\s/.exec(tail.slice(Math.max(0, tail.lastIndexOf('startxref'))))?.[1];
  if (start === undefined) throw new Error('it has no startxref');
  return Number(start);
}

function isTable(bytes: FileBytes, at: number): boolean {
  return /^\s*xref\s/.test(bytes.read(at, at + 32).toString('latin1'));
}

function readTable(bytes: FileBytes, start: number): { section: XrefSection; dict: PdfDict } {
  const runs: Run[] = [];
  let at =
    start +
    bytes
      .read(start, start + 32)
      .toString('latin1')
      .indexOf('xref') +
    4;
  while (runs.length < MAX_RUNS) {
    const line = bytes.read(at, at + 64).toString('latin1');
    const run = /^\s*(\d{1,10})\s+(\d{1,10})\s*(?:\r\n|\r|\n)/.exec(line);
    if (run === null) {
      const word = /^\s*trailer/.exec(line);
      if (word === null) break;
      const section = { find: (number: number) => findInRuns(bytes, runs, number) };
      return { section, dict: trailerAt(bytes, at + word[0].length) };
    }
    const count = Number(run[2]);
    runs.push({ first: Number(run[1]), count, at: at + run[0].length });
    at += run[0].length + count * ENTRY_BYTES;
  }
  throw new Error('a cross-reference table without end');
}

function trailerAt(bytes: FileBytes, at: number): PdfDict {
  const window = bytes.read(at, at + TRAILER_BYTES);
  const dict = new PdfParser(window).value();
  if (!isDict(dict)) throw new PdfCutOff();
  return dict;
}

function findInRuns(bytes: FileBytes, runs: readonly Run[], number: number): XrefEntry | undefined {
  const run = runs.find(({ first, count }) => number >= first && number < first + count);
  if (run === undefined) return undefined;
  const at = run.at + (number - run.first) * ENTRY_BYTES;
  const entry = /^(\d{10}) \d{5} ([nf])/.exec(bytes.read(at, at + ENTRY_BYTES).toString('latin1'));
  return entry?.[2] === 'n' ? { kind: 'offset', offset: Number(entry[1]) } : undefined;
}

function readStream({ dict, data }: { dict: PdfDict; data: Buffer }): {
  section: XrefSection;
  dict: PdfDict;
} {
  const widths = numbersOf(dict.get('W'));
  const [typeBytes = 0, offsetBytes = 0, lastBytes = 0] = widths;
  if (widths.length < 3 || widths.some((width) => width > 6)) throw new Error('no cross-reference stream');
  const rowBytes = typeBytes + offsetBytes + lastBytes;
  const field = (at: number, length: number): number => (length === 0 ? 0 : data.readUIntBE(at, length));
  const index = dict.has('Index') ? numbersOf(dict.get('Index')) : [0, Number(dict.get('Size'))];
  const find = (number: number): XrefEntry | undefined => {
    let row = 0;
    for (let i = 0; i + 1 < index.length; i += 2) {
      const [first, count] = [index[i]!, index[i + 1]!];
      if (number >= first && number < first + count) {
        const at = (row + number - first) * rowBytes;
        if (rowBytes === 0 || at + rowBytes > data.length) return undefined;
        const type = typeBytes === 0 ? 1 : field(at, typeBytes);
        const value = field(at + typeBytes, offsetBytes);
        if (type === 1) return { kind: 'offset', offset: value };
        return type === 2 ? { kind: 'inside', stream: value } : undefined;
      }
      row += count;
    }
    return undefined;
  };
  return { section: { find }, dict };
}

function numbersOf(value: PdfValue | undefined): number[] {
  return isArray(value)
    ? value.filter((n): n is number => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0)
    : [];
}
