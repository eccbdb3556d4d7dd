/** `banyan account export`, `banyan account delete`. */
import { displayText } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { passwordOf } from '../ask-password.ts';
import { giveExport, typedName, withAccount } from './own-account.ts';

interface DeleteOptions {
  readonly confirm?: string;
  readonly passwordFile?: string;
}

export function addLeaving(account: Command, cli: Cli): void {
  account
    .command('export')
    .argument('[file]', 'a new file; default: stdout')
    .summary('everything that is held of you')
    .description('Writes everything that the network’s auth service holds of the account, as JSON.')
    .action((file: string | undefined) =>
      withAccount(cli, async ({ auth, signal }) => giveExport(cli, await auth.exportAccount(signal), file)),
    );

  account
    .command('delete')
    .summary('delete the account, for good')
    .description(
      'Deletes the account. All its devices are signed out in the whole network, and its name is free for others. Files on your\n' +
        'machines stay. The record of decisions keeps the account’s id, and no name.',
    )
    .option('--confirm <name>', 'the name of the account; without it you are asked')
    .option('--password-file <file>', 'file whose first line is the password; without it you are asked')
    .action((options: DeleteOptions) =>
      withAccount(cli, async ({ auth, signal }) => {
        const { account: name, hasPassword } = await auth.account(signal);
        const typed = await typedName(cli, displayText(name, 64), options.confirm);
        const password = hasPassword ? await passwordOf(cli, name, options.passwordFile) : undefined;
        await auth.deleteAccount({ account: typed, ...(password === undefined ? {} : { password }) }, signal);
        cli.result({ account: name, deleted: true }, () => [
          `The account ${displayText(name, 64)} is deleted, and its devices are signed out. Stop the peer with \`banyan stop\`.`,
        ]);
      }),
    );
}
