/**
 * Who is let in to the local API, and how far: exact Host, exact Origin, session cookie with CSRF header, or the
 * bearer token of `local-api.json`. Against DNS rebinding and other sites in the same browser; see ui.md.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { BanyanError } from '@banyan/proto';
import { createPageHost, sameSecret, type PageHost } from '@banyan/kit';
import type { Logins, Session } from './logins.ts';

/** Who calls, once let in. */
export type Caller =
  | { readonly kind: 'program' }
  | { readonly kind: 'page'; readonly session: Session }
  /** Only where no sign-in is needed. */
  | { readonly kind: 'anybody' };

/** What of a request the guard looks at. */
export interface GuardedCall {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** What a route asks for. `session`: a page or a program; `program`: the token alone; `none`: no sign-in. */
export type Access = 'session' | 'program' | 'none';

export interface Guard {
  /** `http://localhost:PORT` */
  readonly page: PageHost;
  /**
   * Lets a call of the API in, or throws.
   *
   * @throws BanyanError `host_refused`, `origin_refused`, `login_required`, `unauthenticated`, `forbidden`
   */
  admit(call: GuardedCall, access: Access): Caller;
  /** As {@link admit}, for the upgrade to a WebSocket: it writes, whatever its method says. */
  admitUpgrade(call: GuardedCall): Caller;
}

export interface GuardComponents {
  readonly logins: Logins;
  /** The bound port; there is one only once the server listens. */
  readonly port: () => number;
  /** The token of `local-api.json`. */
  readonly token: string;
}

const READS = new Set(['GET', 'HEAD']);
const NO_ORIGIN =
  'The call says neither from which page it comes (Origin) nor does it carry the token of local-api.json. Nothing was done.';

export function createGuard({ logins, port, token }: GuardComponents): Guard {
  const page = createPageHost({
    origin: () => (port() === 80 ? 'http://localhost' : `http://localhost:${port()}`),
    what: 'This peer',
  });

  const isProgram = (headers: IncomingHttpHeaders): boolean => {
    const given = /^Bearer ([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1];
    if (headers.authorization === undefined) return false;
    if (given === undefined || !sameSecret(given, token))
      throw new BanyanError(
        'unauthenticated',
        'The token is not that of this peer. Read it again from local-api.json: each start makes a new one.',
      );
    return true;
  };

  const admit = ({ method, headers }: GuardedCall, access: Access, writes: boolean): Caller => {
    const { host } = headers;
    const kind = page.hostKind(host);
    if (kind === 'foreign') throw page.hostRefused(host);
    if (isProgram(headers)) {
      page.checkOrigin(headers, undefined);
      return { kind: 'program' };
    }
    if (kind === 'literal' && access !== 'none') throw page.hostRefused(host);
    page.checkOrigin(headers, writes ? NO_ORIGIN : undefined);
    if (access === 'none') return { kind: 'anybody' };
    const session = logins.find(headers.cookie);
    if (session === undefined) throw new BanyanError('login_required');
    if (access === 'program')
      throw new BanyanError(
        'forbidden',
        'Only a program with the token of local-api.json may do this. Use the `banyan` command.',
      );
    if (writes && method !== 'GET') {
      const given = headers[logins.csrfHeader];
      if (typeof given !== 'string' || !sameSecret(given, session.csrfToken))
        throw new BanyanError(
          'origin_refused',
          `The header ${logins.csrfHeader} is missing or wrong, so nothing was done. Reload the page.`,
        );
    }
    return { kind: 'page', session };
  };

  return {
    page,
    admit: (call, access) => admit(call, access, !READS.has(call.method)),
    // A browser cannot set headers on a WebSocket: its Origin is what tells our page from others.
    admitUpgrade: (call) => admit(call, 'session', true),
  };
}
