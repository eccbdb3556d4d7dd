import { Redis } from 'ioredis';
import { retry } from '../backoff.ts';
import { startRedis, type RedisServer } from './redis-server.ts';

/** A Redis Cluster of this test alone. */
export interface RedisCluster {
  /** For the stores: `redis+cluster://…`. */
  readonly url: string;
  /** The first `primaries` of them began as primaries, the rest as their replicas, in turn. */
  readonly servers: readonly RedisServer[];
  /** Which of {@link servers} answers for the slot of `key` now. */
  primaryOf(key: string): Promise<RedisServer>;
  /** How many keys each of {@link servers} holds now; those that are away are left out. */
  sizes(): Promise<number[]>;
  /** Waits until all slots are served and each primary has a replica (where there were any). */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

/** Options of {@link startRedisCluster}. */
export interface RedisClusterInit {
  /** Default 3. */
  readonly primaries?: number;
  /** Replicas of each primary; default 1. */
  readonly replicas?: number;
  /** A node that is silent for so long is replaced by its replica; default 1,000 ms. */
  readonly nodeTimeoutMs?: number;
  readonly durable?: boolean;
}

const SLOTS = 16_384;
/** Generous: the machine may be busy. */
const PATIENCE = { attempts: 400, minMs: 50, maxMs: 100, shouldRetry: () => true } as const;

/** Starts a cluster of real servers on loopback and waits until it is whole. */
export async function startRedisCluster(init: RedisClusterInit = {}): Promise<RedisCluster> {
  const { primaries = 3, replicas = 1, nodeTimeoutMs = 1_000, durable = true } = init;
  const count = primaries * (1 + replicas);
  const servers: RedisServer[] = [];
  async function stop(): Promise<void> {
    await Promise.all(servers.map((server) => server.stop()));
  }
  /** One question to one node. */
  async function ask<T>(server: RedisServer, question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(server.url, {
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      lazyConnect: true,
    });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }
  const until = (holds: () => Promise<boolean>): Promise<void> =>
    retry(async () => {
      if (!(await holds())) throw new Error('The cluster is not whole.');
    }, PATIENCE);

  async function isWhole(): Promise<boolean> {
    const views = await Promise.all(
      servers.map((server) =>
        ask(server, async (redis) => {
          const info = await redis.cluster('INFO');
          const replication = await redis.info('replication');
          const ok = info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${count}`);
          const linked = replication.includes('role:master')
            ? Number(/connected_slaves:(\d+)/.exec(replication)?.[1]) >= replicas
            : replication.includes('master_link_status:up');
          return ok && linked;
        }).catch(() => false),
      ),
    );
    return views.every(Boolean);
  }

  try {
    for (let i = 0; i < count; i += 1)
      servers.push(await startRedis({ cluster: { nodeTimeoutMs }, durable }));
    const [first] = servers as [RedisServer];
    const share = Math.ceil(SLOTS / primaries);
    for (const [i, server] of servers.entries()) {
      await ask(server, async (redis) => {
        await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1));
        if (i < primaries)
          await redis.cluster('ADDSLOTSRANGE', i * share, Math.min(SLOTS, (i + 1) * share) - 1);
        if (i > 0) await redis.cluster('MEET', '127.0.0.1', first.port as number);
      });
    }
    const knowAll = (server: RedisServer): Promise<boolean> =>
      ask(server, async (redis) => (await redis.cluster('INFO')).includes(`cluster_known_nodes:${count}`));
    await until(async () => (await Promise.all(servers.map(knowAll))).every(Boolean));
    for (const [i, server] of servers.slice(primaries).entries()) {
      const primary = servers[i % primaries] as RedisServer;
      const id = await ask(primary, (redis) => redis.cluster('MYID'));
      await retry(() => ask(server, (redis) => redis.call('CLUSTER', 'REPLICATE', id)), PATIENCE);
    }
    await until(isWhole);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    url: `redis+cluster://${servers.map((server) => `127.0.0.1:${server.port}`).join(',')}`,
    servers,
    async primaryOf(key) {
      for (const server of servers) {
        const holds = await ask(server, async (redis) => {
          if (!(await redis.info('replication')).includes('role:master')) return false;
          return redis.exists(key).then(
            () => true,
            () => false,
          );
        }).catch(() => false);
        if (holds) return server;
      }
      throw new Error(`No node answers for ${key}.`);
    },
    async sizes() {
      const sizes = await Promise.all(
        servers.map((server) => ask(server, (redis) => redis.dbsize()).catch(() => undefined)),
      );
      return sizes.filter((size) => size !== undefined);
    },
    whole: () => until(isWhole),
    stop,
  };
}
