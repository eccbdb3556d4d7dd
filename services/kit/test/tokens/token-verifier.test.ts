import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { CompactEncrypt, FlattenedSign, SignJWT } from 'jose';
import { AUDIENCE, TOKEN_GRACE_S } from '@banyan/proto';
import { createDpopProof } from '../../src/dpop/dpop-proof.ts';
import { createDeviceKey } from '../../src/identity/device-key.ts';
import { createClientAssertion } from '../../src/tokens/client-assertion.ts';
import { createRevocationList } from '../../src/tokens/revocation-list.ts';
import { createLocalKeys } from '../../src/tokens/token-keys.ts';
import {
  createTokenVerifier,
  requireRole,
  requireScope,
  type TokenVerifier,
} from '../../src/tokens/token-verifier.ts';
import { createSigningKey, createTestIssuer, ISSUER, type TestIssuer } from './test-issuer.ts';

let issuer: TestIssuer;
let verifier: TokenVerifier;
beforeEach(() => {
  issuer = createTestIssuer();
  const keys = createLocalKeys(() => issuer.keys.map((key) => key.jwk));
  verifier = createTokenVerifier(
    { keys, clock: issuer.clock },
    { issuer: ISSUER, audience: AUDIENCE.supernode },
  );
});

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const verify = (token: string): Promise<unknown> => verifier.verify(token, { jkt: issuer.device.deviceId });

describe('a good token', () => {
  it('says who calls', async () => {
    expect(await verify(await issuer.token())).toMatchObject({
      accountId: 'account-1',
      account: 'ann',
      deviceId: issuer.device.deviceId,
      role: 'member',
      grants: [],
      expiresAt: issuer.clock.now() + 3600_000,
    });
  });

  it('does until a minute after its end, for clocks differ; with a grace that long more, and no longer', async () => {
    const token = await issuer.token();
    const jkt = issuer.device.deviceId;
    await issuer.clock.advance(3659_000);
    await verify(token);
    await issuer.clock.advance(2_000);
    await expect(verify(token)).rejects.toMatchObject({ code: 'token_expired' });
    await verifier.verify(token, { jkt, graceS: TOKEN_GRACE_S });
    await issuer.clock.advance(TOKEN_GRACE_S * 1000);
    await expect(verifier.verify(token, { jkt, graceS: TOKEN_GRACE_S })).rejects.toMatchObject({
      code: 'token_expired',
    });
  });

  it('is refused once its account, device or signing key is revoked, until that ends', async () => {
    const keys = createLocalKeys(() => issuer.keys.map((key) => key.jwk));
    const revocations = createRevocationList({ keys, clock: issuer.clock }, { issuer: ISSUER });
    verifier = createTokenVerifier(
      { keys, clock: issuer.clock, revocations },
      { issuer: ISSUER, audience: AUDIENCE.supernode },
    );
    const token = await issuer.token();
    const untilS = issuer.clock.now() / 1000 + 60;
    await verify(token);
    await revocations.apply([
      await issuer.delta(1, [{ kind: 'device', id: issuer.device.deviceId, until: untilS, reason: 'lost' }]),
    ]);
    await expect(verify(token)).rejects.toMatchObject({
      code: 'token_revoked',
      details: { kind: 'device', reason: 'lost' },
    });
    await issuer.clock.advance(60_000);
    await verify(token);
    await revocations.apply([
      await issuer.delta(2, [{ kind: 'account', id: 'account-1', until: null, reason: '' }]),
    ]);
    await expect(verify(token)).rejects.toMatchObject({ code: 'token_revoked' });
    await revocations.apply([
      await issuer.delta(3, [{ kind: 'account', id: 'account-1', until: 0, reason: '' }]),
    ]);
    await verify(token);
    await revocations.apply([await issuer.delta(4, [{ kind: 'key', id: 'k1', until: null, reason: '' }])]);
    await expect(verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it('lets through by scope and role', async () => {
    const member = await verifier.verify(await issuer.token(), { jkt: issuer.device.deviceId });
    expect(() => requireScope(member, 'session')).not.toThrow();
    expect(() => requireScope(member, 'link')).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(() => requireRole(member, 'member')).not.toThrow();
    expect(() => requireRole(member, 'viewer')).toThrow(expect.objectContaining({ code: 'forbidden' }));
    const operator = await verifier.verify(await issuer.token({ claims: { role: 'operator' } }), {
      jkt: issuer.device.deviceId,
    });
    expect(() => requireRole(operator, 'viewer')).not.toThrow();
  });
});

describe('a token is refused', () => {
  const publicPem = (): string =>
    createPublicKey({ format: 'jwk', key: { ...issuer.keys[0]!.jwk } }).export({
      format: 'pem',
      type: 'spki',
    }) as string;
  const hs256 = (secret: string): string => {
    const input = `${b64({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })}.${b64(issuer.claims())}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const nowS = (): number => Math.floor(issuer.clock.now() / 1000);

  const ATTACKS: readonly (readonly [string, () => string | Promise<string>, string?])[] = [
    ['with alg none', () => `${b64({ alg: 'none', typ: 'at+jwt', kid: 'k1' })}.${b64(issuer.claims())}.`],
    [
      'with alg none and some signature',
      () => `${b64({ alg: 'none', typ: 'at+jwt', kid: 'k1' })}.${b64(issuer.claims())}.AAAA`,
    ],
    ['with alg nOnE', () => `${b64({ alg: 'nOnE', typ: 'at+jwt', kid: 'k1' })}.${b64(issuer.claims())}.`],
    ['with HS256 keyed by the public PEM', () => hs256(publicPem())],
    ['with HS256 keyed by the public JWK', () => hs256(JSON.stringify(issuer.keys[0]!.jwk))],
    [
      'with ES384',
      () =>
        issuer
          .token({ header: { alg: 'ES384' } })
          .catch(() => `${b64({ alg: 'ES384', typ: 'at+jwt', kid: 'k1' })}.${b64(issuer.claims())}.AAAA`),
    ],
    ['signed by another key of the same name', () => issuer.token({ key: createSigningKey('k1') })],
    ['with a key name that is a path', () => issuer.token({ header: { kid: '../../dev/null' } })],
    ['with a key name that is a query', () => issuer.token({ header: { kid: "k1' OR '1'='1" } })],
    ['with a key name of the prototype', () => issuer.token({ header: { kid: '__proto__' } })],
    ['with an endless key name', () => issuer.token({ header: { kid: 'k'.repeat(1000) } })],
    ['without key name', () => issuer.token({ header: { kid: undefined } })],
    ['with a key set of its own (jku)', () => issuer.token({ header: { jku: 'http://127.0.0.1:1/jwks' } })],
    ['with a certificate URL (x5u)', () => issuer.token({ header: { x5u: 'http://127.0.0.1:1/cert' } })],
    [
      'with a key of its own (jwk)',
      () => {
        const own = createSigningKey('k1');
        return issuer.token({ key: own, header: { jwk: own.jwk } });
      },
    ],
    [
      'with an unknown crit',
      () => {
        const input = `${b64({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', crit: ['x'], x: 1 })}.${b64(issuer.claims())}`;
        return `${input}.AAAA`;
      },
    ],
    [
      'with b64 false',
      () =>
        new SignJWT(issuer.claims())
          .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', b64: true, crit: ['b64'] })
          .sign(issuer.keys[0]!.privateKey),
    ],
    ['with zip', () => issuer.token({ header: { zip: 'DEF' } })],
    [
      'that is a JWE',
      () =>
        new CompactEncrypt(Buffer.from(JSON.stringify(issuer.claims())))
          .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', typ: 'at+jwt', kid: 'k1' })
          .encrypt(createPublicKey(issuer.keys[0]!.privateKey)),
    ],
    [
      'in JSON serialisation',
      async () =>
        JSON.stringify(
          await new FlattenedSign(Buffer.from(JSON.stringify(issuer.claims())))
            .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
            .sign(issuer.keys[0]!.privateKey),
        ),
    ],
    ['without type', () => issuer.token({ header: { typ: undefined } })],
    ['of type JWT', () => issuer.token({ header: { typ: 'JWT' } })],
    ['that is a revocation', () => issuer.delta(1, [])],
    [
      'that is a DPoP proof',
      () => createDpopProof(issuer.device, { method: 'GET', url: ISSUER, clock: issuer.clock }),
    ],
    [
      'that is a client assertion',
      () => createClientAssertion(issuer.device, { issuer: ISSUER, clock: issuer.clock }),
    ],
    ['for a peer', () => issuer.token({ claims: { aud: AUDIENCE.peer, scope: 'transfer' } })],
    ['for several audiences', () => issuer.token({ claims: { aud: [AUDIENCE.supernode, AUDIENCE.peer] } })],
    ['without audience', () => issuer.token({ claims: { aud: undefined } })],
    ['of another issuer', () => issuer.token({ claims: { iss: 'https://evil.test' } })],
    ['of the issuer in another spelling', () => issuer.token({ claims: { iss: `${ISSUER}/` } })],
    ...['exp', 'iat', 'jti', 'sub', 'client_id', 'scope', 'cnf', 'role', 'account'].map(
      (name) => [`without ${name}`, () => issuer.token({ claims: { [name]: undefined } })] as const,
    ),
    ['with an end in words', () => issuer.token({ claims: { exp: 'tomorrow' } })],
    [
      'that has expired',
      () => issuer.token({ claims: { iat: nowS() - 4000, exp: nowS() - 61 } }),
      'token_expired',
    ],
    ['that is not valid yet', () => issuer.token({ claims: { nbf: nowS() + 61 } })],
    ['from the future', () => issuer.token({ claims: { iat: nowS() + 61 } })],
    [
      'of a device that differs from its key',
      () => issuer.token({ claims: { client_id: createDeviceKey().deviceId } }),
    ],
    ['with a scope above its rights', () => issuer.token({ claims: { scope: 'session link' } })],
    ['with a role that does not exist', () => issuer.token({ claims: { role: 'root' } })],
    [
      'signed by a retired key',
      async () => {
        const token = await issuer.token();
        issuer.keys = [createSigningKey('k2')];
        return token;
      },
    ],
    ['that is huge', async () => issuer.token({ claims: { padding: 'x'.repeat(1_000_000) } })],
    ['that is a heap of dots', () => '.'.repeat(4000)],
    ['that is empty', () => '', 'unauthenticated'],
    [
      'with a changed payload',
      async () => {
        const [header, , signature] = (await issuer.token()).split('.');
        return `${header}.${b64(issuer.claims({ role: 'operator' }))}.${signature}`;
      },
    ],
    [
      'with a signature of zeros',
      async () =>
        `${(await issuer.token()).split('.').slice(0, 2).join('.')}.${Buffer.alloc(64).toString('base64url')}`,
    ],
  ];

  it.each(ATTACKS)('%s', async (_name, make, code = 'token_invalid') => {
    await expect(verify(await make())).rejects.toMatchObject({ code });
  });

  it('from another device, and from one that proved nothing', async () => {
    const token = await issuer.token();
    await expect(verifier.verify(token, { jkt: createDeviceKey().deviceId })).rejects.toMatchObject({
      code: 'proof_invalid',
    });
    await expect(verifier.verify(token, { jkt: undefined })).rejects.toMatchObject({ code: 'proof_invalid' });
  });

  it('in grace as well when anything but its age is wrong', async () => {
    const old = { iat: nowS() - 4000, exp: nowS() - 100 };
    const options = { jkt: issuer.device.deviceId, graceS: TOKEN_GRACE_S };
    await verifier.verify(await issuer.token({ claims: old }), options);
    for (const change of [
      { claims: { ...old, aud: AUDIENCE.peer } },
      { claims: { ...old, iss: 'https://evil.test' } },
      { claims: { ...old, nbf: nowS() + 100 } },
      { claims: old, key: createSigningKey('k1') },
    ]) {
      await expect(verifier.verify(await issuer.token(change), options)).rejects.toMatchObject({
        code: 'token_invalid',
      });
    }
    await expect(
      verifier.verify(await issuer.token({ claims: old }), { ...options, jkt: createDeviceKey().deviceId }),
    ).rejects.toMatchObject({ code: 'proof_invalid' });
  });

  it('with another kind of key in the set, whatever its name', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = await new SignJWT(issuer.claims())
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'k1' })
      .sign(privateKey);
    await expect(verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
  });
});
