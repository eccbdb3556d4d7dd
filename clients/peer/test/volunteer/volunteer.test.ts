/** The offer against a list over real HTTP, and the real program of a supernode as the child. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BanyanError, DEFAULT_CAPS } from '@banyan/proto';
import { createIdentity, loadOrCreateDeviceKey, silentLog, systemClock, type Identity } from '@banyan/kit';
import { createNetwork, type Network } from '@banyan/sdk';
import { createVolunteer, type Volunteer, type VolunteerInit } from '../../src/volunteer/index.ts';
import { order, startFakeNetwork, type FakeNetwork } from './fake-network.ts';
import { lives, supernodesOf } from './supernode-processes.ts';

/** Built before the tests: programs run from dist. */
const SUPERNODE = fileURLToPath(new URL('../../../../services/supernode/dist/main.js', import.meta.url));
const HOME = 'h'.repeat(43);

// Processes start, and others want the machine too.
jest.setTimeout(90_000);

let folder: string;
let fake: FakeNetwork;
let identity: Identity;
let network: Network;
let home: string | undefined;
let deviceName: string;
let transferPort: number;
let running: Volunteer | undefined;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-volunteer-'));
  fake = await startFakeNetwork();
  identity = await createIdentity(await loadOrCreateDeviceKey(join(folder, 'device-key.pem')));
  network = createNetwork({ clock: systemClock, log: silentLog(), identity }, { issuer: fake.url });
  await network.start();
  home = HOME;
  deviceName = 'laptop';
  transferPort = 40_000;
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await network.stop();
  await fake.stop();
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(
  change: Partial<VolunteerInit> = {},
  offsetAt?: (time: number) => number,
): Promise<Volunteer> {
  running = createVolunteer(
    {
      clock: systemClock,
      log: silentLog(),
      random: Math.random,
      list: () => network.list,
      home: () => home,
      observedHost: () => '127.0.0.1',
      transferPort: () => transferPort,
      ...(offsetAt === undefined ? {} : { offsetAt }),
    },
    {
      file: join(folder, 'volunteer.json'),
      given: {},
      name: () => deviceName,
      software: 'test',
      network: () => ({ issuer: fake.url, pins: [] }),
      program: SUPERNODE,
      dataDir: join(folder, 'supernode'),
      logFile: join(folder, 'supernode.log'),
      deviceKey: join(folder, 'device-key.pem'),
      host: '127.0.0.1',
      ...change,
    },
  );
  await running.start();
  return running;
}

async function until<T>(what: string, check: () => T | undefined | false): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline)
      throw new Error(`This never came about: ${what}; ${JSON.stringify(running?.view().supernode)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const child = (): string | undefined => fake.reports.at(-1)?.report.child.state;
const stateIs = (volunteer: Volunteer, state: string): Promise<boolean> =>
  until(`it is ${state}`, () => volunteer.view().supernode.state === state);

/** A port of this machine that another holds, until the test ends. */
async function takenPort(): Promise<number> {
  const holder = createServer();
  servers.push(holder);
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  return (holder.address() as AddressInfo).port;
}

describe('the offer', () => {
  it('offers nothing before the owner does; then all of it is told, kept, and shown with how it is judged', async () => {
    const first = await start();
    expect(first.view()).toMatchObject({ offered: false, caps: DEFAULT_CAPS, order: null, criteria: [] });
    await first.offer({ caps: { maxLeaves: 7 }, region: 'eu', hours: [] });
    const { deviceId, report } = await until('it reported', () => fake.reports[0]);
    expect(deviceId).toBe(identity.deviceId);
    expect(report).toMatchObject({
      name: 'laptop',
      region: 'eu',
      home: HOME,
      listen: [{ host: '127.0.0.1', port: 40_001 }],
      caps: { ...DEFAULT_CAPS, maxLeaves: 7 },
      withinHours: true,
      child: { state: 'none' },
      protocolVersions: [1],
    });
    expect(report.declared.cores).toBeGreaterThan(0);
    await until('it was judged', () => first.view().judgedAt !== null);
    expect(first.view()).toMatchObject({
      order: { role: 'leaf', reason: 'as a test' },
      criteria: [{ name: 'cores', passed: false, threshold: 2, origin: 'host' }],
      problem: null,
    });
    expect((await stat(join(folder, 'volunteer.json'))).mode & 0o777).toBe(0o600);
    await first.stop();
    const before = fake.reports.length;
    const again = await start();
    expect(again.view()).toMatchObject({ offered: true, region: 'eu', caps: { maxLeaves: 7 } });
    await until('it reports again', () => fake.reports.length > before);
  });

  it('says at once what changes, and settings of a start win and are kept', async () => {
    fake.reportIntervalMs = 100_000;
    const volunteer = await start({ given: { offered: true, caps: { cpu: 0.25 } } });
    await until('it reported', () => fake.reports.length === 1);
    await volunteer.offer({ region: 'north' });
    await until('the region was told', () => fake.reports.at(-1)?.report.region === 'north');
    home = 'g'.repeat(43);
    volunteer.lookAgain();
    await until('the home was told', () => fake.reports.at(-1)?.report.home === home);
    deviceName = 'attic';
    volunteer.lookAgain();
    await until('the name was told', () => fake.reports.at(-1)?.report.name === 'attic');
    const count = fake.reports.length;
    volunteer.lookAgain();
    expect(fake.reports).toHaveLength(count);
    await volunteer.stop();
    expect(JSON.parse(await readFile(join(folder, 'volunteer.json'), 'utf8'))).toMatchObject({
      offered: true,
      caps: { cpu: 0.25 },
      region: 'north',
    });
  });

  it('is withdrawn by silence or by word, and a damaged file offers nothing', async () => {
    const volunteer = await start({ given: { offered: true } });
    await until('it reported', () => fake.reports.length > 0);
    await volunteer.withdraw();
    await until('the list heard', () => fake.withdrawn.includes(identity.deviceId));
    const count = fake.reports.length;
    expect(volunteer.view()).toMatchObject({ offered: false, order: null, criteria: [], judgedAt: null });
    await volunteer.stop();
    await writeFile(join(folder, 'volunteer.json'), '{"offered":true');
    expect((await start()).view().offered).toBe(false);
    expect(fake.reports).toHaveLength(count);
  });

  it('says why the list does not take it, and goes on asking', async () => {
    fake.refuse = new BanyanError('rate_limited', 'Too many volunteers.');
    const volunteer = await start({ given: { offered: true } });
    await until('the refusal shows', () => volunteer.view().problem !== null);
    expect(volunteer.view().problem).toEqual({ code: 'rate_limited', message: 'Too many volunteers.' });
    fake.refuse = undefined;
    await until('it was taken', () => volunteer.view().problem === null && fake.reports.length > 0);
  });

  it('holds within the hours of the owner alone', async () => {
    const now = new Date();
    const hour = (ahead: number): string =>
      `${String((now.getUTCHours() + ahead + 24) % 24).padStart(2, '0')}:00`;
    const volunteer = await start({ given: { offered: true } }, () => 0);
    await volunteer.offer({ hours: [{ from: hour(2), to: hour(3) }] });
    await until('it is told', () => fake.reports.at(-1)?.report.withinHours === false);
    fake.order = order('promoting');
    await until('the order came', () => volunteer.view().order?.role === 'promoting');
    expect(volunteer.view()).toMatchObject({ withinHours: false, supernode: { state: 'none' } });
    expect(volunteer.view().hoursUntil).toBeGreaterThan(Date.now());
    await expect(volunteer.offer({ hours: [{ from: '08:00', to: '08:00' }] })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('says that it cannot be a supernode without the program of one', async () => {
    const volunteer = createVolunteer(
      {
        clock: systemClock,
        log: silentLog(),
        random: Math.random,
        list: () => network.list,
        home: () => home,
        observedHost: () => undefined,
        transferPort: () => transferPort,
      },
      {
        file: join(folder, 'volunteer.json'),
        given: { offered: true },
        name: () => 'laptop',
        software: 'test',
        network: () => ({ issuer: fake.url, pins: [] }),
        dataDir: folder,
        logFile: join(folder, 'x.log'),
        deviceKey: '',
        host: '0.0.0.0',
      },
    );
    running = volunteer;
    await volunteer.start();
    await until('it is told', () => child() === 'failed');
    expect(volunteer.view().supernode.problem?.message).toContain('--supernode-program');
  });
});

describe('the supernode of a host', () => {
  it('starts when it is ordered, with the key of the device and under the caps, serves without the list, and goes when drained', async () => {
    const volunteer = await start({ given: { offered: true, caps: { maxLeaves: 9 } } });
    fake.order = order('promoting', { maxLeaves: 50 });
    await stateIs(volunteer, 'serving');
    const beat = await until('it beats', () =>
      fake.beats.find(({ deviceId }) => deviceId === identity.deviceId),
    );
    expect(beat.beat).toMatchObject({ name: 'laptop', capacity: 9, state: 'active' });
    expect(fake.reports.map(({ report }) => report.child.state)).toContain('starting');
    await until('the list heard', () => child() === 'serving');
    const port = beat.beat.addresses[0]!.port;
    expect(fake.reports.at(-1)?.report.listen).toEqual([{ host: '127.0.0.1', port }]);
    const { pid } = supernodesOf(await readFile(join(folder, 'supernode.log'), 'utf8'));

    fake.order = order('serving', { maxLeaves: 50 });
    await until('the order came', () => volunteer.view().order?.role === 'serving');
    fake.listAway = true;
    await until('the list is missed', () => volunteer.view().problem !== null);
    expect(volunteer.view()).toMatchObject({ order: { role: 'serving' }, supernode: { state: 'serving' } });
    expect(lives(pid)).toBe(true);
    fake.listAway = false;

    fake.order = order('draining', { drainMs: 1_000 });
    await stateIs(volunteer, 'none');
    expect(lives(pid)).toBe(false);
    await until('it said farewell', () => fake.left.includes(identity.deviceId));
    await until('the list heard', () => child() === 'none');
  });

  it('stops at once when the owner withdraws, although the list is away', async () => {
    const volunteer = await start({ given: { offered: true } });
    fake.order = order('serving');
    await stateIs(volunteer, 'serving');
    fake.listAway = true;
    await volunteer.withdraw();
    await stateIs(volunteer, 'none');
    fake.listAway = false;
    await until('the list heard in the end', () => fake.withdrawn.length > 0);
  });

  it('takes any port when the one beside the transfer port is taken', async () => {
    const port = await takenPort();
    transferPort = port - 1;
    fake.order = order('serving');
    const volunteer = await start({ given: { offered: true } });
    await stateIs(volunteer, 'serving');
    expect(volunteer.view().supernode.port).not.toBe(port);
    const { ended, pid } = supernodesOf(await readFile(join(folder, 'supernode.log'), 'utf8'));
    expect(ended).toEqual(['port_taken']);
    expect(lives(pid)).toBe(true);
  });

  it('takes the chosen port or none', async () => {
    const port = await takenPort();
    fake.order = order('serving');
    const volunteer = await start({ given: { offered: true }, port });
    await until('it says why', () => volunteer.view().supernode.problem?.code === 'port_taken');
    await volunteer.stop();
    servers.pop()?.close();
    const free = await start({ port });
    await stateIs(free, 'serving');
    expect(free.view().supernode.port).toBe(port);
  });

  it('comes back when it is killed', async () => {
    const volunteer = await start({ given: { offered: true } });
    fake.order = order('serving');
    await stateIs(volunteer, 'serving');
    const log = (): Promise<string> => readFile(join(folder, 'supernode.log'), 'utf8');
    const { pid } = supernodesOf(await log());
    process.kill(pid, 'SIGKILL');
    await until('it was missed', () => volunteer.view().supernode.problem !== null);
    await stateIs(volunteer, 'serving');
    expect(supernodesOf(await log()).pid).not.toBe(pid);
  });

  it('ends as failed with the reason when it cannot start, and tries again with another decision alone', async () => {
    fake.order = order('serving');
    const broken = await start({
      given: { offered: true },
      deviceKey: join(folder, 'no-such-key.pem'),
    });
    await stateIs(broken, 'failed');
    expect(broken.view().supernode.problem).toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('no-such-key.pem'),
    });
    await until('the list heard', () => child() === 'failed');
    // Another decision is another try; the same one is not.
    fake.order = order('leaf');
    await stateIs(broken, 'none');
    await until('the list heard', () => child() === 'none');
  });
});
