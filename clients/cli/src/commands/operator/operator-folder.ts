/** The device with which a person administers a network from here, and how a command gets hold of it. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError } from '@banyan/proto';
import { dataDir } from '@banyan/kit/paths';
import type { EnrolmentInit, Network } from '@banyan/sdk';
import type { Cli } from '../../cli.ts';
import { resolvePath } from '../../context.ts';
import { localNetworkFolder } from '../../peer-folder.ts';

/** What is known of the network that a folder administers. */
export interface OperatorFile {
  readonly issuer: string;
  readonly pin?: string;
}

/** In the operator's folder, beside the device key. */
export const OPERATOR_FILE = 'operator.json';
const KEY_FILE = 'device-key.pem';

/** Folder of the operator's device: the one given, else that of this machine, else that of the local network. */
function operatorFolder(cli: Cli, given: string | undefined): string {
  const { ctx } = cli;
  const wanted = given ?? (ctx.env['BANYAN_OPERATOR_DIR'] || undefined);
  if (wanted !== undefined) return resolvePath(ctx, wanted);
  const own = ownOperatorFolder(cli);
  const local = join(localNetworkFolder(ctx), 'operator');
  return !existsSync(join(own, OPERATOR_FILE)) && existsSync(join(local, OPERATOR_FILE)) ? local : own;
}

/** Where `banyan operator login` keeps its device. */
export function ownOperatorFolder({ ctx }: Cli): string {
  return join(dataDir(ctx.env), 'operator');
}

/**
 * Does something as the operator.
 *
 * @throws BanyanError `not_found` when nobody has signed in here, and what the services answer; `aborted` at Ctrl-C
 */
export async function withOperator<T>(
  cli: Cli,
  given: string | undefined,
  act: (network: Network, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const folder = operatorFolder(cli, given);
  const file = await readFile(join(folder, OPERATOR_FILE), 'utf8').catch(() => undefined);
  if (file === undefined)
    throw new BanyanError(
      'not_found',
      'Nobody administers a network from here yet. Sign in with `banyan operator login --network URL`.',
    );
  return await withDevice(cli, folder, JSON.parse(file) as OperatorFile, undefined, act);
}

/** As {@link withOperator}, with a device that may have to be enrolled first. */
export async function withDevice<T>(
  cli: Cli,
  folder: string,
  { issuer, pin }: OperatorFile,
  enrolment: EnrolmentInit | undefined,
  act: (network: Network, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Loaded when it is wanted: other commands start sooner without.
  const [{ createIdentity, loadOrCreateDeviceKey, silentLog, systemClock }, { createNetwork }] =
    await Promise.all([import('@banyan/kit'), import('@banyan/sdk')]);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const identity = await createIdentity(await loadOrCreateDeviceKey(join(folder, KEY_FILE)), {
    clock: systemClock,
  });
  const network = createNetwork(
    { clock: systemClock, log: silentLog(), identity },
    {
      issuer,
      ...(pin === undefined ? {} : { pin }),
      ...(enrolment === undefined ? {} : { enrolment }),
    },
  );
  const stop = new AbortController();
  const unlisten = cli.ctx.signals.on(() => stop.abort());
  try {
    await network.start(stop.signal);
    return await act(network, stop.signal);
  } finally {
    unlisten();
    await network.stop();
  }
}
