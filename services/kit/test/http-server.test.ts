import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BanyanError, MAX_JSON_BODY_BYTES, type ErrorBody } from '@banyan/proto';
import Type from 'typebox';
import {
  createDeviceKey,
  createHealth,
  createHttpServer,
  createIdentity,
  createMemoryLog,
  createMetrics,
  createTlsServerOptions,
  dialPinned,
  type HttpServer,
  type HttpServerInit,
  type MemoryLog,
} from '../src/index.ts';

const started: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

interface Made {
  readonly server: HttpServer;
  readonly log: MemoryLog;
  readonly health: ReturnType<typeof createHealth>;
}

async function make(
  init: HttpServerInit = {},
  routes: (server: HttpServer) => void = () => undefined,
): Promise<Made> {
  const log = createMemoryLog();
  const health = createHealth();
  const metrics = createMetrics({ service: 'test', processMetrics: false });
  const server = await createHttpServer({ log, health, metrics }, init);
  routes(server);
  await server.start();
  started.push(server);
  return { server, log, health };
}

async function errorOf(response: Response): Promise<ErrorBody['error']> {
  return ((await response.json()) as ErrorBody).error;
}

/** The fingerprint of the certificate that a server shows. */
async function certificateOf(server: HttpServer): Promise<string> {
  const socket = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

const echo = (server: HttpServer): void => {
  server.app.post(
    '/echo',
    {
      schema: {
        body: Type.Object({ name: Type.String(), tries: Type.Optional(Type.Integer({ default: 3 })) }),
      },
    },
    async (request) => ({ ...request.body }),
  );
  server.app.get(
    '/find',
    { schema: { querystring: Type.Object({ limit: Type.Integer({ minimum: 1, default: 10 }) }) } },
    async (request) => ({ limit: request.query.limit }),
  );
  server.app.get('/known', async () => {
    throw new BanyanError('full', undefined, { retryAfterMs: 1500, details: { alternates: [] } });
  });
  server.app.get('/unknown', async () => {
    throw new Error('the secret path is /var/lib/banyan');
  });
};

describe('HTTP server', () => {
  it('answers on 127.0.0.1 and on ::1 when told to listen on localhost', async () => {
    const { server } = await make({}, echo);
    expect(server.url).toBe(`http://localhost:${server.port}`);
    for (const host of ['127.0.0.1', '[::1]']) {
      const response = await fetch(`http://${host}:${server.port}/healthz`);
      expect(await response.json()).toEqual({ alive: true });
    }
  });

  it('passes upgrades that came in by ::1 to the one server that handles them', async () => {
    const { server } = await make();
    server.app.server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    );
    for (const host of ['127.0.0.1', '::1']) {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(server.port, host, () =>
          socket.write(
            'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
          ),
        );
        socket.once('data', (bytes) => {
          resolve(bytes.toString());
          socket.destroy();
        });
        socket.once('error', reject);
      });
      expect(answer).toContain('101');
    }
  });

  it('names the port and the setting when the port is taken', async () => {
    const { server } = await make();
    const second = make({ listen: { host: '127.0.0.1', port: server.port, setting: '--port' } });
    await expect(second).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringMatching(new RegExp(`Port ${server.port}.*--port`)),
    });
  });

  it('refuses to listen beyond loopback in plain text, unless a proxy is said to be in front', async () => {
    await expect(make({ listen: { host: '0.0.0.0' } })).rejects.toMatchObject({ code: 'not_loopback' });
    await expect(make({ listen: { host: '0.0.0.0' }, behindProxy: true })).resolves.toBeDefined();
  });

  it('serves TLS on any address, with the key of its identity', async () => {
    const identity = await createIdentity(createDeviceKey());
    const { server } = await make({ listen: { host: '0.0.0.0' }, tls: createTlsServerOptions(identity) });
    expect(server.url).toBe(`https://0.0.0.0:${server.port}`);
    const socket = await dialPinned({
      host: '127.0.0.1',
      port: server.port,
      deviceId: identity.deviceId,
      identity,
      timeoutMs: 5_000,
    });
    const answer = once(socket, 'data');
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    const [bytes] = (await answer) as [Buffer];
    const text = bytes.toString();
    expect(text).toMatch(/^HTTP\/1.1 200/);
    expect(text.toLowerCase()).toContain('strict-transport-security');
    socket.destroy();
    // A renewed certificate serves new connections without a restart.
    const before = await certificateOf(server);
    server.setTls(createTlsServerOptions(await createIdentity(identity.deviceKey)));
    expect(await certificateOf(server)).not.toBe(before);
  });

  it('says which address cannot be listened on', async () => {
    await expect(make({ listen: { host: '192.0.2.1' }, behindProxy: true })).rejects.toMatchObject({
      code: 'bind_refused',
      message: expect.stringContaining('192.0.2.1'),
    });
  });

  it('fills in defaults, and converts what the query string gives as text', async () => {
    const { server } = await make({}, echo);
    const body = await fetch(`${server.url}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"x"}',
    });
    expect(await body.json()).toEqual({ name: 'x', tries: 3 });
    expect(await (await fetch(`${server.url}/find?limit=7`)).json()).toEqual({ limit: 7 });
    expect(await (await fetch(`${server.url}/find`)).json()).toEqual({ limit: 10 });
  });

  it.each([
    [
      'a field of the wrong type',
      '/echo',
      '{"name":"x","tries":"3"}',
      'application/json',
      400,
      'invalid_request',
      /"tries" of the body/,
    ],
    [
      'a missing field',
      '/echo',
      '{}',
      'application/json',
      400,
      'invalid_request',
      /"name" of the body is missing/,
    ],
    ['broken JSON', '/echo', '{"name":', 'application/json', 400, 'invalid_request', /not valid JSON/],
    [
      'a prototype in JSON',
      '/echo',
      '{"name":"x","__proto__":{"a":1}}',
      'application/json',
      400,
      'invalid_request',
      /not valid JSON/,
    ],
    ['an empty body', '/echo', '', 'application/json', 400, 'invalid_request', /empty/],
    ['another type of body', '/echo', '<x/>', 'application/xml', 400, 'invalid_request', /application\/json/],
    [
      'too large a body',
      '/echo',
      JSON.stringify({ name: 'x'.repeat(MAX_JSON_BODY_BYTES) }),
      'application/json',
      413,
      'limit_exceeded',
      /larger than allowed/,
    ],
    [
      'an unknown path',
      '/nowhere\u202e?code=abc',
      '{}',
      'application/json',
      404,
      'not_found',
      /There is no POST \/nowhere/,
    ],
  ])(
    'answers %s with the error body of the table',
    async (_what, path, body, type, status, code, message) => {
      const { server } = await make({}, echo);
      const response = await fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect(response.status).toBe(status);
      const error = await errorOf(response);
      expect(error.code).toBe(code);
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain('abc');
    },
  );

  it('answers errors of ours as they are, with Retry-After where they say when', async () => {
    const { server } = await make({}, echo);
    const response = await fetch(`${server.url}/known`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await errorOf(response)).toMatchObject({
      code: 'full',
      retryAfterMs: 1500,
      details: { alternates: [] },
    });
  });

  it('keeps the particulars of an inner error in the log and out of the answer', async () => {
    const { server, log } = await make({}, echo);
    const response = await fetch(`${server.url}/unknown`);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal' } });
    expect(text).not.toContain('/var/lib');
    expect(log.entries.find((entry) => entry['msg'] === 'a request failed')).toMatchObject({
      reqId: response.headers.get('x-request-id'),
      err: { message: 'the secret path is /var/lib/banyan' },
    });
  });

  it('answers bytes that are no HTTP with an error body and ends the connection', async () => {
    const { server } = await make();
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(server.port, '127.0.0.1', () =>
        socket.write('\u0016\u0003\u0001 hello\r\n\r\n'),
      );
      socket.on('data', (bytes) => (text += bytes.toString()));
      socket.once('close', () => resolve(text));
      socket.once('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect(answer).toContain('"code":"invalid_request"');
  });

  it('limits requests per address, says how long to wait, and never limits health checks', async () => {
    const { server } = await make({ rateLimit: { max: 2 } }, echo);
    await fetch(`${server.url}/find`);
    await fetch(`${server.url}/find`);
    const response = await fetch(`${server.url}/find`);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const error = await errorOf(response);
    expect(error.code).toBe('rate_limited');
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('refuses who asks too often before the hooks of the route, which look at tokens', async () => {
    const looked: string[] = [];
    const { server } = await make({ rateLimit: { max: 2 } }, (made) => {
      const hook = (name: string) => async () => void looked.push(name);
      made.app.get('/one', { onRequest: hook('one') }, async () => ({}));
      made.app.get('/two', { onRequest: [hook('two a'), hook('two b')] }, async () => ({}));
      made.app.get('/free', { onRequest: hook('free'), config: { rateLimit: false } }, async () => ({}));
    });
    const statuses: number[] = [];
    for (const path of ['one', 'two', 'one', 'two', 'free'])
      statuses.push((await fetch(`${server.url}/${path}`)).status);
    expect(statuses).toEqual([200, 200, 429, 429, 200]);
    expect(looked).toEqual(['one', 'two a', 'two b', 'free']);
  });

  it('counts callers behind a proxy by the address that the proxy saw, whatever they say of themselves', async () => {
    const { server } = await make({ behindProxy: true, rateLimit: { max: 1 } }, (made) => {
      made.app.get('/ip', async (request) => ({ ip: request.ip }));
    });
    const get = (forwarded: string) =>
      fetch(`${server.url}/ip`, { headers: { 'x-forwarded-for': forwarded } });
    expect(await (await get('192.0.2.1, 203.0.113.9')).json()).toEqual({ ip: '203.0.113.9' });
    expect((await get('192.0.2.2, 203.0.113.9')).status).toBe(429);
    expect((await get('203.0.113.10')).status).toBe(200);
  });

  it('reads forms where asked, and refuses a parameter that comes twice', async () => {
    const { server } = await make({ forms: true }, (made) => {
      made.app.post(
        '/token',
        { schema: { body: Type.Object({ grant_type: Type.String() }) } },
        async (request) => ({ got: request.body.grant_type }),
      );
    });
    const ok = await fetch(`${server.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(await ok.json()).toEqual({ got: 'client_credentials' });
    const twice = await fetch(`${server.url}/token`, {
      method: 'POST',
      body: new URLSearchParams('grant_type=a&grant_type=b'),
    });
    expect(twice.status).toBe(400);
    expect((await errorOf(twice)).message).toContain('grant_type');
  });

  it('says that it is not ready, and why, while a check fails, and while it drains', async () => {
    const { server, health } = await make();
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const remove = health.add('store', () => {
      throw new BanyanError('store_unavailable');
    });
    const failing = await fetch(`${server.url}/readyz`);
    expect(failing.status).toBe(503);
    expect(await failing.json()).toMatchObject({
      ready: false,
      checks: [{ name: 'store', ok: false, reason: expect.stringContaining('store') }],
    });
    remove();
    health.setDraining();
    expect(await (await fetch(`${server.url}/readyz`)).json()).toMatchObject({
      ready: false,
      draining: true,
    });
  });

  it('shows metrics to a direct caller on this machine and to nobody behind a proxy', async () => {
    const { server } = await make({}, echo);
    await fetch(`${server.url}/find`);
    const shown = await fetch(`${server.url}/metrics`);
    expect(await shown.text()).toContain(
      'banyan_http_request_duration_seconds_count{service="test",method="GET",route="/find",status="200"} 1',
    );
    const proxied = await fetch(`${server.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(proxied.status).toBe(404);
  });

  it('serves metrics on a port of their own when asked, and nothing else there', async () => {
    const { server } = await make({ metricsListen: { host: '127.0.0.1' } }, echo);
    const shown = await fetch(server.metricsUrl as string);
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain('banyan_http');
    expect((await fetch((server.metricsUrl as string).replace('/metrics', '/find'))).status).toBe(404);
  });

  it('describes its routes in OpenAPI, without its own inner ones', async () => {
    const { server } = await make({ openapi: { title: 'Test', version: '1.0.0' } }, echo);
    const description = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
    };
    expect(description.openapi).toBe('3.1.0');
    expect(Object.keys(description.paths).sort()).toEqual(['/echo', '/find', '/known', '/unknown']);
  });

  it('sets security headers, which a route may replace by its own', async () => {
    const { server } = await make({}, (made) => {
      made.app.get('/page', async (_request, reply) =>
        reply.header('content-security-policy', "default-src 'self'").send('x'),
      );
    });
    const plain = await fetch(`${server.url}/healthz`);
    expect(plain.headers.get('x-content-type-options')).toBe('nosniff');
    expect(plain.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(plain.headers.get('cache-control')).toBe('no-store');
    expect((await fetch(`${server.url}/page`)).headers.get('content-security-policy')).toBe(
      "default-src 'self'",
    );
  });

  it('drains: long polls are told, answers under way are finished, then it stops with idle connections open', async () => {
    const { server } = await make({}, (made) => {
      made.app.get('/poll', async (request, reply) => {
        const signal = made.signalOf(request, reply);
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
        return { told: true };
      });
    });
    const arrived = new Promise<void>((resolve) => server.app.server.once('request', () => resolve()));
    const poll = fetch(`${server.url}/poll`);
    await arrived;
    await server.drain?.();
    expect(await (await poll).json()).toEqual({ told: true });
    await server.stop();
    await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow();
  });

  it('stops although a connection never ends its request', async () => {
    const { server } = await make({ stopGraceMs: 50 });
    const closed = new Promise<void>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
      });
      socket.once('close', () => resolve());
      socket.once('error', () => undefined);
      socket.once('connect', () => void server.stop().catch(reject));
    });
    await closed;
  });

  it('stops although a connection never ends its TLS handshake', async () => {
    const { server } = await make({
      stopGraceMs: 50,
      tls: createTlsServerOptions(await createIdentity(createDeviceKey())),
    });
    const socket = connect(server.port, '127.0.0.1');
    const accepted = once(server.app.server, 'connection');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    await accepted;
    await server.stop();
    await closed;
  });

  it('tells a handler when its caller goes away', async () => {
    let gone: (() => void) | undefined;
    const wasTold = new Promise<void>((resolve) => (gone = resolve));
    const { server } = await make({}, (made) => {
      made.app.get('/slow', async (request, reply) => {
        const signal = made.signalOf(request, reply);
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
        gone?.();
        return {};
      });
    });
    const caller = new AbortController();
    server.app.server.once('request', () => setImmediate(() => caller.abort()));
    await expect(fetch(`http://127.0.0.1:${server.port}/slow`, { signal: caller.signal })).rejects.toThrow();
    await wasTold;
  });
});
