/**
 * The search index of a supernode: terms to texts in plain maps. Simple inside, with the manners that its
 * interface promises: bounded calls, instant forgetting, memory freed in slices.
 */
import { BanyanError, HASH_BYTES, MAX_LEAF_RECORDS, MAX_SOURCES, VISIBILITY } from '@banyan/proto';
import { createCatalog, createShelf } from './catalog.ts';
import { keyOf, type Leaf } from './entities.ts';
import { checkBatch, checkRecord, keptTags } from './record-check.ts';
import { runSearch } from './search.ts';
import type { LeafHandle, RecordRefusal, SearchIndex, SearchIndexInit } from './types.ts';
import { isVisible } from './visibility.ts';

const DEFAULT_MAX_SCANNED = 10_000;
/** Records freed with each batch at least, so that memory cannot grow while nobody calls `maintain`. */
const RECLAIMED_PER_RECORD = 2;
/** Records looked at for one list of sources. */
const MAX_SOURCES_SCANNED = 4096;

/** Makes an empty index. */
export function createSearchIndex(init: SearchIndexInit): SearchIndex {
  const { random } = init;
  const maxLeafRecords = init.limits?.maxLeafRecords ?? MAX_LEAF_RECORDS;
  const maxRecords = init.limits?.maxRecords ?? Infinity;
  const maxScanned = init.limits?.maxScanned ?? DEFAULT_MAX_SCANNED;
  const catalog = createCatalog();
  const leaves = new Map<string, Leaf>();

  const ours = (handle: LeafHandle): Leaf => {
    const leaf = leaves.get(handle.key);
    if (leaf !== handle)
      throw new BanyanError('internal', `The leaf ${handle.key} is not open in this index.`);
    return leaf;
  };

  /** Why there is no room for one more record of the leaf. */
  const noRoom = (leaf: Leaf): Omit<RecordRefusal, 'id'> | undefined => {
    if (leaf.shelf.records.size >= maxLeafRecords) {
      return {
        code: 'limit_exceeded',
        message: `A leaf may publish ${maxLeafRecords} records here. Share fewer files.`,
      };
    }
    if (catalog.records >= maxRecords) {
      return {
        code: 'full',
        message: 'This supernode has no room for more records. Publish to another one.',
      };
    }
    return undefined;
  };

  return {
    openLeaf({ key, account }) {
      const known = leaves.get(key);
      if (known !== undefined) {
        known.account = account;
        return known;
      }
      const leaf = { key, account, visible: true, reachable: false, counted: 0 } as Leaf;
      leaf.shelf = createShelf(leaf);
      leaves.set(key, leaf);
      return leaf;
    },

    leaf: (key) => leaves.get(key),

    publish(handle, batch, now) {
      const leaf = ours(handle);
      checkBatch(batch);
      const { ids, roots, lengths, names } = batch;
      const removedIds = batch.removedIds ?? [];
      catalog.reclaim(RECLAIMED_PER_RECORD * (ids.length + removedIds.length));
      if (batch.reset === true) {
        catalog.discard(leaf.shelf);
        leaf.shelf = createShelf(leaf);
      }
      const { shelf } = leaf;
      for (const id of Array.from(removedIds)) catalog.remove(shelf, id);

      const refused: RecordRefusal[] = [];
      const latest = Math.floor(now / 1000);
      for (let row = 0; row < ids.length; row++) {
        const id = ids[row]!;
        const length = lengths[row]!;
        const name = names[row]!;
        const folder = batch.folders?.[row] ?? '';
        const tags = keptTags(batch.tags?.[row]);
        const root = roots.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES);
        const refusal =
          checkRecord(id, root, length, name, folder, tags) ??
          (shelf.records.has(id) ? undefined : noRoom(leaf));
        if (refusal !== undefined) {
          // What the id meant before is no longer true either.
          catalog.remove(shelf, id);
          refused.push({ id, ...refusal });
          continue;
        }
        const type = batch.types?.[row] ?? 0;
        const modified = batch.modifiedS?.[row] ?? 0;
        const modifiedS = modified > 0 ? Math.min(latest, modified) : 0;
        const visibility = batch.visibility?.[row] ?? VISIBILITY.network;
        catalog.put(
          shelf,
          id,
          keyOf(roots, row, length),
          length,
          { name, folder, type, tags },
          modifiedS,
          visibility,
        );
      }
      return { accepted: ids.length - refused.length, refused, records: shelf.records.size };
    },

    recordsOf: (handle) => ours(handle).shelf.records.size,

    setLeafVisible(handle, visible) {
      ours(handle).visible = visible;
    },

    setLeafReachable(handle, reachable) {
      ours(handle).reachable = reachable;
    },

    dropLeaf(handle) {
      const leaf = ours(handle);
      catalog.discard(leaf.shelf);
      leaves.delete(leaf.key);
    },

    setContentBlocked: (content, blocked) => catalog.setBlocked(content, blocked),

    search: (query, now) => runSearch(catalog, query, now, maxScanned),

    findSources(query) {
      const content = catalog.contents.get(keyOf(query.root, 0, query.length));
      if (content === undefined || content.blocked) return [];
      const limit = Math.min(MAX_SOURCES, Math.max(1, Math.trunc(query.limit ?? MAX_SOURCES)));
      const reachable = new Set<Leaf>();
      const others = new Set<Leaf>();
      let looked = 0;
      const firstFace = Math.floor(random() * content.faces.length);
      for (let f = 0; f < content.faces.length; f++) {
        const { records } = content.faces[(firstFace + f) % content.faces.length]!;
        if (reachable.size >= limit || looked >= MAX_SOURCES_SCANNED) break;
        const first = Math.floor(random() * records.length);
        for (let r = 0; r < records.length && reachable.size < limit && looked < MAX_SOURCES_SCANNED; r++) {
          looked++;
          const record = records[(first + r) % records.length]!;
          const { leaf } = record.shelf;
          if (leaf.key === query.exclude || !isVisible(record, query.viewer?.account)) continue;
          if (leaf.reachable) reachable.add(leaf);
          else others.add(leaf);
        }
      }
      const found = query.reachableOnly === false ? [...reachable, ...others] : [...reachable];
      return found.slice(0, limit);
    },

    stats: () => ({
      leaves: leaves.size,
      records: catalog.records,
      contents: catalog.contents.size,
      terms: catalog.dictionary.size,
      postings: catalog.postings,
      pending: catalog.pending,
    }),

    maintain: (budget) => catalog.reclaim(budget),
  };
}
