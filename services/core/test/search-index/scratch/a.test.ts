import { it, expect } from '@jest/globals';
import { createSearchIndex } from '../../../src/search-index/search-index.ts';
import { batchOf, type Row } from '../catalog-batches.ts';
const NOW = Date.UTC(2024, 0, 1);
const make = (rows: Row[]) => {
  const index = createSearchIndex({ random: () => 0.5 });
  const leaf = index.openLeaf({ key: 'a', account: 'a' });
  index.publish(leaf, batchOf(rows), NOW);
  return { index, leaf };
};
it('stale slots', () => {
  const { index } = make([{ id: 1, content: 1, name: '7.txt' }, { id: 2, content: 2, name: 'foo.txt' }]);
  const fresh = index.search({ text: '007', explain: true }, NOW).hits.map((h) => h.explain);
  index.search({ text: 'foo' }, NOW);
  const again = index.search({ text: '007', explain: true }, NOW).hits.map((h) => h.explain);
  expect(again).toEqual(fresh);
  expect(again[0]!.find((p) => p.name === 'order')!.value).toBe(0);
});
it('ext parts', () => {
  const { index } = make([{ id: 1, content: 1, name: 'song.mp3' }, { id: 2, content: 2, name: 'a.7z' }]);
  expect(index.search({ text: 'ext:mp' }, NOW).totalEstimate).toBe(0);
  expect(index.search({ text: 'ext:z' }, NOW).totalEstimate).toBe(0);
});
it('ext 001', () => {
  const { index } = make([{ id: 1, content: 1, name: 'song.001' }]);
  expect(index.search({ text: 'ext:001' }, NOW).totalEstimate).toBe(1);
});
it('folder cut', () => {
  const many = Array.from({ length: 252 }, (_, i) => `w${'abcdefghijklmnopqrstuvwxyz'[i % 26]}${'abcdefghijklmnopqrstuvwxyz'[Math.floor(i / 26)]}`);
  const more: Record<string, string> = {};
  for (let i = 0; i < 252; i += 63) more[`k${i}`] = many.slice(i, i + 63).join(' ');
  const { index } = make([
    { id: 1, content: 1, name: 'x', folder: 'alpha beta gamma delta epsilon zeta', tags: { more } },
    { id: 2, content: 2, name: 'y', folder: 'alpha beta gamma delta epsilon zeta' },
  ]);
  expect(index.search({ text: 'y zeta' }, NOW).totalEstimate).toBe(1);
});
it('cyrillic fresh', () => {
  const { index } = make([{ id: 1, content: 1, name: 'привет' }]);
  expect(index.correct({ text: 'превет' })?.query).toBe('привет');
});
it('type 7', () => {
  const { index } = make([{ id: 1, content: 1, name: 'x', type: 7 }]);
  expect(index.search({ text: 'x' }, NOW).facets[0]).toMatchObject({value: 'other'});
  expect(index.search({ text: 'x type:other' }, NOW).totalEstimate).toBe(1);
});
it('private steals correction', () => {
  const { index } = make([
    { id: 1, content: 1, name: 'summer holiday' },
    ...[2,3,4,5,6].map((id): Row => ({ id, content: id, name: `summers holiday`, visibility: 1 })),
  ]);
  expect(index.correct({ text: 'summerr holidey' })?.query).toBe('summer holiday');
});
it('or spelled', () => {
  const { index } = make([{ id: 1, content: 1, name: '7 bond' }]);
  expect(index.search({ text: '007-bond' }, NOW).totalEstimate).toBe(1);
  expect(index.search({ text: '007-bond OR moon' }, NOW).totalEstimate).toBe(1);
});
