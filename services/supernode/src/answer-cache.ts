/** Answers kept for a moment: bounded in number and bytes, the longest unused go first. */
import type { Clock } from '@banyan/kit';

export interface AnswerCache<T> {
  /** The answer kept under the key, unless its time is over. */
  get(key: string): T | undefined;
  /** Keeps an answer; one that is larger than the whole cache is not kept. */
  set(key: string, value: T, keep: { readonly bytes: number; readonly ttlMs: number }): void;
  /** Forgets everything. */
  clear(): void;
  /** Of what is kept, ended answers included until they are looked for or make room. */
  readonly bytes: number;
}

export interface AnswerCacheInit {
  readonly maxEntries: number;
  /** Of values and keys together, as told by whoever sets them. */
  readonly maxBytes: number;
}

interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
  /** Monotonic milliseconds. */
  readonly until: number;
}

/** Two bytes for each UTF-16 unit of a key, and the map's own. */
const KEY_BYTES = 2;
const ENTRY_BYTES = 100;

export function createAnswerCache<T>(
  clock: Pick<Clock, 'monotonic'>,
  { maxEntries, maxBytes }: AnswerCacheInit,
): AnswerCache<T> {
  /** The longest unused first. */
  const entries = new Map<string, Entry<T>>();
  let total = 0;

  const remove = (key: string): void => {
    total -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };

  return {
    get bytes() {
      return total;
    },
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (clock.monotonic() >= entry.until) {
        remove(key);
        return undefined;
      }
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, { bytes, ttlMs }) {
      remove(key);
      const size = bytes + key.length * KEY_BYTES + ENTRY_BYTES;
      if (size > maxBytes) return;
      entries.set(key, { value, bytes: size, until: clock.monotonic() + ttlMs });
      total += size;
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && total <= maxBytes) break;
        remove(oldest);
      }
    },
    clear() {
      entries.clear();
      total = 0;
    },
  };
}
