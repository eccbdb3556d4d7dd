/** The device with which a person administers a network from here, and how a command gets hold of it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError } from '@banyan/proto';
import { dataDir } from '@banyan/kit/paths';
import type { Network } from '@banyan/sdk';
import type { Cli } from '../../cli.ts';
import { resolvePath } from '../../context.ts';
import { withDevice } from '../../own-device.ts';
import { localNetworkFolder } from '../../peer-folder.ts';

/** What is known of the network that a folder administers. */
export interface OperatorFile {
  readonly issuer: string;
  /** From an invite; auth's later ones are kept beside. */
  readonly pins?: readonly string[];
}

/** In the operator's folder, beside the device key. */
export const OPERATOR_FILE = 'operator.json';
/** What is learnt of the network, such as later pins. */
export const STATE_FILE = 'network.json';

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
  const address = { ...(JSON.parse(file) as OperatorFile), stateFile: join(folder, STATE_FILE) };
  return await withDevice(cli, folder, address, undefined, act);
}
