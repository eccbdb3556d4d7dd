import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The open connections of one or more HTTP servers. */
export interface Connections {
  readonly size: number;
  /** Watches a server from now on. */
  track(server: Server, event: 'connection' | 'secureConnection'): void;
  /**
   * For stopping: ends connections on which no answer is under way, also those yet to come. Node's own `closeIdleConnections` leaves those that never sent a
   * request, which browsers and HTTP clients open ahead of need. Upgraded ones belong to whoever upgraded them.
   */
  closeIdle(): void;
  /** Ends all connections, whatever goes on there. */
  destroyAll(): void;
}

interface State {
  active: number;
  upgraded: boolean;
}

/** Makes an empty set of connections. */
export function createConnections(): Connections {
  const open = new Map<Socket, State>();
  /** TCP connections below TLS: one that is still shaking hands has no TLS socket to be seen by. */
  const below = new Set<Socket>();
  let ending = false;
  return {
    get size() {
      return open.size;
    },
    track(server, event) {
      server.on(event, (socket: Socket) => {
        open.set(socket, { active: 0, upgraded: false });
        socket.once('close', () => open.delete(socket));
        // Its handshake ended after the others had been told to go.
        if (ending) socket.destroy();
      });
      if (event === 'secureConnection') {
        server.on('connection', (socket: Socket) => {
          below.add(socket);
          socket.once('close', () => below.delete(socket));
        });
      }
      server.on('request', (request, response) => {
        const state = open.get(request.socket);
        if (state === undefined) return;
        state.active += 1;
        response.once('close', () => {
          state.active -= 1;
        });
      });
      server.on('upgrade', (_request, socket) => {
        const state = open.get(socket as Socket);
        if (state !== undefined) state.upgraded = true;
      });
    },
    closeIdle() {
      ending = true;
      for (const [socket, state] of open) if (state.active === 0 && !state.upgraded) socket.destroy();
    },
    destroyAll() {
      for (const socket of [...open.keys(), ...below]) socket.destroy();
    },
  };
}
