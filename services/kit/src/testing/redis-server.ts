import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the tests on a real Redis are left out, as asked by BANYAN_SKIP_REDIS=1; said aloud. */
export const SKIP_REDIS = process.env['BANYAN_SKIP_REDIS'] === '1';
if (SKIP_REDIS)
  console.warn(
    'SKIPPED: tests on a real Redis (BANYAN_SKIP_REDIS=1). To run them: apt-get install redis-server',
  );

const PROGRAM = process.env['BANYAN_REDIS_SERVER'] || 'redis-server';

/** A redis-server of this test alone. */
export interface RedisServer {
  readonly url: string;
  /** Undefined on a Unix socket. */
  readonly port: number | undefined;
  /** Ends it with SIGKILL, keeping its folder. */
  kill(): Promise<void>;
  /** Like a machine that hangs: its sockets stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same address with what it has on its disk. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Options of {@link startRedis}. */
export interface RedisServerInit {
  /** On a free TCP port instead of a Unix socket. */
  readonly port?: boolean;
  /** A node of a cluster, which knows nobody yet; implies `port`. */
  readonly cluster?: { readonly nodeTimeoutMs: number };
  /** Whether what is acknowledged is on the disk, as the services demand it; default true. */
  readonly durable?: boolean;
  /** Further arguments, such as `--requirepass`, `secret`. */
  readonly args?: readonly string[];
}

async function launch(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => {
      // Only its last words are wanted, when it ends before it is ready.
      output = (output + bytes.toString()).slice(-4_000);
      if (output.includes('eady to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server ended:\n${output}`)));
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** A port that is free now, low enough for the bus port of a cluster, which lies 10,000 above. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 32_000 - Math.floor(Math.random() * 12_000);
    const free = await Promise.all(
      [port, port + 10_000].map(
        (candidate) =>
          new Promise<boolean>((resolve) => {
            const server = createServer();
            server.once('error', () => resolve(false));
            server.listen(candidate, '127.0.0.1', () => server.close(() => resolve(true)));
          }),
      ),
    );
    if (free.every(Boolean)) return port;
  }
}

/** Starts redis-server in a folder of its own, on loopback alone. */
export async function startRedis(init: RedisServerInit = {}): Promise<RedisServer> {
  if (spawnSync(PROGRAM, ['--version']).status !== 0)
    throw new Error(
      'redis-server is not installed. Install it (apt-get install redis-server), or set BANYAN_SKIP_REDIS=1.',
    );
  const { cluster, durable = true } = init;
  const dir = await mkdtemp(join(tmpdir(), 'banyan-redis-'));
  const socket = join(dir, 'redis.sock');
  const port = init.port === true || cluster !== undefined ? await freePort() : undefined;
  const args = [
    ...['--dir', dir, '--save', '', '--bind', '127.0.0.1'],
    ...(durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']),
    ...(port === undefined ? ['--port', '0', '--unixsocket', socket] : ['--port', String(port)]),
    ...(cluster === undefined
      ? []
      : ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(cluster.nodeTimeoutMs)]),
    // A replica that comes back is filled at once.
    ...['--repl-diskless-sync-delay', '0'],
    ...(init.args ?? []),
  ];
  let child = await launch(args);
  return {
    url: port === undefined ? `unix://${socket}` : `redis://127.0.0.1:${port}`,
    port,
    kill: () => end(child),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async restart() {
      await end(child);
      child = await launch(args);
    },
    async stop() {
      await end(child);
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
