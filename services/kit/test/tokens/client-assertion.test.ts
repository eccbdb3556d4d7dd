import { beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { createManualClock, type ManualClock } from '../../src/clock.ts';
import { createDpopProof } from '../../src/dpop/dpop-proof.ts';
import { createMemoryReplayStore, type ReplayStore } from '../../src/dpop/replay-store.ts';
import { createDeviceKey, type DeviceKey } from '../../src/identity/device-key.ts';
import { createClientAssertion, verifyClientAssertion } from '../../src/tokens/client-assertion.ts';

const ISSUER = 'https://auth.test';
let clock: ManualClock;
let device: DeviceKey;
let replay: ReplayStore;
beforeEach(() => {
  clock = createManualClock();
  device = createDeviceKey();
  replay = createMemoryReplayStore({ clock });
});

const verify = (assertion: string): Promise<{ deviceId: string }> =>
  verifyClientAssertion(assertion, {
    issuer: ISSUER,
    keyOf: (id) => (id === device.deviceId ? device.publicJwk : undefined),
    replay,
    clock,
  });

function forge(
  change: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key = device,
): Promise<string> {
  const nowS = Math.floor(clock.now() / 1000);
  const payload = {
    iss: device.deviceId,
    sub: device.deviceId,
    aud: ISSUER,
    iat: nowS,
    exp: nowS + 60,
    jti: 'j'.repeat(22),
    ...change,
  };
  return new SignJWT(JSON.parse(JSON.stringify(payload)) as Record<string, unknown>)
    .setProtectedHeader({ alg: 'ES256', typ: 'client-authentication+jwt', ...header })
    .sign(key.privateKey);
}

describe('a client assertion', () => {
  it('names its device, once', async () => {
    const assertion = await createClientAssertion(device, { issuer: ISSUER, clock });
    expect(await verify(assertion)).toEqual({ deviceId: device.deviceId });
    await expect(verify(assertion)).rejects.toMatchObject({ code: 'proof_replayed' });
    expect(await verify(await createClientAssertion(device, { issuer: ISSUER, clock }))).toBeDefined();
  });

  it('of a device that is not enrolled is refused as such', async () => {
    const assertion = await createClientAssertion(createDeviceKey(), { issuer: ISSUER, clock });
    await expect(verify(assertion)).rejects.toMatchObject({ code: 'device_unknown' });
  });

  it('of two uses at once lets one through', async () => {
    const assertion = await createClientAssertion(device, { issuer: ISSUER, clock });
    const results = await Promise.allSettled([verify(assertion), verify(assertion)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is good as the forger of these tests makes it', async () => {
    expect(await verify(await forge())).toEqual({ deviceId: device.deviceId });
  });

  it.each([
    ['for another issuer', { aud: 'https://evil.test' }],
    ['for the token endpoint', { aud: `${ISSUER}/oauth/token` }],
    ['for several audiences', { aud: [ISSUER, 'https://evil.test'] }],
    ['for a list of one', { aud: [ISSUER] }],
    ['that lives too long', { exp: 1767225600 + 61 }],
    ['that has expired', { iat: 1767225600 - 200, exp: 1767225600 - 140 }],
    ['from the future', { iat: 1767225600 + 100, exp: 1767225600 + 160 }],
    ['without end', { exp: undefined }],
    ['without time', { iat: undefined }],
    ['without jti', { jti: undefined }],
    ['with a short jti', { jti: 'x' }],
    ['with an endless jti', { jti: 'x'.repeat(1000) }],
    ['for another subject', { sub: 'x' }],
    ['with an issuer that is no device', { iss: 'x' }],
  ])('%s is refused', async (_name, change) => {
    await expect(verify(await forge(change))).rejects.toMatchObject({ code: 'proof_invalid' });
  });

  it('of another key or kind is refused', async () => {
    await expect(verify(await forge({}, {}, createDeviceKey()))).rejects.toMatchObject({
      code: 'proof_invalid',
    });
    await expect(verify(await forge({}, { typ: 'JWT' }))).rejects.toMatchObject({ code: 'proof_invalid' });
    await expect(verify(await forge({}, { jwk: device.publicJwk }))).rejects.toMatchObject({
      code: 'proof_invalid',
    });
    const proof = await createDpopProof(device, { method: 'POST', url: ISSUER, clock });
    await expect(verify(proof)).rejects.toMatchObject({ code: 'proof_invalid' });
  });
});
