/** How a command speaks to a network itself: as a device whose key lies in a folder, or as nobody in particular. */
import { join } from 'node:path';
import type { AuthClient, EnrolmentInit, Network } from '@banyan/sdk';
import { untilStopped, type Cli } from './cli.ts';
import { DEVICE_KEY_FILE } from './device-folder.ts';

/** Which network, and how its auth service is trusted. */
export interface NetworkAddress {
  readonly issuer: string;
  /** Pins of the auth service's TLS key. */
  readonly pins?: readonly string[];
  /** File that keeps what is learnt of the network, such as later pins; default: nothing is kept. */
  readonly stateFile?: string;
}

/**
 * Does something as the device whose key lies in `folder`, where one is made when there is none.
 *
 * @param enrolment - for a device that may have to be enrolled first; `sign-in`: by what `act` does
 * @throws BanyanError what the services answer; `aborted` at Ctrl-C
 */
export async function withDevice<T>(
  cli: Cli,
  folder: string,
  address: NetworkAddress,
  enrolment: EnrolmentInit | 'sign-in' | undefined,
  act: (network: Network, signal: AbortSignal, deviceId: string) => Promise<T>,
): Promise<T> {
  // Loaded when it is wanted: other commands start sooner without.
  const [{ createIdentity, loadOrCreateDeviceKey, makeFolder, silentLog, systemClock }, { createNetwork }] =
    await Promise.all([import('@banyan/kit'), import('@banyan/sdk')]);
  await makeFolder(folder, { mode: 0o700 });
  const identity = await createIdentity(await loadOrCreateDeviceKey(join(folder, DEVICE_KEY_FILE)), {
    clock: systemClock,
  });
  const network = createNetwork(
    { clock: systemClock, log: silentLog(), identity },
    {
      ...address,
      ...(enrolment === 'sign-in' ? { awaitSignIn: true } : enrolment === undefined ? {} : { enrolment }),
    },
  );
  return untilStopped(cli, async (signal) => {
    try {
      await network.start(signal);
      return await act(network, signal, identity.deviceKey.deviceId);
    } finally {
      await network.stop();
    }
  });
}

/** Does something at an auth service without being a device of it: with a password or a link. */
export async function withoutDevice<T>(
  cli: Cli,
  { issuer: url, pins }: NetworkAddress,
  act: (auth: AuthClient, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [{ createDeviceKey, createIssuer, silentLog, systemClock }, { createAuthClient }] = await Promise.all(
    [import('@banyan/kit'), import('@banyan/sdk')],
  );
  const issuer = createIssuer(
    { clock: systemClock, log: silentLog() },
    { url, ...(pins === undefined ? {} : { pins }) },
  );
  return untilStopped(cli, async (signal) => {
    try {
      await issuer.start(signal);
      // Each call is proved by a key, so that nobody can repeat it; this one is forgotten after.
      return await act(createAuthClient({ issuer, deviceKey: createDeviceKey() }), signal);
    } finally {
      await issuer.stop();
    }
  });
}
