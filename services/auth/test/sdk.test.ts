import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIENCE, contentIdText } from '@banyan/proto';
import { createDeviceKey, createIssuer, createTokenVerifier, silentLog, systemClock } from '@banyan/kit';
import { createAuthClient, createTokenSource, type AuthClient } from '@banyan/sdk';
import { PASSWORD, startAuth, type AuthUnderTest } from './harness.ts';

// What clients and verifiers use in earnest, against the real service with an own TLS key.
describe('clients and verifiers', () => {
  let auth: AuthUnderTest;
  let issuer: ReturnType<typeof createIssuer>;
  beforeAll(async () => {
    auth = await startAuth({ tls: 'self' });
    const { pins } = auth.service;
    issuer = createIssuer({ log: silentLog() }, { url: auth.url, pins });
    await issuer.start();
  });
  afterAll(async () => {
    await issuer.stop();
    await auth.stop();
  });

  function clientOf(): { client: AuthClient; deviceId: string } {
    const deviceKey = createDeviceKey();
    const tokens = createTokenSource({
      clock: systemClock,
      log: silentLog(),
      requestToken: (audience, signal) => client.requestToken(audience, signal),
    });
    const client = createAuthClient({
      issuer,
      deviceKey,
      token: (signal) => tokens.token(AUDIENCE.auth, signal),
    });
    return { client, deviceId: deviceKey.deviceId };
  }

  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error: unknown) => (error as { code?: string }).code,
    );

  it('enrol, claim, invite, grant, rotate and ban, and a verifier knows of all of it', async () => {
    const operator = clientOf();
    expect(await code(operator.client.requestToken(AUDIENCE.peer))).toBe('device_unknown');
    const account = { account: 'boss', password: PASSWORD, deviceName: 'desk' };
    expect(await code(operator.client.enrol(account))).toBe('bad_credentials');
    await operator.client.enrol({ ...account, createAccount: true });
    expect((await operator.client.claimOperator(auth.operatorCode())).role).toBe('operator');
    // The token says member still; a fresh client of the same device would do, and so does a new device.
    const desk = clientOf();
    await desk.client.enrol({ ...account, deviceName: 'desk 2' });

    const invite = await desk.client.createInvite({ grants: ['supernode'] });
    const trunk = clientOf();
    expect(
      await trunk.client.enrol({
        account: 'trunk',
        createAccount: true,
        invite: invite.code,
        deviceName: 't',
      }),
    ).toMatchObject({
      grants: ['supernode'],
    });

    const verifier = createTokenVerifier(
      { keys: issuer.keys, revocations: issuer.revocations },
      { issuer: auth.url, audience: AUDIENCE.supernode },
    );
    const { access_token: token } = await trunk.client.requestToken(AUDIENCE.supernode);
    expect(await verifier.verify(token, { jkt: trunk.deviceId })).toMatchObject({
      account: 'trunk',
      grants: ['supernode'],
    });
    expect(await code(verifier.verify(token, { jkt: desk.deviceId }))).toBe('proof_invalid');

    const rotation = await desk.client.rotateKeys();
    expect(rotation.published).toContain(rotation.current);
    await desk.client.setDeviceGrants(trunk.deviceId, []);
    await desk.client.setAccountGrants('trunk', ['load']);
    expect((await trunk.client.account()).grants).toEqual(['load']);

    const content = contentIdText({ root: new Uint8Array(32).fill(7), length: 12 });
    await desk.client.revoke({ kind: 'content', id: content, reason: 'Not ours.' });
    const following = issuer.fetchRevocations({ waitMs: 5_000 });
    await following;
    expect(issuer.revocations.contentBlocked(content, Date.now())).toMatchObject({ reason: 'Not ours.' });
    const next = issuer.fetchRevocations({ waitMs: 20_000 });
    await desk.client.revoke({ kind: 'device', id: trunk.deviceId, seconds: 600, reason: 'Stolen.' });
    await next;
    expect(await code(verifier.verify(token, { jkt: trunk.deviceId }))).toBe('token_revoked');
    expect(await code(trunk.client.requestToken(AUDIENCE.peer))).toBe('token_revoked');
    await desk.client.revoke({ kind: 'device', id: trunk.deviceId, seconds: 0, reason: 'Found.' });
    await issuer.fetchRevocations();
    expect(await code(verifier.verify(token, { jkt: trunk.deviceId }))).toBe('ok');
    await desk.client.removeDevice(operator.deviceId);
    expect(await code(operator.client.account())).toBe('device_unknown');
  });

  it('catch up with a feed that is longer than one answer', async () => {
    const desk = clientOf();
    await desk.client.enrol({ account: 'boss', password: PASSWORD, deviceName: 'desk 3' });
    await issuer.fetchRevocations();
    const before = issuer.revocations.seq;
    // Some at once: each call has so many seconds only.
    for (let done = 0; done < 300; done += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => {
          const id = `${'ef'.repeat(32)}-${done + i + 1}`;
          return desk.client.revoke({ kind: 'content', id, reason: 'x'.repeat(500) });
        }),
      );
    }
    for (let i = 0; i < 10 && issuer.revocations.seq < before + 300; i += 1) await issuer.fetchRevocations();
    expect(issuer.revocations.seq).toBe(before + 300);
    expect(issuer.revocations.contentBlocked(`${'ef'.repeat(32)}-300`, Date.now())).toBeDefined();
  });
});
