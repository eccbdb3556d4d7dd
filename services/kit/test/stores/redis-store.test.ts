import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createMemoryLog, createRedisStore, openStore, retry, systemClock } from '../../src/index.ts';
import { SKIP_REDIS, startRedis, type RedisServer } from './redis-server.ts';
import { storeSuite } from './store-suite.ts';

const describeRedis = SKIP_REDIS ? describe.skip : describe;

describeRedis('on real servers', () => {
  storeSuite('The Redis store', async () => {
    const server = await startRedis();
    const store = await openStore({ location: server.url, prefix: 'suite*:' });
    return {
      store,
      shortMs: 80,
      pass: (ms) => systemClock.sleep(ms),
      async stop() {
        await store.close();
        await server.stop();
      },
    };
  });

  storeSuite('The Redis store on a cluster', async () => {
    const servers = await Promise.all([startRedis({ cluster: true }), startRedis({ cluster: true })]);
    const admins = servers.map((server) => new Redis(server.url));
    const [first, second] = admins as [Redis, Redis];
    await first.cluster('ADDSLOTSRANGE', 0, 8191);
    await second.cluster('ADDSLOTSRANGE', 8192, 16383);
    await second.call('CLUSTER', 'SET-CONFIG-EPOCH', '2');
    await first.cluster('MEET', '127.0.0.1', servers[1]?.port as number);
    for (const admin of admins) {
      await retry(
        async () => {
          const info = await admin.cluster('INFO');
          if (!info.includes('cluster_state:ok') || !info.includes('cluster_known_nodes:2'))
            throw new Error(info);
        },
        { attempts: 100, minMs: 50, maxMs: 200, shouldRetry: () => true },
      );
    }
    const nodes = servers.map((server) => `127.0.0.1:${server.port}`).join(',');
    const store = await createRedisStore({ url: `redis+cluster://${nodes}`, prefix: 'suite:' });
    return {
      store,
      shortMs: 80,
      pass: (ms) => systemClock.sleep(ms),
      async stop() {
        const sizes = await Promise.all(admins.map((admin) => admin.dbsize()));
        for (const admin of admins) admin.disconnect();
        await store.close();
        await Promise.all(servers.map((server) => server.stop()));
        // Keys lie on both nodes: nothing gathers them on one.
        expect(Math.min(...sizes)).toBeGreaterThan(0);
      },
    };
  });

  describe('Redis store', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis();
    });
    afterAll(() => server.stop());

    it('sees nothing of other prefixes on the same server', async () => {
      const one = await createRedisStore({ url: server.url, prefix: 'one:' });
      const two = await createRedisStore({ url: server.url, prefix: 'two:' });
      await one.put('a', 1);
      expect(await two.get('a')).toBeUndefined();
      const keys: string[] = [];
      for await (const [key] of two.list('')) keys.push(key);
      expect(keys).toEqual([]);
      await one.close();
      await two.close();
    });

    it('fails at once while the server is away, and goes on by itself when it is back', async () => {
      const log = createMemoryLog();
      const store = await createRedisStore({ url: server.url, prefix: 'away:', log });
      await store.put('a', 1);
      await server.kill();
      await expect(store.put('a', 2)).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
      await expect(store.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
      await server.restart();
      await retry(() => store.put('a', 3), { attempts: 50, minMs: 50, maxMs: 200 });
      expect((await store.get('a'))?.value).toBe(3);
      expect(log.entries.filter((entry) => entry['msg'] === 'Redis is reachable again')).toHaveLength(1);
      await store.close();
      await expect(store.get('a')).rejects.toMatchObject({ code: 'store_unavailable', retryable: false });
    });
  });
});

describe('Redis store without a server', () => {
  it('says that Redis cannot be reached', async () => {
    await expect(createRedisStore({ url: 'unix:///nowhere/redis.sock', prefix: 'x:' })).rejects.toMatchObject(
      {
        code: 'store_unavailable',
        message: expect.stringContaining('Redis cannot be reached'),
      },
    );
  });

  it.each(['http://host', 'redis+cluster://', 'redis+cluster://a:b:c', 'host:6379'])(
    'refuses the URL %s and shows what one looks like',
    async (url) => {
      await expect(createRedisStore({ url, prefix: 'x:' })).rejects.toMatchObject({
        code: 'invalid_config',
        message: expect.stringContaining('redis://host:6379'),
      });
    },
  );
});
