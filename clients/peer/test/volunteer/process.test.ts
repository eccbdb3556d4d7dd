/** Real processes: a peer, the supernode that is its home and measures it, and the supernode that it starts itself. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from '@banyan/kit';
import { createLocalApiClient, readLocalApiFile } from '@banyan/sdk';
import { order, startFakeNetwork, type FakeNetwork } from './fake-network.ts';
import { lives, supernodesOf } from './supernode-processes.ts';

jest.setTimeout(120_000);

const mainOf = (workspace: string): string =>
  fileURLToPath(new URL(`../../../../${workspace}/dist/main.js`, import.meta.url));
const SUPERNODE = mainOf('services/supernode');

let folder: string;
let fake: FakeNetwork;
const children: Child[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-volunteer-process-'));
  fake = await startFakeNetwork();
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop()));
  await fake.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(name: string, main: string, ...args: string[]): Promise<Child> {
  const child = await startChild({
    name,
    main,
    args: ['--network', fake.url, '--name', name, '--data-dir', join(folder, name), '--port', '0', ...args],
    logFile: join(folder, `${name}.log`),
  });
  children.push(child);
  return child;
}

async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`This never came about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a peer that volunteers', () => {
  it('is measured by its home, becomes a supernode beside being a leaf, and leaves no orphan when it is killed', async () => {
    const home = await run('home', SUPERNODE);
    const homeId = String(home.ready['deviceId']);
    const peer = await run(
      'laptop',
      mainOf('clients/peer'),
      ...['--page-port', '0', '--volunteer', '--volunteer-max-leaves', '5'],
      ...['--supernode-program', SUPERNODE, '--download-folder', join(folder, 'downloads')],
    );
    const deviceId = String(peer.ready['deviceId']);
    const { report } = await until('it reports its home', () =>
      fake.reports.find((one) => one.report.home === homeId),
    );
    expect(report).toMatchObject({ name: 'laptop', caps: { maxLeaves: 5 }, child: { state: 'none' } });

    fake.orders.set(homeId, { measure: [deviceId] });
    const measured = await until('its home measured it', () =>
      fake.measurements.find((one) => one.deviceId === deviceId),
    );
    fake.orders.delete(homeId);
    expect(measured).toMatchObject({ by: homeId, report: { reachable: true, code: '' } });
    expect(measured.report.roundTripMs).toBeGreaterThan(0);
    expect(measured.report.bytesPerSecond).toBeGreaterThan(0);
    // The same machine has one clock; a ping that waited for a busy machine errs by half its time.
    expect(Math.abs(measured.report.clockSkewMs!)).toBeLessThan(5_000);

    fake.order = order('serving');
    await until('it beats as a supernode', () => fake.beats.some((one) => one.deviceId === deviceId));
    const file = await readLocalApiFile(join(folder, 'laptop'));
    const api = createLocalApiClient({ url: file.url, token: file.token });
    try {
      await until('it says so', async () => (await api.volunteer()).supernode.state === 'serving');
      // Two trunks see each other, and the leaf stays at home with the other.
      await until('the two are linked', () =>
        fake.beats.some((one) => one.deviceId === deviceId && one.beat.links === 1),
      );
      const status = await api.status();
      expect(status.home?.deviceId).toBe(homeId);
      expect(status.secondHome).toBeNull();
      expect(status.deviceId).toBe(deviceId);
    } finally {
      api.close();
    }
    const { pid, ended } = supernodesOf(await readFile(join(folder, 'laptop', 'supernode.log'), 'utf8'));
    // None ended but one that found the port beside the transfer port taken, as may happen where others open ports too.
    expect(ended.filter((code) => code !== 'port_taken')).toEqual([]);
    expect(lives(pid)).toBe(true);
    peer.kill('SIGKILL');
    await peer.exited;
    await until('its supernode ended with it', () => !lives(pid));
    await until('it said farewell', () => fake.left.includes(deviceId));
  });

  it('stops its supernode before it stops itself', async () => {
    const peer = await run(
      'laptop',
      mainOf('clients/peer'),
      ...['--page-port', '0', '--volunteer', '--supernode-program', SUPERNODE],
      ...['--download-folder', join(folder, 'downloads')],
    );
    fake.order = order('serving');
    const deviceId = String(peer.ready['deviceId']);
    await until('it beats as a supernode', () => fake.beats.some((one) => one.deviceId === deviceId));
    // Alone in the network, it is its own home, and is not told to be measured by itself.
    await until('its own supernode took it', () => fake.beats.some((one) => one.beat.leaves === 1));
    expect(fake.reports.at(-1)?.report.home).toBeNull();
    await peer.stop();
    expect(await peer.exited).toEqual({ code: 0, signal: null });
    expect(fake.left).toContain(deviceId);
  });
});
