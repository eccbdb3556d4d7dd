/**
 * Bytes that are kept for a moment, in a few large blocks that are written again and again.
 *
 * ```
 *   ended ─▶ ▓▓▓▓▓▓▓▓  ▓▓▓▓▓▓▓▓  ▓▓▓░░░░░ ◀─ written to
 *            taken next
 * ```
 *
 * With a buffer for each, thousands a second outlive the collections of what is young, and count towards the full one, which
 * holds every session up.
 */
import type { Clock } from '@banyan/kit';

/** Where pieces lie. */
export interface Place {
  readonly block: Block;
  /** Of the block, when they were written. */
  readonly turn: number;
  readonly start: number;
  readonly lengths: readonly number[];
}

interface Block {
  readonly bytes: Uint8Array;
  used: number;
  /** Monotonic milliseconds: nothing in it is wanted from then on. */
  until: number;
  /** Counts how often it was begun anew. */
  turn: number;
}

export interface KeptBytes {
  /**
   * Copies the pieces.
   *
   * @returns undefined: together they are larger than a block
   */
  put(pieces: readonly Uint8Array[], ttlMs: number): Place | undefined;
  /**
   * The pieces, for reading before anything else is put.
   *
   * @returns undefined: others lie there now
   */
  get(place: Place): Uint8Array[] | undefined;
  /** Gives all memory back. */
  clear(): void;
  /** Of all blocks. */
  readonly bytes: number;
}

export interface KeptBytesInit {
  readonly blockBytes: number;
  /** With all of them full of what is wanted the oldest is taken nevertheless. */
  readonly maxBlocks: number;
}

export function createKeptBytes(
  clock: Pick<Clock, 'monotonic'>,
  { blockBytes, maxBlocks }: KeptBytesInit,
): KeptBytes {
  /** In the order in which they were begun: the last one is written to. */
  let blocks: Block[] = [];

  /** Begins the oldest block anew when nobody wants it, and gives further ones back: after a rush they are not needed. */
  const begin = (): Block => {
    const now = clock.monotonic();
    const oldest = blocks[0];
    const isFree = oldest !== undefined && (oldest.until <= now || blocks.length >= maxBlocks);
    const block = isFree ? oldest : { bytes: new Uint8Array(blockBytes), used: 0, until: 0, turn: 0 };
    if (isFree) blocks.shift();
    while (blocks[0] !== undefined && blocks[0].until <= now) end(blocks.shift()!);
    end(block);
    blocks.push(block);
    return block;
  };
  const end = (block: Block): void => {
    block.turn += 1;
    block.used = 0;
    block.until = 0;
  };

  return {
    get bytes() {
      return blocks.length * blockBytes;
    },
    put(pieces, ttlMs) {
      const lengths = pieces.map(({ length }) => length);
      const size = lengths.reduce((sum, length) => sum + length, 0);
      if (size > blockBytes) return undefined;
      const last = blocks.at(-1);
      const block = last !== undefined && last.used + size <= blockBytes ? last : begin();
      const start = block.used;
      for (const piece of pieces) {
        block.bytes.set(piece, block.used);
        block.used += piece.length;
      }
      block.until = Math.max(block.until, clock.monotonic() + ttlMs);
      return { block, turn: block.turn, start, lengths };
    },
    get({ block, turn, start, lengths }) {
      if (block.turn !== turn) return undefined;
      let at = start;
      return lengths.map((length) => block.bytes.subarray(at, (at += length)));
    },
    clear() {
      for (const block of blocks) end(block);
      blocks = [];
    },
  };
}
