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

/** BANYAN_SHOTS=DIR also leaves pictures of the dialog there. */
const shots = process.env['BANYAN_SHOTS'];

if (CHROMIUM === undefined) {
  console.warn('SKIPPED: choosing a folder in a real browser; install chromium to run these tests.');
}
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

inBrowser('the chooser of folders', () => {
  let daemon: FakeDaemon;
  let page: Page;
  signedInPage({}, (opened) => ({ page, daemon } = opened));

  const dialog = () => page.getByRole('dialog', { name: 'Choose a folder' });
  const entries = () => dialog().getByRole('list', { name: 'Folders in here' }).getByRole('button');
  const at = (path: string) =>
    dialog()
      .locator('code', { hasText: new RegExp(`^${path}$`) })
      .waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  const open = async () => {
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('button', { name: 'Choose a folder …' }).click();
    await at('/home/lin');
  };

  it('is gone through with the keyboard, and what is chosen stands in the box', async () => {
    await open();
    expect(await focused()).toBe('Closed');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Music');
    await page.keyboard.press('Enter');
    await at('/home/lin/Music');
    expect(await focused()).toBe('Albums');
    await page.keyboard.press('End');
    expect(await focused()).toBe('Live');
    await page.keyboard.press('Backspace');
    await at('/home/lin');
    // Back where one came from.
    expect(await focused()).toBe('Music');
    // One stop for Tab, however many there are.
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Cancel');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await at('/home/lin/Music');
    await entries().filter({ hasText: 'Live' }).click();
    await at('/home/lin/Music/Live');
    await dialog().getByRole('button', { name: 'Choose this folder' }).click();
    await dialog().waitFor({ state: 'detached' });
    const box = page.getByRole('textbox', { name: 'Folder to share' });
    await expect(box.inputValue()).resolves.toBe('/home/lin/Music/Live');
    await page.getByRole('button', { name: 'Share folder' }).click();
    await page.getByText(/Sharing .*\/home\/lin\/Music\/Live/).waitFor();
    // Typing a path is as good, and the chooser begins there.
    await box.fill('/home/lin/Music/Albums/not/yet');
    await page.getByRole('button', { name: 'Choose a folder …' }).click();
    await at('/home/lin/Music/Albums');
    await dialog().getByText('No folders in here.').waitFor();
    await page.keyboard.press('Escape');
    await expect(box.inputValue()).resolves.toBe('/home/lin/Music/Albums/not/yet');
  });

  it('says what cannot be read, does not let it be chosen, and leads out again', async () => {
    await open();
    await entries().filter({ hasText: 'Closed' }).click();
    await dialog().getByRole('alert').getByText('cannot be read (EACCES)').waitFor();
    const choose = dialog().getByRole('button', { name: 'Choose this folder' });
    expect(await choose.isDisabled()).toBe(true);
    await dialog().getByRole('button', { name: 'The folder above' }).click();
    await at('/home/lin');
    expect(await choose.isDisabled()).toBe(false);
    await dialog().getByRole('button', { name: 'This computer' }).click();
    await at('/');
    await dialog().getByText('There are more than can be shown.').waitFor();
    expect(await dialog().getByRole('button', { name: 'The folder above' }).isDisabled()).toBe(true);
    await dialog().getByRole('button', { name: 'Home', exact: true }).click();
    await at('/home/lin');
    expect(daemon.calls.filter((call) => call.endsWith('/folders'))).toEqual(Array(5).fill('POST /folders'));
  });

  it('has room on a phone, is accessible in both themes, and shows hostile names as text', async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await open();
    await expect(entries().locator('bdi').allTextContents()).resolves.toEqual([
      'Closed',
      'Music',
      'x<b>y</b>',
      '圖片',
    ]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axe(page)).toEqual([]);
      if (shots !== undefined)
        await page.screenshot({ path: join(shots, `folder-chooser-${colorScheme}-360.png`) });
      await page.setViewportSize({ width: 1280, height: 800 });
      if (shots !== undefined)
        await page.screenshot({ path: join(shots, `folder-chooser-${colorScheme}.png`) });
      await page.setViewportSize({ width: 360, height: 700 });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it('chooses the folder for finished files', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Choose a folder …' }).click();
    // /home/lin/Downloads is not there: it begins above.
    await at('/home/lin');
    await entries().filter({ hasText: '圖片' }).click();
    await at('/home/lin/圖片');
    await dialog().getByRole('button', { name: 'Choose this folder' }).click();
    const box = page.getByRole('textbox', { name: 'Folder for finished files' });
    await expect(box.inputValue()).resolves.toBe('/home/lin/圖片');
    await page.getByRole('button', { name: 'Save', exact: true }).first().click();
    await page.getByText('Saved', { exact: true }).waitFor();
  });
});
