/** The search index of a supernode: what {@link SearchIndex} promises, put together. See README.md. */
import { BanyanError, MAX_LEAF_RECORDS, MAX_SOURCES, VISIBILITY } from '@banyan/proto';
import { Catalog, rootWords } from './catalog.ts';
import { Compactor } from './compactor.ts';
import { createCorrector } from './correct.ts';
import { prepareHan } from './han.ts';
import { createShelf, type Leaf } from './leaf.ts';
import { checkBatch, checkRecord, keptTags } from './record-check.ts';
import { createSearcher } from './search.ts';
import { createSuggester } from './suggest.ts';
import type { LeafHandle, RecordRefusal, SearchIndex, SearchIndexInit } from './types.ts';
import { isVisible } from './visibility.ts';

const DEFAULT_MAX_SCANNED = 100_000;
/** Units of compaction with each record that comes or goes, so that memory cannot grow while nobody calls `maintain`. */
const WORK_PER_RECORD = 16;
/** Records looked at for one list of sources. */
const MAX_SOURCES_SCANNED = 4096;
/**
 * Records that a supernode publishes in one go, with other work before the next: no slice of index work may take 20 ms.
 * With all their tags they take some 15 µs each, several times that on a machine that is busy, and ten times that in the
 * first second of a process, before its code is compiled.
 */
export const SLICE_RECORDS = 100;
const ROOT_WORDS = 8;
/** Numbers of media types that have a place of their own; a newer one is `other`. */
const MAX_TYPE = 6;

const MANY_NAMES = {
  code: 'limit_exceeded',
  message: 'This content has too many names here already. Those are enough to find it by.',
} as const;

/** Makes an empty index. */
export function createSearchIndex(init: SearchIndexInit): SearchIndex {
  return createIndexOn(new Catalog({ random: init.random }), init);
}

/** Makes an index on a catalog, which is empty; for tests that begin with a certain one. */
export function createIndexOn(catalog: Catalog, init: SearchIndexInit): SearchIndex {
  prepareHan();
  const { random } = init;
  const maxLeafRecords = init.limits?.maxLeafRecords ?? MAX_LEAF_RECORDS;
  const maxRecords = init.limits?.maxRecords ?? Infinity;
  const maxBytes = init.limits?.maxBytes ?? Infinity;
  const compactor = new Compactor(catalog);
  const searcher = createSearcher(catalog, init.limits?.maxScanned ?? DEFAULT_MAX_SCANNED);
  const correct = createCorrector(catalog, searcher);
  const suggest = createSuggester(catalog);
  const leaves = new Map<string, Leaf>();

  const ours = (handle: LeafHandle): Leaf => {
    const leaf = leaves.get(handle.key);
    if (leaf !== handle)
      throw new BanyanError('internal', `The leaf ${handle.key} is not open in this index.`);
    return leaf;
  };

  /** Why there is no room for one more record of the leaf. */
  const noRoom = (leaf: Leaf, isFull: boolean): Omit<RecordRefusal, 'id'> | undefined => {
    if (leaf.shelf.records >= maxLeafRecords) {
      return {
        code: 'limit_exceeded',
        message: `A leaf may publish ${maxLeafRecords} records here. Share fewer files.`,
      };
    }
    if (isFull || catalog.held >= maxRecords) {
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
      const leaf = { key, account, visible: true, reachable: false, offer: undefined, counted: 0 } as Leaf;
      leaf.shelf = createShelf(leaf);
      leaves.set(key, leaf);
      return leaf;
    },

    leaf: (key) => leaves.get(key),

    publish(handle, batch, now) {
      const leaf = ours(handle);
      checkBatch(batch);
      const { ids, lengths, names } = batch;
      const removedIds = batch.removedIds ?? [];
      compactor.work(WORK_PER_RECORD * (ids.length + removedIds.length), true);
      if (batch.reset === true) {
        catalog.discard(leaf.shelf);
        leaf.shelf = createShelf(leaf);
      }
      const { shelf } = leaf;
      for (const id of Array.from(removedIds)) catalog.remove(shelf, id);

      const roots = rootWords(batch.roots);
      catalog.contents.fetch(roots);
      const isFull = catalog.isFull || (maxBytes !== Infinity && catalog.bytes >= maxBytes);
      const refused: RecordRefusal[] = [];
      const latest = Math.floor(now / 1000);
      for (let row = 0; row < ids.length; row++) {
        const id = ids[row]!;
        const length = lengths[row]!;
        const name = names[row]!;
        const folder = batch.folders?.[row] ?? '';
        const tags = keptTags(batch.tags?.[row]);
        const refusal =
          checkRecord(id, roots, row * ROOT_WORDS, length, name, folder, tags) ??
          ((isFull || shelf.records >= maxLeafRecords || catalog.held >= maxRecords) &&
          !catalog.has(shelf, id)
            ? noRoom(leaf, isFull)
            : catalog.hasAllTexts(roots, row * ROOT_WORDS, length)
              ? MANY_NAMES
              : undefined);
        if (refusal !== undefined) {
          // What the id meant before is no longer true either.
          catalog.remove(shelf, id);
          refused.push({ id, ...refusal });
          continue;
        }
        const type = batch.types?.[row] ?? 0;
        const modified = batch.modifiedS?.[row] ?? 0;
        catalog.put(
          shelf,
          id,
          roots,
          row * ROOT_WORDS,
          length,
          { name, folder, type: type <= MAX_TYPE ? type : 0, tags },
          modified > 0 ? Math.min(latest, modified) : 0,
          Math.min(255, batch.visibility?.[row] ?? VISIBILITY.network),
        );
      }
      return { accepted: ids.length - refused.length, refused, records: shelf.records };
    },

    recordsOf: (handle) => ours(handle).shelf.records,

    setLeafVisible(handle, visible) {
      const leaf = ours(handle);
      if (leaf.visible !== visible) catalog.hidden += visible ? -1 : 1;
      leaf.visible = visible;
      catalog.records.mark(leaf.shelf);
    },

    setLeafReachable(handle, reachable) {
      const leaf = ours(handle);
      if (leaf.reachable === reachable) return;
      leaf.reachable = reachable;
      catalog.records.mark(leaf.shelf);
    },

    setLeafOffer(handle, offer) {
      ours(handle).offer = offer;
    },

    dropLeaf(handle) {
      const leaf = ours(handle);
      if (!leaf.visible) catalog.hidden--;
      catalog.discard(leaf.shelf);
      leaves.delete(leaf.key);
    },

    setContentBlocked: (content, blocked) => catalog.setBlocked(content, blocked),

    search: (query, now) => searcher.search(query, now),
    correct,
    suggest,

    findSources(query) {
      const content = catalog.contents.find(rootWords(query.root), 0, query.length);
      if (content === 0 || catalog.contents.isBlocked(content)) return [];
      const limit = Math.min(MAX_SOURCES, Math.max(1, Math.trunc(query.limit ?? MAX_SOURCES)));
      const reachable = new Set<Leaf>();
      const others = new Set<Leaf>();
      let looked = 0;
      const texts = catalog.contents.textCount(content);
      const firstText = Math.floor(random() * texts);
      for (let t = 0; t < texts; t++) {
        const document = catalog.contents.textAt(content, (firstText + t) % texts);
        const records = catalog.countRecords(document);
        if (reachable.size >= limit || looked >= MAX_SOURCES_SCANNED) break;
        const first = Math.floor(random() * records);
        for (let r = 0; r < records && reachable.size < limit && looked < MAX_SOURCES_SCANNED; r++) {
          looked++;
          const record = catalog.recordAt(document, (first + r) % records);
          const leaf = catalog.records.leaf(record);
          if (leaf.key === query.exclude || !isVisible(catalog, record, query.viewer?.account)) continue;
          if (leaf.reachable) reachable.add(leaf);
          else others.add(leaf);
        }
      }
      const found = query.reachableOnly === false ? [...reachable, ...others] : [...reachable];
      return found.slice(0, limit);
    },

    stats: () => ({
      leaves: leaves.size,
      records: catalog.held,
      contents: catalog.contents.size,
      terms: catalog.dictionary.size,
      postings: catalog.postings.total,
      pending: catalog.pending,
      bytes: catalog.bytes,
      tables: catalog.tables,
    }),

    maintain(budget) {
      compactor.work(budget, false);
      return catalog.pending > 0 ? catalog.pending : compactor.isDue ? 1 : 0;
    },
  };
}
