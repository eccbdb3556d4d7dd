/** The WebSocket of a page: the upgrade and its guard, pings, and all open sockets together. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { BanyanError, toBanyanError } from '@banyan/proto';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import type { Startable } from '../lifecycle.ts';
import type { Log } from '../log.ts';

/** What all live views of pages speak. */
const LIVE_SUBPROTOCOL = 'banyan-live.v1';
/** A command is a line of JSON. */
const MAX_COMMAND_BYTES = 4 * 1024;
/** A tab that answered no ping since the last one is gone. */
const PING_MS = 15_000;

/** What speaks over one open socket. */
export interface LiveSpeaker {
  /** Ends the socket with the code's close code. */
  close(error: BanyanError): void;
}

export interface LiveDoorComponents {
  readonly server: Server;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LiveDoorInit<Who, Speaker extends LiveSpeaker> {
  /** `/api/v1/live` */
  readonly path: string;
  /** Sockets open at once. */
  readonly maxSockets: number;
  /**
   * Lets an upgrade in, or throws.
   *
   * @throws BanyanError, which becomes the answer
   */
  readonly admit: (request: IncomingMessage) => Promise<Who> | Who;
  readonly open: (socket: WebSocket, who: Who) => Speaker;
}

export interface LiveDoor<Who, Speaker extends LiveSpeaker> extends Startable {
  /** All that are open now. */
  readonly speakers: Iterable<{ readonly who: Who; readonly speaker: Speaker }>;
  readonly count: number;
}

/** Takes upgrades once started; `stop` tells every page that the service goes away. */
export function createLiveDoor<Who, Speaker extends LiveSpeaker>(
  { server, clock, log }: LiveDoorComponents,
  init: LiveDoorInit<Who, Speaker>,
): LiveDoor<Who, Speaker> {
  interface Open {
    readonly who: Who;
    readonly speaker: Speaker;
    readonly socket: WebSocket;
    answered: boolean;
  }
  const open = new Set<Open>();
  let pings: Timer | undefined;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_COMMAND_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(LIVE_SUBPROTOCOL) ? LIVE_SUBPROTOCOL : false),
  });

  const admit = async (request: IncomingMessage): Promise<Who> => {
    const who = await init.admit(request);
    const path = (request.url ?? '').split('?')[0];
    if (path !== init.path)
      throw new BanyanError('not_found', `There is no WebSocket here but ${init.path}.`);
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
    if (!offered.includes(LIVE_SUBPROTOCOL))
      throw new BanyanError(
        'unsupported_version',
        `This service speaks ${LIVE_SUBPROTOCOL}. Reload the page.`,
      );
    if (open.size >= init.maxSockets)
      throw new BanyanError('full', `${init.maxSockets} pages are connected. Close one first.`);
    return who;
  };

  const upgrade = async (request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> => {
    stream.on('error', (error) => log.debug({ err: error }, 'an upgrade was cut'));
    let who: Who;
    try {
      who = await admit(request);
    } catch (error) {
      refuse(stream, toBanyanError(error));
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const entry: Open = { socket, who, answered: true, speaker: init.open(socket, who) };
      open.add(entry);
      socket.on('pong', () => {
        entry.answered = true;
      });
      socket.on('close', () => open.delete(entry));
    });
  };
  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    void upgrade(request, stream, head);
  };

  return {
    name: 'live views',
    get speakers() {
      return open;
    },
    get count() {
      return open.size;
    },
    start: () => {
      server.on('upgrade', onUpgrade);
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
      server.off('upgrade', onUpgrade);
      for (const { speaker } of open) speaker.close(new BanyanError('shutting_down'));
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
