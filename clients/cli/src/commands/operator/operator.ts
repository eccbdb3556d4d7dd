/** `banyan operator`: what administers a network. */
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { examples } from '../help.ts';
import { addAudit } from './audit.ts';
import { addHosts } from './hosts.ts';
import { addLogin } from './login.ts';
import { addModeration } from './moderation.ts';
import { addPolicy } from './policy.ts';

export function addOperator(program: Command, cli: Cli): void {
  const operator = program
    .command('operator')
    .summary('administer a network')
    .description(
      'Administers a network: its hosts, who is a supernode and why, bans, invites, and the record of it all.',
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
        ['banyan operator audit', 'who decided what, and why'],
        ['banyan operator login --network https://auth.example.org --code K7…', 'once, before all others'],
      ),
    );
  for (const add of [addLogin, addHosts, addPolicy, addModeration, addAudit]) add(operator, cli);
}
