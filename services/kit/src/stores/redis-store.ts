import { BanyanError, isBanyanError } from '@banyan/proto';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { createBackoff } from '../backoff.ts';
import { systemClock, type Clock, type Timer } from '../clock.ts';
import type { Log } from '../log.ts';
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

/** A command without an answer for so long has failed for its caller. */
const COMMAND_TIMEOUT_MS = 2_000;
/** The first connection may take this long. */
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT = { minMs: 50, maxMs: 5_000, jitter: 0.5 };
/** Keys that one step of SCAN looks at; longer steps hold the server's only thread. */
const SCAN_COUNT = 500;

// Each value is its version (16 characters) and its JSON. Every script touches one key, so that any key may lie on any
// node of a cluster; time to live is the server's own.
const SCRIPTS = {
  banyanGet: {
    numberOfKeys: 1,
    readOnly: true,
    lua: `local v = redis.call('GET', KEYS[1])
if not v then return false end
return {v, redis.call('PTTL', KEYS[1])}`,
  },
  banyanPut: {
    numberOfKeys: 1,
    lua: `if ARGV[1] ~= '*' and redis.call('GETRANGE', KEYS[1], 0, ${VERSION_CHARS - 1}) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`,
  },
  banyanDelete: {
    numberOfKeys: 1,
    lua: `local v = redis.call('GETRANGE', KEYS[1], 0, ${VERSION_CHARS - 1})
if v == '' then return 0 end
if ARGV[1] ~= '*' and v ~= ARGV[1] then return -1 end
redis.call('DEL', KEYS[1])
return 1`,
  },
} as const;

interface Scripted {
  banyanGet(key: string): Promise<[value: string, pttl: number] | null>;
  /** `expect`: a version, '' for "no such key", '*' for anything. */
  banyanPut(key: string, expect: string, value: string, ttlMs: string): Promise<0 | 1>;
  banyanDelete(key: string, expect: string): Promise<-1 | 0 | 1>;
}

/** Options of {@link createRedisStore}. */
export interface RedisStoreInit {
  /**
   * `redis://[user:password@]host[:port][/db]`, `rediss://…` for TLS, `unix:///path/to/socket`, or
   * `redis+cluster://[user:password@]host:port,host:port` (`rediss+cluster://…`) with some nodes of a Redis Cluster.
   */
  readonly url: string;
  /** In front of every key, so that several can share a server; e.g. `banyan:auth:`. */
  readonly prefix: string;
  readonly log?: Log;
  readonly clock?: Clock;
  /** For the jitter of reconnecting. */
  readonly random?: () => number;
}

function badUrl(): BanyanError {
  return new BanyanError(
    'invalid_config',
    'The Redis URL is not understood. It looks like redis://host:6379, rediss://host:6379, unix:///path or redis+cluster://host:6379,host:6379.',
  );
}

/** @param mayReconnect - false until the first connection was made: who starts wants to hear that it cannot be */
async function createClient(init: RedisStoreInit, mayReconnect: () => boolean): Promise<Redis | Cluster> {
  // Loaded when it is wanted: most processes keep their things in an embedded store, and start sooner without.
  const { Cluster, Redis } = await import('ioredis');
  const backoff = { ...RECONNECT, ...(init.random === undefined ? {} : { random: init.random }) };
  let waits = createBackoff(backoff);
  const retryStrategy = (times: number): number | null => {
    if (!mayReconnect()) return null;
    if (times <= 1) waits = createBackoff(backoff);
    return waits.next();
  };
  const options = {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // A command that waits in a queue, or is sent again after a lost connection, could be carried out long after
    // its caller was told that it failed. So none is; callers retry what they still want.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy,
  } satisfies RedisOptions;
  const scheme = /^([a-z+]+):\/\//.exec(init.url)?.[1];
  if (scheme === 'unix')
    return new Redis({ ...options, scripts: SCRIPTS, path: init.url.slice('unix://'.length) });
  if (scheme === 'redis' || scheme === 'rediss') {
    if (!URL.canParse(init.url)) throw badUrl();
    return new Redis(init.url, { ...options, scripts: SCRIPTS });
  }
  if (scheme !== 'redis+cluster' && scheme !== 'rediss+cluster') throw badUrl();
  const [, login, hosts] = /^[a-z+]+:\/\/(?:([^@]*)@)?([^/@]+)\/?$/.exec(init.url) ?? [];
  if (hosts === undefined) throw badUrl();
  const nodes = hosts.split(',').map((host) => {
    const url = `redis://${host}`;
    if (!URL.canParse(url)) throw badUrl();
    const { hostname, port } = new URL(url);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 6379 : Number(port) };
  });
  const [username, password] = (login ?? '').split(':').map(decodeURIComponent);
  return new Cluster(nodes, {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryStrategy,
    retryDelayOnFailover: 0,
    scripts: SCRIPTS,
    redisOptions: {
      connectTimeout: options.connectTimeout,
      autoResendUnfulfilledCommands: false,
      ...(username === undefined || username === '' ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(scheme === 'rediss+cluster' ? { tls: {} } : {}),
    },
  });
}

function failed(cause: unknown): BanyanError {
  if (isBanyanError(cause)) return cause;
  const text = String((cause as Error | undefined)?.message ?? cause);
  if (/^(NOAUTH|WRONGPASS|NOPERM)/.test(text)) {
    return new BanyanError(
      'store_unavailable',
      'Redis refuses the login. Check user and password in its URL.',
      { cause, retryable: false },
    );
  }
  return new BanyanError(
    'store_unavailable',
    'The store does not answer. Whether the last change was written is not known: read it again before repeating it.',
    { cause },
  );
}

/** Redis globs know `*`, `?`, `[…]` and `\`. */
function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

/**
 * Opens a store on a Redis server or a Redis Cluster that several processes may share.
 *
 * Each operation is one single-key script, so keys spread over all nodes and none gathers load but by itself. Listing is the
 * dear one: it scans every key of every master (also those of others on that server) and sorts the found keys in
 * memory; use it at start and for people, not per request. Durability is the server's: with `appendfsync everysec`
 * a crash of its machine may take the last second.
 *
 * A lost connection is made again with back-off; calls meanwhile fail at once with `store_unavailable`.
 *
 * @throws BanyanError `store_unavailable` when the first connection cannot be made, `invalid_config` for an unknown URL
 */
export async function createRedisStore(init: RedisStoreInit): Promise<Store> {
  const { prefix, log, clock = systemClock } = init;
  let connected = false;
  const redis = await createClient(init, () => connected);
  const commands = redis as unknown as Scripted;
  let isOpen = true;
  let wasAway = false;
  const away = (err?: unknown): void => {
    if (wasAway || !isOpen) return;
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
  async function call<T>(command: () => Promise<T>): Promise<T> {
    if (!isOpen) throw closed();
    let timer: Timer | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = systemClock.setTimeout(
        () => reject(new Error(`no answer within ${COMMAND_TIMEOUT_MS} ms`)),
        COMMAND_TIMEOUT_MS,
      );
    });
    try {
      return await Promise.race([command(), late]);
    } catch (error) {
      throw failed(error);
    } finally {
      timer?.cancel();
    }
  }

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

  try {
    await redis.connect();
    connected = true;
  } catch (cause) {
    const known = failed(cause);
    throw known.retryable
      ? new BanyanError(
          'store_unavailable',
          'Redis cannot be reached. Check that it runs and that its URL is right.',
          { cause },
        )
      : known;
  }

  function entryOf<T>([text, pttl]: [string, number]): Entry<T> {
    return {
      value: JSON.parse(text.slice(VERSION_CHARS)) as T,
      version: text.slice(0, VERSION_CHARS),
      ...(pttl < 0 ? {} : { expiresAtMs: clock.now() + pttl }),
    };
  }

  async function keysBelow(start: string): Promise<Buffer[]> {
    const found = new Set<string>();
    // One after the other: a listing is not worth a load on all nodes at once.
    for (const node of 'nodes' in redis ? redis.nodes('master') : [redis]) await scanNode(node, start, found);
    return [...found].map((key) => Buffer.from(key)).sort((a, b) => a.compare(b));
  }

  return {
    async get<T>(key: string) {
      checkKey(key);
      const found = await call(() => commands.banyanGet(prefix + key));
      return found === null ? undefined : entryOf<T>(found);
    },
    async put(key, value, { expect, ttlMs } = {}) {
      checkKey(key);
      checkTtl(ttlMs);
      const version = newVersion();
      const text = version + encodeValue(value);
      const wanted = expect === undefined ? '*' : (expect ?? '');
      const done = await call(() =>
        commands.banyanPut(prefix + key, wanted, text, ttlMs === undefined ? '' : String(Math.ceil(ttlMs))),
      );
      if (done === 0) throw conflict();
      return version;
    },
    async delete(key, { expect } = {}) {
      checkKey(key);
      const done = await call(() => commands.banyanDelete(prefix + key, expect ?? '*'));
      if (done === -1) throw conflict();
      return done === 1;
    },
    async *list<T>(below: string, { after, limit = Infinity }: ListInit = {}) {
      checkPrefix(below);
      const from = after === undefined ? undefined : Buffer.from(prefix + after);
      const keys = (await keysBelow(prefix + below)).filter(
        (key) => from === undefined || key.compare(from) > 0,
      );
      let left = limit;
      for (let at = 0; at < keys.length && left > 0; at += LIST_PAGE) {
        const page = keys.slice(at, at + Math.min(LIST_PAGE, left)).map((key) => key.toString('utf8'));
        const entries = await Promise.all(page.map((key) => call(() => commands.banyanGet(key))));
        for (const [index, entry] of entries.entries()) {
          const key = page[index];
          if (entry === null || key === undefined) continue;
          if (left <= 0) return;
          left -= 1;
          yield [key.slice(prefix.length), entryOf<T>(entry)] as const;
        }
      }
    },
    async ping() {
      await call(() => redis.ping());
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      // quit waits for the answers under way; a server that is gone gives none.
      await redis.quit().catch(() => redis.disconnect());
    },
  };
}
