/** REST calls of a page: its cookie goes by itself, the CSRF header goes with every write. */

import { BanyanError, errorFromBody, type SessionResponse } from '@banyan/proto';
import type { FetchLike, ResponseLike } from './environment.ts';

const BASE_PATH = '/api/v1';

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
  /** Swaps a one-time code for a cookie; throws `login_used` when it is spent. */
  login(code: string, signal?: AbortSignal): Promise<SessionResponse>;
}

/** @throws BanyanError of the daemon; `peer_not_running` when nothing answers at all */
export function createRest(init: { readonly baseUrl: string; readonly fetch: FetchLike }): Rest {
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
      response = await init.fetch(`${init.baseUrl}${BASE_PATH}${path}`, {
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
      throw new BanyanError('peer_not_running', undefined, { cause });
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
    keep(await request('GET', '/session', {}, undefined, signal));

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
    async login(code, signal) {
      return keep(await request('POST', '/session', {}, { code }, signal));
    },
  };
}
