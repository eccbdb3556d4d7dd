import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { KeysIcon } from './icons.tsx';
import { laterDialog } from './later.tsx';
import { useLetterKey } from './use-letter-key.ts';

const KeyDialog = laterDialog(async () => (await import('./key-dialog.tsx')).KeyDialog);

/** The button for what keys do, in the foot of the page, and `?` from anywhere. */
export function KeyHelp() {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  useLetterKey('?', () => {
    setOpen(true);
  });
  return (
    <>
      <button
        type="button"
        className="button button-quiet"
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
        }}
      >
        <KeysIcon aria-hidden />
        <span>{t('keys.button')}</span>
      </button>
      {open ? (
        <KeyDialog
          onClose={() => {
            setOpen(false);
          }}
        />
      ) : null}
    </>
  );
}
