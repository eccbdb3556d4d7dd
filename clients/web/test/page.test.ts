/**
 * @jest-environment node
 * @jest-environment-options {"customExportConditions": ["source", "node", "node-addons"]}
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ReachStep } from '@banyan/proto';
import type { Page } from 'playwright-core';
import { axe, buildPage, CHROMIUM, launchChrome, openPage, startDaemon, type Chrome } from './browser.ts';
import type { FakeDaemon } from './fake-daemon.ts';

jest.setTimeout(90_000);
/** Looks at every face in both languages and themes, twice as long when it takes pictures. */
const EVERY_FACE_MS = 300_000;

/** BANYAN_SHOTS=DIR also leaves pictures of the page there. */
const shots = process.env['BANYAN_SHOTS'];

const MAX_SCRIPT_GZIP = 150_000;

if (CHROMIUM === undefined) {
  console.warn('SKIPPED: the page in a real browser; install chromium to run these tests.');
}
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

let app: Awaited<ReturnType<typeof buildPage>>;
beforeAll(async () => {
  app = await buildPage();
});
afterAll(async () => {
  await app.remove();
});

describe('the built page', () => {
  it('has nothing inline, loads nothing from elsewhere, and stays within its script budget', () => {
    const html = readFileSync(join(app.dir, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=|javascript:/);
    expect(
      [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((m) => m[1]).filter((url) => !url?.startsWith('/')),
    ).toEqual([]);
    const scripts = readdirSync(join(app.dir, 'assets')).filter((name) => name.endsWith('.js'));
    // What is needed before anything is seen: the entry, what it imports, and the words of one language. The other parts come behind.
    const initial = [...html.matchAll(/assets\/([^"]+\.js)"/g)].map(([, name]) => name!);
    expect(initial.length).toBeGreaterThan(0);
    const size = (name: string) => gzipSync(readFileSync(join(app.dir, 'assets', name))).length;
    const words = scripts.filter((name) => /^(?:en|zh-Hant)-/.test(name)).map(size);
    expect(words).toHaveLength(2);
    expect(initial.map(size).reduce((sum, bytes) => sum + bytes, Math.max(...words))).toBeLessThan(
      MAX_SCRIPT_GZIP,
    );
    // The schemas of the API are types here; their library must not come along.
    expect(
      scripts.some((name) =>
        readFileSync(join(app.dir, 'assets', name), 'utf8').includes('additionalProperties'),
      ),
    ).toBe(false);
  });
});

inBrowser('the page in a browser', () => {
  let chrome: Chrome;
  let daemon: FakeDaemon;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    chrome = await launchChrome();
  });
  afterAll(async () => {
    await chrome.close();
  });

  const visit = async (init: Parameters<typeof startDaemon>[1] = {}) => {
    daemon = await startDaemon(app.dir, init);
    ({ page, complaints } = await openPage(chrome, daemon));
  };
  afterEach(async () => {
    await page.close();
    await daemon.stop();
    await chrome.context.clearCookies();
  });
  const signedIn = async (init: Parameters<typeof startDaemon>[1] = {}) => {
    await visit(init);
    await page.goto(daemon.loginUrl());
    await page.getByText('Connected to Oak').waitFor();
  };
  const box = () => page.getByRole('combobox', { name: 'Search everybody’s shared files' });
  const search = async (words: string) => {
    await box().fill(words);
    await box().press('Enter');
  };

  describe('with a device that is outside its network', () => {
    const button = () => page.getByRole('button', { name: /Sign in with .*Example University/ });

    it('leads to the provider, and goes on when the browser comes back', async () => {
      await visit({ mustSignIn: true });
      await page.goto(daemon.loginUrl());
      await button().waitFor();
      expect(await axe(page)).toEqual([]);
      await button().click();
      await page.getByText('Connected to Oak').waitFor();
      expect(await page.evaluate(() => location.search)).toBe('');
      expect(await button().count()).toBe(0);
    });

    it('says why somebody was not let in, and offers it again', async () => {
      await visit({ mustSignIn: true, signInRefusal: 'You are in none of the groups.' });
      await page.goto(daemon.loginUrl());
      await button().click();
      await page.getByRole('alert').getByText('You are in none of the groups.').waitFor();
      expect(await button().isEnabled()).toBe(true);
      expect(await axe(page)).toEqual([]);
    });
  });

  it('goes from the login link through search and click to the finished file, naming who gave what', async () => {
    await signedIn({ downloadMs: 2500 });
    // The code is gone from the address and from history.
    expect(page.url()).not.toContain('login');
    await page.getByText('others can reach you').waitFor();

    await search('banyan');
    const row = page.getByRole('row').filter({ hasText: 'Banyan Field Recordings' });
    await row.getByText('3 sources, 3 reachable').waitFor();
    await page.getByText(/7 files · Asked 2 of 2 search servers · in 0\.\d s/).waitFor();
    expect(await row.locator('mark').allTextContents()).toContain('Banyan');
    await row.getByText('7:01').waitFor();
    await page.getByText('You have it').waitFor();
    await page.getByText('You share it').waitFor();

    await row.getByRole('button', { name: /^Download .*Banyan Field/ }).click();
    await row.getByRole('link', { name: /See transfer of/ }).click();
    const bar = page.getByRole('progressbar', { name: /Progress of .*Banyan Field/ });
    await bar.waitFor();
    const given = page.getByRole('list', { name: 'Who gave what' });
    await given.getByText('maple').waitFor();
    await page.getByText(/Downloading from [23] sources/).waitFor();
    await page.getByRole('button', { name: '3 sources' }).click();
    await page.getByRole('row', { name: /cedar.*Dropped.*Sent wrong bytes.*Chunk 17/ }).waitFor();

    const download = page.getByRole('article', { name: /Banyan Field/ });
    await download.getByText('Done', { exact: true }).waitFor();
    expect(await bar.getAttribute('aria-valuenow')).toBe('100');
    await download.getByText('/home/lin/Downloads/Banyan Field Recordings, Volume 1.flac').waitFor();
    expect(await page.locator('body').textContent()).not.toContain('∞');
    await page
      .getByRole('status')
      .filter({ hasText: /is complete/ })
      .waitFor({ state: 'attached' });
    expect(complaints).toEqual([]);
  });

  it('shows the sign-in page without a session, with a spent link, and opens after a new one', async () => {
    await visit();
    await page.goto(`${daemon.url}/#login=spent`);
    await page.getByRole('alert').getByText('used before or is too old').waitFor();
    await page.getByText('banyan open', { exact: true }).waitFor();
    expect(page.url()).not.toContain('login');
    expect(await axe(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'sign-in.png') });
    await page.goto(daemon.loginUrl());
    await page.getByText('Connected to Oak').waitFor();
  });

  it('is used with the keyboard alone', async () => {
    await signedIn();
    await page.keyboard.type('banyan');
    await page.keyboard.press('Enter');
    await page.getByText(/7 files · Asked/).waitFor();
    await page.keyboard.press('ArrowDown');
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        const name = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
        return `${element?.role ?? ''} ${name}`;
      });
    await expect(focused()).resolves.toMatch(/^gridcell .*Field Recordings/);
    await page.keyboard.press('ArrowDown');
    await expect(focused()).resolves.toMatch(/榕樹/);
    await page.keyboard.press('k');
    await page.keyboard.press('j');
    await expect(focused()).resolves.toMatch(/榕樹/);
    await page.keyboard.press('Enter');
    await page.getByText('maple').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('maple').waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await expect(focused()).resolves.toMatch(/ Select .*榕樹/);
    await page.keyboard.press('ArrowRight');
    await expect(focused()).resolves.toMatch(/ Download .*榕樹/);
    await page.keyboard.press('Control+End');
    await expect(focused()).resolves.toMatch(/README banyan/);
    await page.keyboard.press('d');
    await page.getByRole('link', { name: /See transfer of .*README/ }).waitFor();
    await page.keyboard.press('Escape');
    await expect(page.evaluate(() => document.activeElement?.id)).resolves.toBe('search-input');
    await page.keyboard.press('Escape');
    await expect(box().inputValue()).resolves.toBe('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await expect(page.evaluate(() => document.activeElement?.id)).resolves.toBe('search-input');
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    await page.keyboard.press('/');
    await expect(page.evaluate(() => document.activeElement?.id)).resolves.toBe('search-input');
  });

  it('does not search on the Enter that ends a composition', async () => {
    await signedIn();
    await box().focus();
    const before = daemon.calls.length;
    const composed = async (init: { isComposing?: boolean; keyCode?: number }) => {
      await box().evaluate((element, keys) => {
        element.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...keys }),
        );
      }, init);
    };
    const cdp = await chrome.context.newCDPSession(page);
    await cdp.send('Input.imeSetComposition', { text: '榕樹', selectionStart: 2, selectionEnd: 2 });
    await composed({ isComposing: true });
    // As a browser sends it while an input method is open: key code 229.
    await cdp.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Enter',
      code: 'Enter',
      windowsVirtualKeyCode: 229,
    });
    await cdp.send('Input.insertText', { text: '榕樹' });
    await composed({ keyCode: 229 });
    await expect(box().inputValue()).resolves.toBe('榕樹');
    expect(daemon.calls.slice(before).filter((call) => call.includes('/searches'))).toEqual([]);
    await box().press('Enter');
    await page.getByText(/7 files · Asked/).waitFor();
  });

  it('shows hostile names as text, cleaned, without letting them out of their place', async () => {
    await signedIn();
    await page.setViewportSize({ width: 360, height: 700 });
    await search('hostile');
    await page.getByText(/6 files · Asked/).waitFor();
    await expect(page.title()).resolves.toBe('hostile – Banyan');
    const names = await page.locator('.result-name bdi').allTextContents();
    expect(names.join('\n')).toContain('<img src=x onerror=');
    expect(names.join('')).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.getByRole('button', { name: /^Download .*<img/ }).click();
    await page.getByRole('link', { name: /See transfer/ }).click();
    await page.getByRole('progressbar').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await expect(page.title()).resolves.toBe('Transfers – Banyan');
    expect(complaints).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it('tells searching, nothing found and each failure apart, in words', async () => {
    await signedIn();
    await search('forever banyan');
    await page.getByText('Searching …').locator('visible=true').first().waitFor();
    expect(await page.getByText('Nothing found').count()).toBe(0);
    await search('unheard of');
    await page.getByRole('heading', { name: /Nothing found for/ }).waitFor();
    await page.getByText('Everybody who could be asked has answered').waitFor();
    await search('unheard of, elm away');
    await page.getByText('Not everybody answered in time').waitFor();
    await page.getByText(/no answer from .*Elm/).waitFor();
    for (const [words, title] of [
      ['signed out', 'You are signed out of your network'],
      ['no supernode', 'The network cannot be reached just now'],
      ['too fast', 'A little too fast'],
      ['strange', 'This search did not work'],
    ] as const) {
      await search(words);
      await page.getByRole('heading', { name: title }).waitFor();
    }
    await search('too fast');
    await page.getByRole('button', { name: /Search again in \d seconds?/ }).waitFor();
  });

  it('keeps few rows in the document, however long the list', async () => {
    await signedIn({ sharedFiles: 20_000 });
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByText('01 Song of the banyan.mp3').waitFor();
    await page.evaluate(() => {
      scrollTo(0, document.documentElement.scrollHeight / 2);
    });
    await page
      .getByRole('button', { name: /^Copy link: .*(?:99|100)\d\d Song/ })
      .first()
      .waitFor();
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(1500);
    await expect(page.locator('.files').getAttribute('aria-rowcount')).resolves.toBe('20000');
    // Rows that come in under the pointer are other rows: whoever missed one clicks again.
    const copy = page.getByRole('button', { name: /^Copy link: .*(?:99|100)\d\d Song/ }).first();
    const said = page.getByText('Copied');
    for (let attempt = 0; attempt < 3 && (await said.count()) === 0; attempt++) {
      await copy.click();
      await said.waitFor({ timeout: 2_000 }).catch(() => undefined);
    }
    await said.waitFor();
    await expect(page.evaluate(() => navigator.clipboard.readText())).resolves.toMatch(/^banyan:/);
  });

  it('says so when the daemon is away, disables what cannot work, and goes on when it is back', async () => {
    await signedIn({ downloadMs: 600_000 });
    await search('banyan');
    await page.getByText(/7 files · Asked/).waitFor();
    await daemon.stop();
    await page
      .getByRole('alert')
      .getByText(/as of \d\d:\d\d:\d\d/)
      .waitFor();
    const button = page.getByRole('button', { name: /^Download .*Field/ });
    await expect(button.isDisabled()).resolves.toBe(true);
    expect(await axe(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'daemon-away.png') });
    await daemon.start();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await expect(button.isDisabled()).resolves.toBe(false);
    await button.click();
    await page.getByRole('link', { name: /See transfer/ }).waitFor();
  });

  it('says so when a part of it did not load, and loads it again', async () => {
    const missing = /\/assets\/(?:library-page|key-dialog|zh-Hant)-[^/]+\.js$/;
    await visit();
    await page.route(missing, (route) => route.abort());
    await page.goto(daemon.loginUrl());
    // The page asks for all its parts by itself, once, and for this one last: what loads then is what was asked to load again.
    const lastAhead = page.waitForRequest(/zh-Hant-[^/]+\.js$/, { timeout: 30_000 });
    await page.getByText('Connected to Oak').waitFor();
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('heading', { level: 1, name: 'This part of the page did not load' }).waitFor();
    await lastAhead;
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'This part of the page did not load' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-Hant');
    await page.getByText('The words in 繁體中文 could not be loaded.').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await page.unroute(missing);
    await page.getByRole('button', { name: 'Load again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Library' }).waitFor();
    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-Hant');
    await page.getByRole('heading', { level: 1, name: '檔案庫' }).waitFor();
  });

  it('finds in lists of which the browser sees a part only', async () => {
    await visit({ sharedFiles: 3_000 });
    await page.goto(daemon.loginUrl());
    await page.getByText('Connected to Oak').waitFor();
    const find = page.getByRole('searchbox', { name: 'Find in this list' });
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('role'));
    await page.getByRole('link', { name: 'Library' }).click();
    await page.locator('.files[aria-rowcount="3000"]').waitFor();
    const { name } = daemon.world.files[2_718]!;
    const same = daemon.world.files.filter((file) => file.name.includes(name)).length;
    await page.keyboard.press('f');
    expect(await focused()).toBe('searchbox');
    await page.keyboard.type(name.toUpperCase());
    await page.locator(`.files[aria-rowcount="${same}"]`).waitFor();
    await expect(page.locator('.find-count').textContent()).resolves.toMatch(/^\d+ match(es)?$/);
    await expect(page.locator('.files h3').first().textContent()).resolves.toContain(name);
    await page.keyboard.type(' unheard');
    await page.getByRole('heading', { name: /No name in this list has .*unheard/ }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.files[aria-rowcount="3000"]').waitFor();
    await page.keyboard.press('Escape');
    expect(await focused()).not.toBe('searchbox');

    daemon.world.startDownload(`${'ab'.repeat(32)}-1048576`, 'Sunrise.flac');
    daemon.world.startDownload(`${'cd'.repeat(32)}-1048576`, 'Sunset.flac');
    await page.getByRole('link', { name: /^Transfers/ }).click();
    await page.getByRole('heading', { name: 'Sunset.flac' }).waitFor();
    await find.fill('rise');
    await page.getByRole('heading', { name: 'Sunset.flac' }).waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Sunrise.flac' }).waitFor();
    expect(await axe(page)).toEqual([]);
    await find.fill('nothing');
    await page.getByRole('button', { name: 'Show the whole list' }).click();
    await page.getByRole('heading', { name: 'Sunset.flac' }).waitFor();

    // Who dictates turns the letters off.
    await page.evaluate(() => localStorage.setItem('banyan.letter-keys', 'off'));
    await page.reload();
    await find.waitFor();
    await page.keyboard.press('f');
    expect(await focused()).not.toBe('searchbox');
  });

  it('pauses and resumes all downloads, as far as there are some to be', async () => {
    await signedIn({ downloadMs: 600_000 });
    daemon.world.startDownload(`${'ab'.repeat(32)}-1048576`, 'Sunrise.flac');
    daemon.world.startDownload(`${'cd'.repeat(32)}-1048576`, 'Sunset.flac');
    await page.getByRole('link', { name: /^Transfers/ }).click();
    const [pause, resume] = ['Pause all', 'Resume all'].map((name) => page.getByRole('button', { name }));
    const enabled = (name: string) => page.locator(`button:enabled:has-text("${name}")`).waitFor();
    await enabled('Pause all');
    expect(await resume!.isDisabled()).toBe(true);
    await pause!.click();
    await enabled('Resume all');
    expect(await pause!.isDisabled()).toBe(true);
    await resume!.click();
    await enabled('Pause all');
  });

  it('asks before sharing a private folder, and says what is wrong with a path', async () => {
    await signedIn();
    await page.goto(`${daemon.url}/#/library`);
    const path = page.getByLabel('Folder to share');
    await path.fill('music');
    await path.press('Enter');
    await page.getByRole('alert').getByText('The folder music does not exist').waitFor();
    await path.fill('/home/lin');
    await path.press('Enter');
    const ask = page.getByRole('alertdialog', { name: 'This folder looks private' });
    await ask.waitFor();
    await ask.getByRole('button', { name: 'Do not share it' }).click();
    await ask.waitFor({ state: 'detached' });
    expect(daemon.world.shares).toHaveLength(2);
    await path.press('Enter');
    await ask.getByRole('button', { name: 'Share it anyway' }).click();
    await page.getByRole('article', { name: 'lin', exact: true }).waitFor();
    expect(daemon.world.shares).toHaveLength(3);
  });

  it('leads a newcomer into a network, and says what is wrong in words of its own', async () => {
    await visit({ isUnjoined: true });
    await page.goto(daemon.loginUrl());
    const link = page.getByLabel('Invite link, or address of the network');
    await link.waitFor();
    const told = (words: RegExp) => page.getByRole('alert').getByText(words).waitFor();
    const look = async (text: string) => {
      await link.fill(text);
      await link.press('Enter');
    };
    await look('hello');
    await told(/neither a whole invite link/);
    expect(await axe(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'first-run-link.png') });
    await look('https://nobody.example');
    await told(/Nobody answers at that address/);
    await look('banyan-invite:forged');
    await told(/another key than your link says/);

    await look('banyan-invite:expired');
    await page.getByText('Oak Street').waitFor();
    expect(await axe(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'first-run-account.png') });
    const name = page.getByLabel('Your name in the network');
    await name.fill('lin');
    await name.press('Enter');
    await told(/This invite has expired/);
    await page.getByRole('button', { name: 'Another network or link' }).click();

    // Without an invite, an open network asks whether one is new.
    await look('https://auth.oak.example');
    await page.getByRole('radio', { name: 'No, I am new' }).waitFor();
    await name.fill('taken');
    await page.getByLabel('Password', { exact: true }).fill('five words are a password');
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await told(/Somebody has that name already/);
    await name.fill('lin');
    await page.getByRole('button', { name: 'Join', exact: true }).click();

    await page.getByRole('heading', { name: 'What do you share?' }).waitFor();
    await page.getByRole('button', { name: /Share folder: .*圖片/ }).click();
    await page.getByText('Shared', { exact: true }).waitFor();
    expect(await axe(page)).toEqual([]);
    if (shots !== undefined) await page.screenshot({ path: join(shots, 'first-run-share.png') });
    await page.getByRole('button', { name: 'Start searching' }).click();
    await page.getByText('Connected to Oak').waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows what patterns leave out of a folder before they do', async () => {
    await signedIn();
    await page.goto(`${daemon.url}/#/library`);
    const folder = page.getByRole('article', { name: 'Music', exact: true });
    await folder.getByRole('button', { name: /^Leave out/ }).click();
    await folder.getByText(/Nothing is left out of 248 files/).waitFor();
    const patterns = folder.getByLabel('Leave out, one a line');
    await patterns.fill('Drafts\n*.bak');
    await folder.getByText(/12 of 248 files are left out/).waitFor();
    await folder.getByText(/Drafts\/one\.wav/).waitFor();
    await folder.getByRole('button', { name: 'Save' }).click();
    await patterns.waitFor({ state: 'detached' });
    expect(daemon.world.shares[0]?.exclude).toEqual(['Drafts', '*.bak']);
  });

  it('pauses the reading of files, and lets it go on gently', async () => {
    await signedIn();
    await page.goto(`${daemon.url}/#/library`);
    const reading = page.getByRole('region', { name: 'Reading of files' });
    await reading.getByText(/790 MB\/s/).waitFor();
    await reading.getByRole('button', { name: 'Pause' }).click();
    await reading.getByText(/Reading is paused/).waitFor();
    await reading.getByRole('checkbox').click();
    await reading.getByRole('button', { name: 'Resume' }).click();
    await reading.getByText(/790 MB\/s/).waitFor();
    expect(daemon.world.pace).toEqual({ paused: false, gentle: true });
  });

  it('tests whether others reach this peer, with the next thing to try, and tells what they fetched', async () => {
    await signedIn();
    await page.goto(`${daemon.url}/#/library`);
    await page.getByRole('button', { name: 'Test it' }).click();
    const steps = page.getByRole('listitem');
    await steps.filter({ hasText: 'Your port answers from outside' }).getByText('Yes').waitFor();
    await steps
      .filter({ hasText: 'It is this Banyan' })
      .getByText(/another program or machine answers/)
      .waitFor();
    const fetched = steps.filter({ hasText: 'A stranger fetches a piece' });
    await fetched.getByText(/too old to fetch a chunk/).waitFor();
    await fetched.getByText(/A real download shows it as well/).waitFor();
    // Who does not see the steps hears what came of them.
    await page
      .getByRole('status')
      .filter({ hasText: 'It is this Banyan that answers, by its key: No' })
      .waitFor({
        state: 'attached',
      });
    expect(await page.locator('[aria-live=polite], [role=status]').count()).toBe(1);
    const tried = { by: 'oak', file: 'Song of the banyan.mp3', address: '192.0.2.7:7740' };
    const answer = (more: Partial<ReachStep>): void => {
      daemon.world.reachTest.steps[3] = { ...daemon.world.reachTest.steps[3]!, ...tried, ...more };
    };
    answer({ result: 'failed', problem: { code: 'timeout', message: 'It did not come whole within 15 s.' } });
    await page.getByRole('button', { name: 'Test again' }).click();
    await fetched.getByText(/tried to fetch a piece of/).waitFor();
    await fetched.getByText(/Raise the limit on uploads/).waitFor();
    answer({ result: 'passed', problem: null, bytes: 1_048_576, ms: 41 });
    await page.getByRole('button', { name: 'Test again' }).click();
    await fetched.getByText(/fetched 1 MB of .* from .*192\.0\.2\.7:7740.* and proved it/).waitFor();
    await page.getByText('Song of the <b>banyan</b>.mp3').waitFor();
    await page.getByText(/by .*maple.*birch.* and others/).waitFor();
  });

  it('says of a port that does not answer, and of the key behind it, each its own', async () => {
    await signedIn();
    const { steps } = daemon.world.reachTest;
    const problem = { code: 'unreachable', message: 'Nothing listens there.' };
    steps[0] = { ...steps[0]!, result: 'failed', ms: null, problem };
    steps[1] = { ...steps[1]!, result: 'unknown', ms: null, problem: null };
    await page.goto(`${daemon.url}/#/library`);
    await page.getByRole('button', { name: 'Test it' }).click();
    const rows = page.locator('.reach-steps > li');
    await rows
      .nth(0)
      .getByText(/^.*Oak.* tried to reach .*127\.0\.0\.1:4601/)
      .waitFor();
    await rows
      .nth(0)
      .getByText(/Nothing listens there/)
      .waitFor();
    await rows
      .nth(0)
      .getByText(/through the firewall/)
      .waitFor();
    await rows
      .nth(1)
      .getByText(/^Nothing answered .*Oak.*, so there was no key/)
      .waitFor();
    await rows
      .nth(1)
      .getByText(/tested together with the port/)
      .waitFor();
    const [port, key] = await Promise.all([0, 1].map((i) => rows.nth(i).locator('p').allTextContents()));
    expect(port!.filter((text) => key!.includes(text))).toEqual([]);
  });

  it('hands a file that arrives to a player of this machine', async () => {
    await signedIn();
    await page.goto(`${daemon.url}/#/search/banyan`);
    const row = page.getByRole('row').filter({ hasText: 'Banyan Field Recordings' }).first();
    await row.getByRole('button', { name: /^Play/ }).click();
    const open = page.getByRole('link', { name: 'Open in player' });
    const [playlist] = await Promise.all([page.waitForEvent('download'), open.click()]);
    expect(playlist.suggestedFilename()).toMatch(/^Banyan Field Recordings.*\.m3u8$/);
    const [head, title, ...links] = readFileSync(await playlist.path(), 'utf8')
      .trim()
      .split('\n');
    expect([head, links]).toEqual(['#EXTM3U', [`${daemon.url}/no-gateway`]]);
    expect(title).toMatch(/^#EXTINF:-1,Banyan Field Recordings/);
    for (const scheme of shots === undefined ? [] : (['light', 'dark'] as const)) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of [360, 768, 1440]) {
        await page.setViewportSize({ width, height: 740 });
        await page.screenshot({ path: join(shots ?? '', `player-${scheme}-${width}.png`) });
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('says that what is played is downloaded and shared, and takes that back', async () => {
    await signedIn({ downloadMs: 600_000 });
    await page.goto(`${daemon.url}/#/search/banyan`);
    const row = page.getByRole('row').filter({ hasText: 'Banyan Field Recordings' }).first();
    await row.getByRole('button', { name: /^Play/ }).click();
    const player = page.getByRole('dialog', { name: /Banyan Field Recordings/ });
    await player.getByText(/is downloaded to \/home\/lin\/Downloads.* and is shared/).waitFor();
    expect(await axe(page)).toEqual([]);
    await player.getByRole('button', { name: 'Stop and remove it' }).click();
    await player.waitFor({ state: 'detached' });
    await page.getByText(/^Stopped; what has arrived is removed/).waitFor();
    expect(daemon.calls).toContain('POST /downloads/act');
    await page.getByRole('link', { name: /^Transfers/ }).click();
    await page.getByRole('button', { name: /^Undo: .*Banyan Field/ }).waitFor();
  });

  it('changes name, colours and letter keys, and keeps them', async () => {
    await signedIn();
    await page.goto(`${daemon.url}/#/settings`);
    await page.getByLabel('Name of this device').fill('attic');
    await page.getByText(/a change here holds until the next start/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByLabel('Colours').selectOption('dark');
    const dark = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await dark()).toBe('rgb(16, 21, 19)');
    await page.getByRole('checkbox', { name: /Single letters/ }).uncheck();
    await page.reload();
    await page.getByRole('checkbox', { name: /Single letters/ }).waitFor();
    expect(await page.getByRole('checkbox', { name: /Single letters/ }).isChecked()).toBe(false);
    expect(await dark()).toBe('rgb(16, 21, 19)');
    await page.evaluate(() => localStorage.clear());
  });

  it('takes the offer of this device back, and makes it again', async () => {
    await signedIn();
    await page.goto(`${daemon.url}/#/settings`);
    const offer = page.getByRole('switch', { name: 'Offer this device' });
    await page.getByText('it does not meet every criterion').waitFor();
    await page.getByRole('button', { name: 'How it is judged' }).click();
    await page.getByText('Others can reach it: yes · measured from outside').waitFor();
    await offer.click();
    await page.getByText('you can end it at any time').waitFor();
    expect(daemon.world.volunteer.offered).toBe(false);
    await offer.click();
    await page.getByText('it does not meet every criterion').waitFor();
    expect(daemon.world.volunteer.offered).toBe(true);
  });

  it('pauses, goes on, cancels, and undoes that', async () => {
    await signedIn({ downloadMs: 60_000 });
    await search('banyan');
    await page.getByRole('button', { name: /^Download .*Field/ }).click();
    await page.goto(`${daemon.url}/#/transfers`);
    const download = page.getByRole('article', { name: /Banyan Field/ });
    await download.getByRole('button', { name: /^Pause/ }).click();
    await download.getByText('Paused').waitFor();
    await download.getByRole('button', { name: /^Resume/ }).click();
    await download.getByText(/Downloading from/).waitFor();
    await download.getByRole('button', { name: /^Cancel: / }).click();
    await download.getByText(/is cancelled in \d+ sec; what has arrived is removed then/).waitFor();
    await download.getByRole('button', { name: /^Undo: / }).click();
    await download.getByText(/Downloading from/).waitFor();
  });

  it('begins downloads of links and Metalinks, and keeps what it could not begin', async () => {
    await signedIn({ downloadMs: 60_000 });
    await page.goto(`${daemon.url}/#/transfers`);
    await page.getByRole('button', { name: 'Add links' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add downloads' });
    const links = dialog.getByLabel('Links, one a line');
    await links.fill(`banyan:${'cd'.repeat(32)}-1048576?dn=notes.txt\nhttps://example.org/a.iso\nbanyan:no`);
    await dialog.getByLabel('Metalink files').setInputFiles({
      name: 'disks.meta4',
      mimeType: 'application/metalink4+xml',
      buffer: Buffer.from('<metalink><file name="disk one.iso"/><file name="disk two.iso"/></metalink>'),
    });
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Download' }).click();
    await dialog.getByText(/That is the address of a web page or file/).waitFor();
    await dialog.getByText(/Copy the whole link/).waitFor();
    expect(await links.inputValue()).toBe('https://example.org/a.iso\nbanyan:no');
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('Escape');
    for (const name of ['notes.txt', 'disk one.iso', 'disk two.iso'])
      await page.getByRole('article', { name: new RegExp(name) }).waitFor();
    expect(complaints).toEqual([]);
  });

  it(
    'leaves axe nothing to find on any face, in both themes and languages',
    async () => {
      // Longer than this takes on any machine, and one source has been dropped already.
      await signedIn({ downloadMs: 2 * EVERY_FACE_MS });
      daemon.world.showEveryState();
      const running = daemon.world.startDownload(
        `${'ab'.repeat(32)}-${64 * 1024 * 1024}`,
        'Banyan Field Recordings, Volume 1.flac',
      );
      daemon.world.downloads[0] = { ...running, bytes: Math.round(running.size * 0.4) };
      const faces = [
        { name: 'home', hash: '#/', ready: '.status-part' },
        { name: 'results', hash: '#/search/banyan', ready: '.coverage' },
        { name: 'none', hash: '#/search/unheard', ready: '.panel' },
        { name: 'failed', hash: '#/search/no%20supernode', ready: '.panel' },
        { name: 'transfers', hash: '#/transfers', ready: '.sources' },
        { name: 'library', hash: '#/library', ready: '.files .line-row' },
        { name: 'settings', hash: '#/settings', ready: '.volunteer' },
      ];
      const findings: Record<string, unknown> = {};
      for (const language of ['en', 'zh-Hant']) {
        await page.locator('.language select').selectOption(language);
        for (const scheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme: scheme });
          for (const width of shots === undefined ? [360, 1440] : [360, 800, 1440]) {
            await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
            for (const face of faces) {
              await page.goto(`${daemon.url}/${face.hash}`);
              if (face.name === 'transfers') {
                const more = page.locator('.download-downloading .button-text').first();
                await more.waitFor();
                if ((await more.getAttribute('aria-expanded')) === 'false') await more.click();
                const limits = page.locator('.limits .button-text');
                if ((await limits.getAttribute('aria-expanded')) === 'false') await limits.click();
              }
              if (face.name === 'library') {
                const leaveOut = page.locator('.folder').first().getByRole('button').nth(1);
                if ((await leaveOut.getAttribute('aria-expanded')) === 'false') await leaveOut.click();
                await page.locator('.reach-run .button').click();
                await page.locator('.reach-steps').waitFor();
              }
              if (face.name === 'settings') {
                for (const more of await page.locator('.settings .button-text').all())
                  if ((await more.getAttribute('aria-expanded')) === 'false') await more.click();
              }
              await page.locator(face.ready).first().waitFor();
              if (face.name === 'results') await page.locator('.searching').waitFor({ state: 'detached' });
              const where = `${face.name}-${language}-${scheme}-${width}`;
              const found = await axe(page);
              if (found.length > 0) findings[where] = found;
              const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
              if (overflow > 0) findings[`${where} overflow`] = overflow;
              if (shots === undefined) continue;
              await page.evaluate(() => {
                scrollTo(0, 0);
              });
              await page.screenshot({ path: join(shots, `${where}.png`) });
            }
          }
        }
      }
      expect(findings).toEqual({});
      expect(complaints).toEqual([]);
    },
    EVERY_FACE_MS,
  );
});
