/** `banyan account`, against a real auth service in this process. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthService } from '@banyan/auth';
import { createIdentity, loadOrCreateDeviceKey, silentLog, systemClock } from '@banyan/kit';
import { createNetwork, type Network } from '@banyan/sdk';
import { rememberSearch } from '../../src/last-search.ts';
import { runCli } from '../../src/program.ts';
import { testContext, type TestContext } from '../test-context.ts';

const PASSWORD = 'long enough to be one';
const OTHER_PASSWORD = 'another that is long';
const CONTENT = `${'cd'.repeat(32)}-9`;

let folder: string;
let auth: ReturnType<typeof createAuthService>;
const networks: Network[] = [];

/** A folder as a peer leaves it that was enrolled. */
async function peerFolder(
  name: string,
  account: string,
  deviceName: string,
  isNew: boolean,
): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  const identity = await createIdentity(await loadOrCreateDeviceKey(join(path, 'device-key.pem')));
  const network = createNetwork(
    { clock: systemClock, log: silentLog(), identity },
    {
      issuer: auth.url,
      stateFile: join(path, 'network.json'),
      enrolment: { account, deviceName, password: PASSWORD, createAccount: isNew },
    },
  );
  networks.push(network);
  await network.start();
  await network.stop();
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-account-'));
  auth = createAuthService(
    { log: silentLog(), clock: systemClock, announce: () => undefined },
    {
      ...{
        host: 'localhost',
        port: 0,
        dataDir: join(folder, 'auth'),
        networkName: 'Test',
        enrolment: 'open',
      },
      ...{ listUrls: ['http://localhost:1'], listPins: [], tls: 'none', tlsPins: [], behindProxy: false },
      ...{ keyRotationDays: 30, keyLeadSeconds: 900, enrolmentsPerHour: 300 },
    },
  );
  await auth.start();
}, 60_000);
afterAll(async () => {
  await auth?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(
  args: readonly string[],
  init: { readonly answers?: string[] } = {},
): Promise<{ code: number; out: string; err: string; ctx: TestContext }> {
  const ctx = testContext({
    cwd: folder,
    env: { BANYAN_DATA_DIR: join(folder, 'nothing') },
    ...(init.answers === undefined ? {} : { terminal: { width: 120 }, answers: init.answers }),
  });
  const code = await runCli(args, ctx);
  return { code, out: ctx.stdout(), err: ctx.stderr(), ctx };
}
const account = (peer: string, args: readonly string[], answers?: string[]) =>
  run(['--peer', peer, 'account', ...args], answers === undefined ? {} : { answers });

describe('banyan account', () => {
  it('says what to do where there is no peer', async () => {
    const none = await run(['account']);
    expect([none.code === 0, none.err]).toEqual([false, expect.stringContaining('banyan peer')]);
    await mkdir(join(folder, 'empty'));
    const empty = await account('empty', []);
    expect([empty.code === 0, empty.err]).toEqual([false, expect.stringContaining('has been enrolled')]);
  });

  it('shows the account and which device is this one; names of others cannot disturb the terminal', async () => {
    const peer = await peerFolder('ada', 'ada', 'laptop', true);
    await peerFolder('ada-evil', 'ada', 'pho\u202ene', false);
    const { code, out } = await account(peer, []);
    expect(code).toBe(0);
    expect(out).toMatch(/Account +ada/);
    expect(out).toMatch(/laptop \(this one\) +\S{43} +just now/);
    expect(out).not.toContain('\u202e');
    const json = JSON.parse((await account(peer, ['--json'])).out);
    expect(json.devices).toHaveLength(2);
    expect(json.devices.map((one: { deviceId: string }) => one.deviceId)).toContain(json.thisDevice);
  });

  it('makes a link for another machine', async () => {
    const { out } = await account(join(folder, 'ada'), ['add-device']);
    expect(out).toMatch(/banyan peer --network 'banyan-invite:\S+' --account ada/);
  });

  it('removes the device that is meant, and none where several could be', async () => {
    const peer = await peerFolder('ben', 'ben', 'desk', true);
    await peerFolder('ben-2', 'ben', 'phone', false);
    await peerFolder('ben-3', 'ben', 'phone', false);
    const many = await account(peer, ['remove-device', 'phone']);
    expect([many.code, many.err]).toEqual([1, expect.stringContaining('Several devices are called that')]);
    const none = await account(peer, ['remove-device', 'tablet']);
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('no such device')]);
    const id = /phone +(\S{43})/.exec((await account(peer, [])).out)?.[1] ?? '';
    const one = await account(peer, ['remove-device', '--json', '--', id.slice(0, 10)]);
    expect(JSON.parse(one.out)).toEqual({ deviceId: id, name: 'phone', stolen: false });
    // With the password, asked for on the terminal, from no device.
    const lost = await run(
      ['account', 'remove-device', 'phone', '--stolen', '--network', auth.url, '--account', 'ben'],
      { answers: [PASSWORD] },
    );
    expect([lost.code, lost.out]).toEqual([0, expect.stringContaining('its key is banned for good')]);
    const left = JSON.parse((await account(peer, ['--json'])).out);
    expect(left.devices.map(({ name }: { name: string }) => name)).toEqual(['desk']);
    const halves = await account(peer, ['remove-device', 'desk', '--account', 'ben']);
    expect([halves.code, halves.err]).toEqual([2, expect.stringContaining('go with --network')]);
  });

  it('changes the password on the terminal, typed twice, and never without a terminal or a file', async () => {
    const peer = await peerFolder('cat', 'cat', 'desk', true);
    const silent = await account(peer, ['password']);
    expect([silent.code, silent.err]).toEqual([2, expect.stringContaining('--password-file')]);
    const differ = await account(peer, ['password'], [PASSWORD, OTHER_PASSWORD, 'a third one of them']);
    expect(differ.err).toContain('The two passwords differ');
    const changed = await account(peer, ['password'], [PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD]);
    expect([changed.code, changed.out]).toEqual([0, expect.stringContaining('The password is changed')]);
    const wrong = await account(peer, ['password'], [PASSWORD, OTHER_PASSWORD, OTHER_PASSWORD]);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('password is wrong')]);
  });

  it('reports a hit of the last search by its number, and an account by its name', async () => {
    const peer = join(folder, 'cat');
    const hit = { content: CONTENT, name: 'x', size: 9, link: `banyan:${CONTENT}`, folder: '' };
    await rememberSearch(peer, 'x', [hit as never]);
    for (const [what, subject] of [
      ['1', { kind: 'content', id: CONTENT }],
      [`banyan:${CONTENT}?dn=x`, { kind: 'content', id: CONTENT }],
      ['ben', { kind: 'account', id: 'ben' }],
    ] as const) {
      const { code, out } = await account(peer, ['report', what, '--reason', 'bad', '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject(subject);
    }
    expect((await account(peer, ['report', '7', '--reason', 'bad'])).err).toContain('there is no number 7');
    expect((await account(peer, ['report', 'ben'])).code).toBe(2);
  });

  it('exports into a new file that is its owner’s alone', async () => {
    const peer = join(folder, 'cat');
    const file = join(folder, 'cat.json');
    expect((await account(peer, ['export', file])).code).toBe(0);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ account: { account: 'cat' } });
    expect((await account(peer, ['export', file])).err).toContain('exists');
    expect(JSON.parse((await account(peer, ['export'])).out)).toMatchObject({ version: 1 });
  });

  it('refuses a damaged reset link before it asks for anything', async () => {
    const { code, err } = await run(['account', 'reset', 'banyan-reset:?net=http://localhost:1']);
    expect([code, err]).toEqual([1, expect.stringContaining('Copy the whole link')]);
    const file = join(folder, 'new-password');
    await writeFile(file, OTHER_PASSWORD);
    const wrong = await run([
      ...['account', 'reset', `banyan-reset:abc?net=${auth.url}`, '--new-password-file', file],
    ]);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('Ask an operator for a new one')]);
  });

  it('deletes the account only with its name typed', async () => {
    const peer = await peerFolder('dan', 'dan', 'desk', true);
    const silent = await account(peer, ['delete']);
    expect([silent.code, silent.err]).toEqual([2, expect.stringContaining('--confirm NAME')]);
    const slip = await account(peer, ['delete'], ['dab', PASSWORD]);
    expect([slip.code, slip.err]).toEqual([1, expect.stringContaining('Type its name')]);
    const gone = await account(peer, ['delete'], ['dan', PASSWORD]);
    expect([gone.code, gone.out]).toEqual([0, expect.stringContaining('The account dan is deleted')]);
    expect((await account(peer, [])).err).toContain('not enrolled here');
  });
});
