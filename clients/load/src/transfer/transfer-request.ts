/** Reads what a downloader asks for: the part of proto/spec/transfer.md that simulated sources answer. */
import { BanyanError, parseContentId, type ContentId } from '@banyan/proto';

export type TransferRequest =
  | { readonly kind: 'ping' }
  | { readonly kind: 'content'; readonly content: ContentId }
  | { readonly kind: 'layers'; readonly content: ContentId; readonly first: number; readonly count: number };

const CONTENT = /^\/v1\/content\/([^/?]{1,96})(\/layers\?first=(\d{1,10})&count=(\d{1,10}))?$/;

/** @throws BanyanError `invalid_request`, `not_found` */
export function parseTransfer(method: string | undefined, url = ''): TransferRequest {
  if (method !== 'GET' && method !== 'HEAD')
    throw new BanyanError('invalid_request', 'Only GET and HEAD are understood here.');
  if (url === '/v1/ping') return { kind: 'ping' };
  const match = CONTENT.exec(url);
  if (match === null) throw new BanyanError('not_found');
  const content = parseContentId(match[1]!);
  return match[2] === undefined
    ? { kind: 'content', content }
    : { kind: 'layers', content, first: Number(match[3]), count: Number(match[4]) };
}

/**
 * Bytes `start` to `end` (exclusive) of a `Range` header; all of the content without one.
 *
 * @throws BanyanError `invalid_request`, `range_unsatisfiable`
 */
export function parseRange(
  header: string | undefined,
  length: number,
): { readonly start: number; readonly end: number } {
  if (header === undefined) return { start: 0, end: length };
  const match = /^bytes=(\d{1,16})-(\d{1,16})?$/.exec(header);
  if (match === null)
    throw new BanyanError('invalid_request', 'The Range header looks like bytes=0-1048575.');
  const start = Number(match[1]);
  const end = match[2] === undefined ? length : Math.min(length, Number(match[2]) + 1);
  if (start >= end)
    throw new BanyanError('range_unsatisfiable', `The range lies outside a file of ${length} bytes.`);
  return { start, end };
}
