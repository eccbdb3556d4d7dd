import { BanyanError, isBanyanError } from '@banyan/proto';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { createBackoff } from '../backoff.ts';
import { UNDECIDED } from './store.ts';
import { VERSION_CHARS } from './version.ts';

/** A command without an answer for so long has failed for its caller. */
export const COMMAND_TIMEOUT_MS = 2_000;
/**
 * A connection that owes an answer for so long is given up: a server that hangs keeps its connections open. Before the
 * command's own time is over, so that what comes next fails at once and is not written to somebody who may read it later.
 */
const SOCKET_TIMEOUT_MS = COMMAND_TIMEOUT_MS - 250;
/** The first connection may take this long. */
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT = { minMs: 50, maxMs: 5_000, jitter: 0.5 };
/** Which node has which slots is asked this often, so that a failover is noticed also by who only reads. */
const SLOTS_REFRESH_MS = 5_000;
/** What callers are told to wait: a reconnect, or a failover, takes about as long. */
const RETRY_AFTER_MS = 1_000;

// Each value is its version (16 characters) and its JSON. Every script touches one key, so that any key may lie on any
// node of a cluster; time to live is the server's own.
export const SCRIPTS = {
  banyanGet: {
    numberOfKeys: 1,
    readOnly: true,
    lua: `local v = redis.call('GET', KEYS[1])
if not v then return false end
return {v, redis.call('PTTL', KEYS[1])}`,
  },
  banyanPut: {
    numberOfKeys: 1,
    lua: `if ARGV[1] ~= '*' and redis.call('GETRANGE', KEYS[1], 0, ${VERSION_CHARS - 1}) ~= ARGV[1] then return -1 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`,
  },
  // Where nothing is there is nothing to delete, and so nothing for a replica to confirm; but an earlier delete, whose
  // answer was lost, may have reached the primary alone. Something is written, so that it can be waited for.
  banyanDelete: {
    numberOfKeys: 1,
    lua: `local v = redis.call('GETRANGE', KEYS[1], 0, ${VERSION_CHARS - 1})
if v == '' then
  if ARGV[2] == 'durable' then redis.call('SET', KEYS[1], '') redis.call('DEL', KEYS[1]) end
  return 0
end
if ARGV[1] ~= '*' and v ~= ARGV[1] then return -1 end
redis.call('DEL', KEYS[1])
return 1`,
  },
  // Taken out first for the same reason: to add what is there is no write.
  banyanName: {
    numberOfKeys: 1,
    lua: `redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('ZADD', KEYS[1], 0, ARGV[1])`,
  },
} as const;

/** Scripts that write; -1 says that nothing was written, as the expected version was not there. */
export type WriteScript = 'banyanPut' | 'banyanDelete' | 'banyanName';

/** The scripts as methods of a client. */
export interface Scripted {
  banyanGet(key: string): Promise<[value: string, pttl: number] | null>;
  /** `expect`: a version, '' for "no such key", '*' for anything. */
  banyanPut(key: string, expect: string, value: string, ttlMs: string): Promise<number>;
  banyanDelete(key: string, expect: string, durable: string): Promise<number>;
  banyanName(key: string, name: string): Promise<number>;
}

/** Options of {@link createRedisClient}. */
export interface RedisClientInit {
  /** See `createRedisStore`. */
  readonly url: string;
  /** How the server's list of clients calls this connection. */
  readonly name: string;
  /** For the jitter of reconnecting. */
  readonly random?: () => number;
  /** False until the first connection was made: who starts wants to hear that it cannot be. */
  readonly mayReconnect: () => boolean;
}

/** Whether a URL names a Redis, and not a folder. */
export function isRedisUrl(location: string): boolean {
  return /^(?:rediss?(?:\+cluster)?|unix):\/\//.test(location);
}

/** Whether a URL names a Redis Cluster. */
export function isClusterUrl(url: string): boolean {
  return /^rediss?\+cluster:\/\//.test(url);
}

function badUrl(): BanyanError {
  return new BanyanError(
    'invalid_config',
    'The Redis URL is not understood. It looks like redis://host:6379, rediss://host:6379, unix:///path or redis+cluster://host:6379,host:6379.',
  );
}

/** Makes a client that is not connected yet. @throws BanyanError `invalid_config` for a URL that is none */
export async function createRedisClient(init: RedisClientInit): Promise<Redis | Cluster> {
  // Loaded when it is wanted: most processes keep their things in an embedded store, and start sooner without.
  const { Cluster, Redis } = await import('ioredis');
  const backoff = { ...RECONNECT, ...(init.random === undefined ? {} : { random: init.random }) };
  let waits = createBackoff(backoff);
  const retryStrategy = (times: number): number | null => {
    if (!init.mayReconnect()) return null;
    if (times <= 1) waits = createBackoff(backoff);
    return waits.next();
  };
  const common = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    connectionName: init.name,
    // A command that waits in a queue, or is sent again after a lost connection, could be carried out long after
    // its caller was told that it failed. So none is; callers retry what they still want.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  } satisfies RedisOptions;
  const options = {
    ...common,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy,
    scripts: SCRIPTS,
  } satisfies RedisOptions;
  const scheme = /^([a-z+]+):\/\//.exec(init.url)?.[1];
  if (scheme === 'unix') return new Redis({ ...options, path: init.url.slice('unix://'.length) });
  if (scheme === 'redis' || scheme === 'rediss') {
    if (!URL.canParse(init.url)) throw badUrl();
    return new Redis(init.url, options);
  }
  if (!isClusterUrl(init.url)) throw badUrl();
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
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    scripts: SCRIPTS,
    redisOptions: {
      ...common,
      ...(username === undefined || username === '' ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(scheme === 'rediss+cluster' ? { tls: {} } : {}),
    },
  });
}

/** Connects for the first time. A cluster that is just failing over ends the client without a word to who waits for it. */
export async function connectRedis(client: Redis | Cluster): Promise<void> {
  let onEnd: (() => void) | undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    onEnd = () => reject(new Error('The connection was given up.'));
    client.once('end', onEnd);
  });
  const connecting = client.connect();
  connecting.catch(() => undefined);
  try {
    await Promise.race([connecting, ended]);
  } finally {
    if (onEnd !== undefined) client.off('end', onEnd);
  }
}

/** Redis' words for "I did not even begin". */
const REFUSED = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|MASTERDOWN|READONLY|NOREPLICAS|MISCONF|OOM)\b/;
/** ioredis' words for a command that never left this process. */
const NOT_SENT = 'enableOfflineQueue';

/** What a failed command is for its caller; errors of ours pass. */
export function redisFailure(cause: unknown): BanyanError {
  if (isBanyanError(cause)) return cause;
  const text = String((cause as Error | undefined)?.message ?? cause);
  if (/^(NOAUTH|WRONGPASS|NOPERM)/.test(text)) {
    return new BanyanError(
      'store_unavailable',
      'Redis refuses the login. Check user and password in its URL, and what that user may do.',
      { cause, retryable: false },
    );
  }
  if (REFUSED.test(text) || text.includes(NOT_SENT))
    return new BanyanError('store_unavailable', undefined, { cause, retryAfterMs: RETRY_AFTER_MS });
  return new BanyanError(
    'store_unavailable',
    'The store does not answer. It is not known whether the last change holds: read it again before repeating it.',
    { cause, retryAfterMs: RETRY_AFTER_MS, details: UNDECIDED },
  );
}

/** A change that only the primary is known to have. */
export function notHeld(): BanyanError {
  return new BanyanError(
    'store_unavailable',
    'No replica of the store has confirmed the change. It is not known whether it holds: read it again before repeating it.',
    { retryAfterMs: RETRY_AFTER_MS, details: UNDECIDED },
  );
}

/** A change that was not even begun, as nothing could confirm it. */
export function noReplica(): BanyanError {
  return new BanyanError(
    'store_unavailable',
    'A primary of the store has no replica just now, so that nothing was written to it. Try again when it has one.',
    { retryAfterMs: RETRY_AFTER_MS },
  );
}
