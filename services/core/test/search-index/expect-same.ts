/** Asks an index and the naive one the same, and holds the first to the second. */
import { expect } from '@jest/globals';
import { contentKey, MEDIA_TYPES, type FacetCount } from '@banyan/proto';
import type { SearchIndex } from '../../src/search-index/types.ts';
import { contentOf } from './catalog-batches.ts';
import type { NaiveHit, NaiveIndex } from './naive-index.ts';
import { rank } from './naive-ranking.ts';
import { NOW } from './random-catalogs.ts';
import type { RandomQuery } from './random-queries.ts';

/** Scores are floats of 24 bits, summed in another order here. */
export const SCORE_TOLERANCE = 1e-5;
const MB = 1e6;

/** For queries whose hits fit one answer. */
export function expectSame(index: SearchIndex, naive: NaiveIndex, query: RandomQuery): void {
  const { text, partial, viewer } = query;
  const asViewer = viewer === undefined ? {} : { viewer: { account: viewer } };
  const expected = naive.search(query);
  const answer = index.search({ text, partialLastWord: partial, explain: true, ...asViewer }, NOW);
  const context = { text, partial, viewer };
  expect({ ...context, hits: answer.hits.map((hit) => contentKey(hit)).sort() }).toEqual({
    ...context,
    hits: [...expected.keys()].sort(),
  });
  expect({ ...context, total: answer.totalEstimate, exact: answer.exact, cursor: answer.cursor }).toEqual({
    ...context,
    total: expected.size,
    exact: true,
    cursor: undefined,
  });
  expectFacets(answer.facets, [...expected.values()]);

  const weights = new Map(answer.weights.map(({ term, weight }) => [term, weight]));
  const scores = new Map(rank(expected.values(), query, weights, NOW).map((each) => [each.key, each]));
  answer.hits.forEach((hit, i) => {
    const key = contentKey(hit);
    const wanted = expected.get(key)!;
    expect([hit.name, ...hit.names]).toEqual(wanted.names.slice(0, 5));
    expect(hit.sources).toBe(wanted.sources);
    expect(hit.reachableSources).toBe(wanted.reachable.length);
    expect(hit.modifiedS).toBe(wanted.modifiedS);
    const { score, words, order } = scores.get(key)!;
    expect({ ...context, key, order: hit.explain[1] }).toEqual({
      ...context,
      key,
      order: { name: 'order', value: order },
    });
    expect(Math.abs(hit.explain[0]!.value - words)).toBeLessThan(SCORE_TOLERANCE);
    expect(Math.abs(hit.score - score)).toBeLessThan(SCORE_TOLERANCE);
    expect(Math.abs(hit.score - hit.explain.reduce((sum, { value }) => sum + value, 0))).toBeLessThan(
      SCORE_TOLERANCE,
    );
    const sources = index.findSources({ ...hit, limit: 10, ...asViewer });
    expect(sources.map((leaf) => leaf.key).sort()).toEqual(wanted.reachable);
    const before = answer.hits[i - 1];
    if (before !== undefined)
      expect(before.score > hit.score || (before.score === hit.score && contentKey(before) < key)).toBe(true);
  });
}

/** Counts by size are as they should be; by type a content counts once, as a type that one of its matching texts has. */
function expectFacets(facets: readonly FacetCount[], hits: readonly NaiveHit[]): void {
  const counted = (facet: string): Map<string, number> =>
    new Map(facets.filter((each) => each.facet === facet).map(({ value, count }) => [value, count]));
  const sizes = new Map<string, number>();
  for (const { content } of hits) {
    const size = sizeRange(contentOf(content).length);
    sizes.set(size, (sizes.get(size) ?? 0) + 1);
  }
  expect(counted('size')).toEqual(sizes);
  const types = counted('type');
  expect([...types.values()].reduce((sum, count) => sum + count, 0)).toBe(hits.length);
  for (const type of MEDIA_TYPES) {
    const having = hits.map(({ matching }) => matching.map((row) => MEDIA_TYPES[row.type ?? 0] === type));
    const surely = having.filter((texts) => texts.every(Boolean)).length;
    const maybe = having.filter((texts) => texts.some(Boolean)).length;
    expect(types.get(type) ?? 0).toBeGreaterThanOrEqual(surely);
    expect(types.get(type) ?? 0).toBeLessThanOrEqual(maybe);
  }
  for (const facet of ['type', 'size']) {
    const counts = facets.filter((each) => each.facet === facet).map(({ count }) => count);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  }
}

function sizeRange(length: number): string {
  if (length < MB) return '<1mb';
  if (length < 10 * MB) return '1mb..10mb';
  if (length < 100 * MB) return '10mb..100mb';
  return length < 1000 * MB ? '100mb..1gb' : '>1gb';
}
