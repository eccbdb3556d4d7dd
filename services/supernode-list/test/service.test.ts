import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIENCE, type Grant } from '@banyan/proto';
import {
  createDeviceKey,
  createDpopProof,
  createServiceFetch,
  silentLog,
  systemClock,
  type DeviceKey,
} from '@banyan/kit';
import { createListClient, createOperatorClient } from '@banyan/sdk';
import { createListService, type ListService } from '../src/index.ts';
import { BEAT, FakeAuth } from './fake-auth.ts';

describe('the list service', () => {
  const auth = new FakeAuth();
  const oak = createDeviceKey();
  const leaf = createDeviceKey();
  let folder: string;
  let list: ListService;
  const create = (dataDir: string): ListService =>
    createListService(
      { log: silentLog(), clock: systemClock, random: Math.random },
      {
        network: auth.url,
        host: 'localhost',
        port: 0,
        dataDir,
        account: 'lists',
        networkPins: [],
        tls: 'none',
        behindProxy: false,
      },
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'banyan-list-'));
    await auth.start();
    list = create(join(folder, 'one'));
    await list.start();
  });
  afterAll(async () => {
    await list.stop();
    await auth.stop();
    await rm(folder, { recursive: true, force: true });
  });

  interface Call {
    readonly device?: DeviceKey;
    readonly token?: string | undefined;
    readonly method?: string;
    readonly body?: unknown;
    readonly proof?: string;
  }
  const proofFor = (path: string, { device = leaf, token, method = 'GET' }: Call): Promise<string> =>
    createDpopProof(device, {
      method,
      url: `${list.url}${path}`,
      ...(token === undefined ? {} : { accessToken: token }),
    });
  async function call(path: string, init: Call = {}): Promise<{ status: number; code: string | undefined }> {
    const { token, method = 'GET', body } = init;
    const response = await fetch(`${list.url}${path}`, {
      method,
      headers: {
        dpop: init.proof ?? (await proofFor(path, init)),
        ...(token === undefined ? {} : { authorization: `DPoP ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = (text === '' ? {} : JSON.parse(text)) as { error?: { code: string } };
    return { status: response.status, code: json.error?.code };
  }
  const own = `/v1/supernodes/${oak.deviceId}`;
  const right: Grant[] = ['supernode'];

  it('serves the sdk’s client: beats, lists, changes, farewell', async () => {
    const fetch_ = createServiceFetch();
    const client = (deviceKey: DeviceKey, grants: Grant[]): ReturnType<typeof createListClient> =>
      createListClient({
        urls: () => [list.url],
        fetch: fetch_,
        deviceKey,
        token: () => Promise.resolve(auth.token(deviceKey, grants)),
      });
    const [supernode, peer] = [client(oak, right), client(leaf, [])];
    const rates = { searches: 2, hits: 30, refused: 0, bytes: 4_000 };
    const { membershipVersion } = await supernode.beat({ ...BEAT, rates });
    // What it does is for operators; leaves get what they need to choose.
    for (const entry of (await peer.supernodes(3)).supernodes) expect(entry).not.toHaveProperty('rates');
    expect((await peer.supernodes(3)).supernodes).toEqual([
      expect.objectContaining({ deviceId: oak.deviceId, name: 'oak' }),
    ]);
    const poll = supernode.membership(membershipVersion, 10);
    await supernode.leave();
    expect(await poll).toMatchObject({ left: [oak.deviceId] });
    expect((await peer.supernodes(3)).supernodes).toEqual([]);
    await fetch_.close();
  });

  it('tells who watches all hosts what changed since the last answer, and nothing when nothing did', async () => {
    const fetch_ = createServiceFetch();
    const beat = { token: auth.token(oak, right), device: oak };
    expect(await call(own, { ...beat, method: 'PUT', body: BEAT })).toMatchObject({ status: 200 });
    const token = auth.token(leaf, [], AUDIENCE.list, { scope: 'console', role: 'viewer' });
    const watcher = createOperatorClient({
      ...{ urls: () => [list.url], fetch: fetch_, deviceKey: leaf },
      token: () => Promise.resolve(token),
    });
    const first = await watcher.hostChanges('');
    expect(first).toMatchObject({
      whole: true,
      more: false,
      hosts: [{ deviceId: oak.deviceId, name: 'oak' }],
    });
    expect(first.hosts[0]).not.toHaveProperty('moreCriteria');
    const raw = async (path: string): Promise<string> =>
      (
        await fetch(`${list.url}${path}`, {
          headers: { dpop: await proofFor(path, { token }), authorization: `DPoP ${token}` },
        })
      ).text();
    const path = `/v1/operator/hosts?since=${first.cursor!}`;
    expect(JSON.parse(await raw(path))).toEqual({
      ...{ hosts: [], gone: [], cursor: first.cursor, whole: false, more: false },
    });
    expect((await raw(path)).length).toBeLessThan(120);
    // Who does not ask so is told all, as by 0.1.0.
    expect(JSON.parse(await raw('/v1/operator/hosts'))).toEqual({
      hosts: [expect.objectContaining({ name: 'oak' })],
    });
    expect(await watcher.hosts()).toHaveLength(1);

    expect(await call(own, { ...beat, method: 'DELETE' })).toMatchObject({ status: 204 });
    let told = await watcher.hostChanges(first.cursor!);
    for (const end = Date.now() + 10_000; told.gone?.length === 0 && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      told = await watcher.hostChanges(first.cursor!);
    }
    expect(told).toMatchObject({ hosts: [], gone: [oak.deviceId], whole: false });
    await fetch_.close();
  });

  it('takes the beat of a newer supernode, and passes over what it alone knows', async () => {
    const newer = {
      ...BEAT,
      addresses: [{ host: '192.0.2.7', port: 7710, news: 1 }],
      news: { deep: ['er'] },
    };
    const beat = { token: auth.token(oak, right), device: oak };
    expect(await call(own, { ...beat, method: 'PUT', body: newer })).toMatchObject({ status: 200 });
    const fetch_ = createServiceFetch();
    const { supernodes } = await createListClient({
      urls: () => [list.url],
      fetch: fetch_,
      deviceKey: leaf,
      token: () => Promise.resolve(auth.token(leaf)),
    }).supernodes(3);
    expect(supernodes[0]?.addresses).toEqual([{ host: '192.0.2.7', port: 7710 }]);
    expect(supernodes[0]).not.toHaveProperty('news');
    expect(await call(own, { ...beat, method: 'DELETE' })).toMatchObject({ status: 204 });
    await fetch_.close();
  });

  it.each<[string, string, () => Call, number, string]>([
    ['no token', '/v1/supernodes', () => ({}), 401, 'unauthenticated'],
    [
      'a token for peers',
      '/v1/supernodes',
      () => ({ token: auth.token(leaf, [], AUDIENCE.peer) }),
      401,
      'token_invalid',
    ],
    [
      'an old token',
      '/v1/supernodes',
      () => ({ token: auth.token(leaf, [], AUDIENCE.list, { exp: 1_000 }) }),
      401,
      'token_expired',
    ],
    [
      'a stolen token',
      '/v1/supernodes',
      () => ({ token: auth.token(oak), device: leaf }),
      401,
      'proof_invalid',
    ],
    ['membership without the right', '/v1/membership', () => ({ token: auth.token(leaf) }), 403, 'forbidden'],
    [
      'a beat without the right',
      own,
      () => ({ token: auth.token(oak), device: oak, method: 'PUT', body: BEAT }),
      403,
      'forbidden',
    ],
    [
      'a beat for another',
      own,
      () => ({ token: auth.token(leaf, right), method: 'PUT', body: BEAT }),
      403,
      'forbidden',
    ],
    [
      'a farewell for another',
      own,
      () => ({ token: auth.token(leaf, right), method: 'DELETE' }),
      403,
      'forbidden',
    ],
    [
      'a beat without addresses',
      own,
      () => ({ token: auth.token(oak, right), device: oak, method: 'PUT', body: { ...BEAT, addresses: [] } }),
      400,
      'invalid_request',
    ],
    [
      'too many at once',
      '/v1/supernodes?count=1000',
      () => ({ token: auth.token(leaf) }),
      400,
      'invalid_request',
    ],
    ['another path', '/v1/nothing', () => ({ token: auth.token(leaf) }), 404, 'not_found'],
  ])('refuses %s', async (_what, path, init, status, code) => {
    expect(await call(path, init())).toEqual({ status, code });
  });

  it('takes each proof once', async () => {
    const token = auth.token(leaf);
    const proof = await proofFor('/v1/supernodes', { token });
    expect((await call('/v1/supernodes', { token, proof })).status).toBe(200);
    expect(await call('/v1/supernodes', { token, proof })).toEqual({ status: 401, code: 'proof_replayed' });
    // Made for another call.
    const other = await proofFor('/v1/membership', { token });
    expect(await call('/v1/supernodes', { token, proof: other })).toEqual({
      status: 401,
      code: 'proof_invalid',
    });
  });

  it('describes itself', async () => {
    const get = async (path: string): Promise<string> => (await fetch(`${list.url}${path}`)).text();
    const { paths } = JSON.parse(await get('/openapi.json')) as { paths: Record<string, object> };
    expect(Object.keys(paths).sort()).toEqual([
      '/v1/membership',
      '/v1/operator/audit',
      '/v1/operator/hosts',
      '/v1/operator/hosts/{deviceId}',
      '/v1/operator/hosts/{deviceId}/cancel',
      '/v1/operator/hosts/{deviceId}/cordon',
      '/v1/operator/hosts/{deviceId}/drain',
      '/v1/operator/hosts/{deviceId}/promote',
      '/v1/operator/hosts/{deviceId}/uncordon',
      '/v1/operator/hosts/{deviceId}/undo',
      '/v1/operator/policy',
      '/v1/operator/policy/history',
      '/v1/operator/policy/plan',
      '/v1/supernodes',
      '/v1/supernodes/{deviceId}',
      '/v1/volunteers/{deviceId}',
      '/v1/volunteers/{deviceId}/measurement',
    ]);
    expect(await get('/metrics')).toContain('banyan_list_supernodes');
    expect((await fetch(`${list.url}/readyz`)).status).toBe(200);
  });

  it('waits for an auth that is starting, and not for one that is something else', async () => {
    auth.status = 503;
    const patient = create(join(folder, 'patient'));
    const starting = patient.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    auth.status = undefined;
    await starting;
    await patient.stop();

    auth.status = 404;
    const wrong = create(join(folder, 'wrong'));
    await expect(wrong.start()).rejects.toMatchObject({ code: 'wrong_service' });
    await wrong.stop();
    auth.status = undefined;
  });

  it('starts again while auth is away, with what it knew', async () => {
    const dataDir = join(folder, 'kept');
    const first = create(dataDir);
    await first.start();
    // Keys are learnt from the first caller.
    const token = auth.token(leaf);
    const before = list;
    list = first;
    expect((await call('/v1/supernodes', { token })).status).toBe(200);
    await first.stop();
    auth.status = 503;
    const second = create(dataDir);
    await second.start();
    list = second;
    expect((await call('/v1/supernodes', { token })).status).toBe(200);
    await second.stop();
    list = before;
    auth.status = undefined;
  });

  it('says when its store is taken by another process', async () => {
    const second = create(join(folder, 'one'));
    await expect(second.start()).rejects.toMatchObject({ code: 'store_in_use' });
    await second.stop();
  });
});
