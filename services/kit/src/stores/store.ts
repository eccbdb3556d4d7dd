import { BanyanError, isBanyanError } from '@banyan/proto';

/** A key in UTF-8 bytes: what LMDB can hold with its default page, with room for a prefix. */
export const MAX_STORE_KEY_BYTES = 1024;
/** A value as JSON in UTF-8 bytes: stores hold records of accounts, devices and members; files live in files. */
export const MAX_STORE_VALUE_BYTES = 256 * 1024;
/** Keys that are read at once while listing: bounds memory, and how long a read holds the store. */
export const LIST_PAGE = 256;

/** A value and what is known of it. */
export interface Entry<T = unknown> {
  readonly value: T;
  /** Opaque; changes with every put, and never comes back, also not after a delete. */
  readonly version: string;
  /** Unix milliseconds at which it vanishes by itself. */
  readonly expiresAtMs?: number;
}

/** Options of {@link Store.put}. */
export interface PutInit {
  /** Writes only when the key still has this version; `null`: only when there is no such key. */
  readonly expect?: string | null;
  /** Milliseconds after which the entry vanishes; without it, it stays, also when it had an end before. */
  readonly ttlMs?: number;
  /**
   * Whether it is a fact that somebody counts on, to be acknowledged only when it is as safe as the store promises;
   * default true. False: it may be lost with a server (what is said again in seconds, or counted for a minute).
   */
  readonly durable?: boolean;
}

/** Options of {@link Store.delete}. */
export interface DeleteInit {
  /** Deletes only when the key still has this version. */
  readonly expect?: string;
  /** See {@link PutInit.durable}. */
  readonly durable?: boolean;
}

/** Options of {@link Store.list}. */
export interface ListInit {
  /** Begins after this key: the last one of the page before. */
  readonly after?: string;
  /** At most so many; default all. */
  readonly limit?: number;
  /**
   * All entries as they are at the moment of the first, whatever is written meanwhile; default false. An embedded store
   * can do that (and keeps what is replaced until the listing ends); Redis cannot, and gives each entry as it is when it is
   * read.
   */
  readonly isSnapshot?: boolean;
}

/**
 * A keyed store of JSON values with compare-and-set and expiry, and nothing more: no operation touches two keys,
 * so that it can be spread over a Redis Cluster.
 *
 * Keys are any well-formed text of 1 to {@link MAX_STORE_KEY_BYTES} bytes; values any JSON up to {@link MAX_STORE_VALUE_BYTES}.
 * What is acknowledged as durable survives the death of the process and, on Redis, of a server (see `StoreDurability`). A
 * change that fails with `store_unavailable` may hold all the same, and what is read may be a change that nobody was promised.
 * Every call throws BanyanError `store_unavailable` (retryable) when the store does not answer, and
 * `invalid_request` or `limit_exceeded` for keys and values that do not fit.
 */
export interface Store {
  get<T = unknown>(key: string): Promise<Entry<T> | undefined>;
  /**
   * Writes a value.
   *
   * @returns the new version
   * @throws BanyanError `conflict` when `expect` is not what is there; nothing is written then
   */
  put(key: string, value: unknown, init?: PutInit): Promise<string>;
  /**
   * Deletes a key.
   *
   * @returns whether there was one
   * @throws BanyanError `conflict` when there is one of another version than expected
   */
  delete(key: string, init?: DeleteInit): Promise<boolean>;
  /**
   * Entries whose key begins with `prefix`, ordered by the UTF-8 bytes of their keys. What is there during the whole
   * listing comes exactly once; what comes or goes meanwhile may be missing.
   */
  list<T = unknown>(prefix: string, init?: ListInit): AsyncIterable<readonly [key: string, entry: Entry<T>]>;
  /** Resolves when the store answers; for readiness. */
  ping(): Promise<void>;
  /** Finishes what was written and lets go of the store; calls after it throw `store_unavailable`. */
  close(): Promise<void>;
}

/** Refuses keys that not every store could hold. */
export function checkKey(key: string): void {
  if (key === '') throw new BanyanError('invalid_request', 'A store key must not be empty.');
  checkPrefix(key);
}

/** Like {@link checkKey}; a prefix may be empty. */
export function checkPrefix(prefix: string): void {
  // A lone surrogate has no UTF-8 form: two such keys would become the same one.
  if (!isWellFormed(prefix))
    throw new BanyanError('invalid_request', 'A store key must be well-formed Unicode.');
  if (Buffer.byteLength(prefix) > MAX_STORE_KEY_BYTES)
    throw new BanyanError('limit_exceeded', `A store key has at most ${MAX_STORE_KEY_BYTES} bytes.`);
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** The JSON text of a value, checked against the limit. */
export function encodeValue(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new BanyanError('invalid_request', 'A stored value must have a JSON form.');
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_STORE_VALUE_BYTES)
    throw new BanyanError(
      'limit_exceeded',
      `A stored value has at most ${MAX_STORE_VALUE_BYTES} bytes; this one has ${bytes}.`,
    );
  return json;
}

/** Refuses lifetimes that mean nothing. */
export function checkTtl(ttlMs: number | undefined): void {
  if (ttlMs !== undefined && !(Number.isFinite(ttlMs) && ttlMs > 0))
    throw new BanyanError(
      'invalid_request',
      'A lifetime in a store must be a positive number of milliseconds.',
    );
}

/** The error of a compare-and-set that came too late. Keys may name accounts, so it does not say which. */
export function conflict(): BanyanError {
  return new BanyanError('conflict');
}

/** Details of a failed change of which nobody knows whether it holds. */
export const UNDECIDED = { undecided: true } as const;

/** Whether a change failed in a way that leaves open whether it holds. Whoever undoes a step on failure asks this first. */
export function isUndecided(error: unknown): boolean {
  return isBanyanError(error) && error.code === 'store_unavailable' && error.details?.['undecided'] === true;
}

/** The error of every call on a closed store. */
export function closed(): BanyanError {
  return new BanyanError('store_unavailable', 'The store is closed: this process is stopping.', {
    retryable: false,
  });
}

/** How often {@link updateEntry} begins again; so many lost races in a row mean a key that is too hot. */
const UPDATE_ATTEMPTS = 20;

/**
 * Reads, changes and writes one entry by compare-and-set, again when somebody was faster.
 *
 * @param change - from the value now (undefined: none) to the value to be; undefined leaves everything as it is. It
 *   may be called several times. What it throws ends the update.
 * @returns the value now in the store
 */
export async function updateEntry<T>(
  store: Store,
  key: string,
  change: (value: T | undefined) => T | undefined,
  init: {
    readonly ttlMs?: number;
    /** See {@link PutInit.durable}. */
    readonly durable?: boolean;
    /** Lost races after which it gives up with `conflict`; default 20. Of N writers at once the last loses N - 1. */
    readonly attempts?: number;
  } = {},
): Promise<T | undefined> {
  const { attempts = UPDATE_ATTEMPTS, ...putInit } = init;
  for (let attempt = 1; ; attempt += 1) {
    const entry = await store.get<T>(key);
    const value = change(entry?.value);
    if (value === undefined) return entry?.value;
    try {
      await store.put(key, value, { ...putInit, expect: entry?.version ?? null });
      return value;
    } catch (error) {
      if (attempt >= attempts || !isBanyanError(error) || error.code !== 'conflict') throw error;
    }
  }
}
