/**
 * @jest-environment node
 * @jest-environment-options {"customExportConditions": ["source", "node", "node-addons"]}
 */
import { describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { axe, CHROMIUM, signedInPage } from './browser.ts';
import type { FakeDaemon } from './fake-daemon.ts';

jest.setTimeout(90_000);

/** BANYAN_SHOTS=DIR also leaves pictures of the states there. */
const shots = process.env['BANYAN_SHOTS'];

if (CHROMIUM === undefined) {
  console.warn('SKIPPED: searching in a real browser; install chromium to run these tests.');
}
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

inBrowser('searching in a browser', () => {
  let daemon: FakeDaemon;
  let page: Page;
  signedInPage({ searchMs: 100 }, (opened) => ({ page, daemon } = opened));

  const box = () => page.getByRole('combobox', { name: 'Search everybody’s shared files' });
  // The choice of the language has options as well.
  const list = () => page.getByRole('listbox', { name: 'Suggestions' });
  const option = (name: RegExp) => list().getByRole('option', { name });
  const search = async (words: string) => {
    await box().fill(words);
    await box().press('Enter');
  };
  const focusedLabel = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));

  it('suggests while one types, leaves what is typed, and takes what is chosen with the keyboard', async () => {
    await box().pressSequentially('ban');
    await option(/^banyan type:audio recent/).waitFor();
    await option(/^banyan songs your library/).waitFor();
    await option(/^banyan tree network/).waitFor();
    expect(await list().getByRole('option', { selected: true }).count()).toBe(0);
    await box().press('ArrowDown');
    await box().press('ArrowDown');
    await expect(box().inputValue()).resolves.toBe('ban');
    await expect(list().getByRole('option', { selected: true }).textContent()).resolves.toContain(
      'banana bread',
    );
    // The page shows it gone before the daemon has heard of it.
    const forgotten = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await box().press('Delete');
    await option(/banana bread/).waitFor({ state: 'detached' });
    await forgotten;
    expect(daemon.world.history).toEqual(['banyan type:audio']);
    await box().press('Escape');
    expect(await list().count()).toBe(0);
    await expect(box().inputValue()).resolves.toBe('ban');
    await box().press('Alt+ArrowDown');
    await option(/banyan tree/).waitFor();
    await box().press('ArrowUp');
    await box().press('ArrowUp');
    await box().press('Enter');
    await expect(box().inputValue()).resolves.toBe('banyan grows');
    await page.waitForURL(/#\/search\/banyan%20grows$/);
    expect(await list().count()).toBe(0);
  });

  it('closes the suggestions when one goes elsewhere, and takes one that is pressed', async () => {
    await box().pressSequentially('bank');
    await option(/bank holiday pictures/).waitFor();
    await page.getByRole('contentinfo').click();
    await option(/bank holiday pictures/).waitFor({ state: 'detached' });
    await box().press('End');
    await box().pressSequentially(' ');
    await option(/bank holiday pictures/).click();
    await page.waitForURL(/bank%20holiday%20pictures$/);
  });

  it('narrows a search by its facets and widens it again by its chips', async () => {
    await search('banyan -notes');
    await page.getByText(/6 files · Asked/).waitFor();
    const audio = page.getByRole('group', { name: 'Type' }).getByRole('button', { name: /^Audio/ });
    await expect(audio.textContent()).resolves.toBe('Audio1');
    await expect(audio.getAttribute('aria-pressed')).resolves.toBe('false');
    await audio.click();
    await page.waitForURL(/search\/banyan%20-notes%20type%3Aaudio$/);
    await page.getByText(/1 file · Asked/).waitFor();
    await expect(audio.getAttribute('aria-pressed')).resolves.toBe('true');
    await page
      .getByRole('group', { name: 'Size' })
      .getByRole('button', { name: /^10\s?MB – 100\s?MB/ })
      .waitFor();
    const chips = page.getByRole('list', { name: 'Conditions of the search' });
    await expect(chips.getByRole('listitem').allTextContents()).resolves.toEqual([
      'without notes',
      'type:audio',
    ]);
    await audio.click();
    await page.getByText(/6 files · Asked/).waitFor();
    await chips.getByRole('button', { name: /^Remove .*notes/ }).click();
    await page.getByText(/7 files · Asked/).waitFor();
    expect(await chips.count()).toBe(0);
    await expect(box().inputValue()).resolves.toBe('banyan');
    await page.goBack();
    await expect(box().inputValue()).resolves.toBe('banyan -notes');
  });

  it('points at the part of the query that it cannot read', async () => {
    await search('banyan size:huge');
    const notes = page.getByRole('list', { name: 'Parts of the search that were not understood' });
    await expect(notes.locator('mark').allTextContents()).resolves.toEqual(['size:huge']);
    await expect(notes.textContent()).resolves.toContain('banyan size:huge');
    await search('banyan');
    await notes.waitFor({ state: 'detached' });
  });

  it('says what it searched for instead, and searches as typed when told to, also after a reload', async () => {
    await search('bannyan tree');
    await page.getByText('Searched for banyan tree instead.').waitFor();
    await expect(page.locator('.correction mark').allTextContents()).resolves.toEqual(['banyan']);
    await page.getByText(/7 files · Asked/).waitFor();
    await page.getByRole('link', { name: /as typed/ }).click();
    await page.getByRole('heading', { name: /Nothing found for/ }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: /Nothing found for/ }).waitFor();
    await expect(box().inputValue()).resolves.toBe('bannyan tree');
    await page.goBack();
    await page.getByText('Searched for banyan tree instead.').waitFor();
  });

  it('asks for more at the end of the list and goes on at the first new row', async () => {
    await search('many');
    await page.getByText(/50 of about 200 files/).waitFor();
    const more = page.getByRole('button', { name: 'Show more' });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.getByText(/100 of about 200 files/).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent.includes('part 51.') === true);
    await more.scrollIntoViewIfNeeded();
    await more.click();
    await page.getByText(/150 of about 200 files/).waitFor();
    await more.click();
    await page.getByText(/200 files/).waitFor();
    await more.waitFor({ state: 'detached' });
  });

  it('keeps the rows still once somebody points at them, and lets in what waits when told to', async () => {
    await search('trickle banyan');
    const rows = page.getByRole('article');
    await page.getByRole('article').nth(2).waitFor();
    const held = page.waitForResponse(/\/hold$/);
    await rows.first().hover();
    await held;
    await page.mouse.move(300, 320);
    await page.mouse.move(310, 330);
    daemon.world.letRestCome();
    const show = page.getByRole('button', { name: '4 more — show' });
    await show.waitFor();
    expect(await rows.count()).toBe(3);
    expect(daemon.calls.filter((call) => call.endsWith('/hold'))).toHaveLength(1);
    await show.click();
    await rows.nth(6).waitFor();
    await show.waitFor({ state: 'detached' });
    await search('banyan');
    await page.getByText(/7 files · Asked/).waitFor();
    expect([...daemon.world.searches.values()].at(-1)?.view.held).toBe(false);
  });

  it.each<[string, () => Promise<void>]>([
    ['scrolled', () => page.mouse.wheel(0, 200)],
    ['focused', () => page.keyboard.press('ArrowDown')],
  ])('keeps the rows still once they are %s', async (_how, look) => {
    await page.setViewportSize({ width: 800, height: 380 });
    await search('trickle banyan');
    await page.getByRole('article').nth(2).waitFor();
    const held = page.waitForResponse(/\/hold$/);
    await look();
    await held;
    daemon.world.letRestCome();
    await page.getByRole('button', { name: '4 more — show' }).waitFor();
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it('tells what the place of a hit is made of, whatever parts there are', async () => {
    await search('banyan');
    await page.getByText(/7 files · Asked/).waitFor();
    await page.getByRole('button', { name: /^Details of .*Field/ }).click();
    await page.getByRole('button', { name: 'Why here?' }).click();
    const dialog = page.getByRole('dialog', { name: /Why is .*Field Recordings.* here/ });
    await dialog.getByRole('row', { name: /Words.* 6\.21/ }).waitFor();
    await dialog.getByRole('row', { name: /moonlight -0\.25/ }).waitFor();
    await dialog.getByRole('row', { name: /In all 8\.34/ }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect(page.evaluate(() => document.activeElement?.textContent)).resolves.toBe('Why here?');
  });

  it('explains its language beside the box, in the language of the reader', async () => {
    await page.getByRole('button', { name: 'What can I search for?' }).click();
    const dialog = page.getByRole('dialog', { name: 'What the search box understands' });
    await dialog.getByText('of one of these types').waitFor();
    expect(await dialog.getByRole('link').count()).toBe(0);
    await page.keyboard.press('/');
    await expect(focusedLabel()).resolves.toBe('Close');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect(focusedLabel()).resolves.toBe('What can I search for?');
    await page.locator('.language select').selectOption('zh-Hant');
    await page.getByRole('button', { name: '可以怎麼搜尋？' }).click();
    await page.getByText('屬於其中一種類型').waitFor();
    await page.locator('dialog .icon-button').click();
    await page.locator('.language select').selectOption('en');
  });

  it('leaves axe nothing to find in any of its states, wide and narrow, light and dark', async () => {
    const input = page.locator('#search-input');
    const results = (query: string) => async () => {
      await page.goto(`${daemon.url}/#/search/${encodeURIComponent(query)}`);
      await page.locator('.result').first().waitFor();
      await page.locator('.searching').waitFor({ state: 'detached' });
    };
    const states: Record<string, () => Promise<void>> = {
      suggestions: async () => {
        await page.goto(`${daemon.url}/#/`);
        await input.fill('');
        await input.pressSequentially('ban');
        await page.locator('.suggestion').nth(3).waitFor();
        await input.press('ArrowDown');
      },
      narrowed: results('banyan -live type:audio size:>5mb artist:"Lin Mei" moon OR night'),
      notes: results('banyan size:huge'),
      corrected: results('bannyan tree'),
      more: async () => {
        await results('many')();
        await page.locator('.show-more').scrollIntoViewIfNeeded();
      },
      waiting: async () => {
        await page.goto(`${daemon.url}/#/search/trickle%20banyan`);
        await page.locator('.result').nth(2).waitFor();
        await page.locator('.result').first().hover();
        daemon.world.letRestCome();
        await page.locator('.waiting').waitFor();
      },
      why: async () => {
        await results('banyan')();
        await page.locator('.result-more').first().click();
        await page.getByRole('button', { name: /Why here|為什麼/ }).click();
        await page.locator('dialog').waitFor();
      },
      help: async () => {
        await results('banyan')();
        await page.locator('.search-help').click();
        await page.locator('dialog').waitFor();
      },
    };
    const looks = [
      ['en', 'light', 1280],
      ['zh-Hant', 'dark', 380],
      ['en', 'dark', 1280],
      ['en', 'light', 380],
      ['zh-Hant', 'light', 1280],
    ] as const;
    const findings: Record<string, unknown> = {};
    for (const [language, colorScheme, width] of shots === undefined ? looks.slice(0, 2) : looks) {
      await page.locator('.language select').selectOption(language);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: width < 500 ? 780 : 860 });
      for (const [name, enter] of Object.entries(states)) {
        daemon.world.holdRestBack();
        await enter();
        const where = `search-${name}-${language}-${colorScheme}-${width}`;
        const found = await axe(page);
        if (found.length > 0) findings[where] = found;
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) findings[`${where} overflow`] = overflow;
        if (shots !== undefined) await page.screenshot({ path: join(shots, `${where}.png`) });
        await page.keyboard.press('Escape');
      }
    }
    expect(findings).toEqual({});
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('.language select').selectOption('en');
  });
});

inBrowser('somebody who is banned', () => {
  let page: Page;
  signedInPage(
    {
      ban: 'This account has been banned until 2026-12-04T13:25:00.000Z: just a test. Ask an operator of your network.',
    },
    (opened) => ({ page } = opened),
  );

  it('is told so first and alone, until when in local time, and why', async () => {
    for (const hash of ['#/', '#/transfers']) {
      await page.goto(`${new URL(page.url()).origin}/${hash}`);
      const said = page.getByText(/^This account has been banned until/).first();
      await said.waitFor();
      const when = await page.evaluate(() =>
        new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(Date.UTC(2026, 11, 4, 13, 25)),
      );
      expect(await said.textContent()).toMatch(
        new RegExp(`^This account has been banned until ${when}, [0-9:]+: just a test\\. Ask an operator`),
      );
      expect(await page.getByText(/supernode/i).count()).toBe(0);
      expect(await page.getByText(/does not answer/).count()).toBe(0);
      expect(await axe(page)).toEqual([]);
    }
  });
});
