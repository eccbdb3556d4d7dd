/** `banyan operator keys`: the keys that sign tokens and revocations. */
import { displayText, type SigningKeyView } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { tableLines } from '../../format/table.ts';
import { durationText } from '../../format/units.ts';
import { withOperator } from './operator-folder.ts';

interface Options {
  readonly operator?: string;
  readonly reason?: string;
}

export function addKeys(operator: Command, cli: Cli): void {
  const keys = operator.command('keys').summary('the keys that sign tokens: list, rotate, withdraw');

  keys
    .command('list')
    .summary('show the signing keys')
    .description(
      'Shows the keys that sign tokens and revocations: the next one, the current one, and those whose tokens still hold.',
    )
    .action((_: unknown, command: Command) =>
      withOperator(cli, command.optsWithGlobals<Options>().operator, async ({ auth }, signal) => {
        const answer = await auth.keys(signal);
        cli.result(answer, () => [
          ...keyLines(answer.keys, cli),
          answer.rotationDays === 0
            ? 'Keys are replaced when an operator says so.'
            : `The current key is replaced by itself ${answer.rotationDays} days after its beginning.`,
        ]);
      }),
    );

  keys
    .command('rotate')
    .summary('publish a new signing key')
    .description(
      'Publishes a new key for tokens and revocations. It signs as soon as everybody can know it; the old one holds until its tokens have ended.',
    )
    .option('--reason <text>', 'why; the audit is told')
    .action((_: unknown, command: Command) => {
      const { operator: folder, reason } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const rotation = await auth.rotateKeys(reason, signal);
        cli.result(rotation, () => [
          `A new signing key is published. It signs ${from(rotation.activeAt, cli)}.`,
        ]);
      });
    });

  keys
    .command('withdraw')
    .argument('<kid>', 'id of the key, as list shows it')
    .summary('take a signing key out that somebody else may have')
    .description(
      'Withdraws a signing key at once, in the whole network within 30 seconds: what it signed proves nothing any more, and another key signs. Everybody gets\n' +
        'new tokens by itself. Keys that were waiting to sign are replaced too.',
    )
    .requiredOption('--reason <text>', 'why; whoever follows the revocations is told')
    .action((kid: string, _: unknown, command: Command) => {
      const { operator: folder, reason = '' } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const rotation = await auth.withdrawKey({ kid, reason }, signal);
        cli.result(rotation, () => [
          `${displayText(kid, 64)} is withdrawn. ${rotation.current} signs from now on.`,
        ]);
      });
    });
}

function from(activeAt: number, cli: Cli): string {
  const leftMs = activeAt - cli.ctx.now();
  return leftMs <= 0 ? 'from now on' : `in ${durationText(leftMs)}`;
}

function keyLines(keys: readonly SigningKeyView[], cli: Cli): string[] {
  const now = cli.ctx.now();
  return tableLines<SigningKeyView>(
    [
      { head: 'Key', value: ({ kid }) => kid, style: cli.style.bold },
      { head: 'State', value: ({ state }) => state },
      {
        head: 'Signs',
        value: ({ activeAt }) =>
          activeAt > now ? `in ${durationText(activeAt - now)}` : `since ${durationText(now - activeAt)}`,
      },
      {
        head: 'Leaves',
        value: ({ until }) => (until === undefined ? '' : `in ${durationText(Math.max(0, until - now))}`),
      },
    ],
    keys,
    { width: cli.ctx.out.width, headStyle: cli.style.bold },
  );
}
