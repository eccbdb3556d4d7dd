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

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** A redis-server of this test alone. */
export interface RedisServer {
  readonly url: string;
  readonly port: number | undefined;
  /** Ends it with SIGKILL, keeping its folder. */
  kill(): Promise<void>;
  /** Starts it again on the same address. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

async function launch(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
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
    const port = 20_000 + Math.floor(Math.random() * 25_000);
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

/** Starts redis-server in a folder of its own, on a Unix socket or, as a node of a cluster, on a free port. */
export async function startRedis(init: { readonly cluster?: boolean } = {}): Promise<RedisServer> {
  if (!hasRedis)
    throw new Error(
      'redis-server is not installed. Install it (apt-get install redis-server), or set BANYAN_SKIP_REDIS=1.',
    );
  const dir = await mkdtemp(join(tmpdir(), 'banyan-redis-'));
  const socket = join(dir, 'redis.sock');
  const port = init.cluster === true ? await freePort() : undefined;
  const args = [
    ...['--dir', dir, '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1'],
    ...(port === undefined
      ? ['--port', '0', '--unixsocket', socket]
      : ['--port', String(port), '--cluster-enabled', 'yes']),
  ];
  let child = await launch(args);
  return {
    url: port === undefined ? `unix://${socket}` : `redis://127.0.0.1:${port}`,
    port,
    kill: () => end(child),
    async restart() {
      await end(child);
      child = await launch(args);
    },
    async stop() {
      await end(child);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
