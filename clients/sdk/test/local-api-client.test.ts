import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createLocalApiClient, type LocalApiClient } from '../src/local.ts';

let server: Server | undefined;
let client: LocalApiClient | undefined;
const sockets: Duplex[] = [];
afterEach(async () => {
  client?.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
});

/** A peer that knows one token; sockets are left without an answer. */
async function startPeer(token: string): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const isKnown = request.headers.authorization === `Bearer ${token}`;
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
    response.end(isKnown ? '[]' : '{"error":{"code":"unauthenticated","message":"no"}}');
  });
  server.on('upgrade', (_request, socket) => {
    asked.push('socket');
    sockets.push(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('the client of a peer that was started again', () => {
  it('reads the new token, and asks again what was refused', async () => {
    const { url, asked } = await startPeer('new');
    let reads = 0;
    client = createLocalApiClient({
      url,
      token: 'old',
      reread: async () => {
        reads += 1;
        return { url, token: 'new' };
      },
    });
    expect(await client.downloads()).toEqual([]);
    expect(await client.downloads()).toEqual([]);
    expect([asked.length, reads]).toEqual([3, 1]);
  });

  it('finds the new port as well', async () => {
    const { url } = await startPeer('new');
    client = createLocalApiClient({
      url: 'http://127.0.0.1:1',
      token: 'old',
      reread: () => Promise.resolve({ url, token: 'new' }),
    });
    expect(await client.downloads()).toEqual([]);
  });

  it('is refused when the token is still the same', async () => {
    const { url, asked } = await startPeer('new');
    client = createLocalApiClient({
      url,
      token: 'old',
      reread: () => Promise.resolve({ url, token: 'old' }),
    });
    await expect(client.downloads()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(asked).toHaveLength(1);
  });
});

describe('a view that is closed while its socket connects', () => {
  it('ends in silence', async () => {
    const { url, asked } = await startPeer('t');
    client = createLocalApiClient({ url, token: 't' });
    client.openView('downloads', { first: 0, count: 1 }, { onFrame: () => undefined });
    while (!asked.includes('socket')) await new Promise((resolve) => setTimeout(resolve, 5));
    client.close();
    // What nobody hears would be thrown by now.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toContain('socket');
  });
});
