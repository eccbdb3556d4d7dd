/** Signs a device of this process in with the organisation, by a code that the person types in any browser. */
import type { DeviceInfo, SignInStep } from '@banyan/proto';
import type { Network } from '@banyan/sdk';
import type { Cli } from '../cli.ts';
import { maybeOpen } from './browser.ts';

/** Says where to go and what to type there, and opens the browser where there is one. */
export async function showSignIn(
  cli: Cli,
  { url, userCode }: Pick<SignInStep, 'url' | 'userCode'>,
  { provider, open }: { readonly provider: string; readonly open: boolean },
): Promise<void> {
  // Also with --json, where stdout is for the result: somebody has to read it.
  cli.ctx.err.write(
    `Sign in with ${provider}: open ${cli.noteStyle.cyan(url)} in any browser, and type ${cli.noteStyle.bold(userCode ?? '')}\n`,
  );
  if (open) await maybeOpen(cli, url);
  cli.note(cli.noteStyle.dim('Waiting … (Ctrl-C ends it)'));
}

/** @throws BanyanError `not_found` where the network has no such sign-in; `sign_in_refused`, `sign_in_expired` … */
export async function signInWithCode(
  cli: Cli,
  network: Network,
  init: { readonly deviceName: string; readonly open: boolean; readonly signal: AbortSignal },
): Promise<DeviceInfo> {
  const { deviceName, open, signal } = init;
  const [{ systemClock }, { waitForSignIn }] = await Promise.all([
    import('@banyan/kit'),
    import('@banyan/sdk'),
  ]);
  const begun = await network.auth.beginSignIn({ deviceName }, signal);
  await showSignIn(cli, begun, { provider: network.signInName ?? 'your organisation', open });
  return waitForSignIn(network, begun, { clock: systemClock, deviceName, signal });
}
