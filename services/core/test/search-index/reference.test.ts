/** The index against a list of records and the definitions, on random catalogs with churn. */
import { describe, expect, it } from '@jest/globals';
import { contentKey, VISIBILITY } from '@banyan/proto';
import fc from 'fast-check';

import { createSearchIndex } from '../../src/search-index/search-index.ts';
import { splitName } from '../../src/search-index/catalog.ts';
import { indexTerms, queryWords } from '../../src/search-index/text.ts';
import type { LeafHandle } from '../../src/search-index/types.ts';
import { batchOf, contentOf, type Row } from './catalog-batches.ts';

const NOW = Date.UTC(2024, 0, 1);

interface NaiveLeaf {
  account: string;
  visible: boolean;
  reachable: boolean;
  records: Map<number, Row>;
}

interface NaiveHit {
  readonly names: Map<string, number>;
  readonly sources: Set<string>;
  readonly reachable: Set<string>;
  modifiedS: number;
}

/** Every record, one after another. */
class Naive {
  readonly leaves = new Map<string, NaiveLeaf>();

  visible(viewer: string | undefined): [string, NaiveLeaf, Row][] {
    return [...this.leaves].flatMap(([key, leaf]) =>
      [...leaf.records.values()]
        .filter(
          ({ visibility }) =>
            leaf.visible &&
            ((visibility ?? 0) === VISIBILITY.network ||
              (visibility === VISIBILITY.account && viewer === leaf.account)),
        )
        .map((row): [string, NaiveLeaf, Row] => [key, leaf, row]),
    );
  }

  search(text: string, partial: boolean, viewer: string | undefined): Map<string, NaiveHit> {
    const words = text.split(' ').flatMap((chunk) => queryWords(chunk));
    const prefix = partial && words.at(-1)?.open === true && !text.endsWith(' ');
    const matches = (row: Row): boolean => {
      const texts = [...splitName(row.name), row.folder ?? '', row.tags?.title ?? '', row.tags?.artist ?? ''];
      const terms = new Set(texts.flatMap((part) => indexTerms(part).terms));
      return words.every(
        (word, n) =>
          word.alternatives.some((alternative) => alternative.every((term) => terms.has(term))) ||
          (prefix && n === words.length - 1 && [...terms].some((term) => term.startsWith(word.text))),
      );
    };
    const visible = this.visible(viewer);
    const found = new Set(
      words.length === 0 ? [] : visible.filter(([, , row]) => matches(row)).map(([, , row]) => row.content),
    );
    const hits = new Map<string, NaiveHit>();
    for (const [key, leaf, row] of visible) {
      if (!found.has(row.content)) continue;
      const id = contentKey(contentOf(row.content));
      const hit: NaiveHit = hits.get(id) ?? {
        names: new Map(),
        sources: new Set(),
        reachable: new Set(),
        modifiedS: 0,
      };
      hits.set(id, hit);
      hit.names.set(row.name, (hit.names.get(row.name) ?? 0) + 1);
      hit.sources.add(key);
      if (leaf.reachable) hit.reachable.add(key);
      hit.modifiedS = Math.max(hit.modifiedS, row.modifiedS ?? 0);
    }
    return hits;
  }
}

const WORDS = [
  'blue',
  'Train',
  'S01E02',
  'CamelCase',
  '中国人',
  '国',
  'été',
  "don't",
  '007',
  'mp3',
  'bluetooth',
];
const LEAVES = ['a', 'b', 'c', 'd'];

const words = (max: number): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(' ', '_', '.', '')), {
      minLength: 1,
      maxLength: max,
    })
    .map((parts) => parts.flat().join('').slice(0, 60))
    .filter((name) => name !== '.' && name !== '..');

const row: fc.Arbitrary<Row> = fc.record({
  id: fc.nat(12),
  content: fc.integer({ min: 1, max: 9 }),
  name: words(4),
  folder: fc.oneof(fc.constant(''), words(2)),
  type: fc.nat(6),
  modifiedS: fc.nat(1000),
  visibility: fc.constantFrom(0, 0, 0, VISIBILITY.account, 9),
  tags: fc.oneof(fc.constant({}), fc.record({ title: words(2), artist: words(2) })),
});

const leaf = fc.constantFrom(...LEAVES);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      leaf,
      rows: fc.uniqueArray(row, { maxLength: 8, selector: ({ id }) => id }),
      removedIds: fc.array(fc.nat(12), { maxLength: 4 }),
      reset: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('visible' as const), leaf, value: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reachable' as const), leaf, value: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), leaf }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('maintain' as const), budget: fc.nat(5) }) },
);

const query = fc.record({
  text: words(3),
  partial: fc.boolean(),
  viewer: fc.option(fc.constantFrom('account of a', 'account of b'), { nil: undefined }),
  cut: fc.nat(3),
});

describe('the index and a naive reference', () => {
  it('give the same hits, sources and names, whatever came, changed and went', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        fc.array(query, { minLength: 1, maxLength: 6 }),
        (steps, queries) => {
          const index = createSearchIndex({ random: () => 0.5 });
          const naive = new Naive();
          const open = (key: string): [LeafHandle, NaiveLeaf] => {
            const account = `account of ${key}`;
            const known = naive.leaves.get(key) ?? {
              account,
              visible: true,
              reachable: false,
              records: new Map(),
            };
            naive.leaves.set(key, known);
            return [index.openLeaf({ key, account }), known];
          };

          for (const each of steps) {
            if (each.kind === 'maintain') {
              index.maintain(each.budget);
              continue;
            }
            const [handle, known] = open(each.leaf);
            if (each.kind === 'visible') index.setLeafVisible(handle, (known.visible = each.value));
            else if (each.kind === 'reachable')
              index.setLeafReachable(handle, (known.reachable = each.value));
            else if (each.kind === 'drop') {
              index.dropLeaf(handle);
              naive.leaves.delete(each.leaf);
            } else {
              const result = index.publish(handle, batchOf(each.rows, each), NOW);
              if (each.reset) known.records.clear();
              for (const id of each.removedIds) known.records.delete(id);
              for (const one of each.rows) known.records.set(one.id, one);
              expect(result).toEqual({
                accepted: each.rows.length,
                refused: [],
                records: known.records.size,
              });
            }
          }

          for (const { text: whole, partial, viewer, cut } of queries) {
            // Numbers with dots between them are a phrase; phrases have their own tests.
            const text = whole.slice(0, whole.length - cut).replaceAll('.', ' ');
            const expected = naive.search(text, partial, viewer);
            const answer = index.search(
              {
                text,
                partialLastWord: partial,
                ...(viewer === undefined ? {} : { viewer: { account: viewer } }),
              },
              NOW,
            );
            expect(answer.hits.map((hit) => contentKey(hit)).sort()).toEqual([...expected.keys()].sort());
            expect(answer.totalEstimate).toBe(expected.size);
            expect(answer.exact).toBe(true);
            for (const [i, hit] of answer.hits.entries()) {
              const wanted = expected.get(contentKey(hit));
              if (wanted === undefined) throw new Error('unreachable');
              const names = [...wanted.names]
                .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
                .map(([name]) => name);
              expect([hit.name, ...hit.names]).toEqual(names.slice(0, 5));
              expect(hit.sources).toBe(wanted.sources.size);
              expect(hit.reachableSources).toBe(wanted.reachable.size);
              expect(hit.modifiedS).toBe(wanted.modifiedS);
              const sources = index.findSources({
                ...hit,
                limit: 10,
                ...(viewer === undefined ? {} : { viewer: { account: viewer } }),
              });
              expect(sources.map(({ key }) => key).sort()).toEqual([...wanted.reachable].sort());
              const before = answer.hits[i - 1];
              if (before === undefined) continue;
              expect(before.score).toBeGreaterThanOrEqual(hit.score);
              if (before.score === hit.score) expect(contentKey(before) < contentKey(hit)).toBe(true);
            }
          }

          const records = [...naive.leaves.values()].reduce((sum, each) => sum + each.records.size, 0);
          expect(index.stats()).toMatchObject({ leaves: naive.leaves.size, records });
          for (const key of LEAVES) index.dropLeaf(open(key)[0]);
          index.maintain(Infinity);
          expect(index.stats()).toMatchObject({
            leaves: 0,
            records: 0,
            contents: 0,
            terms: 0,
            postings: 0,
            pending: 0,
          });
        },
      ),
      { numRuns: 400 },
    );
  });

  it('keeps its sorted dictionary right while thousands of words come and go', () => {
    const index = createSearchIndex({ random: () => 0 });
    const leaf = index.openLeaf({ key: 'a', account: 'a' });
    // A permutation (7919 is prime to 5000), in letters alone, which are not cut further.
    const word = (i: number): string =>
      `w${((i * 7919) % 5000)
        .toString(16)
        .padStart(4, '0')
        .replace(/[0-9]/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '')}`;
    const publish = (from: number, to: number): void => {
      for (let at = from; at < to; at += 500) {
        const rows = Array.from({ length: Math.min(500, to - at) }, (_, i): Row => {
          return { id: at + i, content: at + i + 1, name: word(at + i) };
        });
        index.publish(leaf, batchOf(rows), NOW);
      }
    };
    const count = (prefix: string): number =>
      index.search({ text: prefix, partialLastWord: true }, NOW).totalEstimate;
    const expected = (prefix: string, ids: number[]): number =>
      ids.filter((i) => word(i).startsWith(prefix)).length;
    publish(0, 5000);
    const all = Array.from({ length: 5000 }, (_, i) => i);
    for (const prefix of ['wgga', 'whjh', 'wh', 'wggg', 'zz', 'whjm', 'w']) {
      const wanted = expected(prefix, all);
      if (wanted <= 256) expect(count(prefix)).toBe(wanted);
    }
    for (let from = 0; from < 5000; from += 1000) {
      index.publish(leaf, batchOf([], { removedIds: all.slice(from, from + 700) }), NOW);
    }
    const rest = all.filter((i) => i % 1000 >= 700);
    expect(index.stats().records).toBe(rest.length);
    for (const prefix of ['wgga', 'whjh', 'wggg', 'zz', 'whjm', 'wgj']) {
      const wanted = expected(prefix, rest);
      if (wanted <= 256) expect(count(prefix)).toBe(wanted);
    }
  });
});
