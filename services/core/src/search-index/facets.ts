/** Counts of an answer by type and by size. */
import { mediaTypeFromWire, type FacetCount } from '@banyan/proto';
import type { Content, Face } from './entities.ts';

const MIB = 1024 * 1024;

/** Ranges of sizes, in the words of the query language (`size:`). */
const SIZES: readonly (readonly [below: number, value: string])[] = [
  [MIB, '<1mb'],
  [10 * MIB, '1mb..10mb'],
  [100 * MIB, '10mb..100mb'],
  [1024 * MIB, '100mb..1gb'],
  [Infinity, '>1gb'],
];

/**
 * @param share - how much of the matches was looked at; counts are scaled up to all of them
 */
export function countFacets(
  found: readonly { readonly content: Content; readonly face: Face }[],
  share: number,
): FacetCount[] {
  const types = new Map<string, number>();
  const sizes = new Map<string, number>();
  for (const { content, face } of found) {
    add(types, mediaTypeFromWire(face.type));
    add(sizes, SIZES.find(([below]) => content.length < below)?.[1] ?? '>1gb');
  }
  return [...listed('type', types, share), ...listed('size', sizes, share)];
}

function add(counts: Map<string, number>, value: string): void {
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

function listed(facet: string, counts: ReadonlyMap<string, number>, share: number): FacetCount[] {
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([value, count]) => ({ facet, value, count: Math.round(count / share) }));
}
