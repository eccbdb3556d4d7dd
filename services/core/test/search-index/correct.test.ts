/** Corrections and suggestions, by the words of the index. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { VISIBILITY } from '@banyan/proto';
import { createSearchIndex } from '../../src/search-index/search-index.ts';
import type { LeafHandle, SearchIndex } from '../../src/search-index/types.ts';
import { batchOf, type Row } from './catalog-batches.ts';
import { NOW } from './random-catalogs.ts';

let index: SearchIndex;
let leaf: LeafHandle;
let last = 0;

/** Publishes names, each of a content of its own. */
function publish(names: readonly string[], rest: Partial<Row> = {}): void {
  const rows = names.map((name): Row => ({ id: ++last, content: last, name, ...rest }));
  for (let from = 0; from < rows.length; from += 500)
    index.publish(leaf, batchOf(rows.slice(from, from + 500)), NOW);
}

const many = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, n) => `${name} ${n}`);
const corrected = (text: string, account?: string): string | undefined =>
  index.correct({ text, ...(account === undefined ? {} : { viewer: { account } }) })?.query;
const suggested = (text: string, limit = 10): string[] =>
  index.suggest(text, limit).map(({ query }) => query);

beforeEach(() => {
  index = createSearchIndex({ random: () => 0.5 });
  leaf = index.openLeaf({ key: 'a', account: 'anna' });
  last = 0;
});

describe('correct', () => {
  it.each([
    ['sumer holiday', 'summer holiday', 'a letter is missing'],
    ['summmer holiday', 'summer holiday', 'a letter is too many'],
    ['sunner holiday', 'summer holiday', 'two letters are others'],
    ['usmmer holiday', 'summer holiday', 'two letters changed places'],
    ['summer holidai', 'summer holiday', 'the last word is wrong'],
    ['SUMER holiday', 'summer holiday', 'in capitals'],
    ['sumer', 'summer', 'alone'],
    ['превет', 'привет', 'Cyrillic'],
    ['été sumer', 'été summer', 'beside accents'],
  ])('of %j is %j: %s', (query, wanted) => {
    publish(['summer holiday.jpg', 'winter holiday.jpg', 'привет', 'été summer']);
    const correction = index.correct({ text: query });
    expect(correction?.query).toBe(wanted);
    expect(index.search({ text: wanted }, NOW).totalEstimate).toBe(correction?.hits);
  });

  it('corrects two words, and says how many letters it changed', () => {
    publish(['summer holiday.jpg', 'winter holiday.jpg', 'winter sports.jpg']);
    expect(index.correct({ text: 'sumer holidey' })).toEqual({ query: 'summer holiday', edits: 2, hits: 1 });
    expect(index.correct({ text: 'wimter sporst' })).toEqual({ query: 'winter sports', edits: 2, hits: 1 });
  });

  it('keeps the rest of the query as it was typed', () => {
    publish(['summer holiday.jpg', 'summer rain.jpg']);
    expect(corrected('-rain "holiday" sumer ext:jpg')).toBe('-rain "holiday" summer ext:jpg');
    expect(corrected('name:sumer')).toBe('name:summer');
    expect(corrected('name:sumer  size:<1gb')).toBe('name:summer  size:<1gb');
    expect(corrected('"sumer holiday" -rain')).toBe('"summer holiday" -rain');
  });

  it('replaces a word that is known when it has nothing in common with the others', () => {
    publish(['blue moon', 'blue train', 'noon train']);
    expect(corrected('blue noon')).toBe('blue moon');
  });

  it('prefers fewer letters, then the word with more hits', () => {
    publish([...many(3, 'mood'), ...many(9, 'moot'), ...many(20, 'monks')]);
    expect(corrected('moor')).toBe('moot');
    expect(corrected('mooks')).toBe('monks');
    expect(corrected('moots')).toBe('moot');
  });

  it.each([
    ['nothing is near', 'xylophone'],
    ['the near word is not beside the others', 'sumer winter'],
    ['numbers', '2018'],
    ['words with numbers', 's01e03'],
    ['Chinese', '中国大'],
    ['what is excluded', '-sumer'],
    ['what stands beside OR', 'sumer OR wintr'],
    ['short words', 'ho'],
    ['words of which too much is wrong', 'sammat'],
    ['an empty query', ''],
  ])('has no proposal: %s', (_what, query) => {
    publish(['summer holiday 2019.jpg', 'winter tale s01e02.mkv', '中国人.txt', 'he.txt']);
    const hits = index.search({ text: query }, NOW).totalEstimate;
    expect(hits).toBe(0);
    expect(index.correct({ text: query })).toBeUndefined();
  });

  it('proposes only what is found: not with a filter in the way', () => {
    publish(['summer.jpg']);
    expect(corrected('sumer ext:jpg')).toBe('summer ext:jpg');
    expect(corrected('sumer ext:mp3')).toBeUndefined();
  });

  it('never proposes words of records that the asker does not see', () => {
    publish(['secret plan'], { visibility: VISIBILITY.account });
    publish(['plan of a house']);
    expect(corrected('secrit plan')).toBeUndefined();
    expect(corrected('secrit')).toBeUndefined();
    expect(corrected('secrit', 'ben')).toBeUndefined();
    expect(corrected('secrit', 'anna')).toBe('secret');
  });

  it('finds the word of all behind those that are hidden', () => {
    publish(many(9, 'summers holiday'), { visibility: VISIBILITY.account });
    publish(['summer holiday']);
    expect(corrected('summerr holiday')).toBe('summer holiday');
    expect(corrected('summerr holidey')).toBe('summer holiday');
  });

  it('forgets words with their records', () => {
    publish(['summer']);
    expect(corrected('sumer')).toBe('summer');
    index.publish(leaf, batchOf([], { removedIds: [1] }), NOW);
    expect(corrected('sumer')).toBeUndefined();
    index.maintain(Infinity);
    expect(corrected('sumer')).toBeUndefined();
  });

  it('finds a word among thousands', () => {
    const letters = (n: number): string =>
      n.toString(26).replace(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 26)));
    publish(Array.from({ length: 6_000 }, (_, n) => `x${letters(n * 17)} y${letters(n)}`));
    publish(['unmistakable']);
    expect(corrected('unmistakeable')).toBe('unmistakable');
    expect(corrected('unmitsakabel')).toBe('unmistakable');
    expect(corrected(`unmistakabel`)).toBe('unmistakable');
  });
});

describe('suggest', () => {
  it('completes the last word, the most frequent first, and keeps what stands before it', () => {
    publish([...many(3, 'summer'), 'summa', ...many(2, 'sunday')]);
    expect(suggested('su')).toEqual(['summer', 'sunday', 'summa']);
    expect(suggested('Blue -x "y" SUMM')).toEqual(['Blue -x "y" summer', 'Blue -x "y" summa']);
    expect(index.suggest('su', 2)).toEqual([
      { query: 'summer', hits: 3 },
      { query: 'sunday', hits: 2 },
    ]);
  });

  it.each([['nobody'], [''], ['summer '], ['中国'], ['summer!']])('has nothing for %j', (text) => {
    publish(['summer', '中国人']);
    expect(suggested(text)).toEqual([]);
  });

  it('never says words of records that not every member sees', () => {
    publish(['secret'], { visibility: VISIBILITY.account });
    publish(['secretary']);
    expect(suggested('secr')).toEqual(['secretary']);
    index.setLeafVisible(leaf, false);
    expect(suggested('secr')).toEqual([]);
    index.setLeafVisible(leaf, true);
    publish(['secret'], {});
    expect(suggested('secr').sort()).toEqual(['secret', 'secretary']);
    index.dropLeaf(leaf);
    expect(suggested('secr')).toEqual([]);
  });
});
