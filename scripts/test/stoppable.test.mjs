import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exclusively, lockPath } from '../lib/lock.mjs';
import { stoppable } from '../lib/stoppable.mjs';

const LIB = new URL('../lib/', import.meta.url).href;

let dir;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'banyan-stoppable-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function until(check) {
  for (let i = 0; i < 500; i++) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`not within 10 s: ${check}`);
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    // A process whose parent has not asked for its end yet is over all the same.
    return !/^State:\s+Z/m.test(
      existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '',
    );
  } catch {
    return false;
  }
}

const pids = () => readFileSync(join(dir, 'pids'), 'utf8').trim().split(' ').map(Number);

// A script like setup.mjs whose "npm" is a program with a child of its own; both write their ids.
function startSetup({ through = [], env = {} } = {}) {
  const file = join(dir, 'setup.mjs');
  const inner = 'setInterval(() => {}, 1000)';
  const outer = `const c = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}]);
    require('node:fs').writeFileSync('pids', process.ppid + ' ' + process.pid + ' ' + c.pid);
    setInterval(() => {}, 1000);`;
  writeFileSync(
    file,
    `import { main, run } from '${LIB}run.mjs';
    import { exclusively } from '${LIB}lock.mjs';
    import { stoppable } from '${LIB}stoppable.mjs';
    await main(() => stoppable(() => exclusively('.', () =>
      run(process.execPath, ['-e', ${JSON.stringify(outer)}], { cwd: '.', output: 'collect' }),
    { path: 'lock' })));
    console.log('went on');`,
  );
  const [command, ...args] = [...through, process.execPath, file];
  const child = spawn(command, args, { cwd: dir, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const closed = new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
  return { child, closed };
}

const posix = process.platform === 'win32' ? describe.skip : describe;

posix('stoppable', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('ends with its children on %s', async (signal, exitCode) => {
    const { child, closed } = startSetup();
    await until(() => existsSync(join(dir, 'pids')) && pids().length === 3);
    child.kill(signal);
    const { code, output } = await closed;
    expect(code).toBe(exitCode);
    expect(output).toContain('Stopped; the next start goes on.');
    expect(pids().filter(lives)).toEqual([]);
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  it('ends with its children when the shell dies through which npm started it', async () => {
    const { child, closed } = startSetup({
      through: ['/bin/sh', '-c', '"$@"; exit $?', 'sh'],
      env: { npm_lifecycle_event: 'start' },
    });
    await until(() => existsSync(join(dir, 'pids')) && pids().length === 3);
    child.kill('SIGTERM');
    expect((await closed).output).toContain('Stopped; the next start goes on.');
    await until(() => pids().filter(lives).length === 0);
  });

  it('leaves no handler behind', async () => {
    const count = () => ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name));
    const before = count();
    await stoppable(async () => expect(count()).toEqual(before.map((n) => n + 1)));
    expect(count()).toEqual(before);
  });
});

describe('exclusively', () => {
  const options = (more) => ({ path: join(dir, 'lock'), tell: () => {}, ...more });

  it('lets the second wait for the first, and says so once', async () => {
    const order = [];
    const told = [];
    let finish;
    const first = exclusively(
      dir,
      async () => {
        order.push('first begins');
        await new Promise((resolve) => (finish = resolve));
        order.push('first ends');
      },
      options(),
    );
    await until(() => finish !== undefined);
    const second = exclusively(
      dir,
      async () => order.push('second'),
      options({ tell: (text) => told.push(text) }),
    );
    await until(() => told.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    finish();
    await Promise.all([first, second]);
    expect(order).toEqual(['first begins', 'first ends', 'second']);
    expect(told).toEqual(['Another set-up is at work in this folder; waiting for it …']);
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  it('takes over from a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.once('close', resolve));
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: child.pid, host: hostname() }));
    expect(await exclusively(dir, async () => 'done', options())).toBe('done');
  });

  it.each(['', 'null', JSON.stringify({ pid: process.pid, host: hostname() })])(
    'takes over from a holder that gives no sign of life: %j',
    async (holder) => {
      writeFileSync(join(dir, 'lock'), holder);
      expect(await exclusively(dir, async () => 'done', options({ silentMs: 300 }))).toBe('done');
    },
  );

  it('goes without a lock where none can be written', async () => {
    const path = join(dir, 'missing', 'lock');
    expect(await exclusively(dir, async () => 'done', options({ path }))).toBe('done');
  });

  it('has its lock outside the folder when that is no clone', () => {
    expect(lockPath(dir).startsWith(tmpdir())).toBe(true);
    expect(lockPath(dir)).not.toContain('node_modules');
  });
});
