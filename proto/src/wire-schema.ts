/**
 * The limits of every field of `banyan.proto`, for the check that runs before a frame is decoded. A test
 * compares names and numbers with the schema, so that no field is without a limit.
 */

import {
  HASH_BYTES,
  MAX_ADDRESSES,
  MAX_ALTERNATES,
  MAX_ASKED_SUPERNODES,
  MAX_BATCH_RECORDS,
  MAX_CURSOR_BYTES,
  MAX_DISPLAY_NAME_BYTES,
  MAX_FACETS,
  MAX_FEATURES,
  MAX_FOLDER_BYTES,
  MAX_GROUPS_BYTES,
  MAX_HEAVY_TERMS,
  MAX_HINTS,
  MAX_HITS,
  MAX_HIT_NAMES,
  MAX_HOST_BYTES,
  MAX_LABEL_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_MORE_TAGS,
  MAX_NAME_BYTES,
  MAX_QUERY_BYTES,
  MAX_QUERY_TERMS,
  MAX_REVOCATION_BYTES,
  MAX_REVOCATION_DELTAS,
  MAX_SCORE_PARTS,
  MAX_SOURCES,
  MAX_SUGGESTIONS,
  MAX_TAG_BYTES,
  MAX_TOKEN_BYTES,
} from './limits.ts';

/** One field: its kind on the wire, its largest size in bytes, and how many of it there may be. */
export interface WireField {
  readonly name: string;
  /** `u32` also stands for bool and enum, `u64` for whole numbers up to 2^53 − 1. */
  readonly kind: 'u32' | 'u64' | 'float' | 'text' | 'bytes' | 'message';
  /** Bytes of a text or bytes field; Infinity where only the frame bounds it. */
  readonly maxBytes: number;
  /** 1 for a field that is not repeated. */
  readonly maxCount: number;
  readonly repeated: boolean;
  readonly of: WireMessage | undefined;
}

/** One message: its fields by number. */
export interface WireMessage {
  readonly name: string;
  readonly fields: readonly (WireField | undefined)[];
}

type Draft = (name: string) => WireField;

const field = (kind: WireField['kind'], maxBytes: number, of?: WireMessage): Draft => {
  return (name) => ({ name, kind, maxBytes, maxCount: 1, repeated: false, of });
};
const u32 = field('u32', Infinity);
const u64 = field('u64', Infinity);
const float = field('float', Infinity);
const text = (maxBytes: number): Draft => field('text', maxBytes);
const bytes = (maxBytes: number): Draft => field('bytes', maxBytes);
const message = (of: WireMessage): Draft => field('message', Infinity, of);
const many = (maxCount: number, draft: Draft): Draft => {
  return (name) => ({ ...draft(name), maxCount, repeated: true });
};

/** A message from its fields by name, in the order of their numbers from 1 on, except where one is given. */
const define = (
  name: string,
  drafts: Readonly<Record<string, Draft | readonly [number, Draft]>>,
  first = 1,
): WireMessage => {
  const fields: (WireField | undefined)[] = [];
  let next = first;
  for (const [fieldName, given] of Object.entries(drafts)) {
    const [number, draft] = typeof given === 'function' ? [next, given] : given;
    fields[number] = draft(fieldName);
    next = number + 1;
  }
  return { name, fields };
};

const DEVICE_ID_BYTES = 43;
const QUERY_ID_BYTES = 16;
const TRACEPARENT_BYTES = 128;
const MORE_KEY_BYTES = 32;

const label = text(MAX_LABEL_BYTES);
const sentence = text(MAX_MESSAGE_BYTES);
const deviceId = text(DEVICE_ID_BYTES);
const displayName = text(MAX_DISPLAY_NAME_BYTES);
const hash = bytes(HASH_BYTES);
const queryId = bytes(QUERY_ID_BYTES);
const features = many(MAX_FEATURES, label);

const ADDRESS = define('Address', { host: text(MAX_HOST_BYTES), port: u32 });
const addresses = many(MAX_ADDRESSES, message(ADDRESS));
const SUPERNODE_REF = define('SupernodeRef', { deviceId, addresses, name: displayName });
const alternates = many(MAX_ALTERNATES, message(SUPERNODE_REF));
const SESSION_LIMITS = define('SessionLimits', {
  maxFrameBytes: u32,
  maxBatchRecords: u32,
  maxRecords: u64,
  maxInFlight: u32,
  searchesPerMinute: u32,
  maxSessionSeconds: u32,
});
const ADDRESS_CHECK = define('AddressCheck', {
  address: message(ADDRESS),
  reachable: u32,
  code: label,
  message: sentence,
  roundTripMs: u32,
});
const CHUNK_FETCH = define('ChunkFetch', {
  address: message(ADDRESS),
  code: label,
  message: sentence,
  bytes: u64,
  tookMs: u32,
});
const tag = text(MAX_TAG_BYTES);
const MORE_ENTRY = define('Tags.more', { key: text(MORE_KEY_BYTES), value: tag });
const TAGS = define('Tags', {
  title: tag,
  artist: tag,
  album: tag,
  year: u32,
  genre: tag,
  track: u32,
  durationMs: u32,
  bitrateKbps: u32,
  width: u32,
  height: u32,
  more: [15, many(MAX_MORE_TAGS, message(MORE_ENTRY))],
});
const rows = (draft: Draft): Draft => many(MAX_BATCH_RECORDS, draft);
const REFUSAL = define('Refusal', { id: u32, code: label, message: sentence });
const TERM_WEIGHT = define('TermWeight', { term: text(MAX_QUERY_BYTES), weight: float });
const SCORE_PART = define('ScorePart', { name: label, value: float });
const HIT = define('Hit', {
  root: hash,
  length: u64,
  name: text(MAX_NAME_BYTES),
  names: many(MAX_HIT_NAMES, text(MAX_NAME_BYTES)),
  folder: text(MAX_FOLDER_BYTES),
  type: u32,
  tags: message(TAGS),
  sources: u32,
  reachableSources: u32,
  score: float,
  modifiedS: u64,
  explain: many(MAX_SCORE_PARTS, message(SCORE_PART)),
  supernodes: many(MAX_ASKED_SUPERNODES, deviceId),
  offers: u32,
  freeSources: u32,
  rate: u64,
});
const SUPERNODE_ANSWER = define('SupernodeAnswer', {
  deviceId,
  name: displayName,
  tookMs: u32,
  hits: u32,
  code: label,
});
const FACET_COUNT = define('FacetCount', { facet: label, value: text(MAX_TAG_BYTES), count: u64 });
const CORRECTION = define('Correction', { query: text(MAX_QUERY_BYTES), edits: u32, hits: u64 });
const SUGGESTION = define('Suggestion', { query: text(MAX_QUERY_BYTES), hits: u64 });
const UPLOAD_OFFER = define('UploadOffer', { freeSlots: u32, queued: u32, rate: u64 });
const SOURCE = define('Source', {
  deviceId,
  addresses,
  partial: u32,
  account: displayName,
  offer: message(UPLOAD_OFFER),
});
const TERM_COUNT = define('TermCount', { term: text(MAX_QUERY_BYTES), count: u64 });

/** The envelope; its bodies have the numbers 2 to 25. */
export const ENVELOPE = define('Envelope', {
  requestId: u32,
  hello: message(
    define('Hello', {
      minVersion: u32,
      maxVersion: u32,
      relation: u32,
      software: label,
      listen: addresses,
      catalogFingerprint: hash,
      catalogRecords: u64,
      revocationsKnown: u64,
      features,
    }),
  ),
  welcome: message(
    define('Welcome', {
      version: u32,
      deviceId,
      name: displayName,
      observed: message(ADDRESS),
      catalogKnown: u32,
      limits: message(SESSION_LIMITS),
      alternates,
      secondHome: message(SUPERNODE_REF),
      serverTimeMs: u64,
      revocationsKnown: u64,
      features,
    }),
  ),
  reauth: message(define('Reauth', { token: text(MAX_TOKEN_BYTES) })),
  reauthDone: message(define('ReauthDone', { expiresAtMs: u64 })),
  revocations: message(
    define('Revocations', { signed: many(MAX_REVOCATION_DELTAS, text(MAX_REVOCATION_BYTES)) }),
  ),
  publish: message(
    define('Publish', {
      reset: u32,
      removedIds: rows(u32),
      ids: rows(u32),
      roots: bytes(MAX_BATCH_RECORDS * HASH_BYTES),
      lengths: rows(u64),
      names: rows(text(MAX_NAME_BYTES)),
      folders: rows(text(MAX_FOLDER_BYTES)),
      types: rows(u32),
      modifiedS: rows(u64),
      tags: rows(message(TAGS)),
      visibility: rows(u32),
      groups: rows(text(MAX_GROUPS_BYTES)),
      last: u32,
      fingerprint: hash,
    }),
  ),
  publishAck: message(define('PublishAck', { accepted: u32, refused: rows(message(REFUSAL)), records: u64 })),
  search: message(
    define('Search', {
      query: text(MAX_QUERY_BYTES),
      limit: u32,
      queryId,
      hops: u32,
      timeoutMs: u32,
      weights: many(MAX_QUERY_TERMS, message(TERM_WEIGHT)),
      cursor: bytes(MAX_CURSOR_BYTES),
      partialLastWord: u32,
      asTyped: u32,
      explain: u32,
    }),
  ),
  hits: message(define('Hits', { hits: many(MAX_HITS, message(HIT)) })),
  searchDone: message(
    define('SearchDone', {
      asked: u32,
      answered: u32,
      timedOut: u32,
      totalEstimate: u64,
      answers: many(MAX_ASKED_SUPERNODES, message(SUPERNODE_ANSWER)),
      searchedFor: text(MAX_QUERY_BYTES),
      cursor: bytes(MAX_CURSOR_BYTES),
      facets: many(MAX_FACETS, message(FACET_COUNT)),
      hints: many(MAX_HINTS, sentence),
      correction: message(CORRECTION),
    }),
  ),
  findSources: message(
    define('FindSources', { root: hash, length: u64, limit: u32, hops: u32, queryId, timeoutMs: u32 }),
  ),
  sources: message(
    define('Sources', { sources: many(MAX_SOURCES, message(SOURCE)), done: u32, asked: u32, answered: u32 }),
  ),
  cancel: message(define('Cancel', { targetRequestId: u32 })),
  draining: message(define('Draining', { deadlineMs: u64, alternates })),
  error: message(
    define('Error', { code: label, message: sentence, retryAfterMs: u32, fatal: u32, alternates }),
  ),
  reachability: message(define('Reachability', { checks: many(MAX_ADDRESSES, message(ADDRESS_CHECK)) })),
  badSource: message(
    define('BadSource', { deviceId, root: hash, length: u64, code: label, chunk: u64, message: sentence }),
  ),
  linkState: message(
    define('LinkState', {
      leaves: u32,
      records: u64,
      contents: u64,
      draining: u32,
      membershipVersion: u64,
      heavyTerms: many(MAX_HEAVY_TERMS, message(TERM_COUNT)),
    }),
  ),
  credit: message(define('Credit', { requests: u32 })),
  suggest: message(define('Suggest', { query: text(MAX_QUERY_BYTES), limit: u32 })),
  suggestions: message(define('Suggestions', { suggestions: many(MAX_SUGGESTIONS, message(SUGGESTION)) })),
  checkReach: message(define('CheckReach', { root: hash, length: u64 })),
  reachChecked: message(
    define('ReachChecked', {
      checks: many(MAX_ADDRESSES, message(ADDRESS_CHECK)),
      fetch: message(CHUNK_FETCH),
    }),
  ),
  uploadOffer: message(UPLOAD_OFFER),
  traceparent: [100, text(TRACEPARENT_BYTES)],
});
