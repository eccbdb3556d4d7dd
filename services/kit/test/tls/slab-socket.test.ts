import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { createDeviceKey } from '../../src/identity/device-key.ts';
import { createIdentity, type Identity } from '../../src/identity/identity.ts';
import { createPinnedAgent, type PinnedAgent } from '../../src/tls/pinned-agent.ts';
import { createTlsServerOptions } from '../../src/tls/server.ts';
import { createSlabs, type Slabs } from '../../src/tls/slab-socket.ts';

const MIB = 1024 * 1024;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(
  answer: (path: string, socket: TLSSocket, respond: (body: Buffer) => void) => void,
): Promise<{ server: Server; port: number; identity: Identity }> {
  const identity = await createIdentity(createDeviceKey());
  const server = createServer(createTlsServerOptions(identity), (request, response) =>
    answer(request.url!, request.socket as TLSSocket, (body) => {
      response.writeHead(200, { 'content-length': body.length }).end(body);
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port, identity };
}

function agentFor(port: number, identity: Identity, slabs: Slabs, connections = 1): PinnedAgent {
  const agent = createPinnedAgent({
    deviceId: identity.deviceId,
    host: '127.0.0.1',
    port,
    slabs,
    connections,
  });
  cleanups.push(() => agent.destroy().catch(() => undefined));
  return agent;
}

interface Answer {
  readonly bytes: number;
  readonly digest: string;
}

/** Reads as an exchange does: everything is used up within the call, and then given back. */
function fetchBytes(
  agent: PinnedAgent,
  path: string,
  slabs: Slabs,
  each: (chunk: Buffer, controller: Dispatcher.DispatchController) => void = () => undefined,
): Promise<Answer> {
  const hash = createHash('sha256');
  let bytes = 0;
  return new Promise((resolve, reject) => {
    agent.dispatch(
      { origin: agent.origin, path, method: 'GET' },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (controller, chunk) => {
          hash.update(chunk);
          bytes += chunk.length;
          each(chunk, controller);
          slabs.give(chunk);
          // Whoever gave it back must not be able to count on it.
          if (slabs === scribbled) chunk.fill(0xee);
        },
        onResponseEnd: () => resolve({ bytes, digest: hash.digest('hex') }),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

let scribbled: Slabs | undefined;

function digestOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

/** Slabs that count what is made anew. */
function countedSlabs(): { slabs: Slabs; made: () => number } {
  const slabs = createSlabs();
  const seen = new Set<ArrayBufferLike>();
  return {
    slabs: {
      ...slabs,
      gatherBytes: slabs.gatherBytes,
      take() {
        const slab = slabs.take();
        seen.add(slab.buffer);
        return slab;
      },
    },
    made: () => seen.size,
  };
}

describe('connections that read into slabs', () => {
  it('bring every byte in its place, over one connection and over several', async () => {
    const bodies = [0, 1, 16_383, 16_384, 16_385, 130_000, 3 * MIB + 7].map((size) => randomBytes(size));
    const { port, identity } = await serve((path, _socket, respond) =>
      respond(bodies[Number(path.slice(1))]!),
    );
    const slabs = createSlabs();
    scribbled = slabs;
    cleanups.push(() => (scribbled = undefined));
    for (const connections of [1, 3]) {
      const agent = agentFor(port, identity, slabs, connections);
      const answers = await Promise.all(bodies.map((_, i) => fetchBytes(agent, `/${i}`, slabs)));
      expect(answers).toEqual(bodies.map((body) => ({ bytes: body.length, digest: digestOf(body) })));
    }
  });

  it('use a few slabs over and over for a long body', async () => {
    const body = randomBytes(32 * MIB);
    const { port, identity } = await serve((_path, _socket, respond) => respond(body));
    const { slabs, made } = countedSlabs();
    const agent = agentFor(port, identity, slabs);
    expect(await fetchBytes(agent, '/', slabs)).toEqual({ bytes: body.length, digest: digestOf(body) });
    // 32 MiB are 256 slabs full at least.
    expect(made()).toBeLessThan(40);
  });

  it('never give a chunk away that somebody still holds', async () => {
    const body = randomBytes(4 * MIB);
    const { port, identity } = await serve((_path, _socket, respond) => respond(body));
    const slabs = createSlabs();
    const agent = agentFor(port, identity, slabs);
    const kept: Buffer[] = [];
    const answer = await agent.request({ origin: agent.origin, path: '/', method: 'GET' });
    for await (const chunk of answer.body) kept.push(chunk as Buffer);
    await fetchBytes(agent, '/', slabs);
    expect(digestOf(Buffer.concat(kept))).toBe(digestOf(body));
  });

  it('stop reading while they are paused, and lose nothing', async () => {
    const body = randomBytes(16 * MIB);
    let sent = (): number => 0;
    const { port, identity } = await serve((_path, socket, respond) => {
      const before = socket.bytesWritten;
      sent = () => socket.bytesWritten - before - socket.writableLength;
      respond(body);
    });
    const slabs = createSlabs();
    const agent = agentFor(port, identity, slabs);
    let paused: Dispatcher.DispatchController | undefined;
    const fetched = fetchBytes(agent, '/', slabs, (_chunk, controller) => {
      if (paused !== undefined) return;
      paused = controller;
      controller.pause();
    });
    while (paused === undefined) await sleep(5);
    await sleep(300);
    const atFirst = sent();
    await sleep(300);
    expect(sent()).toBe(atFirst);
    paused.resume();
    expect(await fetched).toEqual({ bytes: body.length, digest: digestOf(body) });
  });

  it('bring little at once while they are sparing', async () => {
    const body = randomBytes(8 * MIB);
    const { port, identity } = await serve((_path, _socket, respond) => respond(body));
    const slabs = createSlabs();
    const agent = agentFor(port, identity, slabs);
    for (const isSparing of [true, false]) {
      slabs.setSparing(isSparing);
      let largest = 0;
      const answer = await fetchBytes(
        agent,
        '/',
        slabs,
        (chunk) => (largest = Math.max(largest, chunk.length)),
      );
      expect(answer).toEqual({ bytes: body.length, digest: digestOf(body) });
      // What one read of libuv brings, and a record's beginning from the one before it.
      if (isSparing) expect(largest).toBeLessThanOrEqual(80 * 1024);
    }
  });

  it('tell when the other side closes or is cut in mid-body', async () => {
    const { port, identity } = await serve((path, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
      socket.write(randomBytes(100_000), () => (path === '/end' ? socket.end() : socket.destroy()));
    });
    const slabs = createSlabs();
    const agent = agentFor(port, identity, slabs);
    for (const path of ['/end', '/cut']) {
      let bytes = 0;
      const fetched = fetchBytes(agent, path, slabs, (chunk) => (bytes += chunk.length));
      await expect(fetched).rejects.toThrow(/other side closed|closed|ECONNRESET/);
      expect(bytes).toBe(100_000);
    }
  });
});
