/**
 * @jest-environment node
 * @jest-environment-options {"customExportConditions": ["source", "node", "node-addons"]}
 */
import { describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { CHROMIUM, signedInPage } from './browser.ts';
import type { FakeDaemon } from './fake-daemon.ts';

jest.setTimeout(90_000);

if (CHROMIUM === undefined) {
  console.warn('SKIPPED: installing the page in a real browser; install chromium to run these tests.');
}
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

interface Icon {
  readonly src: string;
  readonly sizes: string;
  readonly type: string;
}

inBrowser('the page as a program of its own', () => {
  let daemon: FakeDaemon;
  let page: Page;
  signedInPage({}, (opened) => ({ page, daemon } = opened));

  it('can be installed, says Chromium', async () => {
    const cdp = await page.context().newCDPSession(page);
    const manifest = await cdp.send('Page.getAppManifest');
    expect(manifest.errors).toEqual([]);
    expect(manifest.url).toBe(`${daemon.url}/manifest.webmanifest`);
    await expect(cdp.send('Page.getInstallabilityErrors')).resolves.toEqual({ installabilityErrors: [] });
  });

  it('has every icon that its manifest and its head name, in the size that they say', async () => {
    const { icons } = (await (await page.request.get(`${daemon.url}/manifest.webmanifest`)).json()) as {
      icons: Icon[];
    };
    const touch = await page.locator('link[rel=apple-touch-icon]').getAttribute('href');
    for (const { src, sizes, type } of [
      ...icons,
      { src: touch ?? '', sizes: '180x180', type: 'image/png' },
    ]) {
      const answer = await page.request.get(daemon.url + src);
      expect(answer.headers()['content-type']).toBe(type);
      if (type !== 'image/png') continue;
      const bytes = await answer.body();
      // Width and height stand first in a PNG's first chunk.
      expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
    }
  });

  it('gives its window the colour of the theme, also of one that was chosen', async () => {
    const colours = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')]
          .filter(({ media }) => matchMedia(media).matches)
          .map(({ content }) => content),
      );
    await page.emulateMedia({ colorScheme: 'light' });
    await expect(colours()).resolves.toEqual(['#f7f6f1']);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(colours()).resolves.toEqual(['#101513']);
    await page.goto(`${daemon.url}/#/settings`);
    await page.getByLabel('Colours').selectOption('light');
    await expect(colours()).resolves.toEqual(['#f7f6f1']);
    await page.evaluate(() => localStorage.clear());
  });
});
