import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import {
  BanyanError,
  errorFromBody,
  MAX_FRAME_BYTES,
  MAX_JSON_BODY_BYTES,
  toBanyanError,
} from '@banyan/proto';
import { dialPinned, formatHostPort, type DialInit } from './dial-pinned.ts';

/** Options of {@link pinnedWebSocket}. */
export interface PinnedWebSocketInit extends DialInit {
  /** Path and query of the upgrade request, with its leading slash. */
  readonly path: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Largest message accepted; default {@link MAX_FRAME_BYTES}. */
  readonly maxPayload?: number;
}

/**
 * Opens a WebSocket (RFC 6455) to the holder of one key. The upgrade request, and with it the token in its headers,
 * is sent only after the key was checked. No compression: it costs 240 KiB of memory per session.
 *
 * Messages that come right behind the handshake wait until the caller, who attaches its listeners in the turn
 * in which the promise resolves, can see them.
 *
 * @throws BanyanError as {@link dialPinned}; what the server answered when it refused the upgrade with an error body of
 *   Banyan; `wrong_service` when it answered anything else
 */
export async function pinnedWebSocket(init: PinnedWebSocketInit): Promise<WebSocket> {
  const { host, port, signal } = init;
  const timeoutMs = init.timeoutMs ?? 10_000;
  const deadline = performance.now() + timeoutMs;
  const where = formatHostPort(host, port);
  const socket = await dialPinned(init);
  return await new Promise<WebSocket>((resolve, reject) => {
    const ws = new WebSocket(`wss://${where}${init.path}`, [...(init.protocols ?? [])], {
      createConnection: () => withRequestInPieces(socket),
      headers: { ...init.headers },
      perMessageDeflate: false,
      maxPayload: init.maxPayload ?? MAX_FRAME_BYTES,
    });
    // Kept for good: an error between two owners must not take the process down; 'close' follows it anyway.
    ws.on('error', noop);

    const settle = (error?: BanyanError): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      ws.off('open', onOpen).off('error', onError).off('unexpected-response', onRefused);
      if (error === undefined) {
        resolve(ws);
      } else {
        ws.terminate();
        socket.destroy();
        reject(error);
      }
    };
    const onOpen = (): void => {
      ws.pause();
      setImmediate(() => ws.resume());
      settle();
    };
    const onError = (cause: Error): void => settle(handshakeError(where, cause));
    const onAbort = (): void => settle(new BanyanError('aborted', undefined, { cause: signal?.reason }));
    const onRefused = (_request: unknown, response: IncomingMessage): void => {
      refusal(where, response).then(settle, (error: unknown) => settle(toBanyanError(error, 'unreachable')));
    };
    // The library's own handshakeTimeout has no effect on a socket that is connected already.
    const timer = setTimeout(() => {
      const text = `${where} did not answer the WebSocket handshake within ${timeoutMs} ms. Try again later.`;
      settle(new BanyanError('timeout', text, { details: { address: where } }));
    }, deadline - performance.now());
    ws.once('open', onOpen).once('error', onError).once('unexpected-response', onRefused);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
  });
}

/**
 * Node encrypts into a buffer of 1 KiB, and adds one of 16 KiB when more is to be written at once; it keeps both for as long as
 * the connection lives. The request with its token is all that an idle session ever writes that is longer: a quarter of
 * the memory of each of thousands of sessions. In pieces of 384 bytes it still made the larger one (Node 20).
 */
const PIECE_BYTES = 256;

/** Has what is written next go out in pieces, each when the one before has left; a round trip is not waited for. */
function withRequestInPieces(socket: TLSSocket): TLSSocket {
  const write = socket._write;
  socket._write = (chunk: string | Uint8Array, encoding, done) => {
    socket._write = write;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    let at = 0;
    const next = (error?: Error | null): void => {
      if (error != null || at >= bytes.length) {
        done(error);
        return;
      }
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      at += PIECE_BYTES;
      write.call(socket, piece, 'buffer' as BufferEncoding, next);
    };
    next();
  };
  return socket;
}

/** Not made where it is used: it would keep what is known there, such as the token, for as long as the socket. */
function noop(): void {}

function handshakeError(where: string, cause: Error): BanyanError {
  return new BanyanError(
    'unreachable',
    `${where} cut the connection during the WebSocket handshake (${cause.message}). Try again, or another one.`,
    { cause, details: { address: where } },
  );
}

/** Reads why the server refused the upgrade; bounded in bytes and, by the caller's timeout, in time. */
async function refusal(where: string, response: IncomingMessage): Promise<BanyanError> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    length += (part as Buffer).length;
    if (length > MAX_JSON_BODY_BYTES) break;
    parts.push(part as Buffer);
  }
  const other = new BanyanError(
    'wrong_service',
    `${where} answered the WebSocket handshake with HTTP ${response.statusCode ?? '?'}: it is not the service expected there. Check the address.`,
  );
  try {
    const body: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return typeof (body as { error?: unknown } | null)?.error === 'object'
      ? errorFromBody(body, 'unavailable')
      : other;
  } catch {
    return other;
  }
}
