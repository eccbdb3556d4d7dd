import { displayText, isBanyanError } from '@banyan/proto';
import type { BrowserClient } from '@banyan/sdk/browser';
import { memo, useEffect, useRef, useState } from 'react';
import { loadCatalogue } from './i18n/catalogues.ts';
import { useI18n } from './i18n/i18n.tsx';
import { isolate, LANGUAGES } from './i18n/messages.ts';
import { Arriving } from './live/arriving.tsx';
import { ClientProvider, useClient, useLinkState } from './live/client.tsx';
import { PeerProvider, useNewestDownloads, usePeerStatus } from './live/peer.tsx';
import { go, takeLoginCode, useRoute, type Route } from './route.ts';
import { useSavedNews } from './search/saved-news.ts';
import { SearchPage } from './search/search-page.tsx';
import { Footer, Header, LinkBanner } from './shell.tsx';
import { SignIn } from './sign-in/sign-in.tsx';
import { AnnouncerProvider, useAnnounce } from './ui/announcer.tsx';
import { isPageKey, letterKeys } from './ui/keys.ts';
import { fetchParts, laterFace } from './ui/later.tsx';
import { NoticesProvider } from './ui/notices.tsx';
import { useTop } from './ui/use-top.ts';
import { BusyIcon } from './ui/icons.tsx';
import { failureText } from './ui/problem.tsx';

/** Who opens the page looks at the search face. */
const TransfersPage = laterFace(async () => (await import('./transfers/transfers-page.tsx')).TransfersPage);
const LibraryPage = laterFace(async () => (await import('./library/library-page.tsx')).LibraryPage);
const SettingsPage = laterFace(async () => (await import('./settings/settings-page.tsx')).SettingsPage);
const FirstRun = laterFace(async () => (await import('./first-run/first-run.tsx')).FirstRun);

/** By then a face has been drawn, also on a slow machine; nobody has left it much sooner. */
const PARTS_AFTER_MS = 2_000;
/** A page that is never idle fetches its other parts by so much later. */
const PARTS_WAIT_MS = 2_000;

export function App({ client }: { client: BrowserClient }) {
  return (
    <ClientProvider client={client}>
      <AnnouncerProvider>
        <NoticesProvider>
          <Gate />
        </NoticesProvider>
      </AnnouncerProvider>
    </ClientProvider>
  );
}

/** Signs in with the code of a login link, connects, and shows the sign-in page while there is no session. */
function Gate() {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const link = useLinkState();
  const [loginFailure, setLoginFailure] = useState<unknown>();
  const [signingIn, setSigningIn] = useState(true);

  useEffect(() => {
    let left = false;
    const begin = async () => {
      const code = takeLoginCode();
      setSigningIn(code !== undefined);
      if (code !== undefined) {
        try {
          await client.login(code);
          if (!left) setLoginFailure(undefined);
        } catch (error) {
          // An old link in a browser that is signed in already is no reason to bother anybody.
          if (!left) setLoginFailure(error);
        }
      }
      if (left) return;
      setSigningIn(false);
      client.connect();
    };
    const onHash = () => {
      if (/^#\/?login=/.test(location.hash)) void begin();
    };
    void begin();
    window.addEventListener('hashchange', onHash);
    return () => {
      left = true;
      window.removeEventListener('hashchange', onHash);
    };
  }, [client]);

  if (signingIn || link === 'idle') {
    return (
      <main className="opening">
        <BusyIcon aria-hidden className="spin" />
        <p>{signingIn && link === 'idle' ? t('signin.trying') : t('app.loading')}</p>
      </main>
    );
  }
  if (link === 'signed-out') {
    return (
      <>
        <main id="main">
          <SignIn
            loginFailure={
              loginFailure === undefined
                ? undefined
                : isBanyanError(loginFailure) && loginFailure.code === 'login_used'
                  ? t('signin.used')
                  : failureText(i18n, loginFailure)
            }
          />
        </main>
        <Footer />
      </>
    );
  }
  return (
    <PeerProvider>
      <Joined />
    </PeerProvider>
  );
}

/** The page of a peer that is in a network, or the way into one. */
function Joined() {
  const { isUnjoined } = usePeerStatus();
  if (!isUnjoined) return <Shell />;
  return (
    <>
      <LinkBanner />
      <main id="main">
        <FirstRun />
      </main>
      <Footer />
    </>
  );
}

/**
 * Fetches the other parts a moment after the page has been opened, once the browser has nothing better to do: they must be here
 * before the daemon is ever away, and not while the first face is still being drawn.
 */
function whenIdle(): () => void {
  let waiting: number | undefined;
  const timer = setTimeout(() => {
    // Safari has no idle callback.
    if ('requestIdleCallback' in window)
      waiting = requestIdleCallback(() => void fetchRest(), { timeout: PARTS_WAIT_MS });
    else void fetchRest();
  }, PARTS_AFTER_MS);
  return () => {
    clearTimeout(timer);
    if (waiting !== undefined) cancelIdleCallback(waiting);
  };
}

async function fetchRest(): Promise<void> {
  await fetchParts();
  for (const language of LANGUAGES) await loadCatalogue(language).catch(() => undefined); // When it is chosen, that is said.
}

function titleOf(route: Route, t: ReturnType<typeof useI18n>['t']): string {
  if (route.face !== 'search') return `${t(`nav.${route.face}`)} – ${t('app.name')}`;
  return route.query === '' ? t('app.name') : `${displayText(route.query, 60)} – ${t('app.name')}`;
}

function Shell() {
  const { t } = useI18n();
  const route = useRoute();
  const link = useLinkState();
  const main = useRef<HTMLElement>(null);
  const { face } = route;

  useEffect(() => {
    document.title = titleOf(route, t);
  }, [route, t]);
  useTop(face);
  const isOpen = link === 'open';
  // Again when the daemon is back: it may have gone before all were here.
  useEffect(() => (isOpen ? whenIdle() : undefined), [isOpen]);
  useLinkAnnouncements();
  useSlashKey();

  const body = (
    <>
      <main id="main" ref={main} tabIndex={-1} className={link === 'lost' ? 'stale' : undefined}>
        <Face route={route} />
      </main>
      <Footer />
    </>
  );
  return (
    <>
      <Header
        route={route}
        onSkip={() => {
          main.current?.focus();
        }}
      />
      <LinkBanner />
      {face === 'search' ? body : <Arriving key={face}>{body}</Arriving>}
      <News />
    </>
  );
}

/** Not drawn again with the frame around it. */
const Face = memo(function Face({ route }: { route: Route }) {
  switch (route.face) {
    case 'search':
      return <SearchPage query={route.query} asTyped={route.asTyped === true} />;
    case 'transfers':
      return <TransfersPage />;
    case 'library':
      return <LibraryPage />;
    case 'settings':
      return <SettingsPage />;
  }
});

/** What is told whatever face is open. Beside the faces, not around them: what it hears of often draws nothing. */
function News() {
  useFinishedAnnouncements();
  useSavedNews();
  return null;
}

/** Says when the daemon is back; that it is away, the banner says itself. */
function useLinkAnnouncements() {
  const { t } = useI18n();
  const announce = useAnnounce();
  const link = useLinkState();
  const wasLost = useRef(false);
  useEffect(() => {
    if (link === 'open' && wasLost.current) announce(t('link.back'));
    wasLost.current = link === 'lost';
  }, [link, announce, t]);
}

/** `/` goes to the search box from everywhere, Esc in the results as well. */
function useSlashKey() {
  useEffect(() => {
    const focusBox = () => {
      const box = document.getElementById('search-input');
      if (!(box instanceof HTMLInputElement)) return false;
      box.focus();
      box.select();
      return true;
    };
    const onKey = (event: KeyboardEvent) => {
      if (!isPageKey(event)) return;
      if (event.key === '/' && letterKeys.areOn()) {
        event.preventDefault();
        if (focusBox()) return;
        go({ face: 'search', query: '' }); // The box of the home face takes the focus itself.
      } else if (event.key === 'Escape') {
        const inResults = event.target instanceof Element && event.target.closest('.results') !== null;
        if (inResults && focusBox()) event.preventDefault();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, []);
}

/** Says when a download that was running is complete or has stopped, whatever face is open. */
function useFinishedAnnouncements() {
  const { t } = useI18n();
  const announce = useAnnounce();
  const downloads = useNewestDownloads();
  const before = useRef<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const told = before.current;
    // Only of those that are shown: a page stays open for weeks.
    before.current = new Map([...downloads.values()].map(({ id, state }) => [id, state]));
    for (const { id, name, state } of downloads.values()) {
      const was = told.get(id);
      if (was === undefined || was === state) continue;
      const params = { name: isolate(displayText(name, 80)) };
      if (state === 'done') announce(t('download.announce.done', params));
      else if (state === 'failed') announce(t('download.announce.failed', params));
    }
  }, [downloads, announce, t]);
}
