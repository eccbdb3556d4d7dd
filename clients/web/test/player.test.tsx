import { afterEach, describe, expect, it } from '@jest/globals';
import { BanyanError, type StreamView } from '@banyan/proto';
import { createBrowserClient } from '@banyan/sdk/browser';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { loadCatalogue } from '../src/i18n/catalogues.ts';
import { I18nProvider } from '../src/i18n/i18n.tsx';
import { ClientProvider } from '../src/live/client.tsx';
import { PlayButton } from '../src/player/play-button.tsx';

await loadCatalogue('en');

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const STREAM: StreamView = {
  url: 'http://127.0.0.1:9/stream/x/y/Song.flac',
  expiresAt: 1,
  content: 'c',
  name: 'Song.flac',
  type: 'audio/flac',
  download: 'd1',
};

/** What the browser says that it plays. */
let plays: (type: string) => CanPlayTypeResult = () => 'maybe';
HTMLMediaElement.prototype.canPlayType = (type) => plays(type);

let root: Root | undefined;
let place: HTMLElement | undefined;
afterEach(async () => {
  plays = () => 'maybe';
  await act(async () => root?.unmount());
  place?.remove();
});

const settle = () => act(async () => new Promise((resolve) => setTimeout(resolve, 0)));

async function show(name: string, answer: StreamView | BanyanError = STREAM) {
  const asked: unknown[] = [];
  const client = createBrowserClient({
    baseUrl: 'http://localhost',
    fetch: (url, { body }) => {
      const isSession = url.endsWith('/session');
      if (!isSession) asked.push(JSON.parse(String(body)));
      const failed = answer instanceof BanyanError && !isSession;
      const given = isSession ? { csrfHeader: 'x', csrfToken: 'y' } : answer;
      return Promise.resolve({
        ok: !failed,
        status: failed ? answer.http : 201,
        headers: { get: () => null },
        json: () => Promise.resolve(failed ? answer.toBody() : given),
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
          <PlayButton content="c" name={name} canAct />
        </ClientProvider>
      </I18nProvider>,
    );
  });
  const press = async (label: RegExp) => {
    const found = [...place!.querySelectorAll('button')].find((button) =>
      label.test(button.getAttribute('aria-label') ?? button.textContent ?? ''),
    );
    if (found === undefined) throw new Error(`no button ${String(label)}`);
    await act(async () => {
      found.click();
    });
    await settle();
  };
  const media = () => place!.querySelector<HTMLMediaElement>('audio, video');
  return { asked, press, media, text: () => place?.textContent ?? '' };
}

describe('playing while it arrives', () => {
  it('is offered for audio and video, and a look at what can be shown', async () => {
    expect((await show('disk.iso')).text()).toBe('');
    await act(async () => root?.unmount());
    expect((await show('notes.txt')).text()).toBe('Look at it');
    await act(async () => root?.unmount());
    expect((await show('film.mkv')).text()).toBe('Play');
  });

  it.each([true, false])('opens a PDF when all of it is here: %s', async (isWhole) => {
    const player = await show('walk.pdf', {
      ...STREAM,
      name: 'walk.pdf',
      type: 'application/pdf',
      url: 'about:blank',
      isWhole,
    });
    await player.press(/^Look/);
    expect(place!.querySelectorAll('iframe')).toHaveLength(isWhole ? 1 : 0);
    // How soon an empty frame has loaded is the browser's affair.
    expect(isWhole || player.text().includes('Waiting for this part to arrive')).toBe(true);
  });

  it('plays from the gateway, and stops reading when it is closed', async () => {
    const player = await show('Song.flac');
    await player.press(/^Play/);
    expect(player.asked).toEqual([{ content: 'c', name: 'Song.flac' }]);
    const media = player.media()!;
    expect(media.tagName).toBe('AUDIO');
    expect(media.src).toBe(STREAM.url);
    expect(player.text()).toContain('Waiting for this part to arrive');
    await player.press(/^Close/);
    expect(player.media()).toBeNull();
    expect(media.getAttribute('src')).toBeNull();
  });

  it('does not begin what the browser plays not at all, and opens a player with a link for it alone', async () => {
    plays = () => '';
    const player = await show('old.wmv', { ...STREAM, name: 'old\n<b>.wmv', type: 'video/x-ms-wmv' });
    await player.press(/^Play/);
    expect(player.media()).toBeNull();
    expect(player.text()).toContain('This browser cannot play this kind of file.');
    const link = place!.querySelector<HTMLAnchorElement>('a[download]')!;
    expect(link.textContent).toBe('Open in player');
    expect(link.download).toMatch(/^old.*\.wmv\.m3u8$/);
    expect(link.download).not.toContain('<');
    const list = decodeURIComponent(link.href.replace(/^data:audio\/x-mpegurl;charset=utf-8,/, ''));
    // A name can add no line to it.
    expect(list.split('\n')).toEqual([
      '#EXTM3U',
      expect.stringMatching(/^#EXTINF:-1,old.*wmv$/),
      STREAM.url,
      '',
    ]);
  });

  it('tries what browsers deny by name and play by what is inside', async () => {
    plays = () => '';
    const player = await show('film.mkv', { ...STREAM, type: 'video/x-matroska' });
    await player.press(/^Play/);
    expect(player.media()?.tagName).toBe('VIDEO');
  });

  it('says why there is nothing to play', async () => {
    const player = await show('film.mp4', new BanyanError('blocked_content'));
    await player.press(/^Play/);
    expect(place!.querySelector('[role=alert]')?.textContent).toBe(
      'This content is blocked in this network.',
    );
    expect(player.media()).toBeNull();
  });

  it('gives the link to a player when the browser cannot play it', async () => {
    const player = await show('film.mkv');
    await player.press(/^Play/);
    const media = player.media()!;
    Object.defineProperty(media, 'error', { value: { code: 4 } });
    (globalThis as { MediaError?: unknown }).MediaError ??= { MEDIA_ERR_NETWORK: 2 };
    await act(async () => {
      media.dispatchEvent(new Event('error'));
    });
    expect(player.text()).toContain('This browser cannot play this kind of file.');
    expect(player.text()).toContain('Copy the link');
    expect(player.media()).toBeNull();
  });
});
