import { displayText } from '@banyan/proto';
import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { Dialog } from '../ui/dialog.tsx';
import { failureText } from '../ui/problem.tsx';
import { useWords } from './i18n/words.tsx';
import { useConsole } from './session.tsx';
import { Failure } from './ui/failure.tsx';

/** Asks before a link puts another account in the place of the one that is signed in. */
export function SwapDialog({ code, onClose }: { code: string; onClose: () => void }) {
  const i18n = useI18n();
  const { t } = useWords();
  const { client, session, setSession } = useConsole();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const name = isolate(displayText(session?.account ?? '', 64));

  const swap = async () => {
    setBusy(true);
    try {
      setSession(await client.signIn({ code }));
      onClose();
    } catch (error) {
      setFailure(failureText(i18n, error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t('swap.title', { name })} onClose={onClose}>
      <p>{t('swap.text', { name })}</p>
      <Failure text={failure} />
      <p className="form-acts">
        <button type="button" className="button button-main" onClick={onClose}>
          {t('swap.stay', { name })}
        </button>
        <button type="button" className="button" disabled={isBusy} onClick={() => void swap()}>
          {t('swap.go')}
        </button>
      </p>
    </Dialog>
  );
}
