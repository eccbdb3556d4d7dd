import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIENCE, parseInviteLink } from '@banyan/proto';
import { createDeviceKey, createDpopProof } from '@banyan/kit';
import {
  createDevice,
  enrolMember,
  enrolOperator,
  PASSWORD,
  startAuth,
  type AuthUnderTest,
} from './harness.ts';

const code = (answer: { body: any }): string => answer.body.error?.code as string;

describe('an open network', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => {
    auth = await startAuth();
  });
  afterAll(() => auth.stop());

  it('creates an account with its first device', async () => {
    const device = createDevice(auth);
    const answer = await device.enrol({ account: 'Çağla', password: PASSWORD, createAccount: true });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      deviceId: device.key.deviceId,
      account: 'Çağla',
      role: 'member',
      grants: [],
    });
    const account = await device.call('GET', '/v1/account');
    expect(account.status).toBe(200);
    expect(account.body.devices).toHaveLength(1);
    expect(JSON.stringify(account.body)).not.toContain('argon2');
  });

  it('takes names that differ only in case, width or composition for one', async () => {
    await enrolMember(auth, 'Zoë.K');
    for (const account of ['zoë.k', 'ZOE\u0308.K', 'Ｚoë.k']) {
      const answer = await createDevice(auth).enrol({ account, password: PASSWORD, createAccount: true });
      expect([answer.status, code(answer)]).toEqual([409, 'name_taken']);
    }
  });

  it.each([
    'a',
    '.dot',
    'end-',
    'two words',
    'sla/sh',
    'nul\u0000l',
    'bidi\u202egnp',
    'x'.repeat(33),
    '🌳🌳',
    '\u0301a',
  ])('refuses the name %j', async (account) => {
    const answer = await createDevice(auth).enrol({ account, password: PASSWORD, createAccount: true });
    expect([answer.status, code(answer)]).toEqual([400, 'name_invalid']);
  });

  it.each(['short', 'password123', 'aaaaaaaaaaaaaa', 'weakling12'])(
    'refuses the password %s',
    async (password) => {
      const answer = await createDevice(auth).enrol({ account: 'weakling', password, createAccount: true });
      expect([answer.status, code(answer)]).toEqual([400, 'password_weak']);
    },
  );

  it('needs a password for a new account', async () => {
    const answer = await createDevice(auth).enrol({ account: 'nobody', createAccount: true });
    expect(code(answer)).toBe('password_weak');
  });

  it('adds a second device by password, and answers the same for a wrong one and an unknown account', async () => {
    await enrolMember(auth, 'bob');
    const second = createDevice(auth);
    const wrong = await second.enrol({ account: 'bob', password: 'not the password' });
    const unknown = await second.enrol({ account: 'bobbie', password: 'not the password' });
    expect([wrong.status, code(wrong)]).toEqual([401, 'bad_credentials']);
    expect(unknown.status).toBe(wrong.status);
    expect(unknown.body).toEqual(wrong.body);
    expect((await second.enrol({ account: 'BOB', password: PASSWORD })).status).toBe(201);
    expect((await second.call('GET', '/v1/account')).body.devices).toHaveLength(2);
  });

  it('answers what there is when the same account enrols the device again', async () => {
    const device = await enrolMember(auth, 'carol');
    const again = await device.enrol({ account: 'carol', password: PASSWORD, createAccount: true });
    expect(again.status).toBe(201);
    expect((await device.call('GET', '/v1/account')).body.devices).toHaveLength(1);
  });

  it('refuses a device that another account holds', async () => {
    const device = await enrolMember(auth, 'dave');
    const answer = await device.enrol({ account: 'dave2', password: PASSWORD, createAccount: true });
    expect([answer.status, code(answer)]).toEqual([409, 'conflict']);
    const retry = await createDevice(auth).enrol({
      account: 'dave2',
      password: PASSWORD,
      createAccount: true,
    });
    expect(retry.status).toBe(201);
  });

  it('gives a name to one of twenty who ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        createDevice(auth).enrol({ account: 'contested', password: PASSWORD, createAccount: true }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => code(answer) === 'name_taken')).toHaveLength(19);
  });

  it('admits a device once when it asks ten times at once', async () => {
    const device = createDevice(auth);
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        device.enrol({ account: `tenfold${i}`, password: PASSWORD, createAccount: true }),
      ),
    );
    expect((await device.call('GET', '/v1/account')).body.devices).toHaveLength(1);
  });

  it('needs a proof of the device key, fresh, for this very request', async () => {
    const url = `${auth.url}/v1/devices`;
    const key = createDeviceKey();
    const send = async (dpop: string | undefined, account: string) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(dpop === undefined ? {} : { dpop }) },
        body: JSON.stringify({ account, password: PASSWORD, createAccount: true, deviceName: 'x' }),
      });
      return [response.status, ((await response.json()) as any).error?.code];
    };
    expect(await send(undefined, 'eve1')).toEqual([401, 'proof_invalid']);
    const elsewhere = await createDpopProof(key, { method: 'POST', url: 'https://evil.example/v1/devices' });
    expect(await send(elsewhere, 'eve2')).toEqual([401, 'proof_invalid']);
    const proof = await createDpopProof(key, { method: 'POST', url });
    expect((await send(proof, 'eve3'))[0]).toBe(201);
    expect(await send(proof, 'eve3')).toEqual([401, 'proof_replayed']);
  });

  it('says which field is wrong', async () => {
    const answer = await createDevice(auth).enrol({ account: 'frank', devicename: 'x' } as never);
    expect([answer.status, code(answer)]).toEqual([400, 'invalid_request']);
  });

  it('stops at the limit of devices, and goes on when one was removed', async () => {
    const first = await enrolMember(auth, 'collector');
    const invite = await first.call('POST', '/v1/invites', { account: 'collector', uses: 10 });
    expect(invite.status).toBe(201);
    let last = first;
    let made = 1;
    for (; made < 32; made += 1) {
      last = createDevice(auth);
      const credentials = made <= 10 ? { invite: invite.body.code as string } : { password: PASSWORD };
      expect((await last.enrol({ account: 'collector', ...credentials })).status).toBe(201);
    }
    const answer = await createDevice(auth).enrol({ account: 'collector', password: PASSWORD });
    expect([answer.status, code(answer)]).toEqual([409, 'device_limit']);
    expect((await first.call('DELETE', `/v1/devices/${last.key.deviceId}`)).status).toBe(204);
    expect((await createDevice(auth).enrol({ account: 'collector', password: PASSWORD })).status).toBe(201);
  });
});

describe('limits', () => {
  let auth: AuthUnderTest;
  afterEach(() => auth.stop());

  it('stops guessing one account, known or unknown, and says for how long', async () => {
    auth = await startAuth();
    await enrolMember(auth, 'target');
    for (const account of ['target', 'phantom']) {
      const guesser = createDevice(auth);
      for (let i = 0; i < 10; i += 1)
        expect(code(await guesser.enrol({ account, password: `wrong guess ${i}` }))).toBe('bad_credentials');
      const refused = await guesser.enrol({ account, password: PASSWORD });
      expect([refused.status, code(refused)]).toEqual([429, 'rate_limited']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(600);
    }
    auth.clock.shift(15 * 60_000);
    expect((await createDevice(auth).enrol({ account: 'target', password: PASSWORD })).status).toBe(201);
  });

  it('bounds new accounts per address', async () => {
    auth = await startAuth({ enrolmentsPerHour: 3 });
    for (const account of ['one', 'two', 'three'].map((name) => `acc-${name}`))
      await enrolMember(auth, account);
    const refused = await createDevice(auth).enrol({
      account: 'acc-four',
      password: PASSWORD,
      createAccount: true,
    });
    expect([refused.status, code(refused)]).toEqual([429, 'rate_limited']);
  });
});

describe('a network by invite', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => {
    auth = await startAuth({ enrolment: 'invite' });
  });
  afterAll(() => auth.stop());

  it('refuses who has none or a wrong one', async () => {
    const device = createDevice(auth);
    expect(code(await device.enrol({ password: PASSWORD, createAccount: true }))).toBe('invite_required');
    expect(code(await device.enrol({ invite: 'bm90LWFuLWludml0ZQ', createAccount: true }))).toBe(
      'invite_invalid',
    );
  });

  it('lets the first operator in by the code that was printed, then works by invites', async () => {
    expect(auth.announced.at(-1)).toContain('banyan-invite:');
    const operator = await enrolOperator(auth);
    const made = await operator.call('POST', '/v1/invites', { grants: ['supernode'] });
    expect(made.status).toBe(201);
    expect(parseInviteLink(made.body.link)).toEqual({ issuer: auth.url, code: made.body.code, pins: [] });
    const device = createDevice(auth);
    const enrolled = await device.enrol({ account: 'trunk', createAccount: true, invite: made.body.code });
    expect(enrolled.body).toMatchObject({ account: 'trunk', grants: ['supernode'] });
    const answer = await device.tokenAnswer({ resource: AUDIENCE.supernode });
    expect(answer.body.scope).toBe('session link');
    // The code is no invite any more.
    const late = await createDevice(auth).enrol({
      account: 'late',
      createAccount: true,
      invite: auth.operatorCode(),
    });
    expect(code(late)).toBe('invite_invalid');

    const member = (await device.call('POST', '/v1/invites', { grants: ['load'] })).body;
    expect(member.error.code).toBe('forbidden');
    expect(code(await device.call('POST', '/v1/invites', { account: 'operator' }))).toBe('forbidden');
    expect(code(await device.call('POST', '/v1/invites', { uses: 11 }))).toBe('forbidden');

    const used = await createDevice(auth).enrol({
      account: 'second',
      createAccount: true,
      invite: made.body.code,
    });
    expect([used.status, code(used)]).toEqual([403, 'invite_used']);

    const short = (await operator.call('POST', '/v1/invites', { ttlSeconds: 60 })).body.code as string;
    auth.clock.shift(61_000);
    const expired = await createDevice(auth).enrol({ account: 'second', createAccount: true, invite: short });
    expect([expired.status, code(expired)]).toEqual([403, 'invite_expired']);

    // Bound to an account: a device of it needs no password, and nobody else can use it.
    const bound = (await operator.call('POST', '/v1/invites', { account: 'trunk' })).body.code as string;
    const other = await createDevice(auth).enrol({ account: 'other', createAccount: true, invite: bound });
    expect(code(other)).toBe('invite_invalid');
    expect((await createDevice(auth).enrol({ account: 'trunk', invite: bound })).status).toBe(201);

    // Bound to a name that is free: it makes the account, and never joins one that somebody else made.
    const reserved = (await operator.call('POST', '/v1/invites', { account: 'guest', uses: 2 })).body
      .code as string;
    expect(
      (await createDevice(auth).enrol({ account: 'guest', createAccount: true, invite: reserved })).status,
    ).toBe(201);
    expect(code(await createDevice(auth).enrol({ account: 'guest', invite: reserved }))).toBe('not_found');
  });

  it('admits exactly as many as an invite says when twenty come at once', async () => {
    const operator = await createDeviceOf(auth);
    for (const uses of [1, 5]) {
      const { code: invite } = (await operator.call('POST', '/v1/invites', { uses })).body;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          createDevice(auth).enrol({ account: `racer-${uses}-${i}`, createAccount: true, invite }),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(uses);
      expect(answers.filter((answer) => code(answer) === 'invite_used')).toHaveLength(20 - uses);
    }
  });

  it('gives the use back when the enrolment fails after all', async () => {
    const operator = await createDeviceOf(auth);
    const { code: invite } = (await operator.call('POST', '/v1/invites', {})).body;
    expect(code(await createDevice(auth).enrol({ account: 'operator', createAccount: true, invite }))).toBe(
      'name_taken',
    );
    const racers = await Promise.all(
      ['same-name', 'SAME-name'].map((account) =>
        createDevice(auth).enrol({ account, createAccount: true, invite }),
      ),
    );
    expect(racers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  /** Another device of the operator's account, by its password. */
  async function createDeviceOf(of: AuthUnderTest) {
    const device = createDevice(of);
    const answer = await device.enrol({
      account: 'operator',
      password: PASSWORD,
      invite: undefined as never,
    });
    expect(answer.status).toBe(201);
    return device;
  }
});

describe('a closed network', () => {
  it('admits nobody but the first operator', async () => {
    const auth = await startAuth({ enrolment: 'closed' });
    try {
      const refused = await createDevice(auth).enrol({ password: PASSWORD, createAccount: true });
      expect([refused.status, code(refused)]).toEqual([403, 'enrolment_closed']);
      const operator = await enrolOperator(auth);
      expect(code(await operator.call('POST', '/v1/invites', {}))).toBe('enrolment_closed');
      expect(code(await createDevice(auth).enrol({ account: 'operator', password: PASSWORD }))).toBe(
        'enrolment_closed',
      );
      expect(code(await createDevice(auth).enrol({ account: 'xyz', invite: 'bm90LWFuLWludml0ZQ' }))).toBe(
        'enrolment_closed',
      );
      // Who is in stays in, and may ask again.
      expect((await operator.enrol({ account: 'operator' })).status).toBe(201);
    } finally {
      await auth.stop();
    }
  });
});
