/**
 * The local gateway: files of the library and of downloads under way, over plain HTTP with ranges, for the players and
 * programs of this machine. On an origin of its own, so that nothing it serves can act as the page.
 *
 * ```
 *   request ─▶ Host ─▶ signed link ─▶ library, else download ─▶ range ─▶ chunk here? ─▶ bytes
 *                                                                         └ waited for, fetched first
 * ```
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BanyanError, CHUNK_BYTES, displayText, isBanyanError, type ContentId } from '@banyan/proto';
import { listenOn, type Clock, type Log, type Metrics, type Startable } from '@banyan/kit';
import type { ReadableContent } from '../content.ts';
import { openReadable, type ReadableComponents } from '../open-readable.ts';
import { stopServing } from '../stop-serving.ts';
import { createBufferPool, streamRange } from '../upload/byte-stream.ts';
import { entityTag } from '../upload/transfer-request.ts';
import { answerTo, sendRefusal, setSafeHeaders, type ContentAnswer } from './answers.ts';
import {
  FORGOTTEN_READER_MS,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  MAX_READERS,
} from './constants.ts';
import { readGatewayFile, writeGatewayFile, type GatewayFile } from './gateway-file.ts';
import { makeLink, readLink } from './links.ts';

/** What {@link createGateway} needs. */
export interface GatewayComponents extends ReadableComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics;
}

/** Options of {@link createGateway}. */
export interface GatewayInit {
  /** Where secret and port are kept. */
  readonly file: string;
  /** 0: the one of the last run if it is free, else any. */
  readonly port: number;
}

/** The gateway; it listens on 127.0.0.1 alone. */
export interface Gateway extends Startable {
  /** `http://127.0.0.1:PORT`, once started. */
  readonly origin: string;
  /** A link to a content, good until `expiresAt`, also after a restart. Whoever has it can read the file on this machine. */
  linkTo(content: ContentId, name: string): { readonly url: string; readonly expiresAt: number };
}

/** The one name: cookies ignore ports, so that under `localhost` those of the page would come here. */
const HOST = '127.0.0.1';

/** Makes a gateway; it listens after `start`. */
export function createGateway(components: GatewayComponents, init: GatewayInit): Gateway {
  return new LoopbackGateway(components, init);
}

class LoopbackGateway implements Gateway {
  readonly name = 'gateway';
  readonly #c: GatewayComponents;
  readonly #init: GatewayInit;
  readonly #pool = createBufferPool();
  readonly #sockets = new Set<Socket>();
  readonly #active = new Set<Promise<void>>();
  readonly #sentBytes;
  #server: Server | undefined;
  #kept: GatewayFile = { secret: '', port: 0 };

  constructor(components: GatewayComponents, init: GatewayInit) {
    const { metrics } = components;
    this.#c = components;
    this.#init = init;
    this.#sentBytes = metrics?.counter({
      name: 'banyan_gateway_bytes_total',
      help: 'Bytes of content that programs of this machine read',
    });
    metrics?.gauge({
      name: 'banyan_gateway_readers',
      help: 'Answers of the gateway under way',
      collect: () => this.#active.size,
    });
  }

  get origin(): string {
    return this.#kept.port === 80 ? `http://${HOST}` : `http://${HOST}:${this.#kept.port}`;
  }

  linkTo(content: ContentId, name: string): { url: string; expiresAt: number } {
    const { path, expiresAt } = makeLink(this.#kept.secret, content, name, this.#c.clock.now());
    return { url: this.origin + path, expiresAt };
  }

  async start(): Promise<void> {
    const kept = await readGatewayFile(this.#init.file);
    const server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => this.#onRequest(request, response));
    const port = await this.#listen(server, kept.port);
    this.#server = server;
    this.#kept = { ...kept, port };
    await writeGatewayFile(this.#init.file, this.#kept);
    this.#c.log.debug({ gateway: this.origin }, 'players read files here');
  }

  /** Links name the port: it stays what it was as long as nobody else took it. */
  async #listen(server: Server, before: number): Promise<number> {
    const { port } = this.#init;
    if (port !== 0) return await listenOn(server, { host: HOST, port, setting: '--gateway-port' });
    try {
      return await listenOn(server, { host: HOST, port: before });
    } catch (error) {
      if (before === 0) throw error;
      this.#c.log.warn(
        { port: before },
        'the port of the gateway was taken: links made before do not work any more',
      );
      return await listenOn(server, { host: HOST, port: 0 });
    }
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await stopServing({ server, sockets: this.#sockets, active: this.#active }, this.#c.clock);
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', ignore);
    request.on('error', ignore);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const work = this.#answer(request, response, gone.signal)
      .catch((error: unknown) => this.#refuse(request, response, error))
      .finally(() => this.#active.delete(work));
    this.#active.add(work);
  }

  async #answer(request: IncomingMessage, response: ServerResponse, gone: AbortSignal): Promise<void> {
    const { method = '', headers } = request;
    setSafeHeaders(response);
    if (`http://${headers.host ?? ''}` !== this.origin)
      throw new BanyanError(
        'host_refused',
        `The gateway was called by the name "${displayText(headers.host ?? '', 100)}", which is not its own. Its links begin with ${this.origin}.`,
      );
    if (method !== 'GET' && method !== 'HEAD')
      throw new BanyanError('invalid_request', 'Only GET and HEAD are understood here.');
    const link = readLink(this.#kept.secret, request.url ?? '', this.#c.clock.now());
    response.setHeader('Accept-Ranges', 'bytes').setHeader('ETag', entityTag(link.content));
    // Itself not yet among them.
    if (this.#active.size >= MAX_READERS)
      throw new BanyanError('full', `The gateway serves ${MAX_READERS} readers at once. Close one of them.`);
    const source = await openReadable(this.#c, link.content);
    try {
      const answer = answerTo(method, headers, link);
      if (method === 'HEAD' || answer.bytes.start === answer.bytes.end)
        response.writeHead(answer.status, answer.headers).end();
      else await this.#send(response, source, answer, gone);
    } finally {
      await source.close();
    }
  }

  async #send(
    response: ServerResponse,
    source: ReadableContent,
    { status, headers, bytes }: ContentAnswer,
    gone: AbortSignal,
  ): Promise<void> {
    const begin = (): void => {
      if (!response.headersSent) response.writeHead(status, headers);
    };
    if (!source.isHere(chunkAt(bytes.start))) {
      const hindrance = source.hindrance();
      if (hindrance !== undefined) throw hindrance;
      // Type and length are known, and show the reader that its request is being seen to.
      begin();
      response.flushHeaders();
    }
    await streamRange({
      source: {
        read: async (buffer, start) => {
          const last = chunkAt(start + buffer.length - 1);
          for (let chunk = chunkAt(start); chunk <= last; chunk++) await source.arrival(chunk, gone);
          await source.read(buffer, start);
        },
      },
      range: bytes,
      response,
      pool: this.#pool,
      clock: this.#c.clock,
      stalledMs: FORGOTTEN_READER_MS,
      onReady: begin,
      onBytes: (count) => this.#sentBytes?.inc(count),
    });
    response.end();
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const { log } = this.#c;
    const refusal = isBanyanError(error) ? error : new BanyanError('internal', undefined, { cause: error });
    if (!isBanyanError(error)) log.error({ err: error }, 'a request to the gateway failed');
    if (!response.headersSent) {
      sendRefusal(request, response, refusal);
      return;
    }
    // Half an answer: closing says so, other bytes would be a lie.
    if (refusal.code !== 'aborted' && refusal.code !== 'source_closed')
      log.warn({ code: refusal.code }, `a reader of the gateway was cut: ${refusal.message}`);
    response.destroy();
  }
}

function chunkAt(position: number): number {
  return Math.floor(position / CHUNK_BYTES);
}

function ignore(): void {}
