import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseInviteLink } from '@banyan/proto';
import {
  createClientAssertion,
  createDpopProof,
  createServiceFetch,
  createDeviceKey,
  loadConfig,
} from '@banyan/kit';
import { SKIP_REDIS, startRedis } from '@banyan/kit/testing';
import { AuthConfig } from '../src/index.ts';
import {
  createDevice,
  enrolMember,
  enrolOperator,
  PASSWORD,
  startAuth,
  type AuthUnderTest,
} from './harness.ts';

let auth: AuthUnderTest | undefined;
afterEach(async () => {
  await auth?.stop();
  auth = undefined;
});

describe('a restart', () => {
  it('keeps accounts, keys, tokens, used proofs and revocations', async () => {
    auth = await startAuth();
    const operator = await enrolOperator(auth);
    const member = await enrolMember(auth, 'member');
    await operator.call('POST', '/v1/operator/revocations', { kind: 'account', id: 'member', reason: 'x' });
    const token = await operator.token();
    const keys = (await auth.get('/jwks.json')).body;
    const url = `${auth.url}/v1/account`;
    const dpop = await createDpopProof(operator.key, { method: 'GET', url, accessToken: token });
    const headers = { authorization: `DPoP ${token}`, dpop };
    expect((await fetch(url, { headers })).status).toBe(200);
    await auth.restart();
    expect((await auth.get('/jwks.json')).body).toEqual(keys);
    expect((await operator.call('GET', '/v1/account', undefined, token)).body.account).toBe('operator');
    expect((await member.tokenAnswer()).body.banyan_code).toBe('token_revoked');
    expect((await auth.get('/v1/revocations')).body.seq).toBe(1);
    const replayed = await fetch(url, { headers });
    expect(((await replayed.json()) as any).error.code).toBe('proof_replayed');
    expect((await createDevice(auth).enrol({ account: 'operator', password: PASSWORD })).status).toBe(201);
  });

  (SKIP_REDIS ? it.skip : it)('two replicas on one Redis are one service', async () => {
    const redis = await startRedis();
    const issuer = 'http://localhost:59999';
    const first = await startAuth({ store: redis.url, issuer });
    const second = await startAuth({ store: redis.url, issuer });
    try {
      expect((await first.get('/jwks.json')).body).toEqual((await second.get('/jwks.json')).body);
      const operator = await enrolOperator(first);
      // The same device, its account, its role and its used proofs, seen through the other replica.
      const there = createDevice(second, operator.key);
      const token = await operator.token();
      expect((await there.call('GET', '/v1/operator/accounts', undefined, token)).body.accounts).toHaveLength(
        1,
      );
      const client_assertion = await createClientAssertion(operator.key, { issuer });
      expect((await operator.tokenAnswer({ client_assertion })).status).toBe(200);
      expect((await there.tokenAnswer({ client_assertion })).body.banyan_code).toBe('proof_replayed');
      const waiting = second.get('/v1/revocations?after=0&wait=20');
      const ban = { kind: 'content', id: `${'ab'.repeat(32)}-1`, reason: 'x' };
      await operator.call('POST', '/v1/operator/revocations', ban);
      expect((await waiting).body).toMatchObject({ seq: 1, signed: [expect.any(String)] });
    } finally {
      await first.stop();
      await second.stop();
      await redis.stop();
    }
  });
});

describe('an own key for TLS', () => {
  it('is pinned by invites, and keeps its name over a restart', async () => {
    auth = await startAuth({ tls: 'self', enrolment: 'invite' });
    expect(auth.url).toMatch(/^https:\/\/localhost:\d+$/);
    const { pins } = auth.service;
    const link = /banyan-invite:[^\s']+/.exec(auth.announced.at(-1) ?? '')?.[0];
    expect(parseInviteLink(link ?? '')).toEqual({
      issuer: auth.url,
      pins,
      code: auth.operatorCode(),
    });
    expect((await stat(join(auth.dataDir, 'tls-key.pem'))).mode & 0o777).toBe(0o600);
    const metadata = `${auth.url}/.well-known/oauth-authorization-server`;
    const trusting = createServiceFetch({ pins });
    const answer = await trusting(metadata);
    expect(((await answer.json()) as any).issuer).toBe(auth.url);
    const deceived = createServiceFetch({ pins: [createDeviceKey().deviceId] });
    await expect(deceived(metadata)).rejects.toMatchObject({ code: 'key_mismatch' });
    await trusting.close();
    await deceived.close();
    await auth.restart();
    expect(auth.service.pins).toEqual(pins);
  });
});

describe('settings', () => {
  it.each([
    ['beyond loopback without TLS', { host: '0.0.0.0', issuer: 'http://192.0.2.1:7700' }, 'not_loopback'],
    ['any address without a name', { host: '0.0.0.0', tls: 'self' as const }, 'invalid_config'],
    ['behind a proxy without a name', { behindProxy: true }, 'invalid_config'],
    ['an issuer with a slash at its end', { issuer: 'https://auth.example/' }, 'invalid_config'],
    ['an issuer with a path', { issuer: 'https://auth.example/banyan' }, 'invalid_config'],
    ['certificate files that are not named', { tls: 'files' as const }, 'invalid_config'],
    [
      'certificate files that are not there',
      { tls: 'files' as const, tlsCert: '/none', tlsKey: '/none' },
      'invalid_config',
    ],
  ])('refuse %s', async (_what, config, code) => {
    await expect(startAuth(config)).rejects.toMatchObject({ code });
  });

  it('a taken port is said in plain words', async () => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port));
    });
    try {
      await expect(startAuth({ port })).rejects.toMatchObject({
        code: 'port_taken',
        message: expect.stringContaining(String(port)),
      });
    } finally {
      holder.close();
    }
  });

  it('a data folder that another process uses is refused', async () => {
    auth = await startAuth();
    await expect(startAuth({ dataDir: auth.dataDir })).rejects.toMatchObject({ code: 'store_in_use' });
  });

  it('come from flags and environment, with safe defaults', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'banyan-auth-'));
    try {
      const config = loadConfig(AuthConfig, {
        argv: ['--enrolment', 'open', '--list-urls', 'https://a.example', '--list-urls', 'https://b.example'],
        env: { BANYAN_PORT: '0', BANYAN_DATA_DIR: dir },
      });
      expect(config).toMatchObject({
        host: 'localhost',
        port: 0,
        dataDir: dir,
        enrolment: 'open',
        listUrls: ['https://a.example', 'https://b.example'],
        tls: 'none',
      });
      expect(loadConfig(AuthConfig, { argv: [], env: {} }).enrolment).toBe('invite');
      expect(() => loadConfig(AuthConfig, { argv: ['--enrolment', 'none'], env: {} })).toThrow(
        /open, invite, closed/,
      );
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
