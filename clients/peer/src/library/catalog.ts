/** The library's records as a leaf publishes them. */
import { publishBatches, type CatalogRecord } from '@banyan/proto';
import type { Catalog } from '@banyan/sdk';
import { createChangeLog } from './change-log.ts';
import type { LibraryIndex } from './index-db.ts';
import { MAX_CHANGE_HISTORY } from './limits.ts';

/** Records read from the index at a time while everything is published. */
const PAGE = 1000;

export interface LibraryCatalog extends Catalog {
  /** Takes note of changed records; listeners are told by {@link notify}. */
  push(ids: readonly number[]): void;
  notify(): void;
}

/**
 * The catalog over an index. Batches are made from the index as it is when they are sent: what changes
 * meanwhile is sent once more with the next delta, which begins at the version that was promised.
 *
 * @param history - changes remembered for deltas
 */
export function createLibraryCatalog(index: LibraryIndex, history = MAX_CHANGE_HISTORY): LibraryCatalog {
  const log = createChangeLog(history);
  const listeners = new Set<() => void>();

  function* allRecords(): Generator<CatalogRecord> {
    for (let after = 0; ;) {
      const ids = index.publishedIds(after, PAGE);
      yield* recordsOf(ids);
      const last = ids.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  function* recordsOf(ids: Iterable<number>): Generator<CatalogRecord> {
    for (const id of ids) {
      const record = index.record(id);
      if (record !== undefined) yield record;
    }
  }

  return {
    get version() {
      return log.version;
    },
    get records() {
      return index.records;
    },
    fingerprint: () => index.fingerprint(),
    changes(since) {
      const { version } = log;
      const fingerprint = index.fingerprint();
      const changed = since === undefined ? undefined : log.since(since);
      if (changed === undefined)
        return { version, batches: publishBatches({ reset: true, records: allRecords(), fingerprint }) };
      const removedIds = [...changed].filter((id) => !index.isPublished(id));
      return { version, batches: publishBatches({ removedIds, records: recordsOf(changed), fingerprint }) };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    push(ids) {
      for (const id of ids) log.push(id);
    },
    notify() {
      for (const listener of listeners) listener();
    },
  };
}
