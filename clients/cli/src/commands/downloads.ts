/** `banyan downloads`: the list, and what can be done to its rows. */
import {
  BanyanError,
  displayText,
  errorFromBody,
  type DownloadsActResponse,
  type DownloadView,
} from '@banyan/proto';
import { Argument, type Command } from 'commander';
import { UsageError, type Cli, type Peer } from '../cli.ts';
import { tableLines } from '../format/table.ts';
import { problemText, sourceName, sourceText, stateText, troubledSources } from '../format/transfer.ts';
import { bytesText, percentText, plural } from '../format/units.ts';
import { onlyMatch } from './choose.ts';
import { examples, needs } from './help.ts';

const ACTS = ['pause', 'resume', 'cancel', 'retry', 'remove'] as const;
const MOVES = ['top', 'up', 'down', 'bottom'] as const;
const PRIORITIES = ['high', 'normal', 'low'] as const;
const ACTIONS = [...ACTS, ...MOVES, ...PRIORITIES] as const;
type Act = (typeof ACTS)[number];
type Action = (typeof ACTIONS)[number];
/** In place of ids. */
const ALL = 'all';
const SAID: Record<Action, string> = {
  pause: 'Paused',
  resume: 'Goes on',
  cancel: 'Given up',
  retry: 'Tried again',
  remove: 'Taken from the list (a finished file stays)',
  top: 'First among those of its priority',
  up: 'One place up',
  down: 'One place down',
  bottom: 'Last among those of its priority',
  high: 'High priority',
  normal: 'Normal priority',
  low: 'Low priority',
};
const SHORT_ID = 8;

export function addDownloads(program: Command, cli: Cli): void {
  program
    .command('downloads')
    .summary('list downloads; pause, resume, cancel, retry, remove, order them')
    .description(
      'Lists the downloads of the peer, or does something to some. The beginning of an id is enough; pause, resume,\n' +
        'retry, cancel and remove also take `all`. top, up, down and bottom move among those of one priority, high, normal\n' +
        'and low set it: what is higher has its turn sooner, and takes it from what is lower.\n' +
        'cancel gives a download up; remove takes it from the list, and a finished file stays on the disk.',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(ACTIONS))
    .argument('[id...]', 'ids of downloads, or all')
    .addHelpText(
      'after',
      examples(
        ['banyan downloads', 'list'],
        ['banyan downloads pause 3f2a', 'by the beginning of its id'],
        ['banyan downloads retry 3f2a', 'one that failed'],
        ['banyan downloads pause all', 'everything that runs or waits'],
        ['banyan downloads high 3f2a 77b0', 'before all others'],
      ),
    )
    .action(async (action: Action | undefined, ids: string[]) => {
      if (action !== undefined && ids.length === 0)
        throw new UsageError(
          needs(
            `banyan downloads ${action}`,
            '<id...>',
            'ids of downloads, as `banyan downloads` lists them, or all',
            `banyan downloads ${action} 3f2a`,
          ),
        );
      await cli.withPeer(async ({ api, signal }) => {
        const downloads = await api.downloads(signal);
        if (action === undefined) {
          cli.result(downloads, () => downloadTable(downloads, cli));
          return;
        }
        if (ids.length === 1 && ids[0] === ALL) await actOnAll(cli, api, action, signal);
        else {
          const chosen = ids.map((id) => onlyMatch(downloads, id, 'download', (view) => view.id));
          await actOnChosen(cli, api, action, chosen, signal);
        }
      });
    });
}

const isAct = (action: Action): action is Act => (ACTS as readonly string[]).includes(action);

async function actOnAll(cli: Cli, api: Peer['api'], action: Action, signal: AbortSignal): Promise<void> {
  if (!isAct(action)) throw new UsageError(`${action} needs ids: all cannot stand before all`);
  // What throws away received bytes asks first, where somebody can be asked.
  if (action === 'cancel' && (await cli.confirm('Give all unfinished downloads up?')) === false) return;
  const result = await api.actOnDownloads({ action }, signal);
  cli.result(result, () => [
    result.done.length === 0
      ? 'There is no download that this could be done to.'
      : `${SAID[action]}: ${plural(result.done.length, 'download')}`,
  ]);
  failTogether(result.failed);
}

async function actOnChosen(
  cli: Cli,
  api: Peer['api'],
  action: Action,
  chosen: readonly DownloadView[],
  signal: AbortSignal,
): Promise<void> {
  const said = (views: readonly DownloadView[]): string[] =>
    views.map((view) => `${SAID[action]}: ${displayText(view.name)}`);
  if (isAct(action) && chosen.length > 1) {
    const result = await api.actOnDownloads({ action, ids: chosen.map(({ id }) => id) }, signal);
    cli.result(result, () => said(chosen.filter(({ id }) => result.done.includes(id))));
    failTogether(result.failed);
    return;
  }
  const after: unknown[] = [];
  // Several keep their order among themselves: what is moved last ends up at the very top or below.
  for (const { id } of action === 'top' || action === 'down' ? chosen.toReversed() : chosen) {
    if (action === 'remove') {
      await api.forgetDownload(id, signal);
      after.push({ removed: id });
    } else if (isAct(action)) after.push(await api.actOnDownload(id, action, signal));
    else {
      const patch = isMove(action) ? { move: action } : { priority: action };
      after.push(await api.arrangeDownload(id, patch, signal));
    }
  }
  cli.result(after.length === 1 ? after[0] : after, () => said(chosen));
}

const isMove = (action: Exclude<Action, Act>): action is (typeof MOVES)[number] =>
  (MOVES as readonly string[]).includes(action);

/** What failed of several is said after what worked. */
function failTogether(failed: DownloadsActResponse['failed']): void {
  const [first] = failed;
  if (first === undefined) return;
  const more = failed.length === 1 ? '' : ` (and ${plural(failed.length - 1, 'other')})`;
  throw new BanyanError(
    errorFromBody({ error: first.problem }).code,
    `${displayText(first.id, 64)}: ${displayText(first.problem.message, 500)}${more}`,
  );
}

function downloadTable(downloads: readonly DownloadView[], cli: Cli): string[] {
  if (downloads.length === 0)
    return ['No downloads. `banyan search WORDS` finds files, `banyan get NUMBER` downloads one.'];
  const { style } = cli;
  const lines = tableLines<DownloadView>(
    [
      {
        head: 'Id',
        value: ({ id }) => displayText(id.slice(0, SHORT_ID)),
        style: (text) => style.cyan(text),
      },
      {
        head: 'Line',
        value: ({ place, priority = 'normal' }) =>
          typeof place !== 'number' ? '' : priority === 'normal' ? String(place) : `${place} ${priority}`,
        optional: true,
      },
      { head: 'Name', value: ({ name }) => displayText(name), shrinkTo: 16, cut: 'middle' },
      { head: 'Size', value: ({ size }) => bytesText(size), align: 'right' },
      { head: 'Done', value: ({ bytes, size }) => percentText(bytes, size), align: 'right' },
      {
        head: 'State',
        value: (view) => stateText(view),
        shrinkTo: 12,
        style: (text, { state }) =>
          state === 'done' ? style.green(text) : state === 'failed' ? style.red(text) : text,
      },
    ],
    downloads,
    { width: cli.ctx.out.width, headStyle: style.bold },
  );
  for (const view of downloads) {
    const id = displayText(view.id.slice(0, SHORT_ID));
    const why = problemText(view, cli.ctx.now());
    if (why !== '') lines.push(style.yellow(`${id}: ${why}`));
    for (const source of view.state === 'done' ? [] : troubledSources(view))
      lines.push(style.yellow(`${id}: source ${sourceName(source)}: ${sourceText(source)}`));
  }
  return lines;
}
