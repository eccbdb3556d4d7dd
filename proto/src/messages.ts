/**
 * The messages of sessions as plain objects. Received ones have every field: what the sender left out is 0,
 * '', false, an empty list, or null for a message within a message. For sending, every field may be left
 * out. What the fields mean is said in `banyan.proto` and in words in `spec/`.
 */

/** Numbers of {@link Hello.relation}. */
export const RELATION = { unspecified: 0, home: 1, secondHome: 2, supernode: 3, probe: 4 } as const;

/** Numbers of {@link Publish.visibility}; any other hides the record from everybody. */
export const VISIBILITY = { network: 0, groups: 1, account: 2 } as const;

export interface Address {
  /** IPv4 or IPv6 literal, or a DNS name. */
  host: string;
  /** 1 to 65535. */
  port: number;
}

export interface SupernodeRef {
  deviceId: string;
  addresses: Address[];
  name: string;
}

export interface Hello {
  minVersion: number;
  maxVersion: number;
  /** A number of {@link RELATION}. */
  relation: number;
  software: string;
  listen: Address[];
  /** 32 bytes, or none: nothing to publish. */
  catalogFingerprint: Uint8Array;
  catalogRecords: number;
  revocationsKnown: number;
  features: string[];
}

export interface SessionLimits {
  maxFrameBytes: number;
  maxBatchRecords: number;
  maxRecords: number;
  maxInFlight: number;
  searchesPerMinute: number;
  maxSessionSeconds: number;
}

export interface Welcome {
  version: number;
  deviceId: string;
  name: string;
  observed: Address | null;
  catalogKnown: boolean;
  limits: SessionLimits | null;
  alternates: SupernodeRef[];
  secondHome: SupernodeRef | null;
  serverTimeMs: number;
  revocationsKnown: number;
  features: string[];
}

export interface Reauth {
  token: string;
}

export interface ReauthDone {
  expiresAtMs: number;
}

export interface Revocations {
  signed: string[];
}

export interface Credit {
  requests: number;
}

export interface Draining {
  deadlineMs: number;
  alternates: SupernodeRef[];
}

export interface ErrorMessage {
  /** A code of the error table, or one that only a newer peer knows. */
  code: string;
  message: string;
  retryAfterMs: number;
  fatal: boolean;
  alternates: SupernodeRef[];
}

export interface AddressCheck {
  address: Address | null;
  reachable: boolean;
  code: string;
  message: string;
  roundTripMs: number;
}

export interface Reachability {
  checks: AddressCheck[];
}

export interface CheckReach {
  /** Of a file that the leaf shares, 32 bytes; none: it is only dialled. */
  root: Uint8Array;
  length: number;
}

export interface ReachChecked {
  checks: AddressCheck[];
  /** Null: no file was named, or the home is too old to fetch. */
  fetch: ChunkFetch | null;
}

/** What came of fetching one chunk of a leaf's file. */
export interface ChunkFetch {
  /** Where it was asked for; null: nowhere. */
  address: Address | null;
  /** Error code; empty: it came, and is proved. */
  code: string;
  message: string;
  /** Of the chunk. */
  bytes: number;
  /** From the connection to the proof. */
  tookMs: number;
}

/** What whoever downloads from a leaf next can expect. */
export interface UploadOffer {
  /** Devices that it would serve at once. */
  freeSlots: number;
  /** Downloads that wait for a slot. */
  queued: number;
  /** Bytes per second for one downloader more; 0: nobody knows yet. */
  rate: number;
}

/** What a file says of itself; '' and 0 where it says nothing. */
export interface Tags {
  title: string;
  artist: string;
  album: string;
  year: number;
  genre: string;
  track: number;
  durationMs: number;
  bitrateKbps: number;
  width: number;
  height: number;
  more: Record<string, string>;
}

/** Columns have the length of `ids`, or are empty: then every row has the default. */
export interface Publish {
  reset: boolean;
  removedIds: number[];
  ids: number[];
  /** 32 bytes for each row. */
  roots: Uint8Array;
  lengths: number[];
  names: string[];
  folders: string[];
  /** Wire numbers: {@link mediaTypeFromWire}. */
  types: number[];
  modifiedS: number[];
  tags: Tags[];
  /** Numbers of {@link VISIBILITY}. */
  visibility: number[];
  /** Group ids joined by commas. */
  groups: string[];
  last: boolean;
  /** 32 bytes or none. */
  fingerprint: Uint8Array;
}

export interface Refusal {
  id: number;
  code: string;
  message: string;
}

export interface PublishAck {
  accepted: number;
  refused: Refusal[];
  records: number;
}

export interface TermWeight {
  term: string;
  weight: number;
}

export interface Search {
  query: string;
  limit: number;
  /** 16 bytes or none. */
  queryId: Uint8Array;
  hops: number;
  timeoutMs: number;
  weights: TermWeight[];
  cursor: Uint8Array;
  partialLastWord: boolean;
  asTyped: boolean;
  explain: boolean;
}

export interface ScorePart {
  name: string;
  value: number;
}

export interface Hit {
  /** 32 bytes. */
  root: Uint8Array;
  length: number;
  name: string;
  names: string[];
  folder: string;
  /** Wire number: {@link mediaTypeFromWire}. */
  type: number;
  tags: Tags;
  sources: number;
  reachableSources: number;
  score: number;
  modifiedS: number;
  explain: ScorePart[];
  supernodes: string[];
  /** Of the reachable sources, those that say what they can give. */
  offers: number;
  /** Of these, with a free slot. */
  freeSources: number;
  /** Bytes per second that the free ones promise, added up; 0: nobody knows yet. */
  rate: number;
}

export interface Hits {
  hits: Hit[];
}

export interface SupernodeAnswer {
  deviceId: string;
  name: string;
  tookMs: number;
  hits: number;
  /** Error code; '': it answered. */
  code: string;
}

export interface FacetCount {
  facet: string;
  value: string;
  count: number;
}

export interface SearchDone {
  asked: number;
  answered: number;
  timedOut: number;
  totalEstimate: number;
  answers: SupernodeAnswer[];
  searchedFor: string;
  cursor: Uint8Array;
  facets: FacetCount[];
  hints: string[];
  /** Of a supernode that was asked with hops 0 and has no hit; null: it knows nothing better. */
  correction: Correction | null;
}

/** A query with its misspelt words replaced. */
export interface Correction {
  query: string;
  /** Letters changed in all. */
  edits: number;
  /** About how many contents it finds at the supernode that proposes it. */
  hits: number;
}

export interface Suggest {
  query: string;
  limit: number;
}

export interface Suggestion {
  /** The whole query, its last word completed. */
  query: string;
  /** About how many contents have the completed word. */
  hits: number;
}

export interface Suggestions {
  /** Best first. */
  suggestions: Suggestion[];
}

export interface FindSources {
  /** 32 bytes. */
  root: Uint8Array;
  length: number;
  limit: number;
  hops: number;
  /** 16 bytes or none. */
  queryId: Uint8Array;
  timeoutMs: number;
}

export interface Source {
  deviceId: string;
  addresses: Address[];
  partial: boolean;
  account: string;
  /** Null: it has not said what it can give. */
  offer: UploadOffer | null;
}

export interface Sources {
  sources: Source[];
  done: boolean;
  asked: number;
  answered: number;
}

export interface Cancel {
  targetRequestId: number;
}

export interface BadSource {
  deviceId: string;
  /** 32 bytes. */
  root: Uint8Array;
  length: number;
  code: string;
  chunk: number;
  message: string;
}

export interface TermCount {
  term: string;
  count: number;
}

export interface LinkState {
  leaves: number;
  records: number;
  contents: number;
  draining: boolean;
  membershipVersion: number;
  heavyTerms: TermCount[];
}

/** Kind → message. A kind is the name of the field of `Envelope.body`, in camelCase. */
export interface Messages {
  hello: Hello;
  welcome: Welcome;
  reauth: Reauth;
  reauthDone: ReauthDone;
  revocations: Revocations;
  publish: Publish;
  publishAck: PublishAck;
  search: Search;
  hits: Hits;
  searchDone: SearchDone;
  findSources: FindSources;
  sources: Sources;
  cancel: Cancel;
  draining: Draining;
  error: ErrorMessage;
  reachability: Reachability;
  badSource: BadSource;
  linkState: LinkState;
  credit: Credit;
  suggest: Suggest;
  suggestions: Suggestions;
  checkReach: CheckReach;
  reachChecked: ReachChecked;
  uploadOffer: UploadOffer;
}

/** The name of a kind of message. */
export type MessageKind = keyof Messages;

/** A message for sending: every field may be left out, lists and texts may be read-only. */
export type Outgoing<T> = T extends string | number | boolean | null | Uint8Array
  ? T
  : T extends readonly (infer E)[]
    ? readonly Outgoing<E>[]
    : { readonly [K in keyof T]?: Outgoing<T[K]> | null | undefined };

/** The body of an envelope for sending: `{ kind: 'search', search: { query: 'banyan' } }`. */
export type EnvelopeBody = {
  [K in MessageKind]: { readonly kind: K } & { readonly [P in K]: Outgoing<Messages[P]> };
}[MessageKind];

/** The body of an envelope that was encoded once, to be sent several times. */
export interface EncodedBody {
  readonly kind: MessageKind;
  /** The field of the envelope. */
  readonly encoded: Uint8Array;
}

/** What {@link encodeEnvelope} takes. A received {@link Envelope} is one. */
export type OutgoingEnvelope = (EnvelopeBody | EncodedBody) & {
  /** Default 0: no answer belongs to it. */
  readonly requestId?: number;
  /** W3C traceparent; default none. */
  readonly traceparent?: string;
};

/** A received message; `kind` tells which field it has. */
export type Envelope = {
  [K in MessageKind]: {
    readonly requestId: number;
    /** '' when there is none, or none that is well-formed. */
    readonly traceparent: string;
    readonly kind: K;
  } & { readonly [P in K]: Messages[P] };
}[MessageKind];

/** What {@link decodeEnvelope} gives. */
export type DecodedEnvelope = Envelope;
