import type { Hit, OutgoingEnvelope, SupernodeRef, Tags } from '../src/index.ts';
import { toBase64url } from '../src/index.ts';
import { vectorBytes } from './sha256.ts';

/** A device id for tests: the base64url of 32 equal bytes. */
export const deviceId = (byte: number): string => toBase64url(new Uint8Array(32).fill(byte));

const root = vectorBytes(32);
const queryId = vectorBytes(16);
const address = { host: '192.0.2.7', port: 7443 };
const supernode: SupernodeRef = {
  deviceId: deviceId(1),
  addresses: [address, { host: '2001:db8::7', port: 443 }],
  name: 'north',
};
const tags: Tags = {
  title: 'Blätterdach',
  artist: '榕树',
  album: 'Roots',
  year: 2003,
  genre: 'Folk',
  track: 7,
  durationMs: 215_000,
  bitrateKbps: 192,
  width: 640,
  height: 480,
  more: { language: 'zh' },
};
const hit: Hit = {
  root,
  length: 2 ** 40 + 5,
  name: '榕树.mp3',
  names: ['banyan.mp3'],
  folder: 'music/folk',
  type: 1,
  tags,
  sources: 3,
  reachableSources: 2,
  score: 1.5,
  modifiedS: 1_700_000_000,
  explain: [{ name: 'title', value: 0.5 }],
  supernodes: [deviceId(1), deviceId(2)],
  offers: 0,
  freeSources: 0,
  rate: 0,
};

/** One full message of each kind, and of what later versions added to one, by the name of its golden frame. */
export const FRAMES: Readonly<Record<string, OutgoingEnvelope>> = {
  hello: {
    requestId: 1,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    kind: 'hello',
    hello: {
      minVersion: 1,
      maxVersion: 2,
      relation: 1,
      software: 'banyan/0.1.0 (peer)',
      listen: [address],
      catalogFingerprint: root,
      catalogRecords: 4_294_967_296,
      revocationsKnown: 9,
      features: ['x'],
    },
  },
  welcome: {
    requestId: 1,
    kind: 'welcome',
    welcome: {
      version: 1,
      deviceId: deviceId(1),
      name: 'north',
      observed: address,
      catalogKnown: true,
      limits: {
        maxFrameBytes: 1_048_576,
        maxBatchRecords: 1000,
        maxRecords: 1_000_000,
        maxInFlight: 16,
        searchesPerMinute: 240,
        maxSessionSeconds: 86_400,
      },
      alternates: [supernode],
      secondHome: supernode,
      serverTimeMs: 1_700_000_000_123,
      revocationsKnown: 10,
      features: ['x', 'y'],
    },
  },
  reauth: { requestId: 2, kind: 'reauth', reauth: { token: 'aaa.bbb.ccc' } },
  'reauth-done': { requestId: 2, kind: 'reauthDone', reauthDone: { expiresAtMs: 1_700_003_600_000 } },
  revocations: { requestId: 0, kind: 'revocations', revocations: { signed: ['a.b.c', 'd.e.f'] } },
  publish: {
    requestId: 3,
    kind: 'publish',
    publish: {
      reset: true,
      removedIds: [1, 300],
      ids: [5, 4_294_967_295],
      roots: vectorBytes(64),
      lengths: [1, Number.MAX_SAFE_INTEGER],
      names: ['a.txt', '榕树.mp3'],
      folders: ['', 'music'],
      types: [4, 1],
      modifiedS: [0, 1_700_000_000],
      tags: [{}, tags],
      visibility: [0, 1],
      groups: ['', 'g1,g2'],
      last: true,
      fingerprint: root,
    },
  },
  'publish-ack': {
    requestId: 3,
    kind: 'publishAck',
    publishAck: { accepted: 1, refused: [{ id: 5, code: 'name_unsafe', message: 'No name.' }], records: 7 },
  },
  search: {
    requestId: 4,
    kind: 'search',
    search: {
      query: 'banyan "榕树" type:audio',
      limit: 50,
      queryId,
      hops: 1,
      timeoutMs: 2000,
      weights: [{ term: 'banyan', weight: 2.5 }],
      cursor: Uint8Array.of(1, 2, 3),
      partialLastWord: true,
      asTyped: true,
    },
  },
  hits: { requestId: 4, kind: 'hits', hits: { hits: [hit] } },
  'search-done': {
    requestId: 4,
    kind: 'searchDone',
    searchDone: {
      asked: 3,
      answered: 2,
      timedOut: 1,
      totalEstimate: 12_345_678_901,
      answers: [{ deviceId: deviceId(2), name: 'south', tookMs: 12, hits: 4, code: 'timeout' }],
      searchedFor: 'banyan',
      cursor: Uint8Array.of(9),
      facets: [{ facet: 'type', value: 'audio', count: 4 }],
      hints: ['year: is not understood'],
    },
  },
  'find-sources': {
    requestId: 5,
    kind: 'findSources',
    findSources: { root, length: 5, limit: 64, hops: 1, queryId, timeoutMs: 2000 },
  },
  sources: {
    requestId: 5,
    kind: 'sources',
    sources: {
      sources: [{ deviceId: deviceId(3), addresses: [address], partial: true, account: 'Ada' }],
      done: true,
      asked: 2,
      answered: 2,
    },
  },
  cancel: { requestId: 0, kind: 'cancel', cancel: { targetRequestId: 4 } },
  draining: {
    requestId: 0,
    kind: 'draining',
    draining: { deadlineMs: 1_700_000_060_000, alternates: [supernode] },
  },
  error: {
    requestId: 6,
    kind: 'error',
    error: { code: 'full', message: 'No place.', retryAfterMs: 5000, fatal: true, alternates: [supernode] },
  },
  reachability: {
    requestId: 0,
    kind: 'reachability',
    reachability: {
      checks: [
        { address, reachable: false, code: 'unreachable', message: 'Nobody answers.', roundTripMs: 3 },
      ],
    },
  },
  'bad-source': {
    requestId: 0,
    kind: 'badSource',
    badSource: {
      deviceId: deviceId(3),
      root,
      length: 5,
      code: 'bad_chunk',
      chunk: 8_589_934_591,
      message: 'Wrong bytes.',
    },
  },
  'link-state': {
    requestId: 0,
    kind: 'linkState',
    linkState: {
      leaves: 1000,
      records: 3_000_000,
      contents: 2_000_000,
      draining: true,
      membershipVersion: 77,
      heavyTerms: [{ term: 'mp3', count: 1_000_000 }],
    },
  },
  credit: { requestId: 0, kind: 'credit', credit: { requests: 4 } },
  suggest: { requestId: 7, kind: 'suggest', suggest: { query: '榕树 ban', limit: 8 } },
  suggestions: {
    requestId: 7,
    kind: 'suggestions',
    suggestions: {
      suggestions: [
        { query: '榕树 banyan', hits: 12_345_678_901 },
        { query: '榕树 banjo', hits: 1 },
      ],
    },
  },
  'check-reach': { requestId: 9, kind: 'checkReach', checkReach: {} },
  'check-reach-fetch': { requestId: 9, kind: 'checkReach', checkReach: { root, length: 1_048_577 } },
  'reach-checked': {
    requestId: 9,
    kind: 'reachChecked',
    reachChecked: { checks: [{ address, reachable: true, roundTripMs: 3 }] },
  },
  'reach-checked-fetch': {
    requestId: 9,
    kind: 'reachChecked',
    reachChecked: {
      checks: [{ address, reachable: true, roundTripMs: 3 }],
      fetch: { address, code: 'bad_chunk', message: 'It is another.', bytes: 1_048_576, tookMs: 41 },
    },
  },
  'upload-offer': {
    requestId: 0,
    kind: 'uploadOffer',
    uploadOffer: { freeSlots: 3, queued: 0, rate: 12_345_678_901 },
  },
  'hits-offers': {
    requestId: 4,
    kind: 'hits',
    hits: { hits: [{ ...hit, offers: 2, freeSources: 1, rate: 12_345_678_901 }] },
  },
  'sources-offer': {
    requestId: 5,
    kind: 'sources',
    sources: {
      sources: [
        {
          deviceId: deviceId(3),
          addresses: [address],
          account: 'Ada',
          offer: { freeSlots: 0, queued: 2, rate: 1_000_000 },
        },
        { deviceId: deviceId(1), addresses: [address], account: 'Bob' },
      ],
    },
  },
  'search-explain': {
    requestId: 8,
    kind: 'search',
    search: { query: 'banyan size:>1mb', queryId, timeoutMs: 500, asTyped: true, explain: true },
  },
  'search-done-correction': {
    requestId: 8,
    kind: 'searchDone',
    searchDone: {
      asked: 1,
      answered: 1,
      hints: ['tpye: is no operator'],
      correction: { query: 'banyan', edits: 2, hits: 12_345_678_901 },
    },
  },
};
