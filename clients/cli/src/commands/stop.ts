/** `banyan stop`: ends the peer's daemon. */
import type { Command } from 'commander';
import { BanyanError, isBanyanError } from '@banyan/proto';
import type { Cli, Peer } from '../cli.ts';
import { examples } from './help.ts';

const WAIT_MS = 15_000;
const STEP_MS = 100;

export function addStop(program: Command, cli: Cli): void {
  program
    .command('stop')
    .summary('stop the peer')
    .description(
      'Stops the peer in order: transfers end, downloads go on at its next start. A local network is stopped by Ctrl-C\nwhere it was started; this stops one peer of it.',
    )
    .addHelpText(
      'after',
      examples(['banyan stop', 'the default peer'], ['banyan --peer carol stop', 'another']),
    )
    .action(() =>
      cli.withPeer(async (peer) => {
        await peer.api.stop(peer.signal);
        await gone(peer);
        cli.result({ stopped: peer.label }, () => [`${peer.label} has stopped.`]);
      }),
    );
}

/** It answers until it has stopped its parts. */
async function gone({ api, label, signal }: Peer): Promise<void> {
  for (let waited = 0; waited < WAIT_MS; waited += STEP_MS) {
    try {
      await api.status(signal);
    } catch (error) {
      if (isBanyanError(error) && error.code === 'peer_not_running') return;
      if (isBanyanError(error) && error.code === 'aborted') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  throw new BanyanError(
    'timeout',
    `${label} was asked to stop but still answers. Its log says what it waits for.`,
  );
}
