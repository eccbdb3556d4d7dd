import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CHUNK_BYTES,
  contentIdText,
  createRootBuilder,
  layerProof,
  MAX_REACH_CHECKS_PER_MINUTE,
  type ContentId,
} from '@banyan/proto';
import { peerDeviceId } from '@banyan/kit';
import type { TLSSocket } from 'node:tls';
import { createWorld, metric, until, type RunningSupernode, type TestLeaf, type World } from './harness.ts';

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
/** Three chunks, the last one short. */
const BYTES = Buffer.alloc(2 * CHUNK_BYTES + 77, 'banyan ');
const FILE = ((): { id: ContentId; chunkHashes: Uint8Array } => {
  const builder = createRootBuilder(sha256);
  builder.update(BYTES);
  return builder.digest();
})();
const PATH = `/v1/content/${contentIdText(FILE.id)}`;

interface Asked {
  readonly path: string;
  readonly token: string;
  readonly by: string | undefined;
  readonly isTest: boolean;
}

/** Serves the file as a peer does; `lie` answers in its place. */
function serve(asked: Asked[], lie?: (path: string, bytes: Buffer) => Buffer | number): RequestListener {
  return (request, response) => {
    const { url = '', headers, socket } = request;
    asked.push({
      path: url,
      token: headers.authorization ?? '',
      by: peerDeviceId(socket as TLSSocket),
      isTest: headers['banyan-reach-test'] === '1',
    });
    const send = (status: number, bytes: Buffer, more: Record<string, string> = {}): void => {
      const body = lie?.(url, bytes) ?? bytes;
      if (typeof body === 'number') response.writeHead(body, { 'Content-Length': 0 }).end();
      else response.writeHead(status, { ...more, 'Content-Length': body.length }).end(body);
    };
    const first = Number(/^\/layers\?first=(\d+)&count=1$/.exec(url.slice(PATH.length))?.[1] ?? NaN);
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')?.map(Number) ?? [];
    if (!url.startsWith(PATH)) send(404, Buffer.alloc(0));
    else if (!Number.isNaN(first)) {
      const { hashes, uncles } = layerProof(sha256, FILE.chunkHashes, FILE.id.length, first, 1);
      send(200, Buffer.concat([hashes, uncles]), { 'Banyan-Layer-Count': '1' });
    } else if (url === PATH && start !== undefined && end !== undefined)
      send(206, BYTES.subarray(start, end + 1), {
        'Content-Range': `bytes ${start}-${end}/${FILE.id.length}`,
      });
    else send(400, Buffer.alloc(0));
  };
}

let world: World;
let oak: RunningSupernode;
beforeAll(async () => {
  world = await createWorld();
  oak = await world.supernode('oak');
});
afterAll(() => world.close());

async function athome(answer: RequestListener): Promise<{
  readonly leaf: TestLeaf;
  readonly port: number;
  readonly session: Awaited<ReturnType<TestLeaf['open']>>;
}> {
  const leaf = await world.leaf();
  const { port } = await leaf.listen({ answer });
  const session = await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] });
  await until('it was dialled back', () => leaf.reach.length === 1);
  return { leaf, port, session };
}

describe('whether a stranger can fetch from a leaf', () => {
  it('is tried by its home: one chunk with its proof, with a token of its own', async () => {
    const asked: Asked[] = [];
    const { port, session } = await athome(serve(asked));
    const { checks, fetch } = await session.checkReach(FILE.id);
    expect(checks).toMatchObject([{ reachable: true }]);
    expect(fetch).toMatchObject({ address: { host: '127.0.0.1', port }, code: '', message: '' });
    expect([CHUNK_BYTES, 77]).toContain(fetch?.bytes);
    expect(asked.map(({ path }) => path)).toEqual([
      expect.stringMatching(/\/layers\?first=[012]&count=1$/),
      PATH,
    ]);
    for (const { token, by, isTest } of asked) {
      expect([by, isTest]).toEqual([oak.deviceId, true]);
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as unknown;
      expect(claims).toMatchObject({ aud: 'urn:banyan:peer', client_id: oak.deviceId });
    }
    expect(await metric(oak, 'banyan_supernode_chunk_fetches_total')).toBeGreaterThan(0);
  });

  it('is not tried unless a file was named', async () => {
    const asked: Asked[] = [];
    const { session } = await athome(serve(asked));
    expect((await session.checkReach()).fetch).toBeNull();
    expect(asked).toEqual([]);
  });

  it.each<[string, string, (path: string, bytes: Buffer) => Buffer | number]>([
    [
      'bytes that are others',
      'bad_chunk',
      (path, bytes) => (path === PATH ? Buffer.alloc(bytes.length) : bytes),
    ],
    [
      'a proof of something else',
      'bad_proof',
      (path, bytes) => (path === PATH ? bytes : Buffer.alloc(bytes.length)),
    ],
    [
      'more than was asked for',
      'bad_proof',
      (path, bytes) => (path === PATH ? Buffer.alloc(2 * CHUNK_BYTES) : bytes),
    ],
    ['less than was asked for', 'wrong_range', (path, bytes) => (path === PATH ? bytes.subarray(1) : bytes)],
    ['a refusal', 'forbidden', () => 403],
    ['no such file', 'unknown_content', () => 404],
    ['no free slot', 'unavailable', (path, bytes) => (path === PATH ? 503 : bytes)],
  ])('is told in words when it gets %s', async (_what, code, lie) => {
    const { session } = await athome(serve([], lie));
    const { checks, fetch } = await session.checkReach(FILE.id);
    // It is there all the same.
    expect(checks).toMatchObject([{ reachable: true }]);
    expect(fetch).toMatchObject({ code, bytes: 0 });
    expect(fetch?.message).not.toBe('');
  });

  it('is not tried where nobody answers, nor for a file without bytes', async () => {
    const leaf = await world.leaf();
    const session = await leaf.open(oak, { listen: [] });
    expect((await session.checkReach(FILE.id)).fetch).toMatchObject({ address: null, code: 'unreachable' });
    const asked: Asked[] = [];
    const other = await athome(serve(asked));
    const empty = { root: new Uint8Array(32), length: 0 };
    expect((await other.session.checkReach(empty)).fetch).toMatchObject({ code: 'range_unsatisfiable' });
    expect(asked).toEqual([]);
  });

  it('is tried no oftener than a leaf is dialled back', async () => {
    const asked: Asked[] = [];
    const { session } = await athome(serve(asked));
    await session.checkReach(FILE.id);
    await expect(session.checkReach(FILE.id)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(asked).toHaveLength(2);
    world.clock.skip(60_000 / MAX_REACH_CHECKS_PER_MINUTE);
    expect((await session.checkReach(FILE.id)).fetch).toMatchObject({ code: '' });
  });
});
