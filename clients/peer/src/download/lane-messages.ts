/** What the main loop and a lane say to each other. Everything here can be cloned between threads. */
import type { Certificate } from '@banyan/kit/tls';
import type { ContentId, ErrorCode } from '@banyan/proto/base';
import type { ChunkSpan } from './passes.ts';

/** One device at one address. */
export interface PeerTarget {
  readonly deviceId: string;
  readonly host: string;
  readonly port: number;
}

/** A file on a plain HTTP(S) server. */
export interface MirrorTarget {
  readonly url: string;
  /** `ETag` or `Last-Modified` of its earlier answers: with another one it is another file. */
  readonly validator?: string;
  /** Bytes are not proved one chunk at a time: another validator ends the request. */
  readonly isStrict: boolean;
  /** It is known to answer with the whole file: what comes before the run is passed over. */
  readonly isSequential: boolean;
}

export type LaneTarget = PeerTarget | MirrorTarget;

export function isMirror(target: LaneTarget): target is MirrorTarget {
  return 'url' in target;
}

/** What a request belongs to, told to the peer; see `tracedLanes`. */
interface Traced {
  readonly traceparent?: string;
}

/** What a peer is asked. A token goes to nobody else. */
interface PeerRequest extends Traced {
  /** Unique among all lanes and downloads. */
  readonly request: number;
  readonly target: PeerTarget;
  readonly token: string;
  readonly content: ContentId;
}

/** How the chunks of a run are checked as they arrive. */
export type ChunkCheck =
  /** Against their hashes, which were proved; 32 bytes each. */
  | { readonly kind: 'layer'; readonly hashes: Uint8Array }
  /** Against the SHA-256 of the pieces that they consist of, so many bytes each. */
  | { readonly kind: 'pieces'; readonly pieceLength: number; readonly hashes: Uint8Array }
  /** Not at all. */
  | { readonly kind: 'later' };

/** Fetch chunks, check them and write them into the part file. */
export interface ChunksRequest extends Traced {
  readonly type: 'chunks';
  readonly request: number;
  readonly source:
    | {
        readonly target: PeerTarget;
        readonly token: string;
        readonly content: ContentId;
        /** Port at which we serve what we have of it. */
        readonly servesAt?: number;
      }
    | { readonly target: MirrorTarget };
  readonly file: string;
  /** Bytes of the content. */
  readonly length: number;
  readonly first: number;
  readonly count: number;
  /** Chunks in between that are passed over; default: none. */
  readonly passes?: readonly ChunkSpan[];
  readonly check: ChunkCheck;
}

/** Fetch a part of the chunk layer and prove it. */
export interface LayerRequest extends PeerRequest {
  readonly type: 'layer';
  readonly first: number;
  readonly count: number;
}

/** Ask which chunks a source has. */
export interface MapRequest extends PeerRequest {
  readonly type: 'map';
  /** Port at which we serve what we have of it. */
  readonly servesAt?: number;
}

/** Read chunks of the part file again and compare them with their hashes. */
export interface CheckRequest {
  readonly type: 'check';
  readonly request: number;
  readonly file: string;
  /** Bytes of the content. */
  readonly length: number;
  readonly chunks: readonly number[];
  /** Hashes of those chunks, in their order. */
  readonly hashes: Uint8Array;
}

/** Tell the SHA-256 of bytes `start` to `end` (exclusive) of the part file. */
export interface DigestRequest {
  readonly type: 'digest';
  readonly request: number;
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A content of one chunk that is to become a file. */
export interface BundleEntry {
  readonly content: ContentId;
  /** Path of its part file, of which nothing is there yet. */
  readonly part: string;
  readonly folder: string;
  /** Suggested name in that folder. */
  readonly name: string;
}

/** Fetch several small contents of one peer, prove each, and give it its name. */
export interface BundleRequest extends Traced {
  readonly type: 'bundle';
  readonly request: number;
  readonly target: PeerTarget;
  readonly token: string;
  readonly entries: readonly BundleEntry[];
}

export type LaneRequest =
  ChunksRequest | LayerRequest | MapRequest | CheckRequest | DigestRequest | BundleRequest;

export type LaneCommand =
  | LaneRequest
  /** `mayMake`: the first write makes the file. */
  | { readonly type: 'open'; readonly file: string; readonly path: string; readonly mayMake: boolean }
  /** `sync`: what was written is to survive a power cut. */
  | { readonly type: 'close'; readonly file: string; readonly sync: boolean }
  /** The run of a request ends earlier: after `count` chunks. */
  | { readonly type: 'shorten'; readonly request: number; readonly count: number }
  | { readonly type: 'abort'; readonly request: number }
  /** An entry of a bundle is not wanted any more; it is told of in any case. */
  | { readonly type: 'leave'; readonly request: number; readonly entry: number }
  /** From now on chunks are read within an allowance, or without one again. */
  | { readonly type: 'limit'; readonly isOn: boolean }
  /** A request that was held may read so many bytes more. */
  | { readonly type: 'allow'; readonly request: number; readonly bytes: number };

/** How a request ended. */
export interface Ended {
  readonly type: 'ended';
  readonly request: number;
  readonly outcome: 'done' | 'aborted' | 'failed';
  readonly code?: ErrorCode;
  readonly message?: string;
  readonly retryAfterMs?: number;
  readonly queuePosition?: number;
  /** Nothing was sent: no connection came about. */
  readonly atDial?: boolean;
}

/** What is learnt of a mirror by the way. */
export interface MirrorNews {
  readonly validator?: string;
  /** Where redirects led. */
  readonly finalUrl?: string;
  /** It answers with the whole file, whatever part was asked for. */
  readonly isSequential?: boolean;
}

/** What became of one entry of a bundle; of those that did not come nothing is said. */
export interface EntryEvent {
  readonly type: 'entry';
  readonly request: number;
  /** Its place in the request. */
  readonly entry: number;
  readonly outcome:
    | { readonly kind: 'placed'; readonly path: string }
    /** The source does not have it. */
    | { readonly kind: 'missing' }
    /** The source sent other bytes. */
    | { readonly kind: 'wrong' }
    /** It was not wanted any more, and nothing of it was written. */
    | { readonly kind: 'left' }
    /** It came, and could not be written. */
    | { readonly kind: 'lost' };
}

export type RequestEvent =
  | EntryEvent
  /** Bytes of what was asked for, and bytes that came before it. */
  | {
      readonly type: 'progress';
      readonly request: number;
      readonly bytes: number;
      readonly passedOver?: number;
    }
  /** A chunk came, or an entry of a bundle, and is now to be written. */
  | { readonly type: 'received'; readonly request: number; readonly chunk: number }
  /** Has read all it may, and `owed` bytes more; it reads no further before it is allowed to. */
  | { readonly type: 'held'; readonly request: number; readonly owed: number }
  /** It goes on. */
  | { readonly type: 'freed'; readonly request: number }
  /** Matches its hash, and is written. */
  | { readonly type: 'proved'; readonly request: number; readonly chunk: number }
  | { readonly type: 'refused'; readonly request: number; readonly chunk: number }
  /** Written; `hash` is what its bytes have in the chunk layer. `isChecked`: its pieces are right. */
  | {
      readonly type: 'kept';
      readonly request: number;
      readonly chunk: number;
      readonly hash: Uint8Array;
      readonly isChecked: boolean;
    }
  /** What a mirror's answer says of the mirror. */
  | ({ readonly type: 'mirror'; readonly request: number } & MirrorNews)
  | { readonly type: 'digest'; readonly request: number; readonly hash: Uint8Array }
  /** Was good, and could not be written. */
  | {
      readonly type: 'lost';
      readonly request: number;
      readonly chunk: number;
      readonly code: 'disk_full' | 'disk_failed';
      readonly message: string;
    }
  /** The text of `Banyan-Chunks`; undefined: the source is whole. With that of `Banyan-Sources`, when it was asked for a map. */
  | {
      readonly type: 'map';
      readonly request: number;
      readonly chunks: string | undefined;
      readonly sources?: string;
    }
  | {
      readonly type: 'layer';
      readonly request: number;
      readonly first: number;
      readonly count: number;
      readonly hashes: Uint8Array;
      readonly uncles: Uint8Array;
    }
  | Ended
  /** The last event of a request: every write is over. */
  | { readonly type: 'settled'; readonly request: number };

/** No request writes into a file any more. `fault`: why it could not be synced. */
export interface Closed {
  readonly type: 'closed';
  readonly file: string;
  readonly fault?: { readonly code: 'disk_full' | 'disk_failed'; readonly message: string };
}

export type LaneEvent = RequestEvent | Closed;

/** What a lane worker is started with. */
export interface LaneWorkerData {
  /** With its key: a secret, handed over in memory only. */
  readonly certificate: Certificate;
  /** Memory of its mark; see write-mark.ts. */
  readonly writes: SharedArrayBuffer;
}
