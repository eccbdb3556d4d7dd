import { displayText } from '@banyan/proto';
import { useEffect, useRef } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useNow } from '../live/use-now.ts';
import { OfflineIcon, RetryIcon, type Icon } from '../ui/icons.tsx';
import { LanguageSelect } from '../ui/language-select.tsx';
import { Logo } from '../ui/logo.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';
import {
  AccountsIcon,
  AuditIcon,
  BansIcon,
  CandidatesIcon,
  OverviewIcon,
  PolicyIcon,
  ReportsIcon,
  SignOutIcon,
  SupernodesIcon,
} from './icons.ts';
import { useWords } from './i18n/words.tsx';
import { faceHref, FACES, type ConsoleRoute, type Face } from './route.ts';
import { useConsole, useLink } from './session.tsx';
import { useConsoleView } from './ui/use-console-view.ts';

const ICONS: Readonly<Record<Face, Icon>> = {
  overview: OverviewIcon,
  supernodes: SupernodesIcon,
  candidates: CandidatesIcon,
  policy: PolicyIcon,
  reports: ReportsIcon,
  bans: BansIcon,
  accounts: AccountsIcon,
  audit: AuditIcon,
};
/** What a viewer may not even look at. */
const OPERATORS_ONLY: ReadonlySet<Face> = new Set(['bans', 'accounts']);

export function ConsoleHeader({ route, onSkip }: { route: ConsoleRoute; onSkip: () => void }) {
  const i18n = useI18n();
  const { t, format } = useWords();
  const { frame: reports } = useConsoleView('reports');
  const open = reports?.rows[0]?.open ?? 0;
  const notices = useNotices();
  const { client, session, setSession } = useConsole();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // Where the faces do not fit beside each other the open one is in sight.
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [route.face]);
  const faces = FACES.filter((face) => session?.role === 'operator' || !OPERATORS_ONLY.has(face));
  const signOut = async () => {
    try {
      await client.signOut();
      setSession(undefined);
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };
  return (
    <header className="console-head">
      <button type="button" className="skip button" onClick={onSkip}>
        {i18n.t('nav.skip')}
      </button>
      <div className="console-head-line">
        <a className="brand" href={faceHref('overview')}>
          <Logo className="brand-logo" />
          <span className="brand-name">
            <Name text={session?.network ?? 'Banyan'} />
          </span>
        </a>
        <p className="console-who">
          <span>
            <Name text={session?.account ?? ''} />
            {session === undefined || session.role === 'member' ? null : (
              <span className="muted">{` · ${t(`role.${session.role}`)}`}</span>
            )}
          </span>
          <button type="button" className="button button-quiet" onClick={() => void signOut()}>
            <SignOutIcon aria-hidden />
            <span>{t('signout')}</span>
          </button>
        </p>
      </div>
      <nav ref={nav} className="console-nav" aria-label={t('nav.label')}>
        {faces.map((face) => {
          const Picture = ICONS[face];
          return (
            <a
              key={face}
              className="nav-link"
              href={faceHref(face)}
              aria-current={route.face === face ? 'page' : undefined}
            >
              <Picture aria-hidden />
              <span>{t(`nav.${face}`)}</span>
              {face === 'reports' && open > 0 ? (
                <span className="nav-count">
                  <span aria-hidden="true">{format.number(open)}</span>
                  <span className="visually-hidden">{t('nav.reports.open', { count: open })}</span>
                </span>
              ) : null}
            </a>
          );
        })}
      </nav>
    </header>
  );
}

/** Auth does not answer: what is shown is old, and nothing can be done until it does. */
export function LinkBanner() {
  return useLink() === 'lost' ? <LostBanner /> : null;
}

function LostBanner() {
  const { t, format } = useWords();
  const { client } = useConsole();
  const lostAt = useNow(false);
  return (
    <div className="banner" role="alert">
      <OfflineIcon aria-hidden />
      <p>{t('link.lost', { time: format.timeOfDay(lostAt) })}</p>
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

/** For who left a browser signed in somewhere. */
function SignOutAll() {
  const i18n = useI18n();
  const { t } = useWords();
  const notices = useNotices();
  const { client, setSession } = useConsole();
  const signOut = async () => {
    try {
      await client.signOutAll();
      setSession(undefined);
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };
  return (
    <button type="button" className="button button-quiet" onClick={() => void signOut()}>
      {t('signout.all')}
    </button>
  );
}

export function LanguageFooter() {
  const { t } = useI18n();
  const { session } = useConsole();
  return (
    <footer className="site-foot">
      <p>{session === undefined ? '' : displayText(location.host, 100)}</p>
      {session === undefined ? null : <SignOutAll />}
      <label className="language">
        <span>{t('language.label')}</span>
        <LanguageSelect />
      </label>
    </footer>
  );
}
