/**
 * In a language of marked letters, a third longer than English: what is still plain was never in a catalogue, and what does not
 * fit would not fit in German either.
 *
 * @jest-environment node
 * @jest-environment-options {"customExportConditions": ["source", "node", "node-addons"]}
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  buildConsole,
  buildPage,
  CHROMIUM,
  launchChrome,
  openPage,
  startDaemon,
  type Chrome,
} from './browser.ts';
import { startFakeConsole } from './fake-console.ts';

jest.setTimeout(180_000);

if (CHROMIUM === undefined) {
  console.warn(
    'SKIPPED: the page in another language, in a real browser; install chromium to run these tests.',
  );
}
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

const WIDTHS = [360, 800, 1440, 2560];

/** What is on the page and came from no catalogue, and what of it is cut off. */
function strayWords(page: Page): Promise<{ plain: string[]; cut: string[]; overflow: number }> {
  return page.evaluate(() => {
    /** What is told to be English, text of others, of the machine, of a language's own name, and of an audit as it was written down. */
    const FOREIGN =
      '[lang=en]:not(html), bdi, code, kbd, option[lang], .brand, noscript, script, style, .entry .facts, .entry > .muted, .entry strong';
    /** As Intl writes them in the language that this one pretends to be. */
    const WRITTEN =
      /localhost:\d+|banyan-invite:|mon-fri [\w:=/ -]+|\d[\d.,:\s\u202f\u00a0]*(?:bytes?|[kMGTP]?B(?:\/s)?|byte\/s|ms|sec|min|hrs?|days?|[KMG])\b|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d+|\b(?:and|or)\b|≈|×/g;
    const isolated = /\u2068[^\u2069]*\u2069/g;
    const strayIn = (text: string): boolean =>
      /[A-Za-z]{2}/.test(text.replaceAll(isolated, '').replaceAll(WRITTEN, ''));
    const plain = new Set<string>();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
      const text = node.textContent ?? '';
      if (node.parentElement?.closest(FOREIGN) === null && strayIn(text)) plain.add(text.trim());
    }
    for (const element of document.body.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
      if (element.closest(FOREIGN) !== null) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
        // The title of a name that was shortened is all of the name.
        if (name === 'title' && (element.matches('.tag-names') || element.querySelector('bdi') !== null))
          continue;
        const text = element.getAttribute(name) ?? '';
        if (strayIn(text)) plain.add(`${name}: ${text}`);
      }
    }
    const cut = [...document.body.querySelectorAll<HTMLElement>('*')]
      .filter((element) => {
        if (element.scrollWidth <= element.clientWidth + 1 || element.clientWidth <= 1) return false;
        if (getComputedStyle(element).overflowX === 'visible' || element.closest('.visually-hidden') !== null)
          return false;
        if (
          ['INPUT', 'TEXTAREA', 'SELECT'].includes(element.tagName) ||
          getComputedStyle(element).overflowX === 'auto'
        )
          return false;
        // Names of others may be shortened: they are there whole as a title.
        const own = element.cloneNode(true) as HTMLElement;
        for (const foreign of own.querySelectorAll('bdi, code')) foreign.remove();
        return own.textContent.includes('⟦');
      })
      .map((element) => `${element.className}: ${element.textContent.slice(0, 80)}`);
    return { plain: [...plain], cut, overflow: document.documentElement.scrollWidth - innerWidth };
  });
}

inBrowser('in a language that nobody speaks', () => {
  let chrome: Chrome;
  const built: Awaited<ReturnType<typeof buildPage>>[] = [];
  beforeAll(async () => {
    chrome = await launchChrome();
  });
  afterAll(async () => {
    await chrome.close();
    for (const one of built) await one.remove();
  });

  const look = async (page: Page, where: string, findings: Record<string, unknown>) => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const { plain, cut, overflow } = await strayWords(page);
      if (plain.length > 0) findings[`${where}: in no catalogue`] = plain;
      if (cut.length > 0) findings[`${where} ${width}: cut off`] = cut;
      if (overflow > 0) findings[`${where} ${width}: wider than the window by`] = overflow;
    }
  };

  it('the page has every word from its catalogue, and room for each, from a phone to a wall', async () => {
    const app = await buildPage(true);
    built.push(app);
    const findings: Record<string, unknown> = {};
    const daemon = await startDaemon(app.dir, { downloadMs: 600_000 });
    const { page, complaints } = await openPage(chrome, daemon);
    await page.goto(`${daemon.url}/#login=spent`);
    await page.locator('.panel, [role=alert]').first().waitFor();
    await look(page, 'sign in', findings);
    await page.goto(daemon.loginUrl());
    await page.locator('.status-part').first().waitFor();
    daemon.world.showEveryState();
    daemon.world.save('banyan');
    daemon.world.startDownload(
      `${'ab'.repeat(32)}-${64 * 1024 * 1024}`,
      'Banyan Field Recordings, Volume 1.flac',
    );
    const faces: readonly (readonly [string, string])[] = [
      ['#/', '.status-part'],
      ['#/search/banyan', '.result'],
      ['#/search/banyan%20size%3Ahuge', '.result'],
      ['#/search/unheard', '.panel'],
      ['#/search/no%20supernode', '.panel'],
      ['#/transfers', '.sources'],
      ['#/library', '.files .line-row'],
      ['#/settings', '.volunteer'],
    ];
    for (const [hash, ready] of faces) {
      await page.setViewportSize({ width: 1440, height: 800 });
      await page.goto(`${daemon.url}/${hash}`);
      if (hash === '#/transfers') await page.locator('.download-downloading .button-text').first().click();
      if (hash === '#/library') {
        await page.locator('.reach-run .button').click();
        await page.locator('.reach-steps').waitFor();
      }
      await page.locator(ready).first().waitFor();
      await page.locator('.searching').waitFor({ state: 'detached' });
      const more = page.locator('main .button-text[aria-expanded=false]:enabled');
      for (let left = await more.count(); left > 0; left--) await more.first().click();
      await look(page, hash, findings);
      for (const opener of await page.locator('.result-more, .search-help, .key-help').all()) {
        if (!(await opener.isVisible())) continue;
        await opener.click();
        await look(page, `${hash} ${(await opener.getAttribute('class')) ?? ''}`, findings);
        await page.keyboard.press('Escape');
        break;
      }
    }
    await daemon.stop();
    await page.locator('.banner').waitFor();
    await look(page, 'daemon away', findings);
    await page.close();
    await chrome.context.clearCookies();

    const newcomer = await startDaemon(app.dir, { isUnjoined: true });
    const first = await openPage(chrome, newcomer);
    await first.page.goto(newcomer.loginUrl());
    await first.page.locator('main form').waitFor();
    await look(first.page, 'first run', findings);
    await first.page.close();
    await newcomer.stop();
    await chrome.context.clearCookies();
    expect(findings).toEqual({});
    expect(complaints).toEqual([]);
  });

  it('the console too', async () => {
    const app = await buildConsole(true);
    built.push(app);
    const findings: Record<string, unknown> = {};
    const names = Array.from({ length: 24 }, (_, i) => `榕樹 ${i}`);
    const service = await startFakeConsole({ appDir: app.dir, supernodes: names.length, names });
    const { page, complaints } = await openPage(chrome, service);
    await page.goto(`${service.url}/console/#login=good`);
    await page.locator('.ring').waitFor();
    for (const [hash, ready] of [
      ['#/', '.ring'],
      ['#/supernodes', 'table'],
      ['#/candidates', 'table'],
      [`#/host/${'c1'.padEnd(43, '-')}`, 'table'],
      ['#/policy', '.history'],
      ['#/bans', 'table'],
      ['#/accounts', 'table'],
      ['#/audit', '.entry'],
    ] as const) {
      await page.goto(`${service.url}/console/${hash}`);
      await page.locator(ready).first().waitFor();
      await look(page, hash, findings);
    }
    await page.close();
    await service.stop();
    await chrome.context.clearCookies();
    expect(findings).toEqual({});
    expect(complaints).toEqual([]);
  });
});
