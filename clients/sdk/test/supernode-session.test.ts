import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEnvelope, encodeEnvelope } from '@banyan/proto';
import {
  createDeviceKey,
  createIdentity,
  createTlsServerOptions,
  silentLog,
  systemClock,
  type Identity,
} from '@banyan/kit';
import { WebSocketServer } from 'ws';
import { openSupernodeSession, type SupernodeSession, type TokenSource } from '../src/index.ts';

let server: Server;
let host: Identity;
let device: Identity;
/** What the supernode of a test welcomes with. */
let version = 1;

const tokens: TokenSource = {
  token: () => Promise.resolve('a.b.c'),
  expiresAt: () => undefined,
  invalidate: () => undefined,
  problem: undefined,
  onProblem: () => () => undefined,
  keepFresh: () => () => undefined,
};

function open(): Promise<SupernodeSession> {
  const { port } = server.address() as AddressInfo;
  return openSupernodeSession(
    { clock: systemClock, log: silentLog(), identity: device, tokens },
    {
      supernode: { deviceId: host.deviceId, name: 'oak', addresses: [{ host: '127.0.0.1', port }] },
      relation: 'home',
      software: 'banyan/test',
      listen: [],
      revocationsKnown: 0,
    },
  );
}

beforeEach(async () => {
  [host, device] = await Promise.all([
    createIdentity(createDeviceKey(), { clock: systemClock }),
    createIdentity(createDeviceKey(), { clock: systemClock }),
  ]);
  server = createServer(createTlsServerOptions(host));
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { kind, requestId } = decodeEnvelope(data);
      if (kind !== 'hello') return;
      socket.send(
        encodeEnvelope({ requestId, kind: 'welcome', welcome: { version, deviceId: host.deviceId } }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('a session', () => {
  it('speaks the version that the supernode chose of those it named', async () => {
    version = 1;
    const session = await open();
    expect(session.welcome.version).toBe(1);
    session.close();
    await session.closed;
  });

  it.each([0, 2, 9])('is none with a welcome of version %i, which it did not name', async (other) => {
    version = other;
    await expect(open()).rejects.toMatchObject({
      code: 'unsupported_version',
      message: expect.stringContaining(`oak speaks protocol version ${other}`),
    });
  });
});
