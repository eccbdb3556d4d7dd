import { createHash, createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { isDeviceId } from '@banyan/proto';

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

/**
 * The device id that a certificate stands for: the thumbprint of its public key, or undefined when that is not a
 * P-256 key. Names and dates in the certificate say nothing: it only wraps the key (design.md section 7).
 */
export function thumbprintOfCertificate(certificate: X509Certificate): string | undefined {
  try {
    const jwk = jwkOfKey(certificate.publicKey);
    return jwk === undefined ? undefined : thumbprintOfJwk(jwk);
  } catch {
    // A key that OpenSSL does not know makes the getter throw.
    return undefined;
  }
}
