/** What the download room and one download at work promise each other. */
import type { ContentId, DownloadSourceView, DownloadState, DownloadView, Problem } from '@banyan/proto';
import type { OpenContent } from '../content.ts';
import type { ChunkMapState } from '../local-api/chunk-frames.ts';
import type { ChunkRun } from './engine-view.ts';
import type { Lanes } from './lanes.ts';
import type { HoldingInit } from './holding-types.ts';
import type { DownloadMeter } from './meter.ts';
import type { DownloadsComponents, FlatProof } from './types.ts';

/** A mirror, and what it was known by when it was asked last. */
export interface KeptMirror {
  readonly url: string;
  readonly validator?: string;
}

/** One download. */
export interface EngineInit extends HoldingInit {
  readonly mirrors: readonly KeptMirror[];
  /** Reads what is known of the file beside its root; undefined: nothing is. */
  readonly loadProof: () => Promise<FlatProof | undefined>;
}

/** What an engine needs. */
export interface EngineComponents extends Pick<
  DownloadsComponents,
  | 'clock'
  | 'log'
  | 'random'
  | 'findSources'
  | 'reportBadSource'
  | 'isBlocked'
  | 'isBanned'
  | 'swarm'
  | 'servesAt'
> {
  readonly ownDeviceId: string;
  readonly lanes: Lanes;
  /** A token for peers; with `refused` another one than that which was refused. */
  readonly token: (signal: AbortSignal) => Promise<string>;
  /** A source refused our token; says whether another one is to be tried. */
  readonly onTokenRefused: () => boolean;
  readonly freeBytes: (folder: string) => Promise<number>;
  /** Something that is shown has changed. */
  readonly onChange: () => void;
  readonly meter: DownloadMeter;
  /** About to get that name: to be kept before it happens. */
  readonly onPlacing: (path: string) => Promise<void>;
  readonly onDone: (path: string, content: ContentId, chunkHashes: Uint8Array) => Promise<void>;
  /** A mirror showed by what it is to be known. */
  readonly onMirror: (mirror: KeptMirror) => void;
}

/** One download while it is unfinished. */
export interface Engine {
  readonly state: DownloadState;
  readonly problem: Problem | null;
  /** Bytes that are here. */
  readonly keptBytes: number;
  readonly provedBytes: number;
  readonly fetchedBytes: number;
  readonly bytesPerSecond: number;
  readonly etaMs: number | null;
  /** While it waits for sources: how often it looked for them, and when it will again. */
  readonly looking: Pick<NonNullable<DownloadView['waiting']>, 'asked' | 'nextAt'> | null;
  /** The folder whose disk does not answer; undefined: it does. */
  readonly heldUpIn: string | undefined;
  /** Whether it takes part in what is fetched now. */
  readonly isBusy: boolean;
  sources(): DownloadSourceView[];
  /** Consecutive chunks as [state, count]: 0 missing, 1 requested, 2 proved. */
  chunkRuns(): ChunkRun[];
  /** The chunks in at most `MAX_MAP_CELLS` cells, and what each source has. */
  chunkMap(): ChunkMapState;
  /**
   * Gives a dropped source a new chance, or never uses one again for this download.
   *
   * @throws BanyanError `not_found`; `invalid_request` for a retry of one that lied
   */
  actOnSource(source: string, action: 'retry' | 'block'): void;
  /** Begins or goes on; resolves when the files are open (or a problem is set). */
  run(): Promise<void>;
  pause(): void;
  /** Bytes per second that it may count on, for its plans; `undefined`: no limit. */
  setLimit(bytesPerSecond: number | undefined): void;
  retry(): void;
  /** Others that have it. */
  addMirrors(urls: readonly string[]): void;
  /** Looks for sources now when it has none that it can use: the network is there again. */
  lookAgain(): void;
  /** The content as far as it is here; undefined while nothing is open. */
  open(): OpenContent | undefined;
  /** Where somebody on this machine reads; undefined: that reader is gone. Kept while nothing is open yet. */
  setPlayhead(reader: number, chunk: number | undefined): void;
  /** Ends everything and closes the files; what is proved stays. */
  stop(): Promise<void>;
}
