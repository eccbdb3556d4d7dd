/** What this peer counts of the hits that are here, beside what the supernodes count of all of them. */
import { extensionOf, type FacetView } from '@banyan/proto';
import type { KeptHit } from './hit-rows.ts';

/** Extensions that are told: more are no choice but a list. */
const MAX_EXTENSIONS = 6;
/** An extension that the query language takes and that is one. */
const EXTENSION = /^[\p{L}\p{N}]{1,10}$/u;
/** "More than one, and more than four that can be reached" is what tells a sure download from a lucky one. */
const SOURCES_ABOVE = [1, 4] as const;

/** Rows are other ones after each change; between changes a page asks often. */
const counted = new WeakMap<readonly Pick<KeptHit, 'view'>[], readonly FacetView[]>();

/** Counts per extension, most frequent first, and of hits with several sources that can be reached. */
export function ownFacets(rows: readonly Pick<KeptHit, 'view'>[]): readonly FacetView[] {
  let facets = counted.get(rows);
  if (facets === undefined) counted.set(rows, (facets = countFacets(rows)));
  return facets;
}

function countFacets(rows: readonly Pick<KeptHit, 'view'>[]): FacetView[] {
  const extensions = new Map<string, number>();
  const having = SOURCES_ABOVE.map(() => 0);
  for (const { view } of rows) {
    const extension = extensionOf(view.name);
    if (EXTENSION.test(extension)) extensions.set(extension, (extensions.get(extension) ?? 0) + 1);
    for (const [i, least] of SOURCES_ABOVE.entries()) if (view.reachableSources > least) having[i]! += 1;
  }
  return [
    ...[...extensions]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, MAX_EXTENSIONS)
      .map(([value, count]) => ({ facet: 'ext', value, count })),
    ...SOURCES_ABOVE.flatMap((least, i) =>
      having[i] === 0 ? [] : [{ facet: 'sources', value: `>${least}`, count: having[i]! }],
    ),
  ];
}
