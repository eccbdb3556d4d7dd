import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ROOT, runCommand, startTestNetwork, type Outcome, type TestNetwork } from '../src/index.ts';

jest.setTimeout(180_000);

const BANYAN = join(ROOT, 'clients', 'cli', 'bin', 'banyan.js');
const PATIENCE_MS = 160_000;

/** `banyan load`, with a folder for everything that it makes. */
const load = (folder: string, args: readonly string[]): Promise<Outcome> =>
  runCommand([BANYAN, 'load', ...args], {
    env: { BANYAN_DATA_DIR: join(folder, 'data'), TMPDIR: folder },
    cwd: folder,
    timeoutMs: PATIENCE_MS,
  });

/** A test says nothing of speed: the tester may be as late as it wants. */
const SCENARIO = `
seed: 5
network: { supernodes: 2 }
personas: { ordinary: 90%, flooder: 5%, flapper: 5% }
workload: { empty: 0, records: 5, spread: 0, contents: 60, unreachable: 0, sizes: 1% }
stages:
  - { name: arrive, for: 4s, leaves: 30 }
  - { name: ask, for: 6s, queries: 10/s, sources: 4/s, downloads: 4/s, shape: jump }
faults:
  - { at: 6s, kill: 50% }
thresholds:
  - connect.count > 5
  - 'ask: query.count > 20'
  - recall > 0.5
  - download.count > 0
  - wrong-kept == 0
  - query.p50 < 0µs
tester: { maxLateness: 5min }
`;

describe('a load test', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'banyan-e2e-load-'));
    await writeFile(join(folder, 'small.yaml'), SCENARIO);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('loads a network of its own, kills half of it, and fails by the threshold that was missed', async () => {
    const { code, stdout, stderr } = await load(folder, [
      'run',
      'small.yaml',
      '--out',
      'first',
      '--workers',
      '2',
    ]);
    expect({ code, stderr: code === 99 ? '' : stderr }).toEqual({ code: 99, stderr: '' });
    expect(stdout).toMatch(/FAILED: a threshold was missed/);
    expect(stdout).toMatch(/✓ recall > 0\.5/);
    expect(stdout).toMatch(/✗ query\.p50 < 0µs/);
    const results = JSON.parse(await readFile(join(folder, 'first', 'results.json'), 'utf8'));
    expect(results.workers).toBe(2);
    expect(results.faults).toEqual([
      { atMs: 6_000, kind: 'kill', names: [expect.stringMatching(/^supernode-\d$/)] },
    ]);
    // Whoever lost a home has found the other one, with the catalog.
    expect(results.total.operations.failover.count).toBeGreaterThan(0);
    expect(results.total.counters.rudeAsked).toBeGreaterThan(0);
    expect(results.total.counters.downloadedBytes).toBeGreaterThan(0);
    expect(Math.max(...results.intervals.online)).toBeGreaterThan(20);
    expect(await readFile(join(folder, 'first', 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
    // Nothing of the network is left, neither folders nor processes that would keep them.
    expect((await readdir(folder)).sort()).toEqual(['first', 'small.yaml']);
  });

  it('lets an agent run the workers', async () => {
    const agent = spawn(process.execPath, [BANYAN, 'load', 'agent', '--workers', '2'], {
      env: { ...process.env, BANYAN_DATA_DIR: join(folder, 'agent'), TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [link] = (await once(createInterface(agent.stdout), 'line')) as [string];
      const { code, stderr } = await load(folder, [
        ...['run', 'small.yaml', '--out', 'agents', '--workers', '2', '--agent', link],
      ]);
      expect({ code, stderr: code === 99 ? '' : stderr }).toEqual({ code: 99, stderr: '' });
      const results = JSON.parse(await readFile(join(folder, 'agents', 'results.json'), 'utf8'));
      expect(results.agents).toEqual([new URL(link).host]);
      expect(results.total.operations.query.count).toBeGreaterThan(20);
    } finally {
      agent.kill();
      await once(agent, 'exit');
    }
  });

  it('says before it begins that its results cannot be kept', async () => {
    const { code, stderr } = await load(folder, ['run', 'small.yaml', '--out', 'small.yaml']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^banyan: The results cannot be kept: \S+small\.yaml is not a folder, or lies in what is none\. Choose another folder by --out\.\n$/,
      ),
    });
  });

  it('compares a run with itself and finds nothing worse', async () => {
    const { code, stdout } = await load(folder, ['diff', 'first', 'first']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/Nothing is worse beyond noise/),
    });
  });
});

describe('against a network that others run', () => {
  let network: TestNetwork;
  let folder: string;
  beforeAll(async () => {
    network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn' });
    folder = await mkdtemp(join(tmpdir(), 'banyan-e2e-load-'));
  });
  afterAll(async () => {
    await network?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('a load test enrols its leaves by one invite, and leaves no device behind', async () => {
    await network.during('load', async () => {
      await writeFile(
        join(folder, 'tiny.yaml'),
        'stages: [ { for: 3s, leaves: 12 }, { for: 2s } ]\nthresholds: [ connect.count > 0 ]\ntester: { maxLateness: 5min }\n',
      );
      const invite = await network.invite({ grants: ['load'] });
      const { code, stderr } = await load(folder, [
        'run',
        'tiny.yaml',
        '--network',
        invite,
        '--out',
        'run',
        '--account',
        'tester',
      ]);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const { accounts } = await network.operator.network.auth.accounts({});
      const tester = accounts.find(({ account }) => account === 'tester');
      expect(tester?.devices.map(({ name }) => name)).toEqual(['load tester']);
    });
  });
});
