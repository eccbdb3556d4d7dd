import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_MORE_TAGS, MAX_TAG_BYTES, utf8Length, type Tags } from '@banyan/proto';
import {
  createTagFile,
  epub,
  fictionBook,
  META_XML,
  mobi,
  modernPdf,
  officeOpen,
  openDocument,
  pdf,
  xmp,
  zip,
  type TagFile,
} from './documents.ts';
import { jpeg, mp3, png, wav } from './media.ts';

let file: TagFile;
beforeAll(() => {
  file = createTagFile();
});
afterAll(() => file.end());

const LONG = 'a long title, 𝔴𝔦𝔱𝔥 characters of four bytes, '.repeat(8);
const PDF = {
  1: '<</Pages 2 0 R/Metadata 4 0 R>>',
  2: '<</Count 3>>',
  3: `<</Title(${LONG})/Author(A)/Keywords<feff00410042>/CreationDate(D:2001)>>`,
  4: xmp(
    '<dc:title><rdf:Alt><rdf:li>T</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>C</rdf:li></rdf:Seq></dc:creator>',
  ),
};

/** Valid files of each format, by names that fit. */
const VALID: Readonly<Record<string, Buffer>> = {
  'a.mp3': mp3({ TIT2: LONG, TPE1: 'A', TRCK: '1/2', TYER: '1999', TCOM: 'C' }, 3),
  'a.wav': wav(0, { INAM: LONG, IART: 'A' }),
  'a.png': png(1, 2),
  'a.jpg': jpeg(3, 4, { 0x010e: 'title', 0x010f: 'maker', 0x013b: 'artist' }),
  'a.pdf': pdf(PDF, '/Info 3 0 R'),
  'modern.pdf': modernPdf(PDF, '/Info 3 0 R'),
  'a.epub': epub(
    `<dc:title>${LONG}</dc:title><dc:creator>A</dc:creator><meta name="calibre:series" content="S"/>`,
  ),
  'a.docx': officeOpen(`<dc:title>${LONG}</dc:title><cp:keywords>k</cp:keywords>`, '<Pages>3</Pages>'),
  'a.odt': openDocument('<dc:title>T</dc:title><meta:keyword>k</meta:keyword>'),
  'a.fodt': Buffer.from(META_XML('<dc:title>T</dc:title>').replaceAll('document-meta', 'document')),
  'a.fb2': Buffer.from(
    fictionBook(`<book-title>${LONG}</book-title><author><last-name>A</last-name></author>`),
  ),
  'a.fb2.zip': zip({ 'a.fb2': fictionBook('<book-title>T</book-title>') }),
  'a.mobi': mobi(LONG, { 100: 'A', 101: 'P', 503: 'T' }),
  'a.rtf': Buffer.from(
    "{\\rtf1\\ansicpg1252{\\info{\\title \\'e9\\u8364? t}{\\author A}{\\creatim\\yr2001}{\\nofpages2}}x}",
  ),
  'a.html': Buffer.from(
    `<!doctype html><meta charset=utf-8><title>${LONG}</title><meta name=author content=A>`,
  ),
};

type Damage =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'flip' | 'fill'; readonly at: number; readonly value: number };

/** Places are shares of the file, so that damage shrinks the same for all of them. */
const damages = fc.array(
  fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('cut' as const),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('flip' as const, 'fill' as const),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        value: fc.integer({ min: 1, max: 255 }),
      }),
    },
  ),
  { minLength: 1, maxLength: 8 },
);

function damaged(valid: Buffer, all: readonly Damage[]): Buffer {
  let bytes = Buffer.from(valid);
  for (const damage of all) {
    if (bytes.length === 0) break;
    const at = Math.min(bytes.length - 1, Math.floor(damage.at * bytes.length));
    if (damage.kind === 'cut') bytes = bytes.subarray(0, at);
    else if (damage.kind === 'flip') bytes[at]! ^= damage.value;
    // Sizes and counts of four bytes that lie.
    else bytes.fill(damage.value, at, Math.min(at + 4, bytes.length));
  }
  return bytes;
}

const NUMBERS = ['year', 'track', 'durationMs', 'bitrateKbps', 'width', 'height'];

/** What may be published; anything else would be refused, or cut, on its way. */
function expectPublishable({ more = {}, ...tags }: Partial<Tags>): void {
  for (const [key, value] of Object.entries(tags)) {
    if (NUMBERS.includes(key)) {
      expect(Number.isInteger(value)).toBe(true);
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(2 ** 32);
    } else expectText(value);
  }
  expect(Object.keys(more).length).toBeLessThanOrEqual(MAX_MORE_TAGS);
  for (const [key, value] of Object.entries(more)) {
    expect(utf8Length(key)).toBeLessThanOrEqual(32);
    expectText(value);
  }
}

function expectText(value: unknown): void {
  expect(typeof value).toBe('string');
  const text = value as string;
  expect(text).not.toBe('');
  expect(text.isWellFormed()).toBe(true);
  expect(utf8Length(text)).toBeLessThanOrEqual(MAX_TAG_BYTES);
  expect(text).not.toMatch(/\p{Cc}/u);
}

describe.each(Object.entries(VALID))('a damaged %s', (name, valid) => {
  it('gives tags that may be published, or none, and never throws or hangs', async () => {
    // It is not for want of tags that nothing goes wrong.
    expect(Object.keys(await file.read(valid, name))).not.toEqual([]);
    expectPublishable(await file.read(valid, name));
    await fc.assert(
      fc.asyncProperty(damages, async (all) => {
        expectPublishable(await file.read(damaged(valid, all), name));
      }),
      { numRuns: 150 },
    );
  });
});

it('bytes of any kind give tags that may be published, or none', async () => {
  const marks = fc.constantFrom(
    '',
    '%PDF-1.4\n',
    'PK\u0003\u0004',
    '{\\rtf1{\\info',
    '<html>',
    '<?xml?><FictionBook>',
    'ID3',
  );
  await fc.assert(
    fc.asyncProperty(
      marks,
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom(...Object.keys(VALID)),
      async (mark, rest, name) => {
        expectPublishable(await file.read(Buffer.concat([Buffer.from(mark, 'latin1'), rest]), name));
      },
    ),
    { numRuns: 300 },
  );
});
