import type { ChunkCounts, ErrorCode } from '@banyan/proto';

/** A set of chunk numbers that can be read; `ChunkMap` of `@banyan/proto` is one. It is copied, never kept. */
export interface ReadonlyChunkSet {
  /** Whether chunk `index` is in the set. */
  has(index: number): boolean;
}

/** Settings of a planner; every one has a default in `DEFAULT_PLANNER_OPTIONS`, with its reason. */
export interface PlannerOptions {
  /** Milliseconds of a source's own rate that are asked for in one request. */
  readonly queueMs: number;
  /** Chunks of the first request to a source whose rate is not known. */
  readonly firstRequestChunks: number;
  /** Most chunks in one request. */
  readonly maxRequestChunks: number;
  /** Requests under way at one source: the one that runs, and the next, opened early to hide its latency. */
  readonly maxRequestsPerSource: number;
  /** Requests under way at all sources together (each may hold a chunk in memory). */
  readonly maxRequests: number;
  /** A request that was flowing and brings no byte for this long counts as stalled. */
  readonly stallMs: number;
  /** A request that has not brought its first byte by then counts as stalled (dial, TLS and seek included). */
  readonly firstByteMs: number;
  /** Consecutive failures after which a source is dropped. */
  readonly maxFailures: number;
  /** Shortest and longest back-off after a failure; doubled each time, with jitter. */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** A source below this share of the others' median rate is slow … */
  readonly slowShare: number;
  /** … and is dropped when it stays so for this long and others have what it has. */
  readonly slowWindowMs: number;
  /** With idle sources about, outstanding chunks are reviewed for take-over and races this often. */
  readonly reviewMs: number;
  /** Fewer usable sources than this ask for more. */
  readonly wantedSources: number;
  /** Shortest and longest time between two calls for sources; doubled each time, with jitter. */
  readonly needSourcesMinMs: number;
  readonly needSourcesMaxMs: number;
  /** Chunks after the playback position that are fetched strictly in order. */
  readonly playWindowChunks: number;
}

/** What a planner is made of. */
export interface DownloadPlannerInit {
  /** Length of the content in bytes; the last chunk is as short as it says. */
  readonly length: number;
  /** Chunks of the content (`chunkCount(length)` of `@banyan/proto`). */
  readonly chunkCount: number;
  /** Chunks proved before (from the journal); they are never asked for. Default: none. */
  readonly have?: ReadonlyChunkSet;
  /** The time in milliseconds, on the clock of all later events; it must not run backwards. */
  readonly now: number;
  /** Uniform in [0, 1): jitter, and which of equally rare chunks comes first. */
  readonly random: () => number;
  readonly options?: Partial<PlannerOptions>;
}

/**
 * What happened outside. Bytes and chunks of a request that the planner has aborted or shortened may still
 * arrive: tell them all the same, proved bytes are always welcome.
 */
export type PlannerEvent =
  /**
   * A source is known. Without `chunks` it is taken to hold the whole content until it says otherwise. For a
   * source that is known and usable this is a hint that it is reachable (it ends a long back-off); for one
   * dropped by failures it is a new chance; one that lied stays dropped, one that was slow comes back by itself
   * when others are lost. (Remove it first to force a new start.)
   */
  | { readonly type: 'source-added'; readonly sourceId: string; readonly chunks?: ReadonlyChunkSet }
  /** A source told its chunk map (again). */
  | { readonly type: 'source-updated'; readonly sourceId: string; readonly chunks: ReadonlyChunkSet }
  /**
   * A source can only send from the beginning: it is asked for one long run at a time, and only when that is worth what
   * comes before it. `no_ranges` of a request that was under way by then is no failure.
   */
  | { readonly type: 'source-sequential'; readonly sourceId: string }
  /** A source is not to be used any longer (blocked by the user, left). */
  | { readonly type: 'source-removed'; readonly sourceId: string; readonly reason?: ErrorCode }
  /**
   * `bytes` further bytes of what a request is for arrived, and `passedOver` (default 0) that come before its run, or in it and
   * are not asked for: a source that can only send from the beginning sends those as well. Told per read or at least several times a second.
   */
  | {
      readonly type: 'request-progress';
      readonly requestId: number;
      readonly bytes: number;
      readonly passedOver?: number;
    }
  /**
   * Our own limit holds a request back (its source would give more), or lets it go on: silence in between is not the
   * source's.
   */
  | { readonly type: 'request-held'; readonly requestId: number; readonly held: boolean }
  /** The download may bring at most so many bytes per second; `undefined`: no limit. Fewer are then asked at once. */
  | { readonly type: 'set-limit'; readonly bytesPerSecond: number | undefined }
  /** All bytes of a chunk arrived and are being checked; `chunk-proved`, `-refused` or `-lost` must follow. */
  | { readonly type: 'chunk-received'; readonly requestId: number; readonly chunk: number }
  /** A chunk from that source matched its proof and is written. */
  | { readonly type: 'chunk-proved'; readonly chunk: number; readonly sourceId: string }
  /** A chunk from that source did not match (`bad_chunk`), its proof did not (`bad_proof`), … */
  | {
      readonly type: 'chunk-refused';
      readonly chunk: number;
      readonly sourceId: string;
      readonly reason: ErrorCode;
    }
  /** A chunk was not kept through no fault of the source (disk), or what was kept is gone: it is missing again. */
  | { readonly type: 'chunk-lost'; readonly chunk: number }
  /**
   * A request is over: `done` (all bytes of its, possibly shortened, run came), `aborted` (as the planner asked;
   * telling it is optional) or `failed` with the code. A refusal with `retryAfterMs` (`no_slot`, `full`,
   * `rate_limited`) is waited out and is no failure.
   */
  | {
      readonly type: 'request-ended';
      readonly requestId: number;
      readonly outcome: 'done' | 'aborted' | 'failed';
      readonly code?: ErrorCode;
      readonly message?: string;
      readonly retryAfterMs?: number;
      /** Place in the source's upload queue, 1 = next. */
      readonly queuePosition?: number;
    }
  /** Time passed; also the first event of a planner. */
  | { readonly type: 'tick' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /**
   * Where somebody plays or reads; `undefined`: that reader is gone. With several readers (numbers of the caller's
   * choice, default 0) the one that came or jumped last leads; the windows of the others come after its own.
   */
  | { readonly type: 'set-playhead'; readonly reader?: number; readonly chunk: number | undefined };

/** Why a request is aborted. */
export type AbortReason =
  /** Another source was first with its chunk. */
  | 'lost-race'
  /** Its chunks went to a source that will be sooner. */
  | 'moved'
  /** No bytes for too long. */
  | 'stalled'
  /** Its source was dropped or removed. */
  | 'source-gone'
  | 'paused'
  | 'complete';

/** Measured facts behind a decision about a source; only those that apply. */
export interface Evidence {
  /** The source's rate, bytes per second. */
  readonly rate?: number;
  /** Median rate of the others, bytes per second. */
  readonly median?: number;
  /** How long it sent nothing. */
  readonly silentMs?: number;
  /** How long it had been below the swarm's pace. */
  readonly slowMs?: number;
  /** The chunk in question. */
  readonly chunk?: number;
  /** Failures in a row. */
  readonly failures?: number;
  /** Place in the source's queue. */
  readonly queuePosition?: number;
  /** What the failing side said (hostile text: clean it for display). */
  readonly message?: string;
}

/** What is to be done outside, in the order given. */
export type PlannerAction =
  /** Ask the source for a run of chunks with one ranged request. `race`: on a connection of its own. */
  | {
      readonly type: 'start-request';
      readonly requestId: number;
      readonly sourceId: string;
      readonly firstChunk: number;
      readonly chunkCount: number;
      readonly race: boolean;
      /**
       * Chunks in between that are not asked for, mostly since they are here: a source that sends from the beginning alone
       * sends them as well, and they are passed over. In order, apart from each other; never the first nor the last chunk. Default: none.
       */
      readonly passes?: readonly { readonly first: number; readonly count: number }[];
    }
  /**
   * The run of a request now ends earlier: keep receiving up to `firstChunk + chunkCount`, then close it and
   * tell `request-ended` with `done`. If it is past that point already, close it at once, likewise `done`.
   */
  | { readonly type: 'shorten-request'; readonly requestId: number; readonly chunkCount: number }
  /** Close the request; the part of a chunk that it received is worth nothing. */
  | { readonly type: 'abort-request'; readonly requestId: number; readonly reason: AbortReason }
  /** The source is dropped: tell the user, and for `lied` the home supernode. */
  | {
      readonly type: 'drop-source';
      readonly sourceId: string;
      readonly reason: ErrorCode;
      readonly evidence: Evidence;
      readonly lied: boolean;
    }
  /** Ask a source that has nothing for us at present for its chunk map; tell it as `source-updated`. */
  | { readonly type: 'refresh-source'; readonly sourceId: string }
  /** Look for sources (`FindSources`); repeated with back-off as long as it is true. */
  | {
      readonly type: 'need-sources';
      readonly reason: 'none' | 'few' | 'chunks-nowhere';
      readonly usable: number;
    }
  /** Every chunk is proved. Said once (again after `chunk-lost`). */
  | { readonly type: 'complete' }
  /** Send `tick` at `at` (clock of the events); replaces any earlier one. */
  | { readonly type: 'wake-at'; readonly at: number };

/** State of a source, for people. */
export type SourceState =
  /** Nothing is asked of it at present. */
  | 'idle'
  /** Requests are under way. */
  | 'active'
  /** It told us to wait for a slot; so called until its first byte. */
  | 'queued'
  /** It failed and is tried again; so called until its first byte. */
  | 'backing-off'
  /** It has failed for good; see `reason`. */
  | 'dropped'
  /** Taken away from outside. */
  | 'removed';

/** One source as the user may see it. */
export interface SourceSnapshot {
  readonly sourceId: string;
  readonly state: SourceState;
  /** When it came into this state (clock of the events). */
  readonly since: number;
  /** Bytes per second (EWMA while asked), `undefined` before the first bytes. */
  readonly rate: number | undefined;
  /** Milliseconds from request to first byte (EWMA). */
  readonly latencyMs: number | undefined;
  /** Bytes received from it, kept or not. */
  readonly bytes: number;
  readonly chunksProved: number;
  readonly chunksRefused: number;
  /** Chunks it has; `undefined`: all. */
  readonly chunksHeld: number | undefined;
  /** Chunks asked of it and not yet received. */
  readonly inFlight: number;
  /** Failures in its life. */
  readonly failures: number;
  /** Failures since its last proved chunk; 0: it is well. */
  readonly failuresInRow: number;
  /** The last thing that went wrong, kept when it goes well again. */
  readonly reason: ErrorCode | undefined;
  readonly evidence: Evidence | undefined;
  /** When it is tried again, in states `queued` and `backing-off`. */
  readonly retryAt: number | undefined;
}

/** State of a chunk, for people. */
export type ChunkState =
  /** Not asked for yet. */
  | 'missing'
  /** Not asked for yet, and no usable source has it. */
  | 'nowhere'
  /** Asked of one source. */
  | 'requested'
  /** Asked of two. */
  | 'raced'
  /** Its bytes are here and being checked. */
  | 'checking'
  | 'proved';

/** Consecutive chunks in one state. */
export interface ChunkRun {
  readonly first: number;
  readonly count: number;
  readonly state: ChunkState;
}

/** The chunks of a download in cells of equally many. */
export interface ChunkCells {
  readonly perCell: number;
  /** `MINE_CELL` of each cell. */
  readonly mine: Uint8Array;
  readonly counts: ChunkCounts;
  /** `SOURCE_CELL` of each cell; usable sources first, each in order of arrival. */
  readonly sources: readonly { readonly sourceId: string; readonly cells: Uint8Array }[];
}

/** The whole download as the user may see it. */
export interface PlannerSnapshot {
  /** `waiting`: chunks are missing and no source can be asked just now. */
  readonly state: 'running' | 'waiting' | 'paused' | 'complete';
  readonly length: number;
  readonly chunkCount: number;
  readonly chunksProved: number;
  /** Bytes of the proved chunks. */
  readonly bytesProved: number;
  /** Bytes received since this planner was made, kept or not. */
  readonly bytesReceived: number;
  /** Bytes per second over the last seconds. */
  readonly rate: number;
  /** Milliseconds to go at that rate; `undefined`: cannot be said. */
  readonly etaMs: number | undefined;
  readonly sources: readonly SourceSnapshot[];
  /** When sources are called for next (clock of the events); `undefined`: there are enough. */
  readonly nextCallAt: number | undefined;
}

/**
 * Decides which chunks are asked of which source and when: pure, deterministic, driven by events and their time.
 *
 * Promises: a proved chunk is never asked for again; while chunks are missing and a source that may be asked has
 * one, something is under way; a source that lies is dropped at once with the chunk's number; the last source is
 * never dropped for being slow; every drop carries a reason and its evidence.
 */
export interface DownloadPlanner {
  /** Takes an event in at time `now` and says what to do. Never throws on late, repeated or unknown ids. */
  handle(event: PlannerEvent, now: number): readonly PlannerAction[];
  /** Whether every chunk is proved. */
  readonly complete: boolean;
  /** Whether chunk `index` is proved. */
  isProved(index: number): boolean;
  /** The download in figures, as of the last event. */
  snapshot(): PlannerSnapshot;
  /** All chunks as runs of equal state, in order; costs a pass over the chunks. */
  chunkRuns(): readonly ChunkRun[];
  /** All chunks in at most `maxCells` cells, and what at most `maxSources` sources have; milliseconds for a terabyte. */
  chunkCells(maxCells: number, maxSources: number): ChunkCells;
}
