import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { AUDIENCE } from '@banyan/proto';
import { createManualClock, type ManualClock } from '../../src/clock.ts';
import { createDeviceKey, type DeviceKey } from '../../src/identity/device-key.ts';
import { jwkOfKey } from '../../src/identity/thumbprint.ts';
import type { SigningJwk } from '../../src/tokens/token-keys.ts';

export const ISSUER = 'https://auth.test';

/** A signing key as auth has it. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: SigningJwk;
}

export function createSigningKey(kid: string): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid, privateKey, jwk: { kid, ...jwkOfKey(privateKey)! } };
}

/** What a test changes of a good token; undefined takes a claim or header out. */
export interface TokenChange {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: SigningKey;
}

/** Signs what auth would sign, and what it would never sign. */
export interface TestIssuer {
  readonly clock: ManualClock;
  readonly device: DeviceKey;
  /** Published keys; tests change them. */
  keys: SigningKey[];
  token(change?: TokenChange): Promise<string>;
  claims(change?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  delta(seq: number, entries: readonly unknown[], change?: TokenChange): Promise<string>;
}

export function createTestIssuer(): TestIssuer {
  const clock = createManualClock();
  const device = createDeviceKey();
  const nowS = (): number => Math.floor(clock.now() / 1000);
  const issuer: TestIssuer = {
    clock,
    device,
    keys: [createSigningKey('k1')],
    claims: (change = {}) => ({
      iss: ISSUER,
      sub: 'account-1',
      aud: AUDIENCE.supernode,
      iat: nowS(),
      exp: nowS() + 3600,
      jti: 'token-1',
      client_id: device.deviceId,
      scope: 'session',
      cnf: { jkt: device.deviceId },
      account: 'ann',
      role: 'member',
      grants: [],
      ...change,
    }),
    token: (change = {}) => sign('at+jwt', issuer.claims(change.claims), change),
    delta: (seq, entries, change = {}) =>
      sign('banyan-revocation+jwt', { iss: ISSUER, seq, iat: nowS(), entries, ...change.claims }, change),
  };
  const sign = (typ: string, payload: object, change: TokenChange): Promise<string> => {
    const key = change.key ?? issuer.keys[0]!;
    return new SignJWT(JSON.parse(JSON.stringify(payload)) as Record<string, unknown>)
      .setProtectedHeader({ alg: 'ES256', typ, kid: key.kid, ...change.header })
      .sign(key.privateKey);
  };
  return issuer;
}
