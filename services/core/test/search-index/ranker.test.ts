/** The best by bounds are the best of all: the index beside a score of every single document. */
import { describe, expect, it } from '@jest/globals';
import { contentKey, type Hit, type TermWeight } from '@banyan/proto';
import fc from 'fast-check';
import { createSearchIndex } from '../../src/search-index/search-index.ts';
import type { LeafHandle, SearchIndex } from '../../src/search-index/types.ts';
import { batchOf, contentOf, type Row } from './catalog-batches.ts';
import { SCORE_TOLERANCE } from './expect-same.ts';
import { NaiveIndex } from './naive-index.ts';
import { rank, type NaiveScore } from './naive-ranking.ts';
import { NOW } from './random-catalogs.ts';
import { randomNumbers, type RandomNumbers } from './random-numbers.ts';

const NOW_S = NOW / 1000;
const TEXTS = 2_000;
const VOCABULARY = Array.from({ length: 30 }, (_, i) => `w${String.fromCharCode(97 + i / 6, 97 + (i % 6))}`);
const DAY_S = 86_400;

/** Common words of a vocabulary are far more common than its others. */
function wordOf({ below }: RandomNumbers): string {
  return VOCABULARY[Math.min(below(30), below(30))]!;
}

function rowOf(id: number, random: RandomNumbers): Row {
  const { below } = random;
  const text = (most: number): string =>
    Array.from({ length: 1 + below(most) }, () => wordOf(random)).join(' ');
  return {
    id,
    // A third of the contents have several names; roots begin alike by the hundred.
    content: 1 + (below(3) === 0 ? below(TEXTS / 4) : id + TEXTS),
    name: text(below(10) === 0 ? 20 : 5) + (below(2) === 0 ? '.mp3' : ''),
    ...(below(3) === 0 ? { folder: text(3) } : {}),
    modifiedS: [0, NOW_S, NOW_S - 30 * DAY_S, NOW_S - 400 * DAY_S, NOW_S + 9][below(5)]!,
    ...(below(3) === 0 ? { tags: { title: text(3), artist: text(2), year: 2000 + below(3) } } : {}),
  };
}

interface Corpus {
  readonly index: SearchIndex;
  readonly naive: NaiveIndex;
}

function corpus(random: RandomNumbers): Corpus {
  const index = createSearchIndex({ random: random.next });
  const naive = new NaiveIndex();
  const leaves = Array.from({ length: 6 }, (_, n): LeafHandle => {
    const leaf = index.openLeaf({ key: `leaf ${n}`, account: 'x' });
    naive.open(leaf.key, leaf.account).reachable = n % 2 === 0;
    index.setLeafReachable(leaf, n % 2 === 0);
    return leaf;
  });
  for (let from = 0; from < TEXTS; from += 500) {
    const rows = Array.from({ length: 500 }, (_, i) => rowOf(from + i, random));
    // Some are had by several leaves, under the same names.
    for (const leaf of leaves) {
      const own = rows.filter((_, i) => i % leaves.length === leaves.indexOf(leaf) || random.below(8) === 0);
      index.publish(leaf, batchOf(own), NOW);
      for (const row of own)
        naive.leaves
          .get(leaf.key)!
          .records.set(row.id, { ...row, modifiedS: Math.min(NOW_S, row.modifiedS!) });
    }
  }
  return { index, naive };
}

function queryOf(random: RandomNumbers): { text: string; partial: boolean } {
  const { below } = random;
  const count = 1 + below(3);
  const words = Array.from({ length: count }, () => wordOf(random));
  switch (below(6)) {
    case 0:
      return { text: `"${words.join(' ')}" ${wordOf(random)}`, partial: false };
    case 1:
      return { text: `${words.join(' ')} OR ${wordOf(random)}`, partial: false };
    case 2:
      return { text: `${words.join(' ')} w`, partial: true };
    case 3:
      return { text: `title:${words.join(' ')}`, partial: false };
    default:
      return { text: words.join(' '), partial: false };
  }
}

/** Both have the same hits in the same order: equal scores of one may differ in the last bit in the other. */
function expectRanked(hits: readonly Hit[], ranked: readonly NaiveScore[]): void {
  const byKey = new Map(ranked.map((each) => [each.key, each.score]));
  expect(hits).toHaveLength(ranked.length);
  hits.forEach((hit, i) => {
    const key = contentKey(hit);
    expect(Math.abs(hit.score - byKey.get(key)!)).toBeLessThan(SCORE_TOLERANCE);
    expect(Math.abs(hit.score - ranked[i]!.score)).toBeLessThan(SCORE_TOLERANCE);
    const before = hits[i - 1];
    if (before !== undefined)
      expect(before.score > hit.score || (before.score === hit.score && contentKey(before) < key)).toBe(true);
  });
  expect(new Set(hits.map((hit) => contentKey(hit))).size).toBe(hits.length);
}

describe('ranking', () => {
  it('loses no better hit to its bounds, for any limit and any weights, and pages through every match once', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = randomNumbers(seed);
        const { index, naive } = corpus(random);
        for (let n = 0; n < 12; n++) {
          const query = queryOf(random);
          const options = { text: query.text, partialLastWord: query.partial };
          const { weights } = index.search({ ...options, limit: 1 }, NOW);
          // Whatever weights the query brings along, zero among them.
          const given = weights.map(({ term, weight }): TermWeight => {
            return { term, weight: Math.fround(n % 3 === 0 ? weight : random.below(4) * random.next()) };
          });
          const byTerm = new Map(given.map(({ term, weight }) => [term, weight]));
          const ranked = rank(naive.search(query).values(), query, byTerm, NOW);
          const limit = 1 + random.below(50);
          const first = index.search({ ...options, limit, weights: given }, NOW);
          expectRanked(first.hits, ranked.slice(0, limit));
          expect(first).toMatchObject({ totalEstimate: ranked.length, exact: true });

          const hits: Hit[] = [];
          let cursor: Uint8Array | undefined;
          do {
            const answer = index.search(
              { ...options, limit: 50, weights: given, cursor },
              NOW + hits.length * 1e9,
            );
            hits.push(...answer.hits);
            cursor = answer.cursor;
          } while (cursor !== undefined);
          expectRanked(hits, ranked);
        }
      }),
      { numRuns: 4 },
    );
  });

  it('puts exact names first, then phrases, then words in order, whatever the sources and dates', () => {
    const index = createSearchIndex({ random: () => 0.5 });
    const leaves = Array.from({ length: 40 }, (_, n) => index.openLeaf({ key: `${n}`, account: 'x' }));
    for (const leaf of leaves) index.setLeafReachable(leaf, true);
    const names = [
      'Blue Moon.mp3',
      'the blue moon here.mp3',
      'blue old moon again.mp3',
      'moon over blue seas.mp3',
    ];
    // The worse the order, the more sources and the newer.
    names.forEach((name, n) => {
      const row: Row = { id: n, content: n + 1, name, modifiedS: NOW_S - (3 - n) * 1000 * DAY_S };
      for (const leaf of leaves.slice(0, 1 + n * 13)) index.publish(leaf, batchOf([row]), NOW);
    });
    const { hits } = index.search({ text: 'blue moon', explain: true }, NOW);
    expect(hits.map(({ name }) => name)).toEqual(names);
    expect(hits.map(({ explain }) => explain[1])).toEqual(
      [4.25, 2.75, 2, 0].map((value) => ({ name: 'order', value })),
    );
    for (const { score, explain } of hits) {
      expect(explain.map(({ name }) => name)).toEqual(['words', 'order', 'sources', 'freshness']);
      expect(Math.abs(score - explain.reduce((sum, { value }) => sum + value, 0))).toBeLessThan(
        SCORE_TOLERANCE,
      );
    }
  });

  it('puts exact names and words in order before all that sources and freshness add', () => {
    const index = createSearchIndex({ random: () => 0.5 });
    // More sources than count.
    const leaves = Array.from({ length: 128 }, (_, n) => index.openLeaf({ key: `${n}`, account: 'x' }));
    for (const leaf of leaves) index.setLeafReachable(leaf, true);
    const first = (better: string, worse: string): string | undefined => {
      const rows: Row[] = [
        { id: 1, content: 1, name: better, modifiedS: NOW_S - 3000 * DAY_S },
        { id: 2, content: 2, name: worse, modifiedS: NOW_S },
      ];
      leaves.forEach((leaf, n) => {
        index.publish(leaf, batchOf(n === 0 ? rows : rows.slice(1), { reset: true }), NOW);
      });
      return index.search({ text: 'blue moon' }, NOW).hits[0]?.name;
    };
    expect(first('Blue Moon.mp3', 'Blue Moon Sea')).toBe('Blue Moon.mp3');
    expect(first('Blue old Moon.mp3', 'Moon old Blue.mp3')).toBe('Blue old Moon.mp3');
  });

  it('takes nothing from the query before: a word in another spelling has no place in the order', () => {
    const index = createSearchIndex({ random: () => 0.5 });
    const leaf = index.openLeaf({ key: 'a', account: 'a' });
    index.publish(
      leaf,
      batchOf([
        { id: 1, content: 1, name: '7.txt' },
        { id: 2, content: 2, name: 'foo.txt' },
      ]),
      NOW,
    );
    const orderOf = (text: string): unknown => index.search({ text, explain: true }, NOW).hits[0]?.explain[1];
    expect(orderOf('foo')).toEqual({ name: 'order', value: 4.25 });
    expect(orderOf('007')).toEqual({ name: 'order', value: 0 });
    expect(contentKey(index.search({ text: '007' }, NOW).hits[0]!)).toBe(contentKey(contentOf(1)));
  });
});
