import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalRecord,
  createFingerprint,
  decodeEnvelope,
  encodeEnvelope,
  fitRecord,
  MEDIA_TYPES,
  NO_TAGS,
  publishBatches,
  publishedRecords,
  toHex,
} from '../src/index.ts';
import type { CatalogRecord, Envelope } from '../src/index.ts';
import { sha256 } from './sha256.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const records: fc.Arbitrary<CatalogRecord> = fc
  .record({
    id: u32,
    root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    length: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    name: text,
    folder: text,
    type: fc.constantFrom(...MEDIA_TYPES),
    modifiedS: fc.integer({ min: 0, max: 2 ** 40 }),
    tags: fc.oneof(
      fc.constant(NO_TAGS),
      fc.record({
        title: text,
        artist: text,
        album: text,
        year: u32,
        genre: text,
        track: u32,
        durationMs: u32,
        bitrateKbps: u32,
        width: u32,
        height: u32,
        more: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), text, { maxKeys: 4, noNullPrototype: true }),
      }),
    ),
    visibility: fc.integer({ min: 0, max: 2 }),
    groups: fc.array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { maxLength: 3 }),
  })
  .map(fitRecord);

const RECORD: CatalogRecord = {
  id: 1,
  root: new Uint8Array(32).fill(7),
  length: 5,
  name: 'a.txt',
  folder: '',
  type: 'document',
  modifiedS: 3,
  tags: NO_TAGS,
  visibility: 0,
  groups: [],
};

const fingerprintOf = (list: readonly CatalogRecord[]): string => {
  const fingerprint = createFingerprint(sha256);
  list.forEach((record) => fingerprint.add(record));
  return toHex(fingerprint.value());
};

describe('catalog fingerprint', () => {
  it('is the sum of the hashes of the records', () => {
    expect(fingerprintOf([])).toBe('0'.repeat(64));
    expect(fingerprintOf([RECORD])).toBe(toHex(sha256(canonicalRecord(RECORD))));
    // Golden: leaves and supernodes of all versions must agree on it.
    expect(fingerprintOf([RECORD])).toBe('c994b2d042e71fcde9ba98522e2d5a27c76c0560ab991232fbf6b3266160e2e0');
  });

  it('depends on the records and not on their order or history', () => {
    fc.assert(
      fc.property(fc.array(records, { maxLength: 8 }), fc.array(records, { maxLength: 4 }), (kept, gone) => {
        const fingerprint = createFingerprint(sha256);
        for (const record of gone) fingerprint.add(record);
        for (const record of [...kept].reverse()) fingerprint.add(record);
        for (const record of gone) fingerprint.remove(record);
        expect(toHex(fingerprint.value())).toBe(fingerprintOf(kept));
        const again = createFingerprint(sha256, fingerprint.value());
        for (const record of kept) again.remove(record);
        expect(toHex(again.value())).toBe('0'.repeat(64));
      }),
    );
  });

  it('counts a record that is there twice', () => {
    expect(fingerprintOf([RECORD, RECORD])).not.toBe(fingerprintOf([]));
  });

  it.each<[string, Partial<CatalogRecord>]>([
    ['id', { id: 2 }],
    ['root', { root: new Uint8Array(32).fill(8) }],
    ['length', { length: 5 + 2 ** 32 }],
    ['name', { name: 'b.txt' }],
    ['folder', { folder: 'x' }],
    ['type', { type: 'audio' }],
    ['date', { modifiedS: 4 }],
    ['visibility', { visibility: 2 }],
    ['groups', { groups: ['g'] }],
    ['title', { tags: { ...NO_TAGS, title: 'a' } }],
    ['artist', { tags: { ...NO_TAGS, artist: 'a' } }],
    ['track', { tags: { ...NO_TAGS, track: 1 } }],
    ['further tags', { tags: { ...NO_TAGS, more: { a: '' } } }],
    ['the border between name and folder', { name: 'a.t', folder: 'xt' }],
  ])('changes with %s', (_what, change) => {
    expect(fingerprintOf([{ ...RECORD, ...change }])).not.toBe(fingerprintOf([RECORD]));
  });
});

describe('publishBatches', () => {
  const fingerprint = new Uint8Array(32).fill(1);

  it('brings every record over the wire as it was, in frames that fit', () => {
    fc.assert(
      fc.property(
        fc.array(records, { maxLength: 40 }),
        fc.array(u32, { maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        (list, removedIds, maxRecords) => {
          const arrived: CatalogRecord[] = [];
          const removed: number[] = [];
          const lasts: boolean[] = [];
          for (const publish of publishBatches({
            records: list,
            removedIds,
            fingerprint,
            maxRecords,
            maxFrameBytes: 8192,
          })) {
            const frame = encodeEnvelope({ kind: 'publish', publish }, 8192);
            const read = (decodeEnvelope(frame) as Extract<Envelope, { kind: 'publish' }>).publish;
            expect(read.ids.length).toBeLessThanOrEqual(maxRecords);
            expect(read.fingerprint).toEqual(read.last ? fingerprint : new Uint8Array(0));
            removed.push(...read.removedIds);
            arrived.push(...publishedRecords(read));
            lasts.push(read.last);
          }
          expect(lasts).toEqual([...new Array<boolean>(lasts.length - 1).fill(false), true]);
          expect(removed).toEqual(removedIds);
          expect(fingerprintOf(arrived)).toBe(fingerprintOf(list));
          expect(arrived).toEqual(list);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('resets once and sends an empty change as one batch', () => {
    const batches = [
      ...publishBatches({ reset: true, records: [RECORD, { ...RECORD, id: 2 }], fingerprint, maxRecords: 1 }),
    ];
    expect(batches.map(({ reset, last }) => [reset, last])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect([...publishBatches({ records: [], fingerprint })]).toHaveLength(1);
  });

  it('leaves out columns of nothing but defaults', () => {
    const [batch] = publishBatches({ records: [RECORD], fingerprint });
    expect([batch!.folders, batch!.tags, batch!.visibility, batch!.groups]).toEqual([[], [], [], []]);
  });

  it('splits by bytes before a frame is too large', () => {
    const long = fitRecord({ ...RECORD, name: '漢'.repeat(85), folder: 'f'.repeat(1024) });
    const list = Array.from({ length: 2000 }, (_, id) => ({ ...long, id }));
    const batches = [...publishBatches({ records: list, fingerprint })];
    expect(batches.length).toBeGreaterThan(2);
    for (const publish of batches) expect(() => encodeEnvelope({ kind: 'publish', publish })).not.toThrow();
    expect(batches.reduce((n, { ids }) => n + ids.length, 0)).toBe(2000);
  });
});

describe('fitRecord', () => {
  it('cuts texts to their limits and leaves surplus tags out', () => {
    const more = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, 'v'.repeat(300)]));
    const fitted = fitRecord({
      ...RECORD,
      name: '漢'.repeat(200),
      folder: 'f'.repeat(2000),
      tags: { ...NO_TAGS, title: 't'.repeat(300), more: { ...more, ['x'.repeat(40)]: '' } },
    });
    expect(fitted.name).toBe('漢'.repeat(85));
    expect(fitted.folder).toHaveLength(1024);
    expect(fitted.tags.title).toHaveLength(256);
    expect(Object.keys(fitted.tags.more)).toHaveLength(16);
    const [publish] = publishBatches({ records: [fitted], fingerprint: new Uint8Array(32) });
    expect(decodeEnvelope(encodeEnvelope({ kind: 'publish', publish: publish! })).kind).toBe('publish');
  });

  it('refuses a record without a content id', () => {
    expect(() => fitRecord({ ...RECORD, root: new Uint8Array(5) })).toThrow('32 bytes');
  });
});
