import { useI18n } from '../i18n/i18n.tsx';
import { useClient } from '../live/client.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { ProblemIcon, RetryIcon } from '../ui/icons.tsx';
import { Logo } from '../ui/logo.tsx';

const COMMAND = 'banyan open';

/** What the page is without a session: the way to get one. */
export function SignIn({ loginFailure }: { loginFailure: string | undefined }) {
  const { t } = useI18n();
  const client = useClient();
  return (
    <div className="sign-in">
      <Logo className="home-logo" />
      <h1>{t('signin.title')}</h1>
      {loginFailure === undefined ? null : (
        <p className="with-icon bad" role="alert">
          <ProblemIcon aria-hidden />
          <span>{loginFailure}</span>
        </p>
      )}
      <p>{t('signin.text')}</p>
      <p className="command">
        <code>{COMMAND}</code>
        <CopyButton text={COMMAND} label={t('signin.copy')} />
      </p>
      <p className="muted">{t('signin.then')}</p>
      <button
        type="button"
        className="button"
        onClick={() => {
          client.connect();
        }}
      >
        <RetryIcon aria-hidden />
        <span>{t('signin.again')}</span>
      </button>
    </div>
  );
}
