import { errors, jwtVerify, type JWTPayload } from 'jose';
import {
  ACCESS_TOKEN_TYP,
  BanyanError,
  CLOCK_SKEW_S,
  hasScope,
  MAX_TOKEN_BYTES,
  validateClaims,
  type AccessTokenClaims,
  type Audience,
  type Grant,
  type Role,
  type Scope,
} from '@banyan/proto';
import { systemClock, type Clock } from '../clock.ts';
import { readHeader, reasonOf, refuse } from './compact-jws.ts';
import type { RevocationList } from './revocation-list.ts';
import type { TokenKeys } from './token-keys.ts';
import { bannedError } from './banned-error.ts';

/** A token that was checked, and whose holder proved the key. */
export interface VerifiedToken {
  readonly accountId: string;
  /** Display name of the account. */
  readonly account: string;
  readonly deviceId: string;
  readonly role: Role;
  readonly grants: readonly Grant[];
  /** Unix milliseconds. */
  readonly expiresAt: number;
  readonly claims: AccessTokenClaims;
}

/** How the caller proved a key, and how strict to be about time. */
export interface VerifyInit {
  /** Thumbprint of the key the caller proved, by TLS or DPoP; undefined: it proved none, and is refused. */
  readonly jkt: string | undefined;
  /**
   * Seconds for which an expired token still does, for sessions that go on while auth is away; default 0. Never for
   * new sessions.
   */
  readonly graceS?: number;
  readonly signal?: AbortSignal;
}

/** Checks access tokens of one network for one verifier role. */
export interface TokenVerifier {
  /**
   * @throws BanyanError `unauthenticated` (no token), `token_invalid`, `token_expired`, `token_revoked`, `proof_invalid`
   *   (a token of another device's key), `unavailable` (signing key not to be had just now)
   */
  verify(token: string | undefined, init: VerifyInit): Promise<VerifiedToken>;
}

/** What {@link createTokenVerifier} needs. */
export interface TokenVerifierComponents {
  readonly keys: TokenKeys;
  readonly clock?: Pick<Clock, 'now'>;
  readonly revocations?: Pick<RevocationList, 'accountRevoked' | 'deviceRevoked' | 'keyRevoked'>;
}

/** Options of {@link createTokenVerifier}. */
export interface TokenVerifierInit {
  /** The network: the issuer's URL, exactly. */
  readonly issuer: string;
  /** The role of whoever verifies: a token for another role is worth nothing here. */
  readonly audience: Audience;
}

const ADVICE = 'Fetch a new token; enrol this device again if it goes on.';

/**
 * Makes the verifier of RFC 9068 access tokens bound to device keys (design.md section 7).
 *
 * Everything that jose leaves open is pinned: ES256 only, `typ`, issuer, audience, the claims that must be there; the
 * header may name a key of the issuer and nothing else (no `jku`, `x5u`, `jwk`, `crit`, `zip`). About 140 µs each, so
 * verify once per connection, not per chunk.
 */
export function createTokenVerifier(
  components: TokenVerifierComponents,
  init: TokenVerifierInit,
): TokenVerifier {
  const { keys, clock = systemClock, revocations } = components;

  const readClaims = async (
    token: string,
    options: VerifyInit,
  ): Promise<{ claims: AccessTokenClaims; kid: string }> => {
    const header = readHeader(token, {
      maxBytes: MAX_TOKEN_BYTES,
      members: ['alg', 'typ', 'kid'],
      typ: ACCESS_TOKEN_TYP,
    });
    if (typeof header === 'string') throw invalid(header);
    const kid = header['kid'];
    if (typeof kid !== 'string' || kid === '' || kid.length > 128) throw invalid('it names no signing key');
    const key = await keys.find(kid, options.signal);
    if (key === undefined) throw invalid('its signing key is not one of this network');
    const now = clock.now();
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, key, {
        algorithms: ['ES256'],
        issuer: init.issuer,
        audience: init.audience,
        typ: ACCESS_TOKEN_TYP,
        requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id', 'scope', 'cnf'],
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(now),
      }));
    } catch (error) {
      payload = excuse(error, now / 1000, options.graceS ?? 0);
    }
    const claims = validateClaims(payload);
    if (claims.iat > now / 1000 + CLOCK_SKEW_S) throw invalid('it comes from the future; check the clocks');
    return { claims, kid };
  };

  return {
    async verify(token, options) {
      if (token === undefined || token === '') throw new BanyanError('unauthenticated');
      const { claims, kid } = await readClaims(token, options);
      if (options.jkt === undefined) {
        throw new BanyanError(
          'proof_invalid',
          'The caller proved no device key. Present the device certificate or a DPoP proof.',
        );
      }
      if (claims.cnf.jkt !== options.jkt) throw new BanyanError('proof_invalid');
      const now = clock.now();
      if (revocations?.keyRevoked(kid, now) !== undefined) throw invalid('its signing key was withdrawn');
      const ban =
        revocations?.accountRevoked(claims.sub, now) ?? revocations?.deviceRevoked(claims.client_id, now);
      if (ban !== undefined) throw bannedError(ban);
      return {
        accountId: claims.sub,
        account: claims.account,
        deviceId: claims.client_id,
        role: claims.role,
        grants: claims.grants,
        expiresAt: claims.exp * 1000,
        claims,
      };
    },
  };
}

/** The payload of a token whose only fault is an age within the grace; throws what is wrong otherwise. */
function excuse(error: unknown, nowS: number, graceS: number): JWTPayload {
  // jose checks `exp` last, after signature, issuer, audience, type and `nbf`.
  if (error instanceof errors.JWTExpired) {
    const { exp } = error.payload;
    if (typeof exp === 'number' && nowS < exp + CLOCK_SKEW_S + graceS) return error.payload;
    throw new BanyanError('token_expired', undefined, { cause: error });
  }
  throw invalid(reasonOf(error) ?? 'it cannot be read', error);
}

function invalid(reason: string, cause?: unknown): BanyanError {
  return refuse('token_invalid', 'The token', reason, ADVICE, cause);
}

/**
 * Refuses a caller whose token lacks `scope`.
 *
 * @throws BanyanError `forbidden`, naming the scope
 */
export function requireScope(token: VerifiedToken, scope: Scope): void {
  if (!hasScope(token.claims, scope)) {
    throw new BanyanError(
      'forbidden',
      `This needs the right "${scope}". Ask an operator of your network for it.`,
      {
        details: { scope },
      },
    );
  }
}

const RANK: Readonly<Record<Role, number>> = { member: 0, viewer: 1, operator: 2 };

/**
 * Refuses a caller whose account has less than `role`; an operator may all that a viewer may.
 *
 * @throws BanyanError `forbidden`, naming the role
 */
export function requireRole(token: VerifiedToken, role: Role): void {
  if (RANK[token.role] < RANK[role]) {
    throw new BanyanError(
      'forbidden',
      `This needs the role "${role}". Ask an operator of your network for it.`,
      {
        details: { role },
      },
    );
  }
}
