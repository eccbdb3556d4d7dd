import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isBanyanError } from '@banyan/proto';
import { LIST_PAGE } from '../../src/stores/store.ts';
import { updateEntry, type Entry, type Store } from '../../src/index.ts';
import { MAX_STORE_KEY_BYTES, MAX_STORE_VALUE_BYTES } from '../../src/stores/store.ts';

/** One store under test, and how time passes for it. */
export interface StoreUnderTest {
  readonly store: Store;
  /** A lifetime that is long enough to be seen and short enough to be waited for. */
  readonly shortMs: number;
  /** Lets at least `ms` milliseconds pass for the store. */
  pass(ms: number): Promise<void>;
  /** Stops the store and whatever serves it. */
  stop(): Promise<void>;
}

async function all<T>(entries: AsyncIterable<readonly [string, Entry<T>]>): Promise<[string, T][]> {
  const found: [string, T][] = [];
  for await (const [key, entry] of entries) found.push([key, entry.value]);
  return found;
}

/** What every implementation of Store must do. */
export function storeSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a store`, () => {
    let under: StoreUnderTest;
    let store: Store;
    let round = 0;
    /** Keys of one test are its own. */
    let k: (key: string) => string;

    beforeAll(async () => {
      under = await open();
      store = under.store;
    }, 30_000);
    afterAll(() => under.stop(), 30_000);
    beforeEach(() => {
      const at = (round += 1);
      k = (key) => `t${at}:${key}`;
    });

    it('gives back what was put, with its version', async () => {
      const value = { text: 'Grüße, 世界 \u0000 \u{1f333}', list: [1, null, true], deep: { a: {} } };
      const version = await store.put(k('a'), value);
      expect(await store.get(k('a'))).toEqual({ value, version });
    });

    it('has nothing under a key that was never put', async () => {
      expect(await store.get(k('nothing'))).toBeUndefined();
      expect(await store.delete(k('nothing'))).toBe(false);
    });

    it('gives a new version with every put, also of the same value and after a delete', async () => {
      const versions = new Set<string>();
      for (let i = 0; i < 3; i += 1) versions.add(await store.put(k('a'), 1));
      await store.delete(k('a'));
      versions.add(await store.put(k('a'), 1));
      expect(versions.size).toBe(4);
    });

    it('writes with the expected version and refuses with another, leaving what was there', async () => {
      const first = await store.put(k('a'), 1);
      const second = await store.put(k('a'), 2, { expect: first });
      await expect(store.put(k('a'), 3, { expect: first })).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.get(k('a'))).toEqual({ value: 2, version: second });
    });

    it('creates only where nothing is when nothing is expected', async () => {
      await store.put(k('a'), 1, { expect: null });
      await expect(store.put(k('a'), 2, { expect: null })).rejects.toMatchObject({ code: 'conflict' });
      await store.delete(k('a'));
      await store.put(k('a'), 3, { expect: null });
      expect((await store.get(k('a')))?.value).toBe(3);
    });

    it('refuses a version of an entry that is gone', async () => {
      const version = await store.put(k('a'), 1);
      await store.delete(k('a'));
      await expect(store.put(k('a'), 2, { expect: version })).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.get(k('a'))).toBeUndefined();
    });

    it('deletes with the expected version only', async () => {
      const old = await store.put(k('a'), 1);
      const version = await store.put(k('a'), 2);
      await expect(store.delete(k('a'), { expect: old })).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.delete(k('a'), { expect: version })).toBe(true);
      expect(await store.get(k('a'))).toBeUndefined();
    });

    it('lets exactly one of many racing writers create a key', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          try {
            await store.put(k('race'), i, { expect: null });
            return i;
          } catch (error) {
            expect(isBanyanError(error) && error.code).toBe('conflict');
            return undefined;
          }
        }),
      );
      const winners = outcomes.filter((outcome) => outcome !== undefined);
      expect(winners).toHaveLength(1);
      expect((await store.get(k('race')))?.value).toBe(winners[0]);
    });

    it('loses no update of many that read, change and write at once', async () => {
      await Promise.all(
        Array.from({ length: 8 }, () => updateEntry<number>(store, k('count'), (value) => (value ?? 0) + 1)),
      );
      expect((await store.get(k('count')))?.value).toBe(8);
    });

    it('leaves an entry as it is when an update decides so', async () => {
      const version = await store.put(k('a'), 5);
      expect(await updateEntry<number>(store, k('a'), () => undefined)).toBe(5);
      expect((await store.get(k('a')))?.version).toBe(version);
    });

    it('forgets an entry when its lifetime is over, and not before', async () => {
      await store.put(k('a'), 1, { ttlMs: under.shortMs });
      await store.put(k('b'), 1, { ttlMs: 3_600_000 });
      expect((await store.get(k('b')))?.expiresAtMs).toBeDefined();
      await under.pass(under.shortMs + 1);
      expect(await store.get(k('a'))).toBeUndefined();
      expect(await all(store.list(k('')))).toEqual([[k('b'), 1]]);
      await store.put(k('a'), 2, { expect: null });
      expect((await store.get(k('a')))?.value).toBe(2);
    });

    it('keeps an entry for good when it is put again without a lifetime', async () => {
      await store.put(k('a'), 1, { ttlMs: under.shortMs });
      await store.put(k('a'), 2);
      await under.pass(under.shortMs + 1);
      const entry = await store.get(k('a'));
      expect(entry?.value).toBe(2);
      expect(entry?.expiresAtMs).toBeUndefined();
    });

    it('lists by prefix in the order of the UTF-8 bytes, and nothing beside the prefix', async () => {
      // U+FF5E comes after U+1F333 in UTF-16 and before it in UTF-8.
      const keys = ['p/a', 'p/', 'p/b', 'p/\u{ff5e}', 'p/\u{1f333}', 'p/ä', 'p/a\u0000b', 'p/*', 'p/[x]'];
      for (const key of [...keys, 'o', 'p', 'p0', 'q/a']) await store.put(k(key), key);
      const expected = [...keys].sort((a, b) => Buffer.from(a).compare(Buffer.from(b)));
      expect((await all(store.list(k('p/')))).map(([, value]) => value)).toEqual(expected);
    });

    it('takes the signs of patterns in keys and prefixes for what they are', async () => {
      for (const key of ['*a', 'xa', '[ab]c', 'ac', '?q', 'zq', '\\n', 'n']) await store.put(k(key), key);
      for (const [prefix, key] of [
        ['*', '*a'],
        ['[ab]', '[ab]c'],
        ['?', '?q'],
        ['\\', '\\n'],
      ] as const) {
        expect((await all(store.list(k(prefix)))).map(([, value]) => value)).toEqual([key]);
      }
    });

    it('lists in pages that together are the whole, each key once', async () => {
      const count = LIST_PAGE * 2 + 7;
      const keys = Array.from({ length: count }, (_, i) => k(`n/${String(i).padStart(5, '0')}`));
      await Promise.all(keys.map((key, i) => store.put(key, i)));
      expect((await all(store.list(k('n/')))).map(([key]) => key)).toEqual(keys);
      const paged: string[] = [];
      for (;;) {
        const after = paged.at(-1);
        const page = await all(
          store.list(k('n/'), { limit: 200, ...(after === undefined ? {} : { after }) }),
        );
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(200);
        paged.push(...page.map(([key]) => key));
      }
      expect(paged).toEqual(keys);
    });

    it('goes on with a listing while entries come and go', async () => {
      const keys = Array.from({ length: LIST_PAGE + 50 }, (_, i) => k(`n/${String(i).padStart(5, '0')}`));
      await Promise.all(keys.map((key) => store.put(key, 1)));
      const seen: string[] = [];
      for await (const [key] of store.list(k('n/'))) {
        if (seen.length === 0) {
          await store.delete(keys.at(-1) as string);
          await store.delete(keys[0] as string);
        }
        seen.push(key);
      }
      // The first page may already hold a key that was deleted; what stayed comes exactly once.
      const stayed = keys.slice(1, -1);
      expect(seen.filter((key) => stayed.includes(key))).toEqual(stayed);
    });

    it('holds keys and values up to the limits and refuses larger ones', async () => {
      const key = k('').padEnd(MAX_STORE_KEY_BYTES, 'x');
      const value = 'v'.repeat(MAX_STORE_VALUE_BYTES - 2);
      await store.put(key, value);
      expect((await store.get(key))?.value).toBe(value);
      await expect(store.put(`${key}x`, 1)).rejects.toMatchObject({ code: 'limit_exceeded' });
      await expect(store.put(k('a'), `${value}v`)).rejects.toMatchObject({ code: 'limit_exceeded' });
    });

    it('refuses keys, values and lifetimes that mean nothing', async () => {
      await expect(store.get('')).rejects.toMatchObject({ code: 'invalid_request' });
      await expect(store.put(k('\ud800'), 1)).rejects.toMatchObject({ code: 'invalid_request' });
      await expect(store.put(k('a'), undefined)).rejects.toMatchObject({ code: 'invalid_request' });
      for (const ttlMs of [0, -1, NaN, Infinity])
        await expect(store.put(k('a'), 1, { ttlMs })).rejects.toMatchObject({ code: 'invalid_request' });
    });

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}
