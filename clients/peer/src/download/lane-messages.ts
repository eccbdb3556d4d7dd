/** What the main loop and a lane say to each other. Everything here can be cloned between threads. */
import type { Certificate } from '@banyan/kit/tls';
import type { ContentId, ErrorCode } from '@banyan/proto';

/** One device at one address. */
export interface LaneTarget {
  readonly deviceId: string;
  readonly host: string;
  readonly port: number;
}

interface RequestBase {
  /** Unique among all lanes and downloads. */
  readonly request: number;
  readonly target: LaneTarget;
  readonly token: string;
  readonly content: ContentId;
}

/** Fetch chunks, prove them and write them into the part file. */
export interface ChunksRequest extends RequestBase {
  readonly type: 'chunks';
  readonly file: string;
  readonly first: number;
  readonly count: number;
  /** The chunk hashes of the run, proved. */
  readonly hashes: Uint8Array;
}

/** Fetch a part of the chunk layer and prove it. */
export interface LayerRequest extends RequestBase {
  readonly type: 'layer';
  readonly first: number;
  readonly count: number;
}

/** Ask which chunks a source has. */
export interface MapRequest extends RequestBase {
  readonly type: 'map';
}

/** Read chunks of the part file again and compare them with their hashes. */
export interface CheckRequest {
  readonly type: 'check';
  readonly request: number;
  readonly file: string;
  readonly content: ContentId;
  readonly chunks: readonly number[];
  /** Hashes of those chunks, in their order. */
  readonly hashes: Uint8Array;
}

export type LaneRequest = ChunksRequest | LayerRequest | MapRequest | CheckRequest;

export type LaneCommand =
  | LaneRequest
  | { readonly type: 'open'; readonly file: string; readonly path: string }
  | { readonly type: 'close'; readonly file: string }
  /** The run of a request ends earlier: after `count` chunks. */
  | { readonly type: 'shorten'; readonly request: number; readonly count: number }
  | { readonly type: 'abort'; readonly request: number };

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

export type RequestEvent =
  | { readonly type: 'progress'; readonly request: number; readonly bytes: number }
  | { readonly type: 'received'; readonly request: number; readonly chunk: number }
  /** Matches its hash, and is written. */
  | { readonly type: 'proved'; readonly request: number; readonly chunk: number }
  | { readonly type: 'refused'; readonly request: number; readonly chunk: number }
  /** Was good, and could not be written. */
  | {
      readonly type: 'lost';
      readonly request: number;
      readonly chunk: number;
      readonly code: 'disk_full' | 'disk_failed';
      readonly message: string;
    }
  /** The text of `Banyan-Chunks`; undefined: the source is whole. */
  | { readonly type: 'map'; readonly request: number; readonly chunks: string | undefined }
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

export type LaneEvent = RequestEvent | { readonly type: 'closed'; readonly file: string };

/** What a lane worker is started with. */
export interface LaneWorkerData {
  /** With its key: a secret, handed over in memory only. */
  readonly certificate: Certificate;
}
