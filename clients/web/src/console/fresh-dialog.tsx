import { displayText, type ConsoleSession } from '@banyan/proto';
import type { ConsoleClient } from '@banyan/sdk/browser';
import { useEffect, useState, type SubmitEvent } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { failureText } from '../ui/problem.tsx';
import { useWords } from './i18n/words.tsx';
import { ConsoleCommand } from './ui/console-command.tsx';
import { Failure } from './ui/failure.tsx';
import { Field } from './ui/field.tsx';

/** How often it is looked whether another tab has made the sign-in fresh. */
const LOOK_MS = 2_000;

interface FreshProps<S> {
  readonly client: ConsoleClient;
  readonly session: S;
  readonly onSession: (session: ConsoleSession) => void;
  readonly onEnd: (isFresh: boolean) => void;
}

/** Asks once more who it is, before a grave act. */
export function FreshDialog({ client, session, onSession, onEnd }: FreshProps<ConsoleSession | undefined>) {
  const i18n = useI18n();
  const { t } = useWords();
  const [password, setPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      onSession(await client.signInAfresh(password));
      onEnd(true);
    } catch (error) {
      setFailure(failureText(i18n, error));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t('fresh.title')}
      onClose={() => {
        onEnd(false);
      }}
    >
      {session?.hasPassword === false ? (
        <SignInAgain client={client} session={session} onSession={onSession} onEnd={onEnd} />
      ) : (
        <form className="form" onSubmit={(event) => void submit(event)}>
          <p>{t('fresh.text')}</p>
          {/* For password managers: whose password it is. */}
          <input
            type="text"
            className="visually-hidden"
            autoComplete="username"
            value={session?.account ?? ''}
            readOnly
            tabIndex={-1}
            aria-hidden="true"
          />
          <Field
            label={t('signin.password')}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
            required
          />
          <Failure text={failure} />
          <p className="form-acts">
            <button type="submit" className="button button-main" disabled={isBusy || password === ''}>
              {t('fresh.go')}
            </button>
          </p>
        </form>
      )}
    </Dialog>
  );
}

/** For who has no password: the provider or a link, each in another tab, so that nothing typed here is lost. */
function SignInAgain({ client, session, onSession, onEnd }: FreshProps<ConsoleSession>) {
  const { t } = useWords();
  const { accountId, signInName } = session;

  useEffect(() => {
    let isOver = false;
    /** By auth's clock, as it was when this was asked; the page's own session may be older. */
    let before: number | undefined;
    const look = async () => {
      const found = await client.session().catch(() => undefined);
      if (isOver || found === undefined) return;
      before ??= found.freshUntil;
      const isSame = found.accountId === accountId;
      if (isSame && found.freshUntil <= before) return;
      isOver = true;
      onSession(found);
      // What one person began is not done in another's name.
      onEnd(isSame);
    };
    const onLook = () => void look();
    onLook();
    const timer = setInterval(onLook, LOOK_MS);
    document.addEventListener('visibilitychange', onLook);
    return () => {
      isOver = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onLook);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once: another render must not forget what was before
  }, []);

  return (
    <>
      {signInName === undefined ? (
        <p>{t('fresh.by.link')}</p>
      ) : (
        <>
          <p>{t('fresh.by.provider')}</p>
          <p>
            <a className="button button-main" href="/sign-in/console" target="_blank" rel="noreferrer">
              {t('signin.with', { name: displayText(signInName, 64) })}
            </a>
          </p>
          <p>{t('fresh.or.link')}</p>
        </>
      )}
      <ConsoleCommand />
      <p className="muted" role="status">
        {t('fresh.waiting')}
      </p>
    </>
  );
}
