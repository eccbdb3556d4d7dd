/** `banyan search`: hits as they come, best first. */
import {
  displayText,
  errorFromBody,
  MAX_VIEW_ROWS,
  parseQuery,
  QUERY_HELP,
  type SearchResult,
  type SearchView,
} from '@banyan/proto';
import type { Command } from 'commander';
import { UsageError, type Cli, type Peer } from '../cli.ts';
import { createLiveLines } from '../format/live-lines.ts';
import { noteLines } from '../format/query-notes.ts';
import { searchResultLines, type SearchResultInit } from '../format/search-result.ts';
import { rememberSearch } from '../last-search.ts';
import { findHits } from './find-hits.ts';
import { EXIT_CODE, exitCodeOf } from '../exit-codes.ts';
import { examples, helpRows, HELP_WIDTH, needs } from './help.ts';
import { wholeNumber } from './numbers.ts';

const DEFAULT_LIMIT = 20;
/** Ten pages; whoever reads more by eye narrows the search instead. */
const MAX_LIMIT = 500;

interface SearchOptions {
  readonly limit: number;
  readonly asTyped?: true;
  readonly explain?: true;
  readonly forget?: true;
}

export function addSearch(program: Command, cli: Cli): void {
  program
    .command('search')
    .summary('search the shared files of everybody')
    .description(
      'Searches the shared files of everybody. All words must match.\n' +
        '`banyan get NUMBER` then downloads a hit.',
    )
    .argument('[words...]', 'what to look for')
    .option('--limit <n>', `most hits to show (1 to ${MAX_LIMIT})`, wholeNumber(1, MAX_LIMIT), DEFAULT_LIMIT)
    .option('--as-typed', 'search for the words as they are, without correcting them')
    .option('--explain', 'show below each hit what its place in the list is made of')
    .option('--forget', 'do not search: forget that these words were searched for, or all that was')
    // A word that begins with - is a word.
    .allowUnknownOption()
    .helpOption('--help', 'display help for command')
    .addHelpText(
      'after',
      [
        '\nYou write, it finds:',
        ...helpRows(
          QUERY_HELP.map(({ example, meaning }) => [example, meaning]),
          cli.ctx.out.width ?? HELP_WIDTH,
        ),
        '',
        'Words can be given apart or together. The shell takes quotation marks away: for a phrase',
        'put them inside another pair, as below; likewise around < and >.',
        examples(
          ['banyan search banyan tree', 'both words'],
          ['banyan search 榕樹', 'in any script'],
          [`banyan search '"night sounds"' -live`, 'a phrase, and without a word'],
          ["banyan search banyan type:audio 'size:>5mb'", 'large recordings'],
          ['banyan search --limit 5 --json music', 'for a program'],
        ),
      ].join('\n'),
    )
    .action(async (words: string[], options: SearchOptions) => {
      const unknown = words.find((word) => word.startsWith('--') && word.length > 2);
      if (unknown !== undefined) throw new UsageError(`unknown option '${displayText(unknown, 80)}'`);
      const query = words.join(' ').trim();
      if (options.forget === true) await forget(cli, query);
      else if (query === '')
        throw new UsageError(
          needs('banyan search', '<words...>', 'what to look for', 'banyan search banyan tree'),
        );
      else await searchAndShow(cli, query, options);
    });
}

async function forget(cli: Cli, query: string): Promise<void> {
  await cli.withPeer(({ api, signal }) => api.forgetSearches(query === '' ? undefined : query, signal));
  cli.result({ forgotten: query === '' ? null : query }, () => [
    query === '' ? 'All earlier searches are forgotten.' : `${displayText(query, 200)} is forgotten.`,
  ]);
}

async function searchAndShow(cli: Cli, query: string, options: SearchOptions): Promise<void> {
  const { notes } = parseQuery(query);
  const { width } = cli.ctx.err;
  for (const [at, line] of noteLines(query, notes, width).entries())
    cli.note(at % 3 === 1 ? cli.noteStyle.yellow(line) : line);
  const init: SearchResultInit = {
    width: cli.ctx.out.width,
    style: cli.style,
    explain: options.explain === true,
    saidHints: new Set(notes.map(({ message }) => message)),
  };
  const { search, results } = await cli.withPeer(async (peer) => {
    const result = await findAll(cli, peer, query, options, init);
    await rememberSearch(peer.folder, query, result.results).catch((error: unknown) => {
      cli.note(`The hits could not be remembered for \`banyan get\`: ${String(error)}`);
    });
    cli.result(result, () => searchResultLines(result, init));
    return result;
  });
  if (search.state !== 'failed' || search.problem === null) return;
  const { code } = errorFromBody({ error: search.problem });
  cli.exitCode = results.length === 0 ? exitCodeOf(code) : EXIT_CODE.ok;
}

/** Searches, with what comes drawn meanwhile on a terminal. */
function findAll(
  cli: Cli,
  peer: Peer,
  query: string,
  options: SearchOptions,
  init: SearchResultInit,
): Promise<SearchResult> {
  const { limit } = options;
  const request = {
    query,
    ...(options.asTyped === true ? { asTyped: true } : {}),
    ...(options.explain === true ? { explain: true } : {}),
  };
  const isLive = cli.ctx.out.isTerminal && !cli.json;
  return findHits(peer, request, limit, (started) =>
    isLive ? showLive(cli, peer.api, started, limit, init) : undefined,
  );
}

/** Draws the hits so far until the search is done. */
function showLive(
  cli: Cli,
  api: Peer['api'],
  started: SearchView,
  limit: number,
  init: SearchResultInit,
): () => void {
  const lines = createLiveLines(cli.ctx.out);
  const view = api.openView(
    'search',
    { params: { id: started.id }, first: 0, count: Math.min(limit, MAX_VIEW_ROWS) },
    {
      onFrame: (frame) => {
        lines.set(searchResultLines({ search: frame.search ?? started, results: [...frame.rows] }, init));
      },
    },
  );
  return () => {
    view.close();
    lines.stop(false);
  };
}
