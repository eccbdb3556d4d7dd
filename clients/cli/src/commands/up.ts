/** `banyan up`, which `npm start` runs: a whole network on this machine. */
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { DEFAULT_BASE_PORT } from '../local-network/ports.ts';
import { examples } from './help.ts';
import { wholeNumber } from './numbers.ts';
import type { UpOptions } from './run-up.ts';

export function addUp(program: Command, cli: Cli): void {
  program
    .command('up')
    .summary('a whole network on this machine (what `npm start` runs)')
    .description(
      'Brings up a whole network on this machine, on loopback only: auth, supernode list, two supernodes and three\n' +
        'peers with a small library to search in. Ctrl-C stops everything; the next start finds it as it was.',
    )
    .option('--share <dir...>', 'share folders of your own from the first peer')
    .option('--yes', 'share them although they look private')
    .option('--no-open', 'open no browser')
    .option('--no-sample', 'make no sample library')
    .option(
      '--base-port <port>',
      `first of the ports; 0: any free ones (default: ${DEFAULT_BASE_PORT})`,
      wholeNumber(0, 65_535),
    )
    .addHelpText(
      'after',
      examples(
        ['npm start', 'with all set-up, from the clone'],
        ['npm start -- --share ~/Music', 'share a folder of your own as well'],
        ['banyan up --no-open --base-port 8700', 'other ports, no browser'],
        ['BANYAN_DATA_DIR=/tmp/try banyan up', 'keep everything elsewhere'],
      ),
    )
    .action(async (options: UpOptions) => {
      // Loaded when it is wanted: it brings most of Banyan along.
      const { runUp } = await import('./run-up.ts');
      await runUp(cli, options);
    });
}
