import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { banyan } from '../gen/wire.js';
import $protobuf from 'protobufjs/minimal.js';
import {
  BanyanError,
  decodeEnvelope,
  encodeBody,
  encodeEnvelope,
  MAX_FRAME_BYTES,
  NO_TAGS,
} from '../src/index.ts';
import type { Envelope, EnvelopeBody } from '../src/index.ts';
import { ENVELOPE } from '../src/wire-schema.ts';
import type { WireMessage } from '../src/wire-schema.ts';
import { deviceId, FRAMES } from './frames.ts';

function codeOf(frame: Uint8Array): string {
  try {
    decodeEnvelope(frame);
  } catch (error) {
    return error instanceof BanyanError ? error.code : `not a BanyanError: ${String(error)}`;
  }
  return 'read';
}

/** What a hostile side sends: written by the generated code, which checks nothing. */
const raw = (wire: banyan.v1.Envelope.$Properties): Uint8Array => banyan.v1.Envelope.encode(wire).finish();
const writer = (): $protobuf.Writer => $protobuf.Writer.create();
/** An envelope with one hand-written body. */
const body = (field: number, content: Uint8Array): Uint8Array =>
  writer()
    .uint32(field * 8 + 2)
    .bytes(content)
    .finish();
const PUBLISH = 7;
const HITS = 10;

const ADDRESS = { host: '192.0.2.1', port: 1 };
const rows = <T>(n: number, value: T): T[] => new Array<T>(n).fill(value);
const publish = (over: banyan.v1.Publish.$Properties): Uint8Array =>
  raw({ publish: { ids: [1, 2], roots: new Uint8Array(64), lengths: [0, 0], names: ['a', 'b'], ...over } });

describe('decodeEnvelope', () => {
  it('gives every field, also those that were not sent', () => {
    expect(decodeEnvelope(encodeEnvelope({ kind: 'hello', hello: {} }))).toEqual({
      requestId: 0,
      traceparent: '',
      kind: 'hello',
      hello: {
        minVersion: 0,
        maxVersion: 0,
        relation: 0,
        software: '',
        listen: [],
        catalogFingerprint: new Uint8Array(0),
        catalogRecords: 0,
        revocationsKnown: 0,
        features: [],
      },
    });
    const { welcome } = decodeEnvelope(
      encodeEnvelope({ kind: 'welcome', welcome: { deviceId: deviceId(1) } }),
    ) as Extract<Envelope, { kind: 'welcome' }>;
    expect([welcome.observed, welcome.limits, welcome.secondHome]).toEqual([null, null, null]);
    const { searchDone } = decodeEnvelope(encodeEnvelope({ kind: 'searchDone', searchDone: {} })) as Extract<
      Envelope,
      { kind: 'searchDone' }
    >;
    expect(searchDone.correction).toBeNull();
    const { hits } = decodeEnvelope(
      encodeEnvelope({ kind: 'hits', hits: { hits: [{ root: new Uint8Array(32).fill(1), length: 1 }] } }),
    ) as Extract<Envelope, { kind: 'hits' }>;
    expect(hits.hits[0]?.tags).toEqual(NO_TAGS);
    expect(hits.hits[0]).toMatchObject({ offers: 0, freeSources: 0, rate: 0 });
    const { sources } = decodeEnvelope(encodeEnvelope(FRAMES['sources-offer']!)) as Extract<
      Envelope,
      { kind: 'sources' }
    >;
    // Nothing to give is not the same as nothing said.
    expect(sources.sources.map(({ offer }) => offer)).toEqual([
      { freeSlots: 0, queued: 2, rate: 1_000_000 },
      null,
    ]);
  });

  it('shares no memory with the frame, whether Buffer or Uint8Array', () => {
    for (const frame of [encodeEnvelope(FRAMES['hits']!), Uint8Array.from(encodeEnvelope(FRAMES['hits']!))]) {
      const before = decodeEnvelope(Buffer.from(frame));
      const decoded = decodeEnvelope(frame);
      frame.fill(255);
      expect(decoded).toEqual(before);
      const { root } = (decoded as Extract<Envelope, { kind: 'hits' }>).hits.hits[0]!;
      expect(root.constructor).toBe(Uint8Array);
      expect(root.buffer.byteLength).toBe(32);
    }
  });

  it('ignores fields and features of newer versions', () => {
    const known = encodeEnvelope(FRAMES['cancel']!);
    const newer = writer()
      .uint32(200 * 8 + 2)
      .string('new')
      .uint32(201 * 8)
      .uint32(1)
      .finish();
    expect(decodeEnvelope(Buffer.concat([known, newer]))).toEqual(decodeEnvelope(known));
  });

  it('leaves out a traceparent that is none', () => {
    const frame = encodeEnvelope({ ...FRAMES['cancel']!, traceparent: 'nonsense' });
    expect(decodeEnvelope(frame).traceparent).toBe('');
  });

  it('leaves no way to the prototype in the names of further tags', () => {
    const tags = { ...NO_TAGS, more: JSON.parse('{"__proto__":"x","constructor":"y","language":"zh"}') };
    const frame = publish({ tags: [tags, {}] });
    const read = decodeEnvelope(frame) as Extract<Envelope, { kind: 'publish' }>;
    expect(Object.keys(read.publish.tags[0]!.more)).toEqual(['language']);
  });

  it.each<[string, string, Uint8Array]>([
    ['an empty frame', 'malformed_frame', new Uint8Array(0)],
    ['a frame without a message', 'malformed_frame', raw({ requestId: 5 })],
    ['a message of a newer version', 'unknown_message', body(99, Uint8Array.of(1, 2))],
    ['an oversized frame', 'frame_too_large', new Uint8Array(MAX_FRAME_BYTES + 1)],
    [
      'two messages',
      'malformed_frame',
      Buffer.concat([encodeEnvelope(FRAMES['cancel']!), encodeEnvelope(FRAMES['credit']!)]),
    ],
    ['a group', 'malformed_frame', Uint8Array.of(200 * 8 - 1600 + 3, 4)],
    ['field number 0', 'malformed_frame', Uint8Array.of(2, 0)],
    ['a number without an end', 'malformed_frame', Uint8Array.of(8, ...rows(11, 255))],
    [
      'a field of another type',
      'malformed_frame',
      body(
        PUBLISH,
        writer()
          .uint32(6 * 8)
          .uint32(1)
          .finish(),
      ),
    ],
    ['text that is no UTF-8', 'malformed_frame', body(9, Uint8Array.of(10, 1, 0xff))],
    ['overlong UTF-8', 'malformed_frame', body(9, Uint8Array.of(10, 2, 0xc0, 0xaf))],
    ['a surrogate in UTF-8', 'malformed_frame', body(9, Uint8Array.of(10, 3, 0xed, 0xa0, 0x80))],
    ['columns of different lengths', 'malformed_frame', publish({ names: ['a'] })],
    ['a folder column too long', 'malformed_frame', publish({ folders: ['a', 'b', 'c'] })],
    ['roots that are no multiple of 32', 'malformed_frame', publish({ roots: new Uint8Array(63) })],
    ['fewer roots than ids', 'malformed_frame', publish({ roots: new Uint8Array(32) })],
    ['a short fingerprint', 'malformed_frame', publish({ fingerprint: new Uint8Array(31) })],
    ['too many records', 'limit_exceeded', publish({ ids: rows(1001, 1) })],
    ['too many removals', 'limit_exceeded', publish({ removedIds: rows(1001, 1) })],
    ['too many empty names', 'limit_exceeded', publish({ names: rows(1001, '') })],
    ['too many empty tags', 'limit_exceeded', publish({ tags: rows(200_000, {}) })],
    ['an overlong name', 'limit_exceeded', publish({ names: ['a', '漢'.repeat(86)] })],
    ['an overlong folder', 'limit_exceeded', publish({ folders: ['', 'x'.repeat(1025)] })],
    ['an overlong tag', 'limit_exceeded', publish({ tags: [{ title: 'x'.repeat(257) }, {}] })],
    [
      'too many further tags',
      'limit_exceeded',
      publish({ tags: [{ more: Object.fromEntries(rows(17, 0).map((_, i) => [`k${i}`, 'v'])) }, {}] }),
    ],
    [
      'a length above 2^53',
      'limit_exceeded',
      body(
        PUBLISH,
        writer()
          .uint32(5 * 8)
          .uint64(2 ** 53)
          .finish(),
      ),
    ],
    ['the largest 64-bit length', 'limit_exceeded', body(PUBLISH, Uint8Array.of(5 * 8, ...rows(9, 255), 1))],
    [
      'a record id above 32 bits',
      'limit_exceeded',
      body(
        PUBLISH,
        writer()
          .uint32(3 * 8)
          .uint64(2 ** 32)
          .finish(),
      ),
    ],
    ['an overlong query', 'limit_exceeded', raw({ search: { query: 'x'.repeat(513) } })],
    [
      'a query id of another size',
      'malformed_frame',
      raw({ search: { query: 'x', queryId: new Uint8Array(15) } }),
    ],
    [
      'a weight that is no number',
      'malformed_frame',
      raw({ search: { weights: [{ term: 'a', weight: NaN }] } }),
    ],
    ['too many hits', 'limit_exceeded', raw({ hits: { hits: rows(51, {}) } })],
    ['a hit without a root', 'malformed_frame', raw({ hits: { hits: [{ length: 1 }] } })],
    ['a hit with names without end', 'limit_exceeded', raw({ hits: { hits: [{ names: rows(9, '') }] } })],
    ['sources of a root of 31 bytes', 'malformed_frame', raw({ findSources: { root: new Uint8Array(31) } })],
    [
      'an empty file with a root',
      'malformed_frame',
      raw({ findSources: { root: new Uint8Array(32).fill(1), length: 0 } }),
    ],
    ['a source without device id', 'malformed_frame', raw({ sources: { sources: [{ deviceId: '' }] } })],
    [
      'a device id with other letters',
      'malformed_frame',
      raw({ sources: { sources: [{ deviceId: '!'.repeat(43) }] } }),
    ],
    [
      'too many suggestions',
      'limit_exceeded',
      raw({ suggestions: { suggestions: rows(17, { query: 'x' }) } }),
    ],
    [
      'an overlong correction',
      'limit_exceeded',
      raw({ searchDone: { correction: { query: 'x'.repeat(513) } } }),
    ],
    ['too many sources', 'limit_exceeded', raw({ sources: { sources: rows(65, {}) } })],
    ['too many addresses', 'limit_exceeded', raw({ hello: { listen: rows(9, ADDRESS) } })],
    ['port 0', 'malformed_frame', raw({ hello: { listen: [{ host: 'a', port: 0 }] } })],
    ['port 65536', 'malformed_frame', raw({ hello: { listen: [{ host: 'a', port: 65_536 }] } })],
    ['a host with a path', 'malformed_frame', raw({ hello: { listen: [{ host: 'a/b', port: 1 }] } })],
    [
      'a host with a line end',
      'malformed_frame',
      raw({ hello: { listen: [{ host: 'a\r\nX: y', port: 1 }] } }),
    ],
    ['an overlong token', 'limit_exceeded', raw({ reauth: { token: 'x'.repeat(4097) } })],
    ['one field twice', 'malformed_frame', body(HITS - 1, Uint8Array.of(10, 1, 97, 10, 1, 98))],
    ['a message that ends past the frame', 'malformed_frame', Uint8Array.of(PUBLISH * 8 + 2, 100, 1)],
  ])('refuses %s as %s', (_what, code, frame) => {
    expect(codeOf(frame)).toBe(code);
  });

  it('takes the largest batch that the limits allow', () => {
    const n = 1000;
    const frame = raw({
      publish: {
        ids: rows(n, 0xffffffff),
        roots: new Uint8Array(32 * n).fill(1),
        lengths: rows(n, Number.MAX_SAFE_INTEGER),
        names: rows(n, 'x'.repeat(255)),
        folders: rows(n, 'y'.repeat(255)),
        tags: rows(n, { title: 'z'.repeat(256) }),
        removedIds: rows(n, 1),
      },
    });
    expect(frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    const read = decodeEnvelope(frame) as Extract<Envelope, { kind: 'publish' }>;
    expect(read.publish.lengths[n - 1]).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('obeys a smaller frame limit', () => {
    const frame = encodeEnvelope(FRAMES['hits']!);
    expect(() => decodeEnvelope(frame, frame.length - 1)).toThrow(`${frame.length - 1} are allowed`);
    expect(decodeEnvelope(frame, frame.length).kind).toBe('hits');
  });
});

describe('encodeEnvelope', () => {
  it.each(Object.entries(FRAMES))('writes what was encoded apart as if it were not: %s', (_name, frame) => {
    const { requestId = 0, traceparent = '', ...body } = frame;
    const once = encodeBody(body as EnvelopeBody);
    for (const id of [requestId, requestId + 1])
      expect(decodeEnvelope(encodeEnvelope({ ...once, requestId: id, traceparent }))).toEqual(
        decodeEnvelope(encodeEnvelope({ ...frame, requestId: id })),
      );
    expect(() => encodeEnvelope({ ...once, requestId }, 1)).toThrow(/1 are allowed/);
  });

  it('refuses what the other side would', () => {
    const cursor = new Uint8Array(MAX_FRAME_BYTES);
    let code = 'none';
    try {
      encodeEnvelope({ kind: 'search', search: { cursor } });
    } catch (error) {
      code = (error as BanyanError).code;
    }
    expect(code).toBe('frame_too_large');
  });

  it('writes half a surrogate pair as U+FFFD, since file names may hold one', () => {
    const frame = encodeEnvelope({
      kind: 'publish',
      publish: { ids: [1], roots: new Uint8Array(32), lengths: [0], names: ['a\ud800b'] },
    });
    expect(decodeEnvelope(frame)).toMatchObject({ publish: { names: ['a\ufffdb'], ids: [1] } });
  });

  it('takes null and undefined as left out', () => {
    const frame = encodeEnvelope({
      kind: 'welcome',
      welcome: { deviceId: deviceId(1), observed: null, secondHome: undefined, name: undefined },
    });
    expect(decodeEnvelope(frame)).toMatchObject({ welcome: { observed: null, name: '' } });
  });
});

describe('hostile frames', () => {
  const isFair = (frame: Uint8Array): boolean => !codeOf(frame).startsWith('not');

  it('of random bytes end in a BanyanError or a message', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), isFair), { numRuns: 3000 });
  });

  it('of random bytes behind a right head end in a BanyanError or a message', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 23 }), fc.uint8Array({ maxLength: 200 }), (field, bytes) =>
        isFair(body(field, bytes)),
      ),
      { numRuns: 3000 },
    );
  });

  it('that are right ones with bytes changed end in a BanyanError or a message', () => {
    const frames = Object.values(FRAMES).map((frame) => encodeEnvelope(frame));
    fc.assert(
      fc.property(
        fc.constantFrom(...frames),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
        (frame, changes) => {
          const changed = Uint8Array.from(frame);
          for (const [at, value] of changes) changed[at % changed.length] = value;
          return isFair(changed);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('that are cut short anywhere end in a BanyanError or a message', () => {
    for (const frame of Object.values(FRAMES).map((one) => encodeEnvelope(one))) {
      for (let length = 0; length < frame.length; length++) {
        expect(codeOf(frame.subarray(0, length))).not.toMatch(/^not/);
      }
    }
  });
});

describe('the table of limits', () => {
  /** Messages of banyan.proto: name → field number → name in camelCase and whether repeated. */
  const schema = new Map<string, Map<number, { name: string; repeated: boolean }>>();
  const text = readFileSync(new URL('../banyan.proto', import.meta.url), 'utf8').replace(/\/\/.*$/gm, '');
  for (const [, name, content] of text.matchAll(/message (\w+) \{((?:[^{}]|\{[^{}]*\})*)\}/g)) {
    const fields = new Map<number, { name: string; repeated: boolean }>();
    for (const [, prefix, field, number] of content!.matchAll(
      /(?<=^|[;{])\s*(repeated |map)?[\w<>, ]+ (\w+) = (\d+);/gm,
    )) {
      const camel = field!.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
      fields.set(Number(number), { name: camel, repeated: prefix !== undefined });
    }
    schema.set(name!, fields);
  }

  it('has every field of every message of the schema, by number and name', () => {
    const seen = new Set<string>();
    const compare = (of: WireMessage): void => {
      if (of.name === 'Tags.more' || seen.has(of.name)) return;
      seen.add(of.name);
      const fields = new Map(
        of.fields.flatMap((field, i) => (field ? [[i, { name: field.name, repeated: field.repeated }]] : [])),
      );
      expect([of.name, fields]).toEqual([of.name, schema.get(of.name)]);
      for (const field of of.fields) if (field?.of) compare(field.of);
    };
    compare(ENVELOPE);
    expect([...seen].sort()).toEqual([...schema.keys()].sort());
  });
});
