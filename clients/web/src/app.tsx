import { displayText, isBanyanError } from '@banyan/proto';
import type { BrowserClient } from '@banyan/sdk/browser';
import { useEffect, useRef, useState } from 'react';
import { useI18n } from './i18n/i18n.tsx';
import { isolate } from './i18n/messages.ts';
import { LibraryPage } from './library/library-page.tsx';
import { ClientProvider, useClient, useLinkState } from './live/client.tsx';
import { PeerProvider, useNewestDownloads, usePeerStatus } from './live/peer.tsx';
import { go, takeLoginCode, useRoute, type Route } from './route.ts';
import { SearchPage } from './search/search-page.tsx';
import { Footer, Header, LinkBanner } from './shell.tsx';
import { SignIn } from './sign-in/sign-in.tsx';
import { TransfersPage } from './transfers/transfers-page.tsx';
import { AnnouncerProvider, useAnnounce } from './ui/announcer.tsx';
import { takesText } from './ui/keys.ts';
import { NoticesProvider } from './ui/notices.tsx';
import { BusyIcon } from './ui/icons.tsx';
import { failureText } from './ui/problem.tsx';

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
      <Shell />
    </PeerProvider>
  );
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
  const { asOf } = usePeerStatus();
  const { face } = route;

  useEffect(() => {
    document.title = titleOf(route, t);
  }, [route, t]);
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [face]);
  useLinkAnnouncements();
  useSlashKey();
  useFinishedAnnouncements();

  return (
    <>
      <Header
        route={route}
        onSkip={() => {
          main.current?.focus();
        }}
      />
      <LinkBanner asOf={asOf} />
      <main id="main" ref={main} tabIndex={-1} className={link === 'lost' ? 'stale' : undefined}>
        {route.face === 'search' ? (
          <SearchPage query={route.query} asTyped={route.asTyped === true} />
        ) : route.face === 'transfers' ? (
          <TransfersPage />
        ) : (
          <LibraryPage />
        )}
      </main>
      <Footer />
    </>
  );
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
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return;
      if (takesText(event.target) || document.querySelector('dialog[open]') !== null) return;
      if (event.key === '/') {
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
  const before = useRef(new Map<string, string>());
  useEffect(() => {
    for (const { id, name, state } of downloads.values()) {
      const was = before.current.get(id);
      before.current.set(id, state);
      if (was === undefined || was === state) continue;
      const params = { name: isolate(displayText(name, 80)) };
      if (state === 'done') announce(t('download.announce.done', params));
      else if (state === 'failed') announce(t('download.announce.failed', params));
    }
  }, [downloads, announce, t]);
}
