import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIENCE, TOKEN_TTL_S, validateClaims } from '@banyan/proto';
import { createClientAssertion, createDeviceKey, createDpopProof, systemClock } from '@banyan/kit';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import {
  createDevice,
  enrolMember,
  forge,
  PASSWORD,
  startAuth,
  type AuthUnderTest,
  type TestDevice,
} from './harness.ts';

let auth: AuthUnderTest;
let device: TestDevice;
beforeAll(async () => {
  auth = await startAuth({ networkName: 'Choir', listUrls: ['https://list.example'] });
  device = await enrolMember(auth, 'alice');
});
afterAll(() => auth.stop());

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('metadata', () => {
  it('says where everything is, with the issuer exactly as it is named', async () => {
    const { status, body } = await auth.get('/.well-known/oauth-authorization-server');
    expect(status).toBe(200);
    expect(auth.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(body).toMatchObject({
      issuer: auth.url,
      token_endpoint: `${auth.url}/oauth/token`,
      jwks_uri: `${auth.url}/jwks.json`,
      banyan_list_endpoints: ['https://list.example'],
      banyan_network_name: 'Choir',
      banyan_enrolment: 'open',
    });
    expect(body).not.toHaveProperty('banyan_list_pins');
  });

  it('publishes no private part of a key', async () => {
    const { body } = await auth.get('/jwks.json');
    expect(body.keys).toHaveLength(1);
    expect(Object.keys(body.keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('describes its API, its health and its metrics', async () => {
    const { body } = await auth.get('/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/oauth/token', '/v1/devices', '/v1/operator/keys/rotate', '/v1/revocations']),
    );
    expect((await auth.get('/healthz')).status).toBe(200);
    expect((await auth.get('/readyz')).status).toBe(200);
    expect((await auth.get('/metrics')).body).toContain('banyan_auth_tokens_total');
  });
});

describe('the token endpoint', () => {
  it('gives a token for one role, bound to the device key', async () => {
    const answer = await device.tokenAnswer({ resource: AUDIENCE.peer });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({ token_type: 'DPoP', expires_in: TOKEN_TTL_S, scope: 'transfer' });
    const token = answer.body.access_token as string;
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    const keys = createLocalJWKSet((await auth.get('/jwks.json')).body);
    const { payload } = await jwtVerify(token, keys, {
      issuer: auth.url,
      audience: AUDIENCE.peer,
      typ: 'at+jwt',
    });
    expect(validateClaims(payload)).toMatchObject({
      client_id: device.key.deviceId,
      cnf: { jkt: device.key.deviceId },
      account: 'alice',
      role: 'member',
      grants: [],
    });
    expect(payload.exp! - payload.iat!).toBe(TOKEN_TTL_S);
  });

  it('narrows the scope when asked, and refuses more than is allowed', async () => {
    const narrow = await device.tokenAnswer({ resource: AUDIENCE.list, scope: 'list:read' });
    expect(narrow.body.scope).toBe('list:read');
    for (const scope of ['supernode:register', 'operator', 'made:up', 'session']) {
      const { status, body } = await device.tokenAnswer({ resource: AUDIENCE.list, scope });
      expect([status, body.error, body.banyan_code]).toEqual([400, 'invalid_scope', 'forbidden']);
    }
  });

  it.each([
    ['no grant type', { grant_type: undefined }, 400, 'invalid_request'],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no resource', { resource: undefined }, 400, 'invalid_target'],
    ['an unknown resource', { resource: 'urn:banyan:moon' }, 400, 'invalid_target'],
    ['no assertion', { client_assertion: undefined }, 401, 'invalid_client'],
    ['an assertion of another type', { client_assertion_type: 'x' }, 401, 'invalid_client'],
    ['a broken assertion', { client_assertion: 'a.b.c' }, 401, 'invalid_client'],
    ['an overlong assertion', { client_assertion: 'x'.repeat(5000) }, 400, 'invalid_request'],
    ['another client_id', { client_id: 'A'.repeat(43) }, 401, 'invalid_client'],
  ])('refuses %s in the words of RFC 6749', async (_what, form, status, error) => {
    const answer = await device.tokenAnswer(form);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(typeof answer.body.error_description).toBe('string');
    expect(typeof answer.body.banyan_code).toBe('string');
  });

  it('refuses a parameter that comes twice, and bodies that are no form', async () => {
    const twice = await fetch(`${auth.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&grant_type=client_credentials',
    });
    expect([twice.status, ((await twice.json()) as any).error]).toEqual([400, 'invalid_request']);
    const text = await fetch(`${auth.url}/oauth/token`, { method: 'POST', body: '\u0000\u0001' });
    expect([text.status, ((await text.json()) as any).error]).toEqual([400, 'invalid_request']);
  });

  it('refuses an assertion that was used before', async () => {
    const client_assertion = await createClientAssertion(device.key, { issuer: auth.url });
    expect((await device.tokenAnswer({ client_assertion })).status).toBe(200);
    const { status, body } = await device.tokenAnswer({ client_assertion });
    expect([status, body.error, body.banyan_code]).toEqual([401, 'invalid_client', 'proof_replayed']);
  });

  it('uses an assertion once when ten come at once', async () => {
    const client_assertion = await createClientAssertion(device.key, { issuer: auth.url });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => device.tokenAnswer({ client_assertion })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('refuses a device that is not enrolled', async () => {
    const { status, body } = await createDevice(auth).tokenAnswer();
    expect([status, body.error, body.banyan_code]).toEqual([401, 'invalid_client', 'device_unknown']);
  });

  const id = (): string => device.key.deviceId;
  const now = Math.floor(Date.now() / 1000);
  const claims = () => ({
    iss: id(),
    sub: id(),
    aud: auth.url,
    iat: now,
    exp: now + 60,
    jti: 'j'.repeat(22),
  });
  const header = { typ: 'client-authentication+jwt' };
  it.each<[string, () => Promise<string>]>([
    ['signed by another key', () => forge(createDeviceKey(), header, claims())],
    ['for another audience', () => forge(device.key, header, { ...claims(), aud: 'https://evil.example' })],
    [
      'for several audiences',
      () => forge(device.key, header, { ...claims(), aud: [auth.url, 'https://evil.example'] }),
    ],
    ['without end', async () => forge(device.key, header, { ...claims(), exp: undefined as never })],
    ['that lives too long', () => forge(device.key, header, { ...claims(), exp: now + 3600 })],
    ['that has expired', () => forge(device.key, header, { ...claims(), iat: now - 300, exp: now - 240 })],
    ['of another subject', () => forge(device.key, header, { ...claims(), sub: 'A'.repeat(43) })],
    ['of another type', () => forge(device.key, { typ: 'dpop+jwt' }, claims())],
    ['with alg none', async () => `${base64({ alg: 'none', ...header })}.${base64(claims())}.`],
    [
      'with alg HS256 and the public key as secret',
      async () => `${base64({ alg: 'HS256', ...header })}.${base64(claims())}.${'A'.repeat(43)}`,
    ],
  ])('refuses an assertion %s', async (_what, make) => {
    const { status, body } = await device.tokenAnswer({ client_assertion: await make() });
    expect([status, body.error, body.banyan_code]).toEqual([401, 'invalid_client', 'proof_invalid']);
  });
});

describe('calls with a token', () => {
  const code = (answer: { status: number; body: any }) => [answer.status, answer.body.error?.code];

  async function raw(headers: Record<string, string>) {
    const response = await fetch(`${auth.url}/v1/account`, { headers });
    return [response.status, ((await response.json()) as any).error?.code];
  }

  it('refuse a caller without one, and one without proof', async () => {
    const token = await device.token();
    expect(await raw({})).toEqual([401, 'unauthenticated']);
    expect(await raw({ authorization: `DPoP ${token}` })).toEqual([401, 'proof_invalid']);
    expect(await raw({ authorization: `Bearer ${token}` })).toEqual([401, 'proof_invalid']);
  });

  it("refuse a stolen token with another device's key", async () => {
    const thief = await enrolMember(auth, 'thief');
    expect(code(await thief.call('GET', '/v1/account', undefined, await device.token()))).toEqual([
      401,
      'proof_invalid',
    ]);
  });

  it('refuse a proof that was used before, or is for another call or token', async () => {
    const url = `${auth.url}/v1/account`;
    const accessToken = await device.token();
    const proof = await createDpopProof(device.key, { method: 'GET', url, accessToken });
    const authorization = `DPoP ${accessToken}`;
    expect((await raw({ authorization, dpop: proof }))[0]).toBe(200);
    expect(await raw({ authorization, dpop: proof })).toEqual([401, 'proof_replayed']);
    const make = (init: object) => createDpopProof(device.key, { method: 'GET', url, accessToken, ...init });
    expect(await raw({ authorization, dpop: await make({ method: 'POST' }) })).toEqual([
      401,
      'proof_invalid',
    ]);
    expect(await raw({ authorization, dpop: await make({ url: `${auth.url}/v1/invites` }) })).toEqual([
      401,
      'proof_invalid',
    ]);
    expect(await raw({ authorization, dpop: await make({ accessToken: 'other' }) })).toEqual([
      401,
      'proof_invalid',
    ]);
    const old = { ...systemClock, now: () => Date.now() - 10 * 60_000 };
    expect(await raw({ authorization, dpop: await make({ clock: old }) })).toEqual([401, 'proof_invalid']);
  });

  it('refuse a token for another role', async () => {
    for (const audience of [AUDIENCE.list, AUDIENCE.supernode, AUDIENCE.peer]) {
      const answer = await device.call('GET', '/v1/account', undefined, await device.token(audience));
      expect(code(answer)).toEqual([401, 'token_invalid']);
    }
  });

  it('refuse forged tokens', async () => {
    const token = await device.token();
    const [head, payload, signature] = token.split('.') as [string, string, string];
    const header = JSON.parse(Buffer.from(head, 'base64url').toString());
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = [
      `${base64({ ...header, alg: 'none' })}.${payload}.`,
      `${base64({ ...header, alg: 'noNE' })}.${payload}.`,
      `${base64({ ...header, alg: 'HS256' })}.${payload}.${signature}`,
      `${head}.${base64({ ...claims, role: 'operator', scope: 'account operator' })}.${signature}`,
      await forge(createDeviceKey(), { typ: 'at+jwt', kid: header.kid }, claims),
      await forge(device.key, { typ: 'at+jwt', kid: device.key.deviceId, jwk: device.key.publicJwk }, claims),
      await forge(device.key, { typ: 'at+jwt', kid: '../../etc/passwd' }, claims),
      await createClientAssertion(device.key, { issuer: auth.url }),
    ];
    for (const one of forged)
      expect(code(await device.call('GET', '/v1/account', undefined, one))).toEqual([401, 'token_invalid']);
  });

  it('refuse members where an operator is needed', async () => {
    for (const [method, path, body] of [
      ['GET', '/v1/operator/accounts', undefined],
      ['POST', '/v1/operator/keys/rotate', undefined],
      ['POST', '/v1/operator/revocations', { kind: 'account', id: 'alice', reason: 'x' }],
      ['PUT', '/v1/operator/accounts/alice/role', { role: 'operator' }],
      ['PUT', `/v1/operator/devices/${device.key.deviceId}/grants`, { grants: ['supernode'] }],
    ] as const)
      expect(code(await device.call(method, path, body))).toEqual([403, 'forbidden']);
  });

  it('refuse a device that was removed, at once and with its old token', async () => {
    const second = createDevice(auth);
    await second.enrol({ account: 'alice', password: PASSWORD });
    const token = await second.token();
    expect((await device.call('DELETE', `/v1/devices/${second.key.deviceId}`)).status).toBe(204);
    expect(code(await second.call('GET', '/v1/account', undefined, token))).toEqual([401, 'device_unknown']);
    expect((await second.tokenAnswer()).body.banyan_code).toBe('device_unknown');
    expect(code(await device.call('DELETE', `/v1/devices/${second.key.deviceId}`))).toEqual([
      404,
      'not_found',
    ]);
  });

  it("cannot remove another account's device", async () => {
    const other = await enrolMember(auth, 'other');
    expect(code(await other.call('DELETE', `/v1/devices/${device.key.deviceId}`))).toEqual([
      404,
      'not_found',
    ]);
  });

  it('refuse an expired token', async () => {
    const token = await device.token();
    auth.clock.shift((TOKEN_TTL_S + 120) * 1000);
    expect(code(await device.call('GET', '/v1/account', undefined, token))).toEqual([401, 'token_expired']);
    expect((await device.call('GET', '/v1/account')).status).toBe(200);
  });

  it('stop listening to an address that only sends what is not valid', async () => {
    const own = await startAuth();
    try {
      const honest = await enrolMember(own, 'honest');
      const token = await honest.token();
      for (let i = 0; i < 600; i += 1) await honest.tokenAnswer({ client_assertion: 'a.b.c' });
      const refused = await honest.tokenAnswer();
      expect([refused.status, refused.body.error, refused.body.banyan_code]).toEqual([
        429,
        'temporarily_unavailable',
        'rate_limited',
      ]);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(code(await honest.call('GET', '/v1/account', undefined, token))).toEqual([429, 'rate_limited']);
      own.clock.shift(60_001);
      expect((await honest.tokenAnswer()).status).toBe(200);
    } finally {
      await own.stop();
    }
  });
});
