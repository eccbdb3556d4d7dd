import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import { createBrowserClient } from '@banyan/sdk/browser';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { loadCatalogue } from '../src/i18n/catalogues.ts';
import { I18nProvider } from '../src/i18n/i18n.tsx';
import { AddFolder } from '../src/library/add-folder.tsx';
import { ClientProvider } from '../src/live/client.tsx';

await loadCatalogue('en');

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

describe('a folder that the daemon refuses to share', () => {
  let root: Root;
  let place: HTMLElement;

  const refuse = async (details?: Readonly<Record<string, unknown>>) => {
    const client = {
      ...createBrowserClient({ baseUrl: 'http://localhost' }),
      addShare: () =>
        Promise.reject(
          new BanyanError('folder_unsafe', 'It is private.', details === undefined ? {} : { details }),
        ),
    };
    await act(async () => {
      root.render(
        <I18nProvider initial="en">
          <ClientProvider client={client}>
            <AddFolder canAct />
          </ClientProvider>
        </I18nProvider>,
      );
    });
    const input = place.querySelector('input')!;
    await act(async () => {
      // React listens to the setter of the prototype.
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, '/etc');
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await act(async () => {
      place.querySelector('form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    });
  };

  beforeEach(() => {
    place = document.createElement('div');
    document.body.append(place);
    root = createRoot(place);
  });
  afterEach(async () => {
    await act(async () => {
      root.unmount();
    });
    place.remove();
  });

  it.each([undefined, { confirmable: true }])('may be insisted on with %j', async (details) => {
    await refuse(details);
    expect(place.querySelector('[role=alertdialog]')!.textContent).toContain('It is private.');
    expect(place.textContent).toContain('Share it anyway');
  });

  it('is only refused when it may never be shared', async () => {
    await refuse({ confirmable: false });
    expect(place.querySelector('[role=alertdialog]')).toBeNull();
    expect(place.textContent).not.toContain('Share it anyway');
    expect(place.querySelector('[role=alert]')!.textContent).toBe('It is private.');
  });
});
