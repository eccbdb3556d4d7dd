import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { compareRuns } from '../../src/results/diff.ts';
import { MAX_POINTS, reportData } from '../../src/report/report-data.ts';
import { reportPage } from '../../src/report/report-page.ts';
import { madeUpRun } from '../results/runs.ts';

jest.setTimeout(120_000);

/** A report may be mailed: it is as long as this at most. */
const MAX_REPORT_BYTES = 400 * 1024;
const HOSTILE = '</script><img src=x onerror="document.title=1">\u202e';

describe('a report', () => {
  test('stays small however long the run was, and shows the worst of what it folds', () => {
    const run = madeUpRun();
    const long = Array.from({ length: 15_000 }, (_, i) => i);
    const spike = long.map((i) => (i === 7_777 ? 900 : 10));
    const query = { count: long, errors: long, p50: spike, p90: spike, p99: spike, max: spike };
    const homes = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`supernode-${i}`, spike]));
    const intervals = { ...run.intervals, at: long.map((i) => i * 1000), operations: { query }, homes };
    const page = reportPage({ results: { ...run, intervals } });
    expect(Buffer.byteLength(page)).toBeLessThan(MAX_REPORT_BYTES);
    const { charts, at } = reportData({ ...run, intervals });
    expect(at.length).toBeLessThanOrEqual(MAX_POINTS);
    expect(Math.max(...charts[0]!.series[2]!.values.map((value) => value ?? 0))).toBe(900);
  });

  test('has names of others as text, and loads nothing', () => {
    const run = madeUpRun({ homes: [HOSTILE] });
    const page = reportPage({
      results: {
        ...run,
        plan: { ...run.plan, name: HOSTILE, description: HOSTILE },
        network: { ...run.network, name: HOSTILE },
        faults: [{ atMs: 1, kind: 'kill', names: [HOSTILE] }],
      },
    });
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toContain('\u202e');
    expect(page).not.toMatch(/<[a-z][^<>]*(?:src|href)=/);
  });

  test('of a tester that was too slow is no result, and says why', () => {
    const page = reportPage({
      results: madeUpRun({}, { verdict: 'no-result', bottleneck: ['It was late.'] }),
    });
    expect(page).toMatch(/No result: the tester itself was the bottleneck/);
    expect(page).toContain('<li>It was late.</li>');
  });
});

const CHROMIUM =
  process.env['BANYAN_SKIP_CHROMIUM'] === '1'
    ? undefined
    : [process.env['BANYAN_CHROMIUM'], '/usr/bin/chromium'].find(
        (path) => path !== undefined && path !== '' && existsSync(path),
      );
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

inBrowser('a report in Chromium', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const before = madeUpRun();
  const after = madeUpRun(
    { seed: 2, queryMs: 14, errors: 1, homes: ['oak', 'elm', HOSTILE] },
    { verdict: 'failed' },
  );
  const html = reportPage({
    results: after,
    comparison: { baseline: 'yesterday', figures: compareRuns(before, after).figures },
  });

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM!,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
      ],
      timeout: 90_000,
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => complaints.push(request.url()));
    await page.setContent(html);
  });
  afterAll(() => browser?.close());

  test('draws what comes into view, and everything when it is printed', async () => {
    expect(await page.locator('figure[data-drawn]').count()).toBe(0);
    await page.locator('#latency-query').scrollIntoViewIfNeeded();
    await page.locator('#latency-query path').first().waitFor({ state: 'attached' });
    const figures = page.locator('figure');
    const drawn = page.locator('figure[data-drawn]');
    expect(await drawn.count()).toBeLessThan(await figures.count());
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await drawn.count()).toBe(await figures.count());
    // A line for each percentile, and one for each supernode.
    expect(await page.locator('#latency-query svg.plot path').count()).toBe(4);
    expect(await page.locator('#homes svg.plot path').count()).toBe(3);
    expect(await page.locator('#latency-query .fault-name').textContent()).toContain('kill');
    expect(await page.title()).not.toBe('1');
  });

  test('has each chart as a table too', async () => {
    await page.locator('#latency-query summary').click();
    // It is made when it is opened.
    await page.locator('#latency-query tr').first().waitFor();
    expect(await page.locator('#latency-query tr').count()).toBe(61);
    expect(await page.locator('#latency-query tr').nth(1).textContent()).toMatch(/ms/);
  });

  test('is readable in light, in dark and on a phone: axe finds nothing, nothing sticks out', async () => {
    const { source } = createRequire(import.meta.url)('axe-core') as { source: string };
    await page.evaluate(source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await axe.run()).violations.map(
          ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200) ?? ''}`,
        );
      });
      expect(violations).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  test('has complained of nothing, and asked for nothing', () => {
    expect(complaints).toEqual([]);
  });
});
