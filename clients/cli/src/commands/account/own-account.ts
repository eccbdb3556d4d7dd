/** The account of the peer that a command is meant for, and how the command speaks for it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, type AccountInfo } from '@banyan/proto';
import type { AuthClient, Network } from '@banyan/sdk';
import { UsageError, type Cli } from '../../cli.ts';
import { resolvePath } from '../../context.ts';
import { isDeviceFolder } from '../../device-folder.ts';
import { withDevice, type NetworkAddress } from '../../own-device.ts';
import { findPeerFolder } from '../../peer-folder.ts';

/** What the peer keeps of its network. */
const NETWORK_FILE = 'network.json';

/** A device of an account, and what it may ask. */
export interface OwnAccount {
  readonly network: Network;
  readonly auth: AuthClient;
  readonly deviceId: string;
  /** The peer's data folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Does something for the account of the peer that is meant, running or not.
 *
 * @throws BanyanError `not_found`, `peer_not_running`, `device_unknown`, and what auth answers
 */
export async function withAccount<T>(cli: Cli, act: (own: OwnAccount) => Promise<T>): Promise<T> {
  const folder = await findPeerFolder(cli.ctx, cli.peerName);
  const address = await networkOf(folder);
  return withDevice(cli, folder, address, undefined, (network, signal, deviceId) =>
    act({ network, auth: network.auth, deviceId, folder, signal }),
  );
}

async function networkOf(folder: string): Promise<NetworkAddress> {
  const text = await readFile(join(folder, NETWORK_FILE), 'utf8').catch(() => undefined);
  if (text === undefined || !isDeviceFolder(folder))
    throw new BanyanError(
      'not_found',
      `No peer has been enrolled from ${folder} yet. Start it once with \`banyan peer --network URL\`.`,
    );
  const { url, pins } = JSON.parse(text) as { url: string; pins?: { readonly now: readonly string[] } };
  return { issuer: url, ...(pins === undefined ? {} : { pins: pins.now }) };
}

/** The network that was given in place of a peer: by its URL or an invite link. */
export async function givenNetwork(network: string): Promise<NetworkAddress> {
  const { resolveNetwork } = await import('@banyan/sdk');
  const { issuer, pins } = resolveNetwork(network);
  return { issuer, pins };
}

/**
 * The device of an account that is meant: by its id, the beginning of it, or its name.
 *
 * @throws BanyanError `not_found`; `invalid_request` when several could be meant
 */
export function deviceOf(account: AccountInfo, wanted: string): AccountInfo['devices'][number] {
  const { devices } = account;
  const exact = devices.find(({ deviceId }) => deviceId === wanted);
  const found =
    exact === undefined
      ? devices.filter(({ deviceId, name }) => name === wanted || deviceId.startsWith(wanted))
      : [exact];
  const [only] = found;
  if (only === undefined || wanted === '')
    throw new BanyanError(
      'not_found',
      'The account has no such device. `banyan account` lists them by name and id.',
    );
  if (found.length > 1)
    throw new BanyanError(
      'invalid_request',
      `Several devices are called that: ${found.map(({ deviceId }) => deviceId).join(', ')}. Give the id.`,
    );
  return only;
}

/** Gives an export: to a file that is only its owner's, else to stdout. */
export async function giveExport(cli: Cli, data: object, file: string | undefined): Promise<void> {
  const text = `${JSON.stringify(data, null, 2)}\n`;
  if (file === undefined) {
    cli.ctx.out.write(text);
    return;
  }
  const path = resolvePath(cli.ctx, file);
  await writeFile(path, text, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw new BanyanError(
      'invalid_request',
      (cause as NodeJS.ErrnoException).code === 'EEXIST'
        ? `${path} exists. Choose another file, or remove that one.`
        : `${path} cannot be written.`,
      { cause },
    );
  });
  cli.result({ file: path }, () => [`Everything is in ${path}.`]);
}

/** A name typed again by whoever deletes an account: by flag, or on the terminal. */
export async function typedName(cli: Cli, account: string, given: string | undefined): Promise<string> {
  const typed = given ?? (await cli.ctx.ask(`Type the name of the account (${account}) to delete it: `));
  if (typed === undefined)
    throw new UsageError(
      'deleting an account is for good: give its name on the terminal, or by --confirm NAME',
    );
  return typed;
}
