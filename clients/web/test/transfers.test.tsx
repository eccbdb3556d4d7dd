import { afterEach, describe, expect, it } from '@jest/globals';
import type { DownloadSourceView, DownloadState, DownloadView } from '@banyan/proto';
import { createBrowserClient } from '@banyan/sdk/browser';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { loadCatalogue } from '../src/i18n/catalogues.ts';
import { createI18n, I18nProvider } from '../src/i18n/i18n.tsx';
import { ClientProvider } from '../src/live/client.tsx';
import { actionsFor, progressWords, stateWords } from '../src/transfers/download-state.ts';
import { DownloadRow } from '../src/transfers/download-row.tsx';
import { chunkPaths, givenShares } from '../src/transfers/shares.ts';

await loadCatalogue('en');
await loadCatalogue('zh-Hant');

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const source = (over: Partial<DownloadSourceView> & { deviceId: string }): DownloadSourceView => ({
  account: over.deviceId,
  address: '127.0.0.1:1',
  state: 'active',
  bytesPerSecond: 0,
  bytes: 0,
  chunks: 0,
  badChunks: 0,
  queuePosition: null,
  problem: null,
  since: 0,
  ...over,
});

const download = (over: Partial<DownloadView> = {}): DownloadView => ({
  id: 'd1',
  content: 'c',
  name: 'Song.flac',
  path: '/d/Song.flac',
  size: 100,
  state: 'downloading',
  bytes: 50,
  bytesPerSecond: 1000,
  etaMs: null,
  addedAt: 0,
  finishedAt: null,
  fetchedBytes: 50,
  sources: [],
  chunks: [],
  problem: null,
  ...over,
});

const STATES: readonly DownloadState[] = [
  'queued',
  'finding',
  'downloading',
  'waiting',
  'paused',
  'finishing',
  'done',
  'failed',
];

describe('who gave what', () => {
  it('adds up to what is proved, with what came before a restart named as such', () => {
    const shares = givenShares(
      download({ sources: [source({ deviceId: 'a', bytes: 20 }), source({ deviceId: 'b', bytes: 10 })] }),
    );
    expect(shares.map(({ id, share, colour }) => [id, share, colour])).toEqual([
      ['earlier', 0.2, undefined],
      ['a', 0.2, 0],
      ['b', 0.1, 1],
    ]);
  });

  it('is in whole percent that add up to that of the download', () => {
    const sources = ['a', 'b', 'c'].map((deviceId) => source({ deviceId, bytes: 333 }));
    const percents = (over: Partial<DownloadView>) =>
      givenShares(download({ size: 999, sources, ...over })).map(({ percent }) => percent);
    expect(percents({ bytes: 999, state: 'done' })).toEqual([34, 33, 33]);
    // One has counted more than the frame has proved.
    expect(percents({ bytes: 600 })).toEqual([20, 20, 20]);
    expect(percents({ bytes: 998 })).toEqual([33, 33, 33]);
  });

  it('never draws more than is proved, when a source’s count runs ahead', () => {
    const shares = givenShares(
      download({ sources: [source({ deviceId: 'a', bytes: 80 }), source({ deviceId: 'b', bytes: 20 })] }),
    );
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(0.5);
  });

  it('leaves a source its colour when an earlier one has given nothing', () => {
    const shares = givenShares(
      download({
        sources: [source({ deviceId: 'a', state: 'dropped' }), source({ deviceId: 'b', bytes: 50 })],
      }),
    );
    expect(shares.map(({ id, colour }) => [id, colour])).toEqual([['b', 1]]);
  });

  it('is empty, not broken, for a file of no bytes', () => {
    expect(givenShares(download({ size: 0, bytes: 0 }))).toEqual([]);
  });
});

describe('the chunk map', () => {
  it('is two paths, whatever its length', () => {
    expect(
      chunkPaths([
        [2, 3],
        [1, 1],
        [0, 4],
        [2, 2],
      ]),
    ).toEqual({
      width: 10,
      proved: 5,
      requested: 1,
      provedPath: 'M0 0h3v1h-3zM8 0h2v1h-2z',
      requestedPath: 'M3 0h1v1h-1z',
    });
  });

  it('leaves out runs that make no sense', () => {
    expect(
      chunkPaths([
        [7, 2],
        [2, -1],
        [2, 0],
      ]),
    ).toMatchObject({ width: 2, proved: 0, provedPath: '' });
  });
});

describe('a download in words', () => {
  it.each(['en', 'zh-Hant'] as const)('is never infinite or undefined, in %s', (language) => {
    const i18n = createI18n(language, () => Promise.resolve());
    for (const state of STATES) {
      for (const etaMs of [null, 0, 5000, Infinity, NaN]) {
        const one = download({ state, etaMs });
        const text = [stateWords(one, i18n), ...progressWords(one, i18n, 0)].join(' ');
        expect(text).not.toMatch(/∞|NaN|Infinity|undefined|null|\{/);
      }
    }
  });

  it('offers only what is valid', () => {
    expect(actionsFor('downloading')).toEqual(['pause', 'cancel']);
    expect(actionsFor('waiting')).toEqual(['retry', 'pause', 'cancel']);
    expect(actionsFor('paused')).toEqual(['resume', 'cancel']);
    expect(actionsFor('done')).toEqual(['remove']);
    expect(actionsFor('finishing')).toEqual([]);
  });
});

describe('the row of a download', () => {
  let root: Root | undefined;
  let place: HTMLElement | undefined;
  afterEach(async () => {
    await act(async () => root?.unmount());
    place?.remove();
  });

  const show = async (one: DownloadView, canAct = true) => {
    const calls: string[] = [];
    const client = createBrowserClient({
      baseUrl: 'http://localhost',
      fetch: (url, { method }) => {
        calls.push(`${method} ${new URL(url).pathname}`);
        return Promise.resolve({
          ok: true,
          status: 200,
          headers: { get: () => null },
          json: () => Promise.resolve({ csrfHeader: 'x', csrfToken: 'y' }),
        });
      },
    });
    place = document.createElement('div');
    document.body.append(place);
    root = createRoot(place);
    await act(async () => {
      root?.render(
        <I18nProvider initial="en">
          <ClientProvider client={client}>
            <DownloadRow download={one} canAct={canAct} isSelected={false} onSelect={() => undefined} />
          </ClientProvider>
        </I18nProvider>,
      );
    });
    const button = (name: string) =>
      [...(place?.querySelectorAll('button') ?? [])].find((candidate) => candidate.textContent === name);
    const press = async (name: string) => {
      const found = button(name);
      if (found === undefined) throw new Error(`no button "${name}"`);
      await act(async () => {
        found.click();
        await new Promise((resolve) => setTimeout(resolve, 0));
      });
    };
    return { calls, button, press, text: () => place?.textContent ?? '' };
  };

  it('shows a dropped source with its reason, and its name as text', async () => {
    const row = await show(
      download({
        sources: [
          source({
            deviceId: 'x',
            account: '<b>mallory</b>\u202e',
            state: 'dropped',
            badChunks: 2,
            problem: { code: 'bad_chunk', message: 'Chunk 412 did not match.' },
          }),
        ],
      }),
    );
    // Without looking for it: the table of sources is closed.
    expect(row.text()).toContain('<b>mallory</b> was dropped: Sent wrong bytes');
    await row.press('1 source');
    expect(row.text()).not.toContain('\u202e');
    expect(row.text()).toContain('Sent wrong bytes — Chunk 412 did not match.');
    expect(place?.querySelector('b')).toBeNull();
  });

  it('says what it waits for, when it looks again, and looks at once when told to', async () => {
    const row = await show(
      download({
        state: 'waiting',
        problem: { code: 'no_supernode', message: 'No supernode answers.' },
        waiting: { since: Date.now() - 60_000, asked: 3, nextAt: Date.now() + 60_000 },
      }),
    );
    expect(row.text()).toContain('Waiting for the network');
    expect(row.text()).toMatch(/looked 3 times.*looks again in/);
    await row.press('Try again');
    expect(row.calls).toContain('POST /api/v1/downloads/d1/retry');
  });

  it('tells a full disk from a missing source', async () => {
    const row = await show(download({ state: 'waiting', problem: { code: 'disk_full', message: 'Full.' } }));
    expect(row.text()).toContain('Waiting for room on the disk');
  });

  it('is cancelled with time to undo it, and had back by that', async () => {
    const row = await show(download());
    await row.press('Cancel');
    expect(row.calls).toContain('POST /api/v1/downloads/act');
  });

  it('says that it is being cancelled, and offers nothing but to undo it', async () => {
    const row = await show(download({ state: 'paused', cancelAt: Date.now() + 9_000 }));
    expect(row.text()).toMatch(/is cancelled in \d+ sec/);
    expect(row.button('Cancel')).toBeUndefined();
    await row.press('Undo');
    expect(row.calls).toContain('POST /api/v1/downloads/d1/resume');
  });

  it('cannot be acted on while the daemon is away', async () => {
    const row = await show(download(), false);
    expect(row.button('Pause')?.disabled).toBe(true);
    expect(row.button('Cancel')?.disabled).toBe(true);
  });

  it.each([
    [1, 'what was refused was fetched again'],
    [0, 'what was on its way when it was paused or cut was fetched again'],
  ])('says why more was fetched than there is, with %d chunks refused', async (badChunks, why) => {
    const row = await show(
      download({
        state: 'done',
        ...{ bytes: 100, fetchedBytes: 120, finishedAt: 0 },
        sources: [source({ deviceId: 'x', state: 'idle', bytes: 100, badChunks })],
      }),
    );
    await row.press('1 source');
    expect(row.text()).toContain(`Fetched 120 bytes for 100 bytes: ${why}.`);
  });

  it('says where the finished file is', async () => {
    const row = await show(download({ state: 'done', bytes: 100, finishedAt: 0 }));
    expect(row.text()).toContain('Saved as /d/Song.flac');
  });
});
