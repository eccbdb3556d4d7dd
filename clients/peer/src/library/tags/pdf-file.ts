/** A PDF file by random access: its trailer, and single objects by their numbers. Nothing else of it is read. */
import { inflateSync } from 'node:zlib';
import type { FileBytes } from './file-bytes.ts';
import {
  isArray,
  isDict,
  PdfCutOff,
  PdfName,
  PdfParser,
  PdfRef,
  type PdfDict,
  type PdfValue,
} from './pdf-syntax.ts';
import { readXref, type XrefEntry, type XrefSection } from './pdf-xref.ts';

/** One object is read in windows that grow up to this: information and catalog have a few hundred bytes. */
const MAX_OBJECT_BYTES = 1024 * 1024;
const FIRST_WINDOW_BYTES = 4096;
/** What the streams of one file may inflate to: cross-references have some 5 bytes an object, two million are rare. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
/** Streams read of one file: updates, and the few that hold information, catalog and pages. */
const MAX_STREAMS = 64;
/** References followed one after the other. */
const MAX_REFERENCES = 16;

export interface PdfStream {
  readonly dict: PdfDict;
  readonly data: Buffer;
}

export class PdfFile {
  readonly trailer: PdfDict;
  readonly #bytes: FileBytes;
  /** The newest first. */
  readonly #sections: readonly XrefSection[];
  readonly #objectStreams = new Map<number, PdfStream>();
  #streams = 0;
  #inflatable = MAX_INFLATED_BYTES;

  /** @throws Error when it has no readable trailer */
  constructor(bytes: FileBytes) {
    this.#bytes = bytes;
    const { sections, trailer } = readXref(bytes, (at) => this.#streamAt(at));
    this.#sections = sections;
    this.trailer = trailer;
  }

  /** The value, or what a reference leads to; null when there is none. */
  get(value: PdfValue | undefined): PdfValue {
    let found = value ?? null;
    for (let i = 0; found instanceof PdfRef; i += 1) {
      if (i >= MAX_REFERENCES) throw new Error('references in a circle');
      found = this.#object(found.number);
    }
    return found;
  }

  dict(value: PdfValue | undefined): PdfDict | undefined {
    const found = this.get(value);
    return isDict(found) ? found : undefined;
  }

  /** The stream that a reference leads to. */
  stream(value: PdfValue | undefined): PdfStream | undefined {
    const entry = value instanceof PdfRef ? this.#entry(value.number) : undefined;
    return entry?.kind === 'offset' ? this.#streamAt(entry.offset) : undefined;
  }

  #entry(number: number): XrefEntry | undefined {
    for (const section of this.#sections) {
      const entry = section.find(number);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  #object(number: number): PdfValue {
    const entry = this.#entry(number);
    if (entry === undefined) return null;
    if (entry.kind === 'offset') {
      const { value, number: found } = this.#objectAt(entry.offset);
      // A table that is off by one would give the author for the title.
      return found === number ? value : null;
    }
    // Objects in a stream: pairs of number and offset, then the objects (ISO 32000-2, section 7.5.7).
    const { dict, data } = this.#objectStream(entry.stream);
    const head = new PdfParser(data);
    const first = Number(dict.get('First'));
    for (let i = 0; i < Number(dict.get('N')); i += 1) {
      const [found, offset] = [head.value(), head.value()];
      if (found === number) return new PdfParser(padded(data.subarray(first + Number(offset)))).value();
    }
    return null;
  }

  #objectStream(number: number): PdfStream {
    const known = this.#objectStreams.get(number);
    if (known !== undefined) return known;
    const entry = this.#entry(number);
    // Never in a stream itself, or they could hold each other.
    if (entry?.kind !== 'offset') throw new Error('no stream of objects');
    const stream = this.#streamAt(entry.offset);
    this.#objectStreams.set(number, stream);
    return stream;
  }

  /** `12 0 obj`, its value, and where its stream begins. */
  #objectAt(offset: number): {
    readonly number: number;
    readonly value: PdfValue;
    readonly streamAt: number | undefined;
  } {
    for (let length = FIRST_WINDOW_BYTES; ; length *= 4) {
      const window = this.#bytes.read(offset, offset + length);
      const parser = new PdfParser(window);
      try {
        const [number, generation] = [parser.value(), parser.value()];
        if (typeof number !== 'number' || typeof generation !== 'number' || parser.keyword() !== 'obj')
          throw new Error('no object where one should be');
        const value = parser.value();
        return {
          number,
          value,
          streamAt: isDict(value) && parser.startsStream() ? offset + parser.at : undefined,
        };
      } catch (error) {
        const isWhole = window.length < length || length >= MAX_OBJECT_BYTES;
        if (!(error instanceof PdfCutOff) || isWhole) throw error;
      }
    }
  }

  #streamAt(offset: number): PdfStream {
    this.#streams += 1;
    if (this.#streams > MAX_STREAMS) throw new Error('too many streams');
    const { value: dict, streamAt } = this.#objectAt(offset);
    if (!isDict(dict) || streamAt === undefined) throw new Error('no stream where one should be');
    const length = this.get(dict.get('Length'));
    if (typeof length !== 'number' || length < 0) throw new Error('a stream without length');
    const stored = this.#bytes.read(streamAt, streamAt + length);
    const filters = namesOf(this.get(dict.get('Filter')));
    if (filters.length === 0) return { dict, data: stored };
    if (filters.length > 1 || filters[0] !== 'FlateDecode')
      throw new Error('a filter that metadata do not have');
    if (this.#inflatable === 0) throw new Error('its streams inflate to too much');
    const data = inflateSync(stored, { maxOutputLength: this.#inflatable });
    this.#inflatable -= data.length;
    const parameters = this.get(dict.get('DecodeParms'));
    return { dict, data: unpredicted(data, this.dict(isArray(parameters) ? parameters[0] : parameters)) };
  }
}

function namesOf(value: PdfValue): string[] {
  return (isArray(value) ? value : [value]).flatMap((item) => (item instanceof PdfName ? item.name : []));
}

/** The last object of a stream of objects ends with it, where a reader looks for more. */
function padded(bytes: Buffer): Buffer {
  return bytes.length > MAX_OBJECT_BYTES
    ? bytes.subarray(0, MAX_OBJECT_BYTES)
    : Buffer.concat([bytes, Buffer.from(' endobj ')]);
}

/** Undoes the predictors of PNG in place, with which cross-reference streams are written (RFC 2083, section 6). */
function unpredicted(data: Buffer, parameters: PdfDict | undefined): Buffer {
  const predictor = Number(parameters?.get('Predictor') ?? 1);
  if (predictor < 10) return data;
  const columns = Number(parameters?.get('Columns') ?? 1);
  const bits = Number(parameters?.get('Colors') ?? 1) * Number(parameters?.get('BitsPerComponent') ?? 8);
  if (bits !== 8 || !Number.isSafeInteger(columns) || columns < 1 || columns > 1024)
    throw new Error('a predictor that metadata do not have');
  const rows = Math.floor(data.length / (columns + 1));
  const out = Buffer.alloc(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const filter = data[row * (columns + 1)];
    for (let i = 0; i < columns; i += 1) {
      const at = row * columns + i;
      const left = i > 0 ? out[at - 1]! : 0;
      const up = row > 0 ? out[at - columns]! : 0;
      const upLeft = row > 0 && i > 0 ? out[at - columns - 1]! : 0;
      out[at] = (data[row * (columns + 1) + 1 + i]! + predicted(filter, left, up, upLeft)) & 255;
    }
  }
  return out;
}

function predicted(filter: number | undefined, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4:
      return paeth(left, up, upLeft);
    default:
      return 0;
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const p = left + up - upLeft;
  const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - upLeft)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}
