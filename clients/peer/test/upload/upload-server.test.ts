import { randomBytes } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AUDIENCE,
  BanyanError,
  contentIdText,
  createChunkMap,
  EMPTY_CONTENT,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_CONTENTS,
  MAX_CONNECTIONS_PER_DEVICE,
  verifyLayer,
  type NamedSource,
} from '@banyan/proto';
import { createPinnedClient, dialPinned, type Identity } from '@banyan/kit';
import type { SwarmMemory, SwarmCaller } from '../../src/swarm-memory.ts';
import {
  createStage,
  createTestFile,
  newIdentity,
  sha256,
  until,
  type Stage,
  type TestPeer,
} from '../swarm.ts';

const MIB = 1024 * 1024;
const file = createTestFile(2 * MIB + 500);
const path = `/v1/content/${contentIdText(file.content)}`;
let stage: Stage;
let caller: Identity;
beforeEach(async () => {
  stage = createStage();
  caller = await newIdentity();
});
afterEach(() => stage.end());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
  readonly code: string | undefined;
  readonly error: { message: string; details?: Record<string, unknown>; retryAfterMs?: number } | undefined;
}

interface Ask {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Record<string, string>;
  readonly token?: string | null;
}

function client(peer: TestPeer, identity: Identity = caller): (path: string, ask?: Ask) => Promise<Answer> {
  const pinned = createPinnedClient({
    host: '127.0.0.1',
    port: peer.server.port,
    deviceId: peer.identity.deviceId,
    identity,
  });
  stage.later(() => pinned.close());
  return async (at, ask = {}) => {
    const token = ask.token === undefined ? stage.network.token(identity.deviceId) : ask.token;
    const { status, headers, body } = await pinned.request(
      {
        path: at,
        method: ask.method ?? 'GET',
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...ask.headers },
      },
      { maxBytes: () => Infinity },
    );
    const isJson = String(headers['content-type']).startsWith('application/json') && body.length > 0;
    const error = isJson ? JSON.parse(body.toString()).error : undefined;
    return { status, headers, body, code: error?.code, error };
  };
}

describe('ranges', () => {
  it('serves the whole file, and any range of it, under a strong tag', async () => {
    const get = client(await stage.peer(file));
    const tag = `"${Buffer.from(file.content.root).toString('hex')}"`;
    const whole = await get(path);
    expect(whole).toMatchObject({ status: 200, headers: { etag: tag, 'accept-ranges': 'bytes' } });
    expect(whole.body.equals(file.bytes)).toBe(true);
    const ranges: [string, number, number][] = [
      ['bytes=0-0', 0, 1],
      ['bytes=1048570-1048600', 1048570, 1048601],
      ['bytes=2097152-', 2 * MIB, file.bytes.length],
      ['bytes=-7', file.bytes.length - 7, file.bytes.length],
      ['bytes=5-99999999999', 5, file.bytes.length],
    ];
    for (const [range, start, end] of ranges) {
      const part = await get(path, { headers: { range } });
      expect(part.status).toBe(206);
      expect(part.headers['content-range']).toBe(`bytes ${start}-${end - 1}/${file.bytes.length}`);
      expect(part.body.equals(file.bytes.subarray(start, end))).toBe(true);
    }
  });

  it('says what is wrong with a range', async () => {
    const get = client(await stage.peer(file));
    const beyond = await get(path, { headers: { range: `bytes=${file.bytes.length}-` } });
    expect(beyond).toMatchObject({ status: 416, code: 'range_unsatisfiable' });
    expect(beyond.headers['content-range']).toBe(`bytes */${file.bytes.length}`);
    for (const range of ['bytes=0-1,5-6', 'bytes=5-4', 'bytes=-', 'bytes=a-b', 'bytes', '='])
      expect(await get(path, { headers: { range } })).toMatchObject({ status: 400, code: 'invalid_request' });
    expect((await get(path, { headers: { range: 'lines=1-2' } })).status).toBe(200);
  });

  it('follows conditions, and HEAD brings no body and needs no slot', async () => {
    const get = client(await stage.peer(file, { slots: 0 }));
    const etag = `"${Buffer.from(file.content.root).toString('hex')}"`;
    expect((await get(path, { headers: { 'if-none-match': `"x", W/${etag}` } })).status).toBe(304);
    const head = await get(path, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(file.bytes.length) } });
    expect(head.body).toHaveLength(0);
    const serving = client(await stage.peer(file));
    const headers = { range: 'bytes=0-9' };
    expect((await serving(path, { headers: { ...headers, 'if-range': etag } })).status).toBe(206);
    expect((await serving(path, { headers: { ...headers, 'if-range': '"other"' } })).status).toBe(200);
  });

  it('names other sources to those who ask what is here, and not with each range', async () => {
    const other = { deviceId: (await newIdentity()).deviceId, host: '192.0.2.7', port: 7350 };
    const callers: SwarmCaller[] = [];
    const fetching: NamedSource[] = [];
    const swarm: Pick<SwarmMemory, 'of' | 'fetches'> = {
      of: (_content, asking) => {
        callers.push(asking);
        return [other];
      },
      fetches: (_content, source) => void fetching.push(source),
    };
    const get = client(await stage.peer(file, { swarm }));
    const { headers } = await get(path, { method: 'HEAD' });
    expect(headers['banyan-sources']).toBe(`${other.deviceId} 192.0.2.7:7350`);
    expect(callers).toEqual([{ deviceId: caller.deviceId, host: '127.0.0.1' }]);
    expect((await get(path, { headers: { range: 'bytes=0-9' } })).headers['banyan-sources']).toBeUndefined();
    const layer = await get(`${path}/layers?first=0&count=1`, { method: 'HEAD' });
    expect(layer.headers['banyan-sources']).toBeUndefined();
    // Whoever has no business here learns of nobody.
    const refused = await get(path, { method: 'HEAD', token: null });
    expect(refused).toMatchObject({ status: 401 });
    expect(refused.headers['banyan-sources']).toBeUndefined();
    expect(callers).toHaveLength(1);

    // Where a caller serves others: at the address that it comes from, whatever it says.
    const at = (port: string): Promise<Answer> =>
      get(path, { headers: { range: 'bytes=0-9', 'banyan-port': port } });
    for (const port of ['0', '70000', '1.5', 'x', '192.0.2.1:80']) expect((await at(port)).status).toBe(206);
    expect(fetching).toEqual([]);
    await at('7350');
    expect(fetching).toEqual([{ deviceId: caller.deviceId, host: '127.0.0.1', port: 7350 }]);
  });

  it('serves the empty file', async () => {
    const empty = { bytes: new Uint8Array(0), content: EMPTY_CONTENT, chunkHashes: new Uint8Array(0) };
    const get = client(await stage.peer(empty));
    expect(await get(`/v1/content/${contentIdText(EMPTY_CONTENT)}`)).toMatchObject({ status: 200 });
  });

  it('names its chunks when it lacks some of the range', async () => {
    const chunks = createChunkMap(3);
    chunks.setRun(0, 2);
    const get = client(await stage.peer(file, { chunks }));
    expect((await get(path, { headers: { range: `bytes=0-${2 * MIB - 1}` } })).status).toBe(206);
    const lacking = await get(path, { headers: { range: `bytes=${MIB}-` } });
    expect(lacking).toMatchObject({
      status: 409,
      code: 'chunk_missing',
      headers: { 'banyan-chunks': '0-1' },
    });
    expect((await get(path)).code).toBe('chunk_missing');
  });

  it('proves ranges of the layer', async () => {
    const get = client(await stage.peer(file));
    const answer = await get(`${path}/layers?first=1&count=9`);
    expect(answer.headers).toMatchObject({ 'banyan-layer-first': '1', 'banyan-layer-count': '2' });
    expect(
      verifyLayer(sha256, file.content, 1, 2, answer.body.subarray(0, 64), answer.body.subarray(64)),
    ).toBe(true);
    expect((await get(`${path}/layers?first=3&count=1`)).code).toBe('range_unsatisfiable');
    expect((await get(`${path}/layers?first=0&count=0`)).code).toBe('range_unsatisfiable');
    expect((await get(`${path}/layers?first=x`)).code).toBe('invalid_request');
  });
});

describe('who may ask', () => {
  it('wants a token of this network, for peers, for transfers, of the very key of the connection', async () => {
    const peer = await stage.peer(file);
    const get = client(peer);
    const { deviceId } = caller;
    const token = stage.network.token;
    const none = token(deviceId)
      .split('.')
      .with(0, Buffer.from('{"alg":"none"}').toString('base64url'))
      .join('.');
    const cases: [string | null, number, string][] = [
      [null, 401, 'unauthenticated'],
      ['nonsense', 401, 'token_invalid'],
      [none, 401, 'token_invalid'],
      [token(deviceId, { audience: AUDIENCE.supernode }), 401, 'token_invalid'],
      [token(deviceId, { expiresInS: -120 }), 401, 'token_expired'],
      [token(deviceId, { scope: 'session' }), 401, 'token_invalid'],
      [token((await newIdentity()).deviceId), 401, 'proof_invalid'],
    ];
    for (const [bad, status, code] of cases)
      expect(await get(path, { token: bad })).toMatchObject({ status, code });
    expect((await get(path)).status).toBe(200);
    expect(peer.reads.length).toBeGreaterThan(0);
  });

  it('answers a ping without a token, but not without a certificate', async () => {
    const peer = await stage.peer(file);
    expect((await client(peer)('/v1/ping', { token: null })).status).toBe(204);
    const socket = await dialPinned({
      host: '127.0.0.1',
      port: peer.server.port,
      deviceId: peer.identity.deviceId,
    });
    expect(await exchange(socket, 'GET /v1/ping HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('cuts a device that is banned, while it is being served', async () => {
    const peer = await stage.peer(file, { onRead: () => new Promise((resolve) => setTimeout(resolve, 200)) });
    const get = client(peer);
    const answer = get(path);
    answer.catch(() => undefined);
    await until(() => peer.reads.length > 0, 'it is served');
    await stage.network.ban(caller.deviceId);
    await expect(answer).rejects.toThrow();
    expect(await get(path)).toMatchObject({ status: 403, code: 'token_revoked' });
    await until(() => peer.server.uploads().length === 0, 'its slot is free');
  });

  it('closes the connection when the file changes under an answer', async () => {
    let reads = 0;
    const peer = await stage.peer(file, {
      onRead: () => {
        if (++reads > 3) throw new BanyanError('file_changed');
      },
    });
    await expect(client(peer)(path)).rejects.toThrow();
  });

  it('serves nothing that is blocked, unknown or changed', async () => {
    const peer = await stage.peer(file, {
      onRead: () => {
        throw new BanyanError('file_changed');
      },
    });
    const get = client(peer);
    const other = `/v1/content/${randomBytes(32).toString('hex')}-77`;
    expect(await get(other)).toMatchObject({ status: 404, code: 'unknown_content' });
    expect(await get(path)).toMatchObject({ status: 410, code: 'file_changed' });
    await stage.network.block(contentIdText(file.content));
    expect(await get(path)).toMatchObject({ status: 451, code: 'blocked_content' });
  });

  it('holds a device to its connections', async () => {
    const peer = await stage.peer(file);
    const dial = (): Promise<TLSSocket> =>
      dialPinned({
        host: '127.0.0.1',
        port: peer.server.port,
        deviceId: peer.identity.deviceId,
        identity: caller,
      });
    const sockets: TLSSocket[] = [];
    for (let i = 0; i < MAX_CONNECTIONS_PER_DEVICE; i++) sockets.push(await dial());
    const ping = 'GET /v1/ping HTTP/1.1\r\nHost: x\r\n\r\n';
    const surplus = await dial();
    expect(await exchange(surplus, ping)).toMatch(/^HTTP\/1\.1 429 /);
    for (const socket of sockets) socket.destroy();
    await until(() => surplus.destroyed, 'the surplus one is closed');
    expect((await client(peer)('/v1/ping')).status).toBe(204);
  });
});

describe('slots', () => {
  it('gives one lease per device and content, and says the place in the queue to others', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const peer = await stage.peer(file, { slots: 1, onRead: () => gate });
    const get = client(peer);
    const one = get(path, { headers: { range: 'bytes=0-9' } });
    await until(() => peer.reads.length === 1, 'the first is served');
    const second = client(peer);
    const two = second(path, { headers: { range: 'bytes=10-19' } });
    await until(() => peer.reads.length === 2, 'the same device shares its lease');
    const stranger = await newIdentity();
    const refused = await client(peer, stranger)(path, { headers: { range: 'bytes=0-9' } });
    expect(refused).toMatchObject({
      status: 503,
      code: 'no_slot',
      error: { details: { position: 1, queue: 1 } },
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(peer.server.offer()).toEqual({ freeSlots: 0, queued: 1, rate: 0 });
    expect(peer.server.uploads()).toEqual([
      expect.objectContaining({
        deviceId: caller.deviceId,
        state: 'active',
        name: 'a file.bin',
        account: 'ann',
      }),
      expect.objectContaining({ deviceId: stranger.deviceId, state: 'queued', queuePosition: 1 }),
    ]);
    release();
    expect([(await one).status, (await two).status]).toEqual([206, 206]);
  });

  it('are offered to whoever comes next, at the rate that limits and the measured line allow', async () => {
    const { server } = await stage.peer(file, { slots: 3, measuredRate: () => 4_000_000 });
    expect(server.offer()).toEqual({ freeSlots: 3, queued: 0, rate: 4_000_000 });
    server.setRates({ total: 1_000_000, each: undefined });
    server.setSlots(5);
    expect(server.offer()).toEqual({ freeSlots: 5, queued: 0, rate: 1_000_000 });
  });

  it('cuts a reader that takes nothing, and reads no further than its buffers', async () => {
    const big = createTestFile(64 * MIB);
    const peer = await stage.peer(big, { stalledReaderMs: 300 });
    const socket = await dialPinned({
      host: '127.0.0.1',
      port: peer.server.port,
      deviceId: peer.identity.deviceId,
      identity: caller,
    });
    socket.pause();
    socket.write(
      `GET /v1/content/${contentIdText(big.content)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${stage.network.token(caller.deviceId)}\r\n\r\n`,
    );
    await until(() => peer.server.uploads()[0]?.state === 'active', 'it is served');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await until(() => peer.reads.length > 1, 'reading began');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(peer.reads.length * 256 * 1024).toBeLessThan(32 * MIB);
    socket.resume();
    await closed;
  });
});

describe('what no downloader sends', () => {
  it('is answered or cut, and the server goes on', async () => {
    const peer = await stage.peer(file);
    const token = stage.network.token(caller.deviceId);
    const auth = `Host: x\r\nAuthorization: Bearer ${token}\r\n`;
    const inputs = [
      'nonsense\r\n\r\n',
      '\0\0\0\0',
      `GET ${path} HTTP/1.1\r\n${auth}Content-Length: 5\r\n\r\nhello`,
      `GET ${path} HTTP/1.1\r\n${auth}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `POST ${path} HTTP/1.1\r\n${auth}\r\n`,
      `GET /v1/content/../../etc/passwd HTTP/1.1\r\n${auth}\r\n`,
      `GET /v1/content/%00-5 HTTP/1.1\r\n${auth}\r\n`,
      `GET /v1/content/${'0'.repeat(64)}-99999999999999999999 HTTP/1.1\r\n${auth}\r\n`,
      `GET /${'x'.repeat(40_000)} HTTP/1.1\r\n${auth}\r\n`,
      `GET ${path} HTTP/1.1\r\n${auth}Range: bytes=${'9'.repeat(4000)}-\r\n\r\n`,
      `CONNECT x:1 HTTP/1.1\r\n${auth}\r\n`,
      `GET ${path} HTTP/1.1\r\n${auth}Upgrade: websocket\r\nConnection: upgrade\r\n\r\n`.replace(
        path,
        '/v1/other',
      ),
      `GET /v1/ping HTTP/1.1\r\n${auth}\r\n`.repeat(200),
    ];
    for (const input of inputs) {
      const socket = await dialPinned({
        host: '127.0.0.1',
        port: peer.server.port,
        deviceId: peer.identity.deviceId,
        identity: caller,
      });
      const answer = await exchange(socket, input);
      expect(answer === '' || /^HTTP\/1\.1 (2|4)\d\d /.test(answer)).toBe(true);
    }
    expect((await client(peer)(path)).body.equals(file.bytes)).toBe(true);
  });

  it('ends in drain with shutting_down', async () => {
    const peer = await stage.peer(file);
    await peer.server.drain?.();
    expect(await client(peer)(path)).toMatchObject({ status: 503, code: 'shutting_down' });
  });
});

/** Sends bytes and gives what comes back until the other side closes or falls silent. */
async function exchange(socket: TLSSocket, text: string): Promise<string> {
  return await new Promise((resolve) => {
    let answer = '';
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, 3_000);
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
      if (answer.includes('\r\n\r\n')) end();
    });
    socket.once('close', end);
    socket.write(text, 'latin1');
  });
}

describe('bundles', () => {
  const files = [3_000, 1, 300_000, 16_384, 70_000].map((length, i) => createTestFile(length, i + 20));
  const at = (list: readonly (typeof file)[]): string =>
    `/v1/bundle?contents=${list.map(({ content }) => contentIdText(content)).join(',')}`;

  it('bring what is here in the order asked for, and say which that is', async () => {
    const get = client(await stage.peer([files[0]!, files[2]!, files[3]!, files[4]!]));
    const asked = [files[4]!, files[1]!, files[0]!, files[2]!, files[3]!];
    const answer = await get(at(asked));
    expect(answer).toMatchObject({ status: 200, headers: { 'banyan-bundle': '0,2-4' } });
    const held = [files[4]!, files[0]!, files[2]!, files[3]!];
    expect(answer.body.equals(Buffer.concat(held.map(({ bytes }) => bytes)))).toBe(true);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
    expect(await get(at([files[1]!]))).toMatchObject({ status: 404, code: 'unknown_content' });
  });

  it('leave out what is blocked, and what is here in part', async () => {
    const get = client(await stage.peer(files));
    await stage.network.block(contentIdText(files[1]!.content));
    expect((await get(at(files))).headers['banyan-bundle']).toBe('0,2-4');
    const partial = client(await stage.peer(files[0]!, { chunks: createChunkMap(1) }));
    expect(await partial(at(files))).toMatchObject({ status: 404, code: 'unknown_content' });
  });

  it('take one slot, and show the owner what goes', async () => {
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const peer = await stage.peer(files, { slots: 1, onRead: () => gate });
    const whole = client(peer)(at(files));
    await until(() => peer.server.uploads().length === 1, 'it is being served');
    const other = await newIdentity();
    expect(await client(peer, other)(at(files))).toMatchObject({ status: 503, code: 'no_slot' });
    const shown = peer.server.uploads();
    expect(shown[0]).toMatchObject({
      deviceId: caller.deviceId,
      content: contentIdText(files[0]!.content),
      more: files.length - 1,
    });
    letGo();
    expect((await whole).status).toBe(200);
  });

  it('are cut where a file changes under them', async () => {
    const peer = await stage.peer(files, {
      onRead: (_buffer, _start, content) => {
        // It lies beyond what is read before the head goes out.
        if (content.length === files[4]!.content.length) throw new BanyanError('file_changed');
      },
    });
    await expect(client(peer)(at(files))).rejects.toThrow();
  });

  it('are refused when they are none, too many, too long, too much, or name one twice', async () => {
    const get = client(await stage.peer(files));
    const refused: [string, number, string][] = [
      ['/v1/bundle', 400, 'invalid_request'],
      ['/v1/bundle?contents=', 400, 'invalid_request'],
      ['/v1/bundle?contents=x', 400, 'invalid_request'],
      [`${at(files)}&first=1`, 400, 'invalid_request'],
      [at([files[0]!, files[0]!]), 400, 'invalid_request'],
      [at([file]), 400, 'invalid_request'],
      [`/v1/bundle?contents=${contentIdText(EMPTY_CONTENT)}`, 400, 'invalid_request'],
      [at(someOf(MAX_BUNDLE_CONTENTS + 1, 10)), 413, 'limit_exceeded'],
      [at(someOf(MAX_BUNDLE_BYTES / MIB + 1, MIB)), 413, 'limit_exceeded'],
    ];
    for (const [path, status, code] of refused)
      expect([path, await get(path)]).toMatchObject([path, { status, code }]);
    expect((await get(at(files), { method: 'HEAD' })).status).toBe(400);
    expect((await get(at(someOf(MAX_BUNDLE_CONTENTS, 10)))).status).toBe(404);
    expect(await get(at(files), { token: null })).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  /** Contents that nobody has. */
  function someOf(count: number, length: number): (typeof file)[] {
    return Array.from({ length: count }, () => ({ ...file, content: { root: randomBytes(32), length } }));
  }
});

describe('a supernode that tries whether a file can be fetched', () => {
  it('gets it as everybody does, and is no download that the owner hears of; of others that is not believed', async () => {
    const home = await newIdentity();
    const served: number[] = [];
    const peer = await stage.peer(file, {
      isHome: (deviceId) => deviceId === home.deviceId,
      onServed: ({ bytes }) => served.push(bytes),
    });
    const ask = { headers: { range: 'bytes=0-9', 'banyan-reach-test': '1' } };
    expect(await client(peer, home)(path, ask)).toMatchObject({ status: 206 });
    expect(await client(peer, home)(path, { ...ask, token: null })).toMatchObject({
      code: 'unauthenticated',
    });
    expect(await client(peer)(path, { headers: { ...ask.headers, range: 'bytes=0-6' } })).toMatchObject({
      status: 206,
    });
    await until(() => served.length > 0, 'the download of another is told');
    expect(served).toEqual([7]);
  });
});
