/** `banyan operator console`: the operator console in the browser, signed in. */
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { maybeOpen } from '../browser.ts';
import { examples } from '../help.ts';
import { withOperator } from './operator-folder.ts';

interface Options {
  readonly operator?: string;
  readonly print?: boolean;
  readonly signOut?: boolean;
}

export function addConsole(operator: Command, cli: Cli): void {
  operator
    .command('console')
    .summary('open the operator console in the browser, signed in')
    .description(
      'Opens the operator console in the browser by a link that signs it in. The link is for one use within five minutes:\n' +
        'keep it to yourself.',
    )
    .option('--print', 'only print the link')
    .option('--sign-out', 'sign out every browser that is signed in with your account')
    .addHelpText(
      'after',
      examples(
        ['banyan operator console', 'who is a supernode, what is wrong, what to do'],
        ['banyan operator console --print', 'for a browser of your choice'],
        ['banyan operator console --sign-out', 'after a machine was lost'],
      ),
    )
    .action(async (_: unknown, command: Command) => {
      const { operator: folder, print, signOut } = command.optsWithGlobals<Options>();
      if (signOut === true) {
        await withOperator(cli, folder, (network, signal) => network.auth.consoleSignOut(signal));
        cli.result({}, () => [
          'Every browser that was signed in to the console with this account is signed out.',
        ]);
        return;
      }
      const link = await withOperator(cli, folder, (network, signal) => network.auth.consoleLink(signal));
      cli.result(link, () => [link.url]);
      if (print !== true) await maybeOpen(cli, link.url);
    });
}
