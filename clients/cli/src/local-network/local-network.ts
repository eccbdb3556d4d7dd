/**
 * A whole network on this machine: auth, list, two supernodes and three peers, each its own process, everything kept under
 * one folder.
 *
 * ```
 *   <data>/local/  auth/  list/  oak/  elm/       stores and keys
 *                  alice/ bob/ carol/             a peer's data, its Shared and Downloads folders
 *                  operator/                      the device that administers this network
 *                  logs/                          one log a process
 * ```
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BanyanError } from '@banyan/proto';
import {
  acquireOwnerLock,
  createIdentity,
  loadOrCreateDeviceKey,
  silentLog,
  systemClock,
  type OwnerLock,
} from '@banyan/kit';
import {
  createLocalApiClient,
  createNetwork,
  readLocalApiFile,
  type LocalApiClient,
  type Network,
} from '@banyan/sdk';
import { startChild, type Child, type ChildInit } from './child.ts';
import { assertPortsFree, portsFrom, type LocalPorts } from './ports.ts';
import { SAMPLE_PEERS, makeSampleLibrary } from './sample-library.ts';

/** Names of the two supernodes. */
export const LOCAL_SUPERNODES = ['oak', 'elm'] as const;
export const LOCAL_PEERS = SAMPLE_PEERS;
export type LocalPeerName = (typeof LOCAL_PEERS)[number];

export interface LocalNetworkInit {
  /** Folder of everything: `<data folder>/local`. */
  readonly folder: string;
  /** First of the ports; 0: free ones are chosen (tests). */
  readonly basePort: number;
  /** Make the sample library on the first start. Default true. */
  readonly sample?: boolean;
  /** Told what happens, for a terminal. */
  readonly onStep?: (step: string) => void;
  /** Further flags per process name, e.g. `{ auth: ['--log-level', 'debug'] }` (tests). */
  readonly extraArgs?: Readonly<Record<string, readonly string[]>>;
}

export interface LocalPeer {
  readonly name: LocalPeerName;
  readonly child: Child;
  /** Its data folder. */
  readonly folder: string;
  readonly sharedFolder: string;
  readonly downloadFolder: string;
  readonly api: LocalApiClient;
  /** Page with a one-time login. */
  readonly loginUrl: string;
}

export interface LocalNetwork {
  readonly issuer: string;
  readonly auth: Child;
  readonly list: Child;
  readonly supernodes: readonly Child[];
  readonly peers: readonly LocalPeer[];
  readonly children: readonly Child[];
  /** Stops everything in order; resolves when all processes have ended. */
  stop(): Promise<void>;
}

/** Where a peer of the local network keeps its data. */
export function localPeerFolder(folder: string, name: string): string {
  return join(folder, name);
}

/** The name of the account that administers a local network. */
const OPERATOR = 'operator';
/** An invite lives as long as a start takes. */
const INVITE_TTL_S = 600;
/** Marks a device that auth knows, so that no invite is made for it. */
const ENROLLED_MARK = 'enrolled';

const mainOf = (workspace: string): string =>
  fileURLToPath(import.meta.resolve(`@banyan/${workspace}`)).replace(/index\.js$/, 'main.js');

/**
 * Starts a local network, or says why not; what was started until then is stopped again.
 *
 * @throws BanyanError `store_in_use` (it runs already), `port_taken`, and what the processes say
 */
export async function startLocalNetwork(init: LocalNetworkInit): Promise<LocalNetwork> {
  const starter = new Starter(init);
  try {
    return await starter.start();
  } catch (error) {
    await starter.stop();
    throw error;
  }
}

class Starter {
  readonly #init: LocalNetworkInit;
  readonly #children: Child[] = [];
  readonly #apis: LocalApiClient[] = [];
  #lock: OwnerLock | undefined;
  #operator: Network | undefined;
  #stopping: Promise<void> | undefined;

  constructor(init: LocalNetworkInit) {
    this.#init = init;
  }

  async start(): Promise<LocalNetwork> {
    const { folder, basePort } = this.#init;
    await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 });
    this.#lock = await this.#acquire();
    const ports = await portsFrom(basePort);
    await assertPortsFree(ports);
    const sample = (this.#init.sample ?? true) ? this.#makeSample() : Promise.resolve();
    // Seen below, when the peers are about to share it.
    sample.catch(() => undefined);

    this.#say('Starting auth and the supernode list');
    const issuer = `http://localhost:${ports.auth}`;
    const auth = await this.#child('auth', 'auth', [
      '--port',
      String(ports.auth),
      '--data-dir',
      join(folder, 'auth'),
      '--enrolment',
      'invite',
      '--network-name',
      `Banyan on ${hostname()}`.slice(0, 64),
      '--list-urls',
      `http://localhost:${ports.list}`,
    ]);
    const list = await this.#child('list', 'supernode-list', [
      '--port',
      String(ports.list),
      '--data-dir',
      join(folder, 'list'),
      '--network',
      issuer,
    ]);
    this.#operator = await this.#becomeOperator(issuer);

    this.#say(`Starting supernodes ${LOCAL_SUPERNODES.join(' and ')}`);
    const supernodes = await Promise.all(
      LOCAL_SUPERNODES.map(async (name, i) => {
        const child = await this.#child(
          name,
          'supernode',
          [
            '--network',
            issuer,
            '--name',
            name,
            '--account',
            OPERATOR,
            '--port',
            String(ports.supernodes[i] ?? 0),
            '--data-dir',
            join(folder, name),
          ],
          await this.#invite(name, { grants: ['supernode'], account: OPERATOR }),
        );
        await this.#markEnrolled(name);
        return child;
      }),
    );

    await sample;
    this.#say(`Starting peers ${LOCAL_PEERS.join(', ')}`);
    const peers = await Promise.all(LOCAL_PEERS.map((name, i) => this.#peer(name, issuer, ports, i)));
    return { issuer, auth, list, supernodes, peers, children: [...this.#children], stop: () => this.stop() };
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stopAll());
  }

  /** Peers first, so that they say goodbye to supernodes that still live. */
  async #stopAll(): Promise<void> {
    for (const api of this.#apis) api.close();
    await this.#operator?.stop();
    const of = (names: readonly string[]): Child[] => this.#children.filter((c) => names.includes(c.name));
    for (const group of [of(LOCAL_PEERS), of(LOCAL_SUPERNODES), of(['list']), of(['auth'])])
      await Promise.all(group.map((c) => c.stop()));
    await this.#lock?.release();
  }

  #say(step: string): void {
    this.#init.onStep?.(step);
  }

  async #acquire(): Promise<OwnerLock> {
    try {
      return await acquireOwnerLock(join(this.#init.folder, 'up.lock'));
    } catch (error) {
      if ((error as Partial<BanyanError>).code !== 'store_in_use') throw error;
      throw new BanyanError(
        'store_in_use',
        `A local network is running already on ${this.#init.folder}. Use it (npx banyan open), stop it with Ctrl-C where it was started, or set BANYAN_DATA_DIR for another one.`,
        { cause: error },
      );
    }
  }

  async #makeSample(): Promise<void> {
    const { folder } = this.#init;
    const mark = join(folder, 'sample-made');
    // Whoever deleted a sample file does not want it back.
    if (existsSync(mark)) return;
    this.#say('Making a small library to search in (first start only)');
    await makeSampleLibrary((peer) => join(folder, peer, 'Shared'));
    await writeFile(mark, '');
  }

  async #child(
    name: string,
    workspace: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Child> {
    const init: ChildInit = {
      name,
      main: mainOf(workspace),
      args: [...args, ...(this.#init.extraArgs?.[name] ?? [])],
      env,
      logFile: join(this.#init.folder, 'logs', `${name}.log`),
    };
    const child = await startChild(init);
    this.#children.push(child);
    return child;
  }

  /** This starter administers the network it made: with the one-time code at the first start, with its key from then on. */
  async #becomeOperator(issuer: string): Promise<Network> {
    const { folder } = this.#init;
    const own = join(folder, OPERATOR);
    await mkdir(own, { recursive: true, mode: 0o700 });
    const identity = await createIdentity(await loadOrCreateDeviceKey(join(own, 'device-key.pem')), {
      clock: systemClock,
    });
    const code = await readFile(join(folder, 'auth', 'first-operator-code'), 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );
    const network = createNetwork(
      { clock: systemClock, log: silentLog(), identity },
      {
        issuer,
        enrolment: {
          account: OPERATOR,
          deviceName: 'local network',
          ...(code === undefined ? {} : { invite: code }),
        },
      },
    );
    this.#operator = network;
    await network.start();
    if (code !== undefined) {
      await network.auth.claimOperator(code);
      for (const audience of ['urn:banyan:auth', 'urn:banyan:list'] as const)
        network.tokens.invalidate(audience);
    }
    return network;
  }

  async #invite(
    name: string,
    request: { readonly grants?: readonly 'supernode'[]; readonly account?: string },
  ): Promise<Readonly<Record<string, string>>> {
    if (existsSync(join(this.#init.folder, name, ENROLLED_MARK)) || this.#operator === undefined) return {};
    const { link } = await this.#operator.auth.createInvite({
      uses: 1,
      ttlSeconds: INVITE_TTL_S,
      ...(request.grants === undefined ? {} : { grants: [...request.grants] }),
      ...(request.account === undefined ? {} : { account: request.account }),
    });
    return { BANYAN_INVITE: link };
  }

  async #markEnrolled(name: string): Promise<void> {
    await writeFile(join(this.#init.folder, name, ENROLLED_MARK), '');
  }

  async #peer(name: LocalPeerName, issuer: string, ports: LocalPorts, index: number): Promise<LocalPeer> {
    const folder = localPeerFolder(this.#init.folder, name);
    const sharedFolder = join(folder, 'Shared');
    const downloadFolder = join(folder, 'Downloads');
    await mkdir(sharedFolder, { recursive: true, mode: 0o700 });
    const child = await this.#child(
      name,
      'peer',
      [
        '--network',
        issuer,
        '--account',
        name,
        '--name',
        name,
        '--port',
        String(ports.transfers[index] ?? 0),
        '--page-port',
        String(ports.pages[index] ?? 0),
        '--data-dir',
        join(folder, 'peer'),
        '--download-folder',
        downloadFolder,
      ],
      await this.#invite(name, { account: name }),
    );
    await this.#markEnrolled(name);
    const api = createLocalApiClient(await readLocalApiFile(join(folder, 'peer')));
    this.#apis.push(api);
    const shares = await api.shares();
    if (!shares.some((s) => s.path === sharedFolder))
      await api.addShare({ path: sharedFolder, name: 'Shared', confirm: true });
    const { url } = await api.loginLink();
    return { name, child, folder, sharedFolder, downloadFolder, api, loginUrl: url };
  }
}
