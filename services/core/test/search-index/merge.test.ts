import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { contentKey, type Hit } from '@banyan/proto';
import fc from 'fast-check';
import { createHitMerger, mergeHits } from '../../src/search-index/merge.ts';
import { createSearchIndex } from '../../src/search-index/search-index.ts';
import { batchOf, contentOf } from './catalog-batches.ts';

const TAGS = {
  title: '',
  artist: '',
  album: '',
  year: 0,
  genre: '',
  track: 0,
  durationMs: 0,
  bitrateKbps: 0,
  width: 0,
  height: 0,
  more: {},
};

function hit(content: number, rest: Partial<Hit> = {}): Hit {
  return {
    ...contentOf(content),
    name: `file ${content}.txt`,
    names: [],
    folder: '',
    type: 0,
    tags: TAGS,
    sources: 1,
    reachableSources: 0,
    score: 1,
    modifiedS: 0,
    explain: [],
    supernodes: [],
    offers: 0,
    freeSources: 0,
    rate: 0,
    ...rest,
  };
}

/** Whether V8 gives both the same hidden class. */
function haveSameShape(a: unknown, b: unknown): boolean {
  setFlagsFromString('--allow-natives-syntax');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- natives are no TypeScript
  return (new Function('a', 'b', 'return %HaveSameMap(a, b)') as (a: unknown, b: unknown) => boolean)(a, b);
}

describe('merging hits', () => {
  it('makes mergers and hits of one shape: one of its own each lives until the next full collection', () => {
    const shapes = Array.from({ length: 20 }, (_, i) => {
      const merger = createHitMerger();
      return { merger, hits: merger.add('S1', [hit(i), hit(i + 100)]) };
    });
    const both = createHitMerger();
    for (const from of ['S1', 'S2']) both.add(from, [hit(1)]);
    const [first, ...others] = shapes;
    for (const { merger, hits } of others) {
      expect(haveSameShape(first?.merger, merger)).toBe(true);
      for (const each of hits) expect(haveSameShape(first?.hits[0], each)).toBe(true);
    }
    expect(haveSameShape(first?.hits[0], both.hits()[0])).toBe(true);
  });

  it('adds the sources of different supernodes up, votes names and keeps the newest date', () => {
    const merged = mergeHits([
      { from: 'S1', hits: [hit(1, { name: 'a.txt', sources: 2, reachableSources: 1, modifiedS: 5 })] },
      { from: 'S2', hits: [hit(1, { name: 'b.txt', names: ['c.txt'], sources: 3, modifiedS: 9 })] },
    ]);
    expect(merged).toHaveLength(1);
    expect(merged[0]).toMatchObject({
      name: 'b.txt',
      names: ['a.txt', 'c.txt'],
      sources: 5,
      reachableSources: 1,
      modifiedS: 9,
      supernodes: ['S1', 'S2'],
    });
  });

  it('counts no supernode twice: a second answer replaces the first', () => {
    const merger = createHitMerger();
    merger.add('S1', [hit(1, { sources: 2 })]);
    merger.add('S2', [hit(1, { sources: 1 })]);
    expect(merger.add('S1', [hit(1, { sources: 4 })])).toMatchObject([{ sources: 5 }]);
    expect(merger.size).toBe(1);
  });

  it('takes hits that were merged before, and knows what is in them', () => {
    const merger = createHitMerger();
    merger.add('S1', [hit(1, { sources: 2 })]);
    merger.add('entry', [hit(1, { sources: 5, supernodes: ['S1', 'S2'] })]);
    expect(merger.get(contentOf(1))).toMatchObject({ sources: 5, supernodes: ['S1', 'S2'] });
    expect(merger.add('S2', [hit(1, { sources: 3 })])).toEqual([]);
    merger.add('S3', [hit(1, { sources: 1 })]);
    expect(merger.get(contentOf(1))).toMatchObject({ sources: 6, supernodes: ['S1', 'S2', 'S3'] });
  });

  it('does not take contents of one root and different lengths for one', () => {
    expect(mergeHits([{ from: 'S', hits: [hit(1), hit(1, { length: 7 })] }])).toHaveLength(2);
  });

  it('orders by score, then content id, and cuts at the limit', () => {
    const hits = [hit(3), hit(1), hit(2, { score: 9 })];
    expect(mergeHits([{ from: 'S', hits }]).map(({ length }) => length)).toEqual([2000, 1000, 3000]);
    expect(mergeHits([{ from: 'S', hits }], 1)).toHaveLength(1);
  });

  it('scores as one index with all the sources would', () => {
    const build = (keys: string[]) => {
      const index = createSearchIndex({ random: () => 0 });
      for (const key of keys) {
        const leaf = index.openLeaf({ key, account: key });
        index.setLeafReachable(leaf, true);
        index.publish(leaf, batchOf([{ id: 1, content: 1, name: 'blue train.mp3' }]), 0);
      }
      return index;
    };
    const weights = [{ term: 'blue', weight: 2 }];
    const ask = (keys: string[]) => build(keys).search({ text: 'blue', weights }, 0).hits;
    const merged = mergeHits([
      { from: 'S1', hits: ask(['a', 'b']) },
      { from: 'S2', hits: ask(['c', 'd', 'e']) },
    ]);
    expect(merged[0]?.score).toBeCloseTo(ask(['a', 'b', 'c', 'd', 'e'])[0]?.score ?? NaN, 5);
  });

  it('makes the same of a first answer as of one that replaces another', () => {
    // A first answer takes a shorter way than what has been merged: this holds the two against each other.
    const name = fc.constantFrom('a.txt', 'b.txt', 'c.txt', 'd.txt');
    const anyHit = fc.record({
      name,
      names: fc.array(name, { maxLength: 6 }),
      tags: fc.constantFrom(TAGS, { ...TAGS, title: 'Song' }, { ...TAGS, year: 1999 }),
      sources: fc.nat({ max: 5 }),
      reachableSources: fc.nat({ max: 3 }),
      score: fc.float({ min: 0, max: 30, noNaN: true }),
      modifiedS: fc.nat(),
      explain: fc.array(fc.record({ name: fc.constant('sources'), value: fc.nat() }), { maxLength: 2 }),
      supernodes: fc.constantFrom<string[]>([], ['S1'], ['S1', 'S2'], ['S2', 'S1']),
      offers: fc.nat({ max: 3 }),
      freeSources: fc.nat({ max: 3 }),
      rate: fc.nat({ max: 1e6 }),
    });
    fc.assert(
      fc.property(anyHit, anyHit, (before, after) => {
        const fresh = createHitMerger();
        fresh.add('S1', [hit(1, after)]);
        const merger = createHitMerger();
        merger.add('S1', [hit(1, { ...before, supernodes: after.supernodes })]);
        merger.add('S1', [hit(1, after)]);
        expect(merger.get(contentOf(1))).toEqual(fresh.get(contentOf(1)));
      }),
    );
  });

  it('comes to the same result in whatever order the answers arrive', () => {
    const hits = fc.array(
      fc
        .record({
          content: fc.integer({ min: 1, max: 5 }),
          name: fc.constantFrom('a', 'b', 'c'),
          sources: fc.integer({ min: 1, max: 4 }),
          score: fc.integer({ min: 1, max: 3 }),
        })
        .map(({ content, ...rest }) => hit(content, rest)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(fc.array(hits, { maxLength: 4 }), fc.infiniteStream(fc.nat()), (answers, stream) => {
        // One hit for each content and supernode: a second one would replace the first.
        const all = answers.map((answer, i) => ({
          from: `S${i}`,
          hits: [...new Map(answer.map((each) => [contentKey(each), each])).values()],
        }));
        const pieces = all.flatMap(({ from, hits: own }) => own.map((each) => ({ from, hits: [each] })));
        const shuffled = pieces
          .map((piece): [number, typeof piece] => [stream.next().value ?? 0, piece])
          .sort((a, b) => a[0] - b[0])
          .map(([, piece]) => piece);
        expect(mergeHits(shuffled)).toEqual(mergeHits(all));
      }),
    );
  });
});
