import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BLOCK_BYTES, CHUNK_BYTES, HASH_BYTES, MAX_LAYER_HASHES, type ContentId } from '@banyan/proto';
import { createRoom } from '../download/room.ts';
import { createStage, sha256, until, type Stage } from '../swarm.ts';
import { ask, get, range, startGateway, take } from './fixture.ts';

const TIB = 1024 ** 4;
const CHUNKS = TIB / CHUNK_BYTES;
let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.end());

/** Roots of zeros: [0] of one chunk, [n] of 2^n chunks. */
function zeroRoots(): Uint8Array[] {
  const pair = (hash: Uint8Array): Uint8Array => sha256(Buffer.concat([hash, hash]));
  let hash = sha256(new Uint8Array(BLOCK_BYTES));
  for (let leaves = 1; leaves < CHUNK_BYTES / BLOCK_BYTES; leaves *= 2) hash = pair(hash);
  const roots = [hash];
  for (let chunks = 1; chunks < CHUNKS; chunks *= 2) roots.push(pair(roots.at(-1)!));
  return roots;
}

/** A terabyte of zeros, with proofs made on the spot: all nodes of a level are alike. */
function createZeros(): { content: ContentId; layer: (first: number, count: number) => Uint8Array[] } {
  const roots = zeroRoots();
  return {
    content: { root: roots.at(-1)!, length: TIB },
    layer: (first, count) => {
      const uncles: Uint8Array[] = [];
      let [low, high, width] = [first, first + count, CHUNKS];
      for (let level = 0; width > 1; level++, width /= 2) {
        if (low % 2 === 1) uncles.push(roots[level]!);
        if (high % 2 === 1 && high < width) uncles.push(roots[level]!);
        [low, high] = [Math.floor(low / 2), Math.ceil(high / 2)];
      }
      return [Buffer.concat(Array.from({ length: count }, () => roots[0]!)), Buffer.concat(uncles)];
    },
  };
}

describe('a file of a terabyte', () => {
  it('gives its first byte, and any other, after one part of the layer and one chunk', async () => {
    const { content, layer } = createZeros();
    const layers: number[] = [];
    const asked = new Set<number>();
    const open = new Set([0]);
    let isOver = false;
    stage.later(() => (isOver = true));
    const peer = await stage.peer(
      { bytes: new Uint8Array(0), chunkHashes: new Uint8Array(0), content },
      {
        content: {
          content,
          read: async (buffer, start) => {
            const chunk = Math.floor(start / CHUNK_BYTES);
            asked.add(chunk);
            // Everything else is held back, so that what comes is what the reader waits for.
            while (!open.has(chunk) && !isOver) await new Promise((resolve) => setTimeout(resolve, 5));
            buffer.fill(0);
          },
          layer: async (first, count) => {
            layers.push(count);
            const [hashes, uncles] = layer(first, count);
            return { hashes: hashes!, uncles: uncles! };
          },
        },
      },
    );
    const folder = await stage.folder();
    const stateDir = await stage.folder();
    const room = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [peer.source],
      // The test's disk has no room for it; nor is it needed.
      freeBytes: () => Promise.resolve(Infinity),
    });
    const { gateway } = await startGateway(stage, { dir: stateDir, downloads: room.downloads });
    const { id } = await room.downloads.add({ content, name: 'disk.img' });
    const { url } = gateway.linkTo(content, 'disk.img');

    const front = await ask(url);
    expect(front.headers['content-length']).toBe(String(TIB));
    expect([...(await take(front, 1))]).toEqual([0]);
    expect(layers).toEqual([MAX_LAYER_HASHES]);
    expect(layers[0]! * HASH_BYTES).toBe(64 * 1024);
    // The first chunk; by then those right behind it and the tail may have been asked for.
    expect(asked.size).toBeLessThanOrEqual(4);
    front.destroy();

    const far = 700_000;
    open.add(far);
    const before = layers.length;
    const answer = await get(url, range(far * CHUNK_BYTES + 5, far * CHUNK_BYTES + 9));
    expect([...answer.body]).toEqual([0, 0, 0, 0, 0]);
    // Its own part of the layer, and that of the tail when it was asked for meanwhile.
    expect(layers.length - before).toBeLessThanOrEqual(2);
    expect(asked.size).toBeLessThanOrEqual(12);
    await room.downloads.pause(id);
    await until(() => room.downloads.get(id)!.state === 'paused', 'it rests');
  });
});
