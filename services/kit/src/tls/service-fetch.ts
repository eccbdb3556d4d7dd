import { isIP } from 'node:net';
import { Agent, fetch as undiciFetch, type RequestInit as UndiciRequestInit } from 'undici';
import { BanyanError, isBanyanError, MAX_JSON_BODY_BYTES } from '@banyan/proto';
import type { Identity } from '../identity/identity.ts';
import { errorCode, unreachable } from './dial-pinned.ts';
import { createPinnedConnector } from './pinned-connector.ts';
import { unpromisedKey, untrustedCertificate } from './untrusted.ts';

/** How a service's address is trusted. */
export interface ServiceTrust {
  /**
   * Thumbprints of the keys that the service may prove, from an invite or from metadata; none: a public authority certifies
   * it. A function is asked at each call and connection.
   */
  readonly pins?: readonly string[] | (() => readonly string[]);
  /** Whether plain http to this very machine is allowed; default true. Anywhere else plain http is refused. */
  readonly allowLoopbackHttp?: boolean;
}

/** Options of {@link createServiceFetch}. */
export interface ServiceFetchInit extends ServiceTrust {
  /** Presented where the service asks for a certificate; only together with `pins`. */
  readonly identity?: Identity;
  /** For connecting, and again for the head of the answer, unless the call says otherwise; default 10,000 ms. */
  readonly timeoutMs?: number;
}

/** Options of one call. */
export interface ServiceRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | URLSearchParams;
  readonly signal?: AbortSignal;
  /** Until the head of the answer is here; default: that of the whole fetch. */
  readonly timeoutMs?: number;
}

/** The part of `Response` (Fetch standard) that callers need. */
export interface ServiceResponse {
  readonly status: number;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
  /** The body whatever its length; prefer {@link readJson}. */
  json(): Promise<unknown>;
  text(): Promise<string>;
}

/** Like `fetch`, with the trust of one service built in. */
export interface ServiceFetch {
  (url: string | URL, request?: ServiceRequest): Promise<ServiceResponse>;
  /** Closes idle connections and ends calls under way. */
  close(): Promise<void>;
}

/** Whether `hostname` (as in `URL.hostname`) names this machine. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/**
 * Makes a `fetch` for a service of the network (design.md section 7, trust root): plain http to loopback only; https
 * whose key is one of the pins; or, without pins, https certified by a public authority. Redirects are not
 * followed: the service's URL is its name.
 *
 * Answers of any status are returned; read their bodies with {@link readJson}. The call rejects with BanyanError
 * `key_mismatch`, `unreachable`, `timeout`, `aborted`, `wrong_service` (no HTTP, or a redirect), or `invalid_config`
 * (plain http to another machine).
 */
export function createServiceFetch(init: ServiceFetchInit = {}): ServiceFetch {
  const { pins = [], identity, allowLoopbackHttp = true, timeoutMs = 10_000 } = init;
  const pinsNow = typeof pins === 'function' ? pins : (): readonly string[] => pins;
  const common = { allowH2: false, pipelining: 1, bodyTimeout: 30_000, headersTimeout: 0 } as const;
  // A dispatcher for each kind of trust: no connection is ever used under another than its own.
  const pinned = new Agent({
    ...common,
    connect: createPinnedConnector({
      pins: pinsNow,
      timeoutMs,
      ...(identity === undefined ? {} : { identity }),
    }),
  });
  const certified = new Agent({
    ...common,
    connect: { timeout: timeoutMs, maxCachedSessions: 0, ALPNProtocols: ['http/1.1'] },
  });
  const plain = new Agent({ ...common, connect: { timeout: timeoutMs } });
  const dispatcherFor = (url: URL): Agent => {
    if (url.protocol !== 'https:') return plain;
    return pinsNow().length > 0 ? pinned : certified;
  };

  const call = async (address: string | URL, request: ServiceRequest = {}): Promise<ServiceResponse> => {
    const url = parseServiceUrl(address, allowLoopbackHttp);
    const timeout = AbortSignal.timeout(request.timeoutMs ?? timeoutMs);
    // The timeout covers the head only: a body may be long, and has a timeout of its own between its parts.
    const headOnly = new AbortController();
    const onTimeout = (): void => headOnly.abort(timeout.reason);
    timeout.addEventListener('abort', onTimeout, { once: true });
    const signal =
      request.signal === undefined ? headOnly.signal : AbortSignal.any([request.signal, headOnly.signal]);
    try {
      const response = await undiciFetch(url, {
        dispatcher: dispatcherFor(url),
        redirect: 'manual',
        signal,
        ...(request.method === undefined ? {} : { method: request.method }),
        ...(request.headers === undefined ? {} : { headers: { ...request.headers } }),
        ...(request.body === undefined
          ? {}
          : { body: request.body as NonNullable<UndiciRequestInit['body']> }),
      });
      if (response.status >= 300 && response.status < 400 && response.status !== 304) {
        await response.body?.cancel();
        throw new BanyanError(
          'wrong_service',
          `${url.origin} redirects to another address (HTTP ${response.status}). Use the network URL exactly as your operator gave it.`,
          { details: { address: url.origin } },
        );
      }
      return response;
    } catch (error) {
      throw toServiceError(error, url, request.signal, timeout.aborted);
    } finally {
      timeout.removeEventListener('abort', onTimeout);
    }
  };

  return Object.assign(call, {
    close: async (): Promise<void> => {
      await Promise.all([pinned.destroy(), certified.destroy(), plain.destroy()]);
    },
  });
}

function parseServiceUrl(address: string | URL, allowLoopbackHttp: boolean): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch (cause) {
    throw new BanyanError(
      'invalid_config',
      `"${String(address)}" is not a URL. It looks like https://auth.example.org.`,
      {
        cause,
      },
    );
  }
  if (url.protocol === 'https:') return url;
  if (url.protocol === 'http:' && allowLoopbackHttp && isLoopbackHost(url.hostname)) return url;
  throw new BanyanError(
    'invalid_config',
    url.protocol === 'http:'
      ? `${url.origin} is not encrypted. Plain http is for services on this very machine; use https.`
      : `${url.href} is not a web address. Use https.`,
    { details: { address: url.origin } },
  );
}

function toServiceError(
  error: unknown,
  url: URL,
  signal: AbortSignal | undefined,
  timedOut: boolean,
): BanyanError {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 4; e = e.cause, depth += 1) {
    if (isBanyanError(e)) return e.code === 'key_mismatch' ? unpromisedKey(url, e) : e;
  }
  if (signal?.aborted === true) return new BanyanError('aborted', undefined, { cause: error });
  const address = url.origin;
  if (timedOut) {
    return new BanyanError(
      'timeout',
      `${address} did not answer in time. Check that it runs, or try again.`,
      {
        cause: error,
        details: { address },
      },
    );
  }
  // undici's fetch wraps whatever happened in "TypeError: fetch failed".
  const cause: unknown = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
  const code = errorCode(cause) ?? '';
  const untrusted = untrustedCertificate(url, code, cause);
  if (untrusted !== undefined) return untrusted;
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT') {
    return new BanyanError(
      'timeout',
      `${address} did not answer in time. Check that it runs, or try again.`,
      { cause },
    );
  }
  if (
    (cause instanceof Error && cause.name === 'HTTPParserError') ||
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
  ) {
    return new BanyanError(
      'wrong_service',
      `Something answers at ${address}, but it does not speak ${url.protocol.slice(0, -1)}. Check the URL and its port.`,
      { cause, details: { address, reason: code } },
    );
  }
  if (cause instanceof Error && cause.message === 'bad port') {
    // The Fetch standard's list of ports that belong to other protocols.
    return new BanyanError(
      'wrong_service',
      `Port ${url.port} belongs to another protocol, so no web service may be asked there. Check the URL.`,
      { cause, details: { address } },
    );
  }
  return unreachable(address, cause);
}

/**
 * Reads a JSON body of at most `maxBytes`; no more than that is ever held.
 *
 * @throws BanyanError `wrong_service` when the body is larger or is not JSON; `unreachable` when it breaks off
 */
export async function readJson(
  response: Pick<ServiceResponse, 'body'>,
  maxBytes = MAX_JSON_BODY_BYTES,
): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of response.body ?? []) {
      length += part.byteLength;
      if (length > maxBytes) break;
      parts.push(part);
    }
  } catch (cause) {
    throw new BanyanError('unreachable', 'The answer broke off. Try again.', { cause });
  }
  if (length > maxBytes) {
    throw new BanyanError('wrong_service', `The answer is longer than ${maxBytes} bytes. Check the URL.`);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch (cause) {
    throw new BanyanError('wrong_service', 'The answer is not JSON. Check the URL.', { cause });
  }
}
