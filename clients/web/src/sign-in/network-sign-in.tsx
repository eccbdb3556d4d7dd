import { displayText, type PeerStatus, type SignInView } from '@banyan/proto';
import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useCanAct, useClient } from '../live/client.tsx';
import { takeSignInAnswer } from '../route.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { BusyIcon, ProblemIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';

type SigningIn = PeerStatus & { readonly signIn: SignInView & { readonly provider: string } };

/** Whether this device is outside its network, and its owner can sign in with the provider of that. */
export function mustSignIn(status: PeerStatus | undefined): status is SigningIn {
  return status?.signIn?.needed === true && status.signIn.provider !== null;
}

const COMMAND = 'banyan sign-in';

/** "Sign in with …": leads this browser to the provider, and takes what it comes back with. */
export function NetworkSignIn({ status }: { status: SigningIn }) {
  const i18n = useI18n();
  const { t, rich } = i18n;
  const client = useClient();
  const canAct = useCanAct();
  const announce = useAnnounce();
  const [step, setStep] = useState<'idle' | 'leaving' | 'finishing'>('idle');
  const [failure, setFailure] = useState<unknown>();
  const isFinishing = useRef(false);
  const { provider, problem } = status.signIn;
  const name = displayText(provider, 64);

  useEffect(() => {
    const answer = isFinishing.current ? undefined : takeSignInAnswer();
    if (answer === undefined) return;
    isFinishing.current = true;
    setStep('finishing');
    client.finishSignIn(answer).then(
      () => {
        announce(t('netsignin.done'));
      },
      (error: unknown) => {
        setFailure(error);
        setStep('idle');
      },
    );
  }, [client, announce, t]);

  const begin = () => {
    setFailure(undefined);
    setStep('leaving');
    client.beginSignIn().then(
      ({ url }) => {
        location.assign(url);
      },
      (error: unknown) => {
        setFailure(error);
        setStep('idle');
      },
    );
  };

  const busy = step !== 'idle';
  return (
    <section className="panel" aria-labelledby="network-sign-in-title">
      <h2 id="network-sign-in-title">
        {rich('netsignin.title', { network: <Name text={status.network.name ?? status.network.issuer} /> })}
      </h2>
      <p>{t('netsignin.text')}</p>
      {failure === undefined && problem === null ? null : (
        <p className="with-icon panel-bad" role="alert">
          <ProblemIcon aria-hidden />
          <span>
            {failure === undefined ? (
              problem === null ? null : (
                <ProblemText problem={problem} />
              )
            ) : (
              failureText(i18n, failure)
            )}
          </span>
        </p>
      )}
      <button type="button" className="button button-main" disabled={busy || !canAct} onClick={begin}>
        {busy ? <BusyIcon aria-hidden className="spin" /> : null}
        <span>
          {step === 'finishing'
            ? t('netsignin.finishing')
            : t(step === 'leaving' ? 'netsignin.leaving' : 'netsignin.with', { name: isolate(name) })}
        </span>
      </button>
      <p className="panel-more">{rich('netsignin.elsewhere', { command: <code>{COMMAND}</code> })}</p>
    </section>
  );
}
