/** `banyan load`: thousands of leaves against a network, and what becomes of it. */
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { examples } from '../help.ts';
import { wholeNumber } from '../numbers.ts';
import { factor } from './factor.ts';
import type { AgentOptions } from './run-agent.ts';
import type { LoadRunOptions } from './run-load.ts';

const MAX_WORKERS = 64;
const MAX_PORT = 65_535;
const MAX_SEED = 2 ** 31;

export function addLoad(program: Command, cli: Cli): void {
  const load = program
    .command('load')
    .summary('test a network with thousands of leaves')
    .description(
      'Runs load tests: leaves that speak the real protocol come, publish, search and go as a scenario says; thresholds decide whether it passed.',
    )
    .addHelpText(
      'after',
      examples(
        ['banyan load run smoke', 'half a minute, on a network of its own'],
        ['banyan load run ./evening.yaml --out results', 'a scenario of your own'],
        ['banyan load scenarios', 'those that ship'],
        ['banyan load diff before after', 'what became slower'],
      ),
    );
  load
    .command('run <scenario>')
    .summary('run a scenario')
    .description(
      'Runs a scenario: one that ships, or a file (.yaml, .mjs, .js). Without --network it starts a network of its own on this machine, and\n' +
        'removes it afterwards. Exit code 99: a threshold was missed; 98: the tester itself was too slow, so nothing was measured.',
    )
    .option(
      '--network <url>',
      'network to load: URL of its auth service, or an invite link with the grant load',
    )
    .option('--invite <code>', 'invite with the grant load, for the first run against a network')
    .option('--account <name>', 'account of the leaves; further ones get -2, -3 … (default: load)')
    .option(
      '--out <folder>',
      'folder for results.json, intervals.csv and report.html (default: load-results/…)',
    )
    .option('--scale <factor>', 'multiply all numbers of leaves and rates', factor)
    .option('--time <factor>', 'multiply all durations', factor)
    .option('--seed <number>', 'another seed than that of the scenario', wholeNumber(0, MAX_SEED))
    .option(
      '--workers <count>',
      'worker processes (default: one per core but one)',
      wholeNumber(1, MAX_WORKERS),
    )
    .option(
      '--agent <links...>',
      'let these machines run the workers; each says its link by banyan load agent',
    )
    .option(
      '--metrics-port <port>',
      'serve /metrics for Prometheus on loopback while it runs; 0: any free port',
      wholeNumber(0, MAX_PORT),
    )
    .addHelpText(
      'after',
      examples(
        ['banyan load run smoke', 'does everything work?'],
        ['banyan load run steady --scale 0.1', 'a tenth of it'],
        ['banyan load run soak --time 12', 'half a day of it'],
        ['banyan load run steady --network banyan-invite:…', 'a network that granted it'],
      ),
    )
    .action(async (scenario: string, options: LoadRunOptions) => {
      // Loaded when it is wanted: it brings most of Banyan along.
      const { runLoadTest } = await import('./run-load.ts');
      await runLoadTest(cli, scenario, options);
    });
  load
    .command('agent')
    .summary('lend this machine to a load test')
    .description(
      'Lends this machine to a load test that runs elsewhere: prints a link for `banyan load run --agent`, and runs workers for whoever has it.\n' +
        'The link is a secret. Leaves are enrolled by invites, so that no network can be loaded that did not ask for it.',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0: any free one', wholeNumber(0, MAX_PORT), 0)
    .option('--public-host <name>', 'how others reach this machine (default: --host)')
    .option(
      '--workers <count>',
      'most worker processes at once (default: one per core)',
      wholeNumber(1, MAX_WORKERS),
    )
    .addHelpText(
      'after',
      examples([
        'banyan load agent --host 0.0.0.0 --public-host tester-2.example.org',
        'lend this machine to others of the network',
      ]),
    )
    .action(async (options: AgentOptions) => {
      const { runAgent } = await import('./run-agent.ts');
      await runAgent(cli, options);
    });
  load
    .command('diff <before> <after>')
    .summary('compare two runs')
    .description(
      'Compares two runs by their folders or results.json: what became slower, or failed more often, beyond noise. Exit code 99: something is worse.',
    )
    .option('--html <file>', 'write a report of the later run that has the comparison in it')
    .addHelpText('after', examples(['banyan load diff before after', 'what is worse beyond noise']))
    .action(async (before: string, after: string, options: { readonly html?: string }) => {
      const { diffRuns } = await import('./diff-runs.ts');
      await diffRuns(cli, before, after, options);
    });
  load
    .command('scenarios')
    .summary('the scenarios that ship')
    .description('Lists the scenarios that ship with Banyan.')
    .action(async () => {
      const { listScenarios } = await import('./scenarios.ts');
      await listScenarios(cli);
    });
}
