import type { HitView } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { DownloadIcon } from '../ui/icons.tsx';
import type { Selection } from '../ui/use-selection.ts';

/** What is selected, and what can be done with all of it; at the foot of the window, whatever one has scrolled to. */
export function SelectionBar({
  selection,
  canAct,
  onDownload,
}: {
  selection: Selection<HitView>;
  canAct: boolean;
  onDownload: () => void;
}) {
  const { t, format } = useI18n();
  const { rows: hits } = selection;
  if (hits.length === 0) return null;
  return (
    <div className="selection-bar" role="group" aria-label={t('selection.label')}>
      <p>
        {t('selection.count', {
          count: hits.length,
          size: format.bytes(hits.reduce((sum, { size }) => sum + size, 0)),
        })}
      </p>
      <button type="button" className="button button-main" disabled={!canAct} onClick={onDownload}>
        <DownloadIcon aria-hidden />
        <span>{t('hit.download')}</span>
      </button>
      <button type="button" className="button button-quiet" onClick={selection.clear}>
        {t('selection.clear')}
      </button>
    </div>
  );
}
