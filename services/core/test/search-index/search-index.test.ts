import { beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_BATCH_RECORDS, MAX_NAME_BYTES, VISIBILITY, type Hit } from '@banyan/proto';
import { createSearchIndex } from '../../src/search-index/search-index.ts';
import type { IndexQuery, LeafHandle, SearchIndex } from '../../src/search-index/types.ts';
import { batchOf, contentOf, type Row } from './catalog-batches.ts';

const NOW = Date.UTC(2024, 0, 1);
const NOW_S = NOW / 1000;

let index: SearchIndex;
let anna: LeafHandle;
let ben: LeafHandle;

const publish = (leaf: LeafHandle, ...rows: Row[]) => index.publish(leaf, batchOf(rows), NOW);
const search = (text: string, rest: Partial<IndexQuery> = {}) => index.search({ text, ...rest }, NOW);
const names = (text: string, rest: Partial<IndexQuery> = {}): string[] =>
  search(text, rest).hits.map(({ name }) => name);

beforeEach(() => {
  index = createSearchIndex({ random: () => 0 });
  anna = index.openLeaf({ key: 'anna-device', account: 'anna' });
  ben = index.openLeaf({ key: 'ben-device', account: 'ben' });
});

describe('searching', () => {
  it('requires all words, over name, extension, folder and tags', () => {
    publish(
      anna,
      { id: 1, content: 1, name: 'Blue Train.mp3', folder: 'Jazz/John Coltrane' },
      {
        id: 2,
        content: 2,
        name: '01.mp3',
        tags: { title: 'Blue in Green', artist: 'Miles Davis', year: 1959 },
      },
      { id: 3, content: 3, name: 'blue.txt' },
    );
    expect(names('blue').sort()).toEqual(['01.mp3', 'Blue Train.mp3', 'blue.txt']);
    expect(names('coltrane blue')).toEqual(['Blue Train.mp3']);
    expect(names('davis green 1959 mp3')).toEqual(['01.mp3']);
    expect(names('blue moon')).toEqual([]);
  });

  it('finds Chinese names by words, pairs and single characters', () => {
    publish(
      anna,
      { id: 1, content: 1, name: '红楼梦 第一回.txt' },
      { id: 2, content: 2, name: '西游记.txt' },
      { id: 3, content: 3, name: 'Dream of the Red Chamber 红楼梦.epub' },
    );
    expect(names('红楼梦').sort()).toEqual(['Dream of the Red Chamber 红楼梦.epub', '红楼梦 第一回.txt']);
    expect(names('梦 chamber')).toEqual(['Dream of the Red Chamber 红楼梦.epub']);
    expect(names('西')).toEqual(['西游记.txt']);
    expect(names('楼红')).toEqual([]);
  });

  it('takes the last word as a beginning while it is typed', () => {
    publish(
      anna,
      { id: 1, content: 1, name: 'summer holiday.jpg' },
      { id: 2, content: 2, name: 'summa.pdf' },
    );
    expect(names('summ')).toEqual([]);
    expect(names('summ', { partialLastWord: true })).toHaveLength(2);
    expect(names('summer hol', { partialLastWord: true })).toEqual(['summer holiday.jpg']);
    expect(names('summ hol', { partialLastWord: true })).toEqual([]);
  });

  it('merges a content over its records and votes its name', () => {
    const carl = index.openLeaf({ key: 'carl-device', account: 'carl' });
    publish(anna, { id: 1, content: 7, name: 'track01.mp3', modifiedS: 100 });
    publish(ben, { id: 1, content: 7, name: 'Artist - Song.mp3', folder: 'B', type: 1, modifiedS: 300 });
    publish(carl, { id: 9, content: 7, name: 'Artist - Song.mp3', folder: 'B', type: 1, modifiedS: 200 });
    index.setLeafReachable(carl, true);
    const { hits, totalEstimate, exact } = search('track01');
    expect(totalEstimate).toBe(1);
    expect(exact).toBe(true);
    expect(hits).toHaveLength(1);
    expect(hits[0]).toMatchObject({
      ...contentOf(7),
      name: 'Artist - Song.mp3',
      names: ['track01.mp3'],
      folder: 'B',
      type: 1,
      sources: 3,
      reachableSources: 1,
      modifiedS: 300,
      supernodes: [],
      explain: [],
    });
  });

  it('counts leaves, not copies', () => {
    publish(anna, { id: 1, content: 1, name: 'copy a.txt' }, { id: 2, content: 1, name: 'copy b.txt' });
    expect(search('copy').hits[0]).toMatchObject({ sources: 1 });
  });

  it('does not mix the words of different texts of one content', () => {
    publish(anna, { id: 1, content: 1, name: 'apple.txt' });
    publish(ben, { id: 1, content: 1, name: 'pear.txt' });
    expect(names('apple pear')).toEqual([]);
  });

  it('puts exact names first, then phrases, then words in order', () => {
    publish(
      anna,
      { id: 1, content: 1, name: 'moon over blue water tonight.txt' },
      { id: 2, content: 2, name: 'the blue old moon here again.txt' },
      { id: 3, content: 3, name: 'once in a blue moon tonight.txt' },
      { id: 4, content: 4, name: 'blue moon.txt' },
    );
    const hits = search('blue moon', { explain: true }).hits;
    expect(hits.map(({ name }) => name)).toEqual([
      'blue moon.txt',
      'once in a blue moon tonight.txt',
      'the blue old moon here again.txt',
      'moon over blue water tonight.txt',
    ]);
    for (const { score, explain } of hits) {
      expect(explain.map(({ name }) => name)).toEqual(['words', 'order', 'sources', 'freshness']);
      expect(score).toBeCloseTo(
        explain.reduce((sum, { value }) => sum + value, 0),
        4,
      );
    }
  });

  it('prefers more sources, then fresh files, then the content id', () => {
    publish(
      anna,
      { id: 1, content: 5, name: 'a report.pdf' },
      { id: 2, content: 4, name: 'b report.pdf' },
      { id: 3, content: 3, name: 'c report.pdf', modifiedS: NOW_S - 86_400 },
      { id: 4, content: 6, name: 'd report.pdf' },
    );
    publish(ben, { id: 1, content: 6, name: 'd report.pdf' });
    expect(names('report')).toEqual(['d report.pdf', 'c report.pdf', 'b report.pdf', 'a report.pdf']);
  });

  it('takes dates in the future as now', () => {
    publish(anna, { id: 1, content: 1, name: 'x.txt', modifiedS: NOW_S * 10 });
    expect(search('x').hits[0]).toMatchObject({ modifiedS: NOW_S });
  });

  it('pages by cursor through all hits, each once, in the order of one long answer', () => {
    const rows = Array.from({ length: 130 }, (_, i): Row => {
      return { id: i, content: i + 1, name: `page ${i}.txt`, modifiedS: (i % 7) * 1e8 };
    });
    publish(anna, ...rows);
    const seen: Hit[] = [];
    let cursor: Uint8Array | undefined;
    let pages = 0;
    do {
      const answer = index.search({ text: 'page', limit: 20, cursor }, NOW + pages * 1e9);
      expect(answer.totalEstimate).toBe(130);
      seen.push(...answer.hits);
      cursor = answer.cursor;
      pages++;
    } while (cursor !== undefined);
    expect(pages).toBe(7);
    expect(new Set(seen.map(({ length }) => length)).size).toBe(130);
    const scores = seen.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('refuses a cursor that is not its own', () => {
    expect(() => search('x', { cursor: new Uint8Array([1, 2, 3]) })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
    expect(() => search('x', { cursor: new Uint8Array(53).fill(255) })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it('keeps limits between 1 and 50', () => {
    publish(anna, ...Array.from({ length: 60 }, (_, i) => ({ id: i, content: i + 1, name: 'many.txt' })));
    expect(search('many').hits).toHaveLength(50);
    expect(search('many', { limit: 1000 }).hits).toHaveLength(50);
    expect(search('many', { limit: 0 }).hits).toHaveLength(1);
    expect(search('many', { limit: 3 }).hits).toHaveLength(3);
  });

  it('counts types and sizes', () => {
    publish(
      anna,
      { id: 1, content: 1, name: 'mix.mp3', type: 1 },
      { id: 2, content: 2, name: 'mix.mp4', type: 2 },
      { id: 3, content: 5000, name: 'mix 2.mp3', type: 1 },
    );
    expect(search('mix').facets).toEqual([
      { facet: 'type', value: 'audio', count: 2 },
      { facet: 'type', value: 'video', count: 1 },
      { facet: 'size', value: '<1mb', count: 2 },
      { facet: 'size', value: '1mb..10mb', count: 1 },
    ]);
  });

  it('looks at a bounded part of very common words and estimates the rest', () => {
    index = createSearchIndex({ random: () => 0, limits: { maxScanned: 100 } });
    const leaf = index.openLeaf({ key: 'l', account: 'a' });
    publish(
      leaf,
      ...Array.from({ length: 1000 }, (_, i) => ({ id: i, content: i + 1, name: `common ${i}.txt` })),
    );
    const answer = search('common');
    expect(answer.exact).toBe(false);
    expect(answer.totalEstimate).toBe(1000);
    expect(answer.hints).toHaveLength(1);
    expect(search('common 7').exact).toBe(true);
  });

  it('hands out its term weights, and uses those of the supernode where the query entered', () => {
    publish(anna, { id: 1, content: 1, name: 'rare word.txt' }, { id: 2, content: 2, name: 'word.txt' });
    const { weights, hits } = search('rare word');
    expect(weights.map(({ term }) => term)).toEqual(['rare', 'word']);
    const [rare, word] = weights;
    expect(rare?.weight).toBeGreaterThan(word?.weight ?? Infinity);
    const doubled = weights.map(({ term, weight }) => ({ term, weight: 2 * weight }));
    expect(search('rare word', { weights: doubled }).hits[0]?.score).toBeGreaterThan(
      hits[0]?.score ?? Infinity,
    );
    expect(search('rare word', { weights: [{ term: 'rare', weight: -5 }] }).hits[0]?.score).toBe(
      hits[0]?.score,
    );
    expect(search('rare nowhere').weights.map(({ term }) => term)).toEqual(['rare', 'nowhere']);
  });
});

describe('visibility', () => {
  it('shows hidden leaves to nobody, and shows them again as they were', () => {
    publish(anna, { id: 1, content: 1, name: 'note.txt' });
    index.setLeafReachable(anna, true);
    index.setLeafVisible(anna, false);
    expect(names('note')).toEqual([]);
    expect(index.findSources(contentOf(1))).toEqual([]);
    expect(index.openLeaf({ key: 'anna-device', account: 'anna' })).toBe(anna);
    index.setLeafVisible(anna, true);
    expect(names('note')).toEqual(['note.txt']);
    expect(index.findSources(contentOf(1))).toEqual([anna]);
  });

  it('shows records of an account to its own devices only, and their names to nobody else', () => {
    publish(anna, { id: 1, content: 1, name: 'secret plan.pdf', visibility: VISIBILITY.account });
    publish(ben, { id: 1, content: 1, name: 'plan.pdf' });
    expect(names('secret')).toEqual([]);
    expect(names('secret', { viewer: { account: 'ben' } })).toEqual([]);
    expect(search('plan', { viewer: { account: 'ben' } }).hits[0]).toMatchObject({ sources: 1, names: [] });
    expect(search('plan', { viewer: { account: 'anna' } }).hits[0]).toMatchObject({ sources: 2 });
    expect(names('secret', { viewer: { account: 'anna' } })).toHaveLength(1);
    index.setLeafReachable(anna, true);
    expect(index.findSources(contentOf(1))).toEqual([]);
    expect(index.findSources({ ...contentOf(1), viewer: { account: 'anna' } })).toEqual([anna]);
  });

  it('does not take an empty account for an account', () => {
    const nobody = index.openLeaf({ key: 'n', account: '' });
    publish(nobody, { id: 1, content: 1, name: 'own.txt', visibility: VISIBILITY.account });
    expect(names('own', { viewer: { account: '' } })).toEqual([]);
  });

  it('hides records whose visibility it does not know from everybody', () => {
    publish(anna, { id: 1, content: 1, name: 'later.txt', visibility: 9 });
    expect(names('later', { viewer: { account: 'anna' } })).toEqual([]);
  });

  it('keeps blocked contents out, also those published later, until they are let in', () => {
    publish(anna, { id: 1, content: 1, name: 'bad thing.txt' });
    index.setLeafReachable(anna, true);
    index.setContentBlocked(contentOf(1), true);
    index.setContentBlocked(contentOf(2), true);
    publish(anna, { id: 2, content: 2, name: 'bad too.txt' });
    expect(names('bad')).toEqual([]);
    expect(index.findSources(contentOf(1))).toEqual([]);
    index.setContentBlocked(contentOf(1), false);
    expect(names('bad')).toEqual(['bad thing.txt']);
  });
});

describe('publishing', () => {
  it('replaces, removes and resets', () => {
    publish(anna, { id: 1, content: 1, name: 'one.txt' }, { id: 2, content: 2, name: 'two.txt' });
    publish(anna, { id: 1, content: 3, name: 'uno.txt' });
    expect(names('one')).toEqual([]);
    expect(names('uno')).toEqual(['uno.txt']);
    expect(index.publish(anna, batchOf([], { removedIds: [2, 77] }), NOW).records).toBe(1);
    expect(names('two')).toEqual([]);
    const result = index.publish(
      anna,
      batchOf([{ id: 5, content: 5, name: 'five.txt' }], { reset: true }),
      NOW,
    );
    expect(result).toEqual({ accepted: 1, refused: [], records: 1 });
    expect(names('uno')).toEqual([]);
    expect(names('txt')).toEqual(['five.txt']);
  });

  it('changes date and visibility of a record in place', () => {
    publish(anna, { id: 1, content: 1, name: 'same.txt', modifiedS: 5 });
    publish(anna, { id: 1, content: 1, name: 'same.txt', modifiedS: 9, visibility: VISIBILITY.account });
    expect(names('same')).toEqual([]);
    expect(search('same', { viewer: { account: 'anna' } }).hits[0]).toMatchObject({ modifiedS: 9 });
    expect(index.stats().records).toBe(1);
  });

  it('takes columns left empty as defaults', () => {
    const batch = { ids: [1], roots: contentOf(1).root, lengths: [1000], names: ['bare.txt'] };
    expect(index.publish(anna, batch, NOW).accepted).toBe(1);
    expect(search('bare').hits[0]).toMatchObject({ folder: '', type: 0, modifiedS: 0 });
    expect(index.publish(anna, { ...batch, folders: [], tags: [], types: [] }, NOW).accepted).toBe(1);
  });

  it.each([
    ['', 'name_unsafe'],
    ['..', 'name_unsafe'],
    ['a/b.txt', 'name_unsafe'],
    ['nul\0.txt', 'name_unsafe'],
    ['half \ud83d.txt', 'name_unsafe'],
    ['x'.repeat(MAX_NAME_BYTES + 1), 'limit_exceeded'],
    ['汉'.repeat(86), 'limit_exceeded'],
  ])('refuses the name %j with %s, and takes the rest', (name, code) => {
    const result = publish(anna, { id: 1, content: 1, name }, { id: 2, content: 2, name: 'good.txt' });
    expect(result).toMatchObject({ accepted: 1, records: 1, refused: [{ id: 1, code }] });
    expect(result.refused[0]?.message).toMatch(/\.$/);
  });

  it.each<[Partial<Row>, string]>([
    [{ folder: '../up' }, 'name_unsafe'],
    [{ folder: '/etc' }, 'name_unsafe'],
    [{ folder: 'a/'.repeat(600) }, 'limit_exceeded'],
    [{ tags: { title: 'x'.repeat(300) } }, 'limit_exceeded'],
    [
      { tags: { more: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) } },
      'limit_exceeded',
    ],
    [{ id: -1 }, 'invalid_request'],
    [{ id: 1.5 }, 'invalid_request'],
  ])('refuses %j with %s', (part, code) => {
    expect(publish(anna, { id: 1, content: 1, name: 'a.txt', ...part }).refused).toMatchObject([{ code }]);
  });

  it('refuses lengths that are none, and a root for the empty file', () => {
    const row = (length: number) => ({
      ids: [1],
      roots: contentOf(1).root,
      lengths: [length],
      names: ['a.txt'],
    });
    for (const length of [-1, 0.5, NaN, 2 ** 53, 0]) {
      expect(index.publish(anna, row(length), NOW).refused).toMatchObject([{ code: 'invalid_request' }]);
    }
    expect(publish(anna, { id: 1, content: 0, name: 'empty.txt' }).accepted).toBe(1);
  });

  it('takes a refused replacement as the end of what the id meant', () => {
    publish(anna, { id: 1, content: 1, name: 'old.txt' });
    publish(anna, { id: 1, content: 1, name: '..' });
    expect(names('old')).toEqual([]);
  });

  it('refuses records beyond the limit of a leaf, one by one, and goes on when there is room', () => {
    index = createSearchIndex({ random: () => 0, limits: { maxLeafRecords: 2, maxRecords: 3 } });
    const [a, b] = ['a', 'b'].map((key) => index.openLeaf({ key, account: key })) as [LeafHandle, LeafHandle];
    const rows = [1, 2, 3].map((id): Row => ({ id, content: id, name: `file ${id}.txt` }));
    expect(publish(a, ...rows)).toMatchObject({ accepted: 2, refused: [{ id: 3, code: 'limit_exceeded' }] });
    expect(publish(a, { id: 2, content: 9, name: 'instead.txt' })).toMatchObject({ accepted: 1, records: 2 });
    expect(publish(b, ...rows)).toMatchObject({
      accepted: 1,
      refused: [{ code: 'full' }, { code: 'full' }],
    });
    index.dropLeaf(a);
    expect(publish(b, { id: 2, content: 2, name: 'now.txt' }).accepted).toBe(1);
  });

  it('applies nothing of a batch that is too large or uneven', () => {
    const many = batchOf(
      Array.from({ length: MAX_BATCH_RECORDS + 1 }, (_, i) => ({ id: i, content: i + 1, name: 'x' })),
    );
    expect(() => index.publish(anna, many, NOW)).toThrow(expect.objectContaining({ code: 'limit_exceeded' }));
    const batch = batchOf([{ id: 1, content: 1, name: 'a.txt' }]);
    for (const wrong of [
      { ...batch, names: [] },
      { ...batch, lengths: [1, 2] },
      { ...batch, roots: new Uint8Array(31) },
      { ...batch, folders: ['a', 'b'] },
      { ...batch, tags: [{}, {}] },
    ]) {
      expect(() => index.publish(anna, wrong, NOW)).toThrow(
        expect.objectContaining({ code: 'malformed_frame' }),
      );
    }
    expect(index.stats().records).toBe(0);
  });

  it('is not for leaves that are gone', () => {
    index.dropLeaf(anna);
    expect(index.leaf('anna-device')).toBeUndefined();
    expect(() => publish(anna, { id: 1, content: 1, name: 'late.txt' })).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
  });
});

describe('finding sources', () => {
  it('names reachable leaves, once each, without the one that asks', () => {
    publish(anna, { id: 1, content: 1, name: 'a.txt' }, { id: 2, content: 1, name: 'b.txt' });
    publish(ben, { id: 1, content: 1, name: 'a.txt' });
    expect(index.findSources(contentOf(1))).toEqual([]);
    index.setLeafReachable(anna, true);
    expect(index.findSources(contentOf(1))).toEqual([anna]);
    expect(index.findSources({ ...contentOf(1), reachableOnly: false })).toEqual([anna, ben]);
    expect(index.findSources({ ...contentOf(1), exclude: 'anna-device', reachableOnly: false })).toEqual([
      ben,
    ]);
    expect(index.findSources({ ...contentOf(1), length: 999 })).toEqual([]);
  });

  it('begins with another one each time', () => {
    let next = 0;
    index = createSearchIndex({ random: () => (next++ % 10) / 10 });
    for (let i = 0; i < 20; i++) {
      const leaf = index.openLeaf({ key: `leaf ${i}`, account: 'x' });
      publish(leaf, { id: 1, content: 1, name: 'popular.txt' });
      index.setLeafReachable(leaf, true);
    }
    const firsts = new Set(
      Array.from({ length: 20 }, () => index.findSources({ ...contentOf(1), limit: 2 })[0]?.key),
    );
    expect(firsts.size).toBeGreaterThan(3);
  });
});

describe('forgetting', () => {
  it('takes a dropped leaf out of all answers at once and frees it in slices', () => {
    publish(
      anna,
      ...Array.from({ length: 50 }, (_, i) => ({ id: i, content: i + 1, name: `mine ${i}.txt` })),
    );
    publish(ben, { id: 1, content: 1, name: 'mine 0.txt' });
    index.dropLeaf(anna);
    expect(search('mine')).toMatchObject({ totalEstimate: 1, hits: [{ sources: 1 }] });
    expect(index.stats()).toMatchObject({ leaves: 1, records: 1, pending: 50, contents: 50 });
    expect(index.maintain(20)).toBe(30);
    expect(index.maintain(1000)).toBe(0);
    expect(index.stats()).toMatchObject({ records: 1, contents: 1, pending: 0 });
  });

  it('frees while it publishes, so that nothing grows without maintenance', () => {
    for (let round = 0; round < 50; round++) {
      const leaf = index.openLeaf({ key: 'coming and going', account: 'x' });
      publish(
        leaf,
        ...Array.from({ length: 20 }, (_, i) => ({
          id: i,
          content: 100 * round + i + 1,
          name: `r${round} ${i}.txt`,
        })),
      );
      index.dropLeaf(leaf);
      expect(index.stats().contents).toBeLessThanOrEqual(40);
    }
  });

  it('ends every turnover with nothing left', () => {
    for (let round = 0; round < 10; round++) {
      for (const leaf of [anna, ben]) {
        const rows = Array.from({ length: 300 }, (_, i): Row => {
          return {
            id: i,
            content: (i % 200) + round * 100 + 1,
            name: `Turn_${round} 文件 ${i % 50}.ogg`,
            folder: `F${i % 3}`,
          };
        });
        index.publish(leaf, batchOf(rows, { reset: round % 2 === 0 }), NOW);
      }
    }
    index.publish(ben, batchOf([], { removedIds: Array.from({ length: 300 }, (_, i) => i) }), NOW);
    index.dropLeaf(anna);
    index.maintain(Infinity);
    expect(index.stats()).toMatchObject({
      leaves: 1,
      records: 0,
      contents: 0,
      terms: 0,
      postings: 0,
      pending: 0,
    });
  });
});
