/**
 * @jest-environment node
 * @jest-environment-options {"customExportConditions": ["source", "node", "node-addons"]}
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { axe, buildPage, CHROMIUM, launchChrome, openPage, startDaemon, type Chrome } from './browser.ts';
import type { FakeDaemon } from './fake-daemon.ts';

jest.setTimeout(90_000);

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
    const bytes = scripts.reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(app.dir, 'assets', name))).length,
      0,
    );
    expect(bytes).toBeLessThan(MAX_SCRIPT_GZIP);
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

  it('goes from the login link through search and click to the finished file, naming who gave what', async () => {
    await signedIn({ downloadMs: 2500 });
    // The code is gone from the address and from history.
    expect(page.url()).not.toContain('login');
    await page.getByText('others can reach you').waitFor();

    await search('banyan');
    const row = page.getByRole('listitem').filter({ hasText: 'Banyan Field Recordings' });
    await row.getByText('3 sources, 3 reachable').waitFor();
    await page.getByText(/7 files · Asked 2 of 2 supernodes · in 0\.\d s/).waitFor();
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
    await expect(page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).resolves.toMatch(
      /^Download .*Field/,
    );
    await page.keyboard.press('ArrowDown');
    await expect(page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).resolves.toMatch(
      /^Download .*榕樹/,
    );
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
      ['no supernode', 'No supernode is reachable just now'],
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
    await expect(page.locator('.files > li').first().getAttribute('aria-setsize')).resolves.toBe('20000');
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

  it('takes the offer of this device back, and makes it again', async () => {
    await signedIn();
    await page.goto(`${daemon.url}/#/library`);
    const offer = page.getByRole('switch', { name: 'Offer this device' });
    await page.getByText('it does not meet every criterion').waitFor();
    await page.getByRole('button', { name: 'How it is judged' }).click();
    await page.getByText('Others can reach it: yes · measured by its supernode').waitFor();
    await offer.click();
    await page.getByText('you can end it at any time').waitFor();
    expect(daemon.world.volunteer.offered).toBe(false);
    await offer.click();
    await page.getByText('it does not meet every criterion').waitFor();
    expect(daemon.world.volunteer.offered).toBe(true);
  });

  it('pauses, goes on, and asks before it throws away what has arrived', async () => {
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
    await download.getByRole('button', { name: 'Keep it' }).click();
    await download.getByRole('button', { name: /^Cancel: / }).click();
    await download.getByRole('button', { name: 'Cancel the download' }).click();
    await page.getByText('No downloads yet').waitFor();
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

  it('leaves axe nothing to find on any face, in both themes and languages', async () => {
    await signedIn({ downloadMs: 60_000 });
    daemon.world.showEveryState();
    daemon.world.startDownload(
      `${'ab'.repeat(32)}-${64 * 1024 * 1024}`,
      'Banyan Field Recordings, Volume 1.flac',
    );
    const faces = [
      { name: 'home', hash: '#/', ready: '.status-part' },
      { name: 'results', hash: '#/search/banyan', ready: '.coverage' },
      { name: 'none', hash: '#/search/unheard', ready: '.panel' },
      { name: 'failed', hash: '#/search/no%20supernode', ready: '.panel' },
      { name: 'transfers', hash: '#/transfers', ready: '.sources' },
      { name: 'library', hash: '#/library', ready: '.files .line-row' },
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
              const criteria = page.locator('.volunteer .button-text');
              if ((await criteria.getAttribute('aria-expanded')) === 'false') await criteria.click();
            }
            await page.locator(face.ready).first().waitFor();
            if (face.name === 'results') await page.locator('.searching').waitFor({ state: 'detached' });
            const where = `${face.name}-${language}-${scheme}-${width}`;
            const found = await axe(page);
            if (found.length > 0) findings[where] = found;
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            if (overflow > 0) findings[`${where} overflow`] = overflow;
            if (shots !== undefined) await page.screenshot({ path: join(shots, `${where}.png`) });
          }
        }
      }
    }
    expect(findings).toEqual({});
    expect(complaints).toEqual([]);
  });
});
