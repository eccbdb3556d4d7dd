import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SuggestionView } from '@banyan/proto';
import { createBrowserClient } from '@banyan/sdk/browser';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { loadCatalogue } from '../src/i18n/catalogues.ts';
import { I18nProvider } from '../src/i18n/i18n.tsx';
import { ClientProvider } from '../src/live/client.tsx';
import { SearchBox } from '../src/search/search-box.tsx';

await loadCatalogue('en');

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

/** Longer than the box waits for the next letter. */
const PAUSE_MS = 200;

interface Asked {
  readonly query: string;
  readonly signal: AbortSignal | undefined;
  answer(...suggestions: SuggestionView[]): Promise<void>;
}

describe('the search box', () => {
  let root: Root;
  let place: HTMLElement;
  let searched: string[];
  let asked: Asked[];
  let forgotten: (string | undefined)[];

  const client = {
    ...createBrowserClient({ baseUrl: 'http://localhost' }),
    linkState: 'open' as const,
    suggestions: (query: string, _limit?: number, signal?: AbortSignal) =>
      new Promise<SuggestionView[]>((resolve) => {
        asked.push({
          query,
          signal,
          answer: (...suggestions) =>
            act(async () => {
              resolve(suggestions);
            }),
        });
      }),
    forgetSearches: async (query?: string) => {
      forgotten.push(query);
    },
  };

  const show = (query: string) =>
    act(async () => {
      root.render(
        <I18nProvider initial="en">
          <ClientProvider client={client}>
            <SearchBox query={query} onSearch={(words) => searched.push(words)} />
          </ClientProvider>
        </I18nProvider>,
      );
    });
  const input = () => place.querySelector('input')!;
  const press = (init: KeyboardEventInit & { code229?: boolean }) => {
    const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
    if (init.code229 === true) Object.defineProperty(event, 'keyCode', { value: 229 });
    return act(async () => input().dispatchEvent(event));
  };
  const submit = () =>
    act(async () =>
      place.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })),
    );
  const type = (text: string) =>
    act(async () => {
      // React listens to the setter of the prototype.
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input(), text);
      input().dispatchEvent(new Event('input', { bubbles: true }));
    });
  const pause = () =>
    act(async () => {
      jest.advanceTimersByTime(PAUSE_MS);
    });
  const options = () => [...place.querySelectorAll('[role=option]')];
  const texts = () => options().map((option) => option.querySelector('bdi')!.textContent);
  const highlighted = () =>
    options().findIndex(
      (option) =>
        option.getAttribute('aria-selected') === 'true' &&
        input().getAttribute('aria-activedescendant') === option.id,
    );
  const history = (query: string): SuggestionView => ({ query, from: 'history' });
  const network = (query: string): SuggestionView => ({ query, from: 'network' });

  beforeEach(async () => {
    jest.useFakeTimers();
    searched = [];
    asked = [];
    forgotten = [];
    place = document.createElement('div');
    document.body.append(place);
    root = createRoot(place);
    await show('');
  });
  afterEach(async () => {
    await act(async () => {
      root.unmount();
    });
    place.remove();
    jest.useRealTimers();
  });

  it('searches for trimmed words, and not for nothing', async () => {
    await submit();
    await show('  oak ');
    await submit();
    expect(searched).toEqual(['oak']);
  });

  it.each([{ isComposing: true }, { code229: true }])('leaves Enter to an input method: %j', async (how) => {
    const proceeds = await press({ key: 'Enter', ...how });
    expect(proceeds).toBe(false);
    await expect(press({ key: 'Enter' })).resolves.toBe(true);
  });

  it('leaves Esc to an input method, else clears with it', async () => {
    await show('oak');
    await press({ key: 'Escape', code229: true });
    expect(input().value).toBe('oak');
    await press({ key: 'Escape' });
    expect(input().value).toBe('');
  });

  it('follows the query when back and forward change it', async () => {
    await show('oak');
    await show('elm');
    expect(input().value).toBe('elm');
  });

  describe('with suggestions', () => {
    const open = async () => {
      await type('ba');
      await pause();
      await asked[0]!.answer(history('banyan tree'), network('bank'), history('bamboo'));
    };

    it('asks once a typist pauses, and not for what was typed on the way', async () => {
      await type('b');
      await type('ba');
      expect(asked).toEqual([]);
      await pause();
      expect(asked.map(({ query }) => query)).toEqual(['ba']);
      await type('ban');
      expect(asked[0]!.signal!.aborted).toBe(true);
    });

    it('never shows an answer to something else than what is typed', async () => {
      await type('ba');
      await pause();
      await type('elm');
      await pause();
      await asked[1]!.answer(network('elm tree'));
      await asked[0]!.answer(network('banyan'));
      expect(texts()).toEqual(['elm tree']);
      await type('elm s');
      expect(texts()).toEqual([]);
    });

    it('keeps what still fits in sight until the next answer', async () => {
      await open();
      await type('ban');
      expect(texts()).toEqual(['banyan tree', 'bank']);
    });

    it('highlights nothing by itself, so Enter searches for what is typed', async () => {
      await open();
      expect(texts()).toEqual(['banyan tree', 'bank', 'bamboo']);
      expect(input().getAttribute('aria-expanded')).toBe('true');
      expect(input().getAttribute('aria-controls')).toBe(place.querySelector('[role=listbox]')!.id);
      expect(highlighted()).toBe(-1);
      await expect(press({ key: 'Enter' })).resolves.toBe(true);
      await submit();
      expect(searched).toEqual(['ba']);
      expect(options()).toEqual([]);
    });

    it('moves with the arrows through the list and back into the box, which keeps its text', async () => {
      await open();
      const seen: number[] = [];
      for (let i = 0; i < 5; i++) {
        await press({ key: 'ArrowDown' });
        seen.push(highlighted());
      }
      await press({ key: 'ArrowUp' });
      seen.push(highlighted());
      await press({ key: 'ArrowUp' });
      seen.push(highlighted());
      expect(seen).toEqual([0, 1, 2, -1, 0, -1, 2]);
      expect(input().value).toBe('ba');
    });

    it('searches for the highlighted one with Enter, and for one that is pressed', async () => {
      await open();
      await press({ key: 'ArrowDown' });
      await expect(press({ key: 'Enter', isComposing: true })).resolves.toBe(false);
      expect(searched).toEqual([]);
      await expect(press({ key: 'Enter' })).resolves.toBe(false);
      expect(input().value).toBe('banyan tree');
      await type('ba');
      await pause();
      await asked.at(-1)!.answer(network('bank'));
      await act(async () => {
        options()[0]!.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      });
      expect(searched).toEqual(['banyan tree', 'bank']);
    });

    it('closes first with Esc, then clears, then leaves', async () => {
      input().focus();
      await open();
      await press({ key: 'Escape' });
      expect(options()).toEqual([]);
      expect(input().value).toBe('ba');
      await press({ key: 'Escape' });
      expect(input().value).toBe('');
      expect(document.activeElement).toBe(input());
      await press({ key: 'Escape' });
      expect(document.activeElement).not.toBe(input());
    });

    it('says where each comes from, and takes recent ones out with Delete or their button', async () => {
      await open();
      expect(options().map((option) => /recent|your library|network/.exec(option.textContent)?.[0])).toEqual([
        'recent',
        'network',
        'recent',
      ]);
      // Over the letters Delete is the browser's, over what others' words gave it means nothing.
      await expect(press({ key: 'Delete' })).resolves.toBe(true);
      await press({ key: 'ArrowDown' });
      await press({ key: 'ArrowDown' });
      await expect(press({ key: 'Delete' })).resolves.toBe(true);
      await press({ key: 'ArrowUp' });
      await expect(press({ key: 'Delete' })).resolves.toBe(false);
      expect(forgotten).toEqual(['banyan tree']);
      expect(texts()).toEqual(['bank', 'bamboo']);
      expect(highlighted()).toBe(0);
      const button = place.querySelector<HTMLButtonElement>('button[aria-label*="bamboo"]')!;
      await act(async () => {
        button.click();
      });
      expect(forgotten).toEqual(['banyan tree', 'bamboo']);
      expect(texts()).toEqual(['bank']);
      expect(searched).toEqual([]);
    });

    it('asks nothing while an input method composes', async () => {
      const compose = (name: string) =>
        act(async () => input().dispatchEvent(new Event(name, { bubbles: true })));
      await compose('compositionstart');
      await type('ㄖㄨㄥ');
      await pause();
      expect(asked).toEqual([]);
      await type('榕');
      await compose('compositionend');
      await pause();
      expect(asked.map(({ query }) => query)).toEqual(['榕']);
    });

    it('shows at most eight, and not what is typed already', async () => {
      await type('ba');
      await pause();
      await asked[0]!.answer(history('ba'), ...Array.from({ length: 12 }, (_, i) => network(`ba${i}`)));
      expect(texts()).toEqual(Array.from({ length: 8 }, (_, i) => `ba${i}`));
    });
  });
});
