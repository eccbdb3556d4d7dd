/** What a page stands: many tabs beside a film, a daemon that is killed, other sites in the same browser. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import {
  startSlowLine,
  startTestNetwork,
  waitFor,
  writeFilm,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';
import { optionalProgram, searchIsOver, searchOnPage, startBrowser, type Browser } from './programs.ts';

jest.setTimeout(150_000);

const FILM = 'Under the banyan.webm';
const SECONDS = 180;
const SIZE = { width: 640, height: 360 } as const;
/** Bytes a second: some four times what the film needs, so that a fifth of it takes long. */
const RATE = 1_000_000;
/** A name that leads to this machine, as an attacker's does after a rebinding. */
const REBOUND = 'banyan-pictures.example';

const CHROMIUM = optionalProgram(
  'CHROMIUM',
  '/usr/bin/chromium',
  'the page beside other tabs and sites in a real browser; install chromium to run these tests.',
);
const inBrowser = CHROMIUM === undefined ? describe.skip : describe;

/** What the test looks at of a `<video>`; this code runs in the page. */
interface Playing {
  currentTime: number;
  readonly duration: number;
  readonly videoWidth: number;
}

/** What the test draws with; this code runs in the page. */
interface Browsing {
  readonly document: {
    createElement(name: 'canvas'): {
      getContext(kind: '2d'): {
        createImageData(width: number, height: number): { readonly data: Uint8ClampedArray };
        putImageData(image: object, x: number, y: number): void;
      };
      toDataURL(type: string, quality: number): string;
    };
  };
}

inBrowser('a page that stays open', () => {
  let network: TestNetwork;
  let dora: TestPeer;
  let line: SlowLine;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];
  let origin: string;

  beforeAll(async () => {
    browser = await startBrowser(CHROMIUM!, [
      '--autoplay-policy=no-user-gesture-required',
      '--mute-audio',
      `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`,
    ]);
    const pictures = await noisyPictures(browser);
    network = await startTestNetwork({ supernodes: ['oak'] });
    line = await startSlowLine(RATE);
    const [alice, peer] = await Promise.all([
      network.peer('alice', {
        ...line.ports,
        files: {
          [FILM]: (path) => writeFilm(path, { pictures, ...SIZE, picturesPerSecond: 8, seconds: SECONDS }),
          'banyan notes.txt': 'One banyan.\n',
        },
      }),
      network.peer('dora', { files: { 'own notes.txt': 'Mine.\n' } }),
    ]);
    dora = peer;
    await Promise.all([alice.settled(), dora.settled()]);
    await dora.find('under the banyan');
    ({ page, complaints } = await browser.openPage(30_000));
    const { url } = await dora.api.loginLink();
    origin = new URL(url).origin;
    await page.goto(url);
    await page.getByText(/Connected to oak/i).waitFor();
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

  it_('plays a film and jumps ahead of what is here, while five other tabs stay alive', async () => {
    const tabs: Page[] = [];
    for (const hash of ['', 'search/banyan', 'transfers', 'library', 'settings']) {
      const tab = await browser.context.newPage();
      tab.setDefaultTimeout(30_000);
      await tab.goto(`${origin}/#/${hash}`);
      tabs.push(tab);
    }
    const [home, results, transfers, library, settings] = tabs as [Page, Page, Page, Page, Page];
    await page.bringToFront();
    await search('under the banyan');
    await page.getByRole('row').filter({ hasText: FILM }).getByRole('button', { name: /^Play/ }).click();
    const video = page.locator('video');
    await video.waitFor();
    const now = () => video.evaluate((media) => (media as unknown as Playing).currentTime);
    await waitFor(async () => (await now()) > 0.5, { what: 'the film to play', timeoutMs: 60_000 });
    const shown = await video.evaluate((media) => {
      const { duration, videoWidth } = media as unknown as Playing;
      return { duration: Math.round(duration), videoWidth };
    });
    expect(shown).toEqual({ duration: SECONDS, videoWidth: SIZE.width });

    const far = SECONDS * 0.8;
    await video.evaluate((media, to) => {
      (media as unknown as Playing).currentTime = to;
    }, far);
    await waitFor(async () => (await now()) > far + 0.5, {
      ...{ what: 'the film to play after the jump', timeoutMs: 60_000 },
    });
    const download = (await dora.api.downloads())[0]!;
    // Everything before the jump would be four fifths.
    expect(download.bytes / download.size).toBeLessThan(0.75);

    await home.getByText(/1 downloading/).waitFor();
    await results.getByRole('row').filter({ hasText: 'banyan notes.txt' }).waitFor();
    const bar = transfers.getByRole('progressbar', { name: new RegExp(`Progress of .*${FILM}`) });
    await bar.waitFor();
    const before = await bar.getAttribute('aria-valuenow');
    await waitFor(async () => (await bar.getAttribute('aria-valuenow')) !== before, {
      ...{ what: 'the tab of the transfers to move on', timeoutMs: 60_000 },
    });
    await library.getByText('own notes.txt').waitFor();
    await settings.getByLabel('Name of this device').waitFor();
    expect(await now()).toBeGreaterThan(far + 0.5);
    for (const tab of tabs) await tab.close();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    expect(complaints).toEqual([]);
  });

  it_(
    'says that the daemon was killed, and goes on in the same session when it is back, saved searches too',
    async () => {
      await page.goto(`${origin}/#/search/banyan`);
      await page.getByRole('row').filter({ hasText: 'banyan notes.txt' }).waitFor();
      await page.getByRole('button', { name: 'Save this search' }).click();
      await page.getByRole('button', { name: 'Saved: stop watching' }).waitFor();
      await dora.program.kill();
      const alert = page.getByRole('alert').getByText(/as of \d\d:\d\d:\d\d/);
      await alert.waitFor();
      expect(await page.getByRole('button', { name: /^Download .*notes/ }).isDisabled()).toBe(true);
      await dora.restart();
      await alert.waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Banyan', exact: true }).click();
      await page.getByText(/Connected to oak/i).waitFor();
      await page.getByRole('heading', { name: /Saved searches/ }).waitFor();
      await page.getByRole('link', { name: 'banyan', exact: true }).first().waitFor();
      await search('banyan notes');
      await page.getByRole('row').filter({ hasText: 'banyan notes.txt' }).waitFor();
    },
  );

  it_('shows nothing under a rebound name but how to get to it', async () => {
    const stranger = await browser.context.newPage();
    const { port } = new URL(origin);
    const answer = await stranger.goto(`http://${REBOUND}:${port}/`);
    expect(answer?.status()).toBe(403);
    await stranger.getByRole('heading', { name: 'This is not the name of this page' }).waitFor();
    await stranger.getByText(REBOUND).waitFor();
    await stranger.getByText(`Open ${origin} instead`).waitFor();
    expect((await stranger.goto(`http://${REBOUND}:${port}/api/v1/status`))?.status()).toBe(403);
    // The number of the machine is no attack: it leads to the page.
    await stranger.goto(`http://127.0.0.1:${port}/`);
    expect(stranger.url()).toMatch(new RegExp(`^${origin}/`));
    await stranger.close();
  });

  it_('gives another site in the same browser neither answers nor deeds', async () => {
    const site = await startSite();
    const stranger = await browser.context.newPage();
    await stranger.goto(`http://localhost:${(site.address() as AddressInfo).port}/`);
    const told = await stranger.evaluate(async (peer) => {
      const outcome = async (call: Promise<Response>) =>
        call.then(
          ({ status }) => String(status),
          () => 'refused',
        );
      const socket = new WebSocket(`${peer.replace('http', 'ws')}/api/v1/live`, 'banyan-live.v1');
      const live = new Promise<string>((resolve) => {
        socket.onopen = () => {
          resolve('open');
        };
        socket.onerror = () => {
          resolve('refused');
        };
      });
      return {
        read: await outcome(fetch(`${peer}/api/v1/status`, { credentials: 'include' })),
        write: await outcome(
          fetch(`${peer}/api/v1/searches`, {
            ...{ method: 'POST', credentials: 'include', mode: 'no-cors' },
            body: '{"query":"stolen words"}',
          }),
        ),
        live: await live,
      };
    }, origin);
    // It is another port of the same site, so that the browser sends the cookie along.
    expect(told).toEqual({ read: 'refused', write: 'refused', live: 'refused' });
    const history = await dora.api.suggestions('stolen');
    expect(history.filter(({ from }) => from === 'history')).toEqual([]);
    await stranger.close();
    site.close();
  });

  it_('lets its manifest in, so that it can be installed', async () => {
    const cdp = await browser.context.newCDPSession(page);
    const { errors, url } = await cdp.send('Page.getAppManifest');
    expect({ errors, url }).toEqual({ errors: [], url: `${origin}/manifest.webmanifest` });
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    expect(installabilityErrors).toEqual([]);
  });
});

/** Pictures of noise, which no codec makes small. */
async function noisyPictures(browser: Browser): Promise<Buffer[]> {
  const { page } = await browser.openPage(30_000);
  const pictures = await page.evaluate(
    async ({ width, height }) => {
      const canvas = (globalThis as unknown as Browsing).document.createElement('canvas');
      Object.assign(canvas, { width, height });
      const context = canvas.getContext('2d');
      const made: string[] = [];
      let seed = 1;
      for (let i = 0; i < 12; i++) {
        const image = context.createImageData(width, height);
        for (let at = 0; at < image.data.length; at++) {
          seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
          image.data[at] = at % 4 === 3 ? 255 : seed >> 16;
        }
        context.putImageData(image, 0, 0);
        made.push(canvas.toDataURL('image/webp', 0.6).split(',')[1] ?? '');
      }
      return made;
    },
    { ...SIZE },
  );
  await page.close();
  return pictures.map((picture) => Buffer.from(picture, 'base64'));
}

async function startSite(): Promise<Server> {
  const site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Another site</title>');
  });
  site.listen(0, 'localhost');
  await once(site, 'listening');
  return site;
}
