/** REST calls of a page: its cookie goes by itself, the CSRF header goes with every write. */

import { BanyanError, errorFromBody, type ErrorCode, type SessionResponse } from '@banyan/proto';
import type { FetchLike, ResponseLike } from './environment.ts';

/** Where a service has the calls of its page. */
export interface RestPaths {
  readonly base: string;
  /** Below `base`: the session of the page's cookie. */
  readonly session: string;
}

const PEER_PATHS: RestPaths = { base: '/api/v1', session: '/session' };

export interface Rest {
  /** Reads a resource. */
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  /** Writes; fetches the CSRF token first when there is none yet, and once anew when the daemon refuses it. */
  write(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<unknown>;
  /** Reads the session of this page's cookie; throws `login_required` when there is none. */
  session(signal?: AbortSignal): Promise<SessionResponse>;
  /** Swaps a one-time code, or what else the service takes for proof, for a cookie; throws `login_used` when it is spent. */
  login(proof: string | Readonly<Record<string, string>>, signal?: AbortSignal): Promise<SessionResponse>;
}

/**
 * Its calls throw BanyanError: the service's own, or `away` when nothing answers at all.
 *
 * @param init - `paths`: default those of the peer; `away`: default `peer_not_running`
 */
export function createRest(init: {
  readonly baseUrl: string;
  readonly fetch: FetchLike;
  readonly paths?: RestPaths;
  readonly away?: ErrorCode;
}): Rest {
  const { paths = PEER_PATHS, away = 'peer_not_running' } = init;
  let session: SessionResponse | undefined;

  const request = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<unknown> => {
    let response: ResponseLike;
    try {
      response = await init.fetch(`${init.baseUrl}${paths.base}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        credentials: 'same-origin',
        cache: 'no-store',
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      if (signal?.aborted === true) throw new BanyanError('aborted', undefined, { cause });
      throw new BanyanError(away, undefined, { cause });
    }
    if (response.status === 204) return undefined;
    let parsed: unknown;
    try {
      parsed = await response.json();
    } catch (cause) {
      if (signal?.aborted === true) throw new BanyanError('aborted', undefined, { cause });
      if (response.ok) throw new BanyanError('wrong_service', undefined, { cause });
      parsed = undefined;
    }
    if (!response.ok) throw errorFromBody(parsed, response.status === 401 ? 'login_required' : 'internal');
    return parsed;
  };

  const keep = (value: unknown): SessionResponse => {
    const s = value as Partial<SessionResponse> | undefined;
    if (typeof s?.csrfHeader !== 'string' || typeof s.csrfToken !== 'string') {
      throw new BanyanError('wrong_service');
    }
    session = s as SessionResponse;
    return session;
  };

  const readSession = async (signal?: AbortSignal) =>
    keep(await request('GET', paths.session, {}, undefined, signal));

  return {
    get: (path, signal) => request('GET', path, {}, undefined, signal),
    async write(method, path, body, signal) {
      const fresh = session === undefined;
      const once = (s: SessionResponse) =>
        request(method, path, { [s.csrfHeader]: s.csrfToken }, body, signal);
      try {
        return await once(session ?? (await readSession(signal)));
      } catch (error) {
        // A daemon that was restarted may have made a new token; a refused write changed nothing.
        if (fresh || !(error instanceof BanyanError) || error.code !== 'origin_refused') throw error;
        return once(await readSession(signal));
      }
    },
    session: readSession,
    async login(proof, signal) {
      const body = typeof proof === 'string' ? { code: proof } : proof;
      return keep(await request('POST', paths.session, {}, body, signal));
    },
  };
}
