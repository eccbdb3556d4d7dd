/** What a source's answer means; nothing of it is believed beyond its shape. */
import { BanyanError, errorFromBody, isBanyanError, type ErrorCode } from '@banyan/proto/base';

/** Codes that a source may say of itself. Others, as of our disk, would be lies about us. */
const SAYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unauthenticated',
  'token_invalid',
  'token_expired',
  'token_revoked',
  'proof_invalid',
  'forbidden',
  'unknown_content',
  'chunk_missing',
  'no_slot',
  'full',
  'rate_limited',
  'file_changed',
  'blocked_content',
  'range_unsatisfiable',
  'invalid_request',
  'shutting_down',
]);

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'token_invalid',
  403: 'forbidden',
  404: 'unknown_content',
  409: 'chunk_missing',
  410: 'file_changed',
  416: 'range_unsatisfiable',
  429: 'rate_limited',
  451: 'blocked_content',
};

/** Longest wait that a header may ask for; the planner has its own bound. */
const MAX_RETRY_AFTER_MS = 600_000;

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One header as text; the first when it was sent twice. */
export function headerText(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What `Retry-After` asks for, in seconds or as a date (RFC 9110); bounded. */
export function retryAfterMs(headers: Headers): number | undefined {
  const text = headerText(headers, 'retry-after');
  if (text === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : undefined;
}

/** The error that an answer without bytes of content stands for. */
export function refusalOf(status: number, headers: Headers, body: Buffer): BanyanError {
  const fallback = BY_STATUS[status] ?? 'unavailable';
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    parsed = undefined;
  }
  const said = errorFromBody(parsed, fallback);
  const code = SAYABLE.has(said.code) ? said.code : fallback;
  const waitMs = said.retryAfterMs ?? retryAfterMs(headers) ?? NaN;
  const position = said.details?.['position'];
  return new BanyanError(code, parsed === undefined ? undefined : said.message, {
    ...(Number.isFinite(waitMs) && waitMs > 0 ? { retryAfterMs: Math.min(waitMs, MAX_RETRY_AFTER_MS) } : {}),
    ...(typeof position === 'number' && Number.isSafeInteger(position) && position > 0
      ? { details: { position } }
      : {}),
  });
}

/** Why bytes `start` to `end` (exclusive) are not what an answer with this head will bring; undefined: they are. */
export function rangeFault(
  status: number,
  headers: Headers,
  start: number,
  end: number,
  length: number,
): string | undefined {
  if (headerText(headers, 'content-encoding') !== undefined) return 'it encoded the bytes';
  const size = Number(headerText(headers, 'content-length'));
  if (status === 200) {
    if (start !== 0 || end !== length) return 'it sent the whole file';
  } else {
    const range = headerText(headers, 'content-range');
    if (range !== `bytes ${start}-${end - 1}/${length}`)
      return `asked was bytes ${start}-${end - 1}/${length}, it sent "${range ?? ''}"`;
  }
  return size === end - start ? undefined : 'the length of its answer is another than that of the range';
}

/** A failed exchange in the words of the error table. */
export function exchangeError(error: unknown): BanyanError {
  if (isBanyanError(error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return new BanyanError('source_stalled', undefined, { cause: error });
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return new BanyanError('wrong_range', 'The source sent an answer that cannot be read.', {
        cause: error,
      });
    default:
      return new BanyanError(
        'source_closed',
        `The source closed the connection${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}.`,
        { cause: error },
      );
  }
}
