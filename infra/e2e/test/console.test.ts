/** The operator's day in a real Chromium, before a real network: signed in by the command, promoted, drained, banned, written down. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { DEFAULT_POLICY, type HostView, type Policy } from '@banyan/proto';
import type { Page } from 'playwright-core';
import { ROOT, startTestNetwork, waitFor, type TestNetwork, type TestPeer } from '../src/index.ts';
import { optionalProgram, startBrowser, type Browser } from './programs.ts';

jest.setTimeout(240_000);

/** Small machines under load must be fit for this story. */
const THRESHOLDS: Policy['thresholds'] = {
  ...DEFAULT_POLICY.thresholds,
  ...{ cores: 1, descriptors: 1_024, freeDiskBytes: 0, loopDelayMs: 10_000 },
  ...{ roundTripMs: 60_000, bytesPerSecond: 1_000, sessionMs: 1_000 },
};
/** A promotion needs a supernode to start, to be dialled and to be asked; on a busy machine that takes its time. */
const PATIENCE_MS = 120_000;

const CHROMIUM = optionalProgram(
  'CHROMIUM',
  '/usr/bin/chromium',
  'the operator console of a real network in a real browser; install chromium to run these tests.',
);
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

inBrowser('the operator console in Chromium', () => {
  let network: TestNetwork;
  let bob: TestPeer;
  let mallory: TestPeer;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  const operator = (): TestNetwork['operator']['network']['operator'] => network.operator.network.operator;
  const hostOf = async (peer: TestPeer): Promise<HostView | undefined> => {
    const { deviceId } = await peer.api.status();
    return (await operator().hosts()).find((one) => one.deviceId === deviceId);
  };
  const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
  const face = (name: string) =>
    page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name });

  beforeAll(async () => {
    network = await startTestNetwork({ supernodes: ['oak'] });
    const { policy, version } = await operator().policy();
    await operator().setPolicy({
      policy: { ...policy, thresholds: THRESHOLDS, drainMs: 1_000 },
      ...{ expect: version, reason: 'hosts of this network are small' },
    });
    [bob, mallory] = await Promise.all([
      network.peer('bob', {
        args: ['--supernode-program', join(ROOT, 'services', 'supernode', 'dist', 'main.js')],
      }),
      network.peer('mallory'),
    ]);
    await bob.api.offer({ caps: { maxLeaves: 50, memoryBytes: 1100 * 1024 * 1024 } });
    browser = await startBrowser(CHROMIUM!);
    ({ page, complaints } = await browser.openPage(30_000));
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
  });

  it_('is signed in to by a link, once, and shows the network as it is', async () => {
    const { url } = await network.operator.network.auth.consoleLink();
    await page.goto(url);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(page.url()).not.toContain('login');
    await page.getByText('There is only one supernode: if it fails, nobody can search.').waitFor();
    await page.getByRole('group', { name: /^1 supernode with \d+ leaf session/ }).waitFor();

    const stranger = await browser.context.newPage();
    await browser.context.clearCookies();
    await stranger.goto(url);
    await stranger
      .getByRole('alert')
      .getByText(/was used or is too old/)
      .waitFor();
    await stranger.close();
    // Without the session that the stranger took along, its calls were refused, as they should be: a page that never had any of that.
    await page.close();
    ({ page, complaints } = await browser.openPage(30_000));
    await page.goto((await network.operator.network.auth.consoleLink()).url);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  it_('promotes a volunteer after saying what that does, and shows it serve', async () => {
    await waitFor(async () => (await hostOf(bob))?.fit === true, {
      ...{ what: 'bob to be fit', timeoutMs: PATIENCE_MS, everyMs: 500 },
    });
    await face('Candidates').click();
    await page
      .getByRole('row', { name: /bob .*Fit to be promoted/ })
      .getByRole('link', { name: 'bob' })
      .click();
    await page
      .getByRole('row', { name: /met Others can reach it yes yes measured by its supernode/ })
      .waitFor();
    await page.getByRole('button', { name: 'Promote' }).click();
    const dialog = page.getByRole('dialog', { name: /Promote .*bob/ });
    await dialog.getByText('It can be done.').waitFor();
    expect((await hostOf(bob))?.order.role).toBe('leaf');
    await dialog.getByLabel('Reason').fill('more room for the evening');
    await dialog.getByRole('button', { name: 'Promote' }).click();
    await page.locator('.host-head').getByText('Serving').waitFor({ timeout: PATIENCE_MS });
    await face('Overview').click();
    await page.getByText('All is well: nothing needs a look.').waitFor({ timeout: PATIENCE_MS });
  });

  it_('drains it again, and shows it a volunteer as before', async () => {
    await face('Supernodes').click();
    await page.getByRole('link', { name: 'bob', exact: true }).click();
    await page.getByRole('button', { name: 'Drain' }).click();
    const dialog = page.getByRole('dialog', { name: /Drain .*bob/ });
    await dialog.getByText(/The other supernode has room for/).waitFor();
    await dialog.getByLabel('Ends').selectOption('after 5 minutes at the latest');
    await dialog.getByText(/who has not after 5 min.* is cut/).waitFor();
    await dialog.getByLabel('Reason').fill('its owner leaves');
    await dialog.getByRole('button', { name: 'Drain' }).click();
    await page.locator('.host-head').getByText('Volunteer').waitFor({ timeout: PATIENCE_MS });
    await page.getByRole('button', { name: 'Keep it a volunteer' }).click();
    const cordon = page.getByRole('dialog', { name: /Cordon .*bob/ });
    await cordon.getByText('It can be done.').waitFor();
    await cordon.getByLabel('Reason').fill('its disk is old');
    await cordon.getByRole('button', { name: 'Keep it a volunteer' }).click();
    await page.getByText('An operator said that it is not to be promoted.').waitFor();
    expect(await page.getByRole('button', { name: 'Promote', exact: true }).count()).toBe(0);
  });

  it_('bans a device after saying whom that reaches, and the device is cut off', async () => {
    const { deviceId } = await mallory.api.status();
    await face('Bans and blocks').click();
    await page.getByLabel('Ban', { exact: true }).selectOption('device');
    await page.getByLabel('Device id').fill(deviceId);
    await page.getByText(/This device of .*mallory.* is cut off everywhere/).waitFor();
    await page.getByLabel('Reason').fill('spreads poison');
    await page.getByRole('button', { name: 'Ban', exact: true }).click();
    await page.getByRole('row', { name: /Device mallory/ }).waitFor();
    await waitFor(
      async () => (await mallory.api.status()).homeProblem?.message.includes('spreads poison') === true,
      {
        ...{ what: 'mallory to be told why', timeoutMs: PATIENCE_MS },
      },
    );
  });

  it_('finds all of it in the audit, of auth and list together', async () => {
    await face('Audit').click();
    const entries = page.getByRole('list', { name: 'Audit' }).getByRole('listitem');
    for (const [act, reason] of [
      [/banned the device/, 'spreads poison'],
      [/told to become a supernode: bob/, 'more room for the evening'],
      [/drained: bob/, 'its owner leaves'],
      [/cordoned: bob/, 'its disk is old'],
    ] as const)
      await entries.filter({ hasText: act }).filter({ hasText: reason }).first().waitFor();
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText(/^auth: whole\./).waitFor();
    await page.getByText(/^supernode list: whole\./).waitFor();
    const [first] = await entries.allTextContents();
    expect(first).toContain('banned the device');
    // That nobody is signed in yet is an answer too, which the browser's console shows.
    expect(complaints.filter((text) => !text.includes('401 (Unauthorized)'))).toEqual([]);
  });
});
