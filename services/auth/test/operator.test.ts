import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIENCE, KEY_OVERLAP_S, REVOCATION_TYP, validateRevocationDelta } from '@banyan/proto';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import {
  createDevice,
  enrolMember,
  enrolOperator,
  PASSWORD,
  startAuth,
  type AuthUnderTest,
  type TestDevice,
} from './harness.ts';

const code = (answer: { status: number; body: any }) => [answer.status, answer.body.error?.code];

/** All deltas after `after`, verified as a supernode would. */
async function deltas(auth: AuthUnderTest, after = 0, wait = 0) {
  const { status, body } = await auth.get(`/v1/revocations?after=${after}&wait=${wait}`);
  expect(status).toBe(200);
  const keys = createLocalJWKSet((await auth.get('/jwks.json')).body);
  const found = [];
  for (const signed of body.signed as string[]) {
    const { payload } = await jwtVerify(signed, keys, {
      issuer: auth.url,
      typ: REVOCATION_TYP,
      algorithms: ['ES256'],
    });
    found.push(validateRevocationDelta(payload));
  }
  return { found, seq: body.seq as number };
}

describe('the first operator', () => {
  it('is who brings the code that was printed, once', async () => {
    const auth = await startAuth();
    try {
      const file = join(auth.dataDir, 'first-operator-code');
      const printed = auth.operatorCode();
      expect(readFileSync(file, 'utf8').trim()).toBe(printed);
      expect(statSync(file).mode & 0o777).toBe(0o600);

      const device = await enrolMember(auth, 'chief');
      const stale = await device.token();
      expect(
        code(await device.call('POST', '/v1/operator/claim', { code: '00000-00000-00000-00000' })),
      ).toEqual([403, 'code_invalid']);
      // A restart prints a new code; the one somebody wrote down goes on working, also typed carelessly.
      await auth.restart();
      expect(auth.operatorCode()).not.toBe(printed);
      const careless = printed.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
      const claimed = await device.call('POST', '/v1/operator/claim', { code: careless });
      expect([claimed.status, claimed.body.role]).toEqual([200, 'operator']);
      expect(existsSync(file)).toBe(false);
      expect((await device.tokenAnswer()).body.scope).toBe('account console operator');
      expect(code(await device.call('GET', '/v1/operator/accounts', undefined, stale))).toEqual([
        403,
        'forbidden',
      ]);

      const other = await enrolMember(auth, 'late');
      for (const used of [printed, auth.operatorCode()])
        expect(code(await other.call('POST', '/v1/operator/claim', { code: used }))).toEqual([
          403,
          'code_invalid',
        ]);
      const before = auth.announced.length;
      await auth.restart();
      expect(auth.announced).toHaveLength(before);
      expect(existsSync(file)).toBe(false);
    } finally {
      await auth.stop();
    }
  });

  it('is one of those who claim at once, and guessing the code is stopped', async () => {
    const auth = await startAuth();
    try {
      const printed = auth.operatorCode();
      const devices = [];
      for (const name of ['ann', 'ben', 'cat', 'dan']) devices.push(await enrolMember(auth, name));
      const answers = await Promise.all(
        devices.map((one) => one.call('POST', '/v1/operator/claim', { code: printed })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const guesser = devices[answers.findIndex(({ status }) => status !== 200)]!;
      let last = await guesser.call('POST', '/v1/operator/claim', { code: 'guess' });
      for (let i = 0; i < 10; i += 1)
        last = await guesser.call('POST', '/v1/operator/claim', { code: `guess ${i}` });
      expect(code(last)).toEqual([429, 'rate_limited']);
      expect(last.headers.get('retry-after')).not.toBeNull();
    } finally {
      await auth.stop();
    }
  });
});

describe('operators', () => {
  let auth: AuthUnderTest;
  let operator: TestDevice;
  beforeAll(async () => {
    auth = await startAuth();
    operator = await enrolOperator(auth);
  });
  afterAll(() => auth.stop());

  it('list accounts page by page', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await enrolMember(auth, name);
    const names: string[] = [];
    let after: string | undefined;
    do {
      const query: string = after === undefined ? '' : `&after=${after}`;
      const { body } = await operator.call('GET', `/v1/operator/accounts?limit=2${query}`);
      expect(body.accounts.length).toBeLessThanOrEqual(2);
      names.push(...body.accounts.map((one: any) => one.account));
      after = body.next;
    } while (after !== undefined);
    expect(names.sort()).toEqual(['operator', 'page-a', 'page-b', 'page-c']);
  });

  it('give roles and grants, and take them', async () => {
    const device = await enrolMember(auth, 'mary');
    const grants = `/v1/operator/devices/${device.key.deviceId}/grants`;
    expect((await operator.call('PUT', grants, { grants: ['supernode'] })).body.grants).toEqual([
      'supernode',
    ]);
    expect((await device.tokenAnswer({ resource: AUDIENCE.list })).body.scope).toBe(
      'list:read supernode:register',
    );
    expect((await operator.call('PUT', grants, { grants: [] })).body.grants).toEqual([]);
    expect((await device.tokenAnswer({ resource: AUDIENCE.list })).body.scope).toBe('list:read');
    expect(code(await operator.call('PUT', grants, { grants: ['load'] }))).toEqual([400, 'invalid_request']);
    expect(
      (await operator.call('PUT', '/v1/operator/accounts/mary/grants', { grants: ['load'] })).status,
    ).toBe(200);

    expect(
      (await operator.call('PUT', '/v1/operator/accounts/Mary/role', { role: 'operator' })).body.role,
    ).toBe('operator');
    const token = await device.token();
    expect((await device.call('GET', '/v1/operator/accounts', undefined, token)).status).toBe(200);
    await operator.call('PUT', '/v1/operator/accounts/mary/role', { role: 'member' });
    // The token still says operator; auth knows better.
    expect(code(await device.call('GET', '/v1/operator/accounts', undefined, token))).toEqual([
      403,
      'forbidden',
    ]);
    expect(
      code(await operator.call('PUT', '/v1/operator/accounts/operator/role', { role: 'member' })),
    ).toEqual([409, 'conflict']);
    expect(code(await operator.call('PUT', '/v1/operator/accounts/nobody/role', { role: 'member' }))).toEqual(
      [404, 'not_found'],
    );
  });

  it('ban an account: tokens are refused, the feed says it, lifting undoes it', async () => {
    const device = await enrolMember(auth, 'troll');
    const token = await device.token();
    const { accountId } = (await device.call('GET', '/v1/account')).body;
    const before = (await deltas(auth)).seq;
    const waiting = deltas(auth, before, 20);
    const ban = { kind: 'account', id: 'TROLL', seconds: 3600, reason: 'Flooding.' };
    const banned = await operator.call('POST', '/v1/operator/revocations', ban);
    expect(banned.body).toEqual({ seq: before + 1 });
    const { found } = await waiting;
    expect(found).toMatchObject([
      { seq: before + 1, entries: [{ kind: 'account', id: accountId, reason: 'Flooding.' }] },
    ]);

    const refused = await device.tokenAnswer();
    expect([refused.status, refused.body.error, refused.body.banyan_code]).toEqual([
      400,
      'unauthorized_client',
      'token_revoked',
    ]);
    expect(refused.body.error_description).toContain('Flooding.');
    expect(code(await device.call('GET', '/v1/account', undefined, token))).toEqual([403, 'token_revoked']);
    expect(code(await createDevice(auth).enrol({ account: 'troll', password: PASSWORD }))).toEqual([
      403,
      'token_revoked',
    ]);

    await operator.call('POST', '/v1/operator/revocations', { ...ban, seconds: 0 });
    expect((await device.tokenAnswer()).status).toBe(200);
    expect((await deltas(auth, before + 1)).found).toMatchObject([
      { entries: [{ id: accountId, until: 0 }] },
    ]);

    await operator.call('POST', '/v1/operator/revocations', { ...ban, seconds: 60 });
    auth.clock.shift(61_000);
    expect((await device.tokenAnswer()).status).toBe(200);
  });

  it('ban by evidence that operators see, and neither who is banned nor the feed is told', async () => {
    const device = await enrolMember(auth, 'vandal');
    const { accountId } = (await device.call('GET', '/v1/account')).body;
    const before = (await deltas(auth)).seq;
    const evidence = ['report 12: "overwrites everything"\u202E', 'https://wiki.example.org/12'];
    const ban = { kind: 'account', id: 'vandal', seconds: 60, reason: 'Vandalism.' };
    const banned = await operator.call('POST', '/v1/operator/revocations', {
      ...ban,
      evidence: [` ${evidence.join('\n')}\n`],
    });
    expect(banned.status).toBe(200);
    const [listed] = (await operator.call('GET', '/v1/operator/bans?limit=200')).body.bans.filter(
      ({ id }: any) => id === accountId,
    );
    expect(listed).toMatchObject({ reason: 'Vandalism.', evidence });
    const { body: feed } = await auth.get(`/v1/revocations?after=${before}`);
    const payload = JSON.parse(Buffer.from(feed.signed[0].split('.')[1], 'base64url').toString());
    expect(payload.entries.map((entry: object) => Object.keys(entry))).toEqual([
      ['kind', 'id', 'until', 'reason'],
    ]);
    expect(JSON.stringify((await device.tokenAnswer()).body)).not.toContain('report 12');

    const { entries } = (await operator.call('GET', '/v1/operator/audit?limit=500')).body;
    const entry = entries.find(({ reason }: any) => reason === 'Vandalism.');
    expect(entry).toMatchObject({ action: 'account.banned', figures: { evidence: evidence.join('\n') } });
    auth.clock.shift(61_000);
    const { audit } = (await device.call('GET', '/v1/account/export')).body;
    const own = audit.entries.find(({ reason }: any) => reason === 'Vandalism.');
    expect(own).toMatchObject({ figures: { from: 'not banned' } });
    expect(own.figures).not.toHaveProperty('evidence');

    const asked = async (change: object) =>
      code(await operator.call('POST', '/v1/operator/revocations', { ...ban, ...change }));
    for (const wrong of [
      { evidence: Array(11).fill('x') },
      { evidence: ['x\n'.repeat(11)] },
      { evidence: ['x'.repeat(501)] },
      { evidence: 'x' },
      { evidence: ['x'], seconds: 0 },
    ])
      expect(await asked(wrong)).toEqual([400, 'invalid_request']);
    // A new ban stands on what is said with it.
    expect(await asked({ evidence: [] })).toEqual([200, undefined]);
    const again = (await operator.call('GET', '/v1/operator/bans?limit=200')).body.bans;
    expect(again.find(({ id }: any) => id === accountId)).not.toHaveProperty('evidence');
    expect(await asked({ seconds: 0 })).toEqual([200, undefined]);
  });

  it('ban a device and block a content', async () => {
    const device = await enrolMember(auth, 'phone');
    const content = `${'ab'.repeat(32)}-1048576`;
    const before = (await deltas(auth)).seq;
    await operator.call('POST', '/v1/operator/revocations', {
      kind: 'device',
      id: device.key.deviceId,
      reason: 'Lost.',
    });
    await operator.call('POST', '/v1/operator/revocations', {
      kind: 'content',
      id: content,
      reason: 'Illegal.',
    });
    expect((await deltas(auth, before)).found.flatMap((delta) => delta.entries)).toMatchObject([
      { kind: 'device', id: device.key.deviceId, until: null },
      { kind: 'content', id: content, until: null },
    ]);
    expect((await device.tokenAnswer()).body.banyan_code).toBe('token_revoked');
    expect(code(await device.enrol({ account: 'phone', password: PASSWORD }))).toEqual([
      403,
      'token_revoked',
    ]);
    for (const id of ['../etc', 'zz-1', 'ab'.repeat(32)])
      expect(
        code(
          await operator.call('POST', '/v1/operator/revocations', { kind: 'content', id, reason: 'x' }),
        )[0],
      ).toBe(400);
  });

  it('cannot ban for longer than dates can say', async () => {
    await enrolMember(auth, 'eternal');
    const ban = { kind: 'account', id: 'eternal', reason: 'x' };
    for (const seconds of [Number.MAX_SAFE_INTEGER, 1e15, 3_155_760_001])
      expect(code(await operator.call('POST', '/v1/operator/revocations', { ...ban, seconds }))).toEqual([
        400,
        'invalid_request',
      ]);
    await operator.call('POST', '/v1/operator/revocations', { ...ban, seconds: 3_155_760_000 });
    expect(code(await createDevice(auth).enrol({ account: 'eternal', password: PASSWORD }))).toEqual([
      403,
      'token_revoked',
    ]);
  });

  it('number deltas without gap or double when thirty come at once', async () => {
    const before = (await deltas(auth)).seq;
    const token = await operator.token();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        operator.call(
          'POST',
          '/v1/operator/revocations',
          { kind: 'content', id: `${'cd'.repeat(32)}-${i + 1}`, reason: 'x' },
          token,
        ),
      ),
    );
    const expected = Array.from({ length: 30 }, (_, i) => before + 1 + i);
    expect(answers.map(({ body }) => body.seq as number).sort((a, b) => a - b)).toEqual(expected);
    expect((await deltas(auth, before)).found.map(({ seq }) => seq)).toEqual(expected);
  });

  it('a device that its owner removed is revoked, and free again when it comes back', async () => {
    const device = await enrolMember(auth, 'owner');
    const second = createDevice(auth);
    await second.enrol({ account: 'owner', password: PASSWORD });
    const before = (await deltas(auth)).seq;
    await device.call('DELETE', `/v1/devices/${second.key.deviceId}`);
    const [removed] = (await deltas(auth, before)).found;
    expect(removed?.entries).toMatchObject([{ kind: 'device', id: second.key.deviceId }]);
    expect(removed?.entries[0]?.until).toBeGreaterThan(auth.clock.now() / 1000 + 3600);
    expect((await second.enrol({ account: 'owner', password: PASSWORD })).status).toBe(201);
    expect((await deltas(auth, before + 1)).found[0]?.entries).toMatchObject([
      { id: second.key.deviceId, until: 0 },
    ]);
  });

  it('nobody fills the feed by removing one device again and again', async () => {
    const device = await enrolMember(auth, 'flooder');
    const token = await device.token();
    const second = createDevice(auth);
    const path = `/v1/devices/${second.key.deviceId}`;
    const before = (await deltas(auth)).seq;
    const answers: number[] = [];
    for (let i = 0; i < 34; i += 1) {
      await second.enrol({ account: 'flooder', password: PASSWORD });
      answers.push((await device.call('DELETE', path, undefined, token)).status);
    }
    expect(answers.filter((status) => status === 204)).toHaveLength(32);
    expect(answers.slice(-2)).toEqual([429, 429]);
    expect((await deltas(auth)).seq - before).toBeLessThanOrEqual(64);
  });

  it('rotate the signing key: published first, signing later, old tokens go on', async () => {
    const device = await enrolMember(auth, 'rotor');
    const kidOf = (token: string) => decodeProtectedHeader(token).kid;
    const old = await device.token();
    const rotated = (await operator.call('POST', '/v1/operator/keys/rotate')).body;
    expect(rotated.activeAt).toBeGreaterThan(auth.clock.now() + 14 * 60_000);
    expect(rotated.published).toEqual([kidOf(old), rotated.current]);
    const kids = async () => (await auth.get('/jwks.json')).body.keys.map((key: any) => key.kid);
    expect(await kids()).toEqual(rotated.published);
    // Not yet: nobody may meet a signature by a key that caches do not have.
    expect(kidOf(await device.token())).toBe(kidOf(old));
    auth.clock.shift(16 * 60_000);
    const fresh = await device.token();
    expect(kidOf(fresh)).toBe(rotated.current);
    for (const token of [old, fresh])
      expect((await device.call('GET', '/v1/account', undefined, token)).status).toBe(200);
    // The whole feed is signed by a key that is published, whenever its deltas were made.
    expect((await deltas(auth)).found.length).toBeGreaterThan(0);
    auth.clock.shift(KEY_OVERLAP_S * 1000);
    expect(await kids()).toEqual([rotated.current]);
    expect((await deltas(auth)).found.length).toBeGreaterThan(0);
    expect(code(await device.call('GET', '/v1/account', undefined, old))[0]).toBe(401);
  });

  it('see the signing keys, and withdraw one that others may have: another signs at once', async () => {
    const own = await startAuth();
    const boss = await enrolOperator(own);
    const keys = async () => (await boss.call('GET', '/v1/operator/keys')).body.keys;
    const first = (await keys())[0].kid as string;
    const { current: next } = (await boss.call('POST', '/v1/operator/keys/rotate')).body;
    expect(await keys()).toEqual([
      { kid: first, state: 'current', activeAt: expect.any(Number) },
      { kid: next, state: 'next', activeAt: expect.any(Number) },
    ]);
    own.clock.shift(16 * 60_000);
    const [retired] = await keys();
    expect(retired).toMatchObject({ kid: first, state: 'retired', until: expect.any(Number) });

    const old = await boss.token();
    const withdrawn = await boss.call('POST', '/v1/operator/keys/withdraw', {
      kid: next,
      reason: 'a lost disk',
    });
    expect(withdrawn).toMatchObject({ status: 200, body: { published: [first, expect.any(String)] } });
    const [, signing] = await keys();
    expect(signing).toMatchObject({ kid: withdrawn.body.current, state: 'current' });
    expect(code(await boss.call('GET', '/v1/account', undefined, old))[0]).toBe(401);
    expect((await boss.call('GET', '/v1/account')).status).toBe(200);
    const { found } = await deltas(own);
    expect(found.at(-1)?.entries).toEqual([{ kind: 'key', id: next, until: null, reason: 'a lost disk' }]);
    const again = await boss.call('POST', '/v1/operator/keys/withdraw', { kid: next, reason: 'x' });
    expect(code(again)).toEqual([404, 'not_found']);
    await own.stop();
  });

  it('a long poll ends when its time is over, and when the service stops', async () => {
    const own = await startAuth();
    const { seq, found } = await deltas(own, 0, 0.05);
    expect([seq, found]).toEqual([0, []]);
    const waiting = own.get('/v1/revocations?after=0&wait=25').then(
      ({ status }) => status,
      () => 'closed',
    );
    const before = await own.get('/healthz');
    expect(before.status).toBe(200);
    await own.stop();
    expect([200, 503, 'closed']).toContain(await waiting);
    expect(code(await auth.get('/v1/revocations?after=-1'))).toEqual([400, 'invalid_request']);
    expect(code(await auth.get('/v1/revocations?wait=3600'))).toEqual([400, 'invalid_request']);
  });
});
