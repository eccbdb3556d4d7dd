/** `banyan operator account`, `reset-link`, `remove-device`, `export-account`, `delete-account`: accounts of others. */
import { displayText, isDeviceId, timeText } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { accountLines } from '../account/devices.ts';
import { deviceOf, giveExport, typedName } from '../account/own-account.ts';
import { withOperator } from './operator-folder.ts';
import { periodSeconds } from './period.ts';

interface Options {
  readonly operator?: string;
  readonly reason: string;
  readonly for?: number;
  readonly stolen?: boolean;
  readonly account?: string;
  readonly confirm?: string;
}

const REASON = ['--reason <text>', 'why; the audit is told'] as const;

export function addAccounts(operator: Command, cli: Cli): void {
  operator
    .command('account')
    .argument('<account>', 'name or id')
    .summary('one account: its devices, and the bans that hold')
    .description('Shows an account: its role, its devices, when each was last seen, and the bans that hold.')
    .action((account: string, _: unknown, command: Command) =>
      withOperator(cli, command.optsWithGlobals<Options>().operator, async ({ auth }, signal) => {
        const details = await auth.accountDetails(account, signal);
        cli.result(details, () => [
          ...accountLines(details.account, undefined, cli),
          ...details.bans.map(({ kind, id, until, reason }) => {
            const end = until === null ? 'until it is lifted' : `until ${timeText(until * 1000)}`;
            return cli.style.yellow(
              `Banned: ${kind === 'account' ? 'the account' : `device ${id}`}, ${end}: ${displayText(reason, 300)}`,
            );
          }),
        ]);
      }),
    );

  operator
    .command('reset-link')
    .argument('<account>', 'name or id')
    .summary('let somebody set a new password')
    .description(
      'Makes a link with which its holder sets a new password, once. It is shown this once; a new one voids it.',
    )
    .requiredOption(...REASON)
    .option('--for <period>', 'how long it holds, as 30m, 12h, 7d; default 1d, at most 7d', periodSeconds)
    .action((account: string, _: unknown, command: Command) => {
      const { operator: folder, reason, for: ttlSeconds } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const made = await auth.makeResetLink(
          account,
          { reason, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) },
          signal,
        );
        cli.note(
          `Give this to its owner and nobody else. They run: banyan account reset LINK (until ${timeText(made.expiresAt)})`,
        );
        cli.result(made, () => [made.link]);
      });
    });

  operator
    .command('remove-device')
    .argument('<device>', 'device id; with --account its name or the beginning of its id')
    .summary('sign a device out')
    .description(
      'Takes a device out of its account. Its sessions are cut in the whole network within 30 seconds.',
    )
    .requiredOption(...REASON)
    .option('--account <name>', 'account of the device')
    .option('--stolen', 'others may have its key: ban it for good')
    .action((wanted: string, _: unknown, command: Command) => {
      const { operator: folder, reason, stolen = false, account } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const deviceId =
          account === undefined || isDeviceId(wanted)
            ? wanted
            : deviceOf((await auth.accountDetails(account, signal)).account, wanted).deviceId;
        const info = await auth.removeDeviceOf(deviceId, { reason, stolen }, signal);
        cli.result(info, () => [
          `The device ${displayText(deviceId, 43)} of ${displayText(info.account, 64)} is signed out${stolen ? ', and its key is banned for good' : ''}.`,
        ]);
      });
    });

  operator
    .command('export-account')
    .argument('<account>', 'name or id')
    .argument('[file]', 'a new file; default: stdout')
    .summary('everything that is held of an account')
    .description(
      'Writes everything that auth holds of an account, as JSON. The audit is told who looked, and why.',
    )
    .requiredOption(...REASON)
    .action((account: string, file: string | undefined, _: unknown, command: Command) => {
      const { operator: folder, reason } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) =>
        giveExport(cli, await auth.exportAccountOf(account, reason, signal), file),
      );
    });

  operator
    .command('delete-account')
    .argument('<account>', 'name or id')
    .summary('delete an account, for good')
    .description(
      'Deletes an account. All its devices are signed out in the whole network, and its name is free for others.',
    )
    .requiredOption(...REASON)
    .option('--confirm <name>', 'the name of the account, typed again; without it you are asked')
    .action((wanted: string, _: unknown, command: Command) => {
      const { operator: folder, reason, confirm } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const { accountId, account } = (await auth.accountDetails(wanted, signal)).account;
        const typed = await typedName(cli, displayText(account, 64), confirm);
        await auth.deleteAccountOf(accountId, { account: typed, reason }, signal);
        cli.result({ accountId, account, deleted: true }, () => [
          `The account ${displayText(account, 64)} is deleted, and its devices are signed out.`,
        ]);
      });
    });
}
