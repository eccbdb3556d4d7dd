import { displayText } from '@banyan/proto';
import { useState, type SubmitEvent } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { Logo } from '../ui/logo.tsx';
import { failureText } from '../ui/problem.tsx';
import { useWords } from './i18n/words.tsx';
import { useConsole } from './session.tsx';
import { ConsoleCommand } from './ui/console-command.tsx';
import { Failure } from './ui/failure.tsx';
import { Field } from './ui/field.tsx';
import { useLoad } from './ui/use-load.ts';

/** What the network says of itself to everybody (RFC 8414). */
interface Metadata {
  readonly banyan_network_name?: string;
  /** Of the organisation's provider, where there is one. */
  readonly banyan_sign_in_name?: string;
}

async function readMetadata(): Promise<Metadata> {
  const answer = await fetch('/.well-known/oauth-authorization-server');
  return (await answer.json()) as Metadata;
}

/**
 * The console without a session: name and password, or the command.
 *
 * @param linkFailure - why the link that was followed did not sign anybody in
 * @param onTry - another way is tried now
 */
export function SignIn({ linkFailure, onTry }: { linkFailure: string | undefined; onTry: () => void }) {
  const i18n = useI18n();
  const { t } = useWords();
  const { client, setSession } = useConsole();
  const { value: metadata } = useLoad('metadata', readMetadata);
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    onTry();
    try {
      setSession(await client.signIn({ account, password }));
    } catch (error) {
      setFailure(failureText(i18n, error));
      setBusy(false);
    }
  };

  const network = metadata?.banyan_network_name;
  const provider = metadata?.banyan_sign_in_name;
  return (
    <div className="sign-in console-sign-in">
      <Logo className="home-logo" />
      <h1>
        {network === undefined
          ? t('signin.title')
          : t('signin.title.of', { network: displayText(network, 64) })}
      </h1>
      {provider === undefined ? null : (
        <p>
          <a className="button button-main" href="/sign-in/console">
            {t('signin.with', { name: displayText(provider, 64) })}
          </a>
        </p>
      )}
      <form className="form" onSubmit={(event) => void submit(event)}>
        <Failure text={failure ?? linkFailure} />
        <Field
          label={t('signin.account')}
          autoComplete="username"
          value={account}
          onChange={setAccount}
          maxLength={64}
          required
        />
        <Field
          label={t('signin.password')}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          required
        />
        <p className="form-acts">
          <button
            type="submit"
            className="button button-main"
            disabled={isBusy || account === '' || password === ''}
          >
            {t('signin.go')}
          </button>
        </p>
      </form>
      <p className="muted">{t('signin.or')}</p>
      <ConsoleCommand />
    </div>
  );
}
