// A real Chromium for benches of pages: it talks to this machine alone, and other programs may steer it too.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);

/**
 * @param {string} executablePath
 * @param {string} profile folder that it may fill
 * @returns context of playwright-core, the port of its debugger, and `close`
 */
export async function launchChromium(executablePath, profile) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      '--remote-debugging-port=0',
    ],
  });
  const port = Number((await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n')[0]);
  return { context, port, close: () => context.close() };
}

/** What axe finds wrong on a page as it is: rule and element, one for each. */
export async function axeFindings(page) {
  const { source } = require('axe-core');
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}

/**
 * Scores of Lighthouse as a phone sees a page, 0 to 100. It takes a tab of its own in the running browser, whose session it keeps.
 *
 * @returns {Promise<{ performance: number, accessibility: number, missed: string[], slow: string[], machine: number }>} missed:
 *   audits of accessibility that failed; slow: what performance was made of; machine: how fast Lighthouse found this machine just
 *   then, of which it takes a quarter for a phone (some 1,500 for one that the quarter is meant for)
 */
export async function lighthouseScores(url, port) {
  const { default: lighthouse } = await import('lighthouse');
  const { lhr } = await lighthouse(url, {
    port,
    logLevel: 'silent',
    formFactor: 'mobile',
    onlyCategories: ['performance', 'accessibility'],
    disableStorageReset: true,
  });
  if (lhr.runtimeError !== undefined) throw new Error(`Lighthouse: ${lhr.runtimeError.message}`);
  const { performance, accessibility } = lhr.categories;
  return {
    performance: performance.score * 100,
    accessibility: accessibility.score * 100,
    machine: lhr.environment.benchmarkIndex,
    missed: accessibility.auditRefs
      .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 1)
      .map(({ id }) => id),
    slow: performance.auditRefs
      .filter(({ weight }) => weight > 0)
      .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ''}`),
  };
}
