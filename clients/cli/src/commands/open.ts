/** `banyan open`: the page, signed in. */
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { maybeOpen } from './browser.ts';
import { examples } from './help.ts';

export function addOpen(program: Command, cli: Cli): void {
  program
    .command('open')
    .summary("open the peer's page in the browser, signed in")
    .description(
      "Opens the peer's page in the browser by a link that signs it in. The link is for one use: keep it to yourself.",
    )
    .option('--print', 'only print the link')
    .addHelpText(
      'after',
      examples(
        ['banyan open', 'the default peer'],
        ['banyan --peer bob open', 'another peer of the local network'],
        ['banyan open --print', 'for a browser of your choice'],
      ),
    )
    .action((options: { print?: boolean }) =>
      cli.withPeer(async ({ api, signal }) => {
        const link = await api.loginLink(signal);
        cli.result(link, () => [link.url]);
        if (options.print !== true) await maybeOpen(cli, link.url);
      }),
    );
}
