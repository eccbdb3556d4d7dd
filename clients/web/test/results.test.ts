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

/** BANYAN_SHOTS=DIR also leaves pictures there. */
const shots = process.env['BANYAN_SHOTS'];

if (CHROMIUM === undefined) {
  console.warn('SKIPPED: results in a real browser; install chromium to run these tests.');
}
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

inBrowser('what was found, in a browser', () => {
  let daemon: FakeDaemon;
  let page: Page;
  signedInPage({ searchMs: 100, downloadMs: 60_000 }, (opened) => ({ page, daemon } = opened));

  const box = () => page.getByRole('combobox', { name: 'Search everybody’s shared files' });
  const search = async (words: string) => {
    await box().fill(words);
    await box().press('Enter');
  };
  const found = async (words: string) => {
    await search(words);
    await page.getByText(/files? · Asked/).waitFor();
  };
  const shot = async (name: string) => {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
  };

  it('keeps several searches beside each other, each with its rows as they were', async () => {
    await found('banyan');
    await page.getByRole('button', { name: 'Another search' }).click();
    await page.getByText('Connected to Oak').waitFor();
    await search('many');
    await page.getByText(/50 of about 200 files/).waitFor();
    const tabs = page.getByRole('navigation', { name: 'Open searches' });
    expect(await tabs.getByRole('link').allTextContents()).toEqual(['banyan', 'many']);
    const begun = daemon.calls.filter((call) => call === 'POST /searches').length;
    await tabs.getByRole('link', { name: 'banyan' }).click();
    await page.getByText(/7 files · Asked/).waitFor();
    expect(await tabs.locator('[aria-current="page"]').textContent()).toBe('banyan');
    expect(daemon.calls.filter((call) => call === 'POST /searches')).toHaveLength(begun);
    // From elsewhere, and from home, the navigation leads back to what was found last; the logo leads home.
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('heading', { level: 1, name: 'Library' }).waitFor();
    await pages.getByRole('link', { name: 'Search' }).click();
    await page.getByText(/7 files · Asked/).waitFor();
    await page.getByRole('link', { name: 'Banyan', exact: true }).click();
    await page.getByText('Connected to Oak').waitFor();
    await pages.getByRole('link', { name: 'Search' }).click();
    await page.getByText(/7 files · Asked/).waitFor();
    expect(daemon.calls.filter((call) => call === 'POST /searches')).toHaveLength(begun);
    await tabs.getByRole('button', { name: /^Close .*banyan/ }).click();
    await page.getByText(/50 of about 200 files/).waitFor();
    await page.reload();
    await page.getByText(/50 of about 200 files/).waitFor();
    expect(await tabs.getByRole('link').allTextContents()).toEqual(['many']);
  });

  it('selects with the space bar and the box of a row, and downloads all of it in one call', async () => {
    await found('banyan');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.getByText('1 file selected, 67.1 MB').waitFor();
    await page.getByRole('checkbox', { name: /^Select .*grows/ }).check();
    await page.getByText('2 files selected, 801 MB').waitFor();
    expect(await page.locator('[role="row"][aria-selected="true"]').count()).toBe(2);
    expect(await axe(page)).toEqual([]);
    await shot('selected');
    await page
      .getByRole('group', { name: 'Selected files' })
      .getByRole('button', { name: 'Download' })
      .click();
    await page.getByText('2 downloads added').waitFor();
    expect(daemon.world.batches[0]?.map(({ name }) => name)).toEqual([
      'Banyan Field Recordings, Volume 1.flac',
      'How a banyan grows.mp4',
    ]);
  });

  it('shows who has a file and all that is known of it, and downloads its whole folder', async () => {
    await found('banyan');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const details = page.locator('.hit-details');
    await details.getByText('banyan_vol1.flac').waitFor();
    await details.getByText('maple').waitFor();
    await details.getByText(/has a part · 127\.0\.0\.1:41002/).waitFor();
    await details.getByText(/^[0-9a-f]{64}$/).waitFor();
    expect(await axe(page)).toEqual([]);
    await shot('details');
    await details.getByRole('button', { name: 'Download the folder …' }).click();
    const dialog = page.getByRole('dialog', { name: /The folder .*Field Recordings/ });
    await dialog.getByText('track 2.ogg').waitFor();
    expect(await dialog.getByText('no.ogg').count()).toBe(0);
    expect(await axe(page)).toEqual([]);
    await shot('folder');
    await dialog.getByRole('button', { name: /^Download 2 files/ }).click();
    await page.getByText('2 downloads added').waitFor();
    expect(daemon.world.batches[0]).toMatchObject([
      { name: 'track 2.ogg', subfolder: 'Field Recordings/CD1' },
      { name: 'track 10.ogg', subfolder: 'Field Recordings/CD1' },
    ]);
  });

  it('says how fast a file can be expected to come, in a row and for each host, and nothing where nobody knows', async () => {
    await found('banyan');
    const sources = (name: RegExp) => page.locator('.result', { hasText: name }).locator('.result-sources');
    const speed = (name: RegExp) => sources(name).locator('.result-speed');
    expect(await speed(/Field Recordings/).innerText()).toMatch(/≈ 12\.3 MB\/s/);
    // Signs are for eyes: whoever listens hears words.
    expect(await sources(/Field Recordings/).ariaSnapshot()).toContain('about 12.3 MB/s expected');
    expect(await sources(/Field Recordings/).ariaSnapshot()).not.toContain('≈');
    expect(await speed(/榕樹下的故事/).innerText()).toContain('all busy');
    expect(await speed(/README/).count()).toBe(0);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const hosts = page.locator('.hit-details .hosts li');
    await hosts.first().waitFor();
    const [maple, birch, cedar] = await hosts.allInnerTexts();
    expect(maple).toMatch(/has it whole · 127\.0\.0\.1:41001 · 3 free slots · ≈ 12\.3 MB\/s/);
    expect(birch).toMatch(/127\.0\.0\.1:41002$/);
    expect(cedar).toMatch(/127\.0\.0\.1:41003 · no free slot · 2 waiting$/);
    expect(await axe(page)).toEqual([]);
    await shot('speeds');
    for (const width of [700, 360, 320]) {
      await page.setViewportSize({ width, height: 780 });
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(await overflow()).toBeLessThanOrEqual(0);
      await shot(`speeds-${width}`);
    }
    await page.emulateMedia({ colorScheme: 'dark' });
    await shot('speeds-dark-320');
  });

  it('says by which name a file was found when most have it under another', async () => {
    await found('vol1');
    const row = page.locator('.result', { hasText: 'Field Recordings' });
    const meta = row.locator('.result-meta');
    await meta.getByText('also called').waitFor();
    expect(await meta.locator('mark').allTextContents()).toEqual(['vol1']);
    expect(await meta.getByText(/other name/).count()).toBe(0);
    await found('banyan');
    await meta.getByText('1 other name').waitFor();
    expect(await meta.getByText('also called').count()).toBe(0);
    await shot('other-names');
  });

  it('keeps the focus in the row whose download the keyboard began', async () => {
    await found('banyan');
    await page.keyboard.press('ArrowDown');
    const row = page.locator('.result', { hasText: 'Field Recordings' });
    await row.getByRole('button', { name: /^Download/ }).focus();
    await page.keyboard.press('Enter');
    await row.getByText('%').waitFor();
    expect(
      await page.evaluate(() => [
        document.activeElement?.getAttribute('role'),
        document.activeElement?.closest('[data-index]')?.getAttribute('data-index'),
      ]),
    ).toEqual(['gridcell', '0']);
    await page.keyboard.press('ArrowDown');
    expect(
      await page.evaluate(() => document.activeElement?.closest('[data-index]')?.getAttribute('data-index')),
    ).toBe('1');
  });

  it('leaves out what is here already, when told to', async () => {
    await found('banyan');
    await page.getByRole('button', { name: 'Not here yet' }).click();
    await page.getByText('banyan-tree-at-dawn').waitFor({ state: 'detached' });
    await page.locator('[role=grid][aria-rowcount="5"]').waitFor();
  });

  it('goes deeper when somebody did not answer, and offers less when nothing is found', async () => {
    await search('unheard elm away');
    await page.getByText(/Asked 1 of 2 search servers · 1 timed out/).waitFor();
    await page.getByRole('button', { name: /without .*away/ }).waitFor();
    expect(await axe(page)).toEqual([]);
    await shot('nothing');
    await page.getByRole('button', { name: 'Search deeper' }).first().click();
    await page.getByText(/Asked 2 of 2 search servers/).waitFor();
    await page.getByRole('button', { name: /without .*away/ }).click();
    await page.waitForURL(/unheard%20elm$/);
  });

  it('saves a search, tells of what it finds, in the page and through the browser, and forgets it', async () => {
    await page.evaluate(() => {
      const told: string[] = [];
      Object.assign(globalThis, {
        told,
        Notification: Object.assign(
          function (title: string, { body }: { body: string }) {
            told.push(`${title}: ${body}`);
          },
          { permission: 'granted' },
        ),
      });
      Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
    });
    await found('banyan');
    await page.getByRole('button', { name: 'Save this search' }).click();
    await page.getByText('Saved. Banyan looks by itself').waitFor();
    const [saved] = daemon.world.saved;
    daemon.world.foundNew(saved!.id, ['Banyan at night.ogg']);
    await page.getByText(/1 new file for .*banyan/).waitFor();
    await page.getByText('1 new file of saved searches').waitFor({ state: 'attached' });
    await expect(page.evaluate(() => (globalThis as unknown as { told: string[] }).told)).resolves.toEqual([
      expect.stringMatching(/1 new file for .*banyan.*: .*Banyan at night\.ogg/),
    ]);
    await page.getByRole('link', { name: 'Banyan', exact: true }).click();
    const list = page.getByRole('region', { name: 'Saved searches' });
    await list.getByText('Banyan at night.ogg').waitFor();
    expect(await axe(page)).toEqual([]);
    await shot('home-saved');
    await list.getByRole('link', { name: /banyan/ }).click();
    await page.getByText(/7 files · Asked/).waitFor();
    await page.getByText('1 new file of saved searches').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Saved: stop watching' }).click();
    await page.getByRole('button', { name: 'Save this search' }).waitFor();
    expect(daemon.world.saved).toEqual([]);
  });

  it('forgets recent searches, one or all of them', async () => {
    const list = page.getByRole('region', { name: 'Recent searches' });
    await list.getByRole('button', { name: /^Remove .*banana bread/ }).click();
    await list.getByText('banana bread').waitFor({ state: 'detached' });
    await list.getByRole('button', { name: 'Forget all' }).click();
    await list.waitFor({ state: 'detached' });
    expect(daemon.world.history).toEqual([]);
  });

  it('explains its keys, and does without letters when they are turned off', async () => {
    await box().press('Escape');
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await dialog.getByText('details of the row').waitFor();
    expect(await axe(page)).toEqual([]);
    await shot('keys');
    await dialog.getByRole('checkbox', { name: 'Letters and signs are shortcuts' }).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    expect(await dialog.count()).toBe(0);
    await found('banyan');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('d');
    await page.keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Field Recordings');
    expect(daemon.world.downloads).toEqual([]);
    await page.evaluate(() => {
      localStorage.clear();
    });
  });

  it('draws where in a file what lies, says it in words, and blocks a source', async () => {
    daemon.world.startDownload(`${'ab'.repeat(32)}-${64 * 1024 * 1024}`, 'Banyan.flac');
    await page.goto(`${daemon.url}/#/transfers`);
    await page.getByRole('button', { name: '3 sources' }).click();
    const map = page.getByRole('img', {
      name: /^Map of .*Banyan\.flac.*: \d+ of 64 pieces verified; .*held by nobody/,
    });
    await map.waitFor();
    const colours = await map.evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
    expect(colours).toBeGreaterThan(4);
    expect(await axe(page)).toEqual([]);
    await shot('map');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await shot('map-dark-360');
    await page.getByRole('button', { name: /^Block: .*maple/ }).click();
    await page.waitForFunction(() => true);
    for (; daemon.world.sourceActs.length === 0;) await page.waitForTimeout(20);
    expect(daemon.world.sourceActs).toEqual([{ source: 'dev-maple', action: 'block' }]);
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('draws the lane of a source in the colour that the source has in the table', async () => {
    const one = daemon.world.startDownload(`${'ef'.repeat(32)}-${64 * 1024 * 1024}`, 'Lanes.flac');
    daemon.world.downloads[0] = {
      ...one,
      state: 'paused',
      // The map has what was dropped last.
      sources: one.sources.map((source, i) => ({
        ...source,
        chunks: 20,
        state: i === 0 ? 'dropped' : 'idle',
      })),
    };
    await page.goto(`${daemon.url}/#/transfers`);
    const row = page.getByRole('article', { name: 'Lanes.flac' });
    await row.getByRole('button', { name: '3 sources' }).click();
    const map = row.getByRole('img', { name: /^Map of .*Lanes\.flac/ });
    await map.waitFor();
    const colours = () =>
      map.evaluate((canvas: HTMLCanvasElement) => {
        const lanes = [...canvas.nextElementSibling!.children].slice(1) as HTMLElement[];
        const swatches = [...canvas.closest('.map')!.parentElement!.querySelectorAll('tbody tr')].map(
          (tr): [string, string] => [
            tr.querySelector('th')!.textContent,
            getComputedStyle(tr.querySelector('.swatch')!).backgroundColor,
          ],
        );
        const context = canvas.getContext('2d')!;
        const top = canvas.getBoundingClientRect().top;
        return lanes.map((lane) => {
          const { top: y, height } = lane.getBoundingClientRect();
          const [r, g, b] = context.getImageData(
            4 * devicePixelRatio,
            Math.round((y + height / 2 - top) * devicePixelRatio),
            1,
            1,
          ).data;
          return {
            name: lane.textContent,
            drawn: `rgb(${r}, ${g}, ${b})`,
            swatch: swatches.find(([name]) => name.startsWith(lane.textContent))?.[1],
          };
        });
      });
    let lanes = await colours();
    for (; new Set(lanes.map(({ drawn }) => drawn)).size < 3; lanes = await colours())
      await page.waitForTimeout(20);
    expect(lanes.map(({ name }) => name)).toEqual(['birch', 'cedar', 'maple']);
    for (const { drawn, swatch } of lanes) expect(drawn).toBe(swatch);
  });

  it('does one thing to the downloads that are selected', async () => {
    for (const name of ['one.iso', 'two.iso'])
      daemon.world.startDownload(
        `${name.length.toString(16).repeat(64).slice(0, 60)}${name.startsWith('one') ? '0000' : '1111'}-9000000`,
        name,
      );
    await page.goto(`${daemon.url}/#/transfers`);
    for (const name of ['one.iso', 'two.iso'])
      await page.getByRole('checkbox', { name: new RegExp(name) }).check();
    const bar = page.getByRole('group', { name: 'Selected downloads' });
    await bar.getByText('2 downloads selected').waitFor();
    await shot('bulk');
    await bar.getByRole('button', { name: 'Cancel' }).click();
    await page
      .getByText(/is cancelled in/)
      .nth(1)
      .waitFor();
    expect(await axe(page)).toEqual([]);
  });

  it('shows text as text, whatever is in it', async () => {
    daemon.world.startDownload(`${'cd'.repeat(32)}-4000`, 'notes.txt');
    await page.goto(`${daemon.url}/#/transfers`);
    await page.getByRole('button', { name: /^Look at it: .*notes/ }).click();
    const text = page.getByRole('region', { name: 'Text of the file' });
    await text.getByText('One banyan.').waitFor();
    await expect(text.textContent()).resolves.toBe('One banyan.\n\ufffdTwo \ufffdbanyans.\n');
    await page.getByText('This is the beginning').waitFor();
    expect(await axe(page)).toEqual([]);
    await shot('text');
  });
});
