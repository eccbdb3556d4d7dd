import { systemClock, type Clock } from '../clock.ts';
import {
  checkKey,
  checkPrefix,
  checkTtl,
  closed,
  conflict,
  encodeValue,
  type Entry,
  type ListInit,
  type Store,
} from './store.ts';
import { newVersion } from './version.ts';

interface Held {
  readonly json: string;
  readonly version: string;
  readonly expiresAtMs: number | undefined;
}

/** Makes a store that keeps nothing beyond the process, for tests; it passes the same suite as the others. */
export function createMemoryStore(init: { readonly clock?: Clock } = {}): Store {
  const { clock = systemClock } = init;
  const held = new Map<string, Held>();
  let open = true;

  function alive(key: string): Held | undefined {
    if (!open) throw closed();
    const found = held.get(key);
    if (found?.expiresAtMs !== undefined && found.expiresAtMs <= clock.now()) {
      held.delete(key);
      return undefined;
    }
    return found;
  }
  const entryOf = <T>({ json, version, expiresAtMs }: Held): Entry<T> => ({
    value: JSON.parse(json) as T,
    version,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  });

  return {
    async get<T>(key: string) {
      checkKey(key);
      const found = alive(key);
      return found === undefined ? undefined : entryOf<T>(found);
    },
    async put(key, value, { expect, ttlMs } = {}) {
      checkKey(key);
      checkTtl(ttlMs);
      const json = encodeValue(value);
      const found = alive(key);
      if (expect !== undefined && (found?.version ?? null) !== expect) throw conflict();
      const version = newVersion();
      held.set(key, {
        json,
        version,
        expiresAtMs: ttlMs === undefined ? undefined : clock.now() + ttlMs,
      });
      return version;
    },
    async delete(key, { expect } = {}) {
      checkKey(key);
      const found = alive(key);
      if (found === undefined) return false;
      if (expect !== undefined && expect !== found.version) throw conflict();
      return held.delete(key);
    },
    async *list<T>(prefix: string, { after: from, limit = Infinity, isSnapshot = false }: ListInit = {}) {
      checkPrefix(prefix);
      if (!open) throw closed();
      const then = isSnapshot ? new Map([...held].filter(([key]) => alive(key) !== undefined)) : undefined;
      const after = from === undefined ? undefined : Buffer.from(from);
      const keys = [...held.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => ({ key, bytes: Buffer.from(key) }))
        .filter(({ bytes }) => after === undefined || bytes.compare(after) > 0)
        .sort((a, b) => a.bytes.compare(b.bytes));
      let left = limit;
      for (const { key } of keys) {
        if (left <= 0) return;
        const found = then === undefined ? alive(key) : then.get(key);
        if (found === undefined) continue;
        left -= 1;
        yield [key, entryOf<T>(found)] as const;
      }
    },
    async ping() {
      if (!open) throw closed();
    },
    async close() {
      open = false;
    },
  };
}
