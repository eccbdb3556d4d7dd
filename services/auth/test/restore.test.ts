import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  createIssuer,
  openBackup,
  openStore,
  restoreBackup,
  saveBackup,
  writeBackup,
  type Issuer,
} from '@banyan/kit';
import { AUTH_STORE } from '../src/index.ts';
import {
  createDevice,
  enrolMember,
  enrolOperator,
  PASSWORD,
  startAuth,
  type AuthUnderTest,
  type TestDevice,
} from './harness.ts';

let auth: AuthUnderTest;
let follower: Issuer;
let operator: TestDevice;
const location = (): string => join(auth.dataDir, 'store');
const file = (): string => join(auth.dataDir, 'saved.backup');

async function save(): Promise<void> {
  const store = await openStore({ location: location(), ...AUTH_STORE });
  await saveBackup(writeBackup({ service: 'auth', store, isInstant: true, folder: auth.dataDir }), file());
  await store.close();
}

/** As after a lost disk. */
async function restore(): Promise<void> {
  await rm(location(), { recursive: true });
  await mkdir(location());
  const store = await openStore({ location: location(), ...AUTH_STORE, allowIncomplete: true });
  await restoreBackup(await openBackup(file()), store, {
    place: AUTH_STORE,
    folder: auth.dataDir,
    clock: auth.clock,
  });
  await store.close();
}

const ban = (id: string, more: object = {}) =>
  operator.call('POST', '/v1/operator/revocations', { kind: 'device', id, reason: 'spam', ...more });

async function until<T>(look: () => Promise<T | false | undefined> | T | false | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

beforeEach(async () => {
  auth = await startAuth();
  operator = await enrolOperator(auth);
  follower = createIssuer({}, { url: auth.url, followRevocations: true });
  await follower.start();
});
afterEach(async () => {
  await follower.stop();
  await auth.stop();
});

jest.setTimeout(60_000);

describe('an auth restored from an older backup', () => {
  it('learns from who follows it what was banned, lifted and removed since, and refuses as before', async () => {
    const [mallory, pardoned, lost, other] = (await Promise.all(
      ['mallory', 'pardoned', 'lost', 'other'].map((name) => enrolMember(auth, name)),
    )) as [TestDevice, TestDevice, TestDevice, TestDevice];
    await ban(pardoned.key.deviceId);
    await auth.service.stop();
    await save();
    await auth.restart();

    await ban(mallory.key.deviceId);
    await ban(pardoned.key.deviceId, { seconds: 0 });
    expect((await lost.call('DELETE', `/v1/devices/${lost.key.deviceId}`)).status).toBe(204);
    await until(() => follower.revocations.seq === 4);

    await auth.service.stop();
    await restore();
    await auth.restart();
    // What is made before the rest is known would stand under numbers that others have something else under.
    expect(await ban(other.key.deviceId)).toMatchObject({
      status: 503,
      body: { error: { code: 'unavailable' } },
    });
    await until(async () => (await auth.get('/v1/revocations?after=4')).body.seq === 4);

    expect((await mallory.tokenAnswer()).body).toMatchObject({ banyan_code: 'token_revoked' });
    expect((await pardoned.tokenAnswer()).status).toBe(200);
    expect((await lost.tokenAnswer()).body).toMatchObject({ banyan_code: 'device_unknown' });
    expect((await other.tokenAnswer()).status).toBe(200);

    auth.clock.shift(61_000);
    expect((await ban(other.key.deviceId)).body).toMatchObject({ seq: 5 });
    await until(() => follower.revocations.deviceRevoked(other.key.deviceId, Date.now()) !== undefined);
    // Later starts are like any other.
    await auth.restart();
    await auth.restart();
    expect((await ban(mallory.key.deviceId)).body).toMatchObject({ seq: 6 });
  });

  it('takes removed and stolen devices out of their accounts again, and lets back in whoever may come', async () => {
    const owner = await enrolMember(auth, 'owner');
    const add = async (): Promise<TestDevice> => {
      const device = createDevice(auth);
      expect((await device.enrol({ account: 'owner', password: PASSWORD })).status).toBe(201);
      return device;
    };
    const [lost, early, stolen] = [await add(), await add(), await add()];
    await auth.service.stop();
    await save();
    await auth.restart();
    for (const device of [lost, early])
      expect((await owner.call('DELETE', `/v1/devices/${device.key.deviceId}`)).status).toBe(204);
    const path = `/v1/devices/${stolen.key.deviceId}?stolen=true`;
    expect((await owner.call('DELETE', path)).status).toBe(204);
    await until(() => follower.revocations.seq === 3);

    await auth.service.stop();
    await restore();
    await auth.restart();
    await until(async () => (await auth.get('/v1/revocations?after=3')).body.seq === 3);
    const { body } = await owner.call('GET', '/v1/account');
    expect(body.devices.map(({ deviceId }: { deviceId: string }) => deviceId)).toEqual([owner.key.deviceId]);
    const enrol = async (device: TestDevice) => {
      const answer = await device.enrol({ account: 'owner', password: PASSWORD });
      return answer.body.error?.code ?? answer.status;
    };
    expect(await enrol(stolen)).toBe('token_revoked');
    // Whoever comes before others can be told so has to ask once more.
    expect(await enrol(early)).toBe('unavailable');
    auth.clock.shift(61_000);
    expect([await enrol(early), await enrol(lost), await enrol(stolen)]).toEqual([201, 201, 'token_revoked']);
    const isRevoked = ({ key }: TestDevice): boolean =>
      follower.revocations.deviceRevoked(key.deviceId, Date.now()) !== undefined;
    await until(() => follower.revocations.seq === 5);
    expect([early, lost, stolen].map(isRevoked)).toEqual([false, false, true]);

    const { body: audit } = await operator.call('GET', '/v1/operator/audit?limit=200');
    const told = audit.entries as { subject: string; action: string; by: { kind: string } }[];
    const actions = told.filter(({ subject }) => subject === stolen.key.deviceId);
    expect(actions).toMatchObject([
      { action: 'device.stolen', by: { kind: 'auth' } },
      { action: 'device.removed', by: { kind: 'auth' } },
    ]);
  });

  it('takes nothing that it did not sign itself, nor what does not follow', async () => {
    const stranger = await startAuth();
    try {
      const boss = await enrolOperator(stranger, 'boss');
      await boss.call('POST', '/v1/operator/revocations', {
        kind: 'device',
        id: operator.key.deviceId,
        reason: 'theirs',
      });
      const foreign = (await stranger.get('/v1/revocations')).body.signed as string[];
      const give = async (signed: unknown) => {
        const response = await fetch(`${auth.url}/v1/revocations`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ signed }),
        });
        return { status: response.status, body: (await response.json()) as any };
      };
      // One that was not restored wants nothing, whatever it is.
      expect((await give(foreign)).body).toEqual({ signed: [], seq: 0 });
      expect((await give([])).status).toBe(400);
      expect((await give('x')).status).toBe(400);
      expect((await auth.get('/v1/revocations')).body).toEqual({ signed: [], seq: 0 });

      await auth.service.stop();
      await save();
      await auth.restart();
      const member = await enrolMember(auth, 'member');
      for (let i = 0; i < 2; i += 1) await ban(member.key.deviceId);
      const { signed } = (await auth.get('/v1/revocations')).body as { signed: string[] };
      await follower.stop();
      await auth.service.stop();
      await restore();
      await auth.restart();
      expect((await auth.get('/v1/revocations')).body).toEqual({ signed: [], seq: 0, wanted: true });
      expect((await give(foreign)).body.error.code).toBe('token_invalid');
      expect((await give(['x'])).body.error.code).toBe('token_invalid');
      expect((await give([signed[1]])).body).toEqual({ signed: [], seq: 0 });
      expect((await give(signed)).body).toEqual({ signed: [], seq: 2 });
      expect((await give(signed)).body).toEqual({ signed: [], seq: 2 });
      expect((await createDevice(auth, operator.key).tokenAnswer()).status).toBe(200);
    } finally {
      await stranger.stop();
    }
  });
});
