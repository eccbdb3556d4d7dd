import { createHash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import { LIST_PAGE } from './store.ts';

/**
 * Sets that one root's names are spread over: any number of nodes shares them, and a page is still read from all of
 * them at once.
 */
const SHARDS = 16;
/** A name whose entry is missing for so long is forgotten: far longer than anybody needs from naming to writing. */
export const NAME_GRACE_MS = 60_000;
/** Missing names that are remembered; beyond it some are looked at again later. */
const MAX_MISSING = 10_000;
/** Sorts behind every continuation of a prefix: no UTF-8 text has this byte. */
const BEYOND = Buffer.from([0xff]);

/** Options of {@link createNames}. */
export interface NamesInit {
  /** In front of the names of the sets. */
  readonly prefix: string;
  /** Beginnings of keys whose names are kept, such as `account/`. */
  readonly roots: readonly string[];
  /** One command to the server, bounded in time. */
  readonly call: <T>(command: () => Promise<T>) => Promise<T>;
  /** Adds a name to a set. */
  readonly add: (set: string, name: string, durable: boolean) => Promise<void>;
  readonly monotonic: () => number;
}

/**
 * The names of entries that are listed, so that listing them asks only for them, and not for every key of the server.
 *
 * They lie in sorted sets beside the entries, which alone are the truth: a name is written before its entry and may
 * outlive it, never the other way round. A name without entry is passed over, and forgotten after a minute.
 */
export interface Names {
  /** The root of a key or prefix that is kept here. */
  rootOf(key: string): string | undefined;
  /** Notes a name; to be called before its entry is written. */
  add(key: string, durable: boolean): Promise<void>;
  /** All names below a prefix, behind `after`, in the order of their bytes. */
  below(prefix: string, after: string | undefined, limit: number): AsyncGenerator<string>;
  /** Told of a name whose entry is not there. */
  missing(key: string, isThere: () => Promise<boolean>): Promise<void>;
  /** Key that says that all names of a root have been noted. */
  readyKey(root: string): string;
}

/** Makes the names over a client. */
export function createNames(client: Redis | Cluster, init: NamesInit): Names {
  const { prefix, roots, call, monotonic } = init;
  const missingSince = new Map<string, number>();

  const rootOf = (key: string): string | undefined => roots.find((root) => key.startsWith(root));
  const setOf = (root: string, shard: number): string => `${prefix}${root}:${shard}`;
  const shardOf = (key: string): number => (createHash('sha256').update(key).digest()[0] as number) % SHARDS;

  async function* shardBelow(
    set: string,
    below: Buffer,
    after: Buffer | undefined,
    page: number,
  ): AsyncGenerator<Buffer> {
    const max = Buffer.concat([Buffer.from('('), below, BEYOND]);
    let min = Buffer.concat(after === undefined ? [Buffer.from('['), below] : [Buffer.from('('), after]);
    for (;;) {
      const from = min;
      const names = await call(() => client.zrangebylexBuffer(set, from, max, 'LIMIT', 0, page));
      yield* names;
      const last = names.at(-1);
      if (last === undefined || names.length < page) return;
      min = Buffer.concat([Buffer.from('('), last]);
    }
  }

  return {
    rootOf,
    readyKey: (root) => `${prefix}${root}:ready`,
    async add(key, durable) {
      const root = rootOf(key);
      if (root === undefined) return;
      missingSince.delete(key);
      await init.add(setOf(root, shardOf(key)), key, durable);
    },
    async *below(below, after, limit) {
      const root = rootOf(below);
      if (root === undefined || limit <= 0) return;
      const start = Buffer.from(below);
      const from =
        after === undefined || Buffer.from(after).compare(start) < 0 ? undefined : Buffer.from(after);
      const page = Math.min(limit, LIST_PAGE);
      const shards = Array.from({ length: SHARDS }, (_, i) => shardBelow(setOf(root, i), start, from, page));
      // Merges the sorted sets: the least of the first names is next.
      const heads = await Promise.all(
        shards.map(async (names) => ({ names, head: (await names.next()).value as Buffer | undefined })),
      );
      for (;;) {
        let least: (typeof heads)[number] | undefined;
        for (const one of heads) {
          if (one.head === undefined) continue;
          if (least?.head === undefined || one.head.compare(least.head) < 0) least = one;
        }
        if (least?.head === undefined) return;
        yield least.head.toString('utf8');
        least.head = (await least.names.next()).value as Buffer | undefined;
      }
    },
    async missing(key, isThere) {
      const now = monotonic();
      const since = missingSince.get(key);
      if (since === undefined) {
        if (missingSince.size < MAX_MISSING) missingSince.set(key, now);
        return;
      }
      if (now - since < NAME_GRACE_MS) return;
      missingSince.delete(key);
      const root = rootOf(key);
      if (root === undefined) return;
      const set = setOf(root, shardOf(key));
      await call(() => client.zrem(set, key));
      // Somebody may have written it just now.
      if (await isThere()) await init.add(set, key, true);
    },
  };
}
