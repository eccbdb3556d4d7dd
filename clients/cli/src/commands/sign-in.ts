/** `banyan sign-in`: signs the peer in with the organisation of its network. */
import { BanyanError, displayText, isErrorCode, type SignInView } from '@banyan/proto';
import type { LocalApiClient } from '@banyan/sdk';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from './help.ts';
import { showSignIn } from './sign-in-with-code.ts';

/** The peer is on this machine: asking it costs nothing. */
const ASK_MS = 500;

export function addSignIn(program: Command, cli: Cli): void {
  program
    .command('sign-in')
    .summary('sign the peer in with the organisation of its network')
    .description(
      'Signs the peer in with the OpenID Connect provider of its network: it shows a code, which you type in any browser, also\n' +
        'on another machine. A peer that is in the network already stays in its account, which from then on opens by that sign-in.',
    )
    .option('--no-open', 'open no browser')
    .addHelpText('after', examples(['banyan sign-in', 'with the peer that runs here']))
    .action((options: { readonly open: boolean }) =>
      cli.withPeer(async ({ api, label, signal }) => {
        const { provider } = await api.signIn(signal);
        if (provider === null)
          throw new BanyanError(
            'not_found',
            `The network of ${label} has no sign-in with an organisation. Use an invite, or name and password: banyan peer --help`,
          );
        const name = displayText(provider, 64);
        await showSignIn(cli, await api.beginSignIn(signal), { provider: name, open: options.open });
        const view = await ended(api, signal);
        if (view.problem !== null)
          throw new BanyanError(
            isErrorCode(view.problem.code) ? view.problem.code : 'sign_in_refused',
            view.problem.message,
          );
        if (view.needed) throw new BanyanError('sign_in_expired');
        cli.result(view, () => [
          `${label} is signed in as ${displayText(view.account ?? '', 64)}, by ${name}.`,
        ]);
      }),
    );
}

/** Waits until the person is through, or it has come to nothing. */
async function ended(api: LocalApiClient, signal: AbortSignal): Promise<SignInView> {
  const { systemClock } = await import('@banyan/kit');
  for (;;) {
    await systemClock.sleep(ASK_MS, signal);
    const view = await api.signIn(signal);
    if (!view.waiting) return view;
  }
}
