/**
 * The door of a supernode: TLS with client certificates, tokens checked at the upgrade, then a WebSocket. Nobody
 * unauthenticated ever holds an open WebSocket here.
 */
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { BanyanError, MAX_FRAME_BYTES, toBanyanError, type ErrorCode } from '@banyan/proto';
import {
  createTlsServerOptions,
  listenOn,
  peerDeviceId,
  type Identity,
  type Log,
  type Startable,
  type TokenVerifier,
  type VerifiedToken,
} from '@banyan/kit';
import { SESSION_PATH, SESSION_SUBPROTOCOL } from '@banyan/sdk';
import { WebSocketServer, type WebSocket } from 'ws';

/** A caller that proved who it is. */
export interface AcceptedSocket {
  readonly socket: WebSocket;
  /** What the WebSocket writes to. */
  readonly line: Duplex;
  readonly caller: VerifiedToken;
  /** The caller's address as the kernel saw it. */
  readonly remoteHost: string;
  readonly remotePort: number;
}

export interface SessionServerComponents {
  readonly identity: Identity;
  readonly verifier: TokenVerifier;
  readonly log: Log;
  /** Takes an authenticated socket over. */
  readonly onSocket: (accepted: AcceptedSocket) => void;
  /** Told of each caller that was turned away, with the code. */
  readonly onRefused?: (code: ErrorCode) => void;
}

export interface SessionServerInit {
  readonly host: string;
  readonly port: number;
  /** Sockets open at once, also those still without a name: below the process's descriptors. */
  readonly maxSockets: number;
  /** Sockets without a name that one address may have open. Default {@link MAX_NAMELESS_PER_ADDRESS}. */
  readonly maxNamelessPerAddress?: number;
}

export interface SessionServer extends Startable {
  readonly port: number;
}

/** TLS handshake, upgrade request and token must be through by then. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/**
 * Behind one address may be the NAT of a campus whose home supernode just died; beyond that it is a flood of handshakes,
 * and whoever is turned away comes back by itself.
 */
const MAX_NAMELESS_PER_ADDRESS = 512;
/** After a refusal the caller has this long to read it. */
const REFUSAL_GRACE_MS = 1_000;
/** How often the certificate is looked at for renewal. */
const RENEW_CHECK_MS = 6 * 3600 * 1000;

export function createSessionServer(
  components: SessionServerComponents,
  init: SessionServerInit,
): SessionServer {
  const { identity, log } = components;
  const server: Server = createServer(
    {
      ...createTlsServerOptions(identity),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      requestTimeout: HANDSHAKE_TIMEOUT_MS,
      headersTimeout: HANDSHAKE_TIMEOUT_MS,
      // How often those timeouts are looked after.
      connectionsCheckingInterval: 2_000,
    },
    (request, response) => {
      // The dial-back of another supernode, and nothing else: sessions come by upgrade.
      if (request.method === 'GET' && request.url === '/v1/ping') response.writeHead(204).end();
      else {
        const error = new BanyanError(
          'not_found',
          'This is a supernode; it speaks WebSocket at /v1/session.',
        );
        response
          .writeHead(error.http, { 'content-type': 'application/json' })
          .end(JSON.stringify(error.toBody()));
      }
    },
  );
  server.maxConnections = init.maxSockets;
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    handleProtocols: (offered) => (offered.has(SESSION_SUBPROTOCOL) ? SESSION_SUBPROTOCOL : false),
  });
  /** TCP sockets, below TLS, with their addresses: also those that still shake hands, or never will. */
  const sockets = new Map<Socket, string>();
  const nameless = createNamelessCount(init.maxNamelessPerAddress ?? MAX_NAMELESS_PER_ADDRESS);
  function forget(this: Socket): void {
    const key = sockets.get(this);
    sockets.delete(this);
    if (key !== undefined) nameless.release(key);
  }
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    if (!nameless.admit(key, socket.remoteAddress ?? '')) {
      socket.destroy();
      components.onRefused?.('rate_limited');
      return;
    }
    sockets.set(socket, key);
    // The same function for all: what is attached to a socket stays as long as that, times thousands of them.
    socket.on('close', forget);
  });
  server.on('tlsClientError', (error, socket) => {
    log.debug({ err: error }, 'a TLS handshake failed');
    socket.destroy();
  });
  server.on('upgrade', (request, socket, head) => {
    // Not one that is made here, which would keep the request with its headers for as long as the session.
    socket.on('error', destroy);
    authenticate(components, request, socket as TLSSocket).then(
      (caller) => {
        if (socket.destroyed) return;
        const { remoteAddress = '', remotePort = 0 } = socket as TLSSocket;
        nameless.release(keyOf(socket as TLSSocket));
        webSockets.handleUpgrade(request, socket, head, (webSocket) => {
          components.onSocket({
            socket: webSocket,
            line: socket,
            caller,
            remoteHost: remoteAddress.replace(/^::ffff:/, ''),
            remotePort,
          });
        });
      },
      (error: unknown) => {
        const e = toBanyanError(error);
        if (e.code === 'internal') log.error({ err: error }, 'a caller could not be checked');
        components.onRefused?.(e.code);
        refuse(socket, e);
      },
    );
  });

  let port = 0;
  let renewal: NodeJS.Timeout | undefined;
  return {
    name: 'sessions',
    get port() {
      return port;
    },
    async start() {
      port = await listenOn(server, { host: init.host, port: init.port, setting: '--port' });
      renewal = setInterval(() => {
        identity.renewWhenDue().then(
          (renewed) => {
            if (renewed) server.setSecureContext(createTlsServerOptions(identity));
          },
          (err: unknown) => log.error({ err }, 'the certificate could not be renewed'),
        );
      }, RENEW_CHECK_MS).unref();
    },
    async stop() {
      clearInterval(renewal);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets.keys()) socket.destroy();
      await closed;
    },
  };
}

async function authenticate(
  { verifier }: SessionServerComponents,
  request: IncomingMessage,
  socket: TLSSocket,
): Promise<VerifiedToken> {
  if (request.url !== SESSION_PATH)
    throw new BanyanError('not_found', `Sessions are opened at ${SESSION_PATH}.`);
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((p) => p.trim());
  if (!offered.includes(SESSION_SUBPROTOCOL)) {
    throw new BanyanError(
      'unsupported_version',
      `This supernode speaks ${SESSION_SUBPROTOCOL}. Update the older side.`,
    );
  }
  const jkt = peerDeviceId(socket);
  if (jkt === undefined)
    throw new BanyanError('proof_invalid', 'A session needs a client certificate with a device key.');
  const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new BanyanError('unauthenticated');
  return verifier.verify(token, { jkt });
}

function destroy(this: Duplex): void {
  this.destroy();
}

/** The TLS socket above shows the addresses of the TCP socket below. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}

/** Counts the sockets of each address that nobody has proved a name on. */
function createNamelessCount(max: number): {
  /** Whether there is room for one more; counts it until it is released. */
  admit(key: string, remoteAddress: string): boolean;
  /** It is named, or closed. */
  release(key: string): void;
} {
  const counts = new Map<string, number>();
  const counted = new Map<string, string>();
  return {
    admit(key, remoteAddress) {
      const network = networkOf(remoteAddress);
      const count = (counts.get(network) ?? 0) + 1;
      if (count > max) return false;
      counts.set(network, count);
      counted.set(key, network);
      return true;
    },
    release(key) {
      const network = counted.get(key);
      if (network === undefined) return;
      counted.delete(key);
      const left = (counts.get(network) ?? 1) - 1;
      if (left > 0) counts.set(network, left);
      else counts.delete(network);
    },
  };
}

/** What one caller can have for itself: an IPv4 address, or the /64 of an IPv6 one. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [head = ''] = plain.split('::');
  return head.split(':').slice(0, 4).join(':');
}

/** Says no in HTTP: the socket never becomes a WebSocket. */
function refuse(socket: Duplex, error: BanyanError): void {
  const body = JSON.stringify(error.toBody());
  socket.end(
    [
      `HTTP/1.1 ${error.http} Refused`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      ...(error.retryAfterMs === undefined ? [] : [`Retry-After: ${Math.ceil(error.retryAfterMs / 1000)}`]),
      '',
      body,
    ].join('\r\n'),
  );
  // An upgraded socket is nobody's: without this a caller that does not close keeps it for ever.
  setTimeout(() => socket.destroy(), REFUSAL_GRACE_MS).unref();
}
