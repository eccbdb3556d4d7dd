/** A plain HTTP server over real sockets, and the ways in which such servers go wrong. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { FlatProof } from '../src/download/types.ts';
import { sha256, type Stage, type TestFile } from './swarm.ts';

/** How a mirror is other than it should be. */
export interface MirrorTricks {
  /** Wrong bytes: told the bytes of an answer and where they begin. */
  readonly onBytes?: (bytes: Buffer, start: number) => void;
  /** Ignores `Range`. */
  readonly isWhole?: boolean;
  /** Ends each answer after so many bytes. */
  readonly cutAfter?: number;
  /** Milliseconds before each answer. */
  readonly delayMs?: number;
  /** Answers instead of the server; true: it did. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A mirror that runs. */
export interface TestMirror {
  readonly url: string;
  readonly origin: string;
  /** `Range` headers in their order. */
  readonly ranges: string[];
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** From now on it has another file. */
  change(bytes: Uint8Array, etag: string): void;
}

/** Serves `bytes` at `/file.bin` and everywhere else, as nginx would. */
export async function createMirror(
  stage: Pick<Stage, 'later'>,
  bytes: Uint8Array,
  tricks: MirrorTricks = {},
): Promise<TestMirror> {
  let file = bytes;
  let etag = '"v1"';
  const ranges: string[] = [];
  const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const range = request.headers.range;
    if (tricks.answer?.(request, response) === true) return;
    const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
    const ifRange = request.headers['if-range'];
    const isPart = match !== null && tricks.isWhole !== true && (ifRange === undefined || ifRange === etag);
    const start = isPart ? Number(match[1]) : 0;
    const end = isPart ? Math.min(Number(match[2]) + 1, file.length) : file.length;
    if (isPart && start >= file.length) {
      response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
      return;
    }
    const body = Buffer.from(file.slice(start, end));
    tricks.onBytes?.(body, start);
    response.writeHead(isPart ? 206 : 200, {
      etag,
      'content-type': 'application/octet-stream',
      'content-length': body.length,
      ...(isPart ? { 'content-range': `bytes ${start}-${end - 1}/${file.length}` } : {}),
    });
    if (tricks.cutAfter === undefined || tricks.cutAfter >= body.length) response.end(body);
    else response.write(body.subarray(0, tricks.cutAfter), () => response.destroy());
  };
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    if (request.headers.range !== undefined) ranges.push(request.headers.range);
    if (tricks.delayMs === undefined) serve(request, response);
    else setTimeout(() => serve(request, response), tricks.delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stage.later(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/file.bin`,
    origin,
    ranges,
    requests,
    change(other, tag) {
      file = other;
      etag = tag;
    },
  };
}

/** The hashes that a Metalink has of a file. */
export function piecesOf({ bytes }: Pick<TestFile, 'bytes'>, pieceLength: number): FlatProof {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength)
    hashes.push(sha256(bytes.subarray(at, at + pieceLength)));
  return { kind: 'pieces', pieceLength, hashes: Uint8Array.from(Buffer.concat(hashes)) };
}
