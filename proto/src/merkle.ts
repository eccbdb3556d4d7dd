/**
 * The hash tree of a content: BEP 52 over 16 KiB blocks, seen at the layer of 1 MiB chunks.
 * In words, with the drawing and the proof's order: proto/spec/content.md. SHA-256 is passed in, so the same
 * code runs in worker threads, in the browser and in the tests.
 */

import { sameBytes } from './bytes.ts';
import { chunkCount, chunkRange, EMPTY_CONTENT } from './content-id.ts';
import type { ContentId } from './content-id.ts';
import { BLOCK_BYTES, CHUNK_BYTES, HASH_BYTES } from './limits.ts';

/** SHA-256 of `data`; must not keep `data`, which is a view of memory that is used again. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

const BLOCKS_PER_CHUNK = CHUNK_BYTES / BLOCK_BYTES;
const CHUNK_LEVEL = Math.log2(BLOCKS_PER_CHUNK);
const PAIR = 2 * HASH_BYTES;

/** Roots of all-zero subtrees by level above the leaves: [0] = 32 zero bytes, [n + 1] = H([n] ‖ [n]). */
const zeroRoots = new WeakMap<Sha256, Uint8Array[]>();

function zeroRoot(sha256: Sha256, level: number): Uint8Array {
  let known = zeroRoots.get(sha256);
  if (known === undefined) zeroRoots.set(sha256, (known = [new Uint8Array(HASH_BYTES)]));
  while (known.length <= level) {
    const pair = new Uint8Array(PAIR);
    const below = known[known.length - 1]!;
    pair.set(below);
    pair.set(below, HASH_BYTES);
    known.push(Uint8Array.from(sha256(pair)));
  }
  return known[level]!;
}

/** Leaf hashes of one chunk, reduced in place. Shared: hashing a chunk is synchronous and never nested. */
const scratch = new Uint8Array(BLOCKS_PER_CHUNK * HASH_BYTES);

/** Reduces `width` hashes at the start of `nodes` to one, in place. `width` is a power of two. */
function reduce(sha256: Sha256, nodes: Uint8Array, width: number): Uint8Array {
  for (let n = width; n > 1; n >>= 1) {
    for (let i = 0; i < n >> 1; i++) {
      // The parent lands at or before its left child, which is read first.
      nodes.set(sha256(nodes.subarray(i * PAIR, (i + 1) * PAIR)), i * HASH_BYTES);
    }
  }
  return nodes.slice(0, HASH_BYTES);
}

function nextPowerOfTwo(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}

/** Root over `leaves` leaf hashes in `nodes`, padded with zero leaves as the content's shape asks. */
function chunkRoot(sha256: Sha256, nodes: Uint8Array, leaves: number, single: boolean): Uint8Array {
  const width = single ? nextPowerOfTwo(leaves) : BLOCKS_PER_CHUNK;
  nodes.fill(0, leaves * HASH_BYTES, width * HASH_BYTES);
  return reduce(sha256, nodes, width);
}

/**
 * The hash of one chunk as it stands in the chunk layer; for a content of a single chunk this is the root.
 *
 * @param chunkBytes - exactly the bytes of that chunk
 * @returns 32 bytes
 * @throws RangeError when `chunkBytes` has another length than that chunk, BanyanError `range_unsatisfiable`
 *   when the content has no such chunk
 */
export function chunkHash(
  sha256: Sha256,
  chunkBytes: Uint8Array,
  contentLength: number,
  chunkIndex: number,
): Uint8Array {
  const { start, end } = chunkRange(contentLength, chunkIndex);
  if (chunkBytes.length !== end - start) {
    throw new RangeError(`chunk ${chunkIndex} has ${end - start} bytes, not ${chunkBytes.length}`);
  }
  let leaves = 0;
  for (let at = 0; at < chunkBytes.length; at += BLOCK_BYTES) {
    scratch.set(sha256(chunkBytes.subarray(at, at + BLOCK_BYTES)), leaves++ * HASH_BYTES);
  }
  return chunkRoot(sha256, scratch, leaves, contentLength <= CHUNK_BYTES);
}

/** One level up: pairs hashed, an odd end completed with the root of zero leaves. */
function levelUp(sha256: Sha256, nodes: Uint8Array, level: number): Uint8Array {
  const count = nodes.length / HASH_BYTES;
  const parents = new Uint8Array(Math.ceil(count / 2) * HASH_BYTES);
  for (let i = 0; i < Math.floor(count / 2); i++) {
    parents.set(sha256(nodes.subarray(i * PAIR, (i + 1) * PAIR)), i * HASH_BYTES);
  }
  if (count % 2 === 1) {
    const pair = new Uint8Array(PAIR);
    pair.set(nodes.subarray(nodes.length - HASH_BYTES));
    pair.set(zeroRoot(sha256, level), HASH_BYTES);
    parents.set(sha256(pair), parents.length - HASH_BYTES);
  }
  return parents;
}

/**
 * The root of a content from its whole layer of chunk hashes.
 *
 * @param hashes - all chunk hashes, concatenated
 * @throws RangeError when their number is not that of the content's chunks
 */
export function rootFromChunkHashes(sha256: Sha256, hashes: Uint8Array, length: number): Uint8Array {
  const chunks = chunkCount(length);
  if (hashes.length !== chunks * HASH_BYTES) {
    throw new RangeError(
      `a content of ${length} bytes has ${chunks} chunk hashes, not ${hashes.length / HASH_BYTES}`,
    );
  }
  if (chunks === 0) return EMPTY_CONTENT.root.slice();
  let nodes = hashes;
  for (let level = CHUNK_LEVEL; nodes.length > HASH_BYTES; level++) nodes = levelUp(sha256, nodes, level);
  return nodes.slice();
}

/** A range of the chunk layer and what ties it to the root. */
export interface LayerProof {
  /** The chunk hashes of the range, concatenated. */
  readonly hashes: Uint8Array;
  /** The hashes that the verifier cannot compute, concatenated: bottom-up, left before right. */
  readonly uncles: Uint8Array;
}

/** Whether chunks `first` … `first + count − 1` exist, with `count` at least 1. */
function rangeExists(length: number, first: number, count: number): boolean {
  return (
    Number.isSafeInteger(first) &&
    Number.isSafeInteger(count) &&
    first >= 0 &&
    count >= 1 &&
    first + count <= chunkCount(length)
  );
}

/** Chunks under one node of {@link layerGroups}: 1 GiB, some milliseconds of hashing. A power of two. */
export const LAYER_GROUP_CHUNKS = 1024;
const GROUP_LEVELS = Math.log2(LAYER_GROUP_CHUNKS);

/**
 * Computes the nodes over each {@link LAYER_GROUP_CHUNKS} chunks of a large content, group by group, so that proofs need
 * not hash the whole layer each. Yields after each group: an event loop can go on in between.
 *
 * @param hashes - all chunk hashes, concatenated; more than one group
 * @returns one hash per group, concatenated, for {@link layerProof}
 */
export function* layerGroups(sha256: Sha256, hashes: Uint8Array): Generator<void, Uint8Array, void> {
  const bytes = LAYER_GROUP_CHUNKS * HASH_BYTES;
  const groups = new Uint8Array(Math.ceil(hashes.length / bytes) * HASH_BYTES);
  for (let group = 0; group * bytes < hashes.length; group++) {
    let nodes = hashes.subarray(group * bytes, (group + 1) * bytes);
    for (let level = 0; level < GROUP_LEVELS; level++) nodes = levelUp(sha256, nodes, CHUNK_LEVEL + level);
    groups.set(nodes, group * HASH_BYTES);
    yield;
  }
  return groups;
}

/**
 * Proves the chunk hashes `first` … `first + count − 1` of a content whose whole layer is known.
 *
 * @param hashes - all chunk hashes, concatenated
 * @param groups - of a content of more than one group, what {@link layerGroups} returned: only the groups around the
 *   range are hashed then
 * @throws RangeError when `hashes` is not the whole layer or the range lies outside it
 */
export function layerProof(
  sha256: Sha256,
  hashes: Uint8Array,
  length: number,
  first: number,
  count: number,
  groups?: Uint8Array,
): LayerProof {
  let width = chunkCount(length);
  if (hashes.length !== width * HASH_BYTES) throw new RangeError('not the whole chunk layer');
  if (!rangeExists(length, first, count)) throw new RangeError(`no chunks ${first} to ${first + count - 1}`);
  const uncles: Uint8Array[] = [];
  let low = first;
  let high = first + count;
  // The part of a level that is at hand, from its node `from` on.
  let from = 0;
  let nodes = hashes;
  if (groups !== undefined) {
    from = Math.floor(low / LAYER_GROUP_CHUNKS) * LAYER_GROUP_CHUNKS;
    const end = Math.ceil(high / LAYER_GROUP_CHUNKS) * LAYER_GROUP_CHUNKS;
    nodes = hashes.subarray(from * HASH_BYTES, end * HASH_BYTES);
  }
  const node = (at: number): Uint8Array =>
    nodes.subarray((at - from) * HASH_BYTES, (at - from + 1) * HASH_BYTES);
  for (let level = 0; width > 1; level++) {
    if (level === GROUP_LEVELS && groups !== undefined) {
      from = 0;
      nodes = groups;
    }
    if (low % 2 === 1) uncles.push(node(low - 1));
    if (high % 2 === 1 && high < width) uncles.push(node(high));
    nodes = levelUp(sha256, nodes, CHUNK_LEVEL + level);
    from = Math.floor(from / 2);
    low = Math.floor(low / 2);
    high = Math.ceil(high / 2);
    width = Math.ceil(width / 2);
  }
  const joined = new Uint8Array(uncles.length * HASH_BYTES);
  uncles.forEach((uncle, i) => joined.set(uncle, i * HASH_BYTES));
  return { hashes: hashes.slice(first * HASH_BYTES, (first + count) * HASH_BYTES), uncles: joined };
}

/**
 * Whether `hashes` are the chunk hashes `first` … `first + count − 1` of content `id`. False, never a
 * throw, for anything that a hostile source may send: other numbers of hashes, missing or surplus uncles.
 */
export function verifyLayer(
  sha256: Sha256,
  id: ContentId,
  first: number,
  count: number,
  hashes: Uint8Array,
  uncles: Uint8Array,
): boolean {
  if (!rangeExists(id.length, first, count)) return false;
  if (hashes.length !== count * HASH_BYTES || uncles.length % HASH_BYTES !== 0) return false;
  let nodes = hashes;
  let low = first;
  let width = chunkCount(id.length);
  let used = 0;
  for (let level = CHUNK_LEVEL; width > 1; level++) {
    const high = low + nodes.length / HASH_BYTES;
    const left = low % 2 === 1;
    // At the right end of the layer the sibling is the root of zero leaves, which levelUp() knows.
    const right = high % 2 === 1 && high < width;
    if (left || right) {
      const needed = (left ? HASH_BYTES : 0) + (right ? HASH_BYTES : 0);
      if (used + needed > uncles.length) return false;
      const wider = new Uint8Array(nodes.length + needed);
      if (left) wider.set(uncles.subarray(used, used + HASH_BYTES));
      wider.set(nodes, left ? HASH_BYTES : 0);
      if (right)
        wider.set(uncles.subarray(used + needed - HASH_BYTES, used + needed), wider.length - HASH_BYTES);
      used += needed;
      nodes = wider;
    }
    nodes = levelUp(sha256, nodes, level);
    low = Math.floor(low / 2);
    width = Math.ceil(width / 2);
  }
  return used === uncles.length && sameBytes(nodes, id.root);
}

/** Hashes a content as its bytes come. */
export interface RootBuilder {
  /** Takes the next bytes, any number of them; keeps no reference to them. */
  update(bytes: Uint8Array): void;
  /** The content's id and whole chunk layer. Ends the builder. */
  digest(): { readonly id: ContentId; readonly chunkHashes: Uint8Array };
}

/** Makes a {@link RootBuilder}; its memory is one block and 32 bytes per MiB. */
export function createRootBuilder(sha256: Sha256): RootBuilder {
  const block = new Uint8Array(BLOCK_BYTES);
  const leaves = new Uint8Array(BLOCKS_PER_CHUNK * HASH_BYTES);
  let blockFill = 0;
  let leafCount = 0;
  let length = 0;
  let layer = new Uint8Array(64 * HASH_BYTES);
  let chunks = 0;
  let ended = false;

  const pushChunk = (hash: Uint8Array): void => {
    if ((chunks + 1) * HASH_BYTES > layer.length) {
      const larger = new Uint8Array(layer.length * 2);
      larger.set(layer);
      layer = larger;
    }
    layer.set(hash, chunks++ * HASH_BYTES);
  };
  const pushBlock = (bytes: Uint8Array): void => {
    leaves.set(sha256(bytes), leafCount++ * HASH_BYTES);
    if (leafCount === BLOCKS_PER_CHUNK) {
      // A whole chunk has the same hash whether or not others follow.
      pushChunk(reduce(sha256, leaves, BLOCKS_PER_CHUNK));
      leafCount = 0;
    }
  };

  return {
    update(bytes) {
      if (ended) throw new Error('the root builder has ended');
      length += bytes.length;
      let at = 0;
      if (blockFill > 0) {
        at = Math.min(BLOCK_BYTES - blockFill, bytes.length);
        block.set(bytes.subarray(0, at), blockFill);
        blockFill += at;
        if (blockFill < BLOCK_BYTES) return;
        pushBlock(block);
        blockFill = 0;
      }
      for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES)
        pushBlock(bytes.subarray(at, at + BLOCK_BYTES));
      if (at < bytes.length) {
        block.set(bytes.subarray(at));
        blockFill = bytes.length - at;
      }
    },
    digest() {
      if (ended) throw new Error('the root builder has ended');
      ended = true;
      if (blockFill > 0) pushBlock(block.subarray(0, blockFill));
      if (leafCount > 0) pushChunk(chunkRoot(sha256, leaves, leafCount, chunks === 0));
      const chunkHashes = layer.slice(0, chunks * HASH_BYTES);
      return { id: { root: rootFromChunkHashes(sha256, chunkHashes, length), length }, chunkHashes };
    },
  };
}
