/**
 * What is said of a content by its records, as bytes: what a text is compared by, kept as, and read back from.
 *
 * ```
 *   flags | length of the name, name | entry of the folder (4 bytes, if any) | length of the tags, tags (if any)
 * ```
 */
import { NO_TAGS, utf8Into, utf8Text, type Tags } from '@banyan/proto';

const HAS_FOLDER = 1;
const HAS_TAGS = 2;
const IS_ASCII = 4;
/** Behind the flags and the length of the name. */
const NAME_AT = 2;
/** A block of the document store has room for several. A name and tags at their longest, every quote of them escaped, have some 11 KiB. */
const MAX_TEXT_BYTES = 16 * 1024;

/** A text under construction or comparison, used again for each record. */
export class RecordText {
  readonly bytes = new Uint8Array(MAX_TEXT_BYTES);
  length = 0;
  readonly #name = this.bytes.subarray(NAME_AT);

  /**
   * Writes a text.
   *
   * @param folder - entry of the table of folders; 0: none
   * @param tags - what {@link tagsText} made; '' without tags
   */
  write(name: string, folder: number, tags: string): void {
    const { bytes } = this;
    const nameBytes = utf8Into(name, this.#name);
    const isAscii = nameBytes === name.length;
    let at = NAME_AT + nameBytes;
    bytes[0] = (isAscii ? IS_ASCII : 0) | (folder === 0 ? 0 : HAS_FOLDER) | (tags === '' ? 0 : HAS_TAGS);
    // A name has 255 bytes at most.
    bytes[1] = nameBytes;
    if (folder !== 0) {
      bytes[at++] = folder & 255;
      bytes[at++] = (folder >>> 8) & 255;
      bytes[at++] = (folder >>> 16) & 255;
      bytes[at++] = folder >>> 24;
    }
    if (tags !== '') {
      const written = utf8Into(tags, bytes.subarray(at + 2));
      writeLength(bytes, at, written);
      at += 2 + written;
    }
    this.length = at;
  }

  equals(other: Uint8Array, from: number): boolean {
    const { bytes, length } = this;
    for (let i = 0; i < length; i++) if (other[from + i] !== bytes[i]) return false;
    return true;
  }
}

/** Where the parts of a text stand. The result is one object, changed by the next call. */
export interface TextParts {
  readonly isAscii: boolean;
  readonly nameFrom: number;
  readonly nameEnd: number;
  readonly folder: number;
  readonly tagsFrom: number;
  readonly tagsEnd: number;
}

const PARTS = { isAscii: true, nameFrom: 0, nameEnd: 0, folder: 0, tagsFrom: 0, tagsEnd: 0 };

export function textParts(bytes: Uint8Array, from: number): TextParts {
  const flags = bytes[from]!;
  let at = from + NAME_AT;
  PARTS.isAscii = (flags & IS_ASCII) !== 0;
  PARTS.nameFrom = at;
  at += bytes[from + 1]!;
  PARTS.nameEnd = at;
  PARTS.folder = 0;
  if ((flags & HAS_FOLDER) !== 0) {
    PARTS.folder =
      (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
    at += 4;
  }
  PARTS.tagsFrom = at;
  PARTS.tagsEnd = at;
  if ((flags & HAS_TAGS) !== 0) {
    PARTS.tagsFrom = at + 2;
    PARTS.tagsEnd = at + 2 + readLength(bytes, at);
  }
  return PARTS;
}

/** Bytes of the whole text that begins there. */
export function textLength(bytes: Uint8Array, from: number): number {
  return textParts(bytes, from).tagsEnd - from;
}

/** Tags as they are kept and compared: the fields that say something, in a fixed order. */
export function tagsText(tags: Tags | undefined): string {
  if (tags === undefined) return '';
  const said: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(tags)) {
    if (key === 'more' ? Object.keys(value as object).length > 0 : value !== '' && value !== 0)
      said[key] = value;
  }
  return JSON.stringify(said);
}

/** The tags of a text; `undefined` when it has none. */
export function readTags(bytes: Uint8Array, parts: TextParts): Tags | undefined {
  if (parts.tagsFrom === parts.tagsEnd) return undefined;
  const said = JSON.parse(utf8Text(bytes.subarray(parts.tagsFrom, parts.tagsEnd))) as Partial<Tags>;
  return { ...NO_TAGS, ...said };
}

function writeLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at] = length & 255;
  bytes[at + 1] = length >> 8;
}

function readLength(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}
