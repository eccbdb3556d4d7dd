/** `banyan search`: hits as they come, best first. */
import { displayText, errorFromBody, type HitView, type SearchResult, type SearchView } from '@banyan/proto';
import type { Command } from 'commander';
import { UsageError, type Cli, type Peer } from '../cli.ts';
import { createLiveLines } from '../format/live-lines.ts';
import type { Style } from '../format/style.ts';
import { tableLines, type Column } from '../format/table.ts';
import { tagsText } from '../format/tags.ts';
import { bytesText, durationText, plural } from '../format/units.ts';
import { rememberSearch } from '../last-search.ts';
import { EXIT_CODE, exitCodeOf } from '../exit-codes.ts';
import { examples } from './help.ts';
import { wholeNumber } from './numbers.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 50;
/** The peer ends a search by itself long before; each answer is waited for in steps of this. */
const WAIT_SECONDS = 10;

export function addSearch(program: Command, cli: Cli): void {
  program
    .command('search')
    .summary('search the shared files of everybody')
    .description(
      'Searches the shared files of everybody. All words must match.\n' +
        '`banyan get NUMBER` then downloads a hit.',
    )
    .argument('<words...>', 'what to look for')
    .option('--limit <n>', `most hits to show (1 to ${MAX_LIMIT})`, wholeNumber(1, MAX_LIMIT), DEFAULT_LIMIT)
    // A word that begins with - is a word.
    .allowUnknownOption()
    .helpOption('--help', 'display help for command')
    .addHelpText(
      'after',
      examples(
        ['banyan search banyan tree', 'both words'],
        ['banyan search 榕樹', 'in any script'],
        ['banyan search --limit 5 --json music', 'for a program'],
      ),
    )
    .action(async (words: string[], options: { limit: number }) => {
      const unknown = words.find((word) => word.startsWith('--') && word.length > 2);
      if (unknown !== undefined) throw new UsageError(`unknown option '${displayText(unknown, 80)}'`);
      const query = words.join(' ').trim();
      if (query === '') throw new UsageError('there is no word to search for; give at least one');
      const result = await cli.withPeer((peer) => search(cli, peer, query, options.limit));
      if (result.search.state === 'failed' && result.search.problem !== null) {
        const { code } = errorFromBody({ error: result.search.problem });
        cli.exitCode = result.results.length === 0 ? exitCodeOf(code) : EXIT_CODE.ok;
      }
    });
}

async function search(cli: Cli, peer: Peer, query: string, limit: number): Promise<SearchResult> {
  const { api, signal } = peer;
  const started = await api.startSearch({ query, limit }, signal);
  let result: SearchResult;
  const stopLive = cli.ctx.out.isTerminal && !cli.json ? showLive(cli, peer, started, limit) : undefined;
  try {
    do result = await api.searchResult(started.id, WAIT_SECONDS, signal);
    while (result.search.state === 'searching');
  } finally {
    stopLive?.();
    // Its hits are here; the daemon need not keep them. Also when Ctrl-C ended our waiting.
    await api.endSearch(started.id).catch(() => undefined);
  }
  result = { ...result, results: result.results.slice(0, limit) };
  await rememberSearch(peer.folder, query, result.results).catch((error: unknown) => {
    cli.note(`The hits could not be remembered for \`banyan get\`: ${String(error)}`);
  });
  cli.result(result, () => resultLines(result, { width: cli.ctx.out.width, style: cli.style }));
  return result;
}

/** Draws the hits so far until the search is done. */
function showLive(cli: Cli, peer: Peer, started: SearchView, limit: number): () => void {
  const lines = createLiveLines(cli.ctx.out);
  const view = peer.api.openView(
    'search',
    { params: { id: started.id }, first: 0, count: limit },
    {
      onFrame: (frame) => {
        const result = { search: frame.search ?? started, results: [...frame.rows] };
        lines.set(resultLines(result, { width: cli.ctx.out.width, style: cli.style }));
      },
    },
  );
  return () => {
    view.close();
    lines.stop(false);
  };
}

const OWN: Record<HitView['own'], string> = {
  none: '',
  downloading: 'downloading',
  have: 'have it',
  shared: 'have it',
};

/** What is printed of a search: the table of hits, the coverage, and hints. */
function resultLines(
  { search, results }: SearchResult,
  init: { readonly width: number | undefined; readonly style: Style },
): string[] {
  const { style } = init;
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
    { head: 'Here', value: ({ hit }) => OWN[hit.own], optional: true, style: (text) => style.green(text) },
    {
      head: 'About',
      value: ({ hit }) => tagsText(hit.tags),
      shrinkTo: 8,
      optional: true,
      style: (text) => style.dim(text),
    },
  ];
  const lines: string[] = [];
  if (search.searchedFor !== null && search.searchedFor !== search.query)
    lines.push(`Searched for ${style.bold(displayText(search.searchedFor, 200))} instead.`);
  if (results.length > 0) {
    lines.push(...tableLines(columns, numbered, { width: init.width, headStyle: style.bold }));
  } else if (search.state === 'done') {
    lines.push(`Nobody shares anything that matches ${displayText(search.query, 200)}.`);
  }
  lines.push(style.dim(coverageText(search, results.length)));
  for (const hint of search.hints) lines.push(style.dim(displayText(hint, 300)));
  if (search.problem !== null) lines.push(style.yellow(displayText(search.problem.message, 500)));
  return lines;
}

/** `3 hits · asked 2 of 2 supernodes · 0.2 s`: what was asked, and what did not answer. */
function coverageText(search: SearchView, shown: number): string {
  const total = Math.max(search.hits, search.totalEstimate, shown);
  return [
    total > shown ? `${shown} of about ${plural(total, 'hit')}` : plural(shown, 'hit'),
    `asked ${search.answered} of ${plural(search.asked, 'supernode')}`,
    search.timedOut > 0 ? `${search.timedOut} did not answer in time` : '',
    search.state === 'searching' ? 'searching …' : search.tookMs === null ? '' : durationText(search.tookMs),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
