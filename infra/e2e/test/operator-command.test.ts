/** `banyan operator`, run as an operator runs it, against real services. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountInfo, AuditCheck, AuditEntry, HostView, PolicyResponse } from '@banyan/proto';
import {
  BIN,
  ROOT,
  runCommand,
  startTestNetwork,
  waitFor,
  type Outcome,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(90_000);

let network: TestNetwork;
let alice: TestPeer;
let dora: TestPeer;
let data: string;

beforeAll(async () => {
  network = await startTestNetwork();
  data = join(network.folder, 'operator-data');
  [alice, dora] = await Promise.all([
    network.peer('alice', { preferSupernode: 'oak', files: { 'secret plans.txt': 'plans\n' } }),
    network.peer('dora', { preferSupernode: 'elm' }),
  ]);
  await alice.settled();
});
afterAll(() => network?.stop());

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
const operator = (...args: readonly string[]): Promise<Outcome> =>
  runCommand([BIN, 'operator', ...args], { cwd: ROOT, env: { BANYAN_DATA_DIR: data } });
const json = <T>(outcome: Outcome): T => {
  if (outcome.code !== 0) throw new Error(`${outcome.stdout}\n${outcome.stderr}`);
  return JSON.parse(outcome.stdout) as T;
};

describe('banyan operator', () => {
  it_('wants a sign-in first, and says how', async () => {
    const { code, stderr } = await operator('hosts');
    expect(code).not.toBe(0);
    expect(stderr).toContain('banyan operator login --network URL');
  });

  it_('signs a further device of an operator in, and keeps its key for itself', async () => {
    const link = await network.invite({ account: 'operator' });
    const { code, stdout, stderr } = await operator('login', '--network', network.issuer, '--invite', link);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`This machine administers ${network.issuer} as operator (operator).`);
    const file = join(data, 'operator', 'operator.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ issuer: network.issuer });
    expect((await stat(join(data, 'operator', 'device-key.pem'))).mode & 0o077).toBe(0);
  });

  it_('shows the hosts, for people and for programs', async () => {
    const hosts = await waitFor(
      async () => {
        const all = json<HostView[]>(await operator('hosts', '--json'));
        return all.every(({ handedOut }) => handedOut) && all;
      },
      { what: 'both supernodes to be handed out' },
    );
    expect(hosts.map(({ name, kind, order }) => [name, kind, order.role]).sort()).toEqual([
      ['elm', 'operated', 'serving'],
      ['oak', 'operated', 'serving'],
    ]);
    const { stdout } = await operator('hosts');
    expect(stdout).toMatch(/Name +Role +Run by/);
    expect(stdout).toContain('oak');
    const one = await operator('host', 'oak');
    expect(one.stdout).toContain('serving since');
    const none = await operator('host', 'ash');
    expect([none.code === 0, none.stderr]).toEqual([
      false,
      expect.stringContaining('No host ash volunteers'),
    ]);
  });

  it_('refuses to promote whom nobody offers, and to decide without a reason', async () => {
    const refused = await operator('promote', 'oak', '--reason', 'more room');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('does not offer it');
    const silent = await operator('promote', 'oak');
    expect([silent.code, silent.stderr]).toEqual([
      2,
      expect.stringContaining("For example: banyan operator promote oak --reason 'more"),
    ]);
    const nobody = await operator('drain', '--dry-run');
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('needs <host>')]);
    const dry = await operator('drain', 'oak', '--dry-run');
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('oak would be draining.')]);
    expect(json<HostView>(await operator('host', 'oak', '--json')).order.role).toBe('serving');
  });

  it_('shows and sets the policy, with validation and history', async () => {
    expect((await operator('policy')).stdout).toContain('nobody has set another');
    const set = await operator(
      'policy',
      'set',
      'targetLeaves=500',
      'thresholds.cores=4',
      'thresholds.minVersion=0.1.0',
      '--reason',
      'bigger hosts',
    );
    expect([set.code, set.stderr]).toEqual([0, '']);
    const { version, policy, by, reason } = json<PolicyResponse>(await operator('policy', '--json'));
    expect({ version, reason }).toEqual({ version: 1, reason: 'bigger hosts' });
    expect(by).toMatchObject({ kind: 'operator', name: 'operator' });
    expect([policy.targetLeaves, policy.thresholds.cores, policy.mode]).toEqual([500, 4, 'manual']);
    for (const [change, words] of [
      ['tragetLeaves=5', 'names nothing of a policy'],
      ['targetLeaves', 'says no value'],
      ['targetLeaves=many', 'is a number'],
      ['mode=sometimes', 'mode'],
      ['minSupernodes=0', 'minSupernodes'],
      ['thresholds.minVersion=newest', 'is a release like 0.2.0, or 0.0.0 for any; "newest" is none'],
    ] as const) {
      const refused = await operator('policy', 'set', change, '--reason', 'x');
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain(words);
    }
    expect((await operator('policy', 'history')).stdout).toMatch(/^1 .*operator +bigger hosts/);
    expect((await operator('policy', 'plan')).stdout).toContain('Nothing:');
  });

  it_('bans an account in the whole network, tells why, and lets it in again', async () => {
    const state = async (): Promise<string | undefined> => (await dora.api.status()).home?.state;
    await waitFor(async () => (await state()) === 'connected', { what: 'dora to be connected' });
    const ban = await operator('ban', 'dora', '--for', '1h', '--reason', 'floods everybody');
    expect([ban.code, ban.stderr]).toEqual([0, '']);
    await waitFor(async () => (await state()) !== 'connected', { what: 'dora to be cut', timeoutMs: 30_000 });
    await waitFor(async () => JSON.stringify(await dora.api.status()).includes('floods everybody'), {
      what: 'dora to be told why',
      timeoutMs: 30_000,
    });
    expect((await operator('unban', 'dora', '--reason', 'promised better')).code).toBe(0);
    await waitFor(async () => (await state()) === 'connected', {
      what: 'dora to be back',
      timeoutMs: 60_000,
    });
  });

  it_('gives the bans as a list, and bans by one after saying what it would do', async () => {
    const list = join(network.folder, 'bans.csv');
    const lines = ['kind,id,until,reason', 'account,alice,2099-01-31,spreads poison', 'account,nobody,,spam'];
    await writeFile(list, lines.join('\n'));
    const dry = await operator('import-bans', list, '--dry-run');
    expect([dry.code, dry.stdout]).toEqual([
      1,
      expect.stringMatching(/2 +ban +account alice .*\n +3 +WRONG +account nobody .*\n1 to ban, .* 1 wrong/),
    ]);
    await writeFile(list, lines.slice(0, 2).join('\n'));
    expect((await operator('import-bans', list)).stdout).toContain('1 banned, 0 needed nothing.');
    expect((await operator('bans')).stdout).toMatch(/^account alice .* until 2099-01-31.*: spreads poison/m);
    await writeFile(list, (await operator('bans', '--export', 'json')).stdout);
    const again = await operator('import-bans', list, '--dry-run');
    expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/as it is +account alice/)]);
    expect((await operator('unban', 'alice', '--reason', 'a test')).code).toBe(0);
  });

  it_('blocks a content everywhere', async () => {
    const hit = await dora.find('secret plans');
    const why = ['--reason', 'not ours to share', '--evidence', 'report 12', 'https://wiki.example.org/12'];
    expect((await operator('block', hit.content, ...why)).code).toBe(0);
    expect((await operator('bans')).stdout).toMatch(
      /^content .*: not ours to share .*\n +evidence: report 12\n +evidence: https:\/\/wiki\.example\.org\/12$/m,
    );
    await waitFor(
      async () => {
        const { results } = await dora.search('secret plans');
        return results.length === 0;
      },
      { what: 'the content to be found no more', timeoutMs: 30_000 },
    );
    expect((await operator('unblock', hit.content, '--reason', 'a mistake')).code).toBe(0);
  });

  it_('invites, shows accounts, gives roles and rotates keys', async () => {
    const invite = await operator('invite', '--grant', 'supernode', '--for', '1d');
    expect(invite.stdout).toMatch(/^banyan-invite:/);
    const accounts = json<AccountInfo[]>(await operator('accounts', '--json'));
    expect(accounts.map(({ account }) => account)).toEqual(
      expect.arrayContaining(['alice', 'dora', 'operator']),
    );
    expect((await operator('role', 'alice', 'viewer', '--reason', 'helps out')).stdout).toContain(
      'alice is a viewer now',
    );
    expect((await operator('keys', 'rotate')).stdout).toMatch(/published\. It signs in \d+/);
    expect((await operator('keys', 'list')).stdout).toMatch(/current[^]*next[^]*replaced by itself 30 days/);
    expect((await operator('ban', 'dora', '--for', 'ever', '--reason', 'x')).stderr).toContain(
      'is no period',
    );
  });

  it_('tells the whole story', async () => {
    const { stdout } = await operator('audit', '--figures');
    expect(stdout).toMatch(/list {2}operator {2}policy\.set: bigger hosts\n +version=1 .*targetLeaves=500/);
    const lines = (await operator('audit', '--export')).stdout.trim().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as AuditEntry);
    expect(entries.map(({ action }) => action)).toContain('policy.set');
  });

  it_('says whether the story is whole, and whether it still holds what was noted', async () => {
    let checked = json<{ checks: AuditCheck[] }>(await operator('audit', '--verify', '--json'));
    // Entries are linked seconds after they are written.
    while (checked.checks.some(({ waiting, linked }) => waiting > 0 || linked === 0))
      checked = json(await operator('audit', '--verify', '--json'));
    expect(checked.checks.map(({ service, state }) => [service, state])).toEqual([
      ['auth', 'whole'],
      ['list', 'whole'],
    ]);
    const heads = checked.checks.map(({ head }) => head!.hash);
    const again = await operator('audit', '--verify', '--head', ...heads);
    expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/auth: whole, \d+ entries/)]);
    const lost = await operator('audit', '--verify', '--head', 'ab'.repeat(32));
    expect([lost.code, lost.stdout]).toEqual([1, expect.stringContaining('NOT FOUND: abab')]);
    expect((await operator('audit', '--head', 'ab'.repeat(32))).code).toBe(2);
  });
});
