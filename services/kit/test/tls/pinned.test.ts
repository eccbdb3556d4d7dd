import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { BanyanError } from '@banyan/proto';
import { createDeviceKey } from '../../src/identity/device-key.ts';
import { createIdentity, type Identity } from '../../src/identity/identity.ts';
import { dialPinned } from '../../src/tls/dial-pinned.ts';
import { createPinnedClient, type PinnedAnswer } from '../../src/tls/pinned-client.ts';
import { pinnedWebSocket } from '../../src/tls/pinned-web-socket.ts';
import { peerDeviceId } from '../../src/tls/peer-device-id.ts';
import { createTlsServerOptions } from '../../src/tls/server.ts';
import { RSA } from './rsa-certificate.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const newIdentity = (): Promise<Identity> => createIdentity(createDeviceKey());

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) =>
    sockets.add(socket.once('close', () => sockets.delete(socket))),
  );
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    return once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** A TLS server that records each application byte it is given, and whose identity can be swapped. */
async function recordingServer(identity: Identity): Promise<{
  port: number;
  received: () => string;
  clients: (string | undefined)[];
  /** Resolves when every connection so far has ended. */
  quiet: () => Promise<void>;
  become: (other: Identity) => void;
}> {
  let received = '';
  const clients: (string | undefined)[] = [];
  const open = new Set<TLSSocket>();
  const server = createTlsServer(createTlsServerOptions(identity), (socket) => {
    clients.push(peerDeviceId(socket));
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('data', (data: Buffer) => {
      received += data.toString('latin1');
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  server.on('tlsClientError', () => undefined);
  const port = await listen(server);
  return {
    port,
    received: () => received,
    clients,
    quiet: async () => {
      while (open.size > 0) await Promise.all([...open].map((socket) => once(socket, 'close')));
    },
    become: (other) => server.setSecureContext(createTlsServerOptions(other)),
  };
}

const host = '127.0.0.1';

describe('a pinned dial', () => {
  it('reaches the holder of the key, and both sides know each other', async () => {
    const server = await newIdentity();
    const client = await newIdentity();
    const { port, clients } = await recordingServer(server);
    const socket = await dialPinned({ host, port, deviceId: server.deviceId, identity: client });
    expect(peerDeviceId(socket)).toBe(server.deviceId);
    expect(socket.getProtocol()).toBe('TLSv1.3');
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.write('hello');
    await once(socket, 'data');
    expect(clients).toEqual([client.deviceId]);
    socket.destroy();
  });

  it('sends not a byte to a wrong key, on a fresh connection', async () => {
    const expected = await newIdentity();
    const actual = await newIdentity();
    const server = await recordingServer(actual);
    const error = await dialPinned({
      host,
      port: server.port,
      deviceId: expected.deviceId,
      identity: await newIdentity(),
    }).then(
      () => undefined,
      (e: unknown) => e as BanyanError,
    );
    expect(error).toMatchObject({
      code: 'key_mismatch',
      details: { expected: expected.deviceId, seen: actual.deviceId },
    });
    expect(error?.message).toContain(expected.deviceId);
    expect(error?.message).toContain(actual.deviceId);
    await server.quiet();
    expect(server.received()).toBe('');
  });

  it('sends not a byte to a wrong key, after good connections to the same address', async () => {
    const good = await newIdentity();
    const server = await recordingServer(good);
    const client = createPinnedClient({
      host,
      port: server.port,
      deviceId: good.deviceId,
      identity: await newIdentity(),
      connections: 2,
      keepAliveTimeoutMs: 0,
    });
    cleanups.push(() => client.close());
    const get = (path: string, headers = {}): Promise<PinnedAnswer> =>
      client.request({ method: 'GET', path, headers }, { maxBytes: () => 2 });
    for (let i = 0; i < 2; i += 1) {
      const socket = await dialPinned({ host, port: server.port, deviceId: good.deviceId });
      socket.resume().end('x');
      await once(socket, 'close');
      await get('/good');
    }
    await server.quiet();
    const before = server.received();
    expect(before).toContain('GET /good');

    server.become(await newIdentity());
    await expect(dialPinned({ host, port: server.port, deviceId: good.deviceId })).rejects.toMatchObject({
      code: 'key_mismatch',
    });
    await expect(get('/secret', { authorization: 'x' })).rejects.toMatchObject({ code: 'key_mismatch' });
    await server.quiet();
    expect(server.received()).toBe(before);

    server.become(good);
    expect((await get('/back')).body.toString()).toBe('ok');
  });

  it('refuses keys of another kind than P-256', async () => {
    const rsa = await rsaServer();
    await expect(
      dialPinned({ host, port: rsa, deviceId: (await newIdentity()).deviceId }),
    ).rejects.toMatchObject({
      code: 'key_mismatch',
      details: { seen: null },
    });
  });

  it('says that nothing listens there', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    await expect(dialPinned({ host, port, deviceId: (await newIdentity()).deviceId })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('nothing listens'),
      cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
    });
  });

  it('says that a server without TLS does not speak it, and that one which hangs up did so', async () => {
    const chatty = await listen(
      createTcpServer((socket) => void socket.on('error', () => undefined).end('SSH-2.0-x\r\n')),
    );
    await expect(
      dialPinned({ host, port: chatty, deviceId: (await newIdentity()).deviceId }),
    ).rejects.toMatchObject({
      code: 'unreachable',
    });
    const rude = await listen(createTcpServer((socket) => void socket.destroy()));
    await expect(
      dialPinned({ host, port: rude, deviceId: (await newIdentity()).deviceId }),
    ).rejects.toMatchObject({
      code: 'unreachable',
    });
  });

  it('gives up on a silent server in time, and at once when it is told to', async () => {
    const sockets: { destroy(): void }[] = [];
    cleanups.push(() => sockets.forEach((socket) => socket.destroy()));
    const port = await listen(
      createTcpServer((socket) => void sockets.push(socket.on('error', () => undefined))),
    );
    const { deviceId } = await newIdentity();
    await expect(dialPinned({ host, port, deviceId, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'timeout',
    });
    const controller = new AbortController();
    const dial = dialPinned({ host, port, deviceId, signal: controller.signal });
    controller.abort();
    await expect(dial).rejects.toMatchObject({ code: 'aborted' });
    await expect(dialPinned({ host, port, deviceId, signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});

/** Whether an ordinary client that offers the session of its first connection gets it resumed. */
async function resumes(port: number): Promise<boolean> {
  let session: Buffer | undefined;
  let reused = false;
  for (let i = 0; i < 2; i += 1) {
    const socket = connect({ host, port, rejectUnauthorized: false, ...(session ? { session } : {}) });
    socket.on('session', (data) => (session = data));
    socket.write('x');
    await once(socket, 'data');
    reused = socket.isSessionReused();
    socket.destroy();
  }
  return reused;
}

describe('a server', () => {
  it('resumes no session, so that every connection shows its key', async () => {
    const server = await recordingServer(await newIdentity());
    expect(await resumes(server.port)).toBe(false);
    expect(server.clients).toEqual([undefined, undefined]);
  });

  it('that would resume sessions is dialled afresh all the same', async () => {
    const identity = await newIdentity();
    const { cert, key } = identity.certificate;
    const reused: boolean[] = [];
    const server = createTlsServer({ cert, key, minVersion: 'TLSv1.3' }, (socket) => {
      reused.push(socket.isSessionReused());
      socket.on('error', () => undefined).on('data', (data) => socket.write(data));
    });
    const port = await listen(server);
    expect(await resumes(port)).toBe(true);
    for (let i = 0; i < 2; i += 1) {
      const socket = await dialPinned({ host, port, deviceId: identity.deviceId });
      socket.write('x');
      await once(socket, 'data');
      socket.destroy();
    }
    expect(reused).toEqual([false, true, false, false]);
  });

  it('does not take a client without a P-256 key for a device', async () => {
    const server = await recordingServer(await newIdentity());
    const { key, cert } = RSA;
    const socket = connect({ host, port: server.port, rejectUnauthorized: false, key, cert });
    socket.write('x');
    await once(socket, 'data');
    expect(server.clients).toEqual([undefined]);
    socket.destroy();
  });

  it('speaks TLS 1.3 only', async () => {
    const server = await recordingServer(await newIdentity());
    const socket = connect({ host, port: server.port, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error).toMatchObject({ code: expect.stringContaining('PROTOCOL_VERSION') });
  });
});

describe('a pinned WebSocket', () => {
  async function webSocketServer(
    identity: Identity,
    verify?: (headers: NodeJS.Dict<string | string[]>) => BanyanError | string | undefined,
  ): Promise<{ port: number; upgrades: number; greet: string[] }> {
    const state = { port: 0, upgrades: 0, greet: [] as string[] };
    const https = createHttpsServer(createTlsServerOptions(identity));
    const wss = new WebSocketServer({ noServer: true, handleProtocols: () => 'banyan.v1' });
    https.on('upgrade', (req: IncomingMessage & { socket: TLSSocket }, socket, head) => {
      state.upgrades += 1;
      const refused = verify?.(req.headers);
      if (refused !== undefined) {
        const body = typeof refused === 'string' ? refused : JSON.stringify(refused.toBody());
        const status = typeof refused === 'string' ? 404 : refused.http;
        socket.end(
          `HTTP/1.1 ${status} No\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
        );
        return;
      }
      wss.handleUpgrade(req, socket, head, (ws) => {
        // In the same packet as the end of the handshake, where it can be.
        ws.send(`hello ${peerDeviceId(req.socket)} ${req.url ?? ''}`);
        ws.on('message', (data) => ws.send(data));
        ws.on('error', () => undefined);
      });
    });
    cleanups.push(() => wss.clients.forEach((ws) => ws.terminate()));
    state.port = await listen(https);
    return state;
  }

  it('opens after the key was checked, and loses no message that comes at once', async () => {
    const server = await newIdentity();
    const client = await newIdentity();
    const { port } = await webSocketServer(server);
    const ws = await pinnedWebSocket({
      host,
      port,
      deviceId: server.deviceId,
      identity: client,
      path: '/v1/session?x=1',
      protocols: ['banyan.v1'],
      headers: { authorization: 'Bearer x' },
    });
    const [first] = (await once(ws, 'message')) as [Buffer];
    expect(first.toString()).toBe(`hello ${client.deviceId} /v1/session?x=1`);
    expect(ws.protocol).toBe('banyan.v1');
    expect(ws.extensions).toBe('');
    ws.send('ping');
    const [echo] = (await once(ws, 'message')) as [Buffer];
    expect(echo.toString()).toBe('ping');
    ws.terminate();
  });

  it('sends a long request in pieces, for which Node keeps no large buffer', async () => {
    const identity = await newIdentity();
    const pieces: number[] = [];
    let request = '';
    const server = createTlsServer(createTlsServerOptions(identity), (socket) => {
      socket.on('error', () => undefined);
      // One at a time, as the records come.
      socket.on('data', (data: Buffer) => {
        pieces.push(data.length);
        request += data.toString('latin1');
        if (request.endsWith('\r\n\r\n')) socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
      });
    });
    const token = 'x'.repeat(900);
    await expect(
      pinnedWebSocket({
        host,
        port: await listen(server),
        deviceId: identity.deviceId,
        path: '/',
        headers: { authorization: `Bearer ${token}` },
      }),
    ).rejects.toMatchObject({ code: 'wrong_service' });
    expect(request).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
    expect(request).toContain(`Bearer ${token}\r\n`);
    expect(pieces.length).toBeGreaterThan(900 / 256);
    expect(Math.max(...pieces)).toBeLessThanOrEqual(256);
  });

  it('asks a wrong key for no upgrade, also after a good one', async () => {
    const good = await newIdentity();
    const server = await webSocketServer(good);
    const ws = await pinnedWebSocket({
      host,
      port: server.port,
      deviceId: good.deviceId,
      path: '/',
      protocols: ['banyan.v1'],
    });
    ws.terminate();
    await expect(
      pinnedWebSocket({ host, port: server.port, deviceId: (await newIdentity()).deviceId, path: '/' }),
    ).rejects.toMatchObject({ code: 'key_mismatch' });
    expect(server.upgrades).toBe(1);
  });

  it('passes on the refusal that the server gives, and names a stranger', async () => {
    const identity = await newIdentity();
    const banyan = await webSocketServer(identity, () => new BanyanError('token_expired', 'too old'));
    await expect(
      pinnedWebSocket({ host, port: banyan.port, deviceId: identity.deviceId, path: '/' }),
    ).rejects.toMatchObject({ code: 'token_expired', message: 'too old' });
    const stranger = await webSocketServer(identity, () => '<h1>not found</h1>');
    await expect(
      pinnedWebSocket({ host, port: stranger.port, deviceId: identity.deviceId, path: '/' }),
    ).rejects.toMatchObject({ code: 'wrong_service', message: expect.stringContaining('404') });
  });

  it('gives up on a server that never answers the upgrade, and at once when told to', async () => {
    const identity = await newIdentity();
    const server = createTlsServer(createTlsServerOptions(identity), (socket) => {
      socket.on('error', () => undefined).resume();
      cleanups.push(() => socket.destroy());
    });
    const port = await listen(server);
    await expect(
      pinnedWebSocket({ host, port, deviceId: identity.deviceId, path: '/', timeoutMs: 200 }),
    ).rejects.toMatchObject({ code: 'timeout' });
    const controller = new AbortController();
    const opening = pinnedWebSocket({
      host,
      port,
      deviceId: identity.deviceId,
      path: '/',
      signal: controller.signal,
    });
    setImmediate(() => controller.abort());
    await expect(opening).rejects.toMatchObject({ code: 'aborted' });
  });
});

async function rsaServer(): Promise<number> {
  const server = createTlsServer(
    { ...RSA, minVersion: 'TLSv1.3' },
    (socket) => void socket.on('error', () => undefined),
  );
  server.on('tlsClientError', () => undefined);
  return await listen(server);
}
