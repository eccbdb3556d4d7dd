/** The library's records as a leaf publishes them. */
import { publishBatches, type CatalogRecord, type Publish, type PublishPlan } from '@banyan/proto';
import type { Catalog } from '@banyan/sdk';
import { createChangeLog } from './change-log.ts';
import type { LibraryIndex } from './index-db.ts';
import type { FolderRow } from './index-rows.ts';
import { recordOf } from './index-reader.ts';
import { CATALOG_BATCH, MAX_CHANGE_HISTORY } from './limits.ts';

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
      const ids = index.publishedIds(after, CATALOG_BATCH);
      yield* recordsOf(ids);
      const last = ids.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  function* recordsOf(ids: Iterable<number>): Generator<CatalogRecord> {
    // Neighbours mostly lie in one folder.
    let folder: FolderRow | undefined;
    for (const id of ids) {
      const row = index.isPublished(id) ? index.file(id) : undefined;
      if (row === undefined) continue;
      if (folder?.no !== row.folder) folder = index.folder(row.folder);
      yield recordOf(id, row, folder?.path ?? '');
    }
  }

  const batchesOf = (plan: PublishPlan): Iterable<Publish> =>
    publishBatches({ ...plan, maxRecords: CATALOG_BATCH });

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
        return { version, batches: batchesOf({ reset: true, records: allRecords(), fingerprint }) };
      const [removedIds, there]: [number[], number[]] = [[], []];
      for (const [id, isThere] of changed) (isThere ? there : removedIds).push(id);
      return { version, batches: batchesOf({ removedIds, records: recordsOf(there), fingerprint }) };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    push(ids) {
      for (const id of ids) log.push(id, index.isPublished(id));
    },
    notify() {
      for (const listener of listeners) listener();
    },
  };
}
