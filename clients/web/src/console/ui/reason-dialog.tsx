import { useState, type SubmitEvent, type ReactNode } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { failureText } from '../../ui/problem.tsx';
import { useWords } from '../i18n/words.tsx';
import { Failure } from './failure.tsx';
import { Field } from './field.tsx';

/** An act that wants a reason, and for the gravest ones the name typed once more. */
export function ReasonDialog({
  title,
  go,
  typed,
  isReady = true,
  label,
  hint,
  start = '',
  act,
  onClose,
  children,
}: {
  title: string;
  go: string;
  /** The name to be typed, and what is asked. */
  typed?: { readonly name: string; readonly label: string };
  isReady?: boolean;
  /** Of the words, where they are no reason for the audit; and what stands there at first. */
  label?: string;
  hint?: string;
  start?: string;
  /** @returns whether it was done, so that the dialog closes */
  act: (reason: string) => Promise<boolean>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const i18n = useI18n();
  const { t } = useWords();
  const [reason, setReason] = useState(start);
  const [name, setName] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      if (await act(reason.trim())) onClose();
    } catch (error) {
      setFailure(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        {children}
        {typed === undefined ? null : (
          <Field label={typed.label} value={name} onChange={setName} autoComplete="off" required />
        )}
        <Field
          label={label ?? t('reason')}
          value={reason}
          onChange={setReason}
          maxLength={500}
          hint={hint ?? t('reason.hint')}
          required
        />
        <Failure text={failure} />
        <p className="form-acts">
          <button
            type="submit"
            className={typed === undefined ? 'button button-main' : 'button button-bad'}
            disabled={
              isBusy ||
              !isReady ||
              reason.trim() === '' ||
              (typed !== undefined && name.trim() !== typed.name)
            }
          >
            {go}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t('leave.it')}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
