import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadOrCreateDeviceKey, systemClock } from '@banyan/kit';
import { startFakeNetwork, type FakeNetwork } from './fake-network.ts';

/** Compiled before the tests: processes run from dist. */
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Ready {
  readonly ready: boolean;
  readonly url?: string;
  readonly port?: number;
  readonly deviceId?: string;
  readonly admin?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

describe('the process of a supernode', () => {
  let network: FakeNetwork;
  let folder: string;
  beforeAll(async () => {
    network = await startFakeNetwork(systemClock);
    folder = await mkdtemp(join(tmpdir(), 'banyan-supernode-main-'));
  });
  afterAll(async () => {
    await network.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function run(
    name: string,
    ...args: string[]
  ): { child: ChildProcess; ended: Promise<{ code: number | null; err: string }>; ready: Promise<Ready> } {
    const child = spawn(process.execPath, [MAIN, '--ready-json', '--data-dir', join(folder, name), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 18_000,
    });
    let err = '';
    child.stderr?.on('data', (part) => (err += String(part)));
    return {
      child,
      ready: new Promise((resolve) =>
        child.stdout?.once('data', (line) => resolve(JSON.parse(String(line)) as Ready)),
      ),
      ended: once(child, 'close').then(([code]) => ({ code: code as number | null, err })),
    };
  }

  it('says where it is, is ready, and stops cleanly when asked', async () => {
    const { child, ready, ended } = run(
      'one',
      '--network',
      network.url,
      '--port',
      '0',
      '--public-host',
      'oak.example',
    );
    const { url, port, admin, deviceId } = await ready;
    expect(url).toBe(`wss://oak.example:${port}`);
    expect(deviceId).toHaveLength(43);
    expect(await (await fetch(`${admin}/metrics`)).text()).toContain('banyan_supernode_leaves');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('takes the key of a device that is enrolled, and makes none itself', async () => {
    const file = join(folder, 'enrolled.pem');
    const { deviceId: enrolled } = await loadOrCreateDeviceKey(file);
    const { child, ready, ended } = run(
      'keyed',
      '--network',
      network.url,
      '--port',
      '0',
      '--device-key',
      file,
    );
    expect((await ready).deviceId).toBe(enrolled);
    expect(await readdir(join(folder, 'keyed'))).not.toContain('device-key.pem');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('says that its port is taken, and by which setting to choose another', async () => {
    const first = run('two', '--network', network.url, '--port', '0');
    const { port } = await first.ready;
    const second = run('three', '--network', network.url, '--port', String(port));
    expect(await second.ready).toMatchObject({
      ready: false,
      error: { code: 'port_taken', message: expect.stringContaining('--port') },
    });
    expect((await second.ended).code).toBe(1);
    first.child.kill('SIGTERM');
    await first.ended;
  });

  it.each([
    [['--network', 'nonsense'], 'nonsense'],
    [['--network', 'http://127.0.0.1:1', '--capacity', '0'], '--capacity'],
    [['--network', 'http://127.0.0.1:1', '--host', '0.0.0.0'], '--public-host'],
    [['--network', 'http://127.0.0.1:1', '--public-port', '70000'], '--public-port'],
    [['--network', 'http://127.0.0.1:1', '--index-memory', '0'], '--index-memory'],
    [['--network', 'http://127.0.0.1:1', '--device-key', '/nowhere/key.pem'], '/nowhere/key.pem'],
  ])('says what is wrong with %j', async (args, word) => {
    const { code, err } = await run('wrong', ...args).ended;
    expect(code).toBe(78);
    expect(err).toContain(word);
  });
});
