/** `banyan account password`, `banyan account reset`. */
import { displayText, parseResetLink } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { withoutDevice } from '../../own-device.ts';
import { newPasswordOf, passwordOf } from '../ask-password.ts';
import { withAccount } from './own-account.ts';

interface Options {
  readonly signOutOthers?: boolean;
  readonly signOutAll?: boolean;
  readonly passwordFile?: string;
  readonly newPasswordFile?: string;
}

export function addPasswords(account: Command, cli: Cli): void {
  account
    .command('password')
    .summary('change the password')
    .description(
      'Changes the password of the account, or sets the first one. Devices stay signed in unless you say otherwise.',
    )
    .option('--sign-out-others', 'sign all other devices out, in the whole network')
    .option('--password-file <file>', 'file whose first line is the old password; without it you are asked')
    .option(
      '--new-password-file <file>',
      'file whose first line is the new password; without it you are asked',
    )
    .action((options: Options) =>
      withAccount(cli, async ({ auth, signal }) => {
        const { account: name, hasPassword } = await auth.account(signal);
        const password = hasPassword ? await passwordOf(cli, name, options.passwordFile) : undefined;
        const newPassword = await newPasswordOf(cli, options.newPasswordFile);
        const otherDevices = options.signOutOthers === true ? 'remove' : 'keep';
        const changed = await auth.changePassword(
          { newPassword, otherDevices, ...(password === undefined ? {} : { password }) },
          signal,
        );
        cli.result(changed, () => [
          otherDevices === 'remove'
            ? 'The password is changed, and all other devices are signed out.'
            : 'The password is changed. Your devices stay signed in.',
        ]);
      }),
    );

  account
    .command('reset')
    .argument('<link>', 'the banyan-reset: link that an operator gave you')
    .summary('a new password by an operator’s link')
    .description('Sets a new password with a link from an operator, on any machine. The link works once.')
    .option('--sign-out-all', 'sign all devices of the account out, in the whole network')
    .option(
      '--new-password-file <file>',
      'file whose first line is the new password; without it you are asked',
    )
    .action(async (text: string, options: Options) => {
      const { issuer, pins, code } = parseResetLink(text);
      const newPassword = await newPasswordOf(cli, options.newPasswordFile);
      await withoutDevice(cli, { issuer, pins }, async (auth, signal) => {
        const otherDevices = options.signOutAll === true ? 'remove' : 'keep';
        const changed = await auth.reset({ code, newPassword, otherDevices }, signal);
        cli.result(changed, () => [
          `The account ${displayText(changed.account, 64)} has a new password${otherDevices === 'remove' ? ', and no device is signed in any more' : ''}.`,
          `Sign a device in with: banyan peer --network ${issuer} --account ${displayText(changed.account, 64)}`,
        ]);
      });
    });
}
