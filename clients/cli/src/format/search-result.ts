/** What is printed of a search: the table of hits, what was asked, and what there is more. */
import { displayText, type FacetView, type HitView, type SearchResult, type SearchView } from '@banyan/proto';
import type { Style } from './style.ts';
import { tableLines, type Column } from './table.ts';
import { tagsText } from './tags.ts';
import { bytesText, countText, durationText, plural, rateText } from './units.ts';
import { cutToWidth } from './width.ts';

export interface SearchResultInit {
  readonly style: Style;
  /** Cells of a line; undefined: nothing is cut. */
  readonly width: number | undefined;
  /** Below each hit, what its score is made of. */
  readonly explain: boolean;
  /** Hints that have been said already, with their place. */
  readonly saidHints: ReadonlySet<string>;
}

/** Narrower lines have no room for the speed beside a name. */
const SPEED_FROM_WIDTH = 90;

const OWN: Record<HitView['own'], string> = {
  none: '',
  downloading: 'downloading',
  have: 'have it',
  shared: 'have it',
};

export function searchResultLines({ search, results }: SearchResult, init: SearchResultInit): string[] {
  const { style, width } = init;
  const lines: string[] = [];
  if (search.searchedFor !== null && search.searchedFor !== search.query)
    lines.push(
      `Searched for ${style.bold(displayText(search.searchedFor, 200))} instead; --as-typed searches for what was typed.`,
    );
  if (results.length > 0) lines.push(...hitLines(results, init));
  else if (search.state === 'done')
    lines.push(`Nobody shares anything that matches ${displayText(search.query, 200)}.`);
  lines.push(style.dim(coverageText(search, results.length)));
  const facets = facetsText(search.facets);
  if (facets !== '') lines.push(style.dim(width === undefined ? facets : cutToWidth(facets, width)));
  for (const hint of search.hints)
    if (!init.saidHints.has(hint)) lines.push(style.dim(displayText(hint, 300)));
  if (search.problem !== null) lines.push(style.yellow(displayText(search.problem.message, 500)));
  return lines;
}

function hitLines(results: readonly HitView[], { style, width, explain }: SearchResultInit): string[] {
  const numbered = results.map((hit, at) => ({ hit, number: at + 1 }));
  const columns: Column<(typeof numbered)[number]>[] = [
    {
      head: '#',
      value: ({ number }) => String(number),
      align: 'right',
      style: (text) => style.cyan(text),
    },
    { head: 'Name', value: ({ hit }) => displayText(hit.name), shrinkTo: 20, cut: 'middle' },
    { head: 'Size', value: ({ hit }) => bytesText(hit.size), align: 'right' },
    { head: 'Type', value: ({ hit }) => displayText(hit.type, 12) },
    {
      head: 'Sources',
      value: ({ hit }) => String(hit.sources),
      align: 'right',
      style: (text, { hit }) => (hit.reachableSources === 0 ? style.dim(text) : text),
    },
    ...(width === undefined || width >= SPEED_FROM_WIDTH
      ? [
          {
            head: 'Speed',
            value: ({ hit }: (typeof numbered)[number]) => speedText(hit),
            align: 'right' as const,
            optional: true,
          },
        ]
      : []),
    { head: 'Here', value: ({ hit }) => OWN[hit.own], optional: true, style: (text) => style.green(text) },
    {
      head: 'About',
      value: ({ hit }) => tagsText(hit.tags),
      shrinkTo: 8,
      optional: true,
      style: (text) => style.dim(text),
    },
  ];
  const [head = '', ...rows] = tableLines(columns, numbered, { width, headStyle: style.bold });
  if (!explain) return [head, ...rows];
  const indent = ' '.repeat(String(results.length).length + 2);
  return [
    head,
    ...rows.flatMap((row, at) => {
      const why = `${indent}${scoreText(results[at]!)}`;
      return [row, style.dim(width === undefined ? why : cutToWidth(why, width))];
    }),
  ];
}

/** What a download can expect; '' when nobody knows. */
function speedText({ allBusy, expectedBytesPerSecond: expected }: HitView): string {
  if (expected !== undefined) return rateText(expected);
  return allBusy === true ? 'all busy' : '';
}

/** `score 8.34 = words 6.21 + order 1.50 + freshness 0.63` */
function scoreText({ score, explain }: HitView): string {
  const parts = explain.map(({ name, value }) => `${displayText(name, 40)} ${value.toFixed(2)}`);
  return `score ${score.toFixed(2)}${parts.length === 0 ? '' : ` = ${parts.join(' + ')}`}`;
}

/** `3 hits · asked 2 of 2 supernodes · 0.2 s`: what was asked, and what did not answer. */
function coverageText(search: SearchView, shown: number): string {
  const total = Math.max(search.hits, search.totalEstimate, shown);
  return [
    total > shown ? `${countText(shown)} of about ${plural(total, 'hit')}` : plural(shown, 'hit'),
    `asked ${search.answered} of ${plural(search.asked, 'supernode')}`,
    search.timedOut > 0 ? `${search.timedOut} did not answer in time` : '',
    search.state === 'searching' ? 'searching …' : search.tookMs === null ? '' : durationText(search.tookMs),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** `type: audio 12, video 3 · size: 1mb..10mb 9, <1mb 6`: as they can be added to the query. */
function facetsText(facets: readonly FacetView[]): string {
  const names = [...new Set(facets.map(({ facet }) => facet))].sort((a, b) => placeOf(a) - placeOf(b));
  const groups = names.map((facet) => {
    const counts = facets
      .filter((one) => one.facet === facet)
      .map(({ value, count }) => `${displayText(value, 40)} ${countText(count)}`);
    return `${displayText(facet, 20)}: ${counts.join(', ')}`;
  });
  return groups.join(' · ');
}

/** Types come first, facets of a newer network last. */
const FACETS: readonly string[] = ['type', 'size'];

function placeOf(facet: string): number {
  const at = FACETS.indexOf(facet);
  return at === -1 ? FACETS.length : at;
}
