/** What is said of a content, bytes of it aside: layers, heads, and which range is meant. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BanyanError, CHUNK_BYTES, chunkCount, MAX_LAYER_HASHES } from '@banyan/proto';
import type { OpenContent } from '../content.ts';
import { entityTag, matchesTag, parseRange, type ByteRange, type Target } from './transfer-request.ts';

/** A range that is to be sent, with the head of its answer. */
export interface AnsweredRange {
  readonly bytes: ByteRange;
  readonly status: 200 | 206;
  readonly headers: Readonly<Record<string, string | number>>;
}

/**
 * Sends a part of the chunk layer with its uncles.
 *
 * @throws BanyanError `range_unsatisfiable`, `chunk_missing`
 */
export async function sendLayers(
  request: IncomingMessage,
  response: ServerResponse,
  source: OpenContent,
  target: Extract<Target, { kind: 'layers' }>,
): Promise<void> {
  const chunks = chunkCount(source.content.length);
  const count = Math.min(target.count, MAX_LAYER_HASHES, chunks - target.first);
  if (count < 1)
    throw new BanyanError(
      'range_unsatisfiable',
      `The layer has ${chunks} chunks; that range lies outside it.`,
    );
  const { hashes, uncles } = await source.layer(target.first, count);
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': hashes.length + uncles.length,
    'Banyan-Layer-First': target.first,
    'Banyan-Layer-Count': count,
  });
  response.end(request.method === 'HEAD' ? undefined : Buffer.concat([hashes, uncles]));
}

/**
 * Answers a request for content as far as no bytes of it are sent.
 *
 * @returns what is to be sent, of which nothing was answered yet; undefined when the answer is complete
 * @throws BanyanError `invalid_request`, `range_unsatisfiable`, `chunk_missing`
 */
export function beginContent(
  request: IncomingMessage,
  response: ServerResponse,
  source: OpenContent,
): AnsweredRange | undefined {
  const { content } = source;
  const tag = entityTag(content);
  response.setHeader('Accept-Ranges', 'bytes').setHeader('ETag', tag);
  if (matchesTag(request.headers['if-none-match'], tag)) {
    response.writeHead(304).end();
    return undefined;
  }
  response.setHeader('Content-Type', 'application/octet-stream');
  if (request.method === 'HEAD') {
    response.writeHead(200, { 'Content-Length': content.length }).end();
    return undefined;
  }
  const ifRange = request.headers['if-range'];
  const isRangeMeant = ifRange === undefined || ifRange === tag;
  const asked = isRangeMeant ? parseRange(request.headers.range, content.length) : undefined;
  const bytes: ByteRange = asked ?? { start: 0, end: content.length };
  requireChunks(source, bytes);
  const headers = {
    'Content-Length': bytes.end - bytes.start,
    ...(asked === undefined
      ? {}
      : { 'Content-Range': `bytes ${bytes.start}-${bytes.end - 1}/${content.length}` }),
  };
  const status = asked === undefined ? 200 : 206;
  if (bytes.end > bytes.start) return { bytes, status, headers };
  response.writeHead(status, headers).end();
  return undefined;
}

function requireChunks(source: OpenContent, range: ByteRange): void {
  const { chunks } = source;
  if (chunks === undefined || range.end === range.start) return;
  const first = Math.floor(range.start / CHUNK_BYTES);
  const end = Math.ceil(range.end / CHUNK_BYTES);
  if (chunks.hasAll(first, end)) return;
  throw new BanyanError('chunk_missing', undefined, { details: { chunk: chunks.firstMissing(first) } });
}
