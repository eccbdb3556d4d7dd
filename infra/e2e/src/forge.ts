/** Makes tokens that only a thief of the network's own signing key could make: everything about them holds but one thing. */
import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { join } from 'node:path';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { ACCESS_TOKEN_TYP } from '@banyan/proto';
import { createLmdbStore } from '@banyan/kit';

export interface Forge {
  /** The payload of a real token, to be changed. */
  claimsOf(token: string): JWTPayload;
  /** Signs claims as the network's auth would. */
  sign(claims: JWTPayload, header?: { readonly typ?: string }): Promise<string>;
  /** `alg: none` (RFC 7519 section 6). */
  unsigned(claims: JWTPayload): string;
  /** HMAC keyed with the public key, the classic of RFC 8725 section 2.1. */
  confused(claims: JWTPayload): Promise<string>;
  /** ES256 by a key that is not the network's, under the name of one that is. */
  foreign(claims: JWTPayload, key: Parameters<SignJWT['sign']>[0]): Promise<string>;
}

interface SigningKeys {
  readonly keys: readonly { readonly kid: string; readonly privateJwk: JsonWebKey }[];
}

/** Reads the signing key out of the store of a stopped auth service. */
export async function stealSigningKey(authFolder: string): Promise<Forge> {
  const store = await createLmdbStore({ path: join(authFolder, 'store') });
  let held: SigningKeys | undefined;
  try {
    held = (await store.get<SigningKeys>('signing-keys'))?.value;
  } finally {
    await store.close();
  }
  const key = held?.keys.at(-1);
  if (key === undefined) throw new Error('The store of auth holds no signing key.');
  const { kid, privateJwk } = key;
  const signer = createPrivateKey({ format: 'jwk', key: privateJwk });
  const publicBytes = Buffer.from(JSON.stringify({ ...privateJwk, d: undefined }));
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return {
    claimsOf: (token) =>
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as JWTPayload,
    sign: (claims, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: header.typ ?? ACCESS_TOKEN_TYP, kid })
        .sign(signer),
    unsigned: (claims) => {
      const body = new UnsecuredJWT(claims).encode().split('.')[1] ?? '';
      return `${encode({ alg: 'none', typ: ACCESS_TOKEN_TYP, kid })}.${body}.`;
    },
    confused: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: ACCESS_TOKEN_TYP, kid }).sign(publicBytes),
    foreign: (claims, other) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: ACCESS_TOKEN_TYP, kid }).sign(other),
  };
}
