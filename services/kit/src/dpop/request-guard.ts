import type { IncomingHttpHeaders } from 'node:http';
import { BanyanError, type Role, type Scope } from '@banyan/proto';
import {
  requireRole,
  requireScope,
  type TokenVerifier,
  type VerifiedToken,
} from '../tokens/token-verifier.ts';
import type { DpopVerifier, VerifiedProof } from './dpop-proof.ts';

/** The part of an HTTP request that the guard looks at; fastify's and Node's own both fit. */
export interface GuardedRequest {
  readonly method?: string | undefined;
  /** Path and query, as in the request line. */
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What a caller needs besides a valid token. */
export interface GuardRule {
  readonly scope?: Scope;
  readonly role?: Role;
}

/** Lets in who proves the device key of a valid token. */
export interface RequestGuard {
  /**
   * Checks `Authorization: DPoP <token>` together with the `DPoP` proof of the same key.
   *
   * @throws BanyanError `unauthenticated`, `proof_invalid`, `proof_replayed`, `token_*`, `forbidden`
   */
  authenticate(request: GuardedRequest, rule?: GuardRule): Promise<VerifiedToken>;
  /** Checks the `DPoP` proof alone, for callers that have no token yet: enrolment. */
  authenticateDevice(request: GuardedRequest): Promise<VerifiedProof>;
}

/** What {@link createRequestGuard} needs. */
export interface RequestGuardComponents {
  readonly verifier: TokenVerifier;
  readonly dpop: DpopVerifier;
}

/** Options of {@link createRequestGuard}. */
export interface RequestGuardInit {
  /**
   * The URL under which callers know this service, without a slash at its end; a function where the port is not
   * known before it listens. Never taken from the request: a `Host` header is the caller's own word.
   */
  readonly publicBaseUrl: string | (() => string);
}

const AUTHORIZATION = /^DPoP +([A-Za-z0-9._-]+)$/i;

/** Makes the guard of an HTTP service whose TLS may end at a proxy (auth, list); independent of the web framework. */
export function createRequestGuard(components: RequestGuardComponents, init: RequestGuardInit): RequestGuard {
  const { verifier, dpop } = components;

  const target = (request: GuardedRequest): { method: string; url: string } => {
    const base = typeof init.publicBaseUrl === 'string' ? init.publicBaseUrl : init.publicBaseUrl();
    return { method: request.method ?? 'GET', url: base.replace(/\/$/, '') + (request.url ?? '/') };
  };

  return {
    async authenticate(request, rule = {}) {
      const { authorization } = request.headers;
      if (authorization === undefined) throw new BanyanError('unauthenticated');
      const accessToken = AUTHORIZATION.exec(authorization)?.[1];
      if (accessToken === undefined) {
        throw new BanyanError(
          'proof_invalid',
          'A token is accepted here only as "Authorization: DPoP <token>" with its proof.',
        );
      }
      const proof = await dpop.inspect(proofOf(request), { ...target(request), accessToken });
      const token = await verifier.verify(accessToken, { jkt: proof.jkt });
      // Only now: strangers' proofs must not fill the replay store.
      await proof.redeem();
      if (rule.scope !== undefined) requireScope(token, rule.scope);
      if (rule.role !== undefined) requireRole(token, rule.role);
      return token;
    },
    authenticateDevice: (request) => dpop.verify(proofOf(request), target(request)),
  };
}

function proofOf(request: GuardedRequest): string | undefined {
  // Node joins repeated headers with a comma, which is no JWS and is refused as such.
  const header = request.headers['dpop'];
  return Array.isArray(header) ? header.join() : header;
}
