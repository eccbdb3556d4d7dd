/**
 * JSON calls to auth and list: DPoP-bound (RFC 9449) requests over a fetch that trusts only the right server, replica
 * after replica, every failure a BanyanError.
 */
import { BanyanError, errorFromBody, toBanyanError, type ErrorCode } from '@banyan/proto';
import {
  createDpopProof,
  readJson,
  type DeviceKey,
  type ServiceFetch,
  type ServiceResponse,
} from '@banyan/kit';

export interface ServiceClientInit {
  /** Base URLs of the replicas; tried in order, the one that answered last comes first. */
  readonly urls: () => readonly string[];
  readonly fetch: ServiceFetch;
  readonly deviceKey: DeviceKey;
  /** Access token for this service; absent: calls carry only the proof of the device key. */
  readonly token?: (signal?: AbortSignal) => Promise<string>;
  /** The token was refused (expired on the way, or its signing key was withdrawn): forget it. The call is then made once more. */
  readonly onTokenRefused?: () => void;
  /** Time for one call to one replica. Default 10 s; a long poll adds its own wait. */
  readonly timeoutMs?: number;
  /** For messages: "the auth service". */
  readonly what: string;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Added to the timeout: how long the service may hold the answer back. */
  readonly waitMs?: number;
  /** Do not send a token even when there is one. */
  readonly anonymous?: boolean;
}

export interface ServiceClient {
  /**
   * @returns the parsed JSON body, undefined for 204
   * @throws BanyanError the service's own error; `unreachable` when no replica answered; `aborted`
   */
  call<T>(method: string, path: string, options?: CallOptions): Promise<T>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** An answer of auth or list is small; a larger one comes from something else. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Makes a client of one service. */
export function createServiceClient(init: ServiceClientInit): ServiceClient {
  return new ReplicaClient(init);
}

class ReplicaClient implements ServiceClient {
  readonly #init: ServiceClientInit;
  #preferred: string | undefined;

  constructor(init: ServiceClientInit) {
    this.#init = init;
  }

  async call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const init = this.#init;
    const preferred = this.#preferred;
    const urls = init.urls().map((url) => url.replace(/\/+$/, ''));
    if (preferred !== undefined && urls.includes(preferred))
      urls.sort((a, b) => Number(b === preferred) - Number(a === preferred));
    let last: BanyanError | undefined;
    let refused = false;
    const attempt = async (base: string): Promise<unknown> => {
      try {
        return await callOne(init, base, method, path, options);
      } catch (error) {
        const { code } = toBanyanError(error);
        const worthAnother = code === 'token_expired' || code === 'token_invalid';
        if (!worthAnother || refused || init.onTokenRefused === undefined) throw error;
        refused = true;
        init.onTokenRefused();
        return await callOne(init, base, method, path, options);
      }
    };
    for (const base of urls) {
      try {
        const result = (await attempt(base)) as T;
        this.#preferred = base;
        return result;
      } catch (error) {
        last = toBanyanError(error, 'unreachable', `${init.what} at ${base} does not answer.`);
        if (options.signal?.aborted === true)
          throw new BanyanError('aborted', undefined, { cause: options.signal.reason });
        // Only a replica that is away or unwell sends us to the next one; an answer is an answer.
        if (!AWAY.has(last.code)) throw last;
      }
    }
    throw last ?? new BanyanError('unreachable', `No address of ${init.what} is known.`);
  }
}

const AWAY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unreachable',
  'timeout',
  'unavailable',
  'store_unavailable',
  'shutting_down',
]);

async function callOne(
  init: ServiceClientInit,
  base: string,
  method: string,
  path: string,
  options: CallOptions,
): Promise<unknown> {
  const url = `${base}${path}`;
  const timeoutMs = init.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const timeout = AbortSignal.timeout(timeoutMs + (options.waitMs ?? 0));
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const accessToken = options.anonymous === true ? undefined : await init.token?.(signal);
  const headers: Record<string, string> = {
    accept: 'application/json',
    dpop: await createDpopProof(init.deviceKey, {
      method,
      url,
      ...(accessToken === undefined ? {} : { accessToken }),
    }),
  };
  if (accessToken !== undefined) headers['authorization'] = `DPoP ${accessToken}`;
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  try {
    const response = await init.fetch(url, {
      method,
      headers,
      signal,
      ...(options.waitMs === undefined ? {} : { timeoutMs: timeoutMs + options.waitMs }),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    return await readAnswer(response, init.what);
  } catch (error) {
    if (timeout.aborted)
      throw new BanyanError(
        'timeout',
        `${init.what} at ${base} did not answer in time. It is asked again by itself.`,
        { cause: error },
      );
    throw error;
  }
}

/** Turns an answer into its body, or throws the error that it stands for. */
async function readAnswer(response: ServiceResponse, what: string): Promise<unknown> {
  const { status } = response;
  if (status === 204) return undefined;
  if (status >= 200 && status < 300) return await readJson(response, MAX_ANSWER_BYTES);
  let body: unknown;
  try {
    body = await readJson(response, MAX_ANSWER_BYTES);
  } catch (cause) {
    if (status < 500)
      throw new BanyanError(
        'wrong_service',
        `What answers is not ${what} of Banyan (HTTP ${status}). Check the URL.`,
        { cause },
      );
  }
  throw errorFromBody(
    body,
    status >= 500 ? 'unavailable' : status === 429 ? 'rate_limited' : 'wrong_service',
  );
}
