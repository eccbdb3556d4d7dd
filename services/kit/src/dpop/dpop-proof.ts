import { createHash, randomBytes } from 'node:crypto';
import { importJWK, jwtVerify, SignJWT } from 'jose';
import { BanyanError, CLOCK_SKEW_S, MAX_TOKEN_BYTES, PROOF_TTL_S } from '@banyan/proto';
import { systemClock, type Clock } from '../clock.ts';
import type { DeviceKey } from '../identity/device-key.ts';
import { thumbprintOfJwk, toPublicJwk, type PublicJwk } from '../identity/thumbprint.ts';
import { readHeader, reasonOf, refuse } from '../tokens/compact-jws.ts';
import type { ReplayStore } from './replay-store.ts';

const DPOP_TYP = 'dpop+jwt';
/** Long enough for 96 random bits in base64url, short enough to be remembered, and harmless as a part of a key. */
const JTI = /^[\x21-\x7e]{16,128}$/;

/** The request that a proof is for. */
export interface DpopRequest {
  /** HTTP method. */
  readonly method: string;
  /** Absolute URL; query and fragment do not count (RFC 9449 section 4.2). */
  readonly url: string;
  /** The access token that goes with it, if one does. */
  readonly accessToken?: string;
}

/** What goes into {@link createDpopProof}. */
export interface DpopProofInit extends DpopRequest {
  /** A nonce that the server asked for. */
  readonly nonce?: string;
  readonly clock?: Pick<Clock, 'now'>;
}

/** Makes the value of a `DPoP` header (RFC 9449): proof of the device key, for one request and one use. */
export async function createDpopProof(deviceKey: DeviceKey, init: DpopProofInit): Promise<string> {
  return await new SignJWT({
    htm: init.method.toUpperCase(),
    htu: normalizeHtu(init.url) ?? init.url,
    jti: randomBytes(16).toString('base64url'),
    ...(init.accessToken === undefined ? {} : { ath: hashOf(init.accessToken) }),
    ...(init.nonce === undefined ? {} : { nonce: init.nonce }),
  })
    .setProtectedHeader({ alg: 'ES256', typ: DPOP_TYP, jwk: { ...deviceKey.publicJwk } })
    .setIssuedAt(Math.floor((init.clock ?? systemClock).now() / 1000))
    .sign(deviceKey.privateKey);
}

/** A proof that holds for its request. */
export interface VerifiedProof {
  /** Thumbprint of the proved key: the caller's device id. */
  readonly jkt: string;
  readonly publicJwk: PublicJwk;
}

/** A proof that holds and is not used up yet. */
export interface InspectedProof extends VerifiedProof {
  /**
   * Uses it up.
   *
   * @throws BanyanError `proof_replayed` when it was used before
   */
  redeem(): Promise<void>;
}

/** Checks `DPoP` headers. */
export interface DpopVerifier {
  /**
   * Checks a proof and uses it up.
   *
   * @throws BanyanError `proof_invalid` (with the reason), `proof_replayed`
   */
  verify(proof: string | undefined, request: DpopRequest): Promise<VerifiedProof>;
  /**
   * Checks a proof without using it up, so that nothing is remembered for callers that are refused for another
   * reason; `redeem` must follow.
   */
  inspect(proof: string | undefined, request: DpopRequest): Promise<InspectedProof>;
}

/** What {@link createDpopVerifier} needs. */
export interface DpopVerifierComponents {
  readonly replay: ReplayStore;
  readonly clock?: Pick<Clock, 'now'>;
}

/** Makes the verifier of RFC 9449 section 4.3. */
export function createDpopVerifier(components: DpopVerifierComponents): DpopVerifier {
  const { replay, clock = systemClock } = components;

  const inspect: DpopVerifier['inspect'] = async (proof, request) => {
    if (proof === undefined || proof === '') throw invalid('there is none');
    const header = readHeader(proof, {
      maxBytes: MAX_TOKEN_BYTES,
      members: ['alg', 'typ', 'jwk'],
      typ: DPOP_TYP,
    });
    if (typeof header === 'string') throw invalid(header);
    const publicJwk = toPublicJwk(header['jwk']);
    if (publicJwk === undefined) throw invalid('it carries no P-256 public key');
    const nowS = clock.now() / 1000;
    let claims: Record<string, unknown>;
    try {
      const { payload } = await jwtVerify(proof, await importJWK({ ...publicJwk }, 'ES256'), {
        algorithms: ['ES256'],
        typ: DPOP_TYP,
        requiredClaims: ['iat', 'jti', 'htm', 'htu'],
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(clock.now()),
      });
      claims = payload;
    } catch (error) {
      throw invalid(reasonOf(error) ?? 'it cannot be read', error);
    }
    const { htm, htu, iat, jti, ath } = claims;
    if (htm !== request.method.toUpperCase()) throw invalid('it is for another method');
    const url = normalizeHtu(request.url);
    if (url === undefined || typeof htu !== 'string' || normalizeHtu(htu) !== url)
      throw invalid('it is for another URL');
    if (typeof iat !== 'number' || iat > nowS + CLOCK_SKEW_S)
      throw invalid('it comes from the future; check the clocks');
    if (iat < nowS - PROOF_TTL_S - CLOCK_SKEW_S) throw invalid('it is too old; check the clocks');
    if (typeof jti !== 'string' || !JTI.test(jti)) throw invalid('its jti is missing or wrong');
    if (request.accessToken !== undefined && ath !== hashOf(request.accessToken))
      throw invalid('it is for another token');
    const jkt = thumbprintOfJwk(publicJwk);
    return {
      jkt,
      publicJwk,
      async redeem() {
        const ttlMs = (PROOF_TTL_S + 2 * CLOCK_SKEW_S) * 1000;
        if (!(await replay.remember(`dpop:${jkt}:${jti}`, ttlMs))) throw new BanyanError('proof_replayed');
      },
    };
  };

  return {
    inspect,
    async verify(proof, request) {
      const inspected = await inspect(proof, request);
      await inspected.redeem();
      return { jkt: inspected.jkt, publicJwk: inspected.publicJwk };
    },
  };
}

/** RFC 9449 section 4.3: scheme and host in their normal form, no query, no fragment. */
function normalizeHtu(text: string): string | undefined {
  try {
    const url = new URL(text);
    return url.origin === 'null' ? undefined : url.origin + url.pathname;
  } catch {
    return undefined;
  }
}

function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url');
}

function invalid(reason: string, cause?: unknown): BanyanError {
  return refuse('proof_invalid', 'The DPoP proof', reason, 'Make a new one for each request.', cause);
}
