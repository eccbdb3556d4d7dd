/** The life of an account as its owner and an operator live it, on the command line and in a network of real processes. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountExport, AuditEntry, ReportView } from '@banyan/proto';
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

jest.setTimeout(300_000);

let network: TestNetwork;
let ada: TestPeer;
let data: string;
let passwords: Readonly<Record<'first' | 'second', string>>;

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
const banyan = (...args: readonly string[]): Promise<Outcome> =>
  runCommand([BIN, ...args], { cwd: ROOT, env: { BANYAN_DATA_DIR: data }, timeoutMs: 120_000 });
const account = (peer: TestPeer, ...args: readonly string[]): Promise<Outcome> =>
  banyan('account', ...args, '--peer', peer.dataDir);
const said = ({ code, stdout, stderr }: Outcome): string => {
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`);
  return stdout;
};
const json = <T>(outcome: Outcome): T => JSON.parse(said(outcome)) as T;

beforeAll(async () => {
  network = await startTestNetwork({ supernodes: ['oak'] });
  data = join(network.folder, 'operator-data');
  const file = async (name: string, password: string): Promise<string> => {
    const path = join(network.folder, name);
    await writeFile(path, `${password}\n`);
    return path;
  };
  passwords = {
    first: await file('first-password', 'long enough to be one'),
    second: await file('second-password', 'another that is long enough'),
  };
  ada = await network.peer('ada', { files: { 'Wren.txt': 'wren\n' } });
  await ada.settled(60_000);
  const link = await network.invite({ account: 'operator' });
  said(await banyan('operator', 'login', '--network', network.issuer, '--invite', link));
});
afterAll(() => network?.stop());

describe('an account', () => {
  it_('is shown with its devices, and gets a password and a second device', async () => {
    const { deviceId } = await ada.api.status();
    const shown = said(await account(ada));
    expect(shown).toContain('none; `banyan account password` sets one');
    expect(shown).toMatch(new RegExp(`ada \\(this one\\) +${deviceId}`));
    expect(said(await account(ada, 'password', '--new-password-file', passwords.first))).toContain(
      'The password is changed',
    );
    expect(said(await account(ada, 'add-device'))).toMatch(
      /banyan peer --network 'banyan-invite:\S+' --account ada/,
    );
  });

  it_('loses a device, which is cut off everywhere within half a minute', async () => {
    const lost = await network.peer('ada-phone', {
      account: 'ada',
      files: { 'Heron.txt': 'heron\n' },
    });
    await lost.settled(60_000);
    await ada.find('heron');
    // From no device of hers: with the password, from any machine.
    const removal = ['account', 'remove-device', 'ada-phone', '--stolen', '--network', network.issuer];
    const gone = await banyan(...removal, '--account', 'ada', '--password-file', passwords.first);
    expect(said(gone)).toContain('its key is banned for good');
    await waitFor(async () => (await lost.api.status()).home?.state !== 'connected', {
      what: 'the lost device to be cut from its supernode',
      timeoutMs: 30_000,
    });
    await waitFor(async () => JSON.stringify(await lost.api.status()).includes('reported stolen'), {
      what: 'the lost device to be told why',
      timeoutMs: 30_000,
    });
    await waitFor(
      async () => (await ada.search('heron')).results.every((hit) => hit.reachableSources === 0),
      {
        what: 'what it shared to be offered by nobody',
        timeoutMs: 60_000,
      },
    );
    expect((await ada.api.status()).home?.state).toBe('connected');
  });

  it_('gets a new password by an operator’s link, once', async () => {
    const made = await banyan('operator', 'reset-link', 'ada', '--reason', 'forgot it');
    const link = said(made).trim();
    expect(link).toMatch(/^banyan-reset:/);
    const reset = () => banyan('account', 'reset', link, '--new-password-file', passwords.second);
    expect(said(await reset())).toContain('The account ada has a new password');
    const again = await reset();
    expect([again.code === 0, again.stderr]).toEqual([false, expect.stringContaining('was used')]);
    const old = await account(
      ada,
      ...['password', '--password-file', passwords.first, '--new-password-file', passwords.second],
    );
    expect([old.code === 0, old.stderr]).toEqual([false, expect.stringContaining('password is wrong')]);
  });

  it_('reports what is wrong, and an operator resolves it', async () => {
    const hit = await ada.find('wren');
    said(await account(ada, 'report', hit.content, '--reason', 'not a wren at all'));
    const [report] = json<ReportView[]>(await banyan('operator', 'reports', '--json'));
    expect(report).toMatchObject({ by: { name: 'ada' }, subject: { kind: 'content', id: hit.content } });
    said(await banyan('operator', 'resolve', report!.id, '--words', 'it is one'));
  });

  it_('takes everything along and is deleted, and its peer is cut off', async () => {
    const file = join(network.folder, 'ada.json');
    said(await account(ada, 'export', file));
    const all = JSON.parse(await readFile(file, 'utf8')) as AccountExport;
    expect(all.account).toMatchObject({ account: 'ada', hasPassword: true });
    expect(all.reports[0]).toMatchObject({ state: 'resolved', words: 'it is one' });
    const wrong = await account(ada, 'delete', '--confirm', 'eve', '--password-file', passwords.second);
    expect([wrong.code === 0, wrong.stderr]).toEqual([false, expect.stringContaining('Type its name')]);
    const deleted = await account(ada, 'delete', '--confirm', 'ada', '--password-file', passwords.second);
    expect(said(deleted)).toContain('The account ada is deleted');
    await waitFor(async () => (await ada.api.status()).home?.state !== 'connected', {
      what: 'the peer of the deleted account to be cut off',
      timeoutMs: 30_000,
    });
    const { accounts } = await network.operator.network.auth.accounts({ limit: 200 });
    expect(accounts.map((one) => one.account)).not.toContain('ada');

    const story = said(await banyan('operator', 'audit', '--export'))
      .trim()
      .split('\n');
    const entries = story.map((line) => JSON.parse(line) as AuditEntry);
    expect(entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id).sort());
    const about = entries.filter(({ subject, figures }) =>
      [subject, figures['account']].includes(all.account.accountId),
    );
    expect(about.map(({ action }) => action)).toEqual([
      'account.password',
      'invite.made',
      'invite.made',
      'device.removed',
      'account.reset-link',
      'account.reset',
      'account.deleted',
    ]);
    expect(said(await banyan('operator', 'audit'))).toMatch(/auth {2}operator {2}account\.reset-link/);
  });
});
