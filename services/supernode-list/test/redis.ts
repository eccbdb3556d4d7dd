import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the tests on a real Redis are left out, as asked by BANYAN_SKIP_REDIS=1; said aloud. */
export const SKIP_REDIS = process.env['BANYAN_SKIP_REDIS'] === '1';
if (SKIP_REDIS)
  console.warn(
    'SKIPPED: tests on a real Redis (BANYAN_SKIP_REDIS=1). To run them: apt-get install redis-server',
  );

/** Starts a redis-server of this test alone, on a socket in a folder of its own. */
export async function startRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  if (spawnSync('redis-server', ['--version']).status !== 0)
    throw new Error('redis-server is missing. To run these tests: apt-get install redis-server');
  const dir = await mkdtemp(join(tmpdir(), 'banyan-list-redis-'));
  const socket = join(dir, 'redis.sock');
  const child = spawn(
    'redis-server',
    ['--port', '0', '--unixsocket', socket, '--dir', dir, '--save', '', '--appendonly', 'no'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      if (/ready to accept connections/i.test(bytes.toString())) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error('redis-server ended')));
  });
  return {
    url: `unix://${socket}`,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
