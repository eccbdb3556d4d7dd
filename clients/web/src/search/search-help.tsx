import { QUERY_HELP } from '@banyan/proto';
import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isMessageKey } from '../i18n/messages.ts';
import { Dialog } from '../ui/dialog.tsx';
import { HelpIcon } from '../ui/icons.tsx';

/** The button beside the search box, and what the box understands. */
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
        <Dialog
          title={t('help.title')}
          className="help"
          onClose={() => {
            setOpen(false);
          }}
        >
          <p className="muted">{t('help.text')}</p>
          <dl className="help-list">
            {QUERY_HELP.map(({ key, example, meaning }) => {
              const words = `help.row.${key}`;
              return (
                <div key={key}>
                  <dt>
                    <code>{example}</code>
                  </dt>
                  <dd>{isMessageKey(words) ? t(words) : meaning}</dd>
                </div>
              );
            })}
          </dl>
        </Dialog>
      ) : null}
    </>
  );
}
