/** `banyan account report`: tells the operators of a content, an account or a device. */
import {
  contentIdText,
  isDeviceId,
  looksLikeLink,
  parseContentId,
  parseLink,
  type ReportRequest,
} from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { rememberedHit } from '../../last-search.ts';
import { withAccount } from './own-account.ts';

interface Options {
  readonly reason: string;
  readonly account?: boolean;
}

export function addReport(account: Command, cli: Cli): void {
  account
    .command('report')
    .argument('<what>', 'number of a hit of the last search, content id or link, device id, or account name')
    .summary('report a content, an account or a device to the operators')
    .description(
      'Tells the operators of the network what is wrong, and with what. They see who reports; nobody else does.',
    )
    .requiredOption('--reason <text>', 'what is wrong with it')
    .option('--account', 'what is given is the name of an account, whatever it looks like')
    .action((what: string, options: Options) =>
      withAccount(cli, async ({ auth, folder, signal }) => {
        const subject =
          options.account === true ? { kind: 'account' as const, id: what } : await subjectOf(what, folder);
        const report = await auth.report({ ...subject, reason: options.reason }, signal);
        cli.result({ ...report, ...subject }, () => [
          `The operators are told about this ${subject.kind}. Thank you.`,
        ]);
      }),
    );
}

/** What is meant, by its shape. */
async function subjectOf(what: string, folder: string): Promise<Pick<ReportRequest, 'kind' | 'id'>> {
  if (looksLikeLink(what)) return { kind: 'content', id: contentIdText(parseLink(what).content) };
  if (/^[1-9]\d{0,2}$/.test(what))
    return { kind: 'content', id: (await rememberedHit(folder, Number(what))).content };
  if (isDeviceId(what)) return { kind: 'device', id: what };
  // No account name has as many characters as a root.
  if (/^[0-9a-f]{64}-/i.test(what)) return { kind: 'content', id: contentIdText(parseContentId(what)) };
  return { kind: 'account', id: what };
}
