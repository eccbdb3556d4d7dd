import { displayText, MAX_BATCH_DOWNLOADS, type DownloadsActRequest, type DownloadView } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import type { MessageKey } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { CloseIcon, PauseIcon, RemoveIcon, ResumeIcon, type Icon } from '../ui/icons.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';
import type { Selection } from '../ui/use-selection.ts';
import { UNDO_S } from './download-state.ts';

const ACTIONS: readonly (readonly [DownloadsActRequest['action'], MessageKey, Icon])[] = [
  ['pause', 'download.pause', PauseIcon],
  ['resume', 'download.resume', ResumeIcon],
  ['cancel', 'download.cancel', CloseIcon],
  ['remove', 'download.remove', RemoveIcon],
];

/** One thing for all downloads that are selected. */
export function BulkBar({
  selection: { rows, clear },
  canAct,
}: {
  selection: Selection<DownloadView>;
  canAct: boolean;
}) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const notices = useNotices();
  if (rows.length === 0) return null;
  const act = async (action: DownloadsActRequest['action']) => {
    try {
      const { failed } = await client.actOnDownloads({
        action,
        ids: rows.slice(0, MAX_BATCH_DOWNLOADS).map(({ id }) => id),
        ...(action === 'cancel' ? { after: UNDO_S } : {}),
      });
      const [first] = failed;
      if (first !== undefined)
        notices.problem(
          `${t('bulk.failed', { count: failed.length })} ${displayText(first.problem.message, 300)}`,
        );
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
    clear();
  };
  return (
    <div className="selection-bar" role="group" aria-label={t('bulk.label')}>
      <p>{t('bulk.count', { count: rows.length })}</p>
      {ACTIONS.map(([action, label, Picture]) => (
        <button
          key={action}
          type="button"
          className="button button-quiet"
          disabled={!canAct}
          onClick={() => void act(action)}
        >
          <Picture aria-hidden />
          <span>{t(label)}</span>
        </button>
      ))}
      <button type="button" className="button button-quiet" onClick={clear}>
        {t('selection.clear')}
      </button>
    </div>
  );
}
