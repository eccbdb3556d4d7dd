import { BanyanError, displayText, isBanyanError } from '@banyan/proto';
import type { FastifyError } from 'fastify';

interface ValidationIssue {
  readonly keyword?: string;
  readonly instancePath?: string;
  readonly message?: string;
  readonly params?: {
    readonly requiredProperties?: readonly string[];
    readonly missingProperty?: string;
    readonly additionalProperties?: readonly string[];
  };
}

const PARTS: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'headers',
};

function validationError(error: FastifyError): BanyanError {
  const issues = (error.validation ?? []) as readonly ValidationIssue[];
  // A failing union reports each of its branches; the deepest issue is the one a person can act on.
  const issue =
    issues.find((candidate) => candidate.keyword === 'required') ??
    issues.find((candidate) => candidate.keyword !== 'anyOf') ??
    issues[0];
  const missing = issue?.params?.requiredProperties?.[0] ?? issue?.params?.missingProperty;
  const path = [
    ...(issue?.instancePath ?? '').split('/').slice(1),
    ...(missing === undefined ? [] : [missing]),
  ].map((step) => displayText(step, 64));
  const part = PARTS[error.validationContext ?? 'body'] ?? 'request';
  const field = path.join('.');
  const problem = missing === undefined ? displayText(issue?.message ?? 'is not valid', 200) : 'is missing';
  const message =
    field === ''
      ? `The ${part} is not as described: it ${problem}.`
      : `The field "${field}" of the ${part} ${problem}.`;
  return new BanyanError('invalid_request', message, {
    cause: error,
    details: { in: part, ...(field === '' ? {} : { field }) },
  });
}

/**
 * Turns whatever a handler or the HTTP framework threw into a BanyanError that may be shown to the caller.
 *
 * What is not an error of ours and not the caller's fault becomes `internal` with the table's sentence: its words stay at home.
 */
export function toHttpError(error: unknown): BanyanError {
  if (isBanyanError(error)) return error;
  const { code, statusCode, validation } = error as Partial<FastifyError>;
  if (validation !== undefined) return validationError(error as FastifyError);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new BanyanError(
        'limit_exceeded',
        'The body of the request is larger than allowed. Send less at once.',
        { cause: error },
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new BanyanError(
        'invalid_request',
        'The body of the request is of a type that is not understood here. Send application/json.',
        { cause: error },
      );
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new BanyanError('invalid_request', 'The body of the request is not valid JSON.', {
        cause: error,
      });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new BanyanError(
        'invalid_request',
        'The request says that it has a JSON body, but the body is empty.',
        { cause: error },
      );
    default:
  }
  if (statusCode === 429) return new BanyanError('rate_limited', undefined, { cause: error });
  if (statusCode === 408)
    return new BanyanError('timeout', 'The request came too slowly. Send it again.', { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new BanyanError('invalid_request', undefined, { cause: error });
  return new BanyanError('internal', undefined, { cause: error });
}

/** What is answered on the bare socket to bytes that are no HTTP request. */
export function rawErrorResponse(cause: NodeJS.ErrnoException): string | undefined {
  // The other side is gone: nobody reads an answer.
  if (cause.code === 'ECONNRESET' || cause.code === 'EPIPE') return undefined;
  const [status, error] =
    cause.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ([
          '408 Request Timeout',
          new BanyanError('timeout', 'The request came too slowly. Send it again.'),
        ] as const)
      : cause.code === 'HPE_HEADER_OVERFLOW'
        ? ([
            '431 Request Header Fields Too Large',
            new BanyanError('limit_exceeded', 'The headers of the request are larger than allowed.'),
          ] as const)
        : ([
            '400 Bad Request',
            new BanyanError('invalid_request', 'This is not an HTTP request that is understood here.'),
          ] as const);
  const body = JSON.stringify(error.toBody());
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}
