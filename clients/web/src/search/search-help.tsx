import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { HelpIcon } from '../ui/icons.tsx';
import { laterDialog } from '../ui/later.tsx';

const HelpDialog = laterDialog(async () => (await import('./help-dialog.tsx')).HelpDialog);

/** The button beside the search box that tells what the box understands. */
export function SearchHelp() {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="icon-button search-help"
        aria-label={t('help.button')}
        title={t('help.button')}
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
        }}
      >
        <HelpIcon aria-hidden />
      </button>
      {open ? (
        <HelpDialog
          onClose={() => {
            setOpen(false);
          }}
        />
      ) : null}
    </>
  );
}
