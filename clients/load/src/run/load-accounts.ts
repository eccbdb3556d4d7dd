/**
 * The accounts under which leaves are enrolled. Each is opened by a device of its own whose key is kept, which invites
 * the leaves and puts them away at the end; also those that a run left behind which was killed.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, type AccountInfo } from '@banyan/proto';
import {
  createIdentity,
  ensurePrivateDir,
  isLoopbackHost,
  loadOrCreateDeviceKey,
  silentLog,
  systemClock,
} from '@banyan/kit';
import { createNetwork, type Network } from '@banyan/sdk';
import type { LoadAccount } from '../worker/messages.ts';

export interface LoadAccountsInit {
  readonly issuer: string;
  readonly pins: readonly string[];
  /** Code of an invite with the grant `load`, for accounts that do not exist yet. */
  readonly invite: string | undefined;
  /** Name of the first account; further ones get -2, -3 … */
  readonly account: string;
  /** Where the keys of the inviting devices are kept. */
  readonly folder: string;
  /** Leaves to find room for. */
  readonly leaves: number;
  readonly signal: AbortSignal;
}

export interface LoadAccounts {
  readonly accounts: readonly LoadAccount[];
  readonly networkName: string;
  /** Takes note of devices that were enrolled, on disk: whoever is killed puts them away at the next start. */
  note(deviceIds: readonly string[]): Promise<void>;
  /** Puts all noted devices away. */
  retire(): Promise<void>;
  close(): Promise<void>;
}

/** Devices of one account: auth takes 1,024, of which one invites. */
const LEAVES_PER_ACCOUNT = 1000;
/** Auth takes so many in one call. */
const RETIRE_BATCH = 1000;
/** An invite lives as long as enrolling thousands takes. */
const INVITE_TTL_S = 3600;
/** Without the grant `load` an account has 32 devices; on one's own machine that is enough to try things. */
const LEAVES_WITHOUT_GRANT = 9;
/** Supernodes whose addresses are looked at. */
const LIST_COUNT = 16;
const LEFT_FILE = 'enrolled-devices.json';

interface Opened {
  readonly network: Network;
  readonly account: LoadAccount;
}

/**
 * Opens as many accounts as the leaves need.
 *
 * @throws BanyanError `forbidden` when the target is not this machine and the account lacks the grant `load`;
 *   `device_limit`, and what enrolling says: `invite_used`, `name_taken`, `unreachable` …
 */
export async function openLoadAccounts(init: LoadAccountsInit): Promise<LoadAccounts> {
  const opened: Opened[] = [];
  try {
    for (let left = init.leaves, i = 0; left > 0; i += 1) {
      const one = await open(init, i === 0 ? init.account : `${init.account}-${i + 1}`, left);
      opened.push(one);
      left -= one.account.room;
    }
  } catch (error) {
    await Promise.all(opened.map(({ network }) => network.stop()));
    throw error;
  }
  const file = join(init.folder, LEFT_FILE);
  const noted: string[] = [];
  const retire = async (deviceIds: readonly string[]): Promise<void> => {
    for (let at = 0; at < deviceIds.length; at += RETIRE_BATCH) {
      const batch = deviceIds.slice(at, at + RETIRE_BATCH);
      // Whose devices they are is not noted: each account puts its own away and passes over the others.
      for (const { network } of opened) await network.auth.retireDevices(batch);
    }
    await rm(file, { force: true });
  };
  await retire(await leftBehind(file));
  return {
    accounts: opened.map(({ account }) => account),
    networkName: opened[0]?.network.issuer.metadata.banyan_network_name ?? '',
    async note(deviceIds) {
      noted.push(...deviceIds);
      await writeFile(file, JSON.stringify(noted), { mode: 0o600 });
    },
    retire: () => retire(noted.splice(0)),
    async close() {
      await Promise.all(opened.map(({ network }) => network.stop()));
    },
  };
}

async function open(init: LoadAccountsInit, name: string, wanted: number): Promise<Opened> {
  const folder = join(init.folder, name);
  await ensurePrivateDir(folder);
  const identity = await createIdentity(await loadOrCreateDeviceKey(join(folder, 'device-key.pem')), {
    clock: systemClock,
  });
  const network = createNetwork(
    { clock: systemClock, log: silentLog(), identity },
    {
      issuer: init.issuer,
      ...(init.pins.length === 0 ? {} : { pins: init.pins }),
      enrolment: {
        account: name,
        deviceName: 'load tester',
        ...(init.invite === undefined ? {} : { invite: init.invite }),
      },
    },
  );
  try {
    await network.start(init.signal);
    const info = await network.auth.account(init.signal);
    await assertAllowed(network, info);
    const room = Math.min(wanted, info.grants.includes('load') ? LEAVES_PER_ACCOUNT : LEAVES_WITHOUT_GRANT);
    if (room < wanted && !info.grants.includes('load'))
      throw new BanyanError(
        'device_limit',
        `Without the grant load the account ${name} can bring ${LEAVES_WITHOUT_GRANT} leaves, ${wanted} are needed. ${HOW_TO_GRANT}`,
      );
    const { code } = await network.auth.createInvite(
      { account: name, uses: room, ttlSeconds: INVITE_TTL_S },
      init.signal,
    );
    return { network, account: { account: name, invite: code, room } };
  } catch (error) {
    await network.stop();
    throw error;
  }
}

const HOW_TO_GRANT = 'An operator grants it by an invite: banyan operator invite --grant load.';

/** Load is for networks that asked for it: this machine's own, or those whose operators granted it. */
async function assertAllowed(network: Network, { grants, account }: AccountInfo): Promise<void> {
  if (grants.includes('load')) return;
  const { url } = network.issuer;
  const { supernodes } = await network.list.supernodes(LIST_COUNT);
  const hosts = [new URL(url).hostname, ...supernodes.flatMap((s) => s.addresses.map(({ host }) => host))];
  const foreign = hosts.find((host) => !isLoopbackHost(host));
  if (foreign === undefined) return;
  throw new BanyanError(
    'forbidden',
    `${foreign} is not this machine, and the account ${account} lacks the grant load: no load is put on it. ${HOW_TO_GRANT}`,
  );
}

async function leftBehind(file: string): Promise<string[]> {
  try {
    const list = JSON.parse(await readFile(file, 'utf8')) as unknown;
    return Array.isArray(list) ? list.filter((id): id is string => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
