import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEnvelope, encodeEnvelope, type Envelope } from '@banyan/proto';
import {
  createDeviceKey,
  createIdentity,
  createTlsServerOptions,
  silentLog,
  systemClock,
  type Identity,
} from '@banyan/kit';
import { WebSocketServer } from 'ws';
import {
  openSupernodeSession,
  UPLOAD_OFFER_FEATURE,
  type SupernodeSession,
  type TokenSource,
} from '../src/index.ts';

let server: Server;
let host: Identity;
let device: Identity;
/** What the supernode of a test welcomes with. */
let version = 1;
let features: string[];
/** What came after hello. */
let heard: Envelope[];
let onHeard: () => void;

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
  version = 1;
  features = [];
  heard = [];
  onHeard = () => undefined;
  [host, device] = await Promise.all([
    createIdentity(createDeviceKey(), { clock: systemClock }),
    createIdentity(createDeviceKey(), { clock: systemClock }),
  ]);
  server = createServer(createTlsServerOptions(host));
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const envelope = decodeEnvelope(data);
      const { kind, requestId } = envelope;
      if (kind === 'hello')
        socket.send(
          encodeEnvelope({
            requestId,
            kind: 'welcome',
            welcome: { version, deviceId: host.deviceId, features },
          }),
        );
      else {
        heard.push(envelope);
        onHeard();
      }
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

  it('tells what others can expect of this device only to a supernode that knows the message', async () => {
    const offer = { freeSlots: 3, queued: 1, rate: 5_000_000 };
    const report = { deviceId: device.deviceId, root: new Uint8Array(32), length: 1, code: 'unreachable' };
    for (const [named, kinds] of [
      [[UPLOAD_OFFER_FEATURE], ['uploadOffer', 'badSource']],
      [[], ['badSource']],
    ] as const) {
      [features, heard] = [[...named], []];
      const session = await open();
      const last = new Promise<void>((resolve) => {
        onHeard = () => {
          if (heard.at(-1)?.kind === 'badSource') resolve();
        };
      });
      session.offerUploads(offer);
      // What is sent comes in its order.
      session.channel.send({ kind: 'badSource', badSource: report });
      await last;
      expect(heard.map(({ kind }) => kind)).toEqual(kinds);
      if (named.length > 0) expect(heard[0]).toMatchObject({ requestId: 0, uploadOffer: offer });
      session.close();
      await session.closed;
    }
  });
});
