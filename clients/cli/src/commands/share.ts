/** `banyan share`: the shared folders of the peer. */
import { BanyanError, displayText, isBanyanError, type ShareView } from '@banyan/proto';
import type { LocalApiClient } from '@banyan/sdk/local';
import type { Command } from 'commander';
import { UsageError, type Cli } from '../cli.ts';
import { resolvePath } from '../context.ts';
import { tableLines } from '../format/table.ts';
import { bytesText, countText, plural } from '../format/units.ts';
import { onlyMatch } from './choose.ts';
import { examples } from './help.ts';

interface ShareOptions {
  readonly name?: string;
  readonly remove?: string;
  readonly rescan?: string;
  readonly yes?: boolean;
}

const SHOWN_ERRORS = 5;

export function addShare(program: Command, cli: Cli): void {
  program
    .command('share')
    .summary('share a folder, or list what is shared')
    .description(
      'Shares a folder with everybody in the network, or lists the shared folders. Hidden files, keys and system\n' +
        'files are left out; a folder that looks private is shared only after you confirm it.',
    )
    .argument('[dir]', 'folder to share; without it the shared folders are listed')
    .option('--name <name>', 'name of the share for others (default: that of the folder)')
    .option('--remove <id>', 'stop sharing a folder: its id, name or path; the files stay')
    .option('--rescan <id>', 'look through a shared folder again now')
    .option('--yes', 'share although the folder looks private')
    .addHelpText(
      'after',
      examples(
        ['banyan share', 'list'],
        ['banyan share ~/Music --name Records', 'share a folder'],
        ['banyan share --remove Records', 'stop sharing it'],
      ),
    )
    .action(async (dir: string | undefined, options: ShareOptions) => {
      if ([dir, options.remove, options.rescan].filter((given) => given !== undefined).length > 1)
        throw new UsageError('give a folder, or --remove, or --rescan: one of them');
      await cli.withPeer(async ({ api, signal }) => {
        if (dir !== undefined) {
          const path = resolvePath(cli.ctx, dir);
          const share = await shareFolder(cli, api, path, {
            ...(options.name === undefined ? {} : { name: options.name }),
            yes: options.yes === true,
            signal,
          });
          cli.result(share, () => [
            `${displayText(share.path)} is shared as ${displayText(share.name)}. Its files are looked through now; \`banyan share\` shows how far it is.`,
          ]);
          return;
        }
        const shares = await api.shares(signal);
        if (options.remove !== undefined) {
          const share = chooseShare(shares, options.remove, cli);
          await api.removeShare(share.id, signal);
          cli.result({ removed: share.id }, () => [
            `${displayText(share.path)} is no longer shared. Its files stay where they are.`,
          ]);
        } else if (options.rescan !== undefined) {
          const share = await api.rescanShare(chooseShare(shares, options.rescan, cli).id, signal);
          cli.result(share, () => [`${displayText(share.path)} is looked through again.`]);
        } else cli.result(shares, () => shareLines(shares, cli));
      });
    });
}

/**
 * Shares a folder through a peer's local API; when it looks private and may be shared all the same, a person at a
 * terminal is asked.
 *
 * @throws BanyanError `folder_missing`, `folder_unreadable`, `folder_overlaps`; `folder_unsafe` when it was not confirmed
 *   or cannot be
 */
export async function shareFolder(
  cli: Cli,
  api: Pick<LocalApiClient, 'addShare'>,
  path: string,
  options: { readonly name?: string; readonly yes: boolean; readonly signal: AbortSignal },
): Promise<ShareView> {
  const request = { path, ...(options.name === undefined ? {} : { name: options.name }) };
  try {
    return await api.addShare(options.yes ? { ...request, confirm: true } : request, options.signal);
  } catch (error) {
    if (!isBanyanError(error) || error.code !== 'folder_unsafe' || options.yes) throw error;
    // Some folders are never shared, whoever insists.
    if (error.details?.['confirmable'] === false) throw error;
    const confirmed = await cli.confirm(`${displayText(error.message, 1000)}\nShare it all the same?`);
    if (confirmed === true) return api.addShare({ ...request, confirm: true }, options.signal);
    const why =
      confirmed === false ? `${path} is not shared.` : `${error.message} If you are sure, add --yes.`;
    throw new BanyanError('folder_unsafe', why, { cause: error });
  }
}

function chooseShare(shares: readonly ShareView[], wanted: string, cli: Cli): ShareView {
  const path = resolvePath(cli.ctx, wanted);
  return onlyMatch(
    shares,
    wanted,
    'shared folder',
    (share) => share.id,
    (share) => share.name === wanted || share.path === path,
  );
}

function shareLines(shares: readonly ShareView[], cli: Cli): string[] {
  if (shares.length === 0) return ['Nothing is shared. `banyan share FOLDER` shares a folder.'];
  const { style } = cli;
  const lines = tableLines<ShareView>(
    [
      { head: 'Id', value: ({ id }) => displayText(id, 16), style: (text) => style.cyan(text) },
      { head: 'Name', value: ({ name }) => displayText(name), shrinkTo: 8 },
      { head: 'Files', value: ({ files }) => countText(files), align: 'right' },
      { head: 'Size', value: ({ bytes }) => bytesText(bytes), align: 'right' },
      { head: 'State', value: ({ state }) => state },
      {
        head: 'Left out',
        value: ({ skipped }) => (skipped === 0 ? '' : countText(skipped)),
        align: 'right',
        optional: true,
      },
      { head: 'Folder', value: ({ path }) => displayText(path), shrinkTo: 16, cut: 'middle' },
    ],
    shares,
    { width: cli.ctx.out.width, headStyle: style.bold },
  );
  for (const share of shares) {
    for (const error of share.errors.slice(0, SHOWN_ERRORS))
      lines.push(style.yellow(`${displayText(error.path)}: ${displayText(error.message, 300)}`));
    if (share.errors.length > SHOWN_ERRORS)
      lines.push(style.yellow(`and ${plural(share.errors.length - SHOWN_ERRORS, 'more file')} with errors`));
  }
  return lines;
}
