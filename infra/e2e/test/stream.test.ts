import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BIN,
  ROOT,
  runCommand,
  startSlowLine,
  startTestNetwork,
  WAVE_BYTES_PER_SECOND,
  waitFor,
  writeWave,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';
import { optionalProgram, searchOnPage, startBrowser, type Browser } from './programs.ts';

jest.setTimeout(120_000);

/** What the test looks at of an `<audio>`; this code runs in the page. */
interface Playing {
  currentTime: number;
  readonly duration: number;
}

/** The file that npm links as `banyan`. */
const SECONDS = 180;
const TUNE = 'Banyan leaves in the wind.wav';
/** Bytes a second of each source: four times what playing needs; all of it takes twenty seconds. */
const RATE = 700_000;

const CHROMIUM = optionalProgram(
  'CHROMIUM',
  '/usr/bin/chromium',
  'playing in a real browser; install chromium to run this test.',
);

describe('playing while it arrives', () => {
  let network: TestNetwork;
  let alice: TestPeer;
  let bob: TestPeer;
  let dora: TestPeer;
  let browser: Browser | undefined;
  const lines: SlowLine[] = [];

  beforeAll(async () => {
    network = await startTestNetwork();
    const slow = async (): Promise<SlowLine['ports']> => {
      const line = await startSlowLine(RATE);
      lines.push(line);
      return line.ports;
    };
    const files = { [TUNE]: (path: string) => writeWave(path, SECONDS) };
    [alice, bob, dora] = await Promise.all([
      network.peer('alice', { ...(await slow()), preferSupernode: 'oak', files }),
      network.peer('bob', { ...(await slow()), preferSupernode: 'elm', files }),
      network.peer('dora', { preferSupernode: 'elm' }),
    ]);
    await Promise.all([alice.settled(), bob.settled()]);
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
    await Promise.all(lines.map((line) => line.close()));
  });

  const it_ = (name: string, test: () => Promise<void>, isPossible = true): void =>
    (isPossible ? it : it.skip)(name, () => network.during(name, test));

  const tuneOf = async () => {
    const download = (await dora.api.downloads())[0]!;
    return { download, held: download.bytes / download.size };
  };

  it_(
    'a browser hears a tune from the search page at once, and jumps to its end',
    async () => {
      await dora.find('leaves wind', (hit) => hit.reachableSources === 2);
      browser = await startBrowser(CHROMIUM!, ['--autoplay-policy=no-user-gesture-required', '--mute-audio']);
      const { page, complaints } = await browser.openPage(30_000);
      await page.goto((await dora.api.loginLink()).url);
      await searchOnPage(page, 'leaves wind');
      await page.getByRole('row').filter({ hasText: TUNE }).getByRole('button', { name: /^Play/ }).click();

      const audio = page.locator('audio');
      await audio.waitFor();
      const now = () => audio.evaluate((media) => (media as unknown as Playing).currentTime);
      await waitFor(async () => (await now()) > 0.5, { what: 'it to play', timeoutMs: 30_000 });
      expect(Math.round(await audio.evaluate((media) => (media as unknown as Playing).duration))).toBe(
        SECONDS,
      );
      expect((await tuneOf()).held).toBeLessThan(0.9);

      const far = SECONDS * 0.8;
      await audio.evaluate((media, to) => {
        (media as unknown as Playing).currentTime = to;
      }, far);
      await waitFor(async () => (await now()) > far + 0.5, {
        what: 'it to play after the jump',
        timeoutMs: 30_000,
      });
      const { held } = await tuneOf();
      // Everything before the jump would be four fifths.
      expect(held).toBeLessThan(0.9);
      expect(complaints).toEqual([]);
      await page.getByRole('button', { name: 'Close', exact: true }).click();
    },
    CHROMIUM !== undefined,
  );

  it_('goes on for a reader when a source is killed in mid-stream, and gives the right bytes', async () => {
    const hit = await dora.find('leaves wind');
    const stream = await dora.api.stream({ link: hit.link });
    expect(stream).toMatchObject({ name: TUNE, type: 'audio/wav' });
    const response = await fetch(stream.url);
    expect(response.headers.get('content-length')).toBe(String(SECONDS * WAVE_BYTES_PER_SECOND + 44));
    const parts: Uint8Array[] = [];
    let isKilled = false;
    for await (const part of response.body!) {
      parts.push(part as Uint8Array);
      if (isKilled) continue;
      isKilled = true;
      await alice.program.kill();
      lines[1]!.setRate(Infinity);
    }
    const whole = await readFile(join(bob.sharedFolder, TUNE));
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
  });

  it_('the command line prints the link, which outlives a restart', async () => {
    const { content } = (await tuneOf()).download;
    const outcome = await runCommand([BIN, 'stream', content, '--print', '--peer', dora.dataDir], {
      cwd: ROOT,
    });
    expect(outcome).toMatchObject({ code: 0 });
    const url = outcome.stdout.trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/stream\/\S+\.wav$/);
    await dora.program.stop();
    await dora.restart();
    const answer = await fetch(url, { headers: { range: 'bytes=0-3' } });
    expect([answer.status, await answer.text()]).toEqual([206, 'RIFF']);
  });
});
