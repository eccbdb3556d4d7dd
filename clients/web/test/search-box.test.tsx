import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { I18nProvider } from '../src/i18n/i18n.tsx';
import { SearchBox } from '../src/search/search-box.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

describe('the search box', () => {
  let root: Root;
  let place: HTMLElement;
  let searched: string[];

  const show = (query: string) =>
    act(async () => {
      root.render(
        <I18nProvider initial="en">
          <SearchBox query={query} onSearch={(words) => searched.push(words)} />
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

  beforeEach(async () => {
    searched = [];
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
});
