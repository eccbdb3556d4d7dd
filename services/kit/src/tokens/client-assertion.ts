import { randomBytes } from 'node:crypto';
import { importJWK, jwtVerify, SignJWT } from 'jose';
import { BanyanError, CLOCK_SKEW_S, isDeviceId, MAX_TOKEN_BYTES, PROOF_TTL_S } from '@banyan/proto';
import { systemClock, type Clock } from '../clock.ts';
import type { DeviceKey } from '../identity/device-key.ts';
import type { PublicJwk } from '../identity/thumbprint.ts';
import type { ReplayStore } from '../dpop/replay-store.ts';
import { peekPayload, readHeader, reasonOf, refuse } from './compact-jws.ts';

/** `client_assertion_type` of RFC 7523 section 2.2. */
export const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** `typ` of a client assertion (RFC 7523bis): nothing else that a device signs may pass for one. */
const ASSERTION_TYP = 'client-authentication+jwt';
const JTI = /^[\x21-\x7e]{16,128}$/;

/** Options of {@link createClientAssertion}. */
export interface ClientAssertionInit {
  /** Issuer URL, the sole audience. */
  readonly issuer: string;
  readonly clock?: Pick<Clock, 'now'>;
}

/**
 * Makes the assertion by which a device authenticates at the token endpoint (`private_key_jwt`, RFC 7523): issuer and
 * subject are the device id, good for {@link PROOF_TTL_S} seconds and for one use.
 */
export async function createClientAssertion(
  deviceKey: DeviceKey,
  init: ClientAssertionInit,
): Promise<string> {
  const iat = Math.floor((init.clock ?? systemClock).now() / 1000);
  return await new SignJWT({ jti: randomBytes(16).toString('base64url') })
    .setProtectedHeader({ alg: 'ES256', typ: ASSERTION_TYP, kid: deviceKey.deviceId })
    .setIssuer(deviceKey.deviceId)
    .setSubject(deviceKey.deviceId)
    .setAudience(init.issuer)
    .setIssuedAt(iat)
    .setExpirationTime(iat + PROOF_TTL_S)
    .sign(deviceKey.privateKey);
}

/** Options of {@link verifyClientAssertion}. */
export interface VerifyClientAssertionInit {
  readonly issuer: string;
  /** The public key of an enrolled device; undefined: not enrolled. */
  keyOf(deviceId: string): PublicJwk | undefined | Promise<PublicJwk | undefined>;
  readonly replay: ReplayStore;
  readonly clock?: Pick<Clock, 'now'>;
}

/**
 * Checks a client assertion and uses it up.
 *
 * The audience must be the issuer as one string: lists of audiences are what RFC 7523bis closes. The lifetime is at
 * most {@link PROOF_TTL_S} seconds.
 *
 * @returns the id of the device that signed it
 * @throws BanyanError `proof_invalid`, `proof_replayed`, `device_unknown`
 */
export async function verifyClientAssertion(
  assertion: string,
  init: VerifyClientAssertionInit,
): Promise<{ deviceId: string }> {
  const clock = init.clock ?? systemClock;
  const header = readHeader(assertion, {
    maxBytes: MAX_TOKEN_BYTES,
    members: ['alg', 'typ', 'kid'],
    typ: ASSERTION_TYP,
  });
  if (typeof header === 'string') throw invalid(header);
  const deviceId = peekPayload(assertion)?.['iss'];
  if (!isDeviceId(deviceId)) throw invalid('its issuer is no device id');
  const jwk = await init.keyOf(deviceId);
  if (jwk === undefined) throw new BanyanError('device_unknown');
  const now = clock.now();
  try {
    const { payload } = await jwtVerify(assertion, await importJWK({ ...jwk }, 'ES256'), {
      algorithms: ['ES256'],
      issuer: deviceId,
      subject: deviceId,
      audience: init.issuer,
      typ: ASSERTION_TYP,
      requiredClaims: ['exp', 'iat', 'jti'],
      clockTolerance: CLOCK_SKEW_S,
      currentDate: new Date(now),
    });
    const { aud, iat, exp, jti } = payload;
    if (typeof aud !== 'string') throw invalid('its aud is a list');
    if (iat! > now / 1000 + CLOCK_SKEW_S) throw invalid('it comes from the future; check the clocks');
    if (exp! - iat! > PROOF_TTL_S) throw invalid(`it is good for more than ${PROOF_TTL_S} seconds`);
    if (typeof jti !== 'string' || !JTI.test(jti)) throw invalid('its jti is missing or wrong');
    const fresh = await init.replay.remember(
      `assertion:${deviceId}:${jti}`,
      (PROOF_TTL_S + 2 * CLOCK_SKEW_S) * 1000,
    );
    if (!fresh) throw new BanyanError('proof_replayed');
    return { deviceId };
  } catch (error) {
    const reason = reasonOf(error);
    throw reason === undefined ? error : invalid(reason, error);
  }
}

function invalid(reason: string, cause?: unknown): BanyanError {
  return refuse('proof_invalid', 'The client assertion', reason, 'Make a new one.', cause);
}
