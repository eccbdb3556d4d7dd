import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:https';
import { connect, type Socket } from 'node:net';
import {
  HELLO_TIMEOUT_MS,
  MAX_FRAME_BYTES,
  encodeEnvelope,
  type Envelope,
  type OutgoingEnvelope,
  decodeEnvelope,
} from '@banyan/proto';
import { createTokenVerifier, silentLog, type Identity } from '@banyan/kit';
import type { WebSocket } from 'ws';
import { createSessionServer } from '../src/session-server.ts';
import type { TokenChange } from './fake-network.ts';
import { AUDIENCE, createWorld, search, until, type RunningSupernode, type World } from './harness.ts';

let world: World;
let oak: RunningSupernode;
beforeAll(async () => {
  world = await createWorld();
  oak = await world.supernode('oak');
});
afterAll(() => world.close());

interface Refusal {
  readonly status: number;
  readonly code: string | undefined;
}

/** The upgrade request by hand, with whatever certificate and headers. */
function knock(init: {
  identity?: Identity | undefined;
  token?: string | undefined;
  path?: string;
  protocol?: string;
}): Promise<Refusal> {
  const { host, port } = oak.address.addresses[0]!;
  return new Promise((resolve, reject) => {
    const asked = request({
      host,
      port,
      path: init.path ?? '/v1/session',
      rejectUnauthorized: false,
      agent: false,
      ...(init.identity === undefined ? {} : init.identity.certificate),
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
        'sec-websocket-protocol': init.protocol ?? 'banyan.v1',
        ...(init.token === undefined ? {} : { authorization: `Bearer ${init.token}` }),
      },
    });
    asked.on('error', reject);
    asked.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve({ status: 101, code: undefined });
    });
    asked.on('response', (response) => {
      let body = '';
      response.on('data', (part) => (body += String(part)));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          code: (JSON.parse(body) as { error: { code: string } }).error.code,
        }),
      );
    });
    asked.end();
  });
}

describe('the door of a supernode', () => {
  const nowS = (): number => Math.floor(world.clock.now() / 1000);
  const cases: [string, TokenChange, Refusal][] = [
    ['a good token', {}, { status: 101, code: undefined }],
    [
      'an expired token',
      { claims: { exp: Math.floor(Date.now() / 1000) - 120 } },
      { status: 401, code: 'token_expired' },
    ],
    ['a token for peers', { claims: { aud: AUDIENCE.peer } }, { status: 401, code: 'token_invalid' }],
    ['alg none', { header: { alg: 'none' }, unsigned: true }, { status: 401, code: 'token_invalid' }],
    ['no signature', { unsigned: true }, { status: 401, code: 'token_invalid' }],
    [
      'a token of another network',
      { claims: { iss: 'http://127.0.0.1:1' } },
      { status: 401, code: 'token_invalid' },
    ],
    ['an id token', { header: { typ: 'JWT' } }, { status: 401, code: 'token_invalid' }],
  ];
  it.each(cases)('answers %s before any WebSocket opens', async (_what, change, answer) => {
    const { identity, deviceId } = await world.leaf();
    const token = world.network.token(deviceId, AUDIENCE.supernode, change);
    expect(nowS()).toBeGreaterThan(0);
    expect(await knock({ identity, token })).toEqual(answer);
  });

  it('refuses callers without token, without certificate, with a stolen token', async () => {
    const [owner, thief] = [await world.leaf(), await world.leaf()];
    const token = world.network.token(owner.deviceId, AUDIENCE.supernode);
    expect(await knock({ identity: owner.identity })).toEqual({ status: 401, code: 'unauthenticated' });
    expect(await knock({ token })).toEqual({ status: 401, code: 'proof_invalid' });
    expect(await knock({ token, identity: thief.identity })).toEqual({ status: 401, code: 'proof_invalid' });
    const { identity } = owner;
    expect(await knock({ token, identity, protocol: 'chat' })).toMatchObject({ code: 'unsupported_version' });
    expect(await knock({ token, identity, path: '/v2/session' })).toMatchObject({ status: 404 });
    expect(await oak.metrics()).toMatch(/refused_total\{code="proof_invalid",[^}]*\} 2/);
  });

  it('answers dial-backs, and everything else with what it is', async () => {
    const { identity } = await world.leaf();
    const { host, port } = oak.address.addresses[0]!;
    const get = (path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request(
          { host, port, path, rejectUnauthorized: false, agent: false, ...identity.certificate },
          (r) => {
            r.resume();
            resolve(r.statusCode);
          },
        )
          .on('error', reject)
          .end();
      });
    expect(await get('/v1/ping')).toBe(204);
    expect(await get('/')).toBe(404);
  });

  it('lets nobody fill it with sockets that never say who they are', async () => {
    const { identity } = await world.leaf();
    const refusals: string[] = [];
    const server = createSessionServer(
      {
        identity,
        log: silentLog(),
        verifier: createTokenVerifier(
          { keys: { find: () => Promise.resolve(undefined) } },
          { issuer: 'x', audience: AUDIENCE.supernode },
        ),
        onSocket: () => undefined,
        onRefused: (code) => refusals.push(code),
      },
      { host: '127.0.0.1', port: 0, maxSockets: 100, maxNamelessPerAddress: 3 },
    );
    await server.start();
    const open: Socket[] = [];
    const dial = async (): Promise<Socket> => {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    };
    for (let i = 0; i < 3; i += 1) open.push(await dial());
    const fourth = await dial();
    await once(fourth, 'close');
    expect(refusals).toEqual(['rate_limited']);
    open[0]?.destroy();
    await until('there is room again', async () => {
      const socket = await dial();
      const refused = await Promise.race([
        once(socket, 'close').then(() => true),
        new Promise<false>((resolve) => setTimeout(() => resolve(false), 50)),
      ]);
      open.push(socket);
      return !refused;
    });
    // Sockets that are still shaking hands do not hold the stop up.
    await server.stop();
    await Promise.all(open.map(async (socket) => socket.destroyed || once(socket, 'close')));
  });
});

describe('the first words', () => {
  /** Sends one thing; resolves with the error that came back and the close code. */
  async function say(
    what: OutgoingEnvelope | Uint8Array | string,
    greet = false,
  ): Promise<{ error: string | undefined; close: number }> {
    const leaf = await world.leaf();
    const socket = await leaf.socket(oak);
    const heard: Envelope[] = [];
    socket.on('message', (data: Buffer) => heard.push(decodeEnvelope(data)));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    if (greet) {
      socket.send(
        encodeEnvelope({ requestId: 1, kind: 'hello', hello: { minVersion: 1, maxVersion: 1, relation: 1 } }),
      );
      await until('welcome', () => heard.some((e) => e.kind === 'welcome'));
    }
    send(socket, what);
    const close = await closed;
    const last = heard.at(-1);
    return { error: last?.kind === 'error' ? last.error.code : undefined, close };
  }
  const send = (socket: WebSocket, what: OutgoingEnvelope | Uint8Array | string): void =>
    socket.send(typeof what === 'string' || what instanceof Uint8Array ? what : encodeEnvelope(what));
  const hello = (change: object): OutgoingEnvelope => ({
    requestId: 1,
    kind: 'hello',
    hello: { minVersion: 1, maxVersion: 1, relation: 1, ...change },
  });

  it('are a hello', async () => {
    expect(await say({ requestId: 1, kind: 'search', search: { query: 'x' } })).toEqual({
      error: 'out_of_order',
      close: 4400,
    });
  });

  it('name a version and a relation that both sides know', async () => {
    expect(await say(hello({ minVersion: 7, maxVersion: 9 }))).toEqual({
      error: 'unsupported_version',
      close: 4426,
    });
    expect(await say(hello({ relation: 42 }))).toMatchObject({ error: 'unknown_message' });
    // A leaf is no supernode, whatever it says.
    expect(await say(hello({ relation: 3 }))).toEqual({ error: 'forbidden', close: 4403 });
  });

  it('come in time', async () => {
    const socket = await (await world.leaf()).socket(oak);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    world.clock.skip(HELLO_TIMEOUT_MS + 1);
    expect(await closed).toBe(4408);
  });

  it('are owed by each socket: one device does not pile them up', async () => {
    const leaf = await world.leaf();
    const sockets = await Promise.all(Array.from({ length: 6 }, () => leaf.socket(oak)));
    await until('the surplus is gone', () => sockets.filter((s) => s.readyState === 3).length >= 2);
    expect(sockets.filter((s) => s.readyState === 1).length).toBe(4);
    for (const socket of sockets) socket.terminate();
  });

  it.each<[string, Uint8Array | string, { error: string | undefined; close: number }]>([
    ['text', 'hello', { error: 'malformed_frame', close: 4400 }],
    ['rubbish', Buffer.from('ffffffffff', 'hex'), { error: 'malformed_frame', close: 4400 }],
    ['nothing', Buffer.alloc(0), { error: 'malformed_frame', close: 4400 }],
    [
      'a message of an unknown kind',
      Buffer.from('08019a0600', 'hex'),
      { error: 'unknown_message', close: 4400 },
    ],
    ['too large a frame', Buffer.alloc(MAX_FRAME_BYTES + 1), { error: undefined, close: 1009 }],
  ])('and later ones: %s ends that session alone', async (_what, frame, end) => {
    const bystander = await (await world.leaf()).open(oak);
    const got = await say(frame, true);
    expect(got.close).toBe(end.close);
    if (end.error !== undefined) expect(got.error).toBe(end.error);
    expect((await search(bystander, 'x')).done.answered).toBe(1);
    bystander.close();
  });

  it('a reader that does not read is dropped, and what it asked for is not kept for it', async () => {
    const leaf = await world.leaf();
    const socket = await leaf.socket(oak);
    send(socket, hello({}));
    await once(socket, 'message');
    // Fifty records whose hits weigh as much as hits can.
    const long = (i: number): string => `flood ${i} `.padEnd(250, 'x');
    const more = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`key${i}`, long(i)]));
    const rows = Array.from({ length: 50 }, (_, i) => i);
    send(socket, {
      requestId: 2,
      kind: 'publish',
      publish: {
        reset: true,
        ids: rows,
        roots: randomBytes(32 * rows.length),
        lengths: rows.map(() => 5),
        names: rows.map(long),
        tags: rows.map((i) => ({ title: long(i), artist: long(i), album: long(i), more })),
        last: true,
      },
    });
    await once(socket, 'message');
    socket.pause();
    // No more than the rate limit allows: each answer is some hundred kilobytes.
    for (let i = 0; i < 38; i += 1) {
      send(socket, { requestId: 3 + i, kind: 'search', search: { query: 'flood' } });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until('it was dropped', async () =>
      (await oak.metrics()).includes('sessions_ended_total{code="slow_reader"'),
    );
    socket.terminate();
  });
});
