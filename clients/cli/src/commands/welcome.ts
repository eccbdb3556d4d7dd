/** What `banyan up` says when everything runs: where the pages are, and what to try first. Pure text. */
import type { Style } from '../format/style.ts';
import type { LocalPeer } from '../local-network/local-network.ts';

type WelcomePeer = Pick<LocalPeer, 'name' | 'loginUrl' | 'sharedFolder' | 'downloadFolder'>;

export function welcomeLines(
  network: { readonly supernodes: readonly unknown[]; readonly peers: readonly WelcomePeer[] },
  init: {
    /** Whether there is a sample library to search in. */
    readonly sample: boolean;
    /** Put before commands to type, e.g. `BANYAN_DATA_DIR=/tmp/try `. */
    readonly prefix: string;
    readonly style: Style;
  },
): string[] {
  const { prefix, style } = init;
  const { supernodes, peers } = network;
  const width = Math.max(...peers.map(({ name }) => name.length));
  const [first, second] = peers;
  const open = `Try it: open the page of ${first!.name} and`;
  const elsewhere = 'or, in another terminal:';
  return [
    '',
    style.bold(
      `Banyan is running on this machine: ${supernodes.length} supernodes and ${peers.length} peers.`,
    ),
    '',
    ...peers.map(({ name, loginUrl }) => `  ${style.bold(name.padEnd(width))}  ${style.cyan(loginUrl)}`),
    '',
    init.sample
      ? `${open} search for ${style.bold('night sounds')} or ${style.bold('榕樹')}; ${elsewhere}`
      : `${open} share a folder there, then search for its files from the page of ${second!.name}; ${elsewhere}`,
    '',
    ...(init.sample
      ? [`  ${prefix}npx banyan search night sounds`, `  ${prefix}npx banyan get 1`]
      : [`  ${prefix}npx banyan share FOLDER`]),
    `  ${prefix}npx banyan --peer ${second!.name} status`,
    '',
    `Operators see and run all of it: ${prefix}npx banyan operator console`,
    '',
    style.dim(`${first!.name} shares ${first!.sharedFolder} and downloads to ${first!.downloadFolder}.`),
    style.dim('Ctrl-C stops everything.'),
  ];
}
