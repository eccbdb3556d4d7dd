/** `banyan operator`: what administers a network. */
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { examples } from '../help.ts';
import { addAccounts } from './accounts.ts';
import { addAudit } from './audit.ts';
import { addBanLists } from './ban-lists.ts';
import { addConsole } from './console.ts';
import { addHosts } from './hosts.ts';
import { addKeys } from './keys.ts';
import { addLogin } from './login.ts';
import { addModeration } from './moderation.ts';
import { addPin } from './pin.ts';
import { addPolicy } from './policy.ts';
import { addReports } from './reports.ts';

export function addOperator(program: Command, cli: Cli): void {
  const operator = program
    .command('operator')
    .summary('administer a network')
    .description(
      'Administers a network: its hosts, who is a supernode and why, accounts, bans, invites, reports, and the record of it all.',
    )
    .option(
      '--operator <folder>',
      'folder of the operator’s device; default: that of this machine, else of the local network',
    )
    .addHelpText(
      'after',
      examples(
        ['banyan operator hosts', 'who volunteers, who is a supernode'],
        ['banyan operator promote bob --reason "more room for the evening"', 'make one a supernode'],
        ['banyan operator reset-link ada --reason "forgot the password"', 'help somebody back in'],
        ['banyan operator audit', 'who decided what, and why'],
        ['banyan operator console', 'all of it in the browser'],
        ['banyan operator login --network https://auth.example.org --code K7…', 'once, before all others'],
      ),
    );
  for (const add of [
    addLogin,
    addConsole,
    addHosts,
    addPolicy,
    addModeration,
    addBanLists,
    addAccounts,
    addReports,
    addKeys,
    addAudit,
    addPin,
  ])
    add(operator, cli);
}
