/** What a download's engine and what it holds promise each other. */
import type { ChunkMap } from '@banyan/proto';
import type { Clock, Log } from '@banyan/kit';
import type { OpenContent } from '../content.ts';
import type { DiskWatch } from './disk-watch.ts';
import type { Lanes } from './lanes.ts';
import type { LayerPart, LayerStore } from './layer-store.ts';
import type { WantedContent } from './types.ts';

/** What a holding works with. */
export interface HoldingComponents {
  readonly lanes: Lanes;
  readonly clock: Pick<Clock, 'setTimeout'>;
  readonly log: Log;
  readonly freeBytes: (folder: string) => Promise<number>;
  /** Told of what takes long, as it gets on. */
  readonly disk: Pick<DiskWatch, 'heard'>;
  /** Told of what the disk refused outside of a call. */
  readonly onTrouble: (error: unknown) => void;
}

/** Where a download is kept. */
export interface HoldingInit {
  readonly id: string;
  readonly content: WantedContent;
  readonly name: string;
  readonly folder: string;
  /** The folder may be made. */
  readonly mayMakeFolder: boolean;
  readonly logPath: string;
  /** No earlier process worked at it, and its folder was looked at just now. */
  readonly isNew: boolean;
  /** The name that it was about to get when the process ended. */
  readonly placing: string | undefined;
}

/** The hash that a chunk's bytes have. */
export interface KeptHash {
  readonly hash: Uint8Array;
  readonly isProved: boolean;
}

/** A chunk that counted and does no more. */
export interface LostChunk {
  readonly chunk: number;
  readonly wasProved: boolean;
}

/** A content as far as it is here. */
export interface Holding {
  /** Chunks that are here. Live. */
  readonly kept: ChunkMap;
  /** Those of them that were proved. Live. */
  readonly proved: ChunkMap;
  readonly keptBytes: number;
  readonly provedBytes: number;
  readonly fetchedBytes: number;
  readonly layers: LayerStore;
  /**
   * Opens the files and counts what they hold; after a failure it may be called again.
   *
   * @returns the path of the whole file when an earlier process had just given it its name
   * @throws BanyanError `folder_missing`, `folder_unreadable`, `disk_full`, `disk_failed`
   */
  open(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Makes sure, after trouble with the disk, that the files are where they were; takes those that are there now when the
   * disk was away.
   *
   * @returns what was here and is not on the disk any more
   * @throws BanyanError `disk_failed` while the disk is away, `folder_missing` when the file was taken away alone
   */
  reopen(signal: AbortSignal): Promise<readonly LostChunk[]>;
  /** @throws BanyanError `disk_full` when what is missing does not fit */
  requireSpace(): Promise<void>;
  keepLayer(part: LayerPart): void;
  countFetched(bytes: number): void;
  /**
   * A lane wrote a chunk. `onCounted` is called when it counts, its claim outliving the process; with the bytes that are
   * new by it.
   *
   * @param kept - of a chunk that was not compared with a proved hash: its own, and whether it was proved otherwise
   */
  claim(chunk: number, onCounted: (newBytes: number) => void, kept?: KeptHash): void;
  /** Chunks that are here are proved now. */
  prove(chunks: readonly number[]): void;
  /** Chunks that are here are worth nothing. */
  lose(chunks: readonly number[]): void;
  /**
   * Which of these chunks are on the disk what their hashes say.
   *
   * @throws BanyanError `disk_failed`, `aborted`
   */
  readBack(chunks: readonly number[], signal: AbortSignal): Promise<number[]>;
  countAll(): void;
  /** Makes what counts survive a power cut. */
  sync(): Promise<void>;
  /** Writes what the journal could not take when the disk was full. */
  flush(): Promise<void>;
  /**
   * Gives the whole file its name.
   *
   * @param onTry - told of each path before it is tried
   * @throws BanyanError `bad_proof`, `conflict`, `folder_missing`, `disk_full`, `disk_failed`
   */
  place(onTry: (path: string) => Promise<void>): Promise<string>;
  /** What is here, for others; undefined while nothing is. */
  serve(): OpenContent | undefined;
  /** Closes the files; what is here stays. */
  close(): Promise<void>;
  /** As {@link close}, after a last sync. */
  stop(): Promise<void>;
}
