/** `banyan uploads`: who downloads from this peer. */
import { displayText, type UploadView } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { tableLines } from '../format/table.ts';
import { bytesText, rateText } from '../format/units.ts';
import { examples } from './help.ts';

export function addUploads(program: Command, cli: Cli): void {
  program
    .command('uploads')
    .summary('who downloads from the peer')
    .description('Lists who downloads from the peer now, and who waits for a slot.')
    .addHelpText(
      'after',
      examples(['banyan uploads', 'a table'], ['banyan --peer bob uploads', 'of another peer']),
    )
    .action(() =>
      cli.withPeer(async ({ api, signal }) => {
        const uploads = await api.uploads(signal);
        cli.result(uploads, () => uploadLines(uploads, cli));
      }),
    );
}

function uploadLines(uploads: readonly UploadView[], cli: Cli): string[] {
  if (uploads.length === 0) return ['Nobody downloads from here just now.'];
  const { style } = cli;
  return tableLines<UploadView>(
    [
      {
        head: 'To',
        value: ({ account, deviceId }) =>
          account === '' ? displayText(deviceId, 12) : displayText(account, 24),
      },
      { head: 'File', value: fileText, shrinkTo: 16, cut: 'middle' },
      { head: 'Sent', value: ({ bytes }) => bytesText(bytes), align: 'right' },
      {
        head: 'State',
        value: (u) =>
          u.state === 'active' ? rateText(u.bytesPerSecond) : `waits, place ${u.queuePosition ?? '?'}`,
      },
    ],
    uploads,
    { width: cli.ctx.out.width, headStyle: style.bold },
  );
}

function fileText({ name, more = 0 }: UploadView): string {
  return more === 0 ? displayText(name) : `${displayText(name)} and ${more} more`;
}
