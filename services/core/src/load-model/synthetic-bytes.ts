/**
 * The bytes of the contents of a load test: a function of the seed, the content's rank and the place, so that a thousand
 * sources share them without a disk, and no two contents have one id.
 *
 * ```
 *   content 7   │stamp│ base 3 ……… │ base 4 ……… │ base 0 ……│     chunk i is base (7·step + i) mod BASES,
 *                 7, seed              1 MiB        cut at the length   chunk 0 begins with a stamp of the content
 * ```
 *
 * The hash of a base is computed once; a content costs the hashes of its first and its last chunk.
 */
import {
  BLOCK_BYTES,
  CHUNK_BYTES,
  chunkCount,
  chunkHash,
  chunkRange,
  HASH_BYTES,
  rootFromChunkHashes,
  type Sha256,
} from '@banyan/proto';
import { seededRandom } from './random.ts';

/** What has bytes: a content by its rank, and its length. */
export interface Sized {
  readonly rank: number;
  readonly length: number;
}

export interface SyntheticBytes {
  /** Root of the content, computed when it is asked for first. */
  root(content: Sized): Uint8Array;
  /** All chunk hashes of the content, computed at each call. */
  layer(content: Sized): Uint8Array;
  /** The bytes `start` to `end` (exclusive), piece by piece; pieces are views of what is shared: nobody writes to them. */
  read(content: Sized, start: number, end: number): Generator<Uint8Array, void, void>;
}

/** Different chunks that there are: enough that neighbours differ, few enough to hold in memory. */
const BASES = 8;
/** Contents of neighbouring ranks begin with different bases. */
const RANK_STEP = 3;
/** Two numbers of 32 bits and as much luck: what makes the first chunk of each content its own. */
const STAMP_BYTES = 16;

/**
 * Takes {@link BASES} MiB and a tenth of a second.
 *
 * @param sha256 - of some bytes
 */
export function createSyntheticBytes(seed: number, sha256: Sha256): SyntheticBytes {
  const bases = Array.from({ length: BASES }, (_, i) => baseChunk(seed, i));
  const hashes = bases.map((base) => chunkHash(sha256, base, BASES * CHUNK_BYTES, 0));
  const roots = new Map<number, { readonly length: number; readonly root: Uint8Array }>();
  const baseOf = (rank: number, chunk: number): number => (rank * RANK_STEP + chunk) % BASES;

  function* read({ rank, length }: Sized, start: number, end: number): Generator<Uint8Array, void, void> {
    let at = start;
    const last = Math.min(end, length);
    if (at < STAMP_BYTES && at < last) {
      const piece = stampOf(seed, rank).subarray(at, Math.min(last, STAMP_BYTES));
      at += piece.length;
      yield piece;
    }
    while (at < last) {
      const chunk = Math.floor(at / CHUNK_BYTES);
      const from = at - chunk * CHUNK_BYTES;
      const piece = bases[baseOf(rank, chunk)]!.subarray(
        from,
        from + Math.min(CHUNK_BYTES - from, last - at),
      );
      at += piece.length;
      yield piece;
    }
  }

  function hashOf(content: Sized, chunk: number): Uint8Array {
    const { start, end } = chunkRange(content.length, chunk);
    const isOwn = chunk === 0 || end - start < CHUNK_BYTES;
    if (!isOwn) return hashes[baseOf(content.rank, chunk)]!;
    const bytes = new Uint8Array(end - start);
    let fill = 0;
    for (const piece of read(content, start, end)) {
      bytes.set(piece, fill);
      fill += piece.length;
    }
    return chunkHash(sha256, bytes, content.length, chunk);
  }

  function layer(content: Sized): Uint8Array {
    const chunks = chunkCount(content.length);
    const all = new Uint8Array(chunks * HASH_BYTES);
    for (let i = 0; i < chunks; i += 1) all.set(hashOf(content, i), i * HASH_BYTES);
    return all;
  }

  return {
    root(content) {
      const known = roots.get(content.rank);
      if (known?.length === content.length) return known.root;
      const root = rootFromChunkHashes(sha256, layer(content), content.length);
      roots.set(content.rank, { length: content.length, root });
      return root;
    },
    layer,
    read,
  };
}

function stampOf(seed: number, rank: number): Uint8Array {
  const stamp = new Uint8Array(STAMP_BYTES);
  const random = seededRandom(seed, 'stamp', rank);
  new DataView(stamp.buffer).setUint32(0, rank);
  for (let i = 4; i < STAMP_BYTES; i += 1) stamp[i] = Math.floor(random() * 256);
  return stamp;
}

/** One block of luck, and each further block of the chunk that block with another number over its first bytes. */
function baseChunk(seed: number, number: number): Uint8Array {
  const random = seededRandom(seed, 'base', number);
  const bytes = new Uint8Array(CHUNK_BYTES);
  const words = new Uint32Array(bytes.buffer, 0, BLOCK_BYTES / 4);
  for (let i = 0; i < words.length; i += 1) words[i] = random() * 2 ** 32;
  const view = new DataView(bytes.buffer);
  for (let at = BLOCK_BYTES; at < CHUNK_BYTES; at += BLOCK_BYTES) {
    bytes.copyWithin(at, 0, BLOCK_BYTES);
    view.setUint32(at, at);
  }
  return bytes;
}
