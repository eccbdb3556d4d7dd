import type { NetworkPreview, SetupView } from '@banyan/proto';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useClient, useLinkState } from '../live/client.tsx';
import { Announced } from '../ui/announcer.tsx';
import { BusyIcon, ProblemIcon } from '../ui/icons.tsx';
import { Logo } from '../ui/logo.tsx';
import { ProblemText } from '../ui/problem.tsx';
import { AccountStep } from './account-step.tsx';
import { NetworkStep } from './network-step.tsx';
import { ShareStep } from './share-step.tsx';

const STEPS = ['network', 'account', 'share'] as const;
type Step = (typeof STEPS)[number];
/** A join takes seconds: its end is waited for rather than looked for. */
const JOIN_WAIT_S = 25;

/** From nothing to searching: which network, who in it, which folders. */
export function FirstRun() {
  const { t } = useI18n();
  const client = useClient();
  const link = useLinkState();
  const [step, setStep] = useState<Step>('network');
  const [setup, setSetup] = useState<SetupView | undefined>(undefined);
  const [invite, setInvite] = useState('');
  const [network, setNetwork] = useState<NetworkPreview | undefined>(undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  /** It was joined here: what is left is to share something. */
  const isIn = useRef(false);

  useEffect(() => {
    document.title = `${t('setup.title')} – ${t('app.name')}`;
  }, [t]);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      try {
        for (let wait = 0; !signal.aborted; wait = JOIN_WAIT_S) {
          const view = await client.setup(signal, wait);
          if (signal.aborted) return;
          if (view.state === 'joined') {
            // Another tab was faster: this one shows the page.
            location.reload();
            return;
          }
          setSetup(view);
          if (view.state !== 'joining') return;
        }
      } catch {
        // The banner says that the daemon is away; it is asked again when it is back.
      }
    },
    [client],
  );
  useEffect(() => {
    if (link !== 'open' || isIn.current) return;
    const left = new AbortController();
    void ask(left.signal);
    return () => {
      left.abort();
    };
  }, [ask, link]);
  useEffect(() => {
    // A new step begins at its heading, for eyes and screen readers alike; the first one at its field.
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [step]);

  if (setup === undefined) {
    return (
      <p className="searching">
        <BusyIcon aria-hidden className="spin" />
        {t('app.loading')}
      </p>
    );
  }
  if (setup.state === 'joining' || setup.state === 'failed') {
    return (
      <div className="first-run">
        <Logo className="home-logo" />
        <h1>{t(`setup.${setup.state}.title`)}</h1>
        {setup.problem === undefined ? (
          <p className="searching">
            <Announced text={t('setup.joining')} />
            <BusyIcon aria-hidden className="spin" />
            {t('setup.joining')}
          </p>
        ) : (
          <>
            <p className="with-icon bad" role="alert">
              <ProblemIcon aria-hidden />
              <span>
                <ProblemText problem={setup.problem} />
              </span>
            </p>
            <p>{t('setup.failed.text')}</p>
          </>
        )}
      </div>
    );
  }
  return (
    <div className="first-run">
      <Logo className="home-logo" />
      <p className="muted first-run-step">
        {t('setup.step', { step: STEPS.indexOf(step) + 1, count: STEPS.length })}
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t(`setup.${step}.title`)}
      </h1>
      {step === 'network' ? (
        <NetworkStep
          link={invite}
          onLink={setInvite}
          onFound={(found) => {
            setNetwork(found);
            setStep('account');
          }}
        />
      ) : step === 'account' && network !== undefined ? (
        <AccountStep
          link={invite}
          network={network}
          setup={setup}
          onBack={() => {
            setStep('network');
          }}
          onJoined={(isSignedIn) => {
            // The page itself leads through the sign-in of the network; folders are shared under Library.
            isIn.current = isSignedIn;
            if (isSignedIn) setStep('share');
            else location.reload();
          }}
          onFailed={() => void ask(new AbortController().signal)}
        />
      ) : (
        <ShareStep folders={setup.folders} />
      )}
    </div>
  );
}
