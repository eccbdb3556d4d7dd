/** `banyan downloads`: the list, and what can be done to its rows. */
import { displayText, type DownloadView } from '@banyan/proto';
import type { DownloadAction } from '@banyan/sdk/local';
import { Argument, type Command } from 'commander';
import { UsageError, type Cli } from '../cli.ts';
import { tableLines } from '../format/table.ts';
import { sourceName, sourceText, stateText } from '../format/transfer.ts';
import { bytesText, percentText } from '../format/units.ts';
import { onlyMatch } from './choose.ts';
import { examples } from './help.ts';

const ACTIONS = ['pause', 'resume', 'cancel', 'retry', 'remove'] as const;
type Action = (typeof ACTIONS)[number];
const SAID: Record<Action, string> = {
  pause: 'Paused',
  resume: 'Goes on',
  cancel: 'Given up',
  retry: 'Tried again',
  remove: 'Taken from the list (a finished file stays)',
};
const SHORT_ID = 8;

export function addDownloads(program: Command, cli: Cli): void {
  program
    .command('downloads')
    .summary('list downloads; pause, resume, cancel, retry, remove them')
    .description(
      'Lists the downloads of the peer, or does something to one. The beginning of an id is enough.\n' +
        'cancel gives a download up; remove takes it from the list, and a finished file stays on the disk.',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(ACTIONS))
    .argument('[id...]', 'ids of downloads')
    .addHelpText(
      'after',
      examples(
        ['banyan downloads', 'list'],
        ['banyan downloads pause 3f2a', 'by the beginning of its id'],
        ['banyan downloads retry 3f2a', 'one that failed'],
      ),
    )
    .action(async (action: Action | undefined, ids: string[]) => {
      if (action !== undefined && ids.length === 0)
        throw new UsageError(
          `which download? \`banyan downloads ${action} ID\`; \`banyan downloads\` lists them`,
        );
      await cli.withPeer(async ({ api, signal }) => {
        const downloads = await api.downloads(signal);
        if (action === undefined) {
          cli.result(downloads, () => downloadTable(downloads, cli));
          return;
        }
        const chosen = ids.map((id) => onlyMatch(downloads, id, 'download', (view) => view.id));
        const after: unknown[] = [];
        for (const { id } of chosen) {
          if (action === 'remove') {
            await api.forgetDownload(id, signal);
            after.push({ removed: id });
          } else after.push(await api.actOnDownload(id, action satisfies DownloadAction, signal));
        }
        cli.result(after.length === 1 ? after[0] : after, () =>
          chosen.map((view) => `${SAID[action]}: ${displayText(view.name)}`),
        );
      });
    });
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
    if (view.problem !== null) lines.push(style.yellow(`${id}: ${displayText(view.problem.message, 500)}`));
    for (const source of view.state === 'done' ? [] : view.sources) {
      if (source.state === 'dropped')
        lines.push(style.yellow(`${id}: source ${sourceName(source)} ${sourceText(source)}`));
    }
  }
  return lines;
}
