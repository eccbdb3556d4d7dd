/**
 * A whole network of real processes in one folder, made for a test and removed after it.
 *
 * ```
 *   auth ── list ── supernodes ── peers        each its own process, all on loopback, ports of their own
 *   balancer ── auth, auth …   list, list …    instead, with a shared store
 *   the test itself                            operator, strangers, liars and impostors: devices in this process
 * ```
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Grant, SupernodeEntry } from '@banyan/proto';
import { startBalancer, type Balancer } from './balancer.ts';
import { freePort } from './free-ports.ts';
import { startProgram, type Program, type ProgramInit } from './program.ts';
import { createTestDevice, type TestDevice } from './test-device.ts';
import { createTestPeer, type TestPeer } from './test-peer.ts';
import { waitFor } from './wait-for.ts';

export interface TestNetworkInit {
  /** Names of the supernodes; default oak and elm. */
  readonly supernodes?: readonly string[];
  /** How much the processes log; default debug. */
  readonly logLevel?: 'debug' | 'info' | 'warn';
  /** Where its folder is made; default: the system's folder for temporary files. */
  readonly folder?: string;
  /**
   * Several processes of auth (auth, auth-2 …), behind one address as a balancer gives them, and of the list (list,
   * list-2 …), which clients know by all their addresses; all over the Redis of this URL.
   */
  readonly shared?: { readonly store: string; readonly replicas: number };
  /** Auth and list over TLS; further flags say how. */
  readonly tls?: TestTls;
  /** Further flags by the name of the process. */
  readonly args?: Readonly<Record<string, readonly string[]>>;
}

export interface TestTls {
  /** Where everybody reaches auth and the list; default: where they listen. */
  readonly issuer?: string;
  readonly listUrl?: string;
  /** Where they listen; default: free ones. */
  readonly ports?: { readonly auth: number; readonly list: number };
  /** File of an authority that all processes trust beside the public ones. */
  readonly authority?: string;
  /** For devices in this process, which know no authority of the test. Default: those that auth tells. */
  readonly pins?: readonly string[];
}

export interface NewPeer {
  /** Account that it becomes a device of; default: one of its own name. */
  readonly account?: string;
  /** Name or device id of the supernode that it shall live at. */
  readonly preferSupernode?: string;
  /** Path in the shared folder → text, or the function that writes the file. */
  readonly files?: Readonly<Record<string, string | ((path: string) => Promise<void>)>>;
  /** Port under which others reach it, when something stands between. */
  readonly publicPort?: number;
  readonly port?: number;
  /** It is started without account and invite: its owner has yet to sign in. */
  readonly awaitsSignIn?: true;
  readonly args?: readonly string[];
}

export interface TestNetwork {
  readonly folder: string;
  readonly issuer: string;
  readonly auth: Program;
  readonly list: Program;
  /** All processes of auth, and of the list. */
  readonly auths: readonly Program[];
  readonly lists: readonly Program[];
  readonly operator: TestDevice;
  supernode(name: string): Program;
  /** What the list says of a supernode. */
  entry(name: string): Promise<SupernodeEntry>;
  /** Starts a peer that shares `files`, and waits until they are hashed (not until they are published). */
  peer(name: string, init?: NewPeer): Promise<TestPeer>;
  /** A device in this process, enrolled under an account of its own. */
  device(account: string, grants?: readonly Grant[]): Promise<TestDevice>;
  /** An invite link. */
  invite(request?: { readonly account?: string; readonly grants?: readonly Grant[] }): Promise<string>;
  /** Runs a test; when it fails, what the processes logged is printed after it. */
  during(name: string, test: () => Promise<void>): Promise<void>;
  /** Stops all, leaving no process behind, and removes the folder. */
  stop(): Promise<void>;
}

const OPERATOR = 'operator';
const LOG_LINES_SHOWN = 40;
/** Requests that went well: a test that waits for something makes hundreds. */
const ASKED_BY_THE_TEST = /^\{"level":20,.*"msg":"request"\}$/;

export async function startTestNetwork(init: TestNetworkInit = {}): Promise<TestNetwork> {
  const folder = await mkdtemp(join(init.folder ?? tmpdir(), 'banyan-e2e-'));
  const network = new ProcessNetwork(folder, init);
  try {
    await network.start();
    return network;
  } catch (error) {
    await network.dump('the start of the network');
    await network.stop();
    throw error;
  }
}

class ProcessNetwork implements TestNetwork {
  readonly folder: string;
  readonly #init: TestNetworkInit;
  readonly #programs: Program[] = [];
  readonly #devices: TestDevice[] = [];
  readonly #peers: TestPeer[] = [];
  #auths: readonly Program[] = [];
  #lists: readonly Program[] = [];
  #balancer: Balancer | undefined;
  #operator: TestDevice | undefined;
  issuer = '';

  constructor(folder: string, init: TestNetworkInit) {
    this.folder = folder;
    this.#init = init;
  }

  get auth(): Program {
    return present(this.#auths[0], 'auth');
  }

  get list(): Program {
    return present(this.#lists[0], 'list');
  }

  get auths(): readonly Program[] {
    return this.#auths;
  }

  get lists(): readonly Program[] {
    return this.#lists;
  }

  get operator(): TestDevice {
    return present(this.#operator, OPERATOR);
  }

  async start(): Promise<void> {
    await mkdir(join(this.folder, 'logs'));
    const { shared, tls } = this.#init;
    const store = shared === undefined ? [] : ['--store', shared.store];
    const ports = async (): Promise<number[]> => {
      const free: number[] = [];
      while (free.length < (shared?.replicas ?? 1)) free.push(await freePort());
      return free;
    };
    const [authPorts, listPorts] =
      tls?.ports === undefined ? [await ports(), await ports()] : [[tls.ports.auth], [tls.ports.list]];
    const front = shared === undefined ? (authPorts[0] as number) : await freePort();
    const scheme = tls === undefined ? 'http' : 'https';
    this.issuer = tls?.issuer ?? `${scheme}://localhost:${front}`;
    if (shared !== undefined) this.#balancer = await startBalancer(front, authPorts);
    const named = (kind: string, at: number): string => (at === 0 ? kind : `${kind}-${at + 1}`);
    this.#auths = await Promise.all(
      authPorts.map((port, at) =>
        this.#run('auth', named('auth', at), [
          ...['--port', String(port), '--data-dir', join(this.folder, named('auth', at)), ...store],
          ...listPorts.flatMap((listPort) => [
            '--list-urls',
            tls?.listUrl ?? `${scheme}://localhost:${listPort}`,
          ]),
          ...(shared === undefined ? [] : ['--issuer', this.issuer]),
        ]),
      ),
    );
    this.#operator = await this.#becomeOperator();
    this.#lists = await Promise.all(
      listPorts.map(async (port, at) =>
        this.#run(
          'list',
          named('list', at),
          [
            ...['--port', String(port), '--data-dir', join(this.folder, named('list', at)), ...store],
            ...['--network', this.issuer, '--account', `${named('list', at)}-host`],
          ],
          { BANYAN_INVITE: await this.invite({ grants: ['promote'] }) },
        ),
      ),
    );
    const names = this.#init.supernodes ?? ['oak', 'elm'];
    await Promise.all(names.map((name) => this.#startSupernode(name)));
    // A list that an authority of the test certifies is nothing to this process: it asks the supernodes instead.
    const areListed = async (): Promise<boolean> =>
      tls?.authority === undefined
        ? (await this.#entries()).length === names.length
        : (await Promise.all(names.map((name) => isReady(this.supernode(name))))).every(Boolean);
    await waitFor(areListed, { what: 'the supernodes to be in the list' });
  }

  supernode(name: string): Program {
    return present(
      this.#programs.find((p) => p.kind === 'supernode' && p.name === name),
      name,
    );
  }

  async entry(name: string): Promise<SupernodeEntry> {
    return present(
      (await this.#entries()).find((entry) => entry.name === name),
      name,
    );
  }

  async invite(request: { account?: string; grants?: readonly Grant[] } = {}): Promise<string> {
    const { link } = await this.operator.network.auth.createInvite({
      uses: 1,
      ...(request.account === undefined ? {} : { account: request.account }),
      ...(request.grants === undefined ? {} : { grants: [...request.grants] }),
    });
    return link;
  }

  async device(account: string, grants: readonly Grant[] = []): Promise<TestDevice> {
    const link = await this.invite({ grants });
    const device = await createTestDevice({
      issuer: this.issuer,
      account,
      invite: codeOf(link),
      pins: this.#pins,
    });
    this.#devices.push(device);
    return device;
  }

  async peer(name: string, init: NewPeer = {}): Promise<TestPeer> {
    const home = join(this.folder, name);
    const sharedFolder = join(home, 'Shared');
    const downloadFolder = join(home, 'Downloads');
    const dataDir = join(home, 'peer');
    await mkdir(sharedFolder, { recursive: true });
    for (const [path, make] of Object.entries(init.files ?? {})) {
      const file = join(sharedFolder, path);
      await mkdir(dirname(file), { recursive: true });
      if (typeof make === 'string') await writeFile(file, make);
      else await make(file);
    }
    const program = await this.#run(
      'peer',
      name,
      [
        ...['--network', this.issuer, '--name', name],
        ...(init.awaitsSignIn === true ? [] : ['--account', init.account ?? name]),
        ...['--port', String(init.port ?? (await freePort())), '--page-port', String(await freePort())],
        ...['--data-dir', dataDir, '--download-folder', downloadFolder],
        ...(init.preferSupernode === undefined ? [] : ['--prefer-supernode', init.preferSupernode]),
        ...(init.publicPort === undefined ? [] : ['--public-port', String(init.publicPort)]),
        ...(init.args ?? []),
      ],
      init.awaitsSignIn === true
        ? {}
        : { BANYAN_INVITE: await this.invite({ account: init.account ?? name }) },
    );
    const peer = await createTestPeer({ name, program, dataDir, sharedFolder, downloadFolder });
    this.#peers.push(peer);
    if (init.files !== undefined) await peer.share();
    return peer;
  }

  async during(name: string, test: () => Promise<void>): Promise<void> {
    try {
      await test();
    } catch (error) {
      await this.dump(name);
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const peer of this.#peers) peer.api.close();
    await Promise.all(this.#devices.map((device) => device.close()));
    await this.#operator?.close();
    for (const kind of ['peer', 'supernode', 'list', 'auth'] as const)
      await Promise.all(this.#programs.filter((p) => p.kind === kind && p.running).map(end));
    await this.#balancer?.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async dump(name: string): Promise<void> {
    const parts = await Promise.all(
      this.#programs.map(async (p) => {
        const lines = (await p.log())
          .trimEnd()
          .split('\n')
          .filter((line) => !ASKED_BY_THE_TEST.test(line))
          .slice(-LOG_LINES_SHOWN);
        return `---- ${p.name} (${p.running ? 'running' : 'ended'}), last lines of its log\n${lines.join('\n')}`;
      }),
    );
    process.stderr.write(`\n==== "${name}" failed. ${this.folder}\n${parts.join('\n')}\n`);
  }

  async #run(
    kind: ProgramInit['kind'],
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Program> {
    const program = await startProgram({
      kind,
      name,
      args: ['--log-level', this.#init.logLevel ?? 'debug', ...args, ...(this.#init.args?.[name] ?? [])],
      env: {
        ...(this.#init.tls?.authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: this.#init.tls.authority }),
        ...env,
      },
      logFile: join(this.folder, 'logs', `${name}.log`),
    });
    this.#programs.push(program);
    return program;
  }

  /** As the devices in this process know auth. */
  get #pins(): readonly string[] {
    return this.#init.tls?.pins ?? (this.auth.ready['pins'] as readonly string[] | undefined) ?? [];
  }

  async #becomeOperator(): Promise<TestDevice> {
    const code = (await readFile(join(this.folder, 'auth', 'first-operator-code'), 'utf8')).trim();
    const device = await createTestDevice({
      issuer: this.issuer,
      account: OPERATOR,
      invite: code,
      pins: this.#pins,
    });
    await device.network.auth.claimOperator(code);
    for (const audience of ['urn:banyan:auth', 'urn:banyan:list'] as const)
      device.network.tokens.invalidate(audience);
    return device;
  }

  async #startSupernode(name: string): Promise<void> {
    const link = await this.invite({ grants: ['supernode'] });
    await this.#run(
      'supernode',
      name,
      [
        ...['--network', this.issuer, '--name', name, '--account', `${name}-host`],
        ...['--port', String(await freePort()), '--data-dir', join(this.folder, name)],
        ...['--drain-seconds', '1'],
      ],
      { BANYAN_INVITE: link },
    );
  }

  async #entries(): Promise<readonly SupernodeEntry[]> {
    return (await this.operator.network.list.supernodes(16)).supernodes;
  }
}

async function isReady(supernode: Program): Promise<boolean> {
  return (await fetch(`${String(supernode.ready['admin'])}/readyz`)).ok;
}

/** A frozen or stubborn process is killed; nothing of a test may outlive it. */
async function end(program: Program): Promise<void> {
  program.thaw();
  await program.stop();
}

function codeOf(link: string): string {
  const code = /^banyan-invite:([^?]+)/.exec(link)?.[1];
  if (code === undefined) throw new Error(`${link} is no invite link.`);
  return code;
}

function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`There is no ${name} in this network.`);
  return value;
}
