/** `banyan get`: downloads, shows who gives what, and waits for the file. */
import {
  BanyanError,
  displayText,
  errorFromBody,
  looksLikeLink,
  MAX_BATCH_DOWNLOADS,
  toBanyanError,
  type DownloadPriority,
  type DownloadRequest,
  type DownloadView,
  type ErrorCode,
  type MetalinkRequest,
  type Problem,
} from '@banyan/proto';
import { Option, type Command } from 'commander';
import { UsageError, type Cli, type Peer } from '../cli.ts';
import { resolvePath } from '../context.ts';
import { createLiveLines, type LiveLines } from '../format/live-lines.ts';
import {
  batchLines,
  problemText,
  sharesText,
  sourceName,
  sourceText,
  stateText,
  troubledSources,
} from '../format/transfer.ts';
import { bytesText, durationText, percentText } from '../format/units.ts';
import { lastSearch, rememberedHit } from '../last-search.ts';
import { folderRequests } from './folder-requests.ts';
import { followDownloads } from './follow-downloads.ts';
import { examples } from './help.ts';
import { looksLikeMetalink, readMetalink } from './read-metalink.ts';

interface GetOptions {
  readonly name?: string;
  readonly to?: string;
  readonly folder?: boolean;
  readonly priority?: DownloadPriority;
  readonly wait: boolean;
}

const CONTENT_ID = /^[0-9a-f]{64}-\d+$/i;
const RANGE = /^(\d{1,6})-(\d{1,6})$/;
/** Hits of one range: as many as a search shows. */
const MAX_RANGE = 500;
/** Times that run down are drawn so often. */
const TICK_MS = 1_000;
/** A pipe or a file gets a line at most so often for a download that simply goes on. */
const PLAIN_LINE_EVERY_PERCENT = 10;

export function addGet(program: Command, cli: Cli): void {
  program
    .command('get')
    .summary('download hits of the last search, links, content ids or Metalinks')
    .description(
      'Downloads a hit of the last search by its number, a banyan: link or a content id, from everybody who has it,\n' +
        'and the files of a Metalink (.meta4, or its http address) from the mirrors that it names.\n' +
        'It waits until the file is complete and prints its path. After Ctrl-C the peer goes on with it.',
    )
    .argument('<what...>', 'numbers of hits (3, 2-6), links, content ids or Metalinks')
    .option('--name <name>', 'another file name (needed with a content id that was not searched for)')
    .option('--to <dir>', "another folder than the peer's download folder")
    .option('--folder', 'the whole folder that the hit lies in, with its folders')
    .addOption(
      new Option('--priority <level>', 'before or after other downloads').choices(['high', 'normal', 'low']),
    )
    .option('--no-wait', 'only begin; `banyan downloads` shows how it goes')
    .addHelpText(
      'after',
      examples(
        ['banyan get 1', 'first hit of the last search'],
        ['banyan get 1 2 5 --to ~/Music', 'several, into a folder of your own'],
        ['banyan get 2-6 9', 'hits 2 to 6, and 9'],
        ['banyan get 3 --folder', 'the folder of hit 3'],
        ["banyan get 'banyan:06e0…-1048576?dn=notes.txt'", 'a link that somebody sent'],
        ['banyan get debian.iso.meta4', 'the files of a Metalink, from its mirrors'],
        ['file=$(banyan get 3)', 'the path of the finished file, in a script'],
      ),
    )
    .action(async (what: string[], options: GetOptions) => {
      const words = what.flatMap(numbersOf);
      if (options.name !== undefined && (words.length > 1 || options.folder === true))
        throw new UsageError('--name is for one file: give one number, link or content id');
      if (options.folder === true && !words.every((word) => /^\d{1,6}$/.test(word)))
        throw new UsageError('--folder takes numbers of hits of the last search');
      await cli.withPeer(async (peer) => {
        const requests =
          options.folder === true
            ? await folderRequests(cli, peer, words.map(Number), extraOf(cli, options))
            : await Promise.all(words.map((word) => requestOf(cli, peer, word, options)));
        const { started, refused } = await begin(peer, requests);
        if (options.wait && started.length > 0) await waitFor(cli, peer, started);
        else if (started.length > 0) showStarted(cli, started);
        if (refused !== undefined) throw refused;
      });
    });
}

/** Begins all of it in its order; `refused` says what could not be begun. */
async function begin(
  peer: Peer,
  requests: readonly (DownloadRequest | MetalinkRequest)[],
): Promise<{ started: DownloadView[]; refused: BanyanError | undefined }> {
  const started: DownloadView[] = [];
  const problems: Problem[] = [];
  const note = (views: readonly DownloadView[]): void => {
    // Two hits may be one content.
    for (const view of views) if (!started.some(({ id }) => id === view.id)) started.push(view);
  };
  const beginFiles = async (downloads: DownloadRequest[]): Promise<void> => {
    const [one, ...others] = downloads.splice(0);
    if (one === undefined) return;
    // One alone keeps all that its error says.
    if (others.length === 0 && requests.length === 1) {
      note([await peer.api.startDownload(one, peer.signal)]);
      return;
    }
    const { results } = await peer.api.startDownloads({ downloads: [one, ...others] }, peer.signal);
    note(results.flatMap(({ download }) => (download === undefined ? [] : [download])));
    problems.push(...results.flatMap(({ problem }) => (problem === undefined ? [] : [problem])));
  };
  const files: DownloadRequest[] = [];
  for (const request of requests) {
    if ('document' in request) {
      await beginFiles(files);
      note(await peer.api.startMetalink(request, peer.signal));
    } else if (files.push(request) === MAX_BATCH_DOWNLOADS) await beginFiles(files);
  }
  await beginFiles(files);
  const [first] = problems;
  const refused =
    first === undefined
      ? undefined
      : new BanyanError(
          first.code as ErrorCode,
          `${problems.length} of ${requests.length} could not be begun. The first: ${first.message}`,
        );
  return { started, refused };
}

/** The words of `2-6`; any other word is itself. */
function numbersOf(word: string): string[] {
  const [, first, last] = RANGE.exec(word) ?? [];
  if (first === undefined || last === undefined) return [word];
  const count = Number(last) - Number(first) + 1;
  if (count < 1 || count > MAX_RANGE)
    throw new UsageError(
      `'${word}' is no range of hits: the smaller number first, at most ${MAX_RANGE} of them`,
    );
  return Array.from({ length: count }, (_, i) => String(Number(first) + i));
}

/** What is said of each download. */
function extraOf(cli: Cli, options: GetOptions): Pick<DownloadRequest, 'name' | 'folder' | 'priority'> {
  return {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.to === undefined ? {} : { folder: resolvePath(cli.ctx, options.to) }),
    ...(options.priority === undefined ? {} : { priority: options.priority }),
  };
}

async function requestOf(
  cli: Cli,
  peer: Peer,
  word: string,
  options: GetOptions,
): Promise<DownloadRequest | MetalinkRequest> {
  const extra = extraOf(cli, options);
  if (/^\d{1,6}$/.test(word)) {
    const hit = await rememberedHit(peer.folder, Number(word));
    return { link: hit.link, ...extra };
  }
  if (looksLikeLink(word)) return { link: word, ...extra };
  if (looksLikeMetalink(word)) {
    if (options.name !== undefined) throw new UsageError('a Metalink names its files: leave --name out');
    return { document: await readMetalink(cli, word, peer.signal), ...extra };
  }
  if (CONTENT_ID.test(word)) {
    const content = word.toLowerCase();
    const known = (await lastSearch(peer.folder))?.hits.find((hit) => hit.content === content);
    if (known !== undefined) return { link: known.link, ...extra };
    if (options.name === undefined)
      throw new UsageError('a content id has no file name: add --name NAME, or use a link');
    return { content, ...extra };
  }
  throw new UsageError(
    `'${displayText(word, 80)}' is neither the number of a hit, nor a banyan: link, a content id or a Metalink (.meta4)`,
  );
}

function showStarted(cli: Cli, started: readonly DownloadView[]): void {
  cli.result(started.length === 1 ? started[0] : started, () =>
    started.map((view) =>
      view.state === 'done'
        ? haveText(view)
        : `Begun: ${displayText(view.name)} (${bytesText(view.size)}). It is download ${displayText(view.id, 64)}.`,
    ),
  );
}

/** The peer answers with a finished download when the file is in its library or among its downloads already. */
function haveText(view: DownloadView): string {
  return `You have it already: ${displayText(view.path)}`;
}

async function waitFor(cli: Cli, peer: Peer, started: readonly DownloadView[]): Promise<void> {
  const begun = started.filter(({ state }) => state !== 'done');
  for (const view of started) if (view.state === 'done') cli.note(haveText(view));
  const ended = begun.length === 0 ? [] : await follow(cli, peer, begun);
  const views = started.map((view) => ended.find(({ id }) => id === view.id) ?? view);
  // Paths for scripts: what is printed is the path itself, cleaned only where a terminal would be harmed.
  cli.result(views.length === 1 ? views[0] : views, () => views.map((view) => displayText(view.path)));
}

/** Resolves when all are complete; has said how each went. */
async function follow(
  cli: Cli,
  peer: Peer,
  started: readonly DownloadView[],
): Promise<readonly DownloadView[]> {
  const begunAt = cli.ctx.now();
  const live = cli.ctx.err.isTerminal && !cli.json ? createLiveLines(cli.ctx.err) : undefined;
  const plain = plainReporter(
    (line) => (live === undefined ? cli.note(line) : live.log(line)),
    () => cli.ctx.now(),
  );
  const draw = (views: readonly DownloadView[]): void => {
    if (live === undefined) for (const view of views) plain.progress(view);
    else live.set(linesOf(cli, views));
    for (const view of views) plain.troubles(view);
  };
  let shown = started;
  // While it waits no frames come, and the time until the next look runs down.
  const ticking = setInterval(() => {
    if (shown.some(({ state }) => state === 'waiting')) live?.set(linesOf(cli, shown));
  }, TICK_MS);
  let views: readonly DownloadView[];
  try {
    views = await followDownloads(peer, started, {
      onViews: (now) => draw((shown = now)),
      onAway: (away) => {
        const line = away
          ? 'The peer does not answer: it was stopped or killed. What has arrived is kept; waiting for it to come back …'
          : 'The peer is back; the download goes on from where it was.';
        if (live === undefined) cli.note(line);
        else live.log(line);
      },
    });
  } catch (error) {
    live?.stop(true);
    const known = toBanyanError(error);
    if (known.code !== 'aborted') throw error;
    throw new BanyanError(
      'aborted',
      `${started.length === 1 ? 'The download goes' : 'The downloads go'} on in the peer. ` +
        'See `banyan downloads`; `banyan downloads cancel ID` gives it up.',
      { cause: error },
    );
  } finally {
    clearInterval(ticking);
  }
  finishLive(live, views, cli);
  // The one document of --json; on failure it is the error below.
  const failed = views.find(({ state }) => state === 'failed');
  if (failed !== undefined) {
    for (const view of views) if (view.state === 'done') cli.note(`Complete: ${displayText(view.path)}`);
    const problem = failed.problem;
    throw new BanyanError(
      errorFromBody({ error: problem ?? {} }).code,
      `${displayText(failed.name, 200)} failed: ${problem === null ? 'no reason was given.' : displayText(problem.message, 500)}`,
      { details: { download: failed.id, ...(problem === null ? {} : { reason: problem.code }) } },
    );
  }
  for (const view of views) {
    const shares = sharesText(view);
    const took = durationText(Math.max(0, (view.finishedAt ?? cli.ctx.now()) - begunAt));
    cli.note(
      `${displayText(view.name)}: ${bytesText(view.size)} in ${took}${shares === '' ? '' : ` (${shares})`}`,
    );
  }
  return views;
}

function linesOf(cli: Cli, views: readonly DownloadView[]): string[] {
  const init = { style: cli.noteStyle, width: cli.ctx.err.width ?? 80, now: cli.ctx.now() };
  return batchLines(views, init);
}

function finishLive(live: LiveLines | undefined, views: readonly DownloadView[], cli: Cli): void {
  live?.set(linesOf(cli, views));
  live?.stop(true);
}

/**
 * Lines for pipes and logs: every tenth of the way, each change of state, why it does not go on, and each source that does
 * not give, once a reason.
 */
function plainReporter(
  say: (line: string) => void,
  now: () => number,
): {
  progress(view: DownloadView): void;
  troubles(view: DownloadView): void;
} {
  const last = new Map<string, string>();
  const problems = new Map<string, string>();
  const told = new Set<string>();
  return {
    progress(view) {
      const step = Math.floor(((view.bytes / Math.max(1, view.size)) * 100) / PLAIN_LINE_EVERY_PERCENT);
      const state = `${view.state} ${step} ${view.state === 'waiting' ? stateText(view) : ''}`;
      if (last.get(view.id) !== state) {
        last.set(view.id, state);
        say(`${displayText(view.name)}: ${percentText(view.bytes, view.size)}, ${stateText(view)}`);
      }
      const code = view.problem?.code ?? '';
      if ((problems.get(view.id) ?? '') === code) return;
      problems.set(view.id, code);
      // Why it failed is said at the end.
      if (view.problem !== null && view.state !== 'failed')
        say(`${displayText(view.name)}: ${problemText(view, now())}`);
    },
    troubles(view) {
      for (const source of troubledSources(view)) {
        const key = `${view.id} ${source.deviceId} ${source.state === 'dropped'} ${source.problem?.code ?? ''}`;
        if (told.has(key)) continue;
        told.add(key);
        say(`Source ${sourceName(source)}: ${sourceText(source)}`);
      }
    },
  };
}
