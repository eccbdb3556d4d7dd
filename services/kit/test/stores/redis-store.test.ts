import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import {
  createMemoryLog,
  createRedisStore,
  openStore,
  retry,
  systemClock,
  type Store,
} from '../../src/index.ts';
import { SKIP_REDIS, startRedis, startRedisCluster, type RedisServer } from '../../src/testing/index.ts';
import { storeSuite } from './store-suite.ts';

const describeRedis = SKIP_REDIS ? describe.skip : describe;

async function keysOf(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const [key] of store.list(prefix)) keys.push(key);
  return keys;
}

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

  storeSuite('The Redis store that keeps names', async () => {
    const server = await startRedis();
    // Keys of the suite begin with t and the number of the test.
    const store = await openStore({ location: server.url, prefix: 'suite:', listed: ['t'] });
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
    const cluster = await startRedisCluster({ primaries: 2, replicas: 1 });
    const store = await createRedisStore({ url: cluster.url, prefix: 'suite:', listed: ['t'] });
    return {
      store,
      shortMs: 80,
      pass: (ms) => systemClock.sleep(ms),
      async stop() {
        const sizes = await cluster.sizes();
        await store.close();
        await cluster.stop();
        // Keys lie on all nodes: nothing gathers them on one.
        expect(Math.min(...sizes)).toBeGreaterThan(50);
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
      const one = await createRedisStore({ url: server.url, prefix: 'one:', listed: ['l/'] });
      const two = await createRedisStore({ url: server.url, prefix: 'two:', listed: ['l/'] });
      await one.put('a', 1);
      await one.put('l/a', 1);
      expect(await two.get('a')).toBeUndefined();
      expect(await keysOf(two, '')).toEqual([]);
      expect(await keysOf(two, 'l/')).toEqual([]);
      expect(await keysOf(one, '')).toEqual(['a', 'l/a']);
      await one.close();
      await two.close();
    });

    it('lists what was written before names were kept, and forgets names that stand for nothing', async () => {
      let now = 0;
      const clock = { ...systemClock, monotonic: () => now };
      const before = await createRedisStore({ url: server.url, prefix: 'old:' });
      await before.put('l/1', 1);
      await before.close();
      const store = await createRedisStore({ url: server.url, prefix: 'old:', listed: ['l/'], clock });
      await store.put('l/2', 2);
      await store.put('l/3', 3, { expect: null });
      expect(await keysOf(store, 'l/')).toEqual(['l/1', 'l/2', 'l/3']);
      await store.delete('l/2');
      const redis = new Redis(server.url);
      const names = async (): Promise<string[]> => {
        const sets = (await redis.keys('old.names:l/:*')).filter((set) => !set.endsWith(':ready'));
        return (await Promise.all(sets.map((set) => redis.zrange(set, '0', '-1')))).flat().sort();
      };
      expect(await keysOf(store, 'l/')).toEqual(['l/1', 'l/3']);
      expect(await names()).toEqual(['l/1', 'l/2', 'l/3']);
      now += 60_000;
      expect(await keysOf(store, 'l/')).toEqual(['l/1', 'l/3']);
      expect(await names()).toEqual(['l/1', 'l/3']);
      await store.put('l/2', 2);
      expect(await keysOf(store, 'l/')).toEqual(['l/1', 'l/2', 'l/3']);
      redis.disconnect();
      await store.close();
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

    it('gives up on a server that hangs, and then fails at once until it answers again', async () => {
      const store = await createRedisStore({ url: server.url, prefix: 'hangs:' });
      await store.put('a', 1);
      server.freeze();
      try {
        await expect(store.get('a')).rejects.toMatchObject({
          code: 'store_unavailable',
          retryAfterMs: 1_000,
        });
        // The connection is given up; the next one is not ready, and nothing waits for it.
        await expect(store.put('a', 2)).rejects.toMatchObject({ code: 'store_unavailable' });
      } finally {
        server.thaw();
      }
      await retry(() => store.ping(), { attempts: 50, minMs: 50, maxMs: 200 });
      expect((await store.get('a'))?.value).toBe(1);
      await store.close();
    });

    it('keeps what it acknowledged when the server is killed', async () => {
      const store = await createRedisStore({ url: server.url, prefix: 'kept:' });
      const acknowledged: string[] = [];
      const writing = Promise.all(
        Array.from({ length: 8 }, async (_, lane) => {
          for (let i = 0; i < 1_000; i += 1) {
            const key = `${lane}/${i}`;
            try {
              await store.put(key, i);
            } catch {
              return;
            }
            acknowledged.push(key);
          }
        }),
      );
      await retry(
        async () => {
          if (acknowledged.length < 200) throw new Error('too early');
        },
        { attempts: 1_000, minMs: 5, maxMs: 5, shouldRetry: () => true },
      );
      await server.kill();
      await writing;
      await server.restart();
      await retry(() => store.ping(), { attempts: 50, minMs: 50, maxMs: 200 });
      const kept = await Promise.all(acknowledged.map((key) => store.get(key)));
      expect(kept.filter((entry) => entry === undefined)).toEqual([]);
      await store.close();
    });
  });

  describe('Redis store on a server that forgets', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis({ durable: false });
    });
    afterAll(() => server.stop());

    it('is refused, with what to set', async () => {
      await expect(createRedisStore({ url: server.url, prefix: 'x:' })).rejects.toMatchObject({
        code: 'invalid_config',
        message: expect.stringMatching(
          /appendonly is no, appendfsync is everysec\. Set `appendonly yes` and `appendfsync always`.*--store-durability unchecked/,
        ),
      });
    });

    it('is refused when it makes room by forgetting', async () => {
      const lossy = await startRedis({ args: ['--maxmemory', '50mb', '--maxmemory-policy', 'volatile-ttl'] });
      await expect(createRedisStore({ url: lossy.url, prefix: 'x:' })).rejects.toMatchObject({
        code: 'invalid_config',
        message: expect.stringContaining('maxmemory-policy is volatile-ttl'),
      });
      await lossy.stop();
    });

    it('is taken with a warning when that was asked for', async () => {
      const log = createMemoryLog();
      const store = await createRedisStore({ url: server.url, prefix: 'x:', durability: 'unchecked', log });
      await store.put('a', 1);
      expect(log.entries.map((entry) => entry['msg'])).toEqual([
        expect.stringContaining('It is not checked whether Redis keeps'),
      ]);
      await store.close();
    });

    it('is refused when it does not say how it is set up', async () => {
      const redis = new Redis(server.url);
      await redis.call('ACL', 'SETUSER', 'auth', 'on', '>secret', '~*', '+@all', '-config');
      const path = server.url.slice('unix://'.length);
      const client = new Redis({ path, username: 'auth', password: 'secret' });
      await expect(client.config('GET', 'append*')).rejects.toThrow('NOPERM');
      client.disconnect();
      await redis.call('ACL', 'SETUSER', 'default', '-config');
      await expect(createRedisStore({ url: server.url, prefix: 'x:' })).rejects.toMatchObject({
        code: 'invalid_config',
        message: expect.stringContaining('does not say whether it keeps'),
      });
      redis.disconnect();
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
