/** The index against a list of records and the definitions, on random catalogs with churn and queries of the whole language. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSearchIndex } from '../../src/search-index/search-index.ts';
import type { SearchIndex } from '../../src/search-index/types.ts';
import { batchOf, type Row } from './catalog-batches.ts';
import { expectSame } from './expect-same.ts';
import { NaiveIndex } from './naive-index.ts';
import { apply, LEAVES, NOW, open, step } from './random-catalogs.ts';
import { anyQuery, plainQuery, type RandomQuery } from './random-queries.ts';

/** Plays the steps to both, and asks both, in the middle and at the end. */
function play(steps: readonly Parameters<typeof apply>[2][], queries: readonly RandomQuery[]): void {
  const index = createSearchIndex({ random: () => 0.5 });
  const naive = new NaiveIndex();
  steps.forEach((each, n) => {
    const [said, expected] = apply(index, naive, each);
    expect(said).toEqual(expected);
    if (n === steps.length >> 1) for (const query of queries) expectSame(index, naive, query);
  });
  for (const query of queries) expectSame(index, naive, query);
  expect(index.stats()).toMatchObject({ leaves: naive.leaves.size, records: naive.records });
  expectEmptied(index, naive);
}

/** With all leaves gone, nothing is left of them. */
function expectEmptied(index: SearchIndex, naive: NaiveIndex): void {
  for (const key of LEAVES) index.dropLeaf(open(index, naive, key));
  index.maintain(Infinity);
  expect(index.stats()).toMatchObject({
    leaves: 0,
    records: 0,
    contents: 0,
    terms: 0,
    postings: 0,
    pending: 0,
  });
}

describe('the index and a naive reference', () => {
  it('give the same hits, sources, names and counts for words, whatever came, changed and went', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        fc.array(plainQuery, { minLength: 1, maxLength: 6 }),
        play,
      ),
      { numRuns: 200 },
    );
  });

  it('give the same for every operator and all of them together', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 24 }),
        fc.array(anyQuery, { minLength: 1, maxLength: 8 }),
        play,
      ),
      { numRuns: 350 },
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
