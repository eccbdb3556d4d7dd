/** The heads of the gateway's answers (RFC 9110). */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { isBanyanError, safeFileName, type BanyanError, type ContentId } from '@banyan/proto';
import { entityTag, matchesTag, parseRange, type ByteRange } from '../upload/transfer-request.ts';
import { contentTypeOf, dispositionOf, PDF } from './content-types.ts';
import type { GatewayLink } from './links.ts';

/**
 * Said of every answer. A file may be played in our page, which is of another origin (hence cross-origin), but never runs
 * anything, frames nothing and is read by no other site's script: there are no CORS headers.
 */
const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy':
    "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'private, no-cache',
};

/** Viewers of PDF refuse to work in a sandbox; our page shows them in a frame, whatever its port. */
const PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors http://localhost:*";

/** What to send, after which head. */
export interface ContentAnswer {
  /** 304: whoever asks has it already. */
  readonly status: 200 | 206 | 304;
  readonly headers: Readonly<Record<string, string | number>>;
  /** None of a 304. */
  readonly bytes: ByteRange;
}

export function setSafeHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
}

/**
 * Decides what a request for a content gets.
 *
 * Several ranges at once are answered with the whole, as is a range that cannot be read: RFC 9110 section 14.2 lets a
 * server ignore `Range`, and every client can use the whole.
 *
 * @throws BanyanError `range_unsatisfiable`
 */
export function answerTo(
  method: string,
  headers: IncomingHttpHeaders,
  { content, name }: GatewayLink,
): ContentAnswer {
  const tag = entityTag(content);
  const safe = safeFileName(name);
  const type = contentTypeOf(safe);
  const policy = type === PDF ? { 'Content-Security-Policy': PDF_POLICY } : {};
  // Its fields replace those that are kept with the content (RFC 9111 section 3.2): the policy must be said again.
  if (matchesTag(headers['if-none-match'], tag))
    return { status: 304, headers: policy, bytes: { start: 0, end: 0 } };
  const ifRange = headers['if-range'];
  // A range is defined for GET only, and counts while the file is the one it was asked of.
  const isMeant = method === 'GET' && (ifRange === undefined || ifRange === tag);
  const asked = isMeant ? readRange(headers.range, content) : undefined;
  const bytes = asked ?? { start: 0, end: content.length };
  return {
    status: asked === undefined ? 200 : 206,
    bytes,
    headers: {
      'Content-Type': type,
      ...policy,
      'Content-Disposition': dispositionOf(safe),
      'Content-Length': bytes.end - bytes.start,
      ...(asked === undefined
        ? {}
        : { 'Content-Range': `bytes ${bytes.start}-${bytes.end - 1}/${content.length}` }),
    },
  };
}

function readRange(header: string | undefined, content: ContentId): ByteRange | undefined {
  try {
    return parseRange(header, content.length);
  } catch (error) {
    if (isBanyanError(error) && error.code === 'invalid_request') return undefined;
    throw error;
  }
}

/** Answers a request, of which nothing was answered yet, with why not. */
export function sendRefusal(request: IncomingMessage, response: ServerResponse, refusal: BanyanError): void {
  const { method = '' } = request;
  const body = Buffer.from(`${JSON.stringify(refusal.toBody())}\n`);
  const isKnown = method === 'GET' || method === 'HEAD';
  const length = lengthIn(request.url ?? '');
  response.removeHeader('ETag');
  // A body that was announced and is not read would be taken for the next request.
  response.writeHead(isKnown ? refusal.http : 405, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
    ...(isKnown ? {} : { Allow: 'GET, HEAD', Connection: 'close' }),
    ...(refusal.code === 'range_unsatisfiable' ? { 'Content-Range': `bytes */${length}` } : {}),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

/** Length of the content that a link's path names. */
function lengthIn(path: string): string {
  return /^\/stream\/[0-9a-f]{64}-(\d+)/.exec(path)?.[1] ?? '0';
}
