/**
 * A source inside the test: an enrolled device that publishes a content and serves it over the real protocol, as honestly as
 * it is told to. It writes down what it was asked for.
 */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  CHUNK_BYTES,
  chunkCount,
  contentIdText,
  createFingerprint,
  layerProof,
  mediaTypeOf,
  NO_TAGS,
  publishBatches,
  toHex,
  VISIBILITY,
  type AddressCheck,
  type CatalogRecord,
  type ContentId,
  type SupernodeEntry,
} from '@banyan/proto';
import { createTlsServerOptions } from '@banyan/kit';
import { contentOf, sha256 } from './files.ts';
import type { TestDevice } from './test-device.ts';
import { waitFor } from './wait-for.ts';

/** What it does with one chunk that it is asked for. */
export type Deed = 'serve' | 'lie' | 'stall' | 'close';

export interface RogueSourceInit {
  readonly device: TestDevice;
  readonly supernode: SupernodeEntry;
  readonly name: string;
  readonly bytes: Buffer;
  /** Default: serves everything. */
  readonly deed?: (chunk: number) => Deed;
  /** Milliseconds that each chunk takes; default 0. */
  readonly msPerChunk?: number;
  readonly port?: number;
}

export interface RogueSource {
  readonly deviceId: string;
  readonly port: number;
  readonly content: ContentId;
  /** Chunks that began to be served, in order, with repetitions. */
  readonly served: readonly number[];
  forgetServed(): void;
  /** Stops listening and cuts every connection; the session with the supernode stays. */
  goSilent(): Promise<void>;
  close(): Promise<void>;
}

export async function startRogueSource(init: RogueSourceInit): Promise<RogueSource> {
  const { device, bytes } = init;
  const { content, chunkHashes } = contentOf(bytes);
  const served: number[] = [];
  const sockets = new Set<Socket>();
  const path = `/v1/content/${contentIdText(content)}`;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'https://rogue');
    if (url.pathname === '/v1/ping') {
      response.writeHead(204).end();
    } else if (url.pathname === `${path}/layers`) {
      const first = Number(url.searchParams.get('first'));
      const count = Math.min(Number(url.searchParams.get('count')), chunkCount(content.length) - first);
      const { hashes, uncles } = layerProof(sha256, chunkHashes, content.length, first, count);
      response
        .writeHead(200, {
          'Content-Type': 'application/octet-stream',
          'Content-Length': hashes.length + uncles.length,
          'Banyan-Layer-First': first,
          'Banyan-Layer-Count': count,
        })
        .end(Buffer.concat([hashes, uncles]));
    } else if (url.pathname === path) {
      await serve(request, response);
    } else {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end('{"error":{"code":"unknown_content","message":"not here","retryable":false}}');
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const start = Number(range?.[1] ?? 0);
    const end = Math.min(Number(range?.[2] ?? content.length - 1), content.length - 1) + 1;
    response.writeHead(range === null ? 200 : 206, {
      'Content-Type': 'application/octet-stream',
      'Accept-Ranges': 'bytes',
      ETag: `"${toHex(content.root)}"`,
      'Content-Length': end - start,
      ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${content.length}` }),
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    for (let at = start; at < end;) {
      const chunk = Math.floor(at / CHUNK_BYTES);
      const until = Math.min(end, (chunk + 1) * CHUNK_BYTES);
      const deed = init.deed?.(chunk) ?? 'serve';
      if (response.destroyed) return;
      served.push(chunk);
      if (init.msPerChunk !== undefined) await new Promise((resolve) => setTimeout(resolve, init.msPerChunk));
      if (deed === 'stall') return;
      if (deed === 'close') {
        response.destroy();
        return;
      }
      const part = Buffer.from(bytes.subarray(at, until));
      // One bit is enough.
      if (deed === 'lie') part[0] = (part[0] ?? 0) ^ 1;
      if (!response.write(part)) await drained(response);
      at = until;
    }
    response.end();
  };

  const server = createServer(createTlsServerOptions(device.identity), (request, response) => {
    response.on('error', () => undefined);
    answer(request, response).catch(() => response.destroy());
  });
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const port = await listen(server, init.port ?? 0);
  const goSilent = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  await publish(init, content, port);
  return {
    deviceId: device.deviceId,
    port,
    content,
    served,
    forgetServed: () => void served.splice(0),
    goSilent,
    close: goSilent,
  };
}

/** Publishes the one content and waits until the supernode has dialled back. */
async function publish(init: RogueSourceInit, content: ContentId, port: number): Promise<void> {
  const checks: AddressCheck[] = [];
  const session = await init.device.session(init.supernode, {
    listen: [{ host: '127.0.0.1', port }],
    onReachability: (seen) => checks.push(...seen),
  });
  const record: CatalogRecord = {
    id: 1,
    root: content.root,
    length: content.length,
    name: init.name,
    folder: '',
    type: mediaTypeOf(init.name),
    modifiedS: 1_700_000_000,
    tags: NO_TAGS,
    visibility: VISIBILITY.network,
    groups: [],
  };
  const fingerprint = createFingerprint(sha256);
  fingerprint.add(record);
  for (const batch of publishBatches({ reset: true, records: [record], fingerprint: fingerprint.value() })) {
    const { refused } = await session.publish(batch);
    if (refused.length > 0) throw new Error(`The record was refused: ${refused[0]?.message ?? ''}`);
  }
  await waitFor(() => checks.some((check) => check.reachable), {
    what: `${init.name}'s source to be dialled back`,
  });
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
