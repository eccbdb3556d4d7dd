/** Lost and stolen devices, passwords, reset links, export, deletion and reports, and the audit of all that auth decides. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIENCE, parseResetLink, type AuditEntry } from '@banyan/proto';
import { createDpopProof } from '@banyan/kit';
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

const NEW_PASSWORD = 'a different long one';
const code = (answer: Answer): unknown[] => [answer.status, answer.body.error?.code];
const CONTENT = `${'ab'.repeat(32)}-7`;

let auth: AuthUnderTest;
let operator: TestDevice;
beforeAll(async () => {
  auth = await startAuth();
  operator = await enrolOperator(auth);
});
afterAll(() => auth?.stop());

/** A further device of an account, by its password. */
async function secondDevice(account: string, password = PASSWORD): Promise<TestDevice> {
  const device = createDevice(auth);
  const answer = await device.enrol({ account, password, deviceName: 'phone' });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return device;
}

/** A call with the proof of a key that no account has. */
async function anonymous(path: string, body: unknown, key = createDevice(auth).key): Promise<Answer> {
  const url = `${auth.url}${path}`;
  const dpop = await createDpopProof(key, { method: 'POST', url, clock: auth.clock });
  const response = await fetch(`${auth.base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', dpop },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** What the feed says of an id, the newest last. */
async function revocationsOf(id: string): Promise<any[]> {
  const { signed } = (await auth.get('/v1/revocations')).body as { signed: string[] };
  return signed.flatMap((jws) =>
    JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString()).entries.filter(
      (entry: any) => entry.id === id,
    ),
  );
}

async function audit(by: TestDevice = operator): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let after = ''; ;) {
    const { body } = await by.call('GET', `/v1/operator/audit?limit=20${after}`);
    entries.push(...body.entries);
    if (body.next === undefined) return entries;
    after = `&after=${body.next}`;
  }
}
const accountId = async (device: TestDevice): Promise<string> =>
  (await device.call('GET', '/v1/account')).body.accountId as string;

describe('devices', () => {
  it('are shown with when they were last seen', async () => {
    const device = await enrolMember(auth, 'dev-seen');
    const { body } = await device.call('GET', '/v1/account');
    expect(body).toMatchObject({ account: 'dev-seen', hasPassword: true });
    expect(body.devices[0].lastSeenAt).toBeGreaterThan(Date.now() - 3_600_000);
  });

  it('that are lost are cut off, and may come back with the password', async () => {
    const device = await enrolMember(auth, 'dev-lost');
    const phone = await secondDevice('dev-lost');
    expect((await device.call('DELETE', `/v1/devices/${phone.key.deviceId}`)).status).toBe(204);
    expect((await phone.tokenAnswer()).body.banyan_code).toBe('device_unknown');
    expect((await revocationsOf(phone.key.deviceId)).at(-1).until * 1000).toBeGreaterThan(
      Date.now() + 3_600_000,
    );
    expect((await phone.enrol({ account: 'dev-lost', password: PASSWORD })).status).toBe(201);
    expect((await revocationsOf(phone.key.deviceId)).at(-1).until).toBe(0);
  });

  it('that are banned for a while are cut off for longer than that when they are removed', async () => {
    const device = await enrolMember(auth, 'dev-banned');
    const phone = await secondDevice('dev-banned');
    const ban = { kind: 'device', id: phone.key.deviceId, seconds: 60, reason: 'spam' };
    expect((await operator.call('POST', '/v1/operator/revocations', ban)).status).toBe(200);
    expect((await device.call('DELETE', `/v1/devices/${phone.key.deviceId}`)).status).toBe(204);
    expect((await revocationsOf(phone.key.deviceId)).at(-1).until * 1000).toBeGreaterThan(
      Date.now() + 3_600_000,
    );
  });

  it('whose key was stolen never come back, not even with the password', async () => {
    const device = await enrolMember(auth, 'dev-stolen');
    const phone = await secondDevice('dev-stolen');
    expect((await device.call('DELETE', `/v1/devices/${phone.key.deviceId}?stolen=true`)).status).toBe(204);
    expect(code(await phone.enrol({ account: 'dev-stolen', password: PASSWORD }))).toEqual([
      403,
      'token_revoked',
    ]);
    expect((await revocationsOf(phone.key.deviceId)).at(-1)).toMatchObject({ until: null });
    const actions = (await audit()).filter(({ subject }) => subject === phone.key.deviceId);
    expect(actions.map(({ action }) => action)).toEqual(['device.stolen', 'device.removed']);
    expect(actions[0]).toMatchObject({
      service: 'auth',
      by: { kind: 'member', name: 'dev-stolen' },
      figures: { from: 'not banned', to: 'banned until it is lifted' },
    });
  });

  it('of others stay as they are', async () => {
    const device = await enrolMember(auth, 'dev-mine');
    const other = await enrolMember(auth, 'dev-other');
    const path = `/v1/devices/${other.key.deviceId}?stolen=true`;
    expect(code(await device.call('DELETE', path))).toEqual([404, 'not_found']);
    expect((await other.tokenAnswer()).status).toBe(200);
    expect(await revocationsOf(other.key.deviceId)).toEqual([]);
  });

  it('are removed with name and password where there is none at hand', async () => {
    await enrolMember(auth, 'dev-none');
    const phone = await secondDevice('dev-none');
    const login = { account: 'Dev-None', password: PASSWORD };
    const seen = await anonymous('/v1/account/recovery', login);
    expect(seen.body.devices.map((one: any) => one.name)).toEqual(['laptop', 'phone']);
    const removed = await anonymous('/v1/account/recovery', {
      ...login,
      remove: phone.key.deviceId,
      stolen: true,
    });
    expect(removed.body.devices.map((one: any) => one.name)).toEqual(['laptop']);
    expect((await phone.tokenAnswer()).status).toBe(401);
    // Guesses run into the same limit as at enrolment, and a name that nobody has is answered alike.
    const guess = () => anonymous('/v1/account/recovery', { account: 'dev-none', password: 'a wrong guess' });
    expect(code(await guess())).toEqual([401, 'bad_credentials']);
    expect(
      code(await anonymous('/v1/account/recovery', { account: 'nobody-at-all', password: PASSWORD })),
    ).toEqual([401, 'bad_credentials']);
    let last = await guess();
    for (let i = 0; i < 10; i += 1) last = await guess();
    expect(code(last)).toEqual([429, 'rate_limited']);
  });

  it('take a proof once', async () => {
    const { key } = createDevice(auth);
    const url = `${auth.url}/v1/account/recovery`;
    const dpop = await createDpopProof(key, { method: 'POST', url, clock: auth.clock });
    const ask = () =>
      fetch(`${auth.base}/v1/account/recovery`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', dpop },
        body: JSON.stringify({ account: 'dev-seen', password: PASSWORD }),
      });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 401]);
  });

  it('are removed by operators, but not the one that the operator sits at', async () => {
    const device = await enrolMember(auth, 'dev-op');
    const path = (id: string): string => `/v1/operator/devices/${id}/remove`;
    expect(code(await device.call('POST', path(device.key.deviceId), { reason: 'x' }))).toEqual([
      403,
      'forbidden',
    ]);
    const removed = await operator.call('POST', path(device.key.deviceId), { reason: 'found on a bus' });
    expect(removed.body.devices).toEqual([]);
    expect((await device.tokenAnswer()).status).toBe(401);
    expect(code(await operator.call('POST', path(operator.key.deviceId), { reason: 'x' }))).toEqual([
      409,
      'conflict',
    ]);
    expect(code(await operator.call('POST', path(device.key.deviceId), { reason: 'x' }))).toEqual([
      404,
      'not_found',
    ]);
  });
});

describe('the password', () => {
  it('is changed with the old one, and keeps the other devices', async () => {
    const device = await enrolMember(auth, 'pw-keep');
    const phone = await secondDevice('pw-keep');
    const change = (body: object) => device.call('PUT', '/v1/account/password', body);
    expect(code(await change({ newPassword: NEW_PASSWORD }))).toEqual([401, 'bad_credentials']);
    expect(code(await change({ password: 'not this one', newPassword: NEW_PASSWORD }))).toEqual([
      401,
      'bad_credentials',
    ]);
    expect(code(await change({ password: PASSWORD, newPassword: 'short' }))).toEqual([400, 'password_weak']);
    expect((await change({ password: PASSWORD, newPassword: NEW_PASSWORD })).status).toBe(200);
    expect((await phone.tokenAnswer()).status).toBe(200);
    const third = createDevice(auth);
    expect(code(await third.enrol({ account: 'pw-keep', password: PASSWORD }))).toEqual([
      401,
      'bad_credentials',
    ]);
    expect((await third.enrol({ account: 'pw-keep', password: NEW_PASSWORD })).status).toBe(201);
  });

  it('signs the other devices out when that is wanted', async () => {
    const device = await enrolMember(auth, 'pw-cut');
    const phone = await secondDevice('pw-cut');
    const changed = await device.call('PUT', '/v1/account/password', {
      password: PASSWORD,
      newPassword: NEW_PASSWORD,
      otherDevices: 'remove',
    });
    expect(changed.body.devices.map((one: any) => one.deviceId)).toEqual([device.key.deviceId]);
    expect((await phone.tokenAnswer()).status).toBe(401);
    expect(await revocationsOf(phone.key.deviceId)).toHaveLength(1);
    expect(await revocationsOf(device.key.deviceId)).toEqual([]);
    // Its key is free for another account.
    expect(
      (await phone.enrol({ account: 'pw-elsewhere', password: PASSWORD, createAccount: true })).status,
    ).toBe(201);
  });

  it('is set for the first time without one', async () => {
    const { body: invite } = await operator.call('POST', '/v1/invites', {});
    const device = createDevice(auth);
    await device.enrol({ account: 'pw-first', createAccount: true, invite: invite.code });
    expect((await device.call('GET', '/v1/account')).body.hasPassword).toBe(false);
    const set = await device.call('PUT', '/v1/account/password', { newPassword: NEW_PASSWORD });
    expect(set.body.hasPassword).toBe(true);
  });
});

describe('a reset link', () => {
  const makeLink = async (account: string, body: object = {}): Promise<string> => {
    const made = await operator.call('POST', `/v1/operator/accounts/${account}/reset`, {
      reason: 'forgot it',
      ...body,
    });
    expect(made.status).toBe(201);
    const link = parseResetLink(made.body.link);
    expect([link.issuer, link.code]).toEqual([auth.url, made.body.code]);
    return made.body.code as string;
  };
  const reset = (resetCode: string, more: object = {}): Promise<Answer> =>
    anonymous('/v1/account/reset', { code: resetCode, newPassword: NEW_PASSWORD, ...more });

  it('sets a new password once, whoever comes at once', async () => {
    const device = await enrolMember(auth, 'reset-once');
    const resetCode = await makeLink('reset-once');
    expect(code(await reset(resetCode, { newPassword: 'short' }))).toEqual([400, 'password_weak']);
    const answers = await Promise.all([1, 2, 3, 4].map(() => reset(resetCode)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403]);
    expect(code(await reset(resetCode))).toEqual([403, 'reset_invalid']);
    expect((await device.tokenAnswer()).status).toBe(200);
    expect((await secondDevice('reset-once', NEW_PASSWORD)).key.deviceId).toHaveLength(43);
  });

  it('ends after its time, and with a newer link or a changed password', async () => {
    const device = await enrolMember(auth, 'reset-ends');
    const first = await makeLink('reset-ends');
    const second = await makeLink('reset-ends');
    expect(code(await reset(first))).toEqual([403, 'reset_invalid']);
    await device.call('PUT', '/v1/account/password', { password: PASSWORD, newPassword: NEW_PASSWORD });
    expect(code(await reset(second))).toEqual([403, 'reset_invalid']);
    const third = await makeLink('reset-ends', { ttlSeconds: 60 });
    auth.clock.shift(61_000);
    expect(code(await reset(third))).toEqual([403, 'reset_invalid']);
  });

  it('signs all devices out when that is wanted', async () => {
    const device = await enrolMember(auth, 'reset-all');
    const answer = await reset(await makeLink('reset-all'), { otherDevices: 'remove' });
    expect(answer.body.devices).toEqual([]);
    expect((await device.tokenAnswer()).status).toBe(401);
  });

  it('is kept as a hash, and an operator makes none for the own account', async () => {
    await enrolMember(auth, 'reset-hash');
    const resetCode = await makeLink('reset-hash');
    const secret = resetCode.split('_').slice(1).join('_');
    const entries = JSON.stringify(await audit());
    expect(entries).toContain('account.reset-link');
    expect(entries).not.toContain(secret);
    const own = await operator.call('POST', '/v1/operator/accounts/operator/reset', { reason: 'x' });
    expect(code(own)).toEqual([409, 'conflict']);
    for (const wrong of ['x', '_', `${resetCode}x`, resetCode.slice(1), `${resetCode.split('_')[0]}_`])
      expect(code(await reset(wrong))).toEqual([403, 'reset_invalid']);
  });

  it('cannot be guessed from one address without end', async () => {
    let last = await reset('guess');
    for (let i = 0; i < 20; i += 1) last = await reset(`guess${i}_x`);
    expect(code(last)).toEqual([429, 'rate_limited']);
    auth.clock.shift(16 * 60_000);
  });
});

describe('an export', () => {
  it('has everything that is held, and no secret', async () => {
    const device = await enrolMember(auth, 'exp-me');
    await device.call('POST', '/v1/invites', { uses: 2 });
    await device.call('POST', '/v1/reports', { kind: 'account', id: 'dev-seen', reason: 'rude' });
    const { status, body } = await device.call('GET', '/v1/account/export');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      format: 'banyan-account-export',
      account: { account: 'exp-me', hasPassword: true },
      invites: [{ uses: 2, used: 0 }],
      reports: [{ kind: 'account', subject: 'dev-seen', reason: 'rude', state: 'open' }],
      audit: { isComplete: true },
    });
    expect(body.deviceKeys[device.key.deviceId]).toMatchObject({ kty: 'EC' });
    expect(body.audit.entries.map((entry: AuditEntry) => entry.action)).toEqual(['invite.made']);
    expect(JSON.stringify(body)).not.toMatch(/argon2|digest/);
  });

  it('of somebody else is an operator’s, who says why and is written down', async () => {
    const device = await enrolMember(auth, 'exp-other');
    const path = '/v1/operator/accounts/exp-other/export';
    expect(code(await device.call('POST', path, { reason: 'x' }))).toEqual([403, 'forbidden']);
    const { body } = await operator.call('POST', path, { reason: 'asked by letter' });
    expect(body.account.account).toBe('exp-other');
    expect((await audit()).at(-1)).toMatchObject({
      action: 'account.exported',
      name: 'exp-other',
      reason: 'asked by letter',
      by: { kind: 'operator', name: 'operator' },
    });
  });
});

describe('a deleted account', () => {
  it('is confirmed by name and password, and is gone with its devices, invites and names', async () => {
    const device = await enrolMember(auth, 'del-me');
    const phone = await secondDevice('del-me');
    const id = await accountId(device);
    const token = await device.token(AUDIENCE.supernode);
    expect(token).not.toBe('');
    const { body: invite } = await device.call('POST', '/v1/invites', {});
    const attempt = (body: object) => device.call('POST', '/v1/account/delete', body);
    expect(code(await attempt({ account: 'del-me' }))).toEqual([401, 'bad_credentials']);
    expect(code(await attempt({ account: 'del-you', password: PASSWORD }))).toEqual([409, 'conflict']);
    expect((await attempt({ account: 'Del-Me', password: PASSWORD })).status).toBe(204);

    for (const one of [device, phone])
      expect((await one.tokenAnswer()).body.banyan_code).toBe('device_unknown');
    expect((await revocationsOf(id)).at(-1)).toMatchObject({ kind: 'account' });
    expect(
      code(await createDevice(auth).enrol({ account: 'guest', createAccount: true, invite: invite.code })),
    ).toEqual([403, 'invite_invalid']);
    expect(code(await operator.call('GET', `/v1/operator/accounts/${id}`))).toEqual([404, 'not_found']);
    const { body: list } = await operator.call('GET', '/v1/operator/accounts?limit=200');
    expect(JSON.stringify(list)).not.toContain('del-me');

    // The audit keeps the id, and no name.
    const about = (await audit()).filter((entry) => JSON.stringify(entry).includes(id));
    expect(about.map(({ action }) => action)).toEqual(['invite.made', 'account.deleted']);
    expect(JSON.stringify(about)).not.toContain('del-me');

    // Name and devices are free, and what was revoked is the old account alone.
    const again = await device.enrol({ account: 'del-me', password: PASSWORD, createAccount: true });
    expect(again.status).toBe(201);
    expect(again.body.accountId).not.toBe(id);
    expect((await device.tokenAnswer()).status).toBe(200);
  });

  it('is deleted by an operator too, but never that of an operator', async () => {
    const device = await enrolMember(auth, 'del-op');
    const path = '/v1/operator/accounts/del-op/delete';
    expect(code(await operator.call('POST', path, { account: 'other', reason: 'x' }))).toEqual([
      409,
      'conflict',
    ]);
    expect((await operator.call('POST', path, { account: 'del-op', reason: 'left the club' })).status).toBe(
      204,
    );
    expect((await device.tokenAnswer()).status).toBe(401);
    const own = await operator.call('POST', '/v1/account/delete', {
      account: 'operator',
      password: PASSWORD,
    });
    expect(code(own)).toEqual([409, 'conflict']);
  });
});

describe('reports', () => {
  it('reach the operators, who resolve them with words', async () => {
    const device = await enrolMember(auth, 'rep-ann');
    const target = await enrolMember(auth, 'rep-ben');
    for (const [kind, id] of [
      ['content', CONTENT],
      ['device', target.key.deviceId],
      ['account', 'REP-BEN'],
    ])
      expect((await device.call('POST', '/v1/reports', { kind, id, reason: `bad ${kind}` })).status).toBe(
        201,
      );
    const open = (
      await operator.call('GET', '/v1/operator/reports?state=open&limit=200')
    ).body.reports.filter((one: any) => one.by.name === 'rep-ann');
    expect(
      open.map(({ subject, state }: any) => [subject.kind, subject.name, subject.account?.name, state]),
    ).toEqual([
      ['content', '', undefined, 'open'],
      ['device', 'laptop', 'rep-ben', 'open'],
      ['account', 'rep-ben', undefined, 'open'],
    ]);
    const resolve = (by: TestDevice) =>
      by.call('POST', `/v1/operator/reports/${open[0].id}/resolve`, { words: 'blocked it' });
    expect(code(await resolve(device))).toEqual([403, 'forbidden']);
    expect((await resolve(operator)).body).toMatchObject({
      state: 'resolved',
      resolution: { by: { name: 'operator' }, words: 'blocked it' },
    });
    expect(code(await resolve(operator))).toEqual([409, 'conflict']);
    const { body: exported } = await device.call('GET', '/v1/account/export');
    expect(exported.reports[0]).toMatchObject({ state: 'resolved', words: 'blocked it' });
    expect((await audit()).at(-1)).toMatchObject({ action: 'report.resolved', subject: open[0].id });
  });

  it('tell nobody whether there is such an account, and are bounded', async () => {
    const device = await enrolMember(auth, 'rep-many');
    const send = (id: string, reason = 'x'): Promise<Answer> =>
      device.call('POST', '/v1/reports', { kind: 'account', id, reason });
    const [known, unknown] = [await send('rep-ann'), await send('nobody-here')];
    expect([known.status, Object.keys(known.body)]).toEqual([unknown.status, Object.keys(unknown.body)]);
    const { body: exported } = await device.call('GET', '/v1/account/export');
    expect(exported.reports.map((one: any) => one.subject)).toEqual(['rep-ann', 'nobody-here']);
    expect(code(await send('rep-ann', 'x'.repeat(501)))).toEqual([400, 'invalid_request']);
    expect(code(await send('rep-ann', ''))).toEqual([400, 'invalid_request']);
    expect(
      code(await device.call('POST', '/v1/reports', { kind: 'content', id: 'zz', reason: 'x' }))[0],
    ).toBe(400);
    let last = await send('rep-ann');
    for (let i = 0; i < 20; i += 1) last = await send('rep-ann');
    expect(code(last)).toEqual([429, 'rate_limited']);
  });
});

describe('the audit', () => {
  it('tells every decision with who, why, before and after, and only operators and viewers read it', async () => {
    const device = await enrolMember(auth, 'aud-ann');
    const { deviceId } = device.key;
    const id = await accountId(device);
    const before = (await audit()).length;
    const put = (path: string, body: object) => operator.call('PUT', `/v1/operator${path}`, body);
    const revoke = (body: object) =>
      operator.call('POST', '/v1/operator/revocations', { reason: 'r', ...body });
    await put('/accounts/aud-ann/role', { role: 'viewer', reason: 'helps out' });
    // What changes nothing is no decision.
    await put('/accounts/aud-ann/role', { role: 'viewer' });
    await put('/accounts/aud-ann/grants', { grants: ['load'] });
    await put(`/devices/${deviceId}/grants`, { grants: ['supernode'] });
    await revoke({ kind: 'device', id: deviceId, seconds: 600, reason: 'spam' });
    await revoke({ kind: 'device', id: deviceId, seconds: 0 });
    await revoke({ kind: 'account', id: 'aud-ann' });
    await revoke({ kind: 'account', id: 'aud-ann', seconds: 0 });
    await revoke({ kind: 'content', id: CONTENT });
    await revoke({ kind: 'content', id: CONTENT, seconds: 0 });
    const { body: invite } = await operator.call('POST', '/v1/invites', {
      grants: ['supernode'],
      reason: 'for oak',
    });
    await createDevice(auth).enrol({ account: 'aud-oak', createAccount: true, invite: invite.code });
    await operator.call('POST', '/v1/operator/keys/rotate', { reason: 'yearly' });
    const told = (await audit()).slice(before);
    expect(
      told.map(({ action, name, figures: { from, to } }) => [action, name, from, to].slice(0, 4)),
    ).toEqual([
      ['account.role', 'aud-ann', 'member', 'viewer'],
      ['account.grants', 'aud-ann', 'none', 'load'],
      ['device.grants', 'laptop', 'none', 'supernode'],
      ['device.banned', 'laptop', 'not banned', expect.stringContaining('banned until 2')],
      ['device.unbanned', 'laptop', expect.stringContaining('banned until 2'), 'not banned'],
      ['account.banned', 'aud-ann', 'not banned', 'banned until it is lifted'],
      ['account.unbanned', 'aud-ann', 'banned until it is lifted', 'not banned'],
      ['content.blocked', '', 'not banned', 'banned until it is lifted'],
      ['content.unblocked', '', 'banned until it is lifted', 'not banned'],
      ['invite.made', '', undefined, undefined],
      ['device.enrolled', 'laptop', 'none', 'supernode'],
      ['key.published', expect.anything(), expect.anything(), expect.anything()],
    ]);
    expect(told[0]).toMatchObject({
      subject: id,
      reason: 'helps out',
      by: { kind: 'operator', name: 'operator' },
    });
    expect(told[3]).toMatchObject({ reason: 'spam' });
    expect(JSON.stringify(told)).not.toContain(invite.code);

    // A viewer looks; a member, and a viewer no more, does not.
    const token = await device.token();
    expect((await device.call('GET', '/v1/operator/audit', undefined, token)).status).toBe(200);
    await put('/accounts/aud-ann/role', { role: 'member' });
    expect(code(await device.call('GET', '/v1/operator/audit', undefined, token))).toEqual([
      403,
      'forbidden',
    ]);
    expect(code(await device.call('GET', '/v1/operator/reports', undefined, token))).toEqual([
      403,
      'forbidden',
    ]);
  });

  it('begins with the first key and the first operator', async () => {
    const [first, second] = await audit();
    expect(first).toMatchObject({ action: 'key.published', by: { kind: 'auth' } });
    expect(second).toMatchObject({ action: 'account.role', figures: { from: 'member', to: 'operator' } });
  });

  it('is the same after a restart', async () => {
    // The last ones may be linked into the chain meanwhile.
    const entries = async () => (await audit()).map(({ chain: _, ...entry }) => entry);
    const before = await entries();
    await auth.restart();
    expect(await entries()).toEqual(before);
  });
});
