/** The chunk hashes of one content, as sources give them and its id proves them. */
import {
  BanyanError,
  chunkCount,
  chunkHash,
  contentIdText,
  HASH_BYTES,
  MAX_LAYER_HASHES,
  verifyLayer,
  type ContentId,
} from '@banyan/proto';
import type { PinnedClient } from '@banyan/kit';
import { refusalOf } from './refusal.ts';
import { sha256 } from './sha256.ts';

export interface ChunkProof {
  /**
   * Makes the hashes of some chunks known.
   *
   * @throws BanyanError `bad_proof`, and why the source does not give them
   */
  ensure(first: number, count: number, from: PinnedClient, token: string): Promise<void>;
  /** Whether a chunk is what its hash says; its hash is known. */
  isRight(chunk: number, bytes: Uint8Array): boolean;
}

/** Uncles of a range: two for each level of a tree of the largest content. */
const MAX_UNCLES = 2 * 32;

export function createChunkProof(id: ContentId): ChunkProof {
  const chunks = chunkCount(id.length);
  const hashes = new Uint8Array(chunks * HASH_BYTES);
  const known = new Uint8Array(chunks);
  if (chunks === 1) {
    // The root is the hash of the only chunk.
    hashes.set(id.root);
    known[0] = 1;
  }
  return {
    async ensure(first, count, from, token) {
      const unknown = known.indexOf(0, first);
      if (unknown < 0 || unknown >= first + count) return;
      const wanted = Math.min(MAX_LAYER_HASHES, chunks - unknown);
      const answer = await from.request(
        {
          method: 'GET',
          path: `/v1/content/${contentIdText(id)}/layers?first=${unknown}&count=${wanted}`,
          headers: { authorization: `Bearer ${token}` },
        },
        { maxBytes: () => (wanted + MAX_UNCLES) * HASH_BYTES },
      );
      if (answer.status !== 200) throw refusalOf(answer);
      const given = Number(answer.headers['banyan-layer-count'] ?? wanted);
      const part = answer.body.subarray(0, given * HASH_BYTES);
      const uncles = answer.body.subarray(given * HASH_BYTES);
      if (!(given >= 1 && given <= wanted) || !verifyLayer(sha256, id, unknown, given, part, uncles))
        throw new BanyanError('bad_proof');
      hashes.set(part, unknown * HASH_BYTES);
      known.fill(1, unknown, unknown + given);
      // More than one answer holds: the rest is asked for as well.
      if (unknown + given < first + count) await this.ensure(first, count, from, token);
    },
    isRight(chunk, bytes) {
      const expected = hashes.subarray(chunk * HASH_BYTES, (chunk + 1) * HASH_BYTES);
      return known[chunk] === 1 && Buffer.compare(chunkHash(sha256, bytes, id.length, chunk), expected) === 0;
    },
  };
}
