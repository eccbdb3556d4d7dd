import { QUERY_HELP } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { isMessageKey } from '../i18n/catalogues.ts';
import { Dialog } from '../ui/dialog.tsx';

/** What the search box understands. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog title={t('help.title')} className="help" onClose={onClose}>
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
  );
}
