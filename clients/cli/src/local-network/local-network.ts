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
import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { BanyanError, type Grant } from '@banyan/proto';
import {
  acquireOwnerLock,
  ensurePrivateDir,
  createIdentity,
  loadOrCreateDeviceKey,
  makeFolder,
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
import { OPERATOR_FILE } from '../commands/operator/operator-folder.ts';
import { startChild, type Child, type ChildExit } from '@banyan/kit';
import { mainOf } from './programs.ts';
import { assertPortsFree, portsFrom, type LocalPorts } from './ports.ts';
import { SAMPLE_PEERS, makeSampleLibrary } from './sample-library.ts';

/** Names of the two supernodes. */
export const LOCAL_SUPERNODES = ['oak', 'elm'] as const;
export const LOCAL_PEERS = SAMPLE_PEERS;
/** One of {@link LOCAL_PEERS}. */
export type LocalPeerName = (typeof LOCAL_PEERS)[number];

export interface LocalNetworkInit {
  /** Folder of everything: `<data folder>/local`. */
  readonly folder: string;
  /** First of the ports; 0: free ones are chosen (tests). */
  readonly basePort: number;
  /** Names of the supernodes. Default {@link LOCAL_SUPERNODES}. */
  readonly supernodes?: readonly string[];
  /** Which peers there are. Default {@link LOCAL_PEERS}. */
  readonly peers?: readonly LocalPeerName[];
  /** Make the sample library on the first start. Default true. */
  readonly sample?: boolean;
  /** Told what happens, for a terminal. */
  readonly onStep?: (step: string) => void;
  /** Told when a process ended that nobody here had asked to. */
  readonly onExit?: (name: string, exit: ChildExit & { readonly logFile: string }) => void;
  /** Gives up starting. */
  readonly signal?: AbortSignal;
  /** Further flags per process name, e.g. `{ auth: ['--log-level', 'debug'] }` (tests). */
  readonly extraArgs?: Readonly<Record<string, readonly string[]>>;
}

export interface LocalPeer {
  readonly name: LocalPeerName;
  readonly child: Child;
  /** Its folder: data in `peer`, beside what it shares and downloads. */
  readonly folder: string;
  readonly sharedFolder: string;
  readonly downloadFolder: string;
  readonly api: LocalApiClient;
  /** Page with a one-time login. */
  readonly loginUrl: string;
}

export interface LocalNetwork {
  readonly issuer: string;
  /** The device that administers it. */
  readonly operator: Network;
  /** These are the processes that run now; a restarted one is another child. */
  readonly auth: Child;
  readonly list: Child;
  readonly supernodes: readonly Child[];
  readonly peers: readonly LocalPeer[];
  readonly children: readonly Child[];
  /** Starts a process again with its data and settings as they were; one that still runs is stopped first. */
  restart(name: string): Promise<void>;
  /** Stops everything in order; resolves when all processes have ended. */
  stop(): Promise<void>;
  /** Ends all processes at once, without waiting: what they had in hand is found again at the next start. */
  kill(): void;
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
/** The sample folder was shared once. */
const SHARED_MARK = 'shared';

/** Names of processes in the order of starting. */
const AUTH = 'auth';
const LIST = 'list';
/** What was started and not yet stopped in order; left behind by a starter that was killed. */
const RUNNING_FILE = 'running.json';
/** Orphans stop by themselves when they lose their starter: a drain and a half. */
const ORPHANS_STOP_MS = 15_000;
const ORPHANS_STEP_MS = 100;

/**
 * Starts a local network, or says why not; what was started until then is stopped again.
 *
 * @throws BanyanError `store_in_use` (it runs already), `port_taken`, `aborted`, and what the processes say
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

interface ChildPlan {
  readonly name: string;
  readonly workspace: string;
  readonly args: readonly string[];
}

class Starter {
  readonly #init: LocalNetworkInit;
  readonly #supernodeNames: readonly string[];
  readonly #peerNames: readonly LocalPeerName[];
  /** Ends starts that are under way. */
  readonly #stop = new AbortController();
  readonly #plans = new Map<string, ChildPlan>();
  readonly #children = new Map<string, Child>();
  readonly #starts = new Set<Promise<unknown>>();
  readonly #peers = new Map<string, LocalPeer>();
  #lock: OwnerLock | undefined;
  #operator: Network | undefined;
  #stopping: Promise<void> | undefined;

  constructor(init: LocalNetworkInit) {
    this.#init = init;
    this.#supernodeNames = init.supernodes ?? LOCAL_SUPERNODES;
    this.#peerNames = init.peers ?? LOCAL_PEERS;
    const { signal } = init;
    if (signal?.aborted === true) this.#stop.abort();
    signal?.addEventListener('abort', () => this.#stop.abort(), { once: true, signal: this.#stop.signal });
  }

  async start(): Promise<LocalNetwork> {
    const { folder, basePort } = this.#init;
    await ensurePrivateDir(folder, 'logs');
    this.#lock = await this.#acquire();
    await this.#awaitOrphans();
    const ports = await portsFrom(basePort);
    await assertPortsFree(ports);
    const sample = (this.#init.sample ?? true) ? this.#makeSample() : Promise.resolve();
    // Seen below, when the peers are about to share it.
    sample.catch(() => undefined);

    this.#say('Starting auth and the supernode list');
    const issuer = `http://localhost:${ports.auth}`;
    await this.#child({
      name: AUTH,
      workspace: 'auth',
      args: [
        ...['--port', String(ports.auth), '--data-dir', join(folder, AUTH), '--enrolment', 'invite'],
        ...['--network-name', `Banyan on ${hostname()}`.slice(0, 64)],
        ...['--list-urls', `http://localhost:${ports.list}`],
      ],
    });
    this.#operator = await this.#becomeOperator(issuer);
    await this.#child(
      {
        name: LIST,
        workspace: 'supernode-list',
        args: [
          ...['--port', String(ports.list), '--data-dir', join(folder, LIST)],
          ...['--network', issuer, '--account', OPERATOR],
        ],
      },
      await this.#invite(LIST, { grants: ['promote'], account: OPERATOR }),
    );
    await this.#markEnrolled(LIST);

    this.#say(`Starting supernodes ${this.#supernodeNames.join(' and ')}`);
    await this.#all(
      this.#supernodeNames.map((name, i) => this.#supernode(name, issuer, ports.supernodes[i] ?? 0)),
    );

    await sample;
    if (this.#peerNames.length > 0) this.#say(`Starting peers ${this.#peerNames.join(', ')}`);
    await this.#all(this.#peerNames.map((name, i) => this.#peer(name, issuer, ports, i)));
    return this.#network(issuer);
  }

  #network(issuer: string): LocalNetwork {
    const child = (name: string): Child => this.#children.get(name)!;
    const all = (): Child[] => [...this.#children.values()];
    const peers = (): LocalPeer[] => this.#peerNames.map((name) => this.#peers.get(name)!);
    const supernodes = (): Child[] => this.#supernodeNames.map(child);
    return {
      issuer,
      operator: this.#operator!,
      get auth() {
        return child(AUTH);
      },
      get list() {
        return child(LIST);
      },
      get supernodes() {
        return supernodes();
      },
      get peers() {
        return peers();
      },
      get children() {
        return all();
      },
      restart: (name) => this.#restart(name),
      stop: () => this.stop(),
      kill: () => {
        this.#stop.abort();
        for (const { kill } of all()) kill('SIGKILL');
      },
    };
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stopAll());
  }

  /** Peers first, so that they say goodbye to supernodes that still live. */
  async #stopAll(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#starts);
    for (const { api } of this.#peers.values()) api.close();
    await this.#operator?.stop();
    for (const group of [this.#peerNames, this.#supernodeNames, [LIST], [AUTH]])
      await Promise.all(group.map(async (name) => this.#children.get(name)?.stop()));
    if (this.#lock === undefined) return;
    await rm(join(this.#init.folder, RUNNING_FILE), { force: true });
    await this.#lock.release();
  }

  #say(step: string): void {
    this.#init.onStep?.(step);
  }

  /** Waits for all, also for those that still start when another has failed: none is left behind unseen. */
  async #all(starts: readonly Promise<unknown>[]): Promise<void> {
    const results = await Promise.allSettled(starts);
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason as Error;
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

  /** A starter that was killed leaves processes that stop by themselves; their ports are free in a moment. */
  async #awaitOrphans(): Promise<void> {
    const file = join(this.#init.folder, RUNNING_FILE);
    const left = await readFile(file, 'utf8').then(
      (text) => (JSON.parse(text) as unknown[]).filter((pid) => Number.isInteger(pid)) as number[],
      () => [],
    );
    const steps = ORPHANS_STOP_MS / ORPHANS_STEP_MS;
    for (let step = 0; step < steps && left.some(isAlive) && !this.#stop.signal.aborted; step += 1) {
      if (step === 0) this.#say('Waiting for the processes of the last start to end');
      await systemClock.sleep(ORPHANS_STEP_MS);
    }
    await rm(file, { force: true });
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

  /** @param env - what only this start needs: an invite */
  async #child(plan: ChildPlan, env: Readonly<Record<string, string>> = {}): Promise<Child> {
    const { name, workspace, args } = plan;
    const logFile = join(this.#init.folder, 'logs', `${name}.log`);
    this.#plans.set(name, plan);
    const start = startChild({
      name,
      main: mainOf(workspace),
      args: [...args, '--log-format', 'json', ...(this.#init.extraArgs?.[name] ?? [])],
      env: { ...withoutOurs(process.env), ...env },
      holdsSessions: workspace === 'supernode',
      usesDisks: workspace === 'peer',
      logFile,
      signal: this.#stop.signal,
    });
    this.#starts.add(start);
    try {
      const child = await start;
      this.#children.set(name, child);
      void child.exited.then((exit) => {
        const current = this.#children.get(name) === child;
        if (current && !this.#stop.signal.aborted) this.#init.onExit?.(name, { ...exit, logFile });
      });
      await writeFile(
        join(this.#init.folder, RUNNING_FILE),
        JSON.stringify([...this.#children.values()].map(({ pid }) => pid)),
      );
      return child;
    } finally {
      this.#starts.delete(start);
    }
  }

  async #restart(name: string): Promise<void> {
    const plan = this.#plans.get(name);
    if (plan === undefined)
      throw new BanyanError('not_found', `There is no process ${name} in this network.`);
    const old = this.#children.get(name);
    this.#children.delete(name);
    await old?.stop();
    const child = await this.#child(plan);
    const peer = this.#peers.get(name);
    if (peer === undefined) return;
    peer.api.close();
    this.#peers.set(name, { ...peer, child, ...(await this.#open(peer.folder)) });
  }

  /** This starter administers the network it made: with the one-time code at the first start, with its key from then on. */
  async #becomeOperator(issuer: string): Promise<Network> {
    const { folder } = this.#init;
    const own = join(folder, OPERATOR);
    await makeFolder(own, { mode: 0o700 });
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
    // So that `banyan operator` finds it.
    await writeFile(join(own, OPERATOR_FILE), `${JSON.stringify({ issuer })}\n`, { mode: 0o600 });
    return network;
  }

  async #invite(
    name: string,
    request: { readonly grants?: readonly Grant[]; readonly account?: string },
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

  async #supernode(name: string, issuer: string, port: number): Promise<void> {
    const plan: ChildPlan = {
      name,
      workspace: 'supernode',
      args: [
        ...['--network', issuer, '--name', name, '--account', OPERATOR, '--port', String(port)],
        ...['--data-dir', join(this.#init.folder, name)],
      ],
    };
    await this.#child(plan, await this.#invite(name, { grants: ['supernode'], account: OPERATOR }));
    await this.#markEnrolled(name);
  }

  async #peer(name: LocalPeerName, issuer: string, ports: LocalPorts, index: number): Promise<void> {
    const folder = localPeerFolder(this.#init.folder, name);
    const sharedFolder = join(folder, 'Shared');
    const downloadFolder = join(folder, 'Downloads');
    await makeFolder(sharedFolder, { mode: 0o700 });
    const plan: ChildPlan = {
      name,
      workspace: 'peer',
      args: [
        ...['--network', issuer, '--account', name, '--name', name],
        // Neighbours live at different supernodes, so that a search of one crosses to the other.
        ...['--prefer-supernode', LOCAL_SUPERNODES[index % LOCAL_SUPERNODES.length] ?? LOCAL_SUPERNODES[0]],
        ...['--port', String(ports.transfers[index] ?? 0), '--page-port', String(ports.pages[index] ?? 0)],
        ...['--data-dir', join(folder, 'peer'), '--download-folder', downloadFolder],
        ...['--supernode-program', mainOf('supernode')],
      ],
    };
    const child = await this.#child(plan, await this.#invite(name, { account: name }));
    await this.#markEnrolled(name);
    const { api, loginUrl } = await this.#open(folder);
    this.#peers.set(name, { name, child, folder, sharedFolder, downloadFolder, api, loginUrl });
    const mark = join(folder, SHARED_MARK);
    // Whoever stopped sharing it does not want it back.
    if (existsSync(mark)) return;
    const shares = await api.shares();
    // Ours, for this: that the data of programs lies in a hidden folder makes neither private.
    for (const path of [sharedFolder, downloadFolder])
      if (!shares.some((share) => share.path === path))
        await api.addShare({ path, name: basename(path), confirm: true });
    await writeFile(mark, '');
  }

  async #open(folder: string): Promise<Pick<LocalPeer, 'api' | 'loginUrl'>> {
    const api = createLocalApiClient(await readLocalApiFile(join(folder, 'peer')));
    const { url } = await api.loginLink();
    return { api, loginUrl: url };
  }
}

/** Settings of ours that a person has in the environment are for a peer of their own, not for eight processes. */
function withoutOurs(env: NodeJS.ProcessEnv): Record<string, undefined> {
  const ours = Object.keys(env).filter((name) => name.startsWith('BANYAN_') && name !== 'BANYAN_LOG_LEVEL');
  return Object.fromEntries(ours.map((name) => [name, undefined]));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
