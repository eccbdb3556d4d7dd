/** Waiting for a person who signs in elsewhere (RFC 8628 section 3.5). */
import { isBanyanError, type DeviceInfo, type SignInResponse } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import type { Network } from './network.ts';

export interface WaitForSignInInit {
  readonly clock: Clock;
  readonly deviceName: string;
  readonly signal?: AbortSignal;
}

/** Failures that say nothing of the person: auth is asked again, until the sign-in is over by itself. */
const PASSING: ReadonlySet<string> = new Set([
  'sign_in_pending',
  'unreachable',
  'timeout',
  'unavailable',
  'store_unavailable',
  'shutting_down',
  'rate_limited',
]);

/**
 * Asks until the person has finished a sign-in that was begun without a redirect, and enrols this device with it.
 *
 * @throws BanyanError `sign_in_refused`, `sign_in_expired`, `sign_in_unavailable`, `conflict`, `aborted` …
 */
export async function waitForSignIn(
  network: Pick<Network, 'redeemSignIn'>,
  { id, interval, expiresIn }: SignInResponse,
  { clock, deviceName, signal }: WaitForSignInInit,
): Promise<DeviceInfo> {
  const end = clock.monotonic() + expiresIn * 1000;
  for (;;) {
    await clock.sleep(interval * 1000, signal);
    try {
      return await network.redeemSignIn({ id }, deviceName, signal);
    } catch (error) {
      if (!isBanyanError(error) || !PASSING.has(error.code) || clock.monotonic() > end) throw error;
      if (error.retryAfterMs !== undefined) await clock.sleep(error.retryAfterMs, signal);
    }
  }
}
