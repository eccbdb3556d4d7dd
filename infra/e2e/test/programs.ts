/** Programs that people have, and that a test uses where they are installed. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/**
 * Where a program is: as `BANYAN_name` says, else at its usual place. Without it, or with `BANYAN_SKIP_name=1`, a warning says
 * what is skipped.
 *
 * @param skipped - what goes untested without it, for the warning
 */
export function optionalProgram(
  name: 'CHROMIUM' | 'ARIA2' | 'PROMTOOL' | 'NGINX' | 'SYSTEMD_ANALYZE',
  usual: string,
  skipped: string,
): string | undefined {
  const places = process.env[`BANYAN_SKIP_${name}`] === '1' ? [] : [process.env[`BANYAN_${name}`], usual];
  const path = places.find((place) => place !== undefined && place !== '' && existsSync(place));
  if (path === undefined) console.warn(`SKIPPED: ${skipped}`);
  return path;
}

/** A real Chromium that talks to this machine alone, with a profile of its own. */
export interface Browser {
  readonly context: BrowserContext;
  /**
   * A page, and what it complains of: script errors, and whatever the console shows as an error.
   *
   * @param timeoutMs - how long it waits for what a test looks for
   */
  openPage(timeoutMs: number): Promise<{ readonly page: Page; readonly complaints: readonly string[] }>;
  /** Ends it and removes its profile. */
  close(): Promise<void>;
}

/** Starts one; `more` are further flags. */
export async function startBrowser(program: string, more: readonly string[] = []): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'banyan-chrome-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    headless: true,
    locale: 'en-US',
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...more,
    ],
  });
  return {
    context,
    async openPage(timeoutMs) {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.setDefaultTimeout(timeoutMs);
      return { page, complaints };
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Searches as a person does, from whatever face the page shows the box on. */
export async function searchOnPage(page: Page, words: string): Promise<void> {
  const box = page.getByRole('combobox', { name: 'Search everybody’s shared files' });
  await box.fill(words);
  await box.press('Enter');
}

/** Waits until a search says how far it went. */
export async function searchIsOver(page: Page): Promise<void> {
  await page.getByText(/Asked \d+ of \d+ search server/).waitFor();
}
