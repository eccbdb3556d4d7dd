/** Counts of an answer by type and by size. */
import { MEDIA_TYPES, type FacetCount, type Hit } from '@banyan/proto';

/** In thousands, as sizes are shown and as the query language reads them. */
const MB = 1e6;

/** Ranges of sizes, in the words of the query language (`size:`). */
const SIZES: readonly (readonly [below: number, value: string])[] = [
  [MB, '<1mb'],
  [10 * MB, '1mb..10mb'],
  [100 * MB, '10mb..100mb'],
  [1000 * MB, '100mb..1gb'],
  [Infinity, '>1gb'],
];

/** Number of the range of sizes that a length is in: 0 to 4. */
export function sizeClass(length: number): number {
  for (let i = 0; ; i++) if (length < SIZES[i]![0]) return i;
}

/** The lengths of a range: from the first (inclusive) to the second (exclusive). */
export function sizeBounds(sizeClassNumber: number): readonly [from: number, below: number] {
  return [sizeClassNumber === 0 ? 0 : SIZES[sizeClassNumber - 1]![0], SIZES[sizeClassNumber]![0]];
}

/** The facets in which a hit is counted: one value for each. */
export function facetsOf({ type, length }: Pick<Hit, 'type' | 'length'>): Omit<FacetCount, 'count'>[] {
  return [
    { facet: 'type', value: MEDIA_TYPES[type] ?? 'other' },
    { facet: 'size', value: SIZES[sizeClass(length)]![1] },
  ];
}

/** Counts by number of media type and of size range, written out: largest count first. */
export function facetCounts(types: ArrayLike<number>, sizes: ArrayLike<number>, scale: number): FacetCount[] {
  return [
    ...listed('type', types, (i) => MEDIA_TYPES[i] ?? 'other', scale),
    ...listed('size', sizes, (i) => SIZES[i]![1], scale),
  ];
}

function listed(
  facet: string,
  counts: ArrayLike<number>,
  valueOf: (i: number) => string,
  scale: number,
): FacetCount[] {
  // What a newer version numbers otherwise is `other` too.
  const byValue = new Map<string, number>();
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const value = valueOf(i);
    byValue.set(value, (byValue.get(value) ?? 0) + counts[i]!);
  }
  return [...byValue]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([value, count]) => ({ facet, value, count: Math.round(count * scale) }));
}
