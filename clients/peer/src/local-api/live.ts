/** The WebSocket `/api/v1/live`: the upgrade and its guard, and all open sockets together. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { BanyanError, toBanyanError } from '@banyan/proto';
import type { Clock, Log, Metrics, Startable, Timer } from '@banyan/kit';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Guard } from './guard.ts';
import { createLiveSocket, type LiveSocket } from './live-socket.ts';
import type { Logins } from './logins.ts';
import type { Rooms } from './rooms.ts';

const LIVE_PATH = '/api/v1/live';
const LIVE_SUBPROTOCOL = 'banyan-live.v1';

/** Tabs and programs of one person. */
const MAX_SOCKETS = 64;
/** A command is a line of JSON. */
const MAX_COMMAND_BYTES = 4 * 1024;
/** A tab that answered no ping since the last one is gone. */
const PING_MS = 15_000;

export interface LiveComponents {
  readonly server: Server;
  readonly guard: Guard;
  readonly logins: Logins;
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

interface Open {
  readonly live: LiveSocket;
  readonly session: string | undefined;
  readonly socket: WebSocket;
  answered: boolean;
}

/** Serves live views once started; `stop` tells every page that the daemon goes away. */
export function createLive(components: LiveComponents): Startable {
  const { server, guard, logins, rooms, clock, log, metrics } = components;
  const open = new Set<Open>();
  const ends: (() => void)[] = [];
  let pings: Timer | undefined;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_COMMAND_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(LIVE_SUBPROTOCOL) ? LIVE_SUBPROTOCOL : false),
  });
  metrics.gauge({
    name: 'banyan_peer_live_sockets',
    help: 'Pages and programs connected to the live view.',
    collect: () => open.size,
  });
  const frames = metrics.counter({
    name: 'banyan_peer_live_bytes_total',
    help: 'Characters sent in live frames.',
  });

  const admit = (request: IncomingMessage): string | undefined => {
    const path = (request.url ?? '').split('?')[0];
    const caller = guard.admitUpgrade({ method: 'GET', headers: request.headers });
    if (path !== LIVE_PATH)
      throw new BanyanError('not_found', `There is no WebSocket here but ${LIVE_PATH}.`);
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
    if (!offered.includes(LIVE_SUBPROTOCOL))
      throw new BanyanError('unsupported_version', `This peer speaks ${LIVE_SUBPROTOCOL}. Reload the page.`);
    if (open.size >= MAX_SOCKETS)
      throw new BanyanError('full', `${MAX_SOCKETS} pages are connected. Close one first.`);
    return caller.kind === 'page' ? caller.session.id : undefined;
  };

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    stream.on('error', (error) => log.debug({ err: error }, 'an upgrade was cut'));
    let session: string | undefined;
    try {
      session = admit(request);
    } catch (error) {
      refuse(stream, toBanyanError(error));
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const entry: Open = {
        socket,
        session,
        answered: true,
        live: createLiveSocket({
          socket,
          rooms,
          clock,
          log,
          onFrame: (bytes) => frames.inc(bytes),
        }),
      };
      open.add(entry);
      socket.on('pong', () => {
        entry.answered = true;
      });
      socket.on('close', () => open.delete(entry));
    });
  };

  return {
    name: 'live views',
    start: () => {
      server.on('upgrade', onUpgrade);
      ends.push(
        () => server.off('upgrade', onUpgrade),
        rooms.onChange((topic, id) => {
          for (const { live } of open) live.changed(topic, id);
        }),
        logins.onEnded((session) => {
          for (const entry of open)
            if (entry.session === session) entry.live.close(new BanyanError('login_required'));
        }),
      );
      pings = clock.setInterval(
        () => {
          for (const entry of open) {
            if (!entry.answered) entry.socket.terminate();
            entry.answered = false;
            entry.socket.ping();
          }
        },
        PING_MS,
        { keepAlive: false },
      );
      return Promise.resolve();
    },
    stop: async () => {
      pings?.cancel();
      for (const end of ends.splice(0)) end();
      for (const { live } of open) live.close(new BanyanError('shutting_down'));
      // A page that does not answer the close is cut, so that stopping waits for nobody.
      if (open.size > 0) await clock.sleep(100);
      for (const { socket } of open) socket.terminate();
    },
  };
}

function refuse(stream: Duplex, error: BanyanError): void {
  const body = JSON.stringify(error.toBody());
  stream.end(
    `HTTP/1.1 ${error.http} ${error.code}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}
