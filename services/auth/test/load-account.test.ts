import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIENCE } from '@banyan/proto';
import { createDevice, enrolOperator, startAuth, type AuthUnderTest, type TestDevice } from './harness.ts';

const code = (answer: { status: number; body: any }) => [answer.status, answer.body.error?.code];

describe('an account with the grant load', () => {
  let auth: AuthUnderTest;
  let operator: TestDevice;
  let tester: TestDevice;
  beforeAll(async () => {
    auth = await startAuth({ enrolment: 'invite' });
    operator = await enrolOperator(auth);
    const { body } = await operator.call('POST', '/v1/invites', { grants: ['load'] });
    tester = createDevice(auth);
    await tester.enrol({ account: 'load', createAccount: true, invite: body.code });
  });
  afterAll(() => auth.stop());

  it('invites hundreds of devices of its own, but nobody else', async () => {
    const own = await tester.call('POST', '/v1/invites', { account: 'load', uses: 1000 });
    expect(own).toMatchObject({ status: 201, body: { uses: 1000 } });
    expect(code(await tester.call('POST', '/v1/invites', { uses: 1000 }))).toEqual([403, 'forbidden']);
    const leaves = [createDevice(auth), createDevice(auth)];
    for (const leaf of leaves)
      expect(await leaf.enrol({ account: 'load', invite: own.body.code })).toMatchObject({
        status: 201,
        body: { account: 'load', grants: ['load'] },
      });
  });

  it('puts its devices away in one call, and leaves no revocation of them behind', async () => {
    const { seq } = (await auth.get('/v1/revocations')).body;
    const { devices } = (await tester.call('GET', '/v1/account')).body;
    const others = (devices as { deviceId: string }[])
      .map(({ deviceId }) => deviceId)
      .filter((id) => id !== tester.key.deviceId);
    expect(others).toHaveLength(2);
    const stranger = createDevice(auth).key.deviceId;
    expect(
      code(await tester.call('POST', '/v1/devices/retire', { deviceIds: [tester.key.deviceId] })),
    ).toEqual([409, 'conflict']);
    const answer = await tester.call('POST', '/v1/devices/retire', { deviceIds: [...others, stranger] });
    expect(answer.status).toBe(204);
    expect((await tester.call('GET', '/v1/account')).body.devices).toHaveLength(1);
    expect((await auth.get('/v1/revocations')).body.seq).toBe(seq);
  });

  it('has devices that get no token once they are put away, and can be enrolled again', async () => {
    const { body } = await tester.call('POST', '/v1/invites', { account: 'load', uses: 2 });
    const leaf = createDevice(auth);
    await leaf.enrol({ account: 'load', invite: body.code });
    expect((await leaf.tokenAnswer({ resource: AUDIENCE.supernode })).status).toBe(200);
    await tester.call('POST', '/v1/devices/retire', { deviceIds: [leaf.key.deviceId] });
    expect((await leaf.tokenAnswer({ resource: AUDIENCE.supernode })).body.banyan_code).toBe(
      'device_unknown',
    );
    expect((await leaf.enrol({ account: 'load', invite: body.code })).status).toBe(201);
  });

  it('is needed for that: other accounts remove their devices one by one, and cannot touch those of others', async () => {
    const { body } = await operator.call('POST', '/v1/invites', {});
    const mary = createDevice(auth);
    await mary.enrol({ account: 'mary', createAccount: true, invite: body.code });
    const victim = tester.key.deviceId;
    expect(code(await mary.call('POST', '/v1/devices/retire', { deviceIds: [victim] }))).toEqual([
      403,
      'forbidden',
    ]);
    await operator.call('PUT', '/v1/operator/accounts/mary/grants', { grants: ['load'] });
    expect((await mary.call('POST', '/v1/devices/retire', { deviceIds: [victim] })).status).toBe(204);
    expect((await tester.call('GET', '/v1/account')).status).toBe(200);
  });
});
