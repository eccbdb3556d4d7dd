/** `banyan account`: what a person does to the own account. */
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { examples } from '../help.ts';
import { addDevices } from './devices.ts';
import { addLeaving } from './leaving.ts';
import { addPasswords } from './passwords.ts';
import { addReport } from './report.ts';

export function addAccount(program: Command, cli: Cli): void {
  const account = program
    .command('account')
    .summary('your account: devices, password, reports, export, deletion')
    .description(
      'Shows the account of this peer and its devices, and changes them. The peer need not run; --peer says which one is meant.',
    )
    .addHelpText(
      'after',
      examples(
        ['banyan account', 'who am I here, on which devices?'],
        ['banyan account add-device', 'a link for another machine of yours'],
        ['banyan account remove-device laptop --stolen', 'its key is in wrong hands'],
        ['banyan account password', 'a new password'],
        ['banyan account report 3 --reason "not what it says"', 'tell the operators of a hit'],
        ['banyan account export me.json', 'everything that is held of you'],
      ),
    );
  for (const add of [addDevices, addPasswords, addReport, addLeaving]) add(account, cli);
}
