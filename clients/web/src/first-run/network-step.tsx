import type { NetworkPreview } from '@banyan/proto';
import { useEffect, useId, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { BusyIcon } from '../ui/icons.tsx';
import { isComposing } from '../ui/keys.ts';
import { SetupProblem } from './setup-problem.tsx';

/** Which network: an invite link or an address, looked at before anything else is asked. */
export function NetworkStep({
  link,
  onLink,
  onFound,
}: {
  link: string;
  onLink: (link: string) => void;
  onFound: (network: NetworkPreview) => void;
}) {
  const { t } = useI18n();
  const client = useClient();
  const canAct = useCanAct();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  useEffect(() => {
    input.current?.focus();
  }, []);

  const look = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      onFound(await client.lookAtNetwork(link.trim()));
    } catch (error) {
      setFailure(error);
      setBusy(false);
      input.current?.focus();
    }
  };

  return (
    <form
      className="first-run-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (link.trim() !== '' && !isBusy) void look();
      }}
    >
      <p>{t('setup.network.text')}</p>
      <label htmlFor={`${id}-link`}>{t('setup.network.label')}</label>
      <input
        ref={input}
        id={`${id}-link`}
        type="text"
        value={link}
        placeholder="banyan-invite:…"
        maxLength={4096}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={failure !== undefined}
        aria-describedby={failure === undefined ? `${id}-hint` : `${id}-problem ${id}-hint`}
        onChange={(event) => {
          onLink(event.target.value);
          setFailure(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && isComposing(event)) event.preventDefault();
        }}
      />
      <p id={`${id}-hint`} className="section-note">
        {t('setup.network.hint')}
      </p>
      {failure === undefined ? null : <SetupProblem id={`${id}-problem`} error={failure} />}
      <div className="first-run-actions">
        <button
          type="submit"
          className="button button-main"
          disabled={!canAct || isBusy || link.trim() === ''}
        >
          {isBusy ? <BusyIcon aria-hidden className="spin" /> : null}
          <span>{t(isBusy ? 'setup.network.looking' : 'setup.next')}</span>
        </button>
      </div>
    </form>
  );
}
