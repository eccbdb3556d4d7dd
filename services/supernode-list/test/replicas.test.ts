import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDeviceKey,
  createDpopProof,
  createServiceFetch,
  retry,
  silentLog,
  systemClock,
  type DeviceKey,
  type HealthReport,
  type ServiceFetch,
} from '@banyan/kit';
import { SKIP_REDIS, startRedis, type RedisServer } from '@banyan/kit/testing';
import type { Grant, SupernodesResponse } from '@banyan/proto';
import { createListClient, type ListClient } from '@banyan/sdk';
import { createListService, type ListService } from '../src/index.ts';
import { BEAT, FakeAuth } from './fake-auth.ts';

jest.setTimeout(60_000);

const PATIENCE = { attempts: 200, minMs: 50, maxMs: 100, shouldRetry: () => true } as const;
const RIGHT: Grant[] = ['supernode'];

(SKIP_REDIS ? describe.skip : describe)('two replicas of the list over one Redis', () => {
  const auth = new FakeAuth();
  const oak = createDeviceKey();
  const leaf = createDeviceKey();
  let folder: string;
  let redis: RedisServer;
  let lists: readonly [ListService, ListService];
  let fetch_: ServiceFetch;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'banyan-list-'));
    await auth.start();
  });
  afterAll(async () => {
    await auth.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    redis = await startRedis();
    fetch_ = createServiceFetch();
    const create = (name: string): ListService =>
      createListService(
        { log: silentLog(), clock: systemClock, random: Math.random },
        {
          network: auth.url,
          host: 'localhost',
          port: 0,
          // One URL for both, as behind a proxy: a proof made for one is good for the other.
          publicUrl: 'http://localhost:59998',
          dataDir: join(folder, name),
          store: redis.url,
          account: 'lists',
          networkPins: [],
          tls: 'none',
          behindProxy: false,
        },
      );
    lists = [create('one'), create('two')];
    await Promise.all(lists.map((list) => list.start()));
  });
  afterEach(async () => {
    redis.thaw();
    await fetch_.close();
    await Promise.all(lists.map((list) => list.stop()));
    await redis.stop();
  });

  /** Where a replica listens; its own URL is that of the proxy. */
  const baseOf = (list: ListService): string => `http://localhost:${list.port}`;
  async function call(
    list: ListService,
    path: string,
    init: {
      device?: DeviceKey;
      grants?: Grant[];
      method?: string;
      body?: unknown;
      headers?: Record<string, string>;
    } = {},
  ): Promise<{ status: number; body: any; headers: Headers }> {
    const { device = leaf, grants = [], method = 'GET', body } = init;
    const accessToken = auth.token(device, grants);
    const response = await fetch(`${baseOf(list)}${path}`, {
      method,
      headers: init.headers ?? {
        authorization: `DPoP ${accessToken}`,
        dpop: await createDpopProof(device, { method, url: `http://localhost:59998${path}`, accessToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers };
  }
  const own = `/v1/supernodes/${oak.deviceId}`;
  const beat = (list: ListService) =>
    call(list, own, { device: oak, grants: RIGHT, method: 'PUT', body: BEAT });
  const supernodes = async (list: ListService): Promise<SupernodesResponse> =>
    (await call(list, '/v1/supernodes')).body as SupernodesResponse;
  const both = (see: (list: ListService) => Promise<void>): Promise<void> =>
    retry(async () => {
      for (const list of lists) await see(list);
    }, PATIENCE);

  it('take a proof once, whichever of them gets it', async () => {
    const accessToken = auth.token(leaf);
    const headers = {
      authorization: `DPoP ${accessToken}`,
      dpop: await createDpopProof(leaf, {
        method: 'GET',
        url: 'http://localhost:59998/v1/supernodes',
        accessToken,
      }),
    };
    // A replica that does not reach Redis yet decides alone.
    await both(async (list) => {
      const { checks } = (await (await fetch(`${baseOf(list)}/readyz`)).json()) as HealthReport;
      expect(checks).toContainEqual(expect.objectContaining({ name: 'store', ok: true }));
    });
    const answers = await Promise.all(lists.map((list) => call(list, '/v1/supernodes', { headers })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('know who beats at the other, and who left there', async () => {
    const [one, two] = lists;
    expect((await beat(one)).status).toBe(200);
    await both(async (list) => expect((await supernodes(list)).total).toBe(1));
    expect((await call(two, own, { device: oak, grants: RIGHT, method: 'DELETE' })).status).toBe(204);
    await both(async (list) => expect((await supernodes(list)).total).toBe(0));
  });

  it('count the requests of an address together', async () => {
    // A stranger is counted before it is heard.
    const answers: number[] = [];
    const ask = async (i: number): Promise<void> =>
      void answers.push((await fetch(`${baseOf(lists[i % 2] as ListService)}/v1/supernodes`)).status);
    for (let i = 0; i < 6_400; i += 64) await Promise.all(Array.from({ length: 64 }, (_, k) => ask(i + k)));
    expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(6_000);
    expect(answers.filter((status) => status === 429).length).toBeGreaterThanOrEqual(400);
  });

  it.each(['freeze', 'kill'] as const)(
    'serve their last view while Redis is away (%s), say how old it is, refuse beats, and lose nobody when it is back',
    async (outage) => {
      await beat(lists[0]);
      await both(async (list) => expect((await supernodes(list)).supernodes).toHaveLength(1));
      const healthy = await call(lists[0], '/v1/supernodes');
      expect(healthy.body).not.toHaveProperty('viewAgeMs');
      expect(healthy.headers.get('age')).toBeNull();
      if (outage === 'freeze') redis.freeze();
      else await redis.kill();
      await both(async (list) => {
        const { status, body, headers } = await call(list, '/v1/supernodes');
        expect(status).toBe(200);
        expect(body.supernodes.map((entry: { name: string }) => entry.name)).toEqual(['oak']);
        expect(body.viewAgeMs).toBeGreaterThan(3_000);
        expect(Number(headers.get('age'))).toBeGreaterThanOrEqual(3);
      });
      const refused = await beat(lists[1]);
      expect([refused.status, refused.body.error.code, refused.headers.get('retry-after')]).toEqual([
        503,
        'store_unavailable',
        '1',
      ]);
      // It still does its work, as the other one does: a balancer that took both out would leave nobody.
      const readiness = await fetch(`${baseOf(lists[0])}/readyz`);
      expect(readiness.status).toBe(200);
      expect(((await readiness.json()) as HealthReport).checks).toContainEqual(
        expect.objectContaining({ name: 'store', ok: false, advisory: true }),
      );
      // A proof that was used is not taken again by who saw it, store or no store.
      const accessToken = auth.token(leaf);
      const headers = {
        authorization: `DPoP ${accessToken}`,
        dpop: await createDpopProof(leaf, {
          method: 'GET',
          url: 'http://localhost:59998/v1/supernodes',
          accessToken,
        }),
      };
      expect((await call(lists[0], '/v1/supernodes', { headers })).status).toBe(200);
      expect((await call(lists[0], '/v1/supernodes', { headers })).body.error.code).toBe('proof_replayed');

      if (outage === 'freeze') redis.thaw();
      else await redis.restart();
      // The client of a supernode goes from replica to replica until one takes its beat.
      const client: ListClient = createListClient({
        urls: () => ['http://localhost:59998'],
        fetch: Object.assign(
          (url: string | URL, request: Parameters<ServiceFetch>[1]) =>
            fetch_(String(url).replace('http://localhost:59998', baseOf(lists[1])), request),
          { close: () => Promise.resolve() },
        ),
        deviceKey: oak,
        token: () => Promise.resolve(auth.token(oak, RIGHT)),
      });
      let seen = 0;
      await retry(
        async () => {
          for (const list of lists) {
            const answer = await supernodes(list);
            // Never empty in between: beats of the outage could not be written, which is nobody's silence.
            if (answer.supernodes.length !== 1) throw Object.assign(new Error('lost'), { lost: true });
            seen += 1;
            expect(answer.viewAgeMs).toBeUndefined();
          }
          await client.beat(BEAT);
        },
        { ...PATIENCE, shouldRetry: (error) => !('lost' in (error as object)) },
      );
      expect(seen).toBeGreaterThan(1);
    },
  );
});
