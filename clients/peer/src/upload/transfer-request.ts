/** Reads what a downloader asks: path, range and conditions (proto/spec/transfer.md, RFC 9110). */
import {
  BanyanError,
  CHUNK_BYTES,
  contentKey,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_CONTENTS,
  MAX_SPEED_BYTES,
  parseContentId,
  toHex,
  type ContentId,
} from '@banyan/proto';

/** What a request is about. */
export type Target =
  | { readonly kind: 'ping' }
  | { readonly kind: 'speed'; readonly bytes: number }
  | { readonly kind: 'take-speed' }
  | { readonly kind: 'content'; readonly content: ContentId }
  | { readonly kind: 'bundle'; readonly contents: readonly ContentId[] }
  | { readonly kind: 'layers'; readonly content: ContentId; readonly first: number; readonly count: number };

/** Bytes `start` to `end`, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const CONTENT = /^\/v1\/content\/([^/?]{1,96})(\/layers)?$/;

/**
 * Reads method and path.
 *
 * @throws BanyanError `invalid_request`, `not_found`
 */
export function parseTarget(method: string, url: string): Target {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (method === 'PUT' && url === '/v1/speed') return { kind: 'take-speed' };
  if (method !== 'GET' && method !== 'HEAD')
    throw new BanyanError('invalid_request', 'Only GET and HEAD are understood here.');
  if (path === '/v1/ping') return { kind: 'ping' };
  if (path === '/v1/speed') return { kind: 'speed', bytes: parseSpeed(method, query) };
  if (path === '/v1/bundle') return { kind: 'bundle', contents: parseBundle(method, query) };
  const match = CONTENT.exec(path);
  if (match === null) throw new BanyanError('not_found');
  const content = parseContentId(match[1]!);
  if (match[2] === undefined) return { kind: 'content', content };
  const params = new URLSearchParams(query);
  return {
    kind: 'layers',
    content,
    first: wholeNumber(params.get('first'), 'first'),
    count: wholeNumber(params.get('count'), 'count'),
  };
}

/** How many bytes a supernode would measure this line by. */
function parseSpeed(method: string, query: string): number {
  const bytes = Number(/^bytes=(\d{1,9})$/.exec(query)?.[1] ?? 0);
  if (method !== 'GET' || bytes < 1)
    throw new BanyanError('invalid_request', 'The line is measured with GET and ?bytes=N, N at least 1.');
  if (bytes > MAX_SPEED_BYTES)
    throw new BanyanError('limit_exceeded', `The line is measured with at most ${MAX_SPEED_BYTES} bytes.`);
  return bytes;
}

/** Several small contents that are asked for at once. */
function parseBundle(method: string, query: string): ContentId[] {
  if (method !== 'GET') throw new BanyanError('invalid_request', 'Bundles are asked for with GET alone.');
  const match = /^contents=([^&]+)$/.exec(query);
  if (match === null)
    throw new BanyanError('invalid_request', 'A bundle is asked for with ?contents=ID,ID and nothing else.');
  const ids = match[1]!.split(',', MAX_BUNDLE_CONTENTS + 1);
  if (ids.length > MAX_BUNDLE_CONTENTS)
    throw new BanyanError('limit_exceeded', `A bundle has at most ${MAX_BUNDLE_CONTENTS} contents.`);
  const contents = ids.map((id) => parseContentId(id));
  if (new Set(contents.map(contentKey)).size < contents.length)
    throw new BanyanError('invalid_request', 'A bundle names each content once.');
  if (contents.some(({ length }) => length === 0 || length > CHUNK_BYTES))
    throw new BanyanError('invalid_request', `The contents of a bundle have 1 to ${CHUNK_BYTES} bytes.`);
  if (contents.reduce((sum, { length }) => sum + length, 0) > MAX_BUNDLE_BYTES)
    throw new BanyanError('limit_exceeded', `A bundle has at most ${MAX_BUNDLE_BYTES} bytes.`);
  return contents;
}

function wholeNumber(text: string | null, name: string): number {
  if (text === null || !/^\d{1,10}$/.test(text))
    throw new BanyanError('invalid_request', `The parameter "${name}" is a whole number of chunks.`);
  return Number(text);
}

/** The strong entity tag of a content. */
export function entityTag(content: ContentId): string {
  return `"${toHex(content.root)}"`;
}

/**
 * Reads the `Range` header; undefined: none that counts, the whole content is meant.
 *
 * @throws BanyanError `invalid_request` (several ranges, or none that can be read), `range_unsatisfiable`
 */
export function parseRange(header: string | undefined, length: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const unit = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32})\s*=(.*)$/s.exec(header);
  if (unit === null) throw unreadable();
  // RFC 9110 section 14.2: a unit that is not known is ignored.
  if (unit[1]!.toLowerCase() !== 'bytes') return undefined;
  if (unit[2]!.includes(','))
    throw new BanyanError('invalid_request', 'Several ranges at once are not served. Ask for one at a time.');
  const match = /^\s*(\d{0,16})-(\d{0,16})\s*$/.exec(unit[2]!);
  if (match === null || (match[1] === '' && match[2] === '')) throw unreadable();
  let start: number;
  let end: number;
  if (match[1] === '') {
    start = Math.max(0, length - Number(match[2]));
    end = length;
  } else {
    start = Number(match[1]);
    const last = match[2] === '' ? length - 1 : Number(match[2]);
    if (match[2] !== '' && last < start) throw unreadable();
    end = Math.min(last + 1, length);
  }
  if (start >= end)
    throw new BanyanError('range_unsatisfiable', `The range lies outside a file of ${length} bytes.`);
  return { start, end };
}

function unreadable(): BanyanError {
  return new BanyanError(
    'invalid_request',
    'The Range header cannot be read. It looks like bytes=0-1048575.',
  );
}

/** Whether an `If-None-Match` list names the tag (weak comparison, RFC 9110 section 13.1.2). */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((part) => part.trim().replace(/^W\//, '') === tag);
}
