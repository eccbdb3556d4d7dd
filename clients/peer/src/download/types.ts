/** What the download room promises the others, and what it asks of them. */
import type { Rates } from '@banyan/core';
import type {
  BadSource,
  ContentId,
  DownloadPatch,
  DownloadPriority,
  DownloadView,
  Source,
} from '@banyan/proto';
import type { Clock, Identity, Log, Metrics, Startable, Tracer } from '@banyan/kit';
import type { TokenSource } from '@banyan/sdk';
import type { ContentProvider, ReadableContent } from '../content.ts';
import type { SwarmMemory } from '../swarm-memory.ts';
import type { ChunkMapState } from '../local-api/chunk-frames.ts';
import type { OpenLanePort } from './worker-lane.ts';

/** A file that is whole and has its name. */
export interface FinishedFile {
  readonly path: string;
  readonly content: ContentId;
  /** The whole chunk layer, so that the library need not hash the file. */
  readonly chunkHashes: Uint8Array;
}

/** What {@link DownloadsComponents.findSources} is given. */
export interface FindSourcesOptions {
  /** Told of sources as they come. */
  readonly onSources: (sources: readonly Source[]) => void;
  /** Of the download. */
  readonly traceparent?: string;
  readonly signal: AbortSignal;
}

/** What `createDownloads` needs. */
export interface DownloadsComponents {
  readonly identity: Identity;
  /** For audience peer. */
  readonly tokens: Pick<TokenSource, 'token' | 'invalidate'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: no spans. */
  readonly tracer?: Tracer;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /**
   * Asks the own supernode who has a content; streamed, and all of them at the end. Addresses are dialled as they
   * are given: only those that a supernode observed or dialled back may come from here.
   */
  readonly findSources: (content: ContentId, options: FindSourcesOptions) => Promise<readonly Source[]>;
  /** Tells the home supernode of a source that lied. */
  readonly reportBadSource: (report: BadSource) => void;
  /** What the library has to do with it. */
  readonly library?: {
    /** Path of a whole file of this content that is here already. */
    pathOf?(content: ContentId): string | undefined | Promise<string | undefined>;
    addFinished(file: FinishedFile): void | Promise<void>;
  };
  /** Whether a content is blocked in the network. */
  readonly isBlocked?: (content: ContentId) => boolean;
  /** Whether a device is banned from the network: one that a source names is then not dialled. Default: none is. */
  readonly isBanned?: (deviceId: string) => boolean;
  /** Where it is noted who gave proved chunks; default: nowhere. */
  readonly swarm?: Pick<SwarmMemory, 'gave'>;
  /** The port at which what has arrived is served to others, told to sources so that they can name us; undefined: it is not. */
  readonly servesAt?: () => number | undefined;
  readonly metrics?: Metrics;
  /** How lanes are opened; default: worker threads. */
  readonly openLane?: OpenLanePort;
  /** Bytes free on the disk of a folder; default: what the system says. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Options of `createDownloads`. */
export interface DownloadsInit {
  /** Where files go; made when it is missing. Absolute. */
  readonly folder: string;
  /** Where journals are kept; made when it is missing. Absolute. */
  readonly stateDir: string;
  /** Worker threads; default: as many as there are cores, at most {@link MAX_LANES}. */
  readonly lanes?: number;
  /** Downloads that fetch at once; default {@link MAX_ACTIVE_DOWNLOADS}. */
  readonly maxActive?: number;
  /** Serve what has arrived of unfinished files; default true. */
  readonly serveParts?: boolean;
}

/** What is to be fetched: a content, or a file of which other hashes are known. */
export interface WantedContent {
  readonly length: number;
  /** Undefined: it is computed when the file is whole. */
  readonly root: Uint8Array | undefined;
}

/** What is known of a file beside, or instead of, its root. */
export type FlatProof =
  /** SHA-256 of every `pieceLength` bytes, 32 bytes each, concatenated. */
  | { readonly kind: 'pieces'; readonly pieceLength: number; readonly hashes: Uint8Array }
  /** SHA-256 of the whole file. */
  | { readonly kind: 'whole'; readonly hash: Uint8Array }
  /** Nothing but its length. */
  | { readonly kind: 'size' };

/** A download to be begun. */
export interface NewDownload {
  readonly content: WantedContent;
  /** Suggested file name; may be hostile. */
  readonly name: string;
  /** Absolute folder instead of the download folder; must exist. */
  readonly folder?: string;
  /** Plain HTTP(S) servers that have the file, best first; those beyond {@link MAX_LINK_MIRRORS} are left out. */
  readonly mirrors?: readonly string[];
  /** Needed when the root is not known. */
  readonly proof?: FlatProof;
  /** Parts of a folder in that folder, which is made when it is missing; may be hostile. */
  readonly subfolder?: readonly string[];
  /** Default: normal. */
  readonly priority?: DownloadPriority;
}

/** All downloads of this peer, finished ones included. */
export interface Downloads extends Startable, ContentProvider {
  /**
   * Begins a download, as a step of the trace of `traceparent`, or gives the one of that content that there is already, which learns of the mirrors. What the library has is not copied: the
   * download is `done` at once, with the path of the file that is there.
   *
   * @throws BanyanError `folder_missing`, `folder_unreadable`, `blocked_content`, `limit_exceeded`, `disk_full`, `disk_failed`
   */
  add(download: NewDownload, traceparent?: string): Promise<DownloadView>;
  /** In the order in which they were added. */
  list(): DownloadView[];
  get(id: string): DownloadView | undefined;
  /** Where in its file what lies. @throws BanyanError `not_found` */
  chunkMap(id: string): ChunkMapState;
  /** One source of an unfinished download. @throws BanyanError `not_found`, `invalid_request` */
  actOnSource(id: string, source: string, action: 'retry' | 'block'): DownloadView;
  /** The newest download of a content. */
  of(content: ContentId): DownloadView | undefined;
  /** Whether an unfinished download of that content exists. */
  isDownloading(content: ContentId): boolean;
  /**
   * Opens a download for somebody on this machine, whether parts are served to others or not: what is proved can be
   * read at once, the rest is waited for and fetched where the reader is. A download that is read has its turn before
   * others. Undefined: there is no download of this content.
   *
   * @throws BanyanError `file_changed`, `disk_failed` when it is finished and its file is not what it was
   */
  read(content: ContentId): Promise<ReadableContent | undefined>;
  /** @throws BanyanError `not_found` */
  pause(id: string): Promise<DownloadView>;
  resume(id: string): Promise<DownloadView>;
  /** Starts a failed one again; gives dropped sources (not liars) a new chance and looks for others. */
  retry(id: string): Promise<DownloadView>;
  /** Ends an unfinished download and removes what arrived; a finished one is only forgotten. */
  cancel(id: string): Promise<void>;
  /** As {@link cancel}; the file of a finished download stays where it is. */
  remove(id: string): Promise<void>;
  /** Limits in bytes per second: of all downloads, and of each. Heeded at once. */
  setRates(rates: Rates): void;
  /** How many fetch at once. Those that are too many then wait for their turn. */
  setMaxActive(count: number): void;
  /** The download folder of downloads that are added from now on. */
  setFolder(folder: string): void;
  /** The network is there again: whatever waits for sources looks for them now, a few in a second. */
  lookAgain(): void;
  /** Changes priority or place in the line. @throws BanyanError `not_found` */
  arrange(id: string, patch: DownloadPatch): Promise<DownloadView>;
  /** Calls `listener` with the id after changes, at most ten times a second each; returns how to stop that. */
  onChange(listener: (id: string) => void): () => void;
}
