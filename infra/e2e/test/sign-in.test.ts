/** Signing in with the organisation's own OpenID Connect provider: a real one, as a process of its own. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { createTestBrowser, startOidcProvider, type OidcProvider } from '@banyan/kit/testing';
import type { Page } from 'playwright-core';
import {
  BIN,
  ROOT,
  runCommand,
  startCommand,
  startTestNetwork,
  waitFor,
  type RunningCommand,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';
import { optionalProgram, startBrowser, type Browser } from './programs.ts';

jest.setTimeout(120_000);

const CHROMIUM = optionalProgram(
  'CHROMIUM',
  '/usr/bin/chromium',
  'signing in on the page of a real peer; install chromium to run this test.',
);
const inBrowser = CHROMIUM === undefined ? it.skip : it;
/** BANYAN_SHOTS=DIR also leaves pictures there. */
const shots = process.env['BANYAN_SHOTS'];
const NAME = 'Example University';

describe('a network with the sign-in of an organisation', () => {
  let network: TestNetwork;
  let provider: OidcProvider;
  let ada: TestPeer;
  let bea: TestPeer;
  let settings: readonly string[];

  beforeAll(async () => {
    network = await startTestNetwork({ supernodes: ['oak'] });
    provider = await startOidcProvider({
      people: { ada: { groups: ['staff'] }, bea: { groups: ['staff'] }, olga: { groups: ['operators'] } },
      redirectUris: [`${network.issuer}/sign-in/callback`],
    });
    await network.auth.stop();
    settings = [
      ...['--oidc-issuer', provider.issuer, '--oidc-client-id', provider.clientId],
      ...['--oidc-client-secret-file', provider.secretFile, '--oidc-name', NAME],
      ...['--oidc-operator-groups', 'operators', '--oidc-member-groups', 'staff'],
    ];
    await network.auth.start(settings);
    ada = await network.peer('ada', {
      awaitsSignIn: true,
      files: { 'field notes of ada.txt': 'banyan, banyan, oak\n' },
    });
    bea = await network.peer('bea', { awaitsSignIn: true });
  });
  afterAll(async () => {
    await provider?.stop();
    await network?.stop();
  });

  /** Types the code that a command shows into a browser, and signs in there. */
  async function signInElsewhere(command: RunningCommand, person: string): Promise<string> {
    const [url = '', userCode = ''] = await waitFor(
      () => /open (\S+) in any browser, and type (\S+)/.exec(command.said())?.slice(1),
      { what: 'the command to show a code', timeoutMs: 60_000 },
    );
    const browser = createTestBrowser();
    const confirm = await browser.open(url, { form: { user_code: userCode } });
    const go = /href="([^"]+)"/.exec(confirm.text)?.[1] ?? '';
    const done = await browser.signIn(await browser.open(new URL(go, url).href), person);
    return `${confirm.text}\n${done.text}`;
  }

  const it_ = (
    name: string,
    test: () => Promise<void>,
    kind: (name: string, test: () => Promise<void>) => void = it,
  ): void => kind(name, () => network.during(name, test));

  it_('lets a peer start that nobody has signed in to, and say what is missing', async () => {
    expect(ada.program.ready['signInWith']).toBe(NAME);
    const status = await ada.api.status();
    expect(status).toMatchObject({
      account: null,
      auth: { state: 'offline', problem: { code: 'device_unknown' } },
      signIn: { provider: NAME, needed: true, waiting: false, problem: null },
    });
  });

  describe('on the page', () => {
    let chromium: Browser | undefined;
    let page: Page;
    beforeAll(async () => {
      if (CHROMIUM === undefined) return;
      chromium = await startBrowser(CHROMIUM);
      ({ page } = await chromium.openPage(60_000));
    });
    afterAll(async () => {
      await chromium?.close();
    });

    it_(
      'leads to the provider and back, and the peer is in the network',
      async () => {
        await page.goto(String(ada.program.ready['login']));
        const button = page.getByRole('button', { name: new RegExp(`Sign in with .*${NAME}`) });
        await button.waitFor();
        if (shots !== undefined) await picture(page, 'sign-in');
        await button.click();
        await page.locator('input[name=login]').fill('ada');
        await page.locator('input[name=password]').fill('any');
        await page.locator('button[type=submit]').click();
        await page.getByText('Connected to oak').waitFor();
        // The code is gone from the address.
        expect(page.url()).toBe(`${String(ada.program.ready['page'])}/`);
        expect(await ada.api.status()).toMatchObject({ account: 'ada', signIn: { needed: false } });
        await ada.settled(60_000);
      },
      inBrowser,
    );
  });

  it_('signs a peer in by a code that is typed in a browser elsewhere', async () => {
    const command = startCommand([BIN, '--peer', bea.dataDir, 'sign-in'], { cwd: ROOT, timeoutMs: 100_000 });
    const pages = await signInElsewhere(command, 'bea');
    expect(pages).toContain('You are signed in');
    const { code, stdout, stderr } = await command.ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining(`is signed in as bea, by ${NAME}.`)]);
    expect(stderr).not.toContain('Error');
    await bea.settled(60_000);
    if (CHROMIUM !== undefined) await bea.find('field notes');
  });

  it_('makes an operator of who is in the group', async () => {
    const env = { BANYAN_DATA_DIR: join(network.folder, 'olga') };
    const login = ['operator', 'login', '--network', network.issuer, '--sign-in', '--json'];
    const command = startCommand([BIN, ...login], { cwd: ROOT, env, timeoutMs: 100_000 });
    await signInElsewhere(command, 'olga');
    const { code, stdout } = await command.ended;
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { account: 'olga', role: 'operator' }]);
    const hosts = await runCommand([BIN, 'operator', 'hosts', '--json'], { cwd: ROOT, env });
    expect([hosts.code, hosts.stdout]).toEqual([0, expect.stringContaining('oak')]);
  });

  it_('lets no member be an operator', async () => {
    const env = { BANYAN_DATA_DIR: join(network.folder, 'not-olga') };
    const command = startCommand([BIN, 'operator', 'login', '--network', network.issuer, '--sign-in'], {
      cwd: ROOT,
      env,
      timeoutMs: 100_000,
    });
    await signInElsewhere(command, 'bea');
    expect((await command.ended).stdout).toContain('bea is a member');
    expect((await runCommand([BIN, 'operator', 'hosts'], { cwd: ROOT, env })).code).not.toBe(0);
  });

  it_('goes on with the devices it knows when the provider is gone, also over restarts', async () => {
    await provider.kill();
    await network.auth.stop();
    await network.auth.start(settings);
    await bea.program.stop();
    await bea.restart();
    await bea.settled(60_000);
    expect((await bea.api.status()).account).toBe('bea');
    await expect(bea.api.beginSignIn()).rejects.toMatchObject({
      code: 'sign_in_unavailable',
      message: expect.stringContaining(NAME),
    });
    // Every other way in works.
    expect((await network.device('by-invite')).deviceId).toHaveLength(43);
  });
});

/** The page as it is now: wide and narrow, light and dark, in both languages. */
async function picture(page: Page, name: string): Promise<void> {
  for (const language of ['en', 'zh-Hant'] as const) {
    await page.locator('.language select').selectOption(language);
    for (const [size, width] of [
      ['wide', 1280],
      ['narrow', 360],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(shots!, `${name}-${language}-${size}-${colorScheme}.png`) });
      }
    }
  }
  await page.locator('.language select').selectOption('en');
}
