import { createHash, createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { isDeviceId } from '@banyan/proto/base';
import { subjectPublicKeyInfo } from './certificate-key.ts';

/** The public half of a device key as a JSON Web Key (RFC 7517); always P-256. */
export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  /** base64url of 32 bytes */
  readonly x: string;
  /** base64url of 32 bytes */
  readonly y: string;
}

/**
 * The members of `jwk` that make a P-256 public key, or undefined when it is none, when the point is not on
 * the curve, or when private members came along (nobody may send those).
 */
export function toPublicJwk(jwk: unknown): PublicJwk | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  const { kty, crv, x, y, d } = jwk as Record<string, unknown>;
  if (kty !== 'EC' || crv !== 'P-256' || d !== undefined) return undefined;
  // A coordinate has the form of a device id: 32 bytes in base64url.
  if (!isDeviceId(x) || !isDeviceId(y)) return undefined;
  const key: PublicJwk = { kty, crv, x, y };
  try {
    createPublicKey({ format: 'jwk', key: { ...key } });
  } catch {
    return undefined;
  }
  return key;
}

/** RFC 7638 SHA-256 thumbprint of a P-256 key, base64url: the device id of its holder. */
export function thumbprintOfJwk(jwk: PublicJwk): string {
  // RFC 7638 section 3: required members only, in lexicographic order, no white space.
  const canonical = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y });
  return createHash('sha256').update(canonical).digest('base64url');
}

/** The public JWK of a P-256 key object, or undefined for any other kind of key. */
export function jwkOfKey(key: KeyObject): PublicJwk | undefined {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    return undefined;
  const { kty, crv, x, y } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return toPublicJwk({ kty, crv, x, y });
}

/** What stands before the point in the SubjectPublicKeyInfo (RFC 5480) of a P-256 key; then come 04, x and y. */
const P256_SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const COORDINATE_BYTES = 32;

/**
 * The device id that a certificate stands for: the thumbprint of its public key, or undefined when that is not a
 * P-256 key. Names and dates in the certificate say nothing: it only wraps the key (design.md section 7).
 */
export function thumbprintOfCertificate(certificate: X509Certificate): string | undefined {
  try {
    // A key is checked when it is read: one that is none throws here.
    const { publicKey } = certificate;
    // Of one that is written in the usual way nothing more is asked: OpenSSL would make a second form of it, and keep that with the
    // certificate for as long as a connection lasts.
    const spki = subjectPublicKeyInfo(certificate.raw);
    const at = P256_SPKI.length;
    if (spki?.length === at + 2 * COORDINATE_BYTES && spki.subarray(0, at).equals(P256_SPKI)) {
      const x = spki.toString('base64url', at, at + COORDINATE_BYTES);
      const y = spki.toString('base64url', at + COORDINATE_BYTES);
      return thumbprintOfJwk({ kty: 'EC', crv: 'P-256', x, y });
    }
    const jwk = jwkOfKey(publicKey);
    return jwk === undefined ? undefined : thumbprintOfJwk(jwk);
  } catch {
    // A key that OpenSSL does not know makes the getter throw.
    return undefined;
  }
}
