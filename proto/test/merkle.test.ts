import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BLOCK_BYTES,
  CHUNK_BYTES,
  chunkCount,
  chunkHash,
  chunkRange,
  contentIdText,
  createRootBuilder,
  EMPTY_CONTENT,
  LAYER_GROUP_CHUNKS,
  layerGroups,
  layerProof,
  rootFromChunkHashes,
  sameBytes,
  sameContent,
  toHex,
  verifyLayer,
} from '../src/index.ts';
import { sha256, vectorBytes } from './sha256.ts';

/** The tree straight from the words of BEP 52, with nothing clever. */
function bep52Root(file: Uint8Array): Uint8Array {
  let nodes: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += BLOCK_BYTES)
    nodes.push(sha256(file.subarray(at, at + BLOCK_BYTES)));
  while (!Number.isInteger(Math.log2(nodes.length))) nodes.push(new Uint8Array(32));
  while (nodes.length > 1) {
    nodes = nodes.flatMap((node, i) => (i % 2 === 0 ? [sha256(Buffer.concat([node, nodes[i + 1]!]))] : []));
  }
  return nodes[0]!;
}

function idOf(file: Uint8Array): { root: Uint8Array; length: number } {
  const builder = createRootBuilder(sha256);
  builder.update(file);
  return builder.digest().id;
}

const VECTORS: [number, string][] = [
  [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  [16384, '5252abae92836caa122f8d6c078aa2487dc32b17e1b204a7cc022809faebc192'],
  [16385, '831c51b911745d225c3ef7ddaaeb0971d93962202f8bd82789db755f86fb5a49'],
  [32768, '52be10908528d4e56eca06f83e2ec15e48ea3f97f7ce4ee463615c00143dd0fa'],
  [49152, '22bf1c287c87f4d16e2f2ddb6e6764a63e9a0380a39d610e45622575909f713f'],
  [131073, '874656372768f5a52d24fac26aa0e1f125b6a4cd640bcef2deca7a82f6efa854'],
  [3000000, 'deb354a327bf4dae3668c57991aae14e62ef96a1f759f1dd6ad06c5df3b5f2e5'],
];

describe('root', () => {
  it.each(VECTORS)('of %i bytes is what libtorrent 2.0.8 computes', (size, root) => {
    expect(contentIdText(idOf(vectorBytes(size)))).toBe(`${root}-${size}`);
  });

  it.each([
    CHUNK_BYTES - 1,
    CHUNK_BYTES,
    CHUNK_BYTES + 1,
    2 * CHUNK_BYTES,
    3 * CHUNK_BYTES + BLOCK_BYTES,
    5 * CHUNK_BYTES - 7,
  ])('of %i bytes is that of BEP 52 in its own words', (size) => {
    const file = vectorBytes(size);
    expect(toHex(idOf(file).root)).toBe(toHex(bep52Root(file)));
  });

  it('of the empty file is its own constant', () => {
    expect(sameContent(idOf(new Uint8Array(0)), EMPTY_CONTENT)).toBe(true);
  });

  it('is shared by a file and the file of its leaf hashes, so that only root and length together name one', () => {
    const file = vectorBytes(2 * BLOCK_BYTES);
    const impostor = Buffer.concat([
      sha256(file.subarray(0, BLOCK_BYTES)),
      sha256(file.subarray(BLOCK_BYTES)),
    ]);
    expect(impostor.length).toBe(64);
    expect(sameBytes(idOf(impostor).root, idOf(file).root)).toBe(true);
    expect(sameContent(idOf(impostor), idOf(file))).toBe(false);
  });

  it('does not depend on how the bytes arrive', () => {
    const file = vectorBytes(CHUNK_BYTES + 3 * BLOCK_BYTES + 5);
    const expected = contentIdText(idOf(file));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 12 }), (cuts) => {
        const builder = createRootBuilder(sha256);
        let at = 0;
        for (const cut of cuts) {
          builder.update(file.subarray(at, at + cut));
          at = Math.min(file.length, at + cut);
        }
        builder.update(file.subarray(at));
        expect(contentIdText(builder.digest().id)).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps no view of the bytes it was given', () => {
    const file = vectorBytes(BLOCK_BYTES + 10);
    const builder = createRootBuilder(sha256);
    const buffer = new Uint8Array(1000);
    for (let at = 0; at < file.length; at += 1000) {
      const part = file.subarray(at, at + 1000);
      buffer.set(part);
      builder.update(buffer.subarray(0, part.length));
      buffer.fill(255);
    }
    expect(sameContent(builder.digest().id, idOf(file))).toBe(true);
  });

  it('is given once by a builder', () => {
    const builder = createRootBuilder(sha256);
    builder.digest();
    expect(() => builder.digest()).toThrow('ended');
    expect(() => builder.update(new Uint8Array(1))).toThrow('ended');
  });
});

describe('chunk hashes', () => {
  it.each([1, BLOCK_BYTES + 1, CHUNK_BYTES, CHUNK_BYTES + 1, 4 * CHUNK_BYTES - 20_000])(
    'of a content of %i bytes, hashed one by one, are its layer and lead to its root',
    (size) => {
      const file = vectorBytes(size);
      const builder = createRootBuilder(sha256);
      builder.update(file);
      const { id, chunkHashes } = builder.digest();
      for (let i = 0; i < chunkCount(size); i++) {
        const { start, end } = chunkRange(size, i);
        const hash = chunkHash(sha256, file.subarray(start, end), size, i);
        expect(toHex(hash)).toBe(toHex(chunkHashes.subarray(32 * i, 32 * i + 32)));
      }
      expect(toHex(rootFromChunkHashes(sha256, chunkHashes, size))).toBe(toHex(id.root));
    },
  );

  it('differ for the same short bytes alone and at the end of a larger content', () => {
    const bytes = vectorBytes(BLOCK_BYTES);
    const alone = chunkHash(sha256, bytes, BLOCK_BYTES, 0);
    expect(sameBytes(alone, chunkHash(sha256, bytes, CHUNK_BYTES + BLOCK_BYTES, 1))).toBe(false);
  });

  it('are refused for bytes of another length and for chunks that do not exist', () => {
    expect(() => chunkHash(sha256, new Uint8Array(5), 6, 0)).toThrow(RangeError);
    expect(() => chunkHash(sha256, new Uint8Array(6), 6, 1)).toThrow('outside');
    expect(() => rootFromChunkHashes(sha256, new Uint8Array(64), 5)).toThrow(RangeError);
  });
});

/** A content whose layer is made up: proofs look at no bytes below the layer. */
const layers = fc
  .integer({ min: 1, max: 300 })
  .chain((chunks) =>
    fc.record({
      length: fc.integer({ min: (chunks - 1) * CHUNK_BYTES + 1, max: chunks * CHUNK_BYTES }),
      hashes: fc.uint8Array({ minLength: 32 * chunks, maxLength: 32 * chunks }),
      range: fc
        .tuple(fc.integer({ min: 0, max: chunks - 1 }), fc.integer({ min: 0, max: chunks - 1 }))
        .map(([a, b]) => ({ first: Math.min(a, b), count: Math.abs(a - b) + 1 })),
    }),
  )
  .map(({ length, hashes, range }) => ({
    id: { root: rootFromChunkHashes(sha256, hashes, length), length },
    hashes,
    ...range,
    proof: layerProof(sha256, hashes, length, range.first, range.count),
  }));

describe('layer proof', () => {
  it('of any range of any layer is accepted', () => {
    fc.assert(
      fc.property(layers, ({ id, first, count, proof }) => {
        expect(verifyLayer(sha256, id, first, count, proof.hashes, proof.uncles)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is refused with any bit flipped, in hashes, uncles or root', () => {
    fc.assert(
      fc.property(
        layers,
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        ({ id, first, count, proof }, at, bit) => {
          const all = Buffer.concat([proof.hashes, proof.uncles, id.root]);
          const flip = at % all.length;
          all[flip]! ^= 1 << bit;
          const h = proof.hashes.length;
          const u = h + proof.uncles.length;
          const root = all.subarray(u);
          expect(
            verifyLayer(sha256, { ...id, root }, first, count, all.subarray(0, h), all.subarray(h, u)),
          ).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is refused for another place, another length, missing or surplus hashes', () => {
    fc.assert(
      fc.property(layers, ({ id, first, count, proof }) => {
        const { hashes, uncles } = proof;
        const extra = new Uint8Array(32);
        const verify = (
          over: Partial<{
            first: number;
            count: number;
            length: number;
            hashes: Uint8Array;
            uncles: Uint8Array;
          }>,
        ): boolean =>
          verifyLayer(
            sha256,
            { root: id.root, length: over.length ?? id.length },
            over.first ?? first,
            over.count ?? count,
            over.hashes ?? hashes,
            over.uncles ?? uncles,
          );
        expect(verify({ uncles: Buffer.concat([uncles, extra]) })).toBe(false);
        expect(verify({ hashes: Buffer.concat([hashes, extra]) })).toBe(false);
        expect(verify({ hashes: Buffer.concat([hashes, extra]), count: count + 1 })).toBe(false);
        expect(verify({ hashes: hashes.subarray(32) })).toBe(false);
        expect(verify({ hashes: hashes.subarray(1) })).toBe(false);
        expect(verify({ uncles: Buffer.concat([uncles, extra.subarray(1)]) })).toBe(false);
        if (uncles.length > 0) expect(verify({ uncles: uncles.subarray(32) })).toBe(false);
        expect(verify({ first: first + 1 })).toBe(false);
        expect(verify({ first: -1 })).toBe(false);
        expect(verify({ first: NaN })).toBe(false);
        expect(verify({ count: 0 })).toBe(false);
        expect(verify({ length: 0 })).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('needs no uncles for the whole layer, and one per level for a single hash of a full tree', () => {
    const hashes = vectorBytes(8 * 32);
    expect(layerProof(sha256, hashes, 8 * CHUNK_BYTES, 0, 8).uncles.length).toBe(0);
    expect(layerProof(sha256, hashes, 8 * CHUNK_BYTES, 5, 1).uncles.length).toBe(3 * 32);
    // The right end of a layer that is no power of two: siblings past the end are not sent.
    expect(layerProof(sha256, hashes.subarray(0, 5 * 32), 5 * CHUNK_BYTES, 4, 1).uncles.length).toBe(32);
  });

  it('is the same when the groups of a large layer were computed before', () => {
    for (const chunks of [LAYER_GROUP_CHUNKS + 1, 3 * LAYER_GROUP_CHUNKS, 5 * LAYER_GROUP_CHUNKS - 3]) {
      const hashes = vectorBytes(chunks * 32);
      const steps = layerGroups(sha256, hashes);
      let groups: Uint8Array | undefined;
      let yields = 0;
      for (;;) {
        const { done, value } = steps.next();
        if (done === true) {
          groups = value;
          break;
        }
        yields += 1;
      }
      expect(yields).toBe(Math.ceil(chunks / LAYER_GROUP_CHUNKS));
      const length = chunks * CHUNK_BYTES - 5;
      fc.assert(
        fc.property(fc.nat(chunks - 1), fc.integer({ min: 1, max: 2048 }), (first, wanted) => {
          const count = Math.min(wanted, chunks - first);
          const whole = layerProof(sha256, hashes, length, first, count);
          const quick = layerProof(sha256, hashes, length, first, count, groups);
          expect(sameBytes(quick.hashes, whole.hashes) && sameBytes(quick.uncles, whole.uncles)).toBe(true);
        }),
        { numRuns: 20 },
      );
    }
  });

  it('cannot be made from part of a layer', () => {
    expect(() => layerProof(sha256, new Uint8Array(32), 2 * CHUNK_BYTES, 0, 1)).toThrow(RangeError);
    expect(() => layerProof(sha256, new Uint8Array(64), 2 * CHUNK_BYTES, 1, 2)).toThrow(RangeError);
  });
});
