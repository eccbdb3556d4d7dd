import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createDeviceKey } from '../../src/identity/device-key.ts';
import { createIdentity } from '../../src/identity/identity.ts';
import { dialPinned } from '../../src/tls/dial-pinned.ts';
import {
  createPinnedClient,
  type PinnedAnswer,
  type PinnedClient,
  type PinnedClientInit,
} from '../../src/tls/pinned-client.ts';
import {
  PinnedConnection,
  type AnswerController,
  type PinnedRequest,
} from '../../src/tls/pinned-connection.ts';
import { createTlsServerOptions } from '../../src/tls/server.ts';

const MIB = 1024 * 1024;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Served {
  readonly port: number;
  readonly deviceId: string;
  /** Connections so far, and those that are open. */
  readonly sockets: { made: number; readonly open: Set<Socket> };
}

async function listen(server: Server, deviceId: string): Promise<Served> {
  const sockets = { made: 0, open: new Set<Socket>() };
  server.on('secureConnection', (socket: TLSSocket) => {
    sockets.made += 1;
    sockets.open.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of sockets.open) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, deviceId, sockets };
}

/** A server of Node's, as a peer has it. */
async function serve(bodies: readonly Buffer[]): Promise<Served> {
  const identity = await createIdentity(createDeviceKey());
  const server = createHttpsServer(
    { ...createTlsServerOptions(identity), keepAliveTimeout: 20_000 },
    (request, response) => {
      const body = bodies[Number(request.url!.slice(1))]!;
      response.writeHead(200, { 'content-length': body.length });
      response.end(request.method === 'HEAD' ? undefined : body);
    },
  );
  return await listen(server, identity.deviceId);
}

/** A server that does with each request's path and socket what the test says. */
async function script(answer: (path: string, socket: TLSSocket) => void): Promise<Served> {
  const identity = await createIdentity(createDeviceKey());
  const server = createTlsServer(createTlsServerOptions(identity), (socket) => {
    socket
      .setNoDelay(true)
      .on('data', (data: Buffer) => answer(data.toString('latin1').split(' ')[1]!, socket));
  });
  return await listen(server, identity.deviceId);
}

function clientOf({ port, deviceId }: Served, init: Partial<PinnedClientInit> = {}): PinnedClient {
  const client = createPinnedClient({ host: '127.0.0.1', port, deviceId, ...init });
  cleanups.push(() => client.close());
  return client;
}

function whole(client: PinnedClient, path: string, signal?: AbortSignal): Promise<PinnedAnswer> {
  return client.request(
    { method: 'GET', path },
    { maxBytes: () => Infinity, ...(signal === undefined ? {} : { signal }) },
  );
}

interface Outcome {
  readonly calls: string[];
  readonly bytes: number;
  readonly digest: string;
  readonly error: Error | undefined;
}

/** Dispatches a request and notes what comes of it; the bytes are spoilt after each call, as they are used again. */
function dispatch(
  client: PinnedClient,
  request: PinnedRequest,
  each: (controller: AnswerController, bytes: number) => void = () => undefined,
): Promise<Outcome> {
  const hash = createHash('sha256');
  const calls: string[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const end = (call: string, error?: Error): void => {
      calls.push(call);
      // What would come after the last call is noted too.
      setImmediate(() => resolve({ calls, bytes, digest: hash.digest('hex'), error }));
    };
    client.dispatch(request, {
      onRequestStart: () => calls.push('start'),
      onResponseStart: (_controller, status) => calls.push(String(status)),
      onResponseData(controller, data) {
        hash.update(data);
        bytes += data.length;
        data.fill(0xee);
        each(controller, data.length);
      },
      onResponseEnd: () => end('end'),
      onResponseError: (_controller, error) => end('error', error),
    });
  });
}

const digestOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
const get = (path: string): PinnedRequest => ({ method: 'GET', path });
const answerOf = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;

describe('an answer', () => {
  it('brings every byte in its place, over one connection and over several', async () => {
    const bodies = [0, 1, 16_383, 16_384, 16_385, 130_000, 3 * MIB + 7].map((size) => randomBytes(size));
    const served = await serve(bodies);
    for (const connections of [1, 3]) {
      const client = clientOf(served, { connections });
      const before = served.sockets.made;
      const outcomes = await Promise.all(bodies.map((_, i) => dispatch(client, get(`/${i}`))));
      expect(outcomes).toEqual(
        bodies.map((body) => ({
          calls: ['start', '200', 'end'],
          bytes: body.length,
          digest: digestOf(body),
          error: undefined,
        })),
      );
      expect(served.sockets.made - before).toBe(connections);
      expect(client.stats).toEqual({ open: connections, size: 0 });
    }
  });

  it('to HEAD has no body, and its connection serves the next request', async () => {
    const body = randomBytes(1000);
    const served = await serve([body]);
    const client = clientOf(served);
    const head = await client.request({ method: 'HEAD', path: '/0' }, { maxBytes: () => 0 });
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '1000' }, body: Buffer.alloc(0) });
    expect((await whole(client, '/0')).body.equals(body)).toBe(true);
    expect(served.sockets.made).toBe(1);
  });

  it('to PUT comes once its body was taken, and its connection serves the next request', async () => {
    const identity = await createIdentity(createDeviceKey());
    const taken: [string, Buffer][] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      taken.push([request.headers['content-length'] ?? '', Buffer.concat(parts)]);
      // An answer with words, as a refusal is.
      const words = request.method === 'PUT' ? '' : 'words';
      response.writeHead(words === '' ? 204 : 200, { 'content-length': words.length }).end(words);
    };
    const server = createHttpsServer(createTlsServerOptions(identity), (request, response) => {
      void answer(request, response);
    });
    const served = await listen(server, identity.deviceId);
    const client = clientOf(served);
    const body = randomBytes(3 * MIB + 7);
    const whole = { maxBytes: () => 10 };
    expect((await client.request({ method: 'PUT', path: '/0', body }, whole)).status).toBe(204);
    expect((await client.request({ method: 'GET', path: '/0' }, whole)).body.toString()).toBe('words');
    expect(taken.map(([length]) => length)).toEqual([String(body.length), '']);
    expect(taken[0]![1].equals(body)).toBe(true);
    expect(served.sockets.made).toBe(1);
  });

  it('is not read while it is paused, and loses nothing', async () => {
    const body = randomBytes(16 * MIB);
    const served = await serve([body]);
    const client = clientOf(served, { bodyTimeoutMs: 100 });
    let paused: AnswerController | undefined;
    let after = 0;
    const fetched = dispatch(client, get('/0'), (controller, bytes) => {
      if (paused !== undefined) after += bytes;
      else {
        paused = controller;
        controller.pause();
      }
    });
    while (paused === undefined) await sleep(5);
    // Longer than a silence of the other side may last.
    await sleep(400);
    const [socket] = served.sockets.open;
    expect(after).toBeLessThanOrEqual(64 * 1024);
    expect(socket!.writableLength).toBeGreaterThan(0);
    paused.resume();
    expect(await fetched).toMatchObject({ bytes: body.length, digest: digestOf(body), error: undefined });
  });

  it('that was paused at its end keeps its connection, and its controller has no say any more', async () => {
    const bodies = [randomBytes(10), randomBytes(MIB)];
    const served = await serve(bodies);
    const client = clientOf(served);
    let first: AnswerController | undefined;
    await dispatch(client, get('/0'), (controller) => {
      first = controller;
      controller.pause();
    });
    const second = dispatch(client, get('/1'), () => {
      first!.pause();
      first!.abort(new Error('no say'));
    });
    expect(await second).toMatchObject({ digest: digestOf(bodies[1]!), error: undefined });
    expect(served.sockets.made).toBe(1);
  });

  it('that is aborted closes its connection, and the next request gets another', async () => {
    const bodies = [randomBytes(4 * MIB), randomBytes(10)];
    const served = await serve(bodies);
    const client = clientOf(served);
    const reason = new Error('enough');
    const outcome = await dispatch(client, get('/0'), (controller) => controller.abort(reason));
    expect(outcome).toMatchObject({ calls: ['start', '200', 'error'], error: reason });
    expect((await whole(client, '/1')).body.equals(bodies[1]!)).toBe(true);
    expect(served.sockets.made).toBe(2);
  });

  it('comes whole however it is cut into records', async () => {
    const served = await script((path, socket) => {
      const [size, ...cuts] = path.slice(1).split('-').map(Number);
      const text = answerOf('x'.repeat(size!));
      let from = 0;
      for (const cut of [...cuts.map((at) => at % text.length).sort((a, b) => a - b), text.length]) {
        if (cut > from) socket.write(text.slice(from, cut));
        from = cut;
      }
    });
    const client = clientOf(served);
    await fc.assert(
      fc.asyncProperty(fc.nat(200), fc.array(fc.nat(300), { maxLength: 20 }), async (size, cuts) => {
        const { body } = await whole(client, `/${[size, ...cuts].join('-')}`);
        expect(body.toString()).toBe('x'.repeat(size));
      }),
      { numRuns: 200 },
    );
    expect(served.sockets.made).toBe(1);
  });
});

describe('a source that does not keep to the protocol', () => {
  it.each([
    ['garbage', 'SSH-2.0-x\r\n\r\n'],
    ['an interim answer', `HTTP/1.1 100 Continue\r\n\r\n${answerOf('x')}`],
    ['a body in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy'],
    ['no length', 'HTTP/1.1 200 OK\r\n\r\nx'],
    ['an endless head', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(10_000)}`],
  ])('is told from one that does, and let go, at %s', async (_what, text) => {
    const served = await script((_path, socket) => socket.write(text, 'latin1'));
    const client = clientOf(served);
    const { calls, bytes, error } = await dispatch(client, get('/'));
    expect({ calls, bytes }).toEqual({ calls: ['start', 'error'], bytes: 0 });
    expect(error).toMatchObject({ code: 'wrong_range' });
    expect(client.stats).toEqual({ open: 0, size: 0 });
    while (served.sockets.open.size > 0) await sleep(5);
  });

  it('gets none of its bytes into the next answer', async () => {
    const served = await script((path, socket) => {
      // Behind the first answer stands what looks like one to the next request; once at once, once a little later.
      const smuggled = answerOf('evil');
      socket.write(answerOf('good') + (path === '/at-once' ? smuggled : ''));
      if (path === '/later') setTimeout(() => socket.write(smuggled), 20);
    });
    const client = clientOf(served);
    expect((await whole(client, '/at-once')).body.toString()).toBe('good');
    expect(client.stats.open).toBe(0);
    expect((await whole(client, '/later')).body.toString()).toBe('good');
    while (client.stats.open > 0) await sleep(5);
    expect((await whole(client, '/next')).body.toString()).toBe('good');
    expect(served.sockets.made).toBe(3);
  });

  it('is not listened to when it speaks before it is asked', async () => {
    const identity = await createIdentity(createDeviceKey());
    const server = createTlsServer(createTlsServerOptions(identity), (socket) => {
      socket.write(answerOf('unasked'));
    });
    const { port, deviceId } = await listen(server, identity.deviceId);
    const times = { headersTimeoutMs: 1000, bodyTimeoutMs: 1000, keepAliveTimeoutMs: 1000 };
    const connection = new PinnedConnection(times, () => undefined);
    const { onread } = connection;
    const socket = await dialPinned({ host: '127.0.0.1', port, deviceId, onread });
    while (!connection.isClosed) await sleep(5);
    connection.attach(socket);
    expect({ isDestroyed: socket.destroyed, isFree: connection.isFree }).toEqual({
      isDestroyed: true,
      isFree: false,
    });
  });

  it('may close or be cut, before its answer, in its head and in its body', async () => {
    const served = await script((path, socket) => {
      const [, how, at] = path.split('/');
      const text = `HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`;
      const sent = text.slice(0, { nothing: 0, head: 20, body: text.length }[at!]);
      const go = (): unknown => (how === 'end' ? socket.end() : socket.destroy());
      if (sent === '') go();
      else socket.write(sent, () => setTimeout(go, 20));
    });
    const client = clientOf(served);
    for (const how of ['end', 'cut'])
      for (const at of ['nothing', 'head', 'body']) {
        const { calls, bytes, error } = await dispatch(client, get(`/${how}/${at}`));
        expect(calls.at(-1)).toBe('error');
        expect((error as NodeJS.ErrnoException).code).toMatch(/^(source_closed|ECONNRESET)$/);
        expect(bytes).toBe(at === 'body' ? 100_000 : 0);
      }
    expect(client.stats).toEqual({ open: 0, size: 0 });
  });

  it('may fall silent before its answer, in its head and in its body', async () => {
    const served = await script((path, socket) => {
      if (path === '/head') socket.write('HTTP/1.1 200 OK\r\n');
      // A byte now and then does not make a head.
      if (path === '/slow') setInterval(() => socket.write('H'), 20).unref();
      if (path === '/body') socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel');
    });
    const client = clientOf(served, { connections: 4, headersTimeoutMs: 150, bodyTimeoutMs: 150 });
    const outcomes = await Promise.all(
      ['/nothing', '/head', '/slow', '/body'].map((path) => dispatch(client, get(path))),
    );
    for (const { error } of outcomes)
      expect(error).toMatchObject({ code: expect.stringMatching(/stalled|wrong/) });
    expect(outcomes[0]!.error).toMatchObject({ code: 'source_stalled' });
    expect(outcomes[3]).toMatchObject({ calls: ['start', '200', 'error'], bytes: 3 });
    expect(client.stats).toEqual({ open: 0, size: 0 });
  });

  it('may send a body slowly for as long as it likes', async () => {
    const served = await script((_path, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n');
      let left = 10;
      const timer = setInterval(() => {
        socket.write('x');
        if (--left === 0) clearInterval(timer);
      }, 60);
      cleanups.push(() => clearInterval(timer));
    });
    const client = clientOf(served, { bodyTimeoutMs: 250 });
    expect((await whole(client, '/')).body.toString()).toBe('xxxxxxxxxx');
  });
});

describe('a connection', () => {
  it('is closed after an answer that says so, and before the other side would', async () => {
    const served = await script((path, socket) =>
      socket.write(
        answerOf('x', { '/close': 'Connection: close\r\n', '/soon': 'Keep-Alive: timeout=1\r\n' }[path]),
      ),
    );
    const client = clientOf(served);
    for (const path of ['/close', '/soon', '/stay', '/stay']) {
      expect((await whole(client, path)).body.toString()).toBe('x');
      expect(client.stats.open).toBe(path === '/stay' ? 1 : 0);
    }
    expect(served.sockets.made).toBe(3);
  });

  it('that nobody uses is closed after a while, and when the other side closes it', async () => {
    const served = await serve([Buffer.from('x')]);
    const idle = clientOf(served, { keepAliveTimeoutMs: 50 });
    await whole(idle, '/0');
    while (idle.stats.open > 0) await sleep(5);
    const client = clientOf(served);
    await whole(client, '/0');
    for (const socket of served.sockets.open) socket.destroy();
    while (client.stats.open > 0) await sleep(5);
    expect((await whole(client, '/0')).body.toString()).toBe('x');
  });

  it('is waited for by requests beyond the bound, in their order', async () => {
    const served = await serve([0, 1, 2, 3, 4].map((i) => Buffer.from(`body ${i}`)));
    const client = clientOf(served, { connections: 2 });
    const done: number[] = [];
    const all = [0, 1, 2, 3, 4].map(async (i) => {
      const { body } = await whole(client, `/${i}`);
      done.push(i);
      return body.toString();
    });
    expect(client.stats).toEqual({ open: 0, size: 5 });
    expect(await Promise.all(all)).toEqual(['body 0', 'body 1', 'body 2', 'body 3', 'body 4']);
    expect(done.at(-1)).toBeGreaterThanOrEqual(3);
    expect(served.sockets.made).toBe(2);
  });

  it('that cannot be had fails all that wait for one, with one dial each at most', async () => {
    const right = await createIdentity(createDeviceKey());
    const served = await serve([Buffer.from('x')]);
    const wrong = clientOf({ ...served, deviceId: right.deviceId }, { connections: 2 });
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => dispatch(wrong, get('/0'))));
    for (const { calls, error } of outcomes) {
      expect(calls).toEqual(['error']);
      expect(error).toMatchObject({ code: 'key_mismatch' });
    }
    expect(served.sockets.made).toBeLessThanOrEqual(2);
    const nobody = createTcpServer();
    nobody.listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    await expect(whole(clientOf({ ...served, port }), '/0')).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('is told of once its key was checked', async () => {
    const served = await serve([Buffer.from('x')]);
    let connects = 0;
    const client = clientOf(served, { onConnect: () => (connects += 1) });
    await whole(client, '/0');
    await whole(client, '/0');
    expect(connects).toBe(1);
  });
});

describe('a whole answer', () => {
  it('is bounded, by its status', async () => {
    const served = await serve([Buffer.alloc(1001)]);
    const client = clientOf(served);
    const ask = (maxBytes: number): Promise<PinnedAnswer> =>
      client.request(get('/0'), { maxBytes: (status) => (status === 200 ? maxBytes : 0) });
    expect((await ask(1001)).body.length).toBe(1001);
    await expect(ask(1000)).rejects.toMatchObject({ code: 'bad_proof' });
    expect((await ask(1001)).body.length).toBe(1001);
  });

  it('is given up at once on its signal, before its connection and after', async () => {
    const served = await script(() => undefined);
    const client = clientOf(served);
    await expect(whole(client, '/', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    const dialling = new AbortController();
    const first = whole(client, '/', dialling.signal);
    dialling.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    await expect(whole(client, '/', AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'timeout' });
  });

  it('is nobody’s once the client is closed', async () => {
    const served = await script(() => undefined);
    const client = clientOf(served);
    const waiting = [whole(client, '/'), whole(client, '/')].map((one) =>
      one.catch((error: unknown) => error),
    );
    while (client.stats.open === 0) await sleep(5);
    client.close();
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code: 'aborted' });
    await expect(whole(client, '/')).rejects.toMatchObject({ code: 'aborted' });
    const dialling = clientOf(served);
    const dialled = whole(dialling, '/').catch((error: unknown) => error);
    dialling.close();
    expect(await dialled).toMatchObject({ code: 'aborted' });
  });
});

describe('a request', () => {
  it('is one request, whatever it is made of', async () => {
    const seen: string[] = [];
    const identity = await createIdentity(createDeviceKey());
    const server = createTlsServer(createTlsServerOptions(identity), (socket) => {
      socket.on('data', (data: Buffer) => {
        seen.push(data.toString('latin1'));
        socket.write(answerOf('x'));
      });
    });
    const client = clientOf(await listen(server, identity.deviceId));
    const ask = (path: string, headers: Record<string, string> = {}): Promise<PinnedAnswer> =>
      client.request({ method: 'GET', path, headers }, { maxBytes: () => 1 });
    for (const [path, headers] of [
      ['/a\r\nx: y', {}],
      ['/a b', {}],
      ['a', {}],
      ['/é', {}],
      ['/a', { range: 'x\r\n\r\nGET /b' }],
      ['/a', { 'x: y\r\nz': 'x' }],
      ['/a', { range: 'x\0' }],
    ] as const)
      await expect(ask(path, headers)).rejects.toMatchObject({ code: 'invalid_request' });
    expect(seen).toEqual([]);
    await ask('/v1?x=1', { range: 'bytes=0-1', authorization: 'Bearer x' });
    expect(seen).toEqual([
      expect.stringMatching(
        /^GET \/v1\?x=1 HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\nrange: bytes=0-1\r\nauthorization: Bearer x\r\n\r\n$/,
      ),
    ]);
  });
});
