/** Catalogs that come, change and go at random, told to an index and to the naive one alike. */
import { VISIBILITY } from '@banyan/proto';
import fc from 'fast-check';
import type { LeafHandle, SearchIndex } from '../../src/search-index/types.ts';
import { batchOf, contentOf, type Row } from './catalog-batches.ts';
import type { NaiveIndex } from './naive-index.ts';

export const NOW = Date.UTC(2024, 0, 1);
export const LEAVES = ['a', 'b', 'c', 'd'];
export const accountOf = (key: string): string => `account of ${key}`;

/** Some of each range of sizes, one beyond 4 GiB, and the empty file. */
export const CONTENTS = [0, 1, 2, 3, 4, 5, 1_048, 5_000, 20_000, 200_000, 2_000_000, 5_000_000];

export const WORDS = [
  'blue',
  'Train',
  'S01E02',
  'CamelCase',
  'iPhone4',
  'iphone',
  '中国人',
  '国',
  'été',
  "don't",
  '007',
  'mp3',
  'bluetooth',
  'Привет',
  '1.2',
];

/** Words with and without signs between them. */
export const words = (max: number): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(' ', '_', '.', '')), {
      minLength: 1,
      maxLength: max,
    })
    .map((parts) => parts.flat().join('').slice(0, 60))
    .filter((name) => name !== '.' && name !== '..');

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const tags = fc.record({
  title: maybe(words(2)),
  artist: maybe(words(2)),
  album: maybe(words(2)),
  genre: maybe(words(1)),
  year: fc.constantFrom(0, 1959, 2007),
  track: fc.constantFrom(0, 1, 7),
  durationMs: fc.constantFrom(0, 90_000, 200_000),
  bitrateKbps: fc.constantFrom(0, 128, 320),
  width: fc.constantFrom(0, 1280, 1920),
  height: fc.constantFrom(0, 720, 1080),
  more: fc.oneof(
    fc.constant({}),
    fc.dictionary(fc.constantFrom('author', 'language', 'codec'), words(2), { maxKeys: 2 }),
  ),
});

const row: fc.Arbitrary<Row> = fc.record({
  id: fc.nat(12),
  content: fc.constantFrom(...CONTENTS),
  name: fc
    .tuple(words(4), fc.constantFrom('', '', '.mp3', '.ISO', '.tar.gz', '.7z'))
    .map((parts) => parts.join('')),
  folder: fc.oneof(fc.constant(''), words(2)),
  type: fc.nat(6),
  modifiedS: fc.constantFrom(0, 500, 1_680_000_000, 1_700_000_000),
  visibility: fc.constantFrom(0, 0, 0, 0, VISIBILITY.account, VISIBILITY.groups, 9),
  tags: fc.oneof(fc.constant({}), tags),
});

const leaf = fc.constantFrom(...LEAVES);

/** One thing that happens to a catalog. */
export const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      leaf,
      rows: fc.uniqueArray(row, { maxLength: 8, selector: ({ id }) => id }),
      removedIds: fc.array(fc.nat(12), { maxLength: 4 }),
      reset: fc.oneof(
        { weight: 4, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('visible' as const), leaf, value: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reachable' as const), leaf, value: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), leaf }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      content: fc.constantFrom(...CONTENTS),
      value: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('maintain' as const), budget: fc.nat(5) }) },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The leaf of both, open. */
export function open(index: SearchIndex, naive: NaiveIndex, key: string): LeafHandle {
  naive.open(key, accountOf(key));
  return index.openLeaf({ key, account: accountOf(key) });
}

/** Lets the same happen to both; returns what the index says of a batch, and what it should say. */
export function apply(index: SearchIndex, naive: NaiveIndex, each: Step): [said: unknown, expected: unknown] {
  if (each.kind === 'maintain') {
    index.maintain(each.budget);
    return [undefined, undefined];
  }
  if (each.kind === 'block') {
    index.setContentBlocked(contentOf(each.content), each.value);
    if (each.value) naive.blocked.add(each.content);
    else naive.blocked.delete(each.content);
    return [undefined, undefined];
  }
  const handle = open(index, naive, each.leaf);
  const known = naive.open(each.leaf, accountOf(each.leaf));
  if (each.kind === 'visible') index.setLeafVisible(handle, (known.visible = each.value));
  else if (each.kind === 'reachable') index.setLeafReachable(handle, (known.reachable = each.value));
  else if (each.kind === 'drop') {
    index.dropLeaf(handle);
    naive.leaves.delete(each.leaf);
  } else {
    const { rows, reset, removedIds } = each;
    const said = index.publish(handle, batchOf(rows, { reset, removedIds }), NOW);
    if (reset) known.records.clear();
    for (const id of removedIds) known.records.delete(id);
    for (const one of rows) known.records.set(one.id, one);
    return [said, { accepted: rows.length, refused: [], records: known.records.size }];
  }
  return [undefined, undefined];
}
