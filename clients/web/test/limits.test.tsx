import { afterEach, describe, expect, it } from '@jest/globals';
import { NO_LIMIT, parseScheduleRule, type DownloadPatch, type LimitsView } from '@banyan/proto';
import { createBrowserClient } from '@banyan/sdk/browser';
import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { loadCatalogue } from '../src/i18n/catalogues.ts';
import { createI18n, I18nProvider } from '../src/i18n/i18n.tsx';
import { ClientProvider } from '../src/live/client.tsx';
import { Limits, limitWords } from '../src/transfers/limits.tsx';
import { TurnControls } from '../src/transfers/turn-controls.tsx';

await loadCatalogue('en');

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const NOON = new Date(2026, 10, 25, 12).getTime();
const view = (change: Partial<LimitsView> = {}): LimitsView => ({
  limits: { ...NO_LIMIT, up: 1_500_000 },
  schedule: [parseScheduleRule('08:00-18:00 down=2MB/s')],
  downloadsAtOnce: 5,
  now: { limits: { ...NO_LIMIT, up: 1_500_000, down: 2_000_000 }, rule: 0, until: NOON + 6 * 3_600_000 },
  ...change,
});

let root: Root | undefined;
let place: HTMLElement | undefined;
afterEach(async () => {
  await act(async () => root?.unmount());
  place?.remove();
});

const calls: { method: string; path: string; body: unknown }[] = [];

async function show(node: ReactNode): Promise<HTMLElement> {
  calls.length = 0;
  const client = createBrowserClient({
    baseUrl: 'http://localhost:1',
    fetch: (url, { method, body }) => {
      const path = new URL(url).pathname;
      calls.push({ method, path, body: body === undefined ? undefined : JSON.parse(body) });
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
  await act(async () =>
    root?.render(
      <I18nProvider initial="en">
        <ClientProvider client={client}>{node}</ClientProvider>
      </I18nProvider>,
    ),
  );
  return place;
}

async function press(button: Element | null | undefined): Promise<void> {
  await act(async () => {
    (button as HTMLButtonElement).click();
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
}

async function type(field: Element | null | undefined, text: string): Promise<void> {
  const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  await act(async () => {
    Object.getOwnPropertyDescriptor(prototype.prototype, 'value')?.set?.call(field, text);
    field?.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

describe('the speed limits of the page', () => {
  it('say in words what holds now, and until when', () => {
    const i18n = createI18n('en', () => Promise.resolve());
    expect(limitWords(view(), i18n, NOON)).toMatch(
      /^Now: downloads 2 MB\/s, uploads 1.5 MB\/s\. Until .*(18|6):00/,
    );
    const none = { limits: NO_LIMIT, rule: null, until: null };
    expect(limitWords(view({ now: none }), i18n, NOON)).toBe('Now: no limit.');
  });

  it('are filled in as they are set, and saved as they are written', async () => {
    const page = await show(<Limits view={view()} canAct />);
    expect(page.querySelector('form')).toBeNull();
    await press(page.querySelector('button[aria-expanded]'));
    const [down, up] = page.querySelectorAll('input[type=text]');
    expect((up as HTMLInputElement).value).toBe('1.5MB/s');
    expect(page.querySelector('textarea')!.value).toBe('08:00-18:00 down=2MB/s');
    await type(down, '8Mbit/s');
    await type(up, '');
    await type(page.querySelector('input[type=number]'), '3');
    await press(page.querySelector('button[type=submit]'));
    expect(calls.find(({ method }) => method === 'PATCH')).toEqual({
      method: 'PATCH',
      path: '/api/v1/limits',
      body: {
        limits: { up: null, down: 1_000_000, upEach: null, downEach: null },
        schedule: view().schedule,
        downloadsAtOnce: 3,
      },
    });
    expect(page.querySelector('form')).toBeNull();
  });

  it('say what is not understood, and send nothing', async () => {
    const page = await show(<Limits view={view()} canAct />);
    await press(page.querySelector('button[aria-expanded]'));
    await type(page.querySelector('textarea'), '08:00-26:00 down=2MB/s');
    await press(page.querySelector('button[type=submit]'));
    expect(page.querySelector('[role=alert]')?.textContent).toContain('is no time of day');
    expect(calls).toEqual([]);
  });
});

describe('the turn of a download', () => {
  it('is moved and ranked while it is unfinished', async () => {
    const asked: DownloadPatch[] = [];
    const download = { place: 2, priority: 'normal' } as Parameters<typeof TurnControls>[0]['download'];
    const page = await show(
      <TurnControls download={download} name="Song" canAct onArrange={(patch) => asked.push(patch)} />,
    );
    expect(page.textContent).toContain('Place 2');
    for (const button of page.querySelectorAll('button')) await press(button);
    const select = page.querySelector('select')!;
    await act(async () => {
      select.value = 'high';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    expect(asked).toEqual([{ move: 'top' }, { move: 'up' }, { move: 'down' }, { priority: 'high' }]);
    await act(async () => root?.unmount());
    const done = { ...download, place: null };
    const empty = await show(<TurnControls download={done} name="Song" canAct onArrange={() => undefined} />);
    expect(empty.textContent).toBe('');
  });
});
