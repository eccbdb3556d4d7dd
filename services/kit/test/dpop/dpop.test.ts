import { createHash, createPrivateKey } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { AUDIENCE, BanyanError } from '@banyan/proto';
import { createManualClock, type ManualClock } from '../../src/clock.ts';
import { createDpopProof, createDpopVerifier, type DpopVerifier } from '../../src/dpop/dpop-proof.ts';
import { createMemoryReplayStore, createStoreReplayStore } from '../../src/dpop/replay-store.ts';
import { createRequestGuard, type RequestGuard } from '../../src/dpop/request-guard.ts';
import { createDeviceKey, type DeviceKey } from '../../src/identity/device-key.ts';
import { createClientAssertion } from '../../src/tokens/client-assertion.ts';
import { createLocalKeys } from '../../src/tokens/token-keys.ts';
import { createTokenVerifier } from '../../src/tokens/token-verifier.ts';
import { createTestIssuer, ISSUER, type TestIssuer } from '../tokens/test-issuer.ts';

const URL_ = 'https://list.test/v1/supernodes';
const request = { method: 'GET', url: URL_ };

describe('a DPoP proof', () => {
  let clock: ManualClock;
  let device: DeviceKey;
  let verifier: DpopVerifier;
  beforeEach(() => {
    clock = createManualClock();
    device = createDeviceKey();
    verifier = createDpopVerifier({ replay: createMemoryReplayStore({ clock }), clock });
  });

  const nowS = (): number => Math.floor(clock.now() / 1000);
  const forge = (
    change: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key = device,
  ): Promise<string> =>
    new SignJWT(
      JSON.parse(
        JSON.stringify({ htm: 'GET', htu: URL_, iat: nowS(), jti: 'j'.repeat(22), ...change }),
      ) as Record<string, unknown>,
    )
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { ...device.publicJwk }, ...header })
      .sign(key.privateKey);

  it('proves the device key for its request, once', async () => {
    const proof = await createDpopProof(device, { ...request, clock });
    expect(await verifier.verify(proof, request)).toEqual({
      jkt: device.deviceId,
      publicJwk: device.publicJwk,
    });
    await expect(verifier.verify(proof, request)).rejects.toMatchObject({ code: 'proof_replayed' });
  });

  it('is used up by redeeming, not by looking at it; of two at once one wins', async () => {
    const proof = await createDpopProof(device, { ...request, clock });
    await verifier.inspect(proof, request);
    const inspected = await verifier.inspect(proof, request);
    const results = await Promise.allSettled([inspected.redeem(), verifier.verify(proof, request)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is bound to the token it goes with', async () => {
    const proof = await createDpopProof(device, { ...request, accessToken: 'a.b.c', clock });
    await verifier.verify(proof, { ...request, accessToken: 'a.b.c' });
    const other = await createDpopProof(device, { ...request, accessToken: 'a.b.c', clock });
    await expect(verifier.verify(other, { ...request, accessToken: 'x.y.z' })).rejects.toMatchObject({
      code: 'proof_invalid',
    });
    const without = await createDpopProof(device, { ...request, clock });
    await expect(verifier.verify(without, { ...request, accessToken: 'a.b.c' })).rejects.toMatchObject({
      code: 'proof_invalid',
    });
  });

  it.each([
    ['with another query', `${URL_}?limit=3`],
    ['with a fragment', `${URL_}#x`],
    ['with the default port', 'https://list.test:443/v1/supernodes'],
    ['with capitals in scheme and host', 'HTTPS://LIST.test/v1/supernodes'],
  ])('holds for the same URL %s', async (_name, url) => {
    await verifier.verify(await createDpopProof(device, { method: 'get', url, clock }), request);
    await verifier.verify(await createDpopProof(device, { ...request, clock }), { method: 'GET', url });
  });

  it('is good as the forger of these tests makes it, within the time allowed', async () => {
    await verifier.verify(await forge(), request);
    await verifier.verify(await forge({ iat: nowS() - 119, jti: 'a'.repeat(16) }), request);
    await verifier.verify(await forge({ iat: nowS() + 59, jti: 'b'.repeat(16) }), request);
  });

  it.each<[string, Record<string, unknown>]>([
    ['for another method', { htm: 'POST' }],
    ['for another path', { htu: `${URL_}/x` }],
    ['for another host', { htu: 'https://evil.test/v1/supernodes' }],
    ['for another scheme', { htu: 'http://list.test/v1/supernodes' }],
    ['for no URL', { htu: 'nonsense' }],
    ['without method', { htm: undefined }],
    ['without URL', { htu: undefined }],
    ['without jti', { jti: undefined }],
    ['with a short jti', { jti: 'short' }],
    ['with an endless jti', { jti: 'x'.repeat(500) }],
    ['with a jti that is no text', { jti: 7 }],
    ['without time', { iat: undefined }],
    ['that is too old', { iat: Date.UTC(2026, 0, 1) / 1000 - 121 }],
    ['from the future', { iat: Date.UTC(2026, 0, 1) / 1000 + 61 }],
  ])('%s is refused', async (_name, change) => {
    await expect(verifier.verify(await forge(change), request)).rejects.toMatchObject({
      code: 'proof_invalid',
    });
  });

  it('of another kind or make is refused', async () => {
    const { privateKey } = device;
    const refused = async (proof: string | undefined): Promise<void> => {
      await expect(verifier.verify(proof, request)).rejects.toMatchObject({ code: 'proof_invalid' });
    };
    await refused(undefined);
    await refused('');
    await refused('x'.repeat(100_000));
    await refused(await forge({}, { typ: 'JWT' }));
    await refused(await forge({}, { typ: 'at+jwt' }));
    await refused(await forge({}, { jwk: undefined }));
    await refused(await forge({}, { jwk: privateKey.export({ format: 'jwk' }) }));
    await refused(await forge({}, { jwk: { kty: 'oct', k: 'AAAA' } }));
    await refused(await forge({}, { jku: 'http://127.0.0.1:1/' }));
    await refused(await forge({}, {}, createDeviceKey()));
    await refused(await createClientAssertion(device, { issuer: URL_, clock }));
    const proof = await forge({ jti: 'c'.repeat(16) });
    await refused(`${proof}, ${proof}`);
    const [, payload] = proof.split('.');
    await refused(
      `${Buffer.from(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk: device.publicJwk })).toString('base64url')}.${payload}.`,
    );
    expect(
      createPrivateKey({ key: privateKey.export({ format: 'jwk' }), format: 'jwk' }).asymmetricKeyType,
    ).toBe('ec');
  });
});

describe('a replay store', () => {
  it('forgets what is too old to be accepted anyway, and never earlier', async () => {
    const clock = createManualClock();
    const store = createMemoryReplayStore({ clock }, { maxEntries: 2 });
    expect(await store.remember('a', 1000)).toBe(true);
    expect(await store.remember('b', 1000)).toBe(true);
    expect(await store.remember('a', 1000)).toBe(false);
    await expect(store.remember('c', 1000)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await store.remember('b', 1000)).toBe(false);
    await clock.advance(1000);
    expect(await store.remember('c', 1000)).toBe(true);
    expect(await store.remember('a', 1000)).toBe(true);
  });

  it('lets a shared store decide, and accepts nothing while that is away', async () => {
    const held = new Set<string>();
    let away = false;
    const store = createStoreReplayStore({
      put: (key, _value, options) => {
        if (away) return Promise.reject(new BanyanError('store_unavailable'));
        expect(options).toEqual({ expect: null, ttlMs: 1000, durable: false });
        if (held.has(key)) return Promise.reject(new BanyanError('conflict'));
        held.add(key);
        return Promise.resolve('1');
      },
    });
    expect(await store.remember('a', 1000)).toBe(true);
    expect(await store.remember('a', 1000)).toBe(false);
    expect([...held]).toEqual(['replay/a']);
    away = true;
    await expect(store.remember('b', 1000)).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('goes on by itself while the shared store is away, where that was asked for, and takes nothing twice', async () => {
    const held = new Set<string>();
    let away = false;
    const backend = {
      put: (key: string) => {
        if (away) return Promise.reject(new BanyanError('store_unavailable'));
        if (held.has(key)) return Promise.reject(new BanyanError('conflict'));
        held.add(key);
        return Promise.resolve('1');
      },
    };
    const make = () => createStoreReplayStore(backend, { meanwhile: createMemoryReplayStore() });
    const [one, two] = [make(), make()];
    expect(await one.remember('a', 60_000)).toBe(true);
    expect(await two.remember('a', 60_000)).toBe(false);
    away = true;
    expect(await one.remember('a', 60_000)).toBe(false);
    expect(await one.remember('b', 60_000)).toBe(true);
    expect(await one.remember('b', 60_000)).toBe(false);
    away = false;
    expect(await one.remember('b', 60_000)).toBe(false);
  });
});

describe('a request guard', () => {
  let issuer: TestIssuer;
  let guard: RequestGuard;
  let remembered: string[];
  beforeEach(() => {
    issuer = createTestIssuer();
    remembered = [];
    const memory = createMemoryReplayStore({ clock: issuer.clock });
    const replay = {
      remember: (value: string, ttlMs: number): Promise<boolean> => {
        remembered.push(value);
        return memory.remember(value, ttlMs);
      },
    };
    const keys = createLocalKeys(() => issuer.keys.map((key) => key.jwk));
    guard = createRequestGuard(
      {
        verifier: createTokenVerifier(
          { keys, clock: issuer.clock },
          { issuer: ISSUER, audience: AUDIENCE.list },
        ),
        dpop: createDpopVerifier({ replay, clock: issuer.clock }),
      },
      { publicBaseUrl: () => 'https://list.test/' },
    );
  });

  const token = (claims: Record<string, unknown> = {}): Promise<string> =>
    issuer.token({ claims: { aud: AUDIENCE.list, scope: 'list:read', ...claims } });
  const call = async (
    accessToken: string,
    key = issuer.device,
    scheme = 'DPoP',
  ): Promise<Parameters<RequestGuard['authenticate']>[0]> => ({
    method: 'GET',
    url: '/v1/supernodes?limit=3',
    headers: {
      host: 'evil.test',
      authorization: `${scheme} ${accessToken}`,
      dpop: await createDpopProof(key, { ...request, accessToken, clock: issuer.clock }),
    },
  });

  it('lets in who proves the key of a valid token', async () => {
    const verified = await guard.authenticate(await call(await token()), {
      scope: 'list:read',
      role: 'member',
    });
    expect(verified).toMatchObject({ account: 'ann', deviceId: issuer.device.deviceId });
    await guard.authenticate(await call(await token(), issuer.device, 'dpop'));
  });

  it('refuses a stolen token, whatever key its thief proves, and remembers nothing of him', async () => {
    const stolen = await token();
    await expect(guard.authenticate(await call(stolen, createDeviceKey()))).rejects.toMatchObject({
      code: 'proof_invalid',
    });
    expect(remembered).toEqual([]);
    await expect(guard.authenticate(await call(stolen, issuer.device, 'Bearer'))).rejects.toMatchObject({
      code: 'proof_invalid',
    });
    const { dpop: _left, ...headers } = (await call(stolen)).headers;
    await expect(guard.authenticate({ method: 'GET', url: '/v1/supernodes', headers })).rejects.toMatchObject(
      { code: 'proof_invalid' },
    );
  });

  it('refuses a recorded request', async () => {
    const recorded = await call(await token());
    await guard.authenticate(recorded);
    await expect(guard.authenticate(recorded)).rejects.toMatchObject({ code: 'proof_replayed' });
    await expect(guard.authenticate({ ...recorded, method: 'DELETE' })).rejects.toMatchObject({
      code: 'proof_invalid',
    });
    await expect(guard.authenticate({ ...recorded, url: '/v1/operator' })).rejects.toMatchObject({
      code: 'proof_invalid',
    });
  });

  it('refuses who brings nothing, a token for another role, or too few rights', async () => {
    await expect(guard.authenticate({ method: 'GET', url: '/', headers: {} })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(guard.authenticate(await call(await issuer.token()))).rejects.toMatchObject({
      code: 'token_invalid',
    });
    await expect(guard.authenticate(await call(await token()), { role: 'operator' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(guard.authenticate(await call(await token()), { scope: 'operator' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('knows a device without token by its proof alone', async () => {
    const device = createDeviceKey();
    const proof = await createDpopProof(device, {
      method: 'POST',
      url: 'https://list.test/v1/devices',
      clock: issuer.clock,
    });
    const enrol = { method: 'POST', url: '/v1/devices', headers: { dpop: proof } };
    expect(await guard.authenticateDevice(enrol)).toEqual({
      jkt: device.deviceId,
      publicJwk: device.publicJwk,
    });
    await expect(guard.authenticateDevice(enrol)).rejects.toMatchObject({ code: 'proof_replayed' });
    expect(
      createHash('sha256')
        .update(`{"crv":"P-256","kty":"EC","x":"${device.publicJwk.x}","y":"${device.publicJwk.y}"}`)
        .digest('base64url'),
    ).toBe(device.deviceId);
  });
});
