/** Proofs of parts of chunk layers, without hashing a whole large layer for each or in one go. */
import { setImmediate } from 'node:timers/promises';
import {
  BanyanError,
  chunkCount,
  contentKey,
  LAYER_GROUP_CHUNKS,
  layerGroups,
  layerProof,
  type ContentId,
  type LayerProof,
} from '@banyan/proto';
import { MAX_PROOF_CONTENTS } from './limits.ts';
import { sha256 } from '../sha256.ts';

export interface LayerProofs {
  /**
   * Chunk hashes with the uncles that tie them to the root.
   *
   * @throws BanyanError `range_unsatisfiable`, `file_changed` when the layer is not known any more
   */
  prove(content: ContentId, first: number, count: number): Promise<LayerProof>;
}

/** @param layerOf - the whole layer of a content, where it is known */
export function createLayerProofs(layerOf: (content: ContentId) => Uint8Array | undefined): LayerProofs {
  /** Upper nodes of large layers, in the order of last use; 32 bytes per GiB. */
  const known = new Map<string, Promise<Uint8Array>>();

  async function compute(layer: Uint8Array): Promise<Uint8Array> {
    const steps = layerGroups(sha256, layer);
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      await setImmediate();
    }
  }

  function groupsOf(content: ContentId, layer: Uint8Array): Promise<Uint8Array> {
    const key = contentKey(content);
    const groups = known.get(key) ?? compute(layer);
    known.delete(key);
    known.set(key, groups);
    const [oldest] = known.keys();
    if (known.size > MAX_PROOF_CONTENTS && oldest !== undefined) known.delete(oldest);
    return groups;
  }

  return {
    async prove(content, first, count) {
      const chunks = chunkCount(content.length);
      const isRange = Number.isSafeInteger(first) && Number.isSafeInteger(count) && first >= 0 && count >= 1;
      if (!isRange || first + count > chunks)
        throw new BanyanError('range_unsatisfiable', `The file has ${chunks} chunks.`);
      const layer = layerOf(content);
      if (layer === undefined) throw new BanyanError('file_changed');
      const groups = chunks > 2 * LAYER_GROUP_CHUNKS ? await groupsOf(content, layer) : undefined;
      return layerProof(sha256, layer, content.length, first, count, groups);
    },
  };
}
