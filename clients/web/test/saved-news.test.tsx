import { afterEach, expect, it } from '@jest/globals';
import type { SavedSearchView, ViewFrame } from '@banyan/proto';
import type { BrowserClient, ViewListener } from '@banyan/sdk/browser';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { loadCatalogue } from '../src/i18n/catalogues.ts';
import { I18nProvider } from '../src/i18n/i18n.tsx';
import { ClientProvider } from '../src/live/client.tsx';
import { PeerProvider } from '../src/live/peer.tsx';
import { useSavedNews } from '../src/search/saved-news.ts';
import { NoticesProvider } from '../src/ui/notices.tsx';

await loadCatalogue('en');

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let root: Root | undefined;
afterEach(async () => {
  await act(async () => root?.unmount());
});

const saved = (id: string, fresh: number): SavedSearchView => ({
  id,
  query: id,
  addedAt: 0,
  askedAt: 0,
  nextAt: 0,
  fresh,
  names: [],
  problem: null,
});

function News() {
  useSavedNews();
  return null;
}

it('tells of what is found while the page is open, and of nothing that was there before', async () => {
  let listener: ViewListener<ViewFrame<'saved'>> | undefined;
  const client = {
    linkState: 'open',
    onLinkState: () => () => undefined,
    setHidden: () => undefined,
    connect: () => undefined,
    openView: (topic: string, _window: unknown, opened: ViewListener<ViewFrame<'saved'>>) => {
      if (topic === 'saved') listener = opened;
      return { range: () => undefined, close: () => undefined };
    },
  } as unknown as BrowserClient;
  const place = document.createElement('div');
  root = createRoot(place);
  await act(async () =>
    root?.render(
      <I18nProvider initial="en">
        <ClientProvider client={client}>
          <NoticesProvider>
            <PeerProvider>
              <News />
            </PeerProvider>
          </NoticesProvider>
        </ClientProvider>
      </I18nProvider>,
    ),
  );
  const frame = (...rows: SavedSearchView[]) =>
    act(async () => {
      listener?.onFrame({
        type: 'view.rows',
        view: 1,
        topic: 'saved',
        seq: 0,
        total: rows.length,
        first: 0,
        rows,
      });
    });
  const told = () => [...place.querySelectorAll('.notice p')].map(({ textContent }) => textContent);

  await frame(saved('banyan', 3));
  expect(told()).toEqual([]);
  await frame(saved('banyan', 4));
  expect(told()).toEqual([expect.stringContaining('banyan')]);
});
