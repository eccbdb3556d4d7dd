import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import {
  fileDigest,
  startSlowLine,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';
import { optionalProgram, searchIsOver, searchOnPage, startBrowser, type Browser } from './programs.ts';

jest.setTimeout(90_000);

const MIB = 1024 * 1024;
/** Slow enough that a large file is still on its way when it is looked at. */
const RATE = 4 * MIB;
const LARGE = 'Long walk.bin';

/** A PDF of one empty page. */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
`;

const CHROMIUM = optionalProgram(
  'CHROMIUM',
  '/usr/bin/chromium',
  'results and transfers of a real peer in a real browser; install chromium to run these tests.',
);
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

inBrowser('results and transfers of a peer in Chromium', () => {
  let network: TestNetwork;
  let alice: TestPeer;
  let dora: TestPeer;
  let line: SlowLine;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    network = await startTestNetwork();
    line = await startSlowLine(RATE);
    [alice, dora] = await Promise.all([
      network.peer('alice', {
        ...line.ports,
        files: {
          [LARGE]: (path: string) => writeSeeded(path, LARGE, 96 * MIB),
          'walk notes.txt': 'One banyan, two banyans.\n',
          'walk map.pdf': PDF,
        },
      }),
      network.peer('dora', {}),
    ]);
    await alice.settled();
    browser = await startBrowser(CHROMIUM!);
    ({ page, complaints } = await browser.openPage(20_000));
    await page.goto((await dora.api.loginLink()).url);
    await dora.find('walk', (hit) => hit.name === LARGE);
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
    await line?.close();
  });

  const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
  const search = async (words: string): Promise<void> => {
    await searchOnPage(page, words);
    await searchIsOver(page);
  };

  it_('names who has a file, and reads a text and a PDF in the page', async () => {
    await search('walk');
    await page.getByRole('row').filter({ hasText: 'walk notes.txt' }).waitFor();
    await page.getByRole('button', { name: /^Details of .*walk notes/ }).click();
    const details = page.locator('.hit-details');
    await details.getByText(/alice has it whole/).waitFor();
    await details.getByText(/^[0-9a-f]{64}$/).waitFor();
    await page.getByRole('button', { name: /^Look at it: .*notes/ }).click();
    await page
      .getByRole('region', { name: 'Text of the file' })
      .getByText('One banyan, two banyans.')
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Look at it: .*map/ }).click();
    const frame = page.locator('iframe.shown-pdf');
    await frame.waitFor();
    const src = (await frame.getAttribute('src')) ?? '';
    expect(src).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/stream\//);
    // Chromium's viewer frames the file a second time, inside of its own frame; a refusal it does not.
    await waitFor(() => page.frames().filter((each) => each.url() === src).length === 2, {
      what: 'the PDF to be drawn',
    });
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);

    await page.getByRole('button', { name: /^Download .*Long walk/ }).click();
    await page.getByRole('link', { name: /See transfer of .*Long walk/ }).waitFor();
  });

  it_(
    'draws where in the file what lies while it arrives, blocks its only source and takes it back',
    async () => {
      await page
        .getByRole('link', { name: /Transfers/ })
        .first()
        .click();
      const download = page.getByRole('article', { name: new RegExp(LARGE) });
      await download.getByText(/Downloading from 1 source/).waitFor();
      await download.getByRole('button', { name: '1 source' }).click();
      await download.getByRole('img', { name: /^Map of .*: \d+ of 96 pieces verified/ }).waitFor();
      await download.getByRole('button', { name: /^Block: .*alice/ }).click();
      await download
        .getByText(/Blocked by you/)
        .first()
        .waitFor();
      await download.getByText(/Waiting for a source/).waitFor();
      await download.getByRole('button', { name: /^Retry: .*alice/ }).click();
      await download.getByText(/Downloading from 1 source/).waitFor();
      await download.getByRole('button', { name: /^Cancel: / }).click();
      await download.getByRole('button', { name: /^Undo: / }).click();
      await download.getByText('Done', { exact: true }).waitFor({ timeout: 80_000 });
      expect(await fileDigest(join(dora.downloadFolder, LARGE))).toBe(
        await fileDigest(join(alice.sharedFolder, LARGE)),
      );
      expect(complaints).toEqual([]);
    },
  );

  it_('keeps searches in tabs, and saved ones on the disk', async () => {
    await page
      .getByRole('link', { name: /Search/ })
      .first()
      .click();
    await search('walk');
    await page.getByRole('button', { name: 'Save this search' }).click();
    await page.getByRole('button', { name: 'Saved: stop watching' }).waitFor();
    await page.getByRole('button', { name: 'Another search' }).click();
    await search('notes');
    const tabs = page.getByRole('navigation', { name: 'Open searches' });
    expect(await tabs.getByRole('link').allTextContents()).toEqual(['walk', 'notes']);
    await tabs.getByRole('link', { name: 'walk' }).click();
    await page.getByRole('row').filter({ hasText: LARGE }).waitFor();
    const kept = JSON.parse(await readFile(join(dora.dataDir, 'saved-searches.json'), 'utf8')) as {
      saved: { query: string; known: string[] }[];
    };
    expect(kept.saved.map(({ query }) => query)).toEqual(['walk']);
  });
});
