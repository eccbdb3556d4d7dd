import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatInviteLink } from '@banyan/proto';
import type { Page } from 'playwright-core';
import {
  BIN,
  freePort,
  runCommand,
  startCommand,
  startImpostor,
  startTestNetwork,
  waitFor,
  type RunningCommand,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';
import { optionalProgram, searchOnPage, startBrowser, type Browser } from './programs.ts';

jest.setTimeout(90_000);

const CHROMIUM = optionalProgram(
  'CHROMIUM',
  '/usr/bin/chromium',
  'the way of a newcomer into a network, in a real browser; install chromium to run these tests.',
);
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

inBrowser('a newcomer who starts Banyan with nothing', () => {
  let network: TestNetwork;
  let alice: TestPeer;
  let folder: string;
  let env: Record<string, string>;
  let newcomer: RunningCommand;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'banyan-newcomer-'));
    const home = join(folder, 'home');
    env = { HOME: home, BANYAN_DATA_DIR: join(folder, 'data') };
    await mkdir(join(home, 'Music'), { recursive: true });
    await writeFile(join(home, 'Music', 'Newcomer tune.txt'), 'la la\n');
    network = await startTestNetwork({ supernodes: ['oak'] });
    alice = await network.peer('alice', { files: { 'Banyan Field Notes.txt': 'notes\n' } });
    newcomer = startCommand(
      [BIN, 'peer', '--no-open', '--port', String(await freePort()), '--page-port', '0'],
      { env, timeoutMs: 120_000 },
    );
    await waitFor(() => newcomer.said().includes('#login='), { what: 'the page of the newcomer' });
    browser = await startBrowser(CHROMIUM!);
    ({ page, complaints } = await browser.openPage(20_000));
  });
  afterAll(async () => {
    await browser?.close();
    await runCommand([BIN, 'stop'], { env }).catch(() => undefined);
    await newcomer?.ended;
    await network?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
  const tryLink = async (link: string): Promise<void> => {
    await page.getByLabel('Invite link, or address of the network').fill(link);
    await page.getByRole('button', { name: 'Go on' }).click();
  };
  const told = (words: RegExp) => page.getByRole('alert').getByText(words);

  it_(
    'is told by the command where to go, and by every other command that no network was joined',
    async () => {
      expect(newcomer.said()).toContain('in no network yet');
      const search = await runCommand([BIN, 'search', 'notes'], { env });
      expect(search.code).not.toBe(0);
      expect(search.stderr).toContain('This Banyan is in no network yet');
    },
  );

  it_('hears in plain words what is wrong with a link, each thing in its own', async () => {
    await page.goto(/http\S+#login=\S+/.exec(newcomer.said())![0]);
    await page.getByRole('heading', { name: 'Which network?' }).waitFor();
    await tryLink('my friend’s network');
    await told(/neither a whole invite link nor the address of a network/).waitFor();
    await tryLink(`http://localhost:${await freePort()}`);
    await told(/Nobody answers at that address/).waitFor();

    const impostor = await startImpostor(0);
    const thumbprint = network.operator.identity.deviceId;
    const issuer = `https://localhost:${impostor.port}`;
    await tryLink(formatInviteLink({ issuer, pins: [thumbprint], code: 'abc' }));
    await told(/has another key than your link says/).waitFor();
    expect(impostor.received).toBe(0);
    await impostor.close();

    const { link, expiresAt } = await network.operator.network.auth.createInvite({ ttlSeconds: 1 });
    await tryLink(link);
    await page.getByRole('heading', { name: 'Who are you there?' }).waitFor();
    await page.getByLabel('Your name in the network').fill('nina');
    await waitFor(() => Date.now() > expiresAt, { what: 'the invite to have expired' });
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await told(/This invite has expired/).waitFor();
    await page.getByRole('button', { name: 'Another network or link' }).click();
  });

  it_('joins with an invite, shares a folder, and searches', async () => {
    await tryLink(await network.invite());
    await page.getByLabel('Your name in the network').fill('nina');
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await page.getByRole('heading', { name: 'What do you share?' }).waitFor();
    await page.getByRole('button', { name: /Share folder: .*Music/ }).click();
    await page.getByText('Shared', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Start searching' }).click();
    await page.getByText(/Connected to oak/i).waitFor();
    await searchOnPage(page, 'field notes');
    await page.getByText('Banyan Field Notes.txt').first().waitFor();
    // Links that lead nowhere are answered with an error, which the browser's console shows.
    expect(complaints.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([]);
  });

  it_('is found by others, and is in the network again after a start with nothing', async () => {
    const path = join(folder, 'data', 'peer', 'profile.json');
    const kept = JSON.parse(await readFile(path, 'utf8')) as { network?: { issuer?: string } };
    expect(kept.network?.issuer).toBe(network.issuer);
    // An invite is spent: neither it nor a password is kept.
    expect(Object.keys(kept.network ?? {})).toEqual(['issuer']);
    expect((await stat(path)).mode & 0o077).toBe(0);
    await alice.find('newcomer tune');

    await runCommand([BIN, 'stop'], { env });
    await newcomer.ended;
    newcomer = startCommand(
      [BIN, 'peer', '--no-open', '--port', String(await freePort()), '--page-port', '0'],
      { env, timeoutMs: 120_000 },
    );
    await waitFor(() => newcomer.said().includes('#login='), { what: 'the newcomer to be back' });
    expect(newcomer.said()).not.toContain('no network');
    const status = await runCommand([BIN, 'status', '--json'], { env });
    expect(JSON.parse(status.stdout)).toMatchObject({ account: 'nina' });
  });
});
