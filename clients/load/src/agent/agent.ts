/**
 * An agent: lends this machine to a coordinator elsewhere. One WebSocket over TLS is one worker process; it ends with its
 * connection. The coordinator knows the agent by its key, and shows a token.
 *
 * An agent can load only networks that invited it: each leaf is enrolled with an invite that the coordinator was given.
 */
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { BanyanError, toBanyanError } from '@banyan/proto';
import {
  createDeviceKey,
  createIdentity,
  createTlsServerOptions,
  listenOn,
  newSecret,
  sameSecret,
  systemClock,
} from '@banyan/kit';
import { WebSocketServer, type WebSocket } from 'ws';
import { descriptorLimit } from '../run/descriptors.ts';
import { startWorkerProcess } from '../run/worker-process.ts';
import { agentLinkText } from './agent-link.ts';
import {
  AGENT_PATH,
  AGENT_PROTOCOL,
  atAgent,
  fromAgent,
  MAX_AGENT_FRAME_BYTES,
  type AgentOffer,
} from './agent-messages.ts';

export interface AgentInit {
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
  /** How the coordinator reaches it; default `host`. */
  readonly publicHost?: string;
  /** Most worker processes at once. */
  readonly maxWorkers: number;
  /** Files and sockets that each of them may open; default: what the system gives a process. */
  readonly descriptors?: number;
  readonly onWorkers?: (running: number) => void;
}

export interface LoadAgent {
  /** For the coordinator; holds the token. */
  readonly link: string;
  close(): void;
}

/** @throws BanyanError `port_taken`, `bind_refused` */
export async function startAgent(init: AgentInit): Promise<LoadAgent> {
  const identity = await createIdentity(createDeviceKey(), { clock: systemClock });
  const token = newSecret();
  let running = 0;
  const descriptors = init.descriptors ?? (await descriptorLimit()) ?? null;
  /** @throws BanyanError what keeps this caller from anything here */
  const admit = ({ url, headers }: IncomingMessage): void => {
    if (url !== AGENT_PATH) throw new BanyanError('not_found');
    if (!sameSecret(headers.authorization ?? '', `Bearer ${token}`))
      throw new BanyanError(
        'unauthenticated',
        'The agent wants the token of its link. Copy the link as a whole.',
      );
  };
  const server = createServer(createTlsServerOptions(identity), (request, response) => {
    try {
      admit(request);
      answer(response, 200, { descriptors, workers: init.maxWorkers - running } satisfies AgentOffer);
    } catch (error) {
      const e = toBanyanError(error);
      answer(response, e.http, e.toBody());
    }
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_AGENT_FRAME_BYTES,
    handleProtocols: (offered) => (offered.has(AGENT_PROTOCOL) ? AGENT_PROTOCOL : false),
  });
  const refuse = (socket: Duplex, error: BanyanError): void => {
    const body = JSON.stringify(error.toBody());
    socket.end(
      `HTTP/1.1 ${error.http} ${error.code}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  };
  server.on('tlsClientError', () => undefined);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    try {
      admit(request);
    } catch (error) {
      return refuse(socket, toBanyanError(error));
    }
    if (running >= init.maxWorkers)
      return refuse(
        socket,
        new BanyanError('full', `This agent runs ${running} workers already, which is what it was allowed.`),
      );
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      running += 1;
      init.onWorkers?.(running);
      webSocket.once('close', () => {
        running -= 1;
        init.onWorkers?.(running);
      });
      lend(webSocket);
    });
  });
  const port = await listenOn(server, { host: init.host, port: init.port, setting: '--port' });
  return {
    link: agentLinkText({
      host: init.publicHost ?? init.host,
      port,
      deviceId: identity.deviceId,
      token,
    }),
    close() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify(body));
}

/** One worker for one connection. */
function lend(socket: WebSocket): void {
  const worker = startWorkerProcess({
    onMessage(message) {
      if (socket.readyState === socket.OPEN) socket.send(fromAgent(message));
    },
    onEnd({ code, message }) {
      if (socket.readyState === socket.OPEN) socket.send(fromAgent({ kind: 'failed', code, message }));
      socket.close();
    },
  });
  socket.on('error', () => socket.terminate());
  socket.once('close', () => worker.kill());
  socket.on('message', (data: Buffer) => {
    try {
      worker.send(atAgent(data.toString('utf8'), systemClock.now()));
    } catch (error) {
      const { code, message } = toBanyanError(error);
      socket.send(fromAgent({ kind: 'failed', code, message }));
      socket.close();
    }
  });
}
