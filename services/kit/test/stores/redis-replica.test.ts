import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isBanyanError } from '@banyan/proto';
import { Redis } from 'ioredis';
import { createMemoryLog, createRedisStore, retry, updateEntry, type Store } from '../../src/index.ts';
import {
  SKIP_REDIS,
  startRedisCluster,
  type RedisCluster,
  type RedisServer,
} from '../../src/testing/index.ts';

jest.setTimeout(60_000);

const PATIENCE = { attempts: 300, minMs: 50, maxMs: 100, shouldRetry: () => true } as const;
const UNKNOWN = {
  code: 'store_unavailable',
  retryable: true,
  message: expect.stringContaining('not known whether'),
};
const PREFIX = 'kept:';

(SKIP_REDIS ? describe.skip : describe)('a primary with one replica', () => {
  let cluster: RedisCluster;
  let store: Store;
  let primary: RedisServer;
  let replica: RedisServer;
  beforeAll(async () => {
    // A long time before anybody is replaced: these tests are about what is acknowledged meanwhile.
    cluster = await startRedisCluster({ primaries: 1, replicas: 1, nodeTimeoutMs: 60_000 });
    [primary, replica] = cluster.servers as [RedisServer, RedisServer];
    store = await createRedisStore({ url: cluster.url, prefix: PREFIX });
  }, 60_000);
  afterAll(async () => {
    await store.close();
    await cluster.stop();
  });

  it('acknowledges only what the replica holds, and goes on with all else meanwhile', async () => {
    await store.put('a', 1);
    replica.freeze();
    try {
      const waiting = Promise.allSettled([store.put('a', 2), store.put('b', 2), store.delete('none')]);
      // Nobody who does not wait for the replica is held up.
      await store.put('soft', 1, { durable: false });
      expect((await store.get('soft'))?.value).toBe(1);
      for (const outcome of await waiting)
        expect(outcome).toMatchObject({ status: 'rejected', reason: UNKNOWN });
      await expect(store.put('a', 3, { expect: null })).rejects.toMatchObject({ code: 'conflict' });
    } finally {
      replica.thaw();
    }
    await retry(() => store.put('a', 4), PATIENCE);
    expect((await store.get('a'))?.value).toBe(4);
  });

  it('takes no answer of a new connection for that of the one that wrote', async () => {
    replica.freeze();
    const admin = new Redis(primary.url);
    try {
      const waiting = store.put('cut', 1);
      await retry(
        async () => {
          if (!String(await admin.client('LIST')).includes('cmd=wait')) throw new Error('nobody waits yet');
        },
        { ...PATIENCE, minMs: 5, maxMs: 5 },
      );
      // A new connection has written nothing: WAIT there answers at once.
      await Promise.all([
        admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
        expect(waiting).rejects.toMatchObject({ code: 'store_unavailable' }),
      ]);
      await expect(retry(() => store.put('cut', 2), { attempts: 1 })).rejects.toMatchObject({
        code: 'store_unavailable',
      });
    } finally {
      admin.disconnect();
      replica.thaw();
    }
    await retry(() => store.put('cut', 3), PATIENCE);
  });

  it('says at start when a primary has no replica, and takes no durable change until it has', async () => {
    await replica.kill();
    const log = createMemoryLog();
    const other = await retry(() => createRedisStore({ url: cluster.url, prefix: PREFIX, log }), PATIENCE);
    expect(log.entries.map((entry) => entry['msg'])).toEqual([expect.stringContaining('has no replica')]);
    await expect(other.put('x', 1)).rejects.toMatchObject(UNKNOWN);
    // From then on it is known that nobody could confirm, and nothing is left in doubt.
    await expect(other.put('y', 1)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('nothing was written'),
    });
    expect(await other.get('y')).toBeUndefined();
    const disk = await createRedisStore({ url: cluster.url, prefix: PREFIX, durability: 'disk' });
    await disk.put('x', 2);
    await replica.restart();
    await cluster.whole();
    await retry(() => other.put('x', 3), PATIENCE);
    await Promise.all([other.close(), disk.close()]);
  });
});

(SKIP_REDIS ? describe.skip : describe)('a cluster of three primaries with three replicas', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 60_000);
  afterAll(() => cluster.stop());

  it('loses nothing that was acknowledged, and gives away nothing twice, when a primary is killed or hangs', async () => {
    const open = (): Promise<Store> => createRedisStore({ url: cluster.url, prefix: PREFIX, listed: ['n/'] });
    const replicas = await Promise.all([open(), open()]);
    const acknowledged: string[] = [];
    const codes = new Set<string>();
    let counted = 0;
    let stopped = false;
    const load = Promise.all(
      Array.from({ length: 6 }, async (_, lane) => {
        const store = replicas[lane % 2] as Store;
        for (let i = 0; !stopped; i += 1) {
          const key = `n/${lane}-${i}`;
          try {
            await store.put(key, i, { expect: null });
            acknowledged.push(key);
            await updateEntry<number>(store, `count/${i % 16}`, (now) => (now ?? 0) + 1);
            counted += 1;
          } catch (error) {
            codes.add(isBanyanError(error) ? error.code : String(error));
          }
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }),
    );
    /** As many more as it takes to reach all slots. */
    const goesOn = (): Promise<void> => {
      const from = acknowledged.length;
      return retry(
        async () => {
          if (acknowledged.length < from + 300) throw new Error(`stuck at ${acknowledged.length}`);
        },
        { ...PATIENCE, attempts: 600 },
      );
    };
    await goesOn();

    const first = await cluster.primaryOf(`${PREFIX}n/0-0`);
    await first.kill();
    await goesOn();
    await first.restart();
    await cluster.whole();
    await goesOn();

    const second = await cluster.primaryOf(`${PREFIX}count/1`);
    second.freeze();
    await goesOn();
    second.thaw();
    await cluster.whole();
    await goesOn();
    stopped = true;
    await load;

    expect([...codes].filter((code) => code !== 'store_unavailable' && code !== 'conflict')).toEqual([]);
    const store = replicas[0];
    const kept = await Promise.all(acknowledged.map((key) => store.get(key)));
    expect(acknowledged.filter((_, i) => kept[i] === undefined)).toEqual([]);
    // A count whose answer was lost may hold: more than was acknowledged, never less.
    const counts = await Promise.all(Array.from({ length: 16 }, (_, i) => store.get<number>(`count/${i}`)));
    expect(counts.reduce((sum, entry) => sum + (entry?.value ?? 0), 0)).toBeGreaterThanOrEqual(counted);
    const listed = new Set<string>();
    for await (const [key] of store.list('n/')) listed.add(key);
    expect(acknowledged.filter((key) => !listed.has(key))).toEqual([]);
    await Promise.all(replicas.map((one) => one.close()));
  });
});
