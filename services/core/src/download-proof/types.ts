/** What a piece court is told, and what it says. */

/** What a court is made of. */
export interface PieceCourtInit {
  /** Length of the content in bytes, at least 1. */
  readonly length: number;
  /** Bytes of one piece; the last is as short as the length says. One piece for the whole file: its length. */
  readonly pieceLength: number;
  /** Trials of one piece before it is given up; default 16. */
  readonly maxTrials?: number;
}

/** What happened outside. */
export type CourtEvent =
  /** A source may be asked (again). */
  | { readonly type: 'source-added'; readonly sourceId: string }
  /** A source is out of use; `lied`: for good. */
  | { readonly type: 'source-gone'; readonly sourceId: string; readonly lied: boolean }
  /** A chunk is written and not proved; `hash` is that of its bytes. Without a source: from an earlier run. */
  | {
      readonly type: 'kept';
      readonly chunk: number;
      readonly sourceId: string | undefined;
      readonly hash: Uint8Array;
    }
  /** A chunk was proved by other means (its hash came with a proof; an earlier run had proved it). */
  | { readonly type: 'proved'; readonly chunk: number }
  /** A chunk that was kept is known to be wrong by other means. */
  | { readonly type: 'disproved'; readonly chunk: number }
  /** What was kept of a chunk is gone, through nobody's fault. */
  | { readonly type: 'lost'; readonly chunk: number }
  /** The check of a piece ended: whether its bytes on the disk are what was promised. */
  | { readonly type: 'checked'; readonly piece: number; readonly holds: boolean };

/** What is to be done outside, in the order given. */
export type CourtAction =
  /** Compare bytes `start` to `end` (exclusive) with what is promised of them; tell it as `checked`. */
  | { readonly type: 'check'; readonly piece: number; readonly start: number; readonly end: number }
  | { readonly type: 'prove'; readonly chunks: readonly number[] }
  /** The source sent wrong bytes; `chunk` is one of them. */
  | { readonly type: 'convict'; readonly sourceId: string; readonly chunk: number }
  /** These chunks are missing again. */
  | { readonly type: 'lose'; readonly chunks: readonly number[] }
  /** From now on these chunks may be asked of one source alone; undefined: of everybody again. */
  | { readonly type: 'restrict'; readonly chunks: readonly number[]; readonly only: string | undefined }
  /** No source is left that could have this piece right. */
  | { readonly type: 'give-up'; readonly piece: number };

/**
 * Judges chunks that cannot be proved one by one: only pieces of the file, each touching one chunk or many, can be
 * compared with what was promised. Pure, deterministic, driven by events.
 *
 * Promises: a chunk is proved only when every piece that it touches holds; a source is convicted only of bytes that
 * were surely its own; what is wrong is fetched again from one source alone, so that each trial acquits or convicts
 * somebody; and there is an end to it.
 */
export interface PieceCourt {
  /** Never throws on late, repeated or unknown ids. */
  handle(event: CourtEvent): readonly CourtAction[];
  /** Whether every chunk is proved. */
  readonly complete: boolean;
}
