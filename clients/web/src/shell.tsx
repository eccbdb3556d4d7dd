import { displayText } from '@banyan/proto';
import { useI18n } from './i18n/i18n.tsx';
import type { MessageKey } from './i18n/messages.ts';
import { useArrival } from './live/arriving.tsx';
import { useClient, useLinkState } from './live/client.tsx';
import { usePeerStatus, useSavedSearches } from './live/peer.tsx';
import { routeHref, type Route } from './route.ts';
import { tabRoute, useLastSearch } from './search/search-tabs.ts';
import {
  DownloadIcon,
  LibraryIcon,
  OfflineIcon,
  RetryIcon,
  SearchIcon,
  SettingsIcon,
  type Icon,
} from './ui/icons.tsx';
import { KeyHelp } from './ui/key-help.tsx';
import { LanguageSelect } from './ui/language-select.tsx';
import { Logo } from './ui/logo.tsx';
import { Name } from './ui/name.tsx';

const FACES: readonly { readonly face: Route['face']; readonly label: MessageKey; readonly icon: Icon }[] = [
  { face: 'search', label: 'nav.search', icon: SearchIcon },
  { face: 'transfers', label: 'nav.transfers', icon: DownloadIcon },
  { face: 'library', label: 'nav.library', icon: LibraryIcon },
  { face: 'settings', label: 'nav.settings', icon: SettingsIcon },
];

const HOME: Route = { face: 'search', query: '' };

export function Header({ route, onSkip }: { route: Route; onSkip: () => void }) {
  const { t, format } = useI18n();
  const { status } = usePeerStatus();
  const fresh = useSavedSearches()?.reduce((sum, one) => sum + one.fresh, 0) ?? 0;
  const running = status?.transfers.downloading ?? 0;
  const last = useLastSearch();
  const routeOf = (face: Route['face']): Route => {
    if (face !== 'search') return { face };
    // Back to what was found; but what saved searches have found stands at home.
    return last === undefined || fresh > 0 ? HOME : tabRoute(last);
  };
  return (
    <header className="site-head">
      <button type="button" className="skip button" onClick={onSkip}>
        {t('nav.skip')}
      </button>
      <a className="brand" href={routeHref(HOME)} aria-label={t('app.name')}>
        <Logo className="brand-logo" />
        <span className="brand-name" aria-hidden="true">
          {t('app.name')}
        </span>
      </a>
      <nav aria-label={t('nav.label')}>
        {FACES.map(({ face, label, icon: Picture }) => (
          <a
            key={face}
            className={`nav-link nav-link-${face}`}
            href={routeHref(routeOf(face))}
            aria-current={route.face === face ? 'page' : undefined}
          >
            <Picture aria-hidden />
            <span>{t(label)}</span>
            {face === 'search' && fresh > 0 ? (
              <span className="nav-count">
                <span aria-hidden="true">{format.number(fresh)}</span>
                <span className="visually-hidden">{t('nav.fresh', { count: fresh })}</span>
              </span>
            ) : null}
            {face === 'transfers' && running > 0 ? (
              <span className="nav-count">
                <span aria-hidden="true">{format.number(running)}</span>
                <span className="visually-hidden">{t('nav.running', { count: running })}</span>
              </span>
            ) : null}
          </a>
        ))}
      </nav>
    </header>
  );
}

/** The daemon does not answer: what is shown is old, and nothing can be done until it does. */
export function LinkBanner() {
  const { t, format } = useI18n();
  const { asOf } = usePeerStatus();
  const client = useClient();
  const link = useLinkState();
  if (link !== 'lost') return null;
  return (
    <div className="banner" role="alert">
      <OfflineIcon aria-hidden />
      <p>{asOf === undefined ? t('link.lost.never') : t('link.lost', { time: format.timeOfDay(asOf) })}</p>
      <button
        type="button"
        className="button"
        onClick={() => {
          client.connect();
        }}
      >
        <RetryIcon aria-hidden />
        <span>{t('link.retry')}</span>
      </button>
    </div>
  );
}

export function Footer() {
  const { t, rich } = useI18n();
  const { status } = usePeerStatus();
  useArrival(status !== undefined);
  return (
    <footer className="site-foot">
      {status === undefined ? null : (
        <p>
          {rich('footer.you', { name: <Name text={status.account ?? status.name} /> })}
          {status.account !== null && status.account !== status.name ? (
            <>
              {' · '}
              <Name text={status.name} />
            </>
          ) : null}
          {' · '}
          {t('footer.version', { version: displayText(status.version, 40) })}
        </p>
      )}
      <KeyHelp />
      <label className="language">
        <span>{t('language.label')}</span>
        <LanguageSelect />
      </label>
    </footer>
  );
}
