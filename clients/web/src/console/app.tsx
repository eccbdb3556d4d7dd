import { isBanyanError, type ConsoleSession } from '@banyan/proto';
import type { ConsoleClient } from '@banyan/sdk/browser';
import { startTransition, useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { takeLoginCode } from '../route.ts';
import { Arriving } from '../live/arriving.tsx';
import { AnnouncerProvider } from '../ui/announcer.tsx';
import { BusyIcon } from '../ui/icons.tsx';
import { NoticesProvider, useNotices } from '../ui/notices.tsx';
import { useTop } from '../ui/use-top.ts';
import { failureText } from '../ui/problem.tsx';
import { AccountsPage } from './accounts/accounts-page.tsx';
import { AuditPage } from './audit/audit-page.tsx';
import { BansPage } from './bans/bans-page.tsx';
import { HostPage } from './hosts/host-page.tsx';
import { HostsPage } from './hosts/hosts-page.tsx';
import { useWords, WordsProvider } from './i18n/words.tsx';
import { AlertAnnouncer } from './overview/alert-announcer.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { PolicyPage } from './policy/policy-page.tsx';
import { useConsoleRoute, type ConsoleRoute } from './route.ts';
import { ReportsPage } from './reports/reports-page.tsx';
import { ConsoleProvider, useConsole, useLink } from './session.tsx';
import { ConsoleHeader, LanguageFooter, LinkBanner } from './shell.tsx';
import { SignIn } from './sign-in.tsx';
import { SwapDialog } from './swap-dialog.tsx';

export function ConsoleApp({ client }: { client: ConsoleClient }) {
  return (
    <WordsProvider>
      <AnnouncerProvider>
        <NoticesProvider>
          <ConsoleProvider client={client}>
            <Gate />
          </ConsoleProvider>
        </NoticesProvider>
      </AnnouncerProvider>
    </WordsProvider>
  );
}

/** Signs in with the code of a link, connects, and shows the sign-in page while there is no session. */
function Gate() {
  const i18n = useI18n();
  const { t } = useWords();
  const { client, session, setSession } = useConsole();
  const link = useLink();
  const notices = useNotices();
  /** Of a link that would sign somebody else in. */
  const [otherCode, setOtherCode] = useState<string | undefined>(undefined);
  const [linkFailure, setLinkFailure] = useState<string | undefined>(undefined);
  /** Auth has said who is signed in, or that nobody is. */
  const [isKnown, setKnown] = useState(false);

  useEffect(() => {
    let left = false;
    const ask = async (): Promise<ConsoleSession | undefined> => {
      try {
        const found = await client.session();
        if (!left)
          startTransition(() => {
            setSession(found);
            setKnown(true);
          });
        return found;
      } catch (error) {
        // Auth is away: it is asked again when it is back.
        if (!left && isBanyanError(error) && error.code === 'login_required') {
          setSession(undefined);
          setKnown(true);
        }
        return undefined;
      }
    };
    const follow = async (code: string): Promise<void> => {
      const held = await ask();
      try {
        // Whoever sends somebody a link must not make them work in another name unawares.
        const accountId = held === undefined ? {} : { accountId: held.accountId };
        const found = await client.signIn({ code, ...accountId });
        if (!left) {
          setSession(found);
          setKnown(true);
        }
      } catch (error) {
        if (left) return;
        if (held !== undefined && isBanyanError(error) && error.code === 'conflict') setOtherCode(code);
        else if (held === undefined) setLinkFailure(failureText(i18n, error));
        else notices.problem(failureText(i18n, error));
      }
    };
    const begin = async () => {
      const code = takeLoginCode();
      if (code === undefined) await ask();
      else await follow(code);
      if (!left) client.connect();
    };
    const onHash = () => {
      if (/^#\/?login=/.test(location.hash)) void begin();
    };
    // Another tab may have signed somebody in, or out, meanwhile.
    const leaveLink = client.onLinkState(() => {
      if (client.linkState === 'open') void ask();
    });
    void begin();
    window.addEventListener('hashchange', onHash);
    return () => {
      left = true;
      leaveLink();
      window.removeEventListener('hashchange', onHash);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once; another language is no reason to sign in again
  }, [client, setSession]);

  if (link === 'idle' || (!isKnown && link !== 'signed-out'))
    return (
      <>
        <LinkBanner />
        <main className="opening">
          <BusyIcon aria-hidden className="spin" />
          <p>{t('opening')}</p>
        </main>
      </>
    );
  if (session === undefined || link === 'signed-out')
    return (
      <>
        <main id="main">
          <SignIn
            linkFailure={linkFailure}
            onTry={() => {
              setLinkFailure(undefined);
            }}
          />
        </main>
        <LanguageFooter />
      </>
    );
  return (
    <>
      <Shell />
      {otherCode === undefined ? null : (
        <SwapDialog
          code={otherCode}
          onClose={() => {
            setOtherCode(undefined);
          }}
        />
      )}
    </>
  );
}

function Shell() {
  const { t } = useWords();
  const route = useConsoleRoute();
  const link = useLink();
  const { session } = useConsole();
  const main = useRef<HTMLElement>(null);
  const where = route.face === 'host' ? route.deviceId : route.face;

  useEffect(() => {
    const face = route.face === 'host' ? 'supernodes' : route.face;
    document.title = `${t(`nav.${face}`)} – ${session?.network ?? 'Banyan'}`;
  }, [route, t, session]);
  useTop(where);

  return (
    <>
      <ConsoleHeader
        route={route}
        onSkip={() => {
          main.current?.focus();
        }}
      />
      <LinkBanner />
      <AlertAnnouncer />
      <Arriving key={where}>
        <main
          id="main"
          ref={main}
          tabIndex={-1}
          className={link === 'lost' ? 'console-main stale' : 'console-main'}
        >
          <FacePage route={route} />
        </main>
        <LanguageFooter />
      </Arriving>
    </>
  );
}

function FacePage({ route }: { route: ConsoleRoute }) {
  switch (route.face) {
    case 'overview':
      return <OverviewPage />;
    case 'supernodes':
    case 'candidates':
      return <HostsPage key={route.face} topic={route.face} />;
    case 'host':
      return <HostPage key={route.deviceId} deviceId={route.deviceId} />;
    case 'policy':
      return <PolicyPage />;
    case 'reports':
      return <ReportsPage />;
    case 'bans':
      return <BansPage about={route.about} />;
    case 'accounts':
      return <AccountsPage />;
    case 'audit':
      return <AuditPage key={route.about ?? ''} words={route.about ?? ''} />;
  }
}
