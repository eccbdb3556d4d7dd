/**
 * @jest-environment node
 * @jest-environment-options {"customExportConditions": ["source", "node", "node-addons"]}
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ALERT_CODES, type Alert } from '@banyan/proto';
import type { Page } from 'playwright-core';
import { axe, buildConsole, CHROMIUM, launchChrome, openPage, type Chrome } from './browser.ts';
import { startFakeConsole, type FakeConsole, type FakeConsoleInit } from './fake-console.ts';

jest.setTimeout(180_000);

/** BANYAN_SHOTS=DIR also leaves pictures of the console there. */
const shots = process.env['BANYAN_SHOTS'];

const MAX_SCRIPT_GZIP = 200_000;

if (CHROMIUM === undefined)
  console.warn('SKIPPED: the console in a real browser; install chromium to run these tests.');
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

let app: Awaited<ReturnType<typeof buildConsole>>;
beforeAll(async () => {
  app = await buildConsole();
});
afterAll(async () => {
  await app.remove();
});

/** Of the page at any time, however long its lists are. */
const MAX_ELEMENTS = 1_500;

const ALERTS = ALERT_CODES.map((code, i): Alert => ({
  code,
  isGrave: i < 5,
  ...(['faulty', 'silent', 'slow', 'stuck_promotion', 'stuck_drain'].includes(code)
    ? { deviceId: 'n1'.padEnd(43, '-'), name: 'elm' }
    : {}),
  detail: 'it does not answer',
  figures: {
    ...{ fit: 2, leaves: 90, capacity: 100, ms: 80, limit: 50, minutes: 7, refused: 3 },
    ...{ found: 9, searches: 120 },
  },
}));

describe('the built console', () => {
  it('has nothing inline, loads nothing from elsewhere, and stays within its script budget', () => {
    const html = readFileSync(join(app.dir, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=|javascript:/);
    const urls = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
    expect(urls.filter((url) => url?.startsWith('/console/') !== true)).toEqual([]);
    const scripts = readdirSync(join(app.dir, 'assets')).filter((name) => name.endsWith('.js'));
    const bytes = scripts.map((name) => gzipSync(readFileSync(join(app.dir, 'assets', name))).length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(MAX_SCRIPT_GZIP);
  });
});

inBrowser('the console in a browser', () => {
  let chrome: Chrome;
  let service: FakeConsole;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    chrome = await launchChrome();
  });
  afterAll(async () => {
    await chrome.close();
  });
  const visit = async (init: Omit<FakeConsoleInit, 'appDir'> = {}): Promise<void> => {
    service = await startFakeConsole({ appDir: app.dir, ...init });
    ({ page, complaints } = await openPage(chrome, service));
  };
  const signedIn = async (init: Omit<FakeConsoleInit, 'appDir'> = {}): Promise<void> => {
    await visit(init);
    await page.goto(`${service.url}/console/#login=good`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  };
  const elements = (): Promise<number> => page.evaluate(() => document.querySelectorAll('*').length);
  const focusedRow = (): Promise<string | null | undefined> =>
    page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex'));
  const go = (hash: string): Promise<unknown> => page.goto(`${service.url}/console/${hash}`);
  afterEach(async () => {
    await page.close();
    await service.stop();
    await chrome.context.clearCookies();
  });

  it('signs in by password, says why not, and takes the code of a link out of the address', async () => {
    await visit();
    await go('');
    await page.getByRole('heading', { name: 'Grove: operator console' }).waitFor();
    expect((await page.locator('.home-logo').boundingBox())?.height).toBe(76);
    const provider = page.getByRole('link', { name: 'Sign in with Example University' });
    expect(await provider.getAttribute('href')).toBe('/sign-in/console');
    await page.getByLabel('Account').fill('olga');
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Name or password is wrong').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByLabel('Password').fill('right');
    await page.keyboard.press('Enter');
    await page.getByText('olga · Operator').waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('Password').waitFor();
    await go('#login=good');
    await page.getByText('olga · Operator').waitFor();
    expect(page.url()).not.toContain('login');
    expect(complaints).toEqual([]);
  });

  it('leaves who is signed in signed in when a link was used before, or auth did not answer at first', async () => {
    await visit();
    await go('#login=used');
    await page.getByRole('alert').getByText('Name or password is wrong').waitFor();
    await page.getByLabel('Account').fill('olga');
    await page.getByLabel('Password').fill('right');
    await page.keyboard.press('Enter');
    await page.getByText('olga · Operator').waitFor();
    await go('#login=used');
    await page.getByRole('alert').getByText('Name or password is wrong').waitFor();
    await page.getByText('olga · Operator').waitFor();
    expect(await page.getByLabel('Password').count()).toBe(0);
    service.isAway = true;
    await page.reload();
    await page.getByRole('alert').getByText('Auth does not answer').waitFor();
    expect(await page.getByLabel('Password').count()).toBe(0);
    service.isAway = false;
    // Nor does it wait to be told so.
    const isBack = page.getByText('olga · Operator').waitFor();
    await Promise.race([page.getByRole('button', { name: 'Try now' }).click(), isBack]);
    await isBack;
  });

  it('asks before a link makes somebody else of who is signed in', async () => {
    await signedIn();
    await go('#login=good');
    await page.waitForFunction(() => !location.hash.includes('login'));
    await go('#login=others');
    const dialog = page.getByRole('dialog', { name: /You are .*olga.*Sign in as somebody else/ });
    await dialog.waitFor();
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: /Stay .*olga/ }).click();
    await page.getByText('olga · Operator').waitFor();
    await go('#login=others');
    await dialog.getByRole('button', { name: 'Sign in by the link' }).click();
    await page.getByText('mallory · Operator').waitFor();
    await dialog.waitFor({ state: 'detached' });
  });

  it('promotes: what would happen is said, a reason is wanted, and a stale sign-in made fresh on the way', async () => {
    const names = [
      'alder',
      'ash',
      'banyan',
      'beech',
      'birch',
      'cedar',
      'elm',
      'fir',
      'hazel',
      'linden',
      'oak',
      'yew',
    ];
    await signedIn({
      ...{ names, supernodes: names.length },
      states: names.map((name) =>
        name === 'elm' ? 'faulty' : name === 'fir' ? 'draining' : name === 'yew' ? 'starting' : 'serving',
      ),
      alerts: [
        {
          ...{
            code: 'faulty',
            isGrave: true,
            deviceId: `n${names.indexOf('elm')}`.padEnd(43, '-'),
            name: 'elm',
          },
          detail: 'a test session got no answer in 5 s.',
        },
      ],
    });
    await page.locator('.ring').waitFor();
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'console.png'), fullPage: true });
    service.isFresh = false;
    await page.getByRole('link', { name: 'Candidates' }).click();
    await page.getByRole('link', { name: 'bob', exact: true }).click();
    await page.getByText(/^Fit to be promoted · Long enough for the policy at .*, in /).waitFor();
    await page.getByRole('button', { name: 'Promote' }).click();
    const dialog = page.getByRole('dialog', { name: /Promote .*bob/ });
    await dialog.getByText('It can be done.').waitFor();
    const submit = dialog.getByRole('button', { name: 'Promote' });
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel('Leaves at most').fill('1000');
    await dialog.getByText('A whole number from 1 to 200.').waitFor();
    await dialog.getByLabel('Leaves at most').fill('50');
    // What it brings, in figures, and whom it relieves.
    await dialog.getByText(/^\+50 places for leaves: [\d,]+ now, [\d,]+ then\.$/).waitFor();
    await dialog.getByText(/^Relieves /).waitFor();
    await dialog.getByLabel('Reason').fill('more room for the evening');
    await dialog.getByText('It can be done.').waitFor();
    await submit.click();
    const fresh = page.getByRole('dialog', { name: 'Is it still you?' });
    await fresh.getByLabel('Password').fill('right');
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText(/bob.* is told to become a supernode/).waitFor();
    const decisions = service.calls.filter(({ call }) => call.endsWith('/promote'));
    expect(decisions.at(-1)?.body).toEqual({ maxLeaves: 50, reason: 'more room for the evening' });
    expect(complaints).toEqual([]);
  });

  /** Drains a supernode with a sign-in that has grown old meanwhile; what asks for a fresh one then. */
  const drainWhenStale = async () => {
    await go(`#/host/${'n0'.padEnd(43, '-')}`);
    await page.getByRole('button', { name: 'Drain' }).click();
    const dialog = page.getByRole('dialog', { name: /Drain .*oak/ });
    await dialog.getByLabel('Reason').fill('a new disk');
    await dialog.getByText(/move to others within/).waitFor();
    service.isFresh = false;
    await dialog.getByRole('button', { name: 'Drain' }).click();
    return page.getByRole('dialog', { name: 'Is it still you?' });
  };

  it.each([undefined, 'Example University'])(
    'without a password (provider: %s) a link in another tab makes the sign-in fresh, and the act goes on',
    async (signInName) => {
      await signedIn({ hasPassword: false, ...(signInName === undefined ? {} : { signInName }) });
      const fresh = await drainWhenStale();
      await fresh.getByText('banyan operator console', { exact: true }).waitFor();
      await fresh.getByRole('button', { name: 'Copy' }).waitFor();
      expect(await fresh.textContent()).not.toContain('`');
      const again = fresh.getByRole('link', { name: 'Sign in with Example University' });
      expect(await again.count()).toBe(signInName === undefined ? 0 : 1);
      if (signInName !== undefined) expect(await again.getAttribute('target')).toBe('_blank');
      expect(await axe(page)).toEqual([]);
      const tab = await chrome.context.newPage();
      await tab.goto(`${service.url}/console/#login=good`);
      await tab.getByRole('heading', { name: 'Overview' }).waitFor();
      await tab.close();
      await page.getByText(/oak.* is draining/).waitFor();
      expect(service.calls.filter(({ call }) => call.endsWith('/drain')).at(-1)?.body).toMatchObject({
        reason: 'a new disk',
      });
      expect(complaints.filter((text) => !text.includes('403'))).toEqual([]);
    },
  );

  it('does not do in another name what somebody began', async () => {
    await signedIn({ hasPassword: false });
    const fresh = await drainWhenStale();
    await fresh.waitFor();
    const drains = () => service.calls.filter(({ call }) => call.endsWith('/drain')).length;
    const before = drains();
    const tab = await chrome.context.newPage();
    await tab.goto(`${service.url}/console/#login=others`);
    await tab
      .getByRole('button', { name: /mallory|Sign in|Switch/ })
      .first()
      .click();
    await fresh.waitFor({ state: 'detached' });
    await tab.close();
    expect(drains()).toBe(before);
  });

  it('forces only when asked to, with the name typed', async () => {
    await signedIn();
    await go('#/candidates');
    await page.getByRole('link', { name: 'host-1' }).click();
    await page.getByText('11 of 15 criteria met').waitFor();
    // What is missing stands first.
    const firstRow = page.getByRole('row').nth(1);
    expect(await firstRow.textContent()).toContain('not met');
    await page.getByRole('row', { name: /not met Memory .* at least .* more memory to the offer/ }).waitFor();
    await page
      .getByRole('row', {
        name: /not met Version of Banyan 0\.1\.0 .*0\.2\.0 .*Update Banyan there to 0\.2\.0 or later/,
      })
      .waitFor();
    await page.getByRole('button', { name: 'Promote' }).click();
    const dialog = page.getByRole('dialog', { name: /Promote .*host-1/ });
    await dialog.getByRole('alert').getByText('This host does not meet the policy: memory').waitFor();
    const submit = dialog.getByRole('button', { name: 'Promote' });
    await dialog.getByLabel('Reason').fill('nothing better is here');
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel('Promote it although').check();
    await dialog.getByText('It can be done.').waitFor();
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type .*host-1.* to confirm/).fill('host-1');
    expect(await axe(page)).toEqual([]);
    await submit.click();
    await page.getByText(/host-1.* is told to become/).waitFor();
    expect(service.calls.at(-1)?.body).toMatchObject({ force: true });
  });

  it('drains until a deadline, says how many are left meanwhile, and can be told to stop', async () => {
    await signedIn();
    await go(`#/host/${'n0'.padEnd(43, '-')}`);
    await page.getByRole('button', { name: 'Drain' }).click();
    const dialog = page.getByRole('dialog', { name: /Drain .*oak/ });
    await dialog.getByText(/move to others within/).waitFor();
    await dialog.getByLabel('Ends').selectOption('after 5 minutes at the latest');
    await dialog.getByText(/who has not after 5 min.* is cut/).waitFor();
    await dialog.getByLabel('Reason').fill('a new disk');
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Drain' }).click();
    await page.getByText(/oak.* is draining/).waitFor();
    expect(service.calls.at(-1)).toMatchObject({
      ...{ call: expect.stringMatching(/\/drain$/), body: { drainMs: 300_000, reason: 'a new disk' } },
    });
    // Another one is draining already.
    await go(`#/host/${'n2'.padEnd(43, '-')}`);
    await page
      .getByText(/74 leaf sessions are left\. It ends at .* in .*: who is left then is cut/)
      .waitFor();
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('not needed');
    await page.getByRole('dialog').getByText('It can be done.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click();
    await page.getByText(/Cancelled at/).waitFor();
    expect(complaints).toEqual([]);
  });

  it('demotes at once only with the name typed, a reason and a fresh sign-in', async () => {
    await signedIn();
    service.isFresh = false;
    await go(`#/host/${'n0'.padEnd(43, '-')}`);
    await page.getByRole('button', { name: 'Demote at once' }).click();
    const dialog = page.getByRole('dialog', { name: /Demote .*oak.* at once/ });
    await dialog.getByText(/leaf sessions are cut at once/).waitFor();
    const submit = dialog.getByRole('button', { name: 'Demote at once' });
    await dialog.getByLabel('Reason').fill('it is broken');
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type .*oak.* to confirm/).fill('oka');
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type .*oak.* to confirm/).fill('oak');
    expect(await axe(page)).toEqual([]);
    await submit.click();
    await page.getByRole('dialog', { name: 'Is it still you?' }).getByLabel('Password').fill('right');
    await page.keyboard.press('Enter');
    await page.getByText(/oak.* is no supernode any more/).waitFor();
    expect(service.calls.at(-1)).toMatchObject({
      ...{ call: expect.stringMatching(/\/drain$/), body: { force: true, reason: 'it is broken' } },
    });
  });

  it('keeps new leaves away from a supernode, and shows where that is so', async () => {
    await signedIn();
    await go(`#/host/${'n0'.padEnd(43, '-')}`);
    await page.getByRole('button', { name: 'Keep new leaves away' }).click();
    const dialog = page.getByRole('dialog', { name: /Cordon .*oak/ });
    await dialog.getByText(/new ones are sent elsewhere/).waitFor();
    await dialog.getByLabel('Reason').fill('a look at its disk');
    await dialog.getByRole('button', { name: 'Keep new leaves away' }).click();
    await page.getByText(/oak.* is cordoned/).waitFor();
    await page.getByText('New leaves are kept away').waitFor();
    await page.getByRole('button', { name: 'Let leaves come again' }).waitFor();
    await go('#/supernodes');
    await page.getByRole('row', { name: /oak .*takes no new leaves/ }).waitFor();
  });

  it('blocks a content by the link that a page copies', async () => {
    await signedIn();
    await go('#/bans');
    await page.getByLabel('Ban', { exact: true }).selectOption('content');
    const id = `${'ab'.repeat(32)}-7`;
    const asked = page.waitForRequest((request) => request.url().includes('/bans/impact'));
    await page
      .getByLabel(/^Content/)
      .fill(` banyan:${id}?dn=${'x'.repeat(200)}&net=https://auth.example.org `);
    expect(new URL((await asked).url()).searchParams.get('id')).toBe(id);
  });

  it('says whom a ban would reach before anybody is banned', async () => {
    await signedIn();
    await go('#/bans');
    await page.getByLabel('Name of the account').fill('nobody');
    await page.getByText('There is no such account.').waitFor();
    await page.getByLabel('Name of the account').fill('mallory');
    await page.getByText(/mallory.*, with 1 device, is cut off everywhere/).waitFor();
    await page.getByText(/It is a supernode .*37 leaf sessions/).waitFor();
    await page.getByLabel('For', { exact: true }).selectOption('until a day');
    await page.getByLabel('Last day').fill('2026-01-01');
    await page.getByText('A day that is not over yet.').waitFor();
    await page.getByLabel('For', { exact: true }).selectOption('a week');
    expect(await page.getByText('It is not known whether').count()).toBe(0);
    service.asOf = { at: 0, problem: { code: 'list_away', isGrave: true } };
    await page.getByLabel('Name of the account').fill('mallory2');
    await page.getByText('It is not known whether this is a supernode').waitFor();
    const ban = page.getByRole('button', { name: 'Ban', exact: true });
    expect(await ban.isDisabled()).toBe(true);
    await page.getByLabel('Reason').fill('spreads poison');
    const evidence = page.getByLabel('Evidence', { exact: true });
    await evidence.fill('x\n'.repeat(11));
    await page.getByText('At most 10 lines of 500 characters.').waitFor();
    expect(await ban.isDisabled()).toBe(true);
    await evidence.fill('report 12\n\n https://wiki.example.org/12 \n');
    await ban.click();
    await page.getByText(/hear of it within 30 seconds/).waitFor();
    expect(service.calls.at(-1)?.body).toEqual({
      ...{ kind: 'account', id: 'x', reason: 'spreads poison', seconds: 604_800 },
      evidence: ['report 12', 'https://wiki.example.org/12'],
    });
    expect(await evidence.inputValue()).toBe('');
    await page.getByRole('button', { name: /Lift the ban of .*laptop/ }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('it was a mistake');
    await page.getByRole('dialog').getByRole('button', { name: 'Lift' }).click();
    await page.getByText('Lifted.').waitFor();
    expect(service.calls.at(-1)?.body).toMatchObject({ kind: 'device', seconds: 0 });
  });

  it('shows what members report, bans with their reason, and resolves with words to them', async () => {
    await signedIn();
    await page.getByRole('link', { name: /^Reports.*2 are open$/ }).click();
    const reports = page.getByRole('list', { name: 'Reports' }).getByRole('listitem');
    await reports.nth(1).waitFor();
    expect(await reports.count()).toBe(2);
    await reports.nth(0).getByText('Not a film: <b>a virus</b>').waitFor();
    await reports.nth(1).getByText('Reported by an account that is gone').waitFor();
    await page.getByRole('button', { name: /^Ban .*phone/ }).click();
    const ban = page.getByRole('dialog', { name: /^Ban .*phone/ });
    const evidence = 'Report 2-b, 2026-11-27T12:00:00.000Z: Sends chunks that are never right';
    expect(await ban.getByLabel('Evidence', { exact: true }).inputValue()).toBe(evidence);
    expect(await ban.getByLabel('Reason').inputValue()).toBe('Sends chunks that are never right');
    expect(await ban.getByLabel('Ban', { exact: true }).inputValue()).toBe('device');
    await ban.getByText(/is cut off everywhere/).waitFor();
    expect(await axe(page)).toEqual([]);
    await ban.getByRole('button', { name: 'Ban', exact: true }).click();
    const resolve = page.getByRole('dialog', { name: /^Resolve the report on .*phone/ });
    const words = resolve.getByLabel('Words to who reported it');
    expect(await words.inputValue()).toBe('Banned. Thank you for telling us.');
    await words.fill('Banned for a week.');
    expect(await axe(page)).toEqual([]);
    await resolve.getByRole('button', { name: 'Resolve …' }).click();
    await page.getByText('Resolved.', { exact: true }).waitFor();
    expect(service.calls.slice(-2).map(({ call, body }) => [call, body])).toEqual([
      [
        'POST /v1/operator/revocations',
        expect.objectContaining({ reason: 'Sends chunks that are never right', evidence: [evidence] }),
      ],
      ['POST /v1/operator/reports/2-b/resolve', { words: 'Banned for a week.' }],
    ]);
    await page.getByLabel('Show').selectOption('resolved');
    await page.getByText('We spoke with her.').waitFor();
    expect(await page.getByRole('button', { name: /^Resolve the report/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('says what each line of a list of bans would do before anybody is banned', async () => {
    await signedIn();
    await go('#/bans');
    const csv = page.getByRole('link', { name: 'All as CSV' });
    expect(await csv.getAttribute('href')).toBe('/v1/operator/bans/export?format=csv');
    await page.getByRole('button', { name: 'Import a list' }).click();
    const dialog = page.getByRole('dialog', { name: 'Ban by a list' });
    const file = dialog.getByLabel('List, as CSV or JSON');
    const list = (text: string) => ({ name: 'bans.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await file.setInputFiles(list('nonsense'));
    await dialog.getByRole('alert').getByText('The first line must name the columns.').waitFor();
    await file.setInputFiles(list('x'.repeat(300_000)));
    await dialog.getByRole('alert').getByText('too large for one list').waitFor();
    await file.setInputFiles(list('kind,id,until,reason\n'));
    await dialog.getByText('2 to ban, 121 that need nothing, 1 wrong.').waitFor();
    // What needs a look comes first, and a name is a name.
    const first = dialog.getByRole('row').nth(1);
    expect(await first.textContent()).toContain('Its kind must be account, device or content.');
    await dialog.getByText('<i>mallory</i>').waitFor();
    await dialog.getByText('and 24 more lines').waitFor();
    const ban = dialog.getByRole('button', { name: 'Ban 2' });
    expect(await ban.isDisabled()).toBe(true);
    await dialog.getByLabel('Leave out the 1 wrong line').check();
    expect(await axe(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'console-import.png') });
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await axe(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'console-import-360.png') });
    service.isFresh = false;
    await ban.click();
    await page.getByRole('dialog', { name: 'Is it still you?' }).getByLabel('Password').fill('right');
    await page.keyboard.press('Enter');
    await page.getByText('2 banned: all supernodes hear of it').waitFor();
    expect(service.calls.at(-1)?.body).toEqual({ text: 'kind,id,until,reason\n', skipWrong: true });
    expect(complaints).toEqual([]);
  });

  it('checks the chain of the audit when asked to, and says where it breaks', async () => {
    await signedIn();
    await go('#/audit');
    const chain = page.getByRole('region', { name: 'Whether the record is whole' });
    await chain.getByText('Each decision carries a hash').waitFor();
    await chain.getByRole('button', { name: 'Check now' }).click();
    await chain.getByText('auth: whole. 1,204 decisions are as they were written.').waitFor();
    await chain.getByText('supernode list: broken in 105 places.').waitFor();
    await chain.getByText(/Decision 310, of .*, was changed after it was written/).waitFor();
    await chain.getByText('Decisions 320 to 322 are missing.').waitFor();
    await chain.getByText('and 103 more').waitFor();
    await chain.getByRole('button', { name: 'Copy the last hash: auth' }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByText('Particulars').first().click();
    await page.getByText('cdcd').last().waitFor();
    expect(complaints).toEqual([]);
  });

  it('holds a policy to its limits, shows what it would do, and sets it over the version that was seen', async () => {
    await signedIn();
    await go('#/policy');
    const least = page.getByLabel('Supernodes at least');
    await least.fill('2000');
    await page.getByText('The most cannot be less than the least.').waitFor();
    await least.fill('1.5');
    await page.getByText('A whole number is needed here.').waitFor();
    await least.fill('3');
    const version = page.getByLabel('Version of Banyan at least');
    expect(await version.inputValue()).toBe('0.0.0');
    await version.fill('newest');
    await page.getByText('A release like 0.2.0 is needed here; 0.0.0: any.').waitFor();
    await version.fill('0.2.0');
    await page.getByText('What this policy would do now').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Promote bob' }).waitFor();
    expect(await page.getByText('no other host is fit').count()).toBe(0);
    service.lacking = 2;
    await least.fill('5');
    await page.getByText('2 supernodes more are wanted, and no other host is fit to become one.').waitFor();
    await least.fill('3');
    await page.getByLabel('Reason').fill('three is safer');
    await page.getByRole('button', { name: 'Set this policy' }).click();
    await page.getByText('Policy 4 holds.').waitFor();
    const sent = service.calls.find(({ call }) => call === 'PUT /v1/console/policy')?.body;
    expect(sent).toMatchObject({ expect: 3, policy: { minSupernodes: 3, spare: 0.25, drainMs: 60_000 } });
    expect(sent).toMatchObject({ policy: { thresholds: { minVersion: '0.2.0', cores: 2 } } });
  });

  it('gives a viewer everything to see and nothing to do', async () => {
    await signedIn({ role: 'viewer' });
    expect(await page.getByRole('link', { name: 'Accounts' }).count()).toBe(0);
    await go('#/candidates');
    await page.getByRole('link', { name: 'bob', exact: true }).click();
    expect(await page.getByRole('button', { name: 'Promote' }).isDisabled()).toBe(true);
  });

  it('asks for nothing while it is hidden, says so when auth is away, and goes on when it is back', async () => {
    await signedIn();
    await service.stop();
    await page.getByRole('alert').getByText('Auth does not answer').waitFor();
    expect(await axe(page)).toEqual([]);
    await service.start();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('announces grave alerts as they come, on any face, each once', async () => {
    await signedIn();
    await go('#/policy');
    await page.getByLabel('Supernodes at least').waitFor();
    // The one region that is there all the time.
    const said = page.locator('.visually-hidden[role=status]');
    const [grave, hint] = [ALERTS.find(({ isGrave }) => isGrave)!, ALERTS.find(({ isGrave }) => !isGrave)!];
    service.alerts = [grave, hint];
    service.push();
    await said.getByText(/^Grave: Auth was given no supernode list/).waitFor();
    expect(await said.textContent()).not.toContain('Grave: Grave');
    const silent: Alert = { code: 'silent', isGrave: true, deviceId: 'n1'.padEnd(43, '-'), name: 'elm' };
    service.alerts = [grave, { ...silent, figures: { others: 12 } }, hint];
    service.push();
    await said.getByText(/^Grave: .*elm.* should serve, but says nothing\.$/).waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: 'and 12 more supernodes with the same' }).waitFor();
    expect(await said.textContent()).not.toContain('was given no supernode list');
  });

  it('says of hosts only what the list said, as of when, and lets nothing be decided by what is old', async () => {
    await signedIn();
    const problem: Alert = { code: 'list_away', isGrave: true, detail: 'it does not answer' };
    service.asOf = { at: 0, problem };
    for (const face of ['supernodes', 'candidates', `host/${'c0'.padEnd(43, '-')}`]) {
      await go(`#/${face}`);
      await page.getByText(/The supernode list does not answer: .* has not answered yet/).waitFor();
      expect(await page.getByText(/There is no supernode|Nobody volunteers|is gone/).count()).toBe(0);
      expect(await axe(page)).toEqual([]);
    }
    service.asOf = { at: 1_800_000_000_000, problem: null };
    service.push();
    const promote = page.getByRole('button', { name: 'Promote' });
    await promote.waitFor();
    expect(await promote.isEnabled()).toBe(true);
    service.asOf = { at: 1_800_000_000_000, problem };
    service.push();
    await page.getByText(/does not answer: .* What is shown is as of/).waitFor();
    expect(await promote.isDisabled()).toBe(true);
    service.asOf = { at: 1_800_000_000_000, problem: null };
    service.gone.add('c0'.padEnd(43, '-'));
    service.push();
    await page.getByRole('alert').getByText('This host is not known').waitFor();
    expect(await promote.isDisabled()).toBe(true);
    service.gone.clear();
    service.push();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await promote.isEnabled()).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('draws hundreds as a grid, with the same in a table', async () => {
    await signedIn({ supernodes: 1_000 });
    await page.locator('.heat-cell').nth(999).waitFor();
    expect(await page.locator('.ring').count()).toBe(0);
    // Cells have no room for names: the table has them, and is there at once, until it is folded.
    const table = page.getByRole('grid', { name: 'The map as a table' });
    await table.getByRole('row').nth(5).waitFor();
    await page.getByText('The map as a table').click();
    await table.waitFor({ state: 'detached' });
    await page.getByText('The map as a table').click();
    await table.getByRole('row').nth(5).waitFor();
    expect(await elements()).toBeLessThanOrEqual(MAX_ELEMENTS);
    await page.getByLabel('Find').fill('node-0500');
    await page.getByText('1 supernode is marked').waitFor();
    await table.getByRole('link', { name: 'node-0500' }).waitFor();
    expect(await axe(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'console-grid.png') });
    expect(complaints).toEqual([]);
  });

  it.each([
    ['supernodes', 'Supernodes', '1,000 supernodes', 'node-0999', '1 matches'],
    ['candidates', 'Candidates', '10,000 candidates', 'host-9999', '1 matches'],
    ['accounts', 'Accounts', '10,000 accounts', 'member-9999', '1 matches'],
  ])('holds a few rows of many %s, wherever one is among them', async (face, name, count, last, match) => {
    await signedIn({ supernodes: 1_000, candidates: 10_000, accounts: 10_000 });
    await go(`#/${face}`);
    await page.getByText(count).waitFor();
    const table = page.getByRole('grid', { name });
    const total = Number(count.replace(/\D/g, ''));
    expect(await table.getAttribute('aria-rowcount')).toBe(String(total + 1));
    await table.getByRole('row').nth(9).waitFor();
    const heights = await table
      .locator('tr[data-index]')
      .evaluateAll((rows) => [...new Set(rows.map((row) => row.getBoundingClientRect().height))]);
    expect(heights).toEqual([68]);
    expect(await elements()).toBeLessThanOrEqual(MAX_ELEMENTS);
    // By the keyboard: one stop of the Tab key, then from row to row, and to the last of them.
    await page.getByRole('region', { name }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    expect(await focusedRow()).toBe('3');
    await page.keyboard.press('Control+End');
    await page.waitForFunction(
      (index) => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') === index,
      String(total + 1),
    );
    await table.getByText(last, { exact: true }).waitFor();
    expect(await elements()).toBeLessThanOrEqual(MAX_ELEMENTS);
    // The row with the focus stays while others are looked at.
    await page.getByRole('region', { name }).evaluate((box) => {
      box.scrollTop = box.scrollHeight / 2;
    });
    await table.locator(`tr[aria-rowindex="${total / 2}"] :is(a, button)`).waitFor();
    expect(await focusedRow()).toBe(String(total + 1));
    expect(await axe(page)).toEqual([]);
    await page.locator('.filters input').first().fill(last);
    await page.getByText(match, { exact: true }).waitFor();
    await table.getByText(last, { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows what a ban stands on as text, and leads to addresses alone that say where they lead', async () => {
    await signedIn();
    await go('#/bans');
    await page.getByText('3 pieces of evidence').click();
    const pieces = page.locator('.evidence li');
    expect(await pieces.allTextContents()).toEqual([
      expect.stringMatching(/^<img src=x onerror=alert\(1\)> .*gpj$/),
      'javascript:alert(1)',
      'https://xn--vil-qdd.example.org/12',
    ]);
    expect(await page.locator('main').textContent()).not.toContain('\u202E');
    const links = await page
      .locator('.evidence a')
      .evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.getAttribute('rel')]));
    expect(links).toEqual([['https://xn--vil-qdd.example.org/12', 'noopener noreferrer nofollow']]);
    expect(await axe(page)).toEqual([]);
    for (const [width, height] of [
      [1200, 900],
      [360, 740],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        if (shots !== undefined)
          await page.screenshot({ path: join(shots, `evidence-${scheme}-${width}.png`), fullPage: true });
      }
    }
    await go('#/audit');
    await page.getByText('2 pieces of evidence').click();
    await page.getByRole('link', { name: 'https://wiki.example.org/12' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows hostile names as text', async () => {
    await signedIn();
    await go('#/supernodes');
    await page.getByText('<b>ash</b>').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('\u202E');
    await go('#/audit');
    await page.getByText('laptop <script>').waitFor();
  });

  it('leaves axe nothing to find on any face, in both themes and languages', async () => {
    await signedIn({ alerts: ALERTS, supernodes: 24 });
    const faces = [
      { name: 'overview', hash: '#/', ready: '.ring' },
      { name: 'supernodes', hash: '#/supernodes', ready: 'table' },
      { name: 'candidates', hash: '#/candidates', ready: 'table' },
      { name: 'supernode', hash: `#/host/${'n1'.padEnd(43, '-')}`, ready: '.facts' },
      { name: 'candidate', hash: `#/host/${'c1'.padEnd(43, '-')}`, ready: 'table' },
      { name: 'policy', hash: '#/policy', ready: '.history' },
      { name: 'reports', hash: '#/reports', ready: '.report' },
      { name: 'bans', hash: '#/bans/mallory', ready: 'table' },
      { name: 'accounts', hash: '#/accounts', ready: 'table' },
      { name: 'audit', hash: '#/audit', ready: '.entry' },
      { name: 'gone', hash: '#/host/gone', ready: '.panel' },
    ];
    const findings: Record<string, unknown> = {};
    for (const language of ['en', 'zh-Hant']) {
      await page.locator('.language select').selectOption(language);
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        for (const width of shots === undefined ? [360, 1440] : [360, 768, 1440]) {
          await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
          for (const face of faces) {
            await go(face.hash);
            await page.locator(face.ready).first().waitFor();
            const where = `console-${face.name}-${language}-${scheme}-${width}`;
            const found = await axe(page);
            if (found.length > 0) findings[where] = found;
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            if (overflow > 0) findings[`${where} overflow`] = overflow;
            // One line of words, whatever is beside it: more of it is scrolled.
            const nav = await page.locator('.console-nav').evaluate(({ clientHeight }) => clientHeight);
            if (nav > 60) findings[`${where} navigation`] = nav;
            if (shots !== undefined)
              await page.screenshot({ path: join(shots, `${where}.png`), fullPage: true });
          }
        }
      }
    }
    expect(findings).toEqual({});
    expect(complaints).toEqual([]);
  });
});
