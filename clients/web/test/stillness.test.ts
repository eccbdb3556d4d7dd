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
  console.warn('SKIPPED: what moves on the page, in a real browser; install chromium to run these tests.');
}
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

/** Cumulative Layout Shift from which on Core Web Vitals call a page unsteady. */
const UNSTEADY = 0.1;

/** An entry of the Layout Instability API, which TypeScript does not know; this code runs in the page. */
interface Shift {
  readonly value: number;
}

inBrowser('a face that is opened on a phone', () => {
  let daemon: FakeDaemon;
  let page: Page;
  signedInPage({}, (opened) => ({ page, daemon } = opened));

  it('stands still while what is on it comes', async () => {
    daemon.world.showEveryState();
    await page.addInitScript(() => {
      const kept: number[] = ((globalThis as { shifts?: number[] }).shifts = []);
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) kept.push((entry as unknown as Shift).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.setViewportSize({ width: 412, height: 823 });
    const shifts: Record<string, number> = {};
    for (const [face, ready] of [
      ['#/', '.status-part'],
      ['#/search/banyan', '.result'],
      ['#/transfers', '.download'],
      ['#/library', '.files .line-row'],
      ['#/settings', '.volunteer'],
    ] as const) {
      await page.goto('about:blank');
      await page.goto(`${daemon.url}/${face}`);
      await page.locator(ready).first().waitFor();
      await page.locator('.searching').waitFor({ state: 'detached' });
      shifts[face] = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            // The shift of a frame is told after it.
            requestAnimationFrame(() =>
              setTimeout(() => {
                resolve((globalThis as { shifts?: number[] }).shifts!.reduce((sum, one) => sum + one, 0));
              }, 100),
            );
          }),
      );
    }
    for (const [face, shift] of Object.entries(shifts))
      expect([face, shift < UNSTEADY]).toEqual([face, true]);
    await page.setViewportSize({ width: 1280, height: 720 });
  });
});
