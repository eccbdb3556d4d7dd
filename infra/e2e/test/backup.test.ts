/** Auth and list lose their disks, and come back from a backup that was taken while they ran. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BIN,
  runCommand,
  startTestNetwork,
  waitFor,
  type Outcome,
  type TestDevice,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(120_000);

/** The file that npm links as `banyan`. */

let network: TestNetwork;
let alice: TestPeer;
let dora: TestPeer;
let mallory: TestDevice;
let saved: string;

const banyan = (...args: string[]): Promise<Outcome> => runCommand([BIN, ...args]);
const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
const codeOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => 'ok',
    (error: unknown) => String((error as { code?: unknown }).code),
  );

async function setTarget(targetLeaves: number): Promise<void> {
  const { operator } = network.operator.network;
  const { version, policy } = await operator.policy();
  await operator.setPolicy({ policy: { ...policy, targetLeaves }, expect: version, reason: 'a test' });
}

beforeAll(async () => {
  network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'info' });
  [alice, dora] = await Promise.all([
    network.peer('alice', { files: { 'banyan.txt': 'a tree of many trunks\n' } }),
    network.peer('dora'),
  ]);
  mallory = await network.device('mallory');
  saved = join(network.folder, 'saved');
  await alice.settled();
  await setTarget(77);
}, 90_000);
afterAll(() => network?.stop());

describe('auth and list', () => {
  it_('are backed up while they run', async () => {
    const { code, stdout } = await banyan('backup', '--from', network.folder, '--to', saved);
    expect(stdout).toMatch(/auth: \d+ entries .*of the running service/);
    expect(stdout).toMatch(/list: \d+ entries and 1 key file, of the running service/);
    expect(code).toBe(0);
    expect(await readdir(saved)).toHaveLength(2);
    expect((await banyan('restore', '--check', ...(await files()))).code).toBe(0);
  });

  it_('come back with it after their disks were lost; what was banned since stays banned', async () => {
    const heard: string[] = [];
    await network.operator.session(await network.entry('oak'), {
      onRevocations: (signed) => void heard.push(...signed),
    });
    await network.operator.network.auth.revoke({ kind: 'device', id: mallory.deviceId, reason: 'spam' });
    await setTarget(78);
    expect(await codeOf(freshToken(mallory))).toBe('token_revoked');
    await waitFor(() => heard.length > 0, { what: 'the supernode to know of the ban' });

    await Promise.all([network.auth.kill(), network.list.kill()]);
    for (const service of ['auth', 'list']) await rm(join(network.folder, service), { recursive: true });
    const back = await banyan('restore', ...(await files()), '--to', network.folder);
    expect(back.stderr).toBe('');
    expect(back.stdout).toContain('Bans and removals since come back');
    await network.auth.start();
    await network.list.start();

    // Nobody had to do anything: sessions held, and searches are answered.
    expect((await dora.api.status()).home?.state).toBe('connected');
    await dora.find('banyan');
    await waitFor(async () => (await codeOf(freshToken(mallory))) === 'token_revoked', {
      what: 'the ban to come back',
      timeoutMs: 60_000,
    });
    // The ban holds before it is told of, and what is told comes to the file by a pipe.
    await waitFor(async () => (await network.auth.log()).includes('came back from the network'), {
      what: 'auth to tell what came back',
    });
    // The rest is that of the backup.
    expect((await network.operator.network.operator.policy()).policy.targetLeaves).toBe(77);
    await waitFor(async () => (await network.operator.network.list.supernodes(4)).supernodes.length === 1, {
      what: 'oak to be in the list',
      timeoutMs: 60_000,
    });
    const { accounts } = await network.operator.network.auth.accounts({});
    expect(accounts.map(({ account }) => account)).toEqual(
      expect.arrayContaining(['alice', 'dora', 'mallory']),
    );
  });

  it_('do not start with half of it', async () => {
    expect((await network.list.stop()).code).toBe(0);
    const { createLmdbStore, INCOMPLETE_KEY } = await import('@banyan/kit');
    const store = await createLmdbStore({ path: join(network.folder, 'list', 'store') });
    await store.put(INCOMPLETE_KEY, { since: 0 });
    await store.close();
    await expect(network.list.start()).rejects.toMatchObject({
      message: expect.stringContaining('Repeat it with --overwrite'),
    });
    const list = (await files()).filter((file) => file.includes('-list-'));
    expect((await banyan('restore', ...list, '--to', network.folder, '--overwrite')).code).toBe(0);
    await network.list.start();
  });
});

describe('a peer', () => {
  it_('is the device that it was with nothing left but its key', async () => {
    const before = await dora.api.status();
    await dora.program.stop();
    const away = join(network.folder, 'away');
    await rename(dora.dataDir, away);
    await mkdir(dora.dataDir, { mode: 0o700 });
    await rename(join(away, 'device-key.pem'), join(dora.dataDir, 'device-key.pem'));
    await dora.restart();
    const now = await dora.api.status();
    expect([now.account, now.deviceId]).toEqual([before.account, before.deviceId]);
    await dora.find('banyan');
  });
});

async function files(): Promise<string[]> {
  return (await readdir(saved)).map((name) => join(saved, name));
}

function freshToken(device: TestDevice): Promise<string> {
  device.network.tokens.invalidate('urn:banyan:supernode');
  return device.token('urn:banyan:supernode');
}
