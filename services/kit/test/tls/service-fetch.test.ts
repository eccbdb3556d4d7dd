import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDeviceKey } from '../../src/identity/device-key.ts';
import { createIdentity, type Identity } from '../../src/identity/identity.ts';
import {
  createServiceFetch,
  isLoopbackHost,
  readJson,
  type ServiceFetch,
  type ServiceFetchInit,
} from '../../src/tls/service-fetch.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const newIdentity = (): Promise<Identity> => createIdentity(createDeviceKey());

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    return once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

function open(init: ServiceFetchInit = {}): ServiceFetch {
  const fetch = createServiceFetch(init);
  cleanups.push(() => fetch.close());
  return fetch;
}

function https(identity: Identity, handler: RequestListener): Promise<number> {
  const { cert, key } = identity.certificate;
  return listen(createHttpsServer({ cert, key }, handler));
}

describe('a service fetch', () => {
  it('talks plain http to this machine only', async () => {
    const port = await listen(
      createHttpServer((req, res) => void res.end(JSON.stringify({ method: req.method }))),
    );
    const response = await open()(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      body: new URLSearchParams({ a: 'b' }),
    });
    expect(response.status).toBe(200);
    expect(await readJson(response)).toEqual({ method: 'POST' });
    await expect(open({ allowLoopbackHttp: false })(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'invalid_config',
    });
    await expect(open()('http://auth.example.org/')).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('not encrypted'),
    });
    await expect(open()('ftp://127.0.0.1/')).rejects.toMatchObject({ code: 'invalid_config' });
    await expect(open()('auth.example.org')).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it('talks https to the holder of the pinned key, and sends nothing to another', async () => {
    const identity = await newIdentity();
    let requests = 0;
    const port = await https(identity, (_req, res) => {
      requests += 1;
      res.end('{}');
    });
    expect((await open({ pins: [identity.deviceId] })(`https://127.0.0.1:${port}/`)).status).toBe(200);
    await expect(
      open({ pins: [(await newIdentity()).deviceId] })(`https://127.0.0.1:${port}/`),
    ).rejects.toMatchObject({
      code: 'key_mismatch',
    });
    expect(requests).toBe(1);
  });

  it('takes no certificate on trust without a pin', async () => {
    let requests = 0;
    const port = await https(await newIdentity(), () => void (requests += 1));
    await expect(open()(`https://localhost:${port}/`)).rejects.toMatchObject({
      code: 'key_mismatch',
      message: expect.stringContaining('invite link'),
    });
    expect(requests).toBe(0);
  });

  it('follows no redirect', async () => {
    const port = await listen(
      createHttpServer((_req, res) => void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()),
    );
    await expect(open()(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'wrong_service' });
  });

  it('names a port where nothing listens, and one where something else does', async () => {
    const closed = createTcpServer();
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    await expect(open()(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('nothing listens'),
    });
    const ssh = await listen(
      createTcpServer((socket) => void socket.on('error', () => undefined).write('SSH-2.0-x\r\n')),
    );
    await expect(open()(`http://127.0.0.1:${ssh}/`)).rejects.toMatchObject({ code: 'wrong_service' });
    await expect(open()(`https://127.0.0.1:${ssh}/`)).rejects.toMatchObject({ code: 'wrong_service' });
  });

  it('ends in time, and at once when told to', async () => {
    const port = await listen(createHttpServer(() => undefined));
    await expect(open({ timeoutMs: 50 })(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'timeout',
    });
    const controller = new AbortController();
    const call = open()(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });

  it('holds no more of an answer than allowed, and says when it is not JSON', async () => {
    const port = await listen(
      createHttpServer((req, res) => void res.end(req.url === '/long' ? '"'.padEnd(5000, 'x') : '<html>')),
    );
    const fetch = open();
    await expect(readJson(await fetch(`http://127.0.0.1:${port}/long`), 1000)).rejects.toMatchObject({
      code: 'wrong_service',
    });
    await expect(readJson(await fetch(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({
      code: 'wrong_service',
    });
  });
});

describe('loopback', () => {
  it.each(['localhost', '127.0.0.1', '127.9.9.9', '[::1]', '::1'])('is %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });
  it.each(['127.0.0.1.example.org', 'localhost.example.org', '10.0.0.1', '0.0.0.0', '[::]', '128.0.0.1'])(
    'is not %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(false);
    },
  );

  it('says in words that a port belongs to another protocol', async () => {
    await expect(createServiceFetch()('http://localhost:1/')).rejects.toMatchObject({
      code: 'wrong_service',
      message: expect.stringContaining('Port 1 '),
    });
  });
});
