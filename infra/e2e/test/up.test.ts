import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DownloadView, SearchResult } from '@banyan/proto';
import { BIN, CLEAN_ENV, freePort, ROOT, runCommand, waitFor, type Outcome } from '../src/index.ts';

jest.setTimeout(120_000);

let folder: string;
/** Where everything is kept; a test may move the home folder instead. */
let place: Readonly<Record<string, string>>;
let running: Up | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-up-'));
  place = { BANYAN_DATA_DIR: folder };
});
afterEach(async () => {
  await running?.kill();
  running = undefined;
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Up {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Everything that it started, by what the system says. */
  processes(): Promise<number[]>;
  end(signal: NodeJS.Signals): Promise<number | null>;
  kill(): Promise<void>;
}

function up(...args: readonly string[]): Up {
  const child = spawn(process.execPath, [BIN, 'up', '--no-open', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...CLEAN_ENV, ...place },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const started: Up = {
    child,
    said: () => said,
    processes: async () => (await processesNaming(folder)).filter((pid) => pid !== child.pid),
    async end(signal) {
      child.kill(signal);
      return exited;
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) await started.end('SIGKILL');
      for (const pid of await processesNaming(folder)) process.kill(pid, 'SIGKILL');
    },
  };
  running = started;
  return started;
}

/** Processes of this machine with the folder in their command line (Linux). */
async function processesNaming(path: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const),
  );
  return lines.filter(([, line]) => line.includes(path)).map(([pid]) => pid);
}

const banyan = (...args: readonly string[]): Promise<Outcome> =>
  runCommand([BIN, ...args], { cwd: ROOT, env: place });
const firstUrl = (text: string): string | undefined => /https?:\/\/[^\s]+/.exec(text)?.[0];

describe('banyan up, which npm start runs', () => {
  it('brings up a network, prints the first peer’s login link first, stops with SIGTERM, and finds all as it was', async () => {
    const own = join(folder, 'my files');
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'My own poem.txt'), 'a poem\n');
    const first = up('--base-port', '0', '--share', own);
    const url = await waitFor(() => firstUrl(first.said()), { what: 'the first URL', timeoutMs: 60_000 });
    expect(url).toMatch(/^http:\/\/localhost:\d+\/#login=/);
    expect((await fetch(new URL('/', url))).status).toBe(200);
    expect(await (await fetch(new URL('/', url))).text()).toContain('<title>');
    expect((await first.processes()).length).toBe(7);

    await waitFor(
      async () => {
        const { results } = JSON.parse((await banyan('search', '--json', 'banyan')).stdout) as SearchResult;
        const isLarge = results.some((hit) => hit.reachableSources === 3 && hit.size >= 64 * 1024 * 1024);
        return isLarge && results.length >= 3;
      },
      { what: 'the sample library to be found, one large file with three sources', everyMs: 300 },
    );
    const wanted = await waitFor(
      async () => {
        const { results } = JSON.parse((await banyan('search', '--json', '榕樹')).stdout) as SearchResult;
        return results.find((hit) => hit.own === 'none' && hit.reachableSources > 0);
      },
      { what: 'something in Chinese that only others have', everyMs: 300 },
    );
    expect((await banyan('get', wanted.link)).code).toBe(0);
    await waitFor(
      async () => {
        const { stdout } = await banyan('search', '--json', '--peer', 'bob', 'own poem');
        return (JSON.parse(stdout) as SearchResult).results.length === 1;
      },
      { what: 'another peer to find what the first one shares of its own', everyMs: 300 },
    );
    const second = await banyan('up', '--no-open');
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain('running already');

    expect(await first.end('SIGTERM')).toBe(0);
    expect(await first.processes()).toEqual([]);

    const again = up('--base-port', '0');
    await waitFor(() => firstUrl(again.said()), {
      what: 'the first URL of the second start',
      timeoutMs: 60_000,
    });
    const downloads = JSON.parse((await banyan('downloads', '--json')).stdout) as DownloadView[];
    expect(downloads.map((d) => [d.content, d.state])).toEqual([[wanted.content, 'done']]);
    await waitFor(
      async () => {
        const { stdout } = await banyan('search', '--json', '--peer', 'carol', 'own poem');
        return (JSON.parse(stdout) as SearchResult).results.length === 1;
      },
      { what: 'the library of the first peer to be as it was', everyMs: 300 },
    );
    expect(await again.end('SIGINT')).toBe(0);
    expect(await again.processes()).toEqual([]);
  });

  it('keeps everything in the system’s own data folder unless told otherwise, and leaves no process behind when it is killed outright', async () => {
    place = { HOME: folder, XDG_DATA_HOME: '', BANYAN_DATA_DIR: '' };
    const started = up('--base-port', '0', '--no-sample');
    await waitFor(() => firstUrl(started.said()), { what: 'the first URL', timeoutMs: 60_000 });
    expect((await started.processes()).length).toBe(7);
    expect(await readdir(join(folder, '.local', 'share', 'banyan', 'local'))).toContain('alice');
    await started.end('SIGKILL');
    await waitFor(async () => (await started.processes()).length === 0, { what: 'all processes to end' });
  });

  it('says which port is taken and how to choose others', async () => {
    const base = await freePort();
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen({ host: '127.0.0.1', port: base + 1 }, resolve));
    const { code, stderr } = await banyan('up', '--no-open', '--base-port', String(base));
    blocker.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${base + 1} is used by another program`);
    expect(stderr).toContain('--base-port');
  });

  it('says before anything starts that a folder to share does not exist', async () => {
    const { code, stderr } = await banyan('up', '--no-open', '--share', join(folder, 'nowhere'));
    expect(code).toBe(1);
    expect(stderr).toContain('does not exist');
  });
});
