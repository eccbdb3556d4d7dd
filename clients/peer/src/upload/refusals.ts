/** How the transfer server says no. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BanyanError, toBanyanError } from '@banyan/proto';
import { parseTarget } from './transfer-request.ts';

/** Refusals after which the connection is worth nothing. */
const CLOSING: ReadonlySet<string> = new Set([
  'invalid_request',
  'shutting_down',
  'proof_invalid',
  'rate_limited',
  'token_revoked',
]);

/** Answers a request, of which nothing was answered yet, with a refusal. */
export function sendRefusal(request: IncomingMessage, response: ServerResponse, refusal: BanyanError): void {
  for (const name of ['ETag', 'Accept-Ranges', 'Content-Type']) response.removeHeader(name);
  const body = Buffer.from(JSON.stringify(refusal.toBody()));
  const length = refusal.code === 'range_unsatisfiable' ? lengthIn(request.url) : undefined;
  // A body that was announced and is not read would be taken for the next request.
  const mustClose = CLOSING.has(refusal.code) || request.method === 'PUT';
  response.writeHead(refusal.http, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
    ...(length === undefined ? {} : { 'Content-Range': `bytes */${length}` }),
    ...(refusal.retryAfterMs === undefined ? {} : { 'Retry-After': Math.ceil(refusal.retryAfterMs / 1000) }),
    ...(mustClose ? { Connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function lengthIn(url: string | undefined): number | undefined {
  try {
    const target = parseTarget('GET', url ?? '');
    return 'content' in target ? target.content.length : undefined;
  } catch {
    return undefined;
  }
}

/** Answers bytes that are no HTTP request; there is no response object for them. */
export function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const refusal =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new BanyanError('timeout', 'The request came too slowly. Send it again.')
      : toBanyanError(error, 'invalid_request');
  const body = JSON.stringify(refusal.toBody());
  socket.end(
    `HTTP/1.1 ${refusal.http} ${refusal.code}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.destroySoon();
}
