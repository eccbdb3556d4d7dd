/** `banyan supernodes`: the supernodes this peer knows. */
import { displayText, type SupernodeView } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { tableLines } from '../format/table.ts';
import { countText, durationText } from '../format/units.ts';
import { examples } from './help.ts';

const RELATION: Record<SupernodeView['relation'], string> = {
  home: 'home',
  second: 'second home',
  known: '',
};

const count = (n: number | null): string => (n === null ? '' : countText(n));

export function addSupernodes(program: Command, cli: Cli): void {
  program
    .command('supernodes')
    .summary('the supernodes that the peer knows')
    .description('Lists the supernodes that the peer knows: its home, its second home and the others.')
    .addHelpText(
      'after',
      examples(['banyan supernodes', 'a table'], ['banyan supernodes --json', 'for a program']),
    )
    .action(() =>
      cli.withPeer(async ({ api, signal }) => {
        // The status asks the list anew where that is due.
        const { list } = await api.status(signal);
        const supernodes = await api.supernodes(signal);
        cli.result(supernodes, () => supernodeLines(supernodes, cli));
        if (list.asOf !== undefined) {
          const age = durationText(Math.max(0, cli.ctx.now() - list.asOf));
          cli.note(cli.noteStyle.yellow(`As the list knew them ${age} ago: its store does not answer.`));
        }
      }),
    );
}

function supernodeLines(supernodes: readonly SupernodeView[], cli: Cli): string[] {
  if (supernodes.length === 0) return ['No supernode is known yet. `banyan status` says how the network is.'];
  const { style } = cli;
  return [
    ...tableLines<SupernodeView>(
      [
        { head: 'Name', value: ({ name }) => displayText(name, 40), shrinkTo: 8, style: style.bold },
        { head: 'Relation', value: ({ relation }) => RELATION[relation] },
        {
          head: 'State',
          value: ({ state }) => state,
          style: (text, { state }) => (state === 'connected' ? style.green(text) : text),
        },
        {
          head: 'Leaves',
          value: ({ leaves, capacity }) =>
            leaves === null
              ? ''
              : capacity === null
                ? count(leaves)
                : `${count(leaves)} of ${count(capacity)}`,
          align: 'right',
          optional: true,
        },
        { head: 'Records', value: ({ records }) => count(records), align: 'right', optional: true },
        {
          head: 'Round trip',
          value: ({ roundTripMs }) => (roundTripMs === null ? '' : `${Math.round(roundTripMs)} ms`),
          align: 'right',
          optional: true,
        },
        {
          head: 'Address',
          value: ({ addresses }) =>
            addresses.map(({ host, port }) => `${displayText(host, 60)}:${port}`).join(' '),
          shrinkTo: 12,
        },
        { head: 'Device', value: ({ deviceId }) => displayText(deviceId.slice(0, 12)) },
      ],
      supernodes,
      { width: cli.ctx.out.width, headStyle: style.bold },
    ),
    ...supernodes
      .filter(({ problem }) => problem !== null)
      .map((s) => style.yellow(`${displayText(s.name, 40)}: ${displayText(s.problem?.message ?? '', 300)}`)),
  ];
}
