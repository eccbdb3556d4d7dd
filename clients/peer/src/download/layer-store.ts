/** The proved part of a content's chunk layer: what chunks are checked against, and what is shown to others. */
import {
  BanyanError,
  chunkCount,
  createChunkMap,
  HASH_BYTES,
  layerProof,
  MAX_LAYER_HASHES,
  rootFromChunkHashes,
  sameBytes,
  type ChunkMap,
  type LayerProof,
} from '@banyan/proto';
import { sha256 } from '../sha256.ts';
import type { WantedContent } from './types.ts';

/** Consecutive chunk hashes with their proof. */
export interface LayerPart extends LayerProof {
  readonly first: number;
  readonly count: number;
}

/** What is known of one layer. Memory grows with what is known, not with the content's length. */
export interface LayerStore {
  /** Keeps a part that was verified. */
  add(part: LayerPart): void;
  /** The first unknown part of the chunks `first` … `first + count − 1`, widened to what one answer may hold. */
  gap(first: number, count: number): { readonly first: number; readonly count: number } | undefined;
  /** Hashes of consecutive chunks; throws BanyanError `chunk_missing` when one is unknown. */
  hashes(first: number, count: number): Uint8Array;
  hashesOf(chunks: readonly number[]): Uint8Array;
  knows(chunk: number): boolean;
  /** A proof for others; throws BanyanError `chunk_missing` when too little is known. */
  proof(first: number, count: number): LayerProof;
  /** Whether the whole layer is known and leads to the content's root, when that is known. */
  leadsToRoot(): boolean;
  /** Keeps the hash that a chunk's bytes have, though nobody has proved that it is the right one. */
  keep(chunk: number, hash: Uint8Array): void;
  /** What was kept by {@link keep}; undefined: nothing. */
  kept(chunk: number): Uint8Array | undefined;
  forget(chunk: number): void;
  /** The hash that a chunk's bytes on the disk must have: the known one, else the kept one. */
  expected(chunks: readonly number[]): Uint8Array;
  /** The root to which the known and kept hashes lead; undefined while some are missing. */
  rootToBe(): Uint8Array | undefined;
  /** Takes the kept hashes as known: what they are of was proved otherwise. */
  adopt(): void;
  /** All chunk hashes; only when all are known. */
  all(): Uint8Array;
}

/** Hashes by chunk, in blocks that are made as they are needed. */
interface HashTable {
  readonly known: ChunkMap;
  put(chunk: number, hash: Uint8Array): void;
  get(chunk: number): Uint8Array | undefined;
}

function blockSize(chunks: number, block: number): number {
  return Math.min(MAX_LAYER_HASHES, chunks - block * MAX_LAYER_HASHES);
}

function createHashTable(chunks: number): HashTable {
  const known: ChunkMap = createChunkMap(chunks);
  const blocks = new Map<number, Uint8Array>();
  return {
    known,
    put(chunk, hash) {
      const block = Math.floor(chunk / MAX_LAYER_HASHES);
      let hashes = blocks.get(block);
      if (hashes === undefined)
        blocks.set(block, (hashes = new Uint8Array(blockSize(chunks, block) * HASH_BYTES)));
      hashes.set(hash, (chunk % MAX_LAYER_HASHES) * HASH_BYTES);
      known.set(chunk);
    },
    get(chunk) {
      if (!known.has(chunk)) return undefined;
      const at = (chunk % MAX_LAYER_HASHES) * HASH_BYTES;
      return blocks.get(Math.floor(chunk / MAX_LAYER_HASHES))!.subarray(at, at + HASH_BYTES);
    },
  };
}

/** Makes a store; a content of one chunk is its own layer. */
export function createLayerStore(content: WantedContent): LayerStore {
  const chunks = chunkCount(content.length);
  const table = createHashTable(chunks);
  const { known, put } = table;
  const keptTable = createHashTable(chunks);
  const parts: LayerPart[] = [];
  let whole: Uint8Array | undefined;

  const gather = (list: readonly number[], hashOf: (chunk: number) => Uint8Array | undefined): Uint8Array => {
    const hashes = new Uint8Array(list.length * HASH_BYTES);
    list.forEach((chunk, index) => {
      const hash = hashOf(chunk);
      if (hash === undefined)
        throw new BanyanError('chunk_missing', 'That part of the chunk layer is not here yet.');
      hashes.set(hash, index * HASH_BYTES);
    });
    return hashes;
  };
  const hashesOf = (list: readonly number[]): Uint8Array => gather(list, table.get);
  const expected = (list: readonly number[]): Uint8Array =>
    gather(list, (chunk) => table.get(chunk) ?? keptTable.get(chunk));
  const range = (first: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => first + i);
  const all = (): Uint8Array => (whole ??= hashesOf(range(0, chunks)));

  const store: LayerStore = {
    add(part) {
      for (let i = 0; i < part.count; i++)
        put(part.first + i, part.hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
      parts.push({ ...part, hashes: hashesOf(range(part.first, part.count)) });
    },
    gap(first, count) {
      const missing = known.firstMissing(first);
      if (missing < 0 || missing >= first + count) return undefined;
      const block = Math.floor(missing / MAX_LAYER_HASHES);
      const start = block * MAX_LAYER_HASHES;
      // From the start of its block, so that every peer keeps, and can show, the same parts.
      const from = known.firstMissing(start);
      const next = known.firstSet(from);
      const end = start + blockSize(chunks, block);
      return { first: from, count: (next < 0 ? end : Math.min(next, end)) - from };
    },
    hashes: (first, count) => hashesOf(range(first, count)),
    hashesOf,
    knows: (chunk) => known.has(chunk),
    proof(first, count) {
      if (known.complete) return layerProof(sha256, all(), content.length, first, count);
      const part = parts.find((one) => one.first <= first && first + count <= one.first + one.count);
      if (part === undefined)
        throw new BanyanError(
          'chunk_missing',
          'That part of the chunk layer is not here yet. Ask another source.',
        );
      return subProof(part, chunks, first, count);
    },
    leadsToRoot: () =>
      known.complete &&
      (content.root === undefined ||
        sameBytes(rootFromChunkHashes(sha256, all(), content.length), content.root)),
    keep: keptTable.put,
    kept: keptTable.get,
    forget: (chunk) => void keptTable.known.set(chunk, false),
    expected,
    rootToBe() {
      for (let chunk = 0; chunk < chunks; chunk++)
        if (!known.has(chunk) && !keptTable.known.has(chunk)) return undefined;
      return rootFromChunkHashes(sha256, expected(range(0, chunks)), content.length);
    },
    adopt() {
      for (let chunk = 0; chunk < chunks; chunk++) {
        const hash = keptTable.get(chunk);
        if (!known.has(chunk) && hash !== undefined) put(chunk, hash);
      }
    },
    all,
  };
  if (chunks === 1 && content.root !== undefined)
    store.add({ first: 0, count: 1, hashes: Uint8Array.from(content.root), uncles: new Uint8Array(0) });
  return store;
}

/**
 * The proof of a narrower range out of a wider one's: the walk of spec/content.md for both ranges at once, the
 * wider one's nodes and uncles giving what the narrower one needs.
 */
function subProof(part: LayerPart, chunks: number, first: number, count: number): LayerProof {
  const hashes = part.hashes.slice(
    (first - part.first) * HASH_BYTES,
    (first - part.first + count) * HASH_BYTES,
  );
  const uncles: Uint8Array[] = [];
  let nodes = split(part.hashes);
  let spare = split(part.uncles);
  let base = part.first;
  let low = first;
  let high = first + count;
  let zero = zeroChunkHash();
  for (let width = chunks; width > 1; width = Math.ceil(width / 2)) {
    // The wider range, completed to pairs as its verifier does.
    if (base % 2 === 1) {
      nodes = [spare[0]!, ...nodes];
      spare = spare.slice(1);
      base -= 1;
    }
    if ((base + nodes.length) % 2 === 1) {
      if (base + nodes.length < width) {
        nodes = [...nodes, spare[0]!];
        spare = spare.slice(1);
      } else nodes = [...nodes, zero];
    }
    if (low % 2 === 1) uncles.push(nodes[low - 1 - base]!);
    if (high % 2 === 1 && high < width) uncles.push(nodes[high - base]!);
    const parents: Uint8Array[] = [];
    for (let i = 0; i < nodes.length; i += 2) parents.push(sha256(Buffer.concat([nodes[i]!, nodes[i + 1]!])));
    nodes = parents;
    base /= 2;
    low = Math.floor(low / 2);
    high = Math.ceil(high / 2);
    zero = sha256(Buffer.concat([zero, zero]));
  }
  return { hashes, uncles: Uint8Array.from(Buffer.concat(uncles)) };
}

function split(hashes: Uint8Array): Uint8Array[] {
  return Array.from({ length: hashes.length / HASH_BYTES }, (_, i) =>
    hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

/** Root of 64 zero leaves: what stands for a chunk after the end. */
function zeroChunkHash(): Uint8Array {
  let hash: Uint8Array = new Uint8Array(HASH_BYTES);
  for (let level = 0; level < 6; level++) hash = sha256(Buffer.concat([hash, hash]));
  return hash;
}
