import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AUDIENCE } from '@banyan/proto';
import { createClientAssertion, createDpopProof, retry } from '@banyan/kit';
import {
  SKIP_REDIS,
  startRedis,
  startRedisCluster,
  type RedisCluster,
  type RedisServer,
} from '@banyan/kit/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import {
  createDevice,
  enrolMember,
  enrolOperator,
  PASSWORD,
  startAuth,
  type Answer,
  type AuthUnderTest,
  type TestDevice,
} from './harness.ts';

jest.setTimeout(60_000);

/** What a proxy in front of both would be called. */
const ISSUER = 'http://localhost:59999';
const PATIENCE = { attempts: 200, minMs: 50, maxMs: 100, shouldRetry: () => true } as const;
const code = (answer: Answer): unknown[] => [
  answer.status,
  answer.body.error?.code ?? answer.body.banyan_code,
];
const describeRedis = SKIP_REDIS ? describe.skip : describe;

describeRedis('two replicas of auth over one Redis', () => {
  let redis: RedisServer;
  let one: AuthUnderTest;
  let two: AuthUnderTest;
  /** The first operator, as each replica sees it. */
  let operator: TestDevice;
  let operatorAtTwo: TestDevice;
  beforeEach(async () => {
    redis = await startRedis();
    const config = { store: redis.url, issuer: ISSUER, enrolment: 'invite' as const };
    [one, two] = await Promise.all([startAuth(config), startAuth(config)]);
    operator = await enrolOperator(one);
    operatorAtTwo = createDevice(two, operator.key);
  });
  afterEach(async () => {
    redis.thaw();
    await Promise.all([one.stop(), two.stop()]);
    await redis.stop();
  });
  const invite = async (uses: number): Promise<string> =>
    (await operator.call('POST', '/v1/invites', { uses })).body.code as string;

  it('take an assertion and a proof once, whichever of them gets it', async () => {
    const client_assertion = await createClientAssertion(operator.key, { issuer: ISSUER });
    const answers = await Promise.all([
      operator.tokenAnswer({ client_assertion }),
      operatorAtTwo.tokenAnswer({ client_assertion }),
    ]);
    expect(answers.map(code).sort()).toEqual([
      [200, undefined],
      [401, 'proof_replayed'],
    ]);
    const token = await operator.token();
    const url = `${ISSUER}/v1/account`;
    const dpop = await createDpopProof(operator.key, { method: 'GET', url, accessToken: token });
    const headers = { authorization: `DPoP ${token}`, dpop };
    const statuses = await Promise.all(
      [one, two].map(async ({ base }) => (await fetch(`${base}/v1/account`, { headers })).status),
    );
    expect(statuses.sort()).toEqual([200, 401]);
  });

  it('admit with an invite for one only one, when both are asked at once', async () => {
    const inviteCode = await invite(1);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        createDevice(i % 2 === 0 ? one : two).enrol({
          account: `guest${i}`,
          createAccount: true,
          invite: inviteCode,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(
      new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.error.code)),
    ).toEqual(new Set(['invite_used']));
    const accounts = await operatorAtTwo.call('GET', '/v1/operator/accounts');
    expect(accounts.body.accounts).toHaveLength(2);
  });

  it('give a name to one, when both are asked at once', async () => {
    const inviteCode = await invite(10);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        createDevice(i % 2 === 0 ? one : two).enrol({
          account: 'same',
          createAccount: true,
          invite: inviteCode,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    // The uses of the others came back.
    expect(
      (await createDevice(two).enrol({ account: 'other', createAccount: true, invite: inviteCode })).status,
    ).toBe(201);
  });

  it('count wrong passwords together', async () => {
    const inviteCode = await invite(1);
    await createDevice(one).enrol({
      account: 'ann',
      password: PASSWORD,
      createAccount: true,
      invite: inviteCode,
    });
    const answers = await Promise.all(
      Array.from({ length: 14 }, (_, i) =>
        createDevice(i % 2 === 0 ? one : two).enrol({ account: 'ann', password: 'not the password' }),
      ),
    );
    const codes = answers.map(({ body }) => body.error.code as string);
    expect(codes.filter((one_) => one_ === 'bad_credentials')).toHaveLength(10);
    expect(codes.filter((one_) => one_ === 'rate_limited')).toHaveLength(4);
    expect(code(await createDevice(two).enrol({ account: 'ann', password: PASSWORD }))).toEqual([
      429,
      'rate_limited',
    ]);
  });

  it('take a reset link once, whichever of them gets it, and have one audit', async () => {
    const inviteCode = await invite(1);
    const device = createDevice(one);
    await device.enrol({ account: 'ann', password: PASSWORD, createAccount: true, invite: inviteCode });
    const made = await operatorAtTwo.call('POST', '/v1/operator/accounts/ann/reset', { reason: 'forgot it' });
    const body = { code: made.body.code as string, newPassword: 'another that is long' };
    const url = `${ISSUER}/v1/account/reset`;
    const answers = await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        const dpop = await createDpopProof(createDevice(one).key, { method: 'POST', url });
        return fetch(`${(i % 2 === 0 ? one : two).base}/v1/account/reset`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', dpop },
          body: JSON.stringify(body),
        });
      }),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403, 403, 403]);
    const audits = await Promise.all(
      [operator, operatorAtTwo].map(
        async (by) =>
          (await by.call('GET', '/v1/operator/audit?limit=500')).body.entries as { action: string }[],
      ),
    );
    expect(audits[0]).toEqual(audits[1]);
    expect(audits[0]!.map(({ action }) => action).slice(-3)).toEqual([
      'invite.made',
      'account.reset-link',
      'account.reset',
    ]);
  });

  it('count failed proofs of one address together', async () => {
    for (let i = 0; i < 600; i += 1)
      await (i % 2 === 0 ? operator : operatorAtTwo).tokenAnswer({ client_assertion: 'a.b.c' });
    // Shares of the limit are leased by each; a few more, and both have heard that it is used up.
    await retry(
      async () => {
        const answers = await Promise.all(
          [operator, operatorAtTwo].map((device) => device.tokenAnswer({ client_assertion: 'a.b.c' })),
        );
        expect(answers.map(({ status }) => status)).toEqual([429, 429]);
      },
      { attempts: 40, minMs: 10, maxMs: 10, shouldRetry: () => true },
    );
  });

  it('sign a revocation that the other made, number the next after it, and refuse who is banned', async () => {
    const inviteCode = await invite(1);
    const troll = createDevice(two);
    await troll.enrol({ account: 'troll', createAccount: true, invite: inviteCode });
    const trollToken = await troll.token();
    const waiting = two.get('/v1/revocations?after=0&wait=20');
    const ban = { kind: 'account', id: 'troll', reason: 'Flooding.' };
    expect((await operator.call('POST', '/v1/operator/revocations', ban)).body).toEqual({ seq: 1 });
    const heard = (await waiting).body;
    expect(heard).toMatchObject({ seq: 1, signed: [expect.any(String)] });
    expect(decodeJwt(heard.signed[0])).toMatchObject({
      seq: 1,
      iss: ISSUER,
      entries: [{ kind: 'account', reason: 'Flooding.' }],
    });
    const kids = (await one.get('/jwks.json')).body.keys.map((key: { kid: string }) => key.kid);
    expect(kids).toContain(decodeProtectedHeader(heard.signed[0]).kid);
    expect(code(await troll.tokenAnswer())).toEqual([400, 'token_revoked']);
    expect(code(await troll.call('GET', '/v1/account', undefined, trollToken))).toEqual([
      403,
      'token_revoked',
    ]);
    const block = { kind: 'content', id: `${'ab'.repeat(32)}-1`, reason: 'x' };
    const seqs = await Promise.all(
      [operator, operatorAtTwo, operator, operatorAtTwo].map(
        async (device) => (await device.call('POST', '/v1/operator/revocations', block)).body.seq as number,
      ),
    );
    expect(seqs.sort()).toEqual([2, 3, 4, 5]);
    await retry(async () => {
      const feeds = await Promise.all(
        [one, two].map(async (auth) => (await auth.get('/v1/revocations?after=0')).body),
      );
      expect(feeds.map(({ seq }) => seq)).toEqual([5, 5]);
      for (const { signed } of feeds)
        expect(signed.map((delta: string) => decodeJwt(delta)['seq'])).toEqual([1, 2, 3, 4, 5]);
    }, PATIENCE);
  });

  it('hear of each other’s new signing keys long before one signs with them, whatever lead is set', async () => {
    const rotated = (await operator.call('POST', '/v1/operator/keys/rotate')).body;
    await retry(async () => {
      const kids = (await two.get('/jwks.json')).body.keys.map((key: { kid: string }) => key.kid);
      expect(kids).toEqual(expect.arrayContaining(rotated.published));
    }, PATIENCE);
    const eager = await startAuth({ store: redis.url, issuer: ISSUER, keyLeadSeconds: 0 });
    try {
      const now = Date.now();
      const { activeAt } = (await createDevice(eager, operator.key).call('POST', '/v1/operator/keys/rotate'))
        .body;
      expect(activeAt - now).toBeGreaterThanOrEqual(14_000);
    } finally {
      await eager.stop();
    }
    // A token of one is taken by the other.
    expect((await operatorAtTwo.call('GET', '/v1/account', undefined, await operator.token())).status).toBe(
      200,
    );
  });

  it('go on in what needs no store while Redis is away, and say so in the rest', async () => {
    await operator.call('POST', '/v1/operator/revocations', {
      kind: 'content',
      id: `${'ab'.repeat(32)}-1`,
      reason: 'x',
    });
    await retry(async () => expect((await two.get('/v1/revocations?after=0')).body.seq).toBe(1), PATIENCE);
    const keys = (await one.get('/jwks.json')).body;
    for (const outage of ['freeze', 'kill'] as const) {
      if (outage === 'freeze') redis.freeze();
      else await redis.kill();
      // The first who asks finds out; a frozen server is given up within two seconds.
      await operator.tokenAnswer();
      for (const auth of [one, two]) {
        expect((await auth.get('/jwks.json')).body).toEqual(keys);
        expect((await auth.get('/v1/revocations?after=1')).body).toEqual({ signed: [], seq: 1 });
        expect((await auth.get('/v1/revocations?after=0')).body.signed).toHaveLength(1);
        expect((await auth.get('/.well-known/oauth-authorization-server')).status).toBe(200);
        expect((await auth.get('/readyz')).status).toBe(503);
      }
      const token = await operator.tokenAnswer({ resource: AUDIENCE.list });
      expect([...code(token), token.headers.get('retry-after')]).toEqual([503, 'store_unavailable', '1']);
      const write = await createDevice(two).enrol({ account: 'late', createAccount: true, invite: 'x' });
      expect([...code(write), write.headers.get('retry-after')]).toEqual([503, 'store_unavailable', '1']);
      if (outage === 'freeze') redis.thaw();
      else await redis.restart();
      await retry(async () => {
        for (const device of [operator, operatorAtTwo]) expect((await device.tokenAnswer()).status).toBe(200);
      }, PATIENCE);
    }
    const banned = await operatorAtTwo.call('POST', '/v1/operator/revocations', {
      kind: 'content',
      id: `${'cd'.repeat(32)}-1`,
      reason: 'x',
    });
    expect(banned.body).toEqual({ seq: 2 });
  });
});

describeRedis('auth over a Redis Cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 60_000);
  afterAll(() => cluster.stop());

  it('spreads its keys over all nodes, and lists accounts in order', async () => {
    const auth = await startAuth({ store: cluster.url });
    try {
      const operator = await enrolOperator(auth);
      await Promise.all(Array.from({ length: 20 }, (_, i) => enrolMember(auth, `member${i}`)));
      const ids: string[] = [];
      for (let next: string | undefined = ''; next !== undefined;) {
        const page: Answer = await operator.call(
          'GET',
          `/v1/operator/accounts?limit=6${next === '' ? '' : `&after=${next}`}`,
        );
        ids.push(...page.body.accounts.map((account: { accountId: string }) => account.accountId));
        next = page.body.next;
      }
      expect(ids).toEqual([...ids].sort());
      expect(new Set(ids).size).toBe(21);
      const sizes = await cluster.sizes();
      const total = sizes.slice(0, 3).reduce((sum, size) => sum + size, 0);
      // A third each, give or take what chance does with some two hundred keys.
      for (const size of sizes.slice(0, 3)) expect(size / total).toBeGreaterThan(0.2);
    } finally {
      await auth.stop();
    }
  });
});
