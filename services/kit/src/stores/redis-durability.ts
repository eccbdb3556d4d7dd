import { BanyanError } from '@banyan/proto';
import type { Cluster, Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { noReplica, notHeld, SCRIPTS, type WriteScript } from './redis-client.ts';

/**
 * What a durable change must have reached before it counts: `replica`: the disk of the primary and one of its replicas;
 * `disk`: the disk of the primary; `unchecked`: whatever the servers are configured to do.
 */
export type StoreDurability = 'replica' | 'disk' | 'unchecked';

/** A replica has so long to confirm; a write may have to sit through two such waits within the time of a command. */
const REPLICA_WAIT_MS = 750;
/** How often a write is sent again to whoever answers for its slot now. */
const MAX_REDIRECTIONS = 4;
const REDIRECTION_PAUSE_MS = 50;
/** The write was refused, as its slot is (being moved) elsewhere. */
const ELSEWHERE = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\b/;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const nothing = (): void => undefined;

/**
 * Writes through one connection, and waits until a replica holds what was written there.
 *
 * `WAIT` answers for what its own connection wrote, and blocks that connection meanwhile. So such writes have a
 * connection of their own, and those that come while one waits are sent together and share the next wait.
 * On another connection than that of the write it would answer at once, and for nothing: a connection that was made
 * anew in between is noticed by its count of lives.
 */
class ReplicaWriter {
  readonly #node: Redis;
  #life = 0;
  /** No replica confirmed the last time: whether there is one is asked before the next write. */
  #doubtful = false;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<{ readonly life: number; readonly replicas: Promise<number> }> | undefined;

  constructor(node: Redis) {
    this.#node = node;
    node.on('close', () => (this.#life += 1));
  }

  async write(script: WriteScript, key: string, args: readonly string[]): Promise<number> {
    // After a failover a primary may be without replica for long: better refused at once than written and in doubt.
    if (this.#doubtful && !(await hasReplica(this.#node))) throw noReplica();
    const life = this.#life;
    // The whole script each time: a second try by ioredis, when the server does not know its hash, would be on whatever
    // connection there is by then.
    const done = Number(await this.#node.eval(SCRIPTS[script].lua, 1, key, ...args));
    if (done === -1) return done;
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const replicas = this.#node.wait(1, REPLICA_WAIT_MS);
      this.#running = replicas.then(nothing, nothing);
      return { life: this.#life, replicas };
    });
    const wait = await this.#next;
    const held = await wait.replicas;
    this.#doubtful = held < 1;
    if (held < 1 || wait.life !== life || this.#life !== life) throw notHeld();
    return done;
  }
}

/** Writes that count when a replica holds them. */
export interface ReplicatedWrites {
  /**
   * @param isLate - says whether the caller has given up: nothing is sent any more then
   * @returns what the script answers
   * @throws whatever ioredis throws; BanyanError `store_unavailable` when no replica confirms
   */
  write(script: WriteScript, key: string, args: readonly string[], isLate: () => boolean): Promise<number>;
}

/** Makes such writes over a client that is used for nothing else. */
export async function createReplicatedWrites(client: Redis | Cluster): Promise<ReplicatedWrites> {
  const { Command } = await import('ioredis');
  const writers = new WeakMap<Redis, ReplicaWriter>();
  const writerOf = (node: Redis): ReplicaWriter => {
    let writer = writers.get(node);
    if (writer === undefined) writers.set(node, (writer = new ReplicaWriter(node)));
    return writer;
  };
  if (!('nodes' in client)) {
    const writer = writerOf(client);
    return { write: (script, key, args) => writer.write(script, key, args) };
  }

  const cluster = client;
  function primaryOf(key: string): Redis | undefined {
    const place = cluster.slots[new Command('get', [key]).getSlot()]?.[0];
    return cluster
      .nodes('master')
      .find(({ options }) => `${options.host}:${options.port}` === place && options.readOnly !== true);
  }
  // A failure of the refresh shows in the next try.
  const refresh = (): Promise<void> =>
    new Promise((resolve) => {
      cluster.refreshSlotsCache(() => resolve());
    });

  return {
    async write(script, key, args, isLate) {
      for (let redirections = 0; ; redirections += 1) {
        try {
          const node = primaryOf(key);
          if (node === undefined) throw new Error('CLUSTERDOWN no node is known for this slot');
          return await writerOf(node).write(script, key, args);
        } catch (error) {
          const moved = ELSEWHERE.test(String((error as Error | undefined)?.message));
          if (!moved || redirections >= MAX_REDIRECTIONS || isLate()) throw error;
          await pause(REDIRECTION_PAUSE_MS * redirections);
          await refresh();
          if (isLate()) throw error;
        }
      }
    },
  };
}

/** How a server is called in messages; never with its login. */
function addressOf({ options }: Redis): string {
  return options.path ?? `${options.host}:${options.port}`;
}

/** Why a server does not keep the promise; undefined when it does. */
async function weaknessOf(node: Redis): Promise<string | undefined> {
  const accept = 'or accept what may be lost with --store-durability unchecked.';
  const settings = new Map<string, string>();
  try {
    for (const pattern of ['append*', 'maxmemory*']) {
      // Names and values in turn.
      const answer = (await node.config('GET', pattern)) as readonly string[];
      for (let i = 0; i + 1 < answer.length; i += 2) settings.set(String(answer[i]), String(answer[i + 1]));
    }
  } catch {
    return `Redis at ${addressOf(node)} does not say whether it keeps what it acknowledges (CONFIG GET is refused). Allow this user CONFIG GET, ${accept}`;
  }
  const settingOf = (name: string): string => settings.get(name) ?? 'unknown';
  const [appendonly, appendfsync] = [settingOf('appendonly'), settingOf('appendfsync')];
  if (appendonly !== 'yes' || appendfsync !== 'always')
    return `Redis at ${addressOf(node)} may lose what it has acknowledged: appendonly is ${appendonly}, appendfsync is ${appendfsync}. Set \`appendonly yes\` and \`appendfsync always\` in its configuration, ${accept}`;
  // Full memory must be an error, and not a reason to forget accounts.
  const policy = settingOf('maxmemory-policy');
  if (settingOf('maxmemory') !== '0' && policy !== 'noeviction')
    return `Redis at ${addressOf(node)} forgets entries when its memory is full: maxmemory-policy is ${policy}. Set \`maxmemory-policy noeviction\` in its configuration, ${accept}`;
  return undefined;
}

async function hasReplica(node: Redis): Promise<boolean> {
  return Number(/connected_slaves:(\d+)/.exec(await node.info('replication'))?.[1] ?? 0) > 0;
}

/**
 * Looks whether the servers keep what they acknowledge: at once, and again each time one is connected to.
 *
 * A server that does not is refused at the start; one that comes later (a new node, one with another configuration) is
 * said in the log, since whoever runs already serves people. That a primary has no replica is said in the log as well:
 * it may be a failover that is not repaired yet, and each write says it again.
 *
 * @throws BanyanError `invalid_config` that says what to set
 */
export async function checkDurability(
  client: Redis | Cluster,
  durability: StoreDurability,
  log: Log | undefined,
): Promise<void> {
  if (durability === 'unchecked') {
    log?.warn(
      'It is not checked whether Redis keeps what it acknowledges (--store-durability unchecked): accounts, grants and bans may be lost with a server.',
    );
    return;
  }
  const nodes = 'nodes' in client ? client.nodes('all') : [client];
  for (const node of nodes) {
    // A node that is away cannot be asked; it is when it comes back.
    if (
      node.status !== 'ready' &&
      !(await node.ping().then(
        () => true,
        () => false,
      ))
    )
      continue;
    const weakness = await weaknessOf(node);
    if (weakness !== undefined) throw new BanyanError('invalid_config', weakness);
  }
  const later = (node: Redis): void => {
    void weaknessOf(node)
      .then((weakness) => (weakness === undefined ? undefined : log?.error(weakness)))
      .catch(nothing);
  };
  for (const node of nodes) node.on('ready', () => later(node));
  if ('nodes' in client) client.on('+node', (node: Redis) => node.on('ready', () => later(node)));
  if (durability === 'disk') return;
  for (const node of 'nodes' in client ? client.nodes('master') : [client]) {
    if (!(await hasReplica(node).catch(() => true)))
      log?.warn(
        { server: addressOf(node) },
        'This primary has no replica: what must be kept cannot be written to it until it has one (or with --store-durability disk).',
      );
  }
}
