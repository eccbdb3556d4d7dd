import { describe, expect, it } from '@jest/globals';
import {
  CHUNK_BYTES,
  HASH_BYTES,
  layerProof,
  MAX_LAYER_HASHES,
  rootFromChunkHashes,
  verifyLayer,
  type ContentId,
} from '@banyan/proto';
import { createLayerStore } from '../../src/download/layer-store.ts';
import { sha256 } from '../swarm.ts';

/** A layer of made-up hashes; nobody needs the bytes below it. */
function madeUp(chunks: number): { content: ContentId; hashes: Uint8Array } {
  const hashes = new Uint8Array(chunks * HASH_BYTES);
  for (let i = 0; i < chunks; i++) hashes.set(sha256(Buffer.from(`chunk ${i}`)), i * HASH_BYTES);
  const length = chunks * CHUNK_BYTES;
  return { content: { root: rootFromChunkHashes(sha256, hashes, length), length }, hashes };
}

describe('the layer store', () => {
  it('asks for what is unknown, in the parts that answers have', () => {
    const { content, hashes } = madeUp(2 * MAX_LAYER_HASHES + 7);
    const store = createLayerStore(content);
    expect(store.gap(5, 1)).toEqual({ first: 0, count: MAX_LAYER_HASHES });
    store.add({ first: 0, count: 100, ...layerProof(sha256, hashes, content.length, 0, 100) });
    expect(store.gap(5, 10)).toBeUndefined();
    expect(store.gap(95, 10)).toEqual({ first: 100, count: MAX_LAYER_HASHES - 100 });
    expect(store.gap(2 * MAX_LAYER_HASHES + 6, 1)).toEqual({ first: 2 * MAX_LAYER_HASHES, count: 7 });
    expect(store.hashes(98, 2)).toEqual(hashes.slice(98 * HASH_BYTES, 100 * HASH_BYTES));
    expect(() => store.hashes(99, 2)).toThrow(expect.objectContaining({ code: 'chunk_missing' }));
  });

  it('proves any narrower range out of a part that it was given', () => {
    for (const [chunks, first, count] of [
      [37, 0, 37],
      [37, 5, 20],
      [37, 9, 28],
      [64, 16, 16],
      [33, 32, 1],
    ] as const) {
      const { content, hashes } = madeUp(chunks);
      const store = createLayerStore(content);
      store.add({ first, count, ...layerProof(sha256, hashes, content.length, first, count) });
      for (let from = first; from < first + count; from++) {
        for (const size of [1, 2, 3, count - (from - first)]) {
          if (from + size > first + count) continue;
          const proof = store.proof(from, size);
          expect(verifyLayer(sha256, content, from, size, proof.hashes, proof.uncles)).toBe(true);
        }
      }
      if (first > 0)
        expect(() => store.proof(0, 1)).toThrow(expect.objectContaining({ code: 'chunk_missing' }));
    }
  });

  it('knows the layer of a content of one chunk', () => {
    const root = sha256(Buffer.from('root'));
    const store = createLayerStore({ root, length: 77 });
    expect(store.leadsToRoot()).toBe(true);
    expect(store.all()).toEqual(Uint8Array.from(root));
  });
});
