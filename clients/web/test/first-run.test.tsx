import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BanyanError, type SetupView } from '@banyan/proto';
import { createBrowserClient, type LinkState } from '@banyan/sdk/browser';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { FirstRun } from '../src/first-run/first-run.tsx';
import { loadCatalogue } from '../src/i18n/catalogues.ts';
import { I18nProvider } from '../src/i18n/i18n.tsx';
import { ClientProvider } from '../src/live/client.tsx';

await loadCatalogue('en');

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const NEEDED: SetupView = { state: 'needed', name: 'laptop', downloadFolder: '/d', folders: [] };

describe('the first run', () => {
  let root: Root;
  let place: HTMLElement;
  let link: LinkState;
  let onLink: () => void;
  /** How long each question was to wait, and how it is answered. */
  let asked: { readonly wait: number | undefined; answer(view: SetupView | Error): Promise<void> }[];
  const reload = jest.spyOn(location, 'reload');

  const put = async (next: LinkState) => {
    link = next;
    await act(async () => {
      onLink();
    });
  };

  beforeEach(async () => {
    reload.mockReset();
    place = document.createElement('div');
    document.body.append(place);
    root = createRoot(place);
    asked = [];
    link = 'open';
    const client = createBrowserClient({ baseUrl: 'http://localhost' });
    Object.defineProperties(client, {
      linkState: { get: () => link },
      onLinkState: {
        value: (listener: () => void) => {
          onLink = listener;
          return () => undefined;
        },
      },
      setup: {
        value: (_signal: AbortSignal, wait: number | undefined) =>
          new Promise<SetupView>((resolve, reject) => {
            asked.push({
              wait,
              answer: (view) =>
                act(async () => {
                  if (view instanceof Error) reject(view);
                  else resolve(view);
                }),
            });
          }),
      },
    });
    await act(async () => {
      root.render(
        <I18nProvider initial="en">
          <ClientProvider client={client}>
            <FirstRun />
          </ClientProvider>
        </I18nProvider>,
      );
    });
  });
  afterEach(async () => {
    await act(async () => {
      root.unmount();
    });
    place.remove();
  });

  it('shows why a peer that has joined could not start, and does not load the page anew for it', async () => {
    await asked[0]!.answer({
      ...NEEDED,
      state: 'failed',
      problem: { code: 'port_taken', message: 'Port 7741 is taken.' },
    });
    expect(place.querySelector('h1')!.textContent).toContain('could not start');
    expect(place.querySelector('[role=alert]')!.textContent).toContain('Port 7741 is taken.');
    expect(place.querySelector('form')).toBeNull();
    expect(asked).toHaveLength(1);
    expect(reload).not.toHaveBeenCalled();
  });

  it('waits for the end of a join that another tab began, and loads the page once', async () => {
    await asked[0]!.answer({ ...NEEDED, state: 'joining' });
    expect(place.querySelector('h1')!.textContent).toContain('joining');
    expect(reload).not.toHaveBeenCalled();
    // Too long for one question: it is asked again.
    await asked[1]!.answer({ ...NEEDED, state: 'joining' });
    await asked[2]!.answer({ ...NEEDED, state: 'joined' });
    expect(asked.map(({ wait }) => wait)).toEqual([0, 25, 25]);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('asks again when the daemon is back, instead of loading for ever', async () => {
    await asked[0]!.answer(new BanyanError('peer_not_running'));
    expect(place.textContent).toContain('Opening');
    await put('lost');
    await put('open');
    await asked[1]!.answer(NEEDED);
    expect(place.querySelector('h1')!.textContent).toBe('Which network?');
  });
});
