/**
 * What the rooms of the peer say to each other about content. The library (whole files) and the download engine
 * (files still arriving) are both providers; the upload server serves from whichever holds the content.
 */
import type { BanyanError, ChunkMap, ContentId } from '@banyan/proto';

/** A content opened for serving. */
export interface OpenContent {
  readonly content: ContentId;
  /** For people; may be hostile when it came from others. */
  readonly name: string;
  /** Chunks held; undefined: all of them. Live: it grows while the file arrives. */
  readonly chunks: ChunkMap | undefined;
  /**
   * Reads bytes `start` (inclusive) to `start + buffer.length`.
   *
   * @param isFollowed - the rest of their chunk is read after them, and they are worth nothing without it: whether the
   *   file is still the hashed one is looked at then
   * @throws BanyanError `file_changed` when the file is not what was hashed, `chunk_missing`, `disk_failed`
   */
  read(buffer: Uint8Array, start: number, isFollowed?: boolean): Promise<void>;
  /**
   * Chunk hashes of `count` chunks from `first`, concatenated, with the uncle hashes that tie them to the root.
   *
   * @throws BanyanError `chunk_missing` when a partial holder does not have that part of the layer
   */
  layer(first: number, count: number): Promise<{ readonly hashes: Uint8Array; readonly uncles: Uint8Array }>;
  /** Gives the file handle back; idempotent. */
  close(): Promise<void>;
}

/** Somebody who may hold a content. */
export interface ContentProvider {
  /**
   * Opens a content, or undefined when it is not held here.
   *
   * @throws BanyanError `file_changed`, `blocked_content`, `disk_failed`
   */
  open(content: ContentId): Promise<OpenContent | undefined>;
}

/** A content opened for somebody on this machine, who waits for what is still to come. */
export interface ReadableContent {
  readonly content: ContentId;
  /** For people; may be hostile. */
  readonly name: string;
  /** Why nothing more comes by itself (it is paused, it failed, the disk is away); undefined while it arrives or is whole. */
  hindrance(): BanyanError | undefined;
  isHere(chunk: number): boolean;
  /**
   * Resolves when the chunk is here; it is fetched before others, and so is what follows it.
   *
   * @throws BanyanError why it will not come: that with which the download failed, `aborted` when it was cancelled or
   *   `signal` says so, `file_changed`
   */
  arrival(chunk: number, signal: AbortSignal): Promise<void>;
  /**
   * Reads bytes of chunks that are here.
   *
   * @throws BanyanError `file_changed`, `chunk_missing`, `disk_failed`
   */
  read(buffer: Uint8Array, start: number): Promise<void>;
  /** Ends the reading; idempotent. */
  close(): Promise<void>;
}

/** What this peer has of a content, for the mark beside a hit. */
export type Ownership = 'none' | 'downloading' | 'have' | 'shared';
