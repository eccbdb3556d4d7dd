import { BanyanError } from '@banyan/proto';
import type { Redis } from 'ioredis';
import { systemClock, type Clock, type Timer } from '../clock.ts';
import type { Log } from '../log.ts';
import {
  COMMAND_TIMEOUT_MS,
  connectRedis,
  createRedisClient,
  isClusterUrl,
  redisFailure,
  type Scripted,
  type WriteScript,
} from './redis-client.ts';
import {
  checkDurability,
  createReplicatedWrites,
  type ReplicatedWrites,
  type StoreDurability,
} from './redis-durability.ts';
import { createNames, NAME_GRACE_MS } from './redis-names.ts';
import {
  checkKey,
  checkPrefix,
  checkTtl,
  closed,
  conflict,
  encodeValue,
  LIST_PAGE,
  type Entry,
  type ListInit,
  type Store,
} from './store.ts';
import { newVersion, VERSION_CHARS } from './version.ts';

/** Keys that one step of SCAN looks at; longer steps hold the server's only thread. */
const SCAN_COUNT = 500;

/** Options of {@link createRedisStore}. */
export interface RedisStoreInit {
  /**
   * `redis://[user:password@]host[:port][/db]`, `rediss://…` for TLS, `unix:///path/to/socket`, or
   * `redis+cluster://[user:password@]host:port,host:port` (`rediss+cluster://…`) with some nodes of a Redis Cluster.
   */
  readonly url: string;
  /** In front of every key, so that several can share a server; e.g. `banyan:auth:`. */
  readonly prefix: string;
  /** Beginnings of keys that are listed while people wait; others are found by a scan of the whole server. */
  readonly listed?: readonly string[];
  /** What a durable change must have reached; default `replica` with a cluster, `disk` with one server. */
  readonly durability?: StoreDurability;
  readonly log?: Log;
  readonly clock?: Clock;
  /** For the jitter of reconnecting. */
  readonly random?: () => number;
}

/** Redis globs know `*`, `?`, `[…]` and `\`. */
function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

/**
 * Opens a store on a Redis server or a Redis Cluster that several processes may share.
 *
 * Each operation is one single-key script, so keys spread over all nodes and none gathers load but by itself. A durable
 * change is acknowledged when it has reached what `durability` says; whether the servers are set up for that is looked
 * at here. What that promises, and what not: infra/adr/0007-more-than-one-machine.md.
 *
 * Listing below one of the `listed` prefixes asks for just those entries; any other listing scans every key of every
 * master (also those of others on that server) and sorts what it found in memory.
 *
 * A lost connection is made again with back-off; calls meanwhile fail at once with `store_unavailable`.
 *
 * @throws BanyanError `store_unavailable` when the first connection cannot be made; `invalid_config` for an unknown URL,
 *   or for servers that do not keep what they acknowledge
 */
export async function createRedisStore(init: RedisStoreInit): Promise<Store> {
  const { prefix, log, clock = systemClock, listed = [] } = init;
  const durability = init.durability ?? (isClusterUrl(init.url) ? 'replica' : 'disk');
  let connected = false;
  const clientInit = {
    url: init.url,
    name: prefix.replace(/:$/, '').replace(/\s/g, '_'),
    mayReconnect: () => connected,
    ...(init.random === undefined ? {} : { random: init.random }),
  };
  const redis = await createRedisClient(clientInit);
  const commands = redis as unknown as Scripted & Record<WriteScript, (...all: string[]) => Promise<number>>;
  const clients = [redis];
  let replicated: ReplicatedWrites | undefined;
  let isOpen = true;
  let wasAway = false;
  const away = (err?: unknown): void => {
    // Of the first connection whoever opens the store is told.
    if (wasAway || !isOpen || !connected) return;
    wasAway = true;
    log?.warn(err === undefined ? {} : { err }, 'Redis is not reachable; trying again by itself');
  };
  redis.on('error', away);
  redis.on('close', () => away());
  redis.on('ready', () => {
    if (wasAway) log?.info('Redis is reachable again');
    wasAway = false;
  });

  /** One command, bounded in time; ioredis' own commandTimeout leaves its timers behind when a command is refused. */
  async function call<T>(command: (isLate: () => boolean) => Promise<T>): Promise<T> {
    if (!isOpen) throw closed();
    let timer: Timer | undefined;
    let isLate = false;
    const late = new Promise<never>((_resolve, reject) => {
      timer = systemClock.setTimeout(() => {
        isLate = true;
        reject(new Error(`no answer within ${COMMAND_TIMEOUT_MS} ms`));
      }, COMMAND_TIMEOUT_MS);
    });
    try {
      return await Promise.race([command(() => isLate), late]);
    } catch (error) {
      throw redisFailure(error);
    } finally {
      timer?.cancel();
    }
  }

  /** Runs a script that writes; when the promise is resolved, a durable change is as safe as was promised. */
  function write(script: WriteScript, key: string, args: string[], durable: boolean): Promise<number> {
    return call((isLate) =>
      durable && replicated !== undefined
        ? replicated.write(script, key, args, isLate)
        : commands[script](key, ...args),
    );
  }

  const names = createNames(redis, {
    prefix: `${prefix.replace(/:$/, '')}.names:`,
    roots: listed,
    call,
    add: async (set, name, durable) => {
      await write('banyanName', set, [name], durable);
    },
    monotonic: () => clock.monotonic(),
  });

  /** Steps through all keys of one node below `start`. */
  async function scanNode(node: Redis, start: string, found: Set<string>): Promise<void> {
    let cursor = '0';
    do {
      const from = cursor;
      const [next, keys] = await call(() =>
        node.scan(from, 'MATCH', `${escapeGlob(start)}*`, 'COUNT', SCAN_COUNT),
      );
      for (const key of keys) found.add(key);
      cursor = next;
    } while (cursor !== '0');
  }

  /** All keys below a prefix, in the order of their bytes, without the store's own prefix. */
  async function scan(below: string): Promise<string[]> {
    const found = new Set<string>();
    // One after the other: a listing is not worth a load on all nodes at once.
    for (const node of 'nodes' in redis ? redis.nodes('master') : [redis])
      await scanNode(node, prefix + below, found);
    return [...found]
      .map((key) => Buffer.from(key))
      .sort((a, b) => a.compare(b))
      .map((key) => key.toString('utf8').slice(prefix.length));
  }

  async function* keysBelow(below: string, { after, limit = Infinity }: ListInit): AsyncGenerator<string> {
    if (names.rootOf(below) !== undefined) {
      yield* names.below(below, after, limit);
      return;
    }
    const from = after === undefined ? undefined : Buffer.from(after);
    for (const key of await scan(below))
      if (from === undefined || Buffer.from(key).compare(from) > 0) yield key;
  }

  /** Notes the names of entries that were written before anybody kept names. */
  async function noteNames(): Promise<void> {
    for (const root of listed) {
      const ready = names.readyKey(root);
      if ((await call(() => redis.exists(ready))) === 1) continue;
      const keys = await scan(root);
      for (let at = 0; at < keys.length; at += LIST_PAGE)
        await Promise.all(keys.slice(at, at + LIST_PAGE).map((key) => names.add(key, true)));
      await write('banyanPut', ready, ['*', newVersion(), ''], true);
    }
  }

  function entryOf<T>([text, pttl]: [string, number]): Entry<T> {
    return {
      value: JSON.parse(text.slice(VERSION_CHARS)) as T,
      version: text.slice(0, VERSION_CHARS),
      ...(pttl < 0 ? {} : { expiresAtMs: clock.now() + pttl }),
    };
  }
  const getRaw = (key: string): Promise<[string, number] | null> =>
    call(() => commands.banyanGet(prefix + key));

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    // quit waits for the answers under way; a server that is gone, or hangs, gives none.
    for (const client of clients) {
      let timer: Timer | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = systemClock.setTimeout(resolve, COMMAND_TIMEOUT_MS);
      });
      await Promise.race([client.quit().catch(() => undefined), patience]);
      timer?.cancel();
      client.disconnect();
    }
  }

  try {
    await connectRedis(redis);
    if (durability === 'replica') {
      const writer = await createRedisClient(clientInit);
      writer.on('error', away);
      clients.push(writer);
      await connectRedis(writer);
      replicated = await createReplicatedWrites(writer);
    }
    connected = true;
    await checkDurability(redis, durability, log);
    await noteNames();
  } catch (cause) {
    const wasConnected = connected;
    await close();
    const known = redisFailure(cause);
    throw known.retryable && !wasConnected
      ? new BanyanError(
          'store_unavailable',
          'Redis cannot be reached. Check that it runs and that its URL is right.',
          { cause },
        )
      : known;
  }

  return {
    async get<T>(key: string) {
      checkKey(key);
      const found = await getRaw(key);
      return found === null ? undefined : entryOf<T>(found);
    },
    async put(key, value, { expect, ttlMs, durable = true } = {}) {
      checkKey(key);
      checkTtl(ttlMs);
      const version = newVersion();
      const text = version + encodeValue(value);
      const wanted = expect === undefined ? '*' : (expect ?? '');
      // What has a version has a name.
      const named = typeof expect === 'string' ? undefined : names.rootOf(key);
      const since = clock.monotonic();
      if (named !== undefined) await names.add(key, durable);
      const ttl = ttlMs === undefined ? '' : String(Math.ceil(ttlMs));
      if ((await write('banyanPut', prefix + key, [wanted, text, ttl], durable)) === -1) throw conflict();
      // A process that slept in between may find its name forgotten.
      if (named !== undefined && clock.monotonic() - since > NAME_GRACE_MS / 2) await names.add(key, durable);
      return version;
    },
    async delete(key, { expect, durable = true } = {}) {
      checkKey(key);
      const args = [expect ?? '*', durable && replicated !== undefined ? 'durable' : ''];
      const done = await write('banyanDelete', prefix + key, args, durable);
      if (done === -1) throw conflict();
      return done === 1;
    },
    async *list<T>(below: string, { after, limit = Infinity }: ListInit = {}) {
      checkPrefix(below);
      let left = limit;
      let page: string[] = [];
      async function* read(): AsyncGenerator<readonly [string, Entry<T>]> {
        const entries = await Promise.all(page.map(getRaw));
        for (const [index, entry] of entries.entries()) {
          const key = page[index] as string;
          if (entry !== null) yield [key, entryOf<T>(entry)] as const;
          else if (names.rootOf(key) !== undefined)
            await names.missing(key, async () => (await getRaw(key)) !== null);
        }
        page = [];
      }
      for await (const key of keysBelow(below, { ...(after === undefined ? {} : { after }), limit })) {
        page.push(key);
        if (page.length < Math.min(LIST_PAGE, left)) continue;
        for await (const found of read()) {
          if (left <= 0) return;
          left -= 1;
          yield found;
        }
        if (left <= 0) return;
      }
      for await (const found of read()) {
        if (left <= 0) return;
        left -= 1;
        yield found;
      }
    },
    async ping() {
      await call(() => redis.ping());
    },
    close,
  };
}
