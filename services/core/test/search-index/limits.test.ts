/** What an index does when there is no room, and when there is too much to look at. */
import { describe, expect, it } from '@jest/globals';
import { createSearchIndex } from '../../src/search-index/search-index.ts';
import type { PublishResult, SearchIndex } from '../../src/search-index/types.ts';
import { batchOf, contentOf, type Row } from './catalog-batches.ts';
import { NOW } from './random-catalogs.ts';

const rowsOf = (from: number, count: number, name = 'file'): Row[] =>
  Array.from({ length: count }, (_, i) => ({
    id: from + i,
    content: from + i + 1,
    name: `${name} n${from + i}.txt`,
  }));

/** Publishes until the first refusal. */
function fill(index: SearchIndex, key: string): PublishResult {
  const leaf = index.openLeaf({ key, account: key });
  for (let from = 0; from < 1_000_000; from += 500) {
    const result = index.publish(leaf, batchOf(rowsOf(from, 500)), NOW);
    if (result.refused.length > 0) return result;
  }
  throw new Error('There is room without end.');
}

describe('an index with a limit of bytes', () => {
  it('refuses further records as full, and keeps the leaf, its records and their replacements', () => {
    const empty = createSearchIndex({ random: () => 0.5 }).stats().bytes;
    const maxBytes = empty + 4 * 2 ** 20;
    const index = createSearchIndex({ random: () => 0.5, limits: { maxBytes } });
    const { accepted, refused, records } = fill(index, 'a');
    expect(accepted).toBe(0);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['full']));
    expect(refused[0]?.message).toMatch(/room.*\.$/);
    expect(index.stats().bytes).toBeGreaterThanOrEqual(maxBytes);
    // Beyond it by no more than one batch and the page that it took.
    expect(index.stats().bytes).toBeLessThan(maxBytes + 3 * 2 ** 20);

    const leaf = index.leaf('a')!;
    expect(index.recordsOf(leaf)).toBe(records);
    expect(index.search({ text: 'file n0' }, NOW).totalEstimate).toBe(1);
    const replaced = index.publish(
      leaf,
      batchOf([{ id: 0, content: 9_000_000, name: 'another thing' }]),
      NOW,
    );
    expect(replaced).toEqual({ accepted: 1, refused: [], records });
    expect(index.search({ text: 'another' }, NOW).hits).toMatchObject([contentOf(9_000_000)]);
    expect(index.search({ text: 'file n0' }, NOW).totalEstimate).toBe(0);
    expect(index.publish(leaf, batchOf([], { removedIds: [1, 2] }), NOW).records).toBe(records - 2);
  });
});

describe('an index with a limit of records', () => {
  it('has room again when a leaf leaves', () => {
    const index = createSearchIndex({ random: () => 0.5, limits: { maxRecords: 1_200 } });
    expect(fill(index, 'a')).toMatchObject({ accepted: 200, records: 1_200 });
    const other = index.openLeaf({ key: 'b', account: 'b' });
    expect(index.publish(other, batchOf(rowsOf(0, 3)), NOW)).toMatchObject({ accepted: 0, records: 0 });
    index.dropLeaf(index.leaf('a')!);
    expect(index.publish(other, batchOf(rowsOf(0, 3)), NOW)).toMatchObject({ accepted: 3, refused: [] });
  });
});

describe('an index with a limit of matches looked at', () => {
  const index = createSearchIndex({ random: () => 0.5, limits: { maxScanned: 500 } });
  const leaf = index.openLeaf({ key: 'a', account: 'a' });
  for (let from = 0; from < 10_000; from += 500) {
    const rows = rowsOf(from, 500, 'common').map((row): Row => ({ ...row, type: row.id % 5 === 0 ? 1 : 4 }));
    index.publish(leaf, batchOf(rows), NOW);
  }

  it.each(['common', 'txt', 'common txt'])(
    'says about how many there are for %j, and that it is about',
    (text) => {
      const answer = index.search({ text }, NOW);
      expect(answer.exact).toBe(false);
      expect(answer.hints.join(' ')).toMatch(/very common/);
      expect(answer.totalEstimate).toBeGreaterThan(7_500);
      expect(answer.totalEstimate).toBeLessThan(12_500);
      expect(answer.hits).toHaveLength(50);
      const audio = answer.facets.find(({ value }) => value === 'audio')!.count;
      expect(audio / answer.totalEstimate).toBeGreaterThan(0.1);
      expect(audio / answer.totalEstimate).toBeLessThan(0.3);
    },
  );

  it('is exact for rarer words, whatever common ones stand beside them', () => {
    for (const text of ['n77', 'common n77', 'txt common n77', '"common n77" type:document'])
      expect(index.search({ text }, NOW)).toMatchObject({ exact: true, totalEstimate: 1, hints: [] });
    expect(index.search({ text: 'common n78 type:audio' }, NOW)).toMatchObject({
      exact: true,
      totalEstimate: 0,
    });
  });
});
