/** Tags of MOBI and AZW3 books: the extended header in the first record of their Palm database. */
import type { Tags } from '@banyan/proto';
import type { FileBytes } from './file-bytes.ts';
import { documentTags } from './found-tags.ts';
import { FoundTexts } from './found-texts.ts';

/** First record: its headers, and the book's full name behind them. */
const RECORD_HEAD_BYTES = 64 * 1024;
const MAX_EXTENDED_RECORDS = 1000;
const UTF8 = 65001;
/** Where the offset of the first record stands. */
const FIRST_RECORD_AT = 78;
/** In the extended header. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [100, 'author'],
  [101, 'publisher'],
  [105, 'subject'],
  [106, 'date'],
  [503, 'title'],
  [524, 'language'],
]);

/** @throws RangeError when it ends too early */
export function mobiTags(bytes: FileBytes): Partial<Tags> {
  const start = bytes.read(FIRST_RECORD_AT, FIRST_RECORD_AT + 4).readUInt32BE();
  const record = bytes.read(start, start + RECORD_HEAD_BYTES);
  // Behind the 16 bytes of the PalmDOC header.
  if (record.toString('latin1', 16, 20) !== 'MOBI') return {};
  const headerLength = record.readUInt32BE(20);
  const decoder = new TextDecoder(record.readUInt32BE(28) === UTF8 ? 'utf-8' : 'windows-1252');
  const decode = (text: Buffer): string => decoder.decode(text);
  const nameAt = record.readUInt32BE(84);
  const name = decode(record.subarray(nameAt, nameAt + record.readUInt32BE(88)));
  const hasExtended = (record.readUInt32BE(128) & 0x40) !== 0;
  const found = hasExtended ? extended(record, 16 + headerLength, decode) : new FoundTexts();
  return documentTags({
    title: found.first('title') ?? name,
    authors: found.all('author'),
    date: found.first('date'),
    subject: found.all('subject'),
    language: found.first('language'),
    publisher: found.first('publisher'),
  });
}

/** Records of type, length with these eight bytes, and text; as many as are whole. */
function extended(record: Buffer, at: number, decode: (text: Buffer) => string): FoundTexts {
  const found = new FoundTexts();
  if (record.toString('latin1', at, at + 4) !== 'EXTH') return found;
  const count = Math.min(record.readUInt32BE(at + 8), MAX_EXTENDED_RECORDS);
  let next = at + 12;
  for (let i = 0; i < count && next + 8 <= record.length; i += 1) {
    const kind = KINDS.get(record.readUInt32BE(next));
    const length = record.readUInt32BE(next + 4);
    if (length < 8 || next + length > record.length) break;
    if (kind !== undefined) found.add(kind, decode(record.subarray(next + 8, next + length)));
    next += length;
  }
  return found;
}
