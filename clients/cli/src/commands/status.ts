/** `banyan status`: how the peer is, in a screenful. */
import { banOfStatus, displayText, withMoments, type PeerStatus, type SupernodeView } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import type { Style } from '../format/style.ts';
import { factLines } from '../format/table.ts';
import { bytesText, countText, durationText, plural, rateText } from '../format/units.ts';
import { examples } from './help.ts';

export function addStatus(program: Command, cli: Cli): void {
  program
    .command('status')
    .summary('how the peer is: network, supernodes, library, transfers')
    .description(
      'Shows how the peer is: its network and supernodes, whether others can reach it, its library and transfers.',
    )
    .addHelpText(
      'after',
      examples(
        ['banyan status', 'the default peer'],
        ['banyan --peer bob status', 'another peer of the local network'],
        ['banyan status --json', 'for a program'],
      ),
    )
    .action(() =>
      cli.withPeer(async ({ api, signal }) => {
        const status = await api.status(signal);
        cli.result(status, () => statusLines(status, { now: cli.ctx.now(), style: cli.style }));
      }),
    );
}

/** What is printed of a status. */
function statusLines(status: PeerStatus, init: { readonly now: number; readonly style: Style }): string[] {
  const { style } = init;
  const { library, transfers, reach, network } = status;
  const ban = banOfStatus(status);
  // Whoever is banned has all other troubles from that.
  const problems =
    ban === undefined
      ? [
          status.auth.problem,
          status.list.problem,
          status.home === null ? (status.homeProblem ?? null) : status.home.problem,
          reach.problem,
        ]
      : [];
  return [
    ...(ban === undefined ? [] : [style.red(withMoments(displayText(ban.message, 1_000), localMoment))]),
    ...factLines(
      [
        [
          'Peer',
          `${displayText(status.name, 80)}${status.account === null ? '' : ` (account ${displayText(status.account, 80)})`}, running for ${durationText(Math.max(0, init.now - status.startedAt))}, version ${displayText(status.version, 20)}`,
        ],
        ['Device', displayText(status.deviceId, 64)],
        [
          'Network',
          `${network.name === null ? '' : `${displayText(network.name, 80)}, `}${displayText(network.issuer, 200)}`,
        ],
        ['Auth', connectionText(status.auth.state, style)],
        [
          'List',
          connectionText(status.list.state, style) +
            (status.list.asOf === undefined
              ? ''
              : `, ${style.yellow(`as it was ${durationText(Math.max(0, init.now - status.list.asOf))} ago`)}: its store does not answer`),
        ],
        ['Home', supernodeText(status.home, style, ban !== undefined)],
        ['Second home', supernodeText(status.secondHome, style, ban !== undefined)],
        ['Reachable', reachText(reach, style)],
        [
          'Library',
          `${plural(library.files, 'file')}, ${bytesText(library.bytes)}; ${countText(library.published)} published` +
            (library.errors > 0
              ? `; ${style.yellow(plural(library.errors, 'error'))} (see \`banyan share\`)`
              : ''),
        ],
        ...(library.hashing === null
          ? []
          : [
              [
                'Hashing',
                `${plural(library.hashing.filesLeft, 'file')}, ${bytesText(library.hashing.bytesLeft)} to go at ${rateText(library.hashing.bytesPerSecond)}: ${displayText(library.hashing.file, 60)}`,
              ] as const,
            ]),
        [
          'Downloads',
          transfers.downloading === 0
            ? 'none'
            : `${countText(transfers.downloading)} at ${rateText(transfers.downloadBytesPerSecond)}`,
        ],
        [
          'Uploads',
          transfers.uploading + transfers.uploadQueue === 0
            ? 'none'
            : `${countText(transfers.uploading)} at ${rateText(transfers.uploadBytesPerSecond)}, ${countText(transfers.uploadQueue)} waiting`,
        ],
        ['Downloads to', displayText(status.downloadFolder)],
      ],
      style.bold,
    ),
    ...problems
      .filter((problem) => problem !== null)
      .map((problem) => style.yellow(displayText(problem.message, 500))),
  ];
}

/** The state of a connection, in its colour. */
function connectionText(state: PeerStatus['auth']['state'], style: Style): string {
  return state === 'connected'
    ? style.green(state)
    : state === 'offline'
      ? style.red(state)
      : style.yellow(state);
}

/** `4 December 2026 at 13:25`, in local time. */
function localMoment(ms: number): string {
  return new Date(ms).toLocaleString('en-GB', {
    ...{ day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit' },
  });
}

function supernodeText(supernode: SupernodeView | null, style: Style, isBanned: boolean): string {
  if (supernode === null) return style.yellow(isBanned ? 'none' : 'none, looking for one');
  const rtt = supernode.roundTripMs === null ? '' : `, ${Math.round(supernode.roundTripMs)} ms away`;
  return `${displayText(supernode.name, 64)}, ${connectionText(supernode.state, style)}${rtt}`;
}

function reachText(reach: PeerStatus['reach'], style: Style): string {
  switch (reach.state) {
    case 'reachable':
      return style.green('yes') + (reach.address === null ? '' : `, at ${displayText(reach.address, 80)}`);
    case 'unreachable':
      return style.red('no: others cannot download from here');
    case 'unknown':
      return 'not known yet';
  }
}
