/** Real processes of a few lines. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startChild, type Child, type ChildInit } from '../src/child.ts';
import { FILE_THREADS } from '../src/file-threads.ts';
import { SESSION_ALLOCATOR } from '../src/session-allocator.ts';
import { SESSION_NODE_ARGS } from '../src/session-node-args.ts';

let folder: string;
const running: Child[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-child-'));
});

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const READY = `console.log(JSON.stringify({ ready: true, name: 'x', pid: process.pid, args: process.argv.slice(2), mark: process.env.MARK }));`;
const STAY = `setInterval(() => {}, 1000); process.on('disconnect', () => process.exit(9));`;

async function start(script: string, init: Partial<ChildInit> = {}): Promise<Child> {
  const main = join(folder, 'main.mjs');
  await writeFile(main, script);
  const child = await startChild({
    name: 'oak',
    main,
    args: ['--a'],
    logFile: join(folder, 'oak.log'),
    ...init,
  });
  running.push(child);
  return child;
}

it.each([
  ['the allocator of many sessions', 'holdsSessions', SESSION_ALLOCATOR, 'MALLOC_MMAP_THRESHOLD_'],
  ['threads for disks that do not answer', 'usesDisks', FILE_THREADS, 'UV_THREADPOOL_SIZE'],
] as const)('has %s only where it %s', async (_what, option, settings, name) => {
  const told = `console.log(JSON.stringify({ ready: true, name: 'x', pid: process.pid, set: process.env.${name} })); ${STAY}`;
  for (const isOn of [true, false]) {
    const child = await start(told, { [option]: isOn });
    expect(child.ready['set']).toBe(isOn ? settings[name] : undefined);
    await child.stop();
  }
});

it('marks its heap on one thread where it holds sessions', async () => {
  const told = `console.log(JSON.stringify({ ready: true, name: 'x', pid: process.pid, node: process.execArgv })); ${STAY}`;
  for (const holdsSessions of [true, false]) {
    const child = await start(told, { holdsSessions, nodeArgs: ['--no-warnings'] });
    expect(child.ready['node']).toEqual([...(holdsSessions ? SESSION_NODE_ARGS : []), '--no-warnings']);
    await child.stop();
  }
});

describe('a child', () => {
  it('is there when it has said that it is ready', async () => {
    const child = await start(`console.log('words for people'); ${READY} ${STAY}`, { env: { MARK: 'm' } });
    expect(child.ready).toMatchObject({ ready: true, pid: child.pid, mark: 'm' });
    expect(child.ready['args']).toEqual(['--a', '--ready-json', '--parent-watch']);
    await child.stop();
    expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' });
    await child.stop();
  });

  it('has a session of its own: Ctrl-C of our terminal does not reach it', async () => {
    const child = await start(`${READY} ${STAY}`);
    const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => undefined);
    // Elsewhere than on Linux there is no /proc to look at.
    if (stat === undefined) return;
    const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    expect([group, session]).toEqual([String(child.pid), String(child.pid)]);
  });

  it('that refuses to start is quoted, with its code', async () => {
    const refusal = {
      ready: false,
      name: 'oak',
      error: { code: 'port_taken', message: 'Port 7710 is used.' },
    };
    await expect(
      start(`console.log(${JSON.stringify(JSON.stringify(refusal))}); process.exit(1);`),
    ).rejects.toMatchObject({
      code: 'port_taken',
      message: `oak could not start: Port 7710 is used. Its log is ${join(folder, 'oak.log')}.`,
      details: { reason: 'Port 7710 is used.' },
    });
  });

  it('with a wrong configuration is quoted in its plain words', async () => {
    await expect(
      start(`console.error('supernode: The setting network is missing.'); process.exit(78);`),
    ).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('oak could not start: The setting network is missing. Its log'),
    });
  });

  it('that says nothing is reported with how it ended, not with words of a former run', async () => {
    await writeFile(join(folder, 'oak.log'), 'supernode: An old complaint.\n');
    await expect(start(`process.exit(3);`)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('it ended at once (exit code 3)'),
    });
  });

  it('that throws is quoted by its error', async () => {
    await expect(start(`throw new Error('the sky fell')`)).rejects.toMatchObject({
      message: expect.stringContaining('the sky fell'),
    });
  });

  it('that never gets ready is given up and gone', async () => {
    let pid = 0;
    await expect(
      start(`console.error(process.pid); ${STAY}`, {
        logFile: undefined as never,
        onLog: (text) => (pid = Number(text)),
        readyTimeoutMs: 1_000,
      }),
    ).rejects.toMatchObject({ code: 'timeout' });
    expect(() => process.kill(pid, 0)).toThrow();
  });

  it('is stopped when its start is given up', async () => {
    const stop = new AbortController();
    await expect(
      start(`console.error('up'); ${STAY}`, {
        logFile: undefined as never,
        onLog: () => stop.abort(),
        signal: stop.signal,
      }),
    ).rejects.toMatchObject({ code: 'aborted' });
  });
});
