/** Twenty thousand documents of few words, that all come and go several times. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Catalog } from '../../src/search-index/catalog.ts';
import { findTerm } from '../../src/search-index/query-plan.ts';
import { createIndexOn } from '../../src/search-index/search-index.ts';
import { PAGE_ROWS } from '../../src/search-index/store/document-store.ts';
import { MAX_PIECE_WORDS } from '../../src/search-index/store/slab.ts';
import type { IndexAnswer, SearchIndex } from '../../src/search-index/types.ts';
import { batchOf, type Row } from './catalog-batches.ts';
import { NOW } from './random-catalogs.ts';
import { randomNumbers, type RandomNumbers } from './random-numbers.ts';

const LEAVES = 20;
const LEAF_RECORDS = 1_000;
const BATCH = 250;
/** The first word is in nearly every name, the last ones in a few. */
const WORDS = Array.from(
  { length: 60 },
  (_, i) => `w${String.fromCharCode(97 + i / 10)}${String.fromCharCode(107 + (i % 10))}`,
);
const QUERIES = [
  WORDS[0]!,
  WORDS[30]!,
  WORDS[59]!,
  `${WORDS[0]} ${WORDS[1]}`,
  `${WORDS[1]} ${WORDS[2]} ${WORDS[3]}`,
  `${WORDS[0]} ${WORDS[40]}`,
  `${WORDS[20]} ${WORDS[50]}`,
  `${WORDS[5]} ${WORDS[6]} ${WORDS[7]} ${WORDS[8]}`,
];
/** Dead postings that may wait until there are more. */
const REST = 1.03;

function nameOf({ next }: RandomNumbers): string {
  const words = new Set<string>();
  while (words.size < 4) words.add(WORDS[Math.floor(60 * next() ** 3)]!);
  return [...words].join(' ');
}

/** An index, and the names that each of its leaves has by their ids. */
class Both {
  readonly catalog: Catalog;
  readonly index: SearchIndex;
  readonly leaves = new Map<string, Map<number, string>>();
  readonly answers: IndexAnswer[] = [];
  /** The largest of {@link IndexStats.bytes} after each turnover. */
  readonly bytes: number[] = [];
  #content = 0;

  constructor(firstDocument: number) {
    const { next } = randomNumbers(1);
    this.catalog = new Catalog({ random: next, firstDocument });
    this.index = createIndexOn(this.catalog, { random: next });
  }

  publish(
    key: string,
    names: readonly (readonly [id: number, name: string])[],
    removedIds: number[] = [],
  ): void {
    const leaf = this.index.openLeaf({ key, account: key });
    const held = this.leaves.get(key) ?? new Map<number, string>();
    this.leaves.set(key, held);
    for (let from = 0; from < Math.max(names.length, removedIds.length); from += BATCH) {
      const rows = names
        .slice(from, from + BATCH)
        .map(([id, name]): Row => ({ id, content: ++this.#content, name }));
      const removed = removedIds.slice(from, from + BATCH);
      expect(this.index.publish(leaf, batchOf(rows, { removedIds: removed }), NOW).refused).toEqual([]);
      for (const id of removed) held.delete(id);
      for (const { id, name } of rows) held.set(id, name);
      this.index.maintain(40);
    }
  }

  drop(key: string): void {
    this.index.dropLeaf(this.index.leaf(key)!);
    this.leaves.delete(key);
  }

  names(): string[] {
    return [...this.leaves.values()].flatMap((held) => [...held.values()]);
  }

  /** Holds a sample of queries to the names. */
  check(): void {
    const all = this.names().map((name) => new Set(name.split(' ')));
    for (const text of QUERIES) {
      const words = text.split(' ');
      const wanted = all.filter((name) => words.every((word) => name.has(word))).length;
      const answer = this.index.search({ text }, NOW);
      this.answers.push(answer);
      expect(answer.hits).toHaveLength(Math.min(50, wanted));
      expect(
        answer.hits.filter(({ name }) => !words.every((word) => name.split(' ').includes(word))),
      ).toEqual([]);
      if (answer.exact) expect([text, answer.totalEstimate]).toEqual([text, wanted]);
      else {
        expect(answer.totalEstimate).toBeGreaterThan(wanted * 0.75);
        expect(answer.totalEstimate).toBeLessThan(wanted * 1.25);
      }
    }
  }

  /** Frees in slices until nothing waits, and holds what is left to the names. */
  rest(): void {
    while (this.index.maintain(500) > 0);
    const names = this.names();
    const { records, contents, terms, postings, pending, bytes } = this.index.stats();
    expect({ records, contents, pending }).toEqual({
      records: names.length,
      contents: names.length,
      pending: 0,
    });
    const words = names.flatMap((name) => name.split(' '));
    expect(terms).toBe(new Set(words).size);
    expect(postings).toBeGreaterThanOrEqual(words.length);
    expect(postings).toBeLessThanOrEqual(words.length * REST);
    this.bytes.push(bytes);
  }

  isPaged(word: string): boolean {
    return this.catalog.postings.isPaged(findTerm(this.catalog, word));
  }
}

/** Several turnovers, each in another way. */
function turnovers(firstDocument: number): Both {
  const both = new Both(firstDocument);
  const random = randomNumbers(42);
  const some = (): (readonly [number, string])[] =>
    Array.from({ length: LEAF_RECORDS }, (_, id) => [id, nameOf(random)] as const);
  const keys = Array.from({ length: LEAVES }, (_, n) => `leaf ${n}`);
  for (const key of keys) both.publish(key, some());
  both.check();
  both.rest();
  for (let round = 0; round < 3; round++) {
    for (const key of keys) {
      if (round % 3 === 0) both.drop(key);
      const ids = Array.from({ length: LEAF_RECORDS }, (_, id) => id);
      if (round % 3 === 1) both.publish(key, [], ids);
      both.publish(key, some());
    }
    both.check();
    both.rest();
    both.check();
  }
  return both;
}

describe('churn', () => {
  let usual: Both;
  beforeAll(() => {
    usual = turnovers(0);
  }, 120_000);

  it('leaves answers right and memory as it was, however often everything is another', () => {
    const both = usual;
    expect(both.isPaged(WORDS[0]!)).toBe(true);
    expect(both.isPaged(WORDS[59]!)).toBe(false);
    expect(both.answers.filter(({ exact }) => exact).length).toBeGreaterThan(both.answers.length / 2);
    // A quarter, and the page by which memory of small pieces grows.
    expect(Math.max(...both.bytes)).toBeLessThanOrEqual(both.bytes[0]! * 1.25 + 4 * MAX_PIECE_WORDS);
    for (const key of [...both.leaves.keys()]) both.drop(key);
    while (both.index.maintain(500) > 0);
    expect(both.index.stats()).toMatchObject({ records: 0, contents: 0, terms: 0, postings: 0, pending: 0 });
  });

  it('is the same when numbers of documents wrap', () => {
    const wrapping = turnovers(2 ** 32 - 6_000);
    expect(wrapping.catalog.documents.end).toBeLessThan(2 ** 31);
    expect(wrapping.answers).toEqual(usual.answers);
    expect(wrapping.bytes).toEqual(usual.bytes);
  });
});

describe('a frequent word', () => {
  it('is kept by pages as long as it is frequent, and answers alike before and after', () => {
    const both = new Both(0);
    const word = 'frequent';
    const names = Array.from({ length: 9_000 }, (_, id) => [id, `${word} ${WORDS[id % 60]!}`] as const);
    both.publish('a', names);
    both.publish('b', names.slice(0, PAGE_ROWS));
    expect(both.isPaged(word)).toBe(true);
    both.drop('b');
    // A hundred are left, in every page.
    both.publish(
      'a',
      [],
      names.filter(([id]) => id % 90 !== 0).map(([id]) => id),
    );
    while (both.index.maintain(100) > 0);
    expect(both.isPaged(word)).toBe(false);
    expect(both.index.search({ text: word }, NOW)).toMatchObject({ totalEstimate: 100, exact: true });
    both.publish('b', names.slice(0, 6_000));
    expect(both.isPaged(word)).toBe(true);
    const answer = both.index.search({ text: `${word} ${WORDS[0]!}` }, NOW);
    expect(answer).toMatchObject({
      totalEstimate: both.names().filter((name) => name.endsWith(WORDS[0]!)).length,
      exact: true,
    });
    both.rest();
  });
});
