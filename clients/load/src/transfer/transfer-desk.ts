/**
 * The serving side of all leaves of a worker (proto/spec/transfer.md): a listener of its own for each, which is a socket and
 * little more, and one HTTP server for them all.
 *
 * ```
 *   leaf 1 ── listener ─┐   TLS with the key of the leaf    ┌─ ping, layers, bytes
 *   leaf 2 ── listener ─┼─▶ that was dialled, and the ─────▶│  made from the seed,
 *   leaf 3 ── listener ─┘   caller's certificate            └─ a slot for each caller
 * ```
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  createUploadQueue,
  type Contents,
  type Persona,
  type SyntheticBytes,
  type SyntheticContent,
  type UploadQueue,
} from '@banyan/core';
import {
  BanyanError,
  chunkCount,
  contentKey,
  DEFAULT_UPLOAD_SLOTS,
  layerProof,
  MAX_LAYER_HASHES,
  MAX_UPLOAD_QUEUE,
  SLOT_IDLE_MS,
  toBanyanError,
  toHex,
  type ContentId,
} from '@banyan/proto';
import {
  listenOn,
  peerDeviceId,
  requireScope,
  systemClock,
  type Identity,
  type TokenVerifier,
  type VerifiedToken,
} from '@banyan/kit';
import { sha256 } from './sha256.ts';
import { parseRange, parseTransfer, type TransferRequest } from './transfer-request.ts';

/** A leaf as a source. */
export interface ServingLeaf {
  readonly identity: Identity;
  readonly persona: Persona;
  /** Ranks of what it published. */
  readonly library: readonly number[];
}

/** What a leaf's listener is while it is online. */
export interface Listener {
  readonly port: number;
  /** Closes it and what is connected to it. */
  close(): void;
}

export interface TransferDesk {
  /** Begins to serve what a leaf has. @param host - where it listens */
  listen(leaf: ServingLeaf, host: string): Promise<Listener>;
  close(): void;
}

export interface TransferDeskComponents {
  /** For audience peer. */
  readonly verifier: TokenVerifier;
  readonly contents: Contents;
  readonly bytes: SyntheticBytes;
}

/** A caller that does not finish its handshake, or asks nothing, is let go. */
const IDLE_MS = 15_000;

interface Source {
  readonly leaf: ServingLeaf;
  /** Root in hex → the content, of what it has. */
  readonly byRoot: ReadonlyMap<string, SyntheticContent>;
  readonly queue: UploadQueue;
}

interface Caller {
  readonly source: Source;
  token: string | undefined;
  verified: Promise<VerifiedToken> | undefined;
}

export function createTransferDesk(components: TransferDeskComponents): TransferDesk {
  return new WorkerDesk(components);
}

class WorkerDesk implements TransferDesk {
  readonly #c: TransferDeskComponents;
  readonly #callers = new WeakMap<object, Caller>();
  readonly #listeners = new Set<Listener>();
  /** Never listens: connections are brought to it. */
  readonly #http = createHttpServer((request, response) => void this.#serve(request, response));

  constructor(components: TransferDeskComponents) {
    this.#c = components;
    this.#http.keepAliveTimeout = IDLE_MS;
  }

  async listen(leaf: ServingLeaf, host: string): Promise<Listener> {
    const sockets = new Set<Socket>();
    // Made when somebody calls: most leaves are asked for nothing.
    let source: Source | undefined;
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => undefined);
      source ??= this.#sourceOf(leaf);
      this.#greet(socket, source);
    });
    const port = await listenOn(server, { host, port: 0 });
    const listener: Listener = {
      port,
      close: () => {
        this.#listeners.delete(listener);
        server.close();
        for (const socket of sockets) socket.destroy();
      },
    };
    this.#listeners.add(listener);
    return listener;
  }

  close(): void {
    for (const listener of this.#listeners) listener.close();
    this.#http.close();
  }

  #sourceOf(leaf: ServingLeaf): Source {
    // A liar published all of it, and has nothing.
    const library = leaf.persona === 'liar' ? [] : leaf.library;
    return {
      leaf,
      byRoot: new Map(
        library.map((rank) => {
          const content = this.#c.contents.content(rank);
          return [toHex(content.root), content];
        }),
      ),
      queue: createUploadQueue({
        slots: DEFAULT_UPLOAD_SLOTS,
        maxQueue: MAX_UPLOAD_QUEUE,
        slotIdleMs: SLOT_IDLE_MS,
        now: systemClock.monotonic(),
      }),
    };
  }

  /** The handshake, with the key of the leaf that was dialled. */
  #greet(socket: Socket, source: Source): void {
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: source.leaf.identity.secureContext,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    const timer = systemClock.setTimeout(() => secure.destroy(), IDLE_MS);
    secure.on('error', () => secure.destroy());
    secure.once('close', () => timer.cancel());
    secure.once('secure', () => {
      timer.cancel();
      this.#callers.set(secure, { source, token: undefined, verified: undefined });
      this.#http.emit('connection', secure);
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const caller = this.#callers.get(request.socket);
    if (caller === undefined) {
      request.socket.destroy();
      return;
    }
    try {
      await this.#answer(request, response, caller);
    } catch (error) {
      const refusal = toBanyanError(error);
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const body = Buffer.from(JSON.stringify(refusal.toBody()));
      response.writeHead(refusal.http, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': body.length,
        ...(refusal.retryAfterMs === undefined
          ? {}
          : { 'Retry-After': Math.ceil(refusal.retryAfterMs / 1000) }),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const wanted = parseTransfer(request.method, request.url);
    if (wanted.kind === 'ping') {
      response.writeHead(204, { 'Banyan-Time': String(systemClock.now()) }).end();
      return;
    }
    const who = await this.#identify(request, caller);
    const content = caller.source.byRoot.get(toHex(wanted.content.root));
    if (content?.length !== wanted.content.length) throw new BanyanError('unknown_content');
    if (wanted.kind === 'layers') this.#sendLayers(response, content, wanted);
    else await this.#sendBytes(request, response, { ...caller.source, content, who, id: wanted.content });
  }

  async #identify({ headers, socket }: IncomingMessage, caller: Caller): Promise<VerifiedToken> {
    const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (caller.verified === undefined || caller.token !== token) {
      caller.token = token;
      caller.verified = this.#c.verifier.verify(token, { jkt: peerDeviceId(socket as TLSSocket) });
      caller.verified.catch(() => undefined);
    }
    const verified = await caller.verified;
    requireScope(verified, 'transfer');
    return verified;
  }

  #sendLayers(
    response: ServerResponse,
    content: SyntheticContent,
    { first, count: asked }: Extract<TransferRequest, { kind: 'layers' }>,
  ): void {
    const count = Math.min(asked, MAX_LAYER_HASHES, chunkCount(content.length) - first);
    if (count < 1) throw new BanyanError('range_unsatisfiable');
    const layer = this.#c.bytes.layer(content);
    const { hashes, uncles } = layerProof(sha256, layer, content.length, first, count);
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': hashes.length + uncles.length,
      'Banyan-Layer-First': first,
      'Banyan-Layer-Count': count,
    });
    response.end(Buffer.concat([hashes, uncles]));
  }

  async #sendBytes(
    request: IncomingMessage,
    response: ServerResponse,
    it: Source & { readonly content: SyntheticContent; readonly who: VerifiedToken; readonly id: ContentId },
  ): Promise<void> {
    const { content, queue, leaf } = it;
    response.setHeader('Accept-Ranges', 'bytes').setHeader('ETag', `"${toHex(content.root)}"`);
    const { start, end } = parseRange(request.headers.range, content.length);
    const head = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': end - start,
      ...(request.headers.range === undefined
        ? {}
        : { 'Content-Range': `bytes ${start}-${end - 1}/${content.length}` }),
    };
    const status = request.headers.range === undefined ? 200 : 206;
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'Content-Length': content.length }).end();
      return;
    }
    const now = systemClock.monotonic();
    const slot = queue.request(it.who.deviceId, it.who.accountId, contentKey(it.id), now);
    if (!slot.granted)
      throw new BanyanError('no_slot', undefined, {
        retryAfterMs: slot.retryAfterMs,
        ...(slot.state === 'queued' ? { details: { position: slot.position } } : {}),
      });
    const { leaseId } = slot.lease;
    queue.begin(leaseId, now);
    try {
      response.writeHead(status, head);
      for (const piece of this.#c.bytes.read(content, start, end)) {
        const sent = leaf.persona === 'poisoner' ? spoilt(piece) : piece;
        queue.bytes(leaseId, sent.length, systemClock.monotonic());
        // The reader's pace is ours: what it does not take is not made.
        if (!response.write(sent) && !(await drained(response))) return;
      }
      response.end();
    } finally {
      queue.end(leaseId, systemClock.monotonic());
    }
  }
}

/** The same bytes but for one: whoever checks finds it, whoever samples mostly does not. */
function spoilt(piece: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(piece);
  copy[copy.length - 1]! ^= 1;
  return copy;
}

/** @returns whether the reader is still there */
function drained(response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      resolve(false);
      return;
    }
    const end = (isThere: boolean): void => {
      response.off('drain', onDrain);
      response.off('close', onClose);
      resolve(isThere);
    };
    const onDrain = (): void => end(true);
    const onClose = (): void => end(false);
    response.on('drain', onDrain);
    response.on('close', onClose);
  });
}
