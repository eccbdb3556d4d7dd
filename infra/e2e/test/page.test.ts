import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import {
  fileDigest,
  startSlowLine,
  startTestNetwork,
  writeSeeded,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';
import { optionalProgram, searchOnPage, startBrowser, type Browser } from './programs.ts';

jest.setTimeout(90_000);

const MIB = 1024 * 1024;
/** Bytes a second of each source: about three seconds in all. */
const RATE = 10 * MIB;
const FILE = 'Banyan Field Recordings.bin';

const CHROMIUM = optionalProgram(
  'CHROMIUM',
  '/usr/bin/chromium',
  'the page of a real peer in a real browser; install chromium to run these tests.',
);
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

inBrowser('the page of a peer in Chromium', () => {
  let network: TestNetwork;
  let alice: TestPeer;
  let dora: TestPeer;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];
  const lines: SlowLine[] = [];

  beforeAll(async () => {
    network = await startTestNetwork();
    // So that there is progress to be seen.
    const slow = async (): Promise<SlowLine['ports']> => {
      const line = await startSlowLine(RATE);
      lines.push(line);
      return line.ports;
    };
    const files = { [FILE]: (path: string) => writeSeeded(path, FILE, 64 * MIB), '榕樹的故事.txt': '榕樹\n' };
    const [a, b, d] = await Promise.all([
      network.peer('alice', { ...(await slow()), preferSupernode: 'oak', files }),
      network.peer('bob', { ...(await slow()), preferSupernode: 'elm', files: { [FILE]: files[FILE] } }),
      network.peer('dora', { preferSupernode: 'elm' }),
    ]);
    alice = a;
    dora = d;
    await Promise.all([alice.settled(), b.settled()]);
    browser = await startBrowser(CHROMIUM!);
    ({ page, complaints } = await browser.openPage(20_000));
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
    await Promise.all(lines.map((line) => line.close()));
  });

  const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));

  it_('goes from the login link through search and click to the finished file on the disk', async () => {
    await page.goto((await dora.api.loginLink()).url);
    await page.getByText(/Connected to elm/i).waitFor();
    expect(page.url()).not.toContain('login');

    await dora.find('field recordings', (hit) => hit.reachableSources === 2);
    await searchOnPage(page, 'field recordings');
    const row = page.getByRole('row').filter({ hasText: FILE });
    await row.getByText('2 sources, 2 reachable').waitFor();
    await page.getByText(/Asked 2 of 2 search servers/).waitFor();
    await row.getByRole('button', { name: /^Download / }).click();
    await row.getByRole('link', { name: /See transfer of/ }).click();

    const bar = page.getByRole('progressbar', { name: new RegExp(`Progress of .*${FILE}`) });
    await bar.waitFor();
    await page.getByText(/Downloading from 2 sources/).waitFor();
    const given = page.getByRole('list', { name: 'Who gave what' });
    for (const account of ['alice', 'bob']) await given.getByText(account).first().waitFor();
    expect(Number(await bar.getAttribute('aria-valuenow'))).toBeLessThan(100);

    const download = page.getByRole('article', { name: new RegExp(FILE) });
    await download.getByText('Done', { exact: true }).waitFor();
    expect(await bar.getAttribute('aria-valuenow')).toBe('100');
    const path = join(dora.downloadFolder, FILE);
    await download.getByText(path).waitFor();
    expect(await fileDigest(path)).toBe(await fileDigest(join(alice.sharedFolder, FILE)));
  });

  it_('finds Chinese names and knows afterwards what is here already', async () => {
    await page
      .getByRole('link', { name: /Search/ })
      .first()
      .click();
    await searchOnPage(page, '榕樹');
    await page.getByRole('row').filter({ hasText: '榕樹的故事.txt' }).waitFor();
    await searchOnPage(page, 'field recordings');
    await page
      .getByRole('row')
      .filter({ hasText: FILE })
      .getByText(/You (have|share) it/)
      .waitFor();
    expect(complaints).toEqual([]);
  });

  it_(
    'says that others can reach a peer when its supernode has fetched a piece of a file of it',
    async () => {
      const own = await browser.context.newPage();
      await own.goto((await alice.api.loginLink()).url);
      await own
        .getByRole('link', { name: /Library/ })
        .first()
        .click();
      await own.getByRole('button', { name: 'Test it' }).click();
      const steps = own.getByRole('region', { name: 'Can others reach me?' }).getByRole('listitem');
      await steps.getByText(/^\W*oak\W* fetched .* from .*:\d+\W* in .*, and proved it$/).waitFor();
      expect(await steps.getByText('Yes', { exact: true }).count()).toBe(4);
      await own.close();
    },
  );

  it_('opens to nobody without a session: not with a used login link, nor under another name', async () => {
    const { url } = await dora.api.loginLink();
    const other = await browser.context.newPage();
    await other.goto(url);
    await other.getByText(/Connected to elm/i).waitFor();
    await other.close();
    await browser.context.clearCookies();
    const stranger = await browser.context.newPage();
    await stranger.goto(url);
    await stranger
      .getByRole('alert')
      .getByText(/used before or is too old/)
      .waitFor();
    const { port } = new URL(url);
    const answer = await stranger.goto(`http://127.0.0.1:${port}/api/v1/status`).catch(() => null);
    expect(answer?.status() ?? 403).toBeGreaterThanOrEqual(400);
    await stranger.close();
  });
});
