/**
 * Very much on the page: it draws what is in sight, and keeps nothing of what has gone.
 *
 * @jest-environment node
 * @jest-environment-options {"customExportConditions": ["source", "node", "node-addons"]}
 */
import { describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { axe, CHROMIUM, signedInPage } from './browser.ts';
import type { FakeDaemon } from './fake-daemon.ts';

jest.setTimeout(180_000);

if (CHROMIUM === undefined) {
  console.warn('SKIPPED: very much on the page, in a real browser; install chromium to run these tests.');
}
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

const ROWS = 100_000;
const MAX_ELEMENTS = 1_500;
const TIB = 1024 ** 4;

const elements = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length);

inBrowser('a library of 100,000 files', () => {
  let daemon: FakeDaemon;
  let page: Page;
  signedInPage({ sharedFiles: ROWS }, (opened) => ({ page, daemon } = opened));

  it('shows the right rows wherever one scrolls to, and never many', async () => {
    await page.goto(`${daemon.url}/#/library`);
    await page.locator(`.files[aria-rowcount="${ROWS}"]`).waitFor();
    for (const place of [0.25, 0.9, 0.5, 1, 0.1]) {
      await page.evaluate((share) => {
        scrollTo(0, document.documentElement.scrollHeight * share);
      }, place);
      // The row that the Tab key comes to stays in the document, and may be far from the window that is here.
      await page.waitForFunction(() => {
        const seen = [...document.querySelectorAll('.files > [role=row]')].filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return bottom > 0 && top < innerHeight;
        });
        return seen.length > 0 && seen.every((row) => row.querySelector('article') !== null);
      });
      const rows = await page.evaluate(() =>
        [...document.querySelectorAll('.files > [role=row]')]
          .filter((row) => {
            const { top, bottom } = row.getBoundingClientRect();
            return bottom > 0 && top < innerHeight;
          })
          .map((row) => ({
            index: Number(row.getAttribute('aria-rowindex')),
            name: row.querySelector('h3')?.textContent ?? '',
          })),
      );
      for (const { index, name } of rows) expect(name).toContain(daemon.world.files[index - 1]!.name);
      const middle = rows.length === 0 ? 0.5 : rows[Math.floor(rows.length / 2)]!.index / ROWS;
      expect(Math.abs(middle - place)).toBeLessThan(0.01);
      expect(await elements(page)).toBeLessThanOrEqual(MAX_ELEMENTS);
    }
  });

  it('stays within its elements through a long scroll, and is at its last row with one key', async () => {
    await page.goto(`${daemon.url}/#/library`);
    await page.locator(`.files[aria-rowcount="${ROWS}"]`).waitFor();
    const most = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let found = 0;
          let frames = 0;
          const tick = () => {
            found = Math.max(found, document.querySelectorAll('*').length);
            if (++frames > 120) resolve(found);
            else {
              scrollBy(0, frames % 40 === 0 ? 40_000 : 200);
              requestAnimationFrame(tick);
            }
          };
          requestAnimationFrame(tick);
        }),
    );
    expect(most).toBeLessThanOrEqual(MAX_ELEMENTS);
    await page.locator('.files [role=gridcell][tabindex="0"]').focus();
    await page.keyboard.press('Control+End');
    await page.waitForFunction(
      (last) => document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex') === String(last),
      ROWS,
    );
    await page.waitForFunction(
      (name) => document.activeElement?.textContent.includes(name),
      daemon.world.files.at(-1)!.name,
    );
    // All rows are as high as the list believes, on a phone as well: the last one ends where the list does.
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 720 });
      await page.waitForFunction(() => {
        const last = document.querySelector('.files > [role=row]:last-child')?.getBoundingClientRect();
        const list = document.querySelector('.files')?.getBoundingClientRect();
        return last !== undefined && list !== undefined && Math.abs(last.bottom - list.bottom) < 2;
      });
      const cut = await page.evaluate(
        () =>
          [...document.querySelectorAll('.files .line-row')].filter(
            (row) => row.scrollHeight > row.clientHeight + 1,
          ).length,
      );
      expect(cut).toBe(0);
    }
    await page.setViewportSize({ width: 1280, height: 720 });
  });
});

inBrowser('a file of 1 TiB', () => {
  let daemon: FakeDaemon;
  let page: Page;
  signedInPage({ downloadMs: 600_000 }, (opened) => ({ page, daemon } = opened));

  it('has a map of few cells that says how it stands with a million chunks', async () => {
    daemon.world.startDownload(`${'ef'.repeat(32)}-${TIB}`, 'Everything.tar');
    await page.goto(`${daemon.url}/#/transfers`);
    const download = page.getByRole('article', { name: /Everything\.tar/ });
    await download.getByRole('button', { name: /sources?$/ }).click();
    const map = download.getByRole('img', { name: /^Map of .*of 1,048,576 pieces verified/ });
    await map.waitFor();
    await download.getByText('A mark stands for 1,049 pieces.').waitFor();
    const drawn = () => map.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    await expect(drawn()).resolves.not.toBe(
      await map.evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        return Object.assign(document.createElement('canvas'), { width, height }).toDataURL();
      }),
    );
    const before = await drawn();
    daemon.world.downloads[0] = { ...daemon.world.downloads[0]!, bytes: TIB * 0.6 };
    await download.getByText(/^62\d,\d{3} of 1,048,576 pieces verified/).waitFor();
    expect(await drawn()).not.toBe(before);
    expect(await elements(page)).toBeLessThanOrEqual(MAX_ELEMENTS);
    expect(await axe(page)).toEqual([]);
  });
});

inBrowser('a page that is left open', () => {
  let daemon: FakeDaemon;
  let page: Page;
  signedInPage({ downloadMs: 600_000, frameMs: 4 }, (opened) => ({ page, daemon } = opened));

  /** Downloads that come and go in a day of somebody who fetches much, told in seconds. */
  const WARM_UP = 500;
  const DAY = 1_500;
  const KEPT = 20;
  /** What a collection leaves over or finds late, and code compiled meanwhile; the frames of a day are many times as much. */
  const TOLERATED_BYTES = 1_500_000;
  /** A drawing that has just been replaced: its elements and listeners (48 each) go with the next collection. A leak would be one of every download of the day. */
  const TOLERATED_OBJECTS = DAY / 10;
  const MOMENTS = 5;
  const MOMENT_MS = 250;

  it('is after a day of events as large as it was before', async () => {
    const { world } = daemon;
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    const sizeNow = async () => {
      await cdp.send('HeapProfiler.collectGarbage');
      const { metrics } = await cdp.send('Performance.getMetrics');
      const of = (name: string) => metrics.find((one) => one.name === name)!.value;
      return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
    };
    /** The least of several moments: what is drawn anew just then is garbage at the next; what leaks is there at all of them. */
    const size = async () => {
      let least = await sizeNow();
      for (let i = 1; i < MOMENTS; i++) {
        await page.waitForTimeout(MOMENT_MS);
        const { heap, nodes, listeners } = await sizeNow();
        least = {
          heap: Math.min(least.heap, heap),
          nodes: Math.min(least.nodes, nodes),
          listeners: Math.min(least.listeners, listeners),
        };
      }
      return least;
    };
    let told = 0;
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => (told += payload.length));
    });

    const saved = world.save('banyan');
    const running = world.startDownload(`${'ab'.repeat(32)}-${64 * 1024 * 1024}`, 'Night in the banyan.flac');
    await page.goto(`${daemon.url}/#/transfers`);
    await page.reload();
    await page
      .getByRole('article', { name: /Night in the banyan/ })
      .getByRole('button', { name: '3 sources' })
      .click();
    await page.getByRole('img', { name: /^Map of/ }).waitFor();
    const pass = async (events: number) => {
      for (let i = 0; i < events; i++) {
        const name = `Song ${i} of a long day.mp3`;
        world.download(name, 1024 * 1024, i % 7 === 0 ? 'failed' : 'done', {
          bytes: 1024 * 1024,
          problem: i % 7 === 0 ? { code: 'disk_full', message: `No room for song ${i}.` } : null,
        });
        const kept = world.downloads.filter((one) => one.id !== running.id).slice(0, KEPT);
        world.downloads.splice(
          0,
          world.downloads.length,
          ...kept,
          world.downloads.find((one) => one.id === running.id)!,
        );
        world.uploads[0] = { ...world.uploads[0]!, bytes: i * 1000 };
        if (i % 50 === 0) world.foundNew(saved.id, [`New song ${i}.mp3`]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await page
        .getByText(`Song ${events - 1} of a long day.mp3`)
        .first()
        .waitFor();
      // What says that it worked goes away by itself.
      await page.locator('.notice-done').waitFor({ state: 'detached' });
    };
    await pass(WARM_UP);
    const before = await size();
    const toldBefore = told;
    await pass(DAY);
    const after = await size();
    expect(told - toldBefore).toBeGreaterThan(5 * TOLERATED_BYTES);
    expect(after.heap - before.heap).toBeLessThan(TOLERATED_BYTES);
    expect(after.nodes - before.nodes).toBeLessThan(TOLERATED_OBJECTS);
    expect(after.listeners - before.listeners).toBeLessThan(TOLERATED_OBJECTS);
  });
});
