import { join } from 'node:path';
import { BanyanError, isBanyanError } from '@banyan/proto';
import type { RootDatabase, Transaction } from 'lmdb';
import { systemClock, type Clock } from '../clock.ts';
import { ensurePrivateDir } from '../paths.ts';
import { acquireOwnerLock } from './owner-lock.ts';
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

/** How often expired entries are removed from the disk; reading never shows them. */
export const SWEEP_INTERVAL_MS = 60_000;
/** Expired entries removed in one commit: one for each, with its fsync, kept disk and store busy for seconds. */
export const SWEPT_PER_COMMIT = 256;
/** The most that one environment may hold; address space only, the file grows as needed. */
const MAP_BYTES = 16 * 1024 ** 3;
/** Deadline in front of every value: Unix milliseconds as a double, 0 for none. */
const DEADLINE_BYTES = 8;
const HEAD_BYTES = DEADLINE_BYTES + VERSION_CHARS;

interface Held {
  readonly version: string;
  readonly deadline: number;
  readonly json: Buffer;
}

// On disk: deadline (8 bytes, little endian double), version (16 characters), JSON (UTF-8).
function encode(deadline: number, version: string, json: string): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + Buffer.byteLength(json));
  bytes.writeDoubleLE(deadline, 0);
  bytes.write(version, DEADLINE_BYTES, 'latin1');
  bytes.write(json, HEAD_BYTES, 'utf8');
  return bytes;
}

function decode(bytes: Buffer): Held {
  return {
    deadline: bytes.readDoubleLE(0),
    version: bytes.toString('latin1', DEADLINE_BYTES, HEAD_BYTES),
    json: bytes.subarray(HEAD_BYTES),
  };
}

function entryOf<T>(held: Held): Entry<T> {
  return {
    value: JSON.parse(held.json.toString('utf8')) as T,
    version: held.version,
    ...(held.deadline === 0 ? {} : { expiresAtMs: held.deadline }),
  };
}

/** Options of {@link createLmdbStore}. */
export interface LmdbStoreInit {
  /** A folder of its own; made if missing. */
  readonly path: string;
  readonly clock?: Clock;
}

/**
 * Opens the embedded store in a folder, of which this process becomes the only owner.
 *
 * A put or delete resolves when it is on the disk (fsync); many at once share one commit. Expired entries are never shown,
 * and are removed once a minute.
 *
 * @throws BanyanError `store_in_use` when another process, or another store of this one, has the folder;
 *   `folder_unreadable` or `disk_failed` when it cannot be made
 */
export async function createLmdbStore(init: LmdbStoreInit): Promise<Store> {
  const { clock = systemClock } = init;
  const path = await ensurePrivateDir(init.path);
  const lock = await acquireOwnerLock(join(path, 'owner.lock'));
  let db: RootDatabase<Buffer, Buffer>;
  try {
    const { open } = await import('lmdb');
    db = open<Buffer, Buffer>({
      path,
      encoding: 'binary',
      keyEncoding: 'binary',
      // Commits that are on the disk before they are acknowledged.
      overlappingSync: false,
      mapSize: MAP_BYTES,
      noSubdir: false,
    });
  } catch (cause) {
    await lock.release();
    throw new BanyanError(
      'store_unavailable',
      `The store in ${path} cannot be opened. Check that the disk is in order and not full.`,
      { cause, retryable: false },
    );
  }
  let isOpen = true;
  /** Of listings that are under way. */
  const snapshots = new Set<Transaction>();
  const assertOpen = (): void => {
    if (!isOpen) throw closed();
  };

  function failed(cause: unknown): BanyanError {
    if (isBanyanError(cause)) return cause;
    if (!isOpen) return closed();
    const text = String((cause as Error | undefined)?.message ?? cause);
    if (/MDB_MAP_FULL|ENOSPC|No space left/i.test(text))
      return new BanyanError('disk_full', undefined, { cause });
    return new BanyanError('store_unavailable', undefined, { cause });
  }

  const isExpired = (held: Held): boolean => held.deadline !== 0 && held.deadline <= clock.now();

  function alive(key: Buffer): Held | undefined {
    const bytes = db.get(key);
    if (bytes === undefined) return undefined;
    const held = decode(bytes);
    return isExpired(held) ? undefined : held;
  }

  /** Runs `work` alone on the store, and resolves when its writes are on the disk. */
  async function write<T>(work: () => T): Promise<T> {
    assertOpen();
    try {
      // What throws inside a transaction of lmdb leaves its batch in doubt; conflicts travel as values.
      const outcome = await db.transaction(() => {
        try {
          return { value: work() };
        } catch (error) {
          return { error };
        }
      });
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    } catch (error) {
      throw failed(error);
    }
  }

  async function* page(
    prefix: Buffer,
    from: Buffer,
    skipFirst: boolean,
    transaction?: Transaction,
  ): AsyncGenerator<readonly [Buffer, Held]> {
    let start = from;
    let skip = skipFirst;
    for (;;) {
      assertOpen();
      // A page is read in one go: an open cursor would hold old pages back for as long as the reader dawdles.
      const found: [Buffer, Buffer][] = [];
      try {
        const range = { start, limit: LIST_PAGE + (skip ? 1 : 0) };
        for (const { key, value } of db.getRange(
          transaction === undefined ? range : { ...range, transaction },
        ))
          found.push([Buffer.from(key), Buffer.from(value)]);
      } catch (error) {
        throw failed(error);
      }
      const full = found.length === LIST_PAGE + (skip ? 1 : 0);
      if (skip && found[0]?.[0].equals(start) === true) found.shift();
      for (const [key, value] of found) {
        if (!key.subarray(0, prefix.length).equals(prefix)) return;
        yield [key, decode(value)] as const;
      }
      const last = found.at(-1);
      if (!full || last === undefined) return;
      [start] = last;
      skip = true;
    }
  }

  async function sweep(): Promise<void> {
    let expired: Buffer[] = [];
    const remove = async (): Promise<void> => {
      const keys = expired;
      expired = [];
      await write(() => {
        for (const key of keys) {
          const now = db.get(key);
          // It may have been written again since it was read.
          if (now !== undefined && isExpired(decode(now))) db.removeSync(key);
        }
      });
    };
    for await (const [key, held] of page(Buffer.alloc(0), Buffer.alloc(1), false)) {
      if (!isExpired(held)) continue;
      expired.push(key);
      if (expired.length === SWEPT_PER_COMMIT) await remove();
    }
    if (expired.length > 0) await remove();
  }
  let sweeping: Promise<void> | undefined;
  const sweeper = clock.setInterval(
    () => {
      // A sweep that fails is tried again at the next turn; nothing depends on it but room.
      sweeping ??= sweep()
        .catch(() => undefined)
        .finally(() => (sweeping = undefined));
    },
    SWEEP_INTERVAL_MS,
    { keepAlive: false },
  );

  return {
    async get<T>(key: string) {
      checkKey(key);
      assertOpen();
      try {
        const held = alive(Buffer.from(key));
        return held === undefined ? undefined : entryOf<T>(held);
      } catch (error) {
        throw failed(error);
      }
    },
    async put(key, value, { expect, ttlMs } = {}) {
      checkKey(key);
      checkTtl(ttlMs);
      const json = encodeValue(value);
      const bytes = Buffer.from(key);
      const version = newVersion();
      return write(() => {
        if (expect !== undefined && (alive(bytes)?.version ?? null) !== expect) throw conflict();
        db.putSync(bytes, encode(ttlMs === undefined ? 0 : clock.now() + ttlMs, version, json));
        return version;
      });
    },
    async delete(key, { expect } = {}) {
      checkKey(key);
      const bytes = Buffer.from(key);
      return write(() => {
        const held = alive(bytes);
        if (held === undefined) return false;
        if (expect !== undefined && expect !== held.version) throw conflict();
        db.removeSync(bytes);
        return true;
      });
    },
    async *list<T>(prefix: string, { after, limit = Infinity, isSnapshot = false }: ListInit = {}) {
      checkPrefix(prefix);
      assertOpen();
      const prefixBytes = Buffer.from(prefix);
      const afterBytes = after === undefined ? undefined : Buffer.from(after);
      const beyond = afterBytes !== undefined && afterBytes.compare(prefixBytes) >= 0;
      // An empty key cannot be searched from; every key has at least one byte.
      const start = beyond ? afterBytes : prefix === '' ? Buffer.alloc(1) : prefixBytes;
      let left = limit;
      if (left <= 0) return;
      const transaction = isSnapshot ? db.useReadTransaction() : undefined;
      if (transaction !== undefined) snapshots.add(transaction);
      try {
        for await (const [key, held] of page(prefixBytes, start, beyond, transaction)) {
          if (isExpired(held)) continue;
          yield [key.toString('utf8'), entryOf<T>(held)] as const;
          left -= 1;
          if (left <= 0) return;
        }
      } finally {
        // Ended already when the store was closed meanwhile.
        if (transaction !== undefined && snapshots.delete(transaction)) transaction.done();
      }
    },
    async ping() {
      assertOpen();
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      sweeper.cancel();
      await sweeping;
      for (const transaction of snapshots) transaction.done();
      snapshots.clear();
      await db.close();
      await lock.release();
    },
  };
}
