/** The query language on a catalog of a few files, as docs/search-language.md tells it; random queries are in reference.test.ts. */
import { describe, expect, it } from '@jest/globals';
import { toHex } from '@banyan/proto';
import { createSearchIndex } from '../../src/search-index/search-index.ts';
import type { IndexQuery } from '../../src/search-index/types.ts';
import { batchOf, contentOf, type Row } from './catalog-batches.ts';
import { NOW } from './random-catalogs.ts';

/** Contents are numbered by thousands of bytes. */
const mb = (size: number): number => size * 1000;
const second = (date: string): number => Date.parse(`${date}T12:00:00Z`) / 1000;

const FILES: readonly Row[] = [
  {
    id: 1,
    content: mb(8),
    name: '01 Blue in Green.mp3',
    folder: 'Jazz/Miles Davis',
    type: 1,
    modifiedS: second('2023-05-17'),
    tags: {
      title: 'Blue in Green',
      artist: 'Miles Davis',
      album: 'Kind of Blue',
      year: 1959,
      track: 3,
      durationMs: 337_000,
      bitrateKbps: 320,
    },
  },
  {
    id: 2,
    content: mb(700),
    name: 'Blue.Moon.2019.S01E02.mkv',
    folder: 'Films',
    type: 2,
    modifiedS: second('2022-01-01'),
    tags: {
      title: 'The Other Side',
      width: 1920,
      height: 1080,
      durationMs: 5_400_000,
      more: { language: 'English' },
    },
  },
  { id: 3, content: mb(1500), name: 'debian-12.1.0-amd64.ISO', type: 6, modifiedS: second('2023-07-22') },
  { id: 4, content: mb(2), name: 'backup.tar.gz', folder: 'Blue Moon', type: 5 },
  {
    id: 5,
    content: mb(0.5),
    name: '中国人的月亮.epub',
    type: 4,
    tags: { genre: 'Novel', more: { author: 'Li Moon' } },
  },
  { id: 6, content: mb(50), name: 'archive.7z', type: 5 },
  { id: 7, content: mb(51), name: 'archive.001', type: 0 },
  { id: 8, content: mb(52), name: 'moonlight shadow', type: 9 },
];

const index = createSearchIndex({ random: () => 0.5 });
const leaf = index.openLeaf({ key: 'a', account: 'anna' });
index.publish(leaf, batchOf(FILES), NOW);
for (const key of ['b', 'c'])
  index.publish(index.openLeaf({ key, account: key }), batchOf(FILES.slice(0, key === 'b' ? 2 : 1)), NOW);

/** The ids of the files that are found, ascending. */
function found(text: string, rest: Partial<IndexQuery> = {}): number[] {
  const { hits } = index.search({ text, ...rest }, NOW);
  return hits
    .map(({ length }) => FILES.find(({ content }) => content * 1000 === length)!.id)
    .sort((a, b) => a - b);
}

describe('the query language', () => {
  it.each<[query: string, ids: number[]]>([
    ['blue moon', [2, 4]],
    ['"blue moon"', [2, 4]],
    ['"moon blue"', []],
    ['"blue in green"', [1]],
    ['moon -blue', [5]],
    ['blue -"in green"', [2, 4]],
    ['blue -type:video,archive', [1]],
    ['green OR debian', [1, 3]],
    ['blue green | moon', [1, 2, 4]],
    ['type:audio,video', [1, 2]],
    ['kind:music', [1]],
    ['type:other', [7, 8]],
    ['ext:iso', [3]],
    ['ext:.mp3,epub', [1, 5]],
    ['ext:gz', [4]],
    ['ext:7z', [6]],
    ['ext:z', []],
    ['ext:mp', []],
    ['ext:001', [7]],
    ['archive -ext:z', [6, 7]],
    ['size:>1gb', [3]],
    ['size:<1mb', [5]],
    ['size:1mb..10mb', [1, 4]],
    ['size:700mb', [2]],
    ['size:>2mb size:<50mb', [1, 4]],
    ['size:>2mib size:<49mib', [1, 6, 7]],
    ['artist:"miles davis"', [1]],
    ['by:davis', [1]],
    ['title:blue', [1]],
    ['title:moon', []],
    ['name:moon', [2]],
    ['folder:moon', [4]],
    ['in:jazz', [1]],
    ['album:kind genre:novel', []],
    ['genre:novel', [5]],
    ['author:moon', [5]],
    ['lang:english', [2]],
    ['language:moon', []],
    ['year:1950..1960', [1]],
    ['track:3', [1]],
    ['duration:>1h', [2]],
    ['length:5m30s..6m', [1]],
    ['bitrate:>=192k', [1]],
    ['width:>=1920 height:1080p', [2]],
    ['modified:2023', [1, 3]],
    ['modified:2023-05-17', [1]],
    ['modified:>2023-05', [3]],
    ['modified:<2023', [2]],
    ['sources:>2', [1]],
    ['sources:2', [2]],
    ['sources:>=2 type:video', [2]],
    [`hash:${toHex(contentOf(mb(2)).root).slice(0, 8)}`, [4]],
    [`hash:${toHex(contentOf(mb(2)).root)}-${contentOf(mb(2)).length}`, [4]],
    [`hash:${toHex(contentOf(mb(2)).root)}-7`, []],
    [`debian OR hash:${toHex(contentOf(mb(2)).root).slice(0, 12)}`, [3, 4]],
    [`archive -hash:${toHex(contentOf(mb(50)).root).slice(0, 9)}`, [7]],
    ['s1e2', [2]],
    ['s01', [2]],
    ['12.1.0', [3]],
    ['1.0', [3]],
    ['0.1', []],
    ['中國', [5]],
    ['月', [5]],
    ['人中', []],
    ['1', [1, 2, 3, 7]],
  ])('finds by %s the files %j', (query, ids) => {
    expect(found(query)).toEqual(ids);
  });

  it.each<[query: string, ids: number[]]>([
    ['moonl', [8]],
    ['moo', [2, 4, 5, 8]],
    ['blue moo', [2, 4]],
    ['moo blue', []],
    ['"blue moo', []],
    ['name:moo', [2, 8]],
    ['folder:moo', [4]],
    ['title:bl', [1]],
    ['author:moo', [5]],
    ['language:eng', [2]],
    ['genre:moo', []],
    ['moo -blue', []],
  ])('finds by %s, which is still being typed, the files %j', (query, ids) => {
    expect(found(query, { partialLastWord: true })).toEqual(ids);
  });

  it('finds all of a folder, however many words the tags of a file before had', () => {
    const letters = (n: number): string => String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26));
    const more = Object.fromEntries(
      Array.from({ length: 4 }, (_, k) => [
        `k${k}`,
        Array.from({ length: 63 }, (__, i) => letters(63 * k + i)).join(' '),
      ]),
    );
    const folder = 'alpha beta gamma delta epsilon zeta';
    const rows: Row[] = [
      { id: 1, content: 1, name: 'xx', folder, tags: { more } },
      { id: 2, content: 2, name: 'yy', folder },
    ];
    const own = createSearchIndex({ random: () => 0.5 });
    own.publish(own.openLeaf({ key: 'a', account: 'a' }), batchOf(rows), NOW);
    for (const word of folder.split(' '))
      expect([word, own.search({ text: `yy ${word}` }, NOW).totalEstimate]).toEqual([word, 1]);
  });

  it('finds every word of every one of thousands of files by its name', () => {
    const own = createSearchIndex({ random: () => 0.5 });
    const handle = own.openLeaf({ key: 'a', account: 'a' });
    const rows = Array.from({ length: 9_000 }, (_, i): Row => ({
      id: i,
      content: i + 1,
      name: `n${i}x`,
      folder: `f${i % 7}`,
    }));
    for (let from = 0; from < rows.length; from += 500)
      own.publish(handle, batchOf(rows.slice(from, from + 500)), NOW);
    const names = rows.map(({ name }) =>
      own.search({ text: name, limit: 2 }, NOW).hits.map((hit) => hit.name),
    );
    expect(names.filter(([first, second], i) => first !== `n${i}x` || second !== undefined)).toEqual([]);
  });
});
