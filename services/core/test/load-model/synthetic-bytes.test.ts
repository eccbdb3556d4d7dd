import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { CHUNK_BYTES, chunkHash, createRootBuilder, layerProof, verifyLayer } from '@banyan/proto';
import { createContents } from '../../src/load-model/contents.ts';
import { createSyntheticBytes } from '../../src/load-model/synthetic-bytes.ts';

const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());
const bytes = createSyntheticBytes(5, sha256);
const whole = (content: { rank: number; length: number }, from = 0, to = content.length): Uint8Array =>
  Buffer.concat([...bytes.read(content, from, to)]);

test.each([64, 16_384, 100_001, CHUNK_BYTES, CHUNK_BYTES + 1, 9 * CHUNK_BYTES + 77])(
  'the root of %i bytes is that of the bytes themselves',
  (length) => {
    const content = { rank: 41, length };
    const builder = createRootBuilder(sha256);
    builder.update(whole(content));
    expect(Buffer.from(bytes.root(content))).toEqual(Buffer.from(builder.digest().id.root));
  },
);

test('any part of a content is the same whether it is read alone or with the rest', () => {
  const content = { rank: 3, length: 3 * CHUNK_BYTES + 5 };
  const all = Buffer.from(whole(content));
  for (const [from, to] of [
    [0, 1],
    [7, 30],
    [15, CHUNK_BYTES + 1],
    [CHUNK_BYTES, 2 * CHUNK_BYTES],
    [3 * CHUNK_BYTES, content.length + 100],
  ] as const)
    expect(all.subarray(from, to).equals(whole(content, from, to))).toBe(true);
});

test('the layer proves each chunk, and only that', () => {
  const content = { rank: 8, length: 5 * CHUNK_BYTES + 12 };
  const id = { root: bytes.root(content), length: content.length };
  const { hashes, uncles } = layerProof(sha256, bytes.layer(content), content.length, 1, 2);
  expect(verifyLayer(sha256, id, 1, 2, hashes, uncles)).toBe(true);
  const chunk = Buffer.from(whole(content, CHUNK_BYTES, 2 * CHUNK_BYTES));
  expect(Buffer.from(chunkHash(sha256, chunk, content.length, 1))).toEqual(
    Buffer.from(hashes.subarray(0, 32)),
  );
  chunk[500]! ^= 1;
  expect(Buffer.from(chunkHash(sha256, chunk, content.length, 1))).not.toEqual(
    Buffer.from(hashes.subarray(0, 32)),
  );
});

test('contents have ids of their own, which another process computes too', () => {
  const init = { seed: 5, count: 500, popularity: 0.8, vocabulary: 1_000, sizes: 0.001 };
  const contents = createContents(init, bytes);
  const again = createContents(init, createSyntheticBytes(5, sha256));
  const roots = new Set<string>();
  for (let rank = 0; rank < 500; rank += 1) {
    const { root } = contents.content(rank);
    expect(again.content(rank).root).toEqual(root);
    roots.add(Buffer.from(root).toString('hex'));
  }
  expect(roots.size).toBe(500);
});
