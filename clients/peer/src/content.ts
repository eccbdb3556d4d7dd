/**
 * What the rooms of the peer say to each other about content. The library (whole files) and the download engine
 * (files still arriving) are both providers; the upload server serves from whichever holds the content.
 */
import type { ChunkMap, ContentId } from '@banyan/proto';

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
   * @throws BanyanError `file_changed` when the file is not what was hashed, `chunk_missing`, `disk_failed`
   */
  read(buffer: Uint8Array, start: number): Promise<void>;
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

/** What this peer has of a content, for the mark beside a hit. */
export type Ownership = 'none' | 'downloading' | 'have' | 'shared';
