import type { DownloadPatch, DownloadPriority, DownloadView } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import type { MessageKey } from '../i18n/messages.ts';
import { LaterIcon, NewerIcon, TopIcon, type Icon } from '../ui/icons.tsx';

const PRIORITIES: Readonly<Record<DownloadPriority, MessageKey>> = {
  high: 'download.priority.high',
  normal: 'download.priority.normal',
  low: 'download.priority.low',
};
const MOVES: readonly (readonly [NonNullable<DownloadPatch['move']>, MessageKey, Icon])[] = [
  ['top', 'download.move.top', TopIcon],
  ['up', 'download.move.up', NewerIcon],
  ['down', 'download.move.down', LaterIcon],
];

/** When an unfinished download has its turn: its place, its priority, and how to change both. */
export function TurnControls({
  download,
  name,
  canAct,
  onArrange,
}: {
  download: DownloadView;
  name: string;
  canAct: boolean;
  onArrange: (patch: DownloadPatch) => void;
}) {
  const { t } = useI18n();
  if (typeof download.place !== 'number') return null;
  return (
    <div className="turn" role="group" aria-label={t('download.turn', { name })}>
      <span className="muted number-words">{t('download.place', { place: download.place })}</span>
      {MOVES.map(([move, label, Picture]) => (
        <button
          key={move}
          type="button"
          className="icon-button"
          disabled={!canAct || (move !== 'down' && download.place === 1)}
          aria-label={t('row.action', { action: t(label), name })}
          title={t(label)}
          onClick={() => {
            onArrange({ move });
          }}
        >
          <Picture aria-hidden />
        </button>
      ))}
      <select
        aria-label={t('download.priority', { name })}
        value={download.priority ?? 'normal'}
        disabled={!canAct}
        onChange={(event) => {
          onArrange({ priority: event.target.value as DownloadPriority });
        }}
      >
        {(['high', 'normal', 'low'] as const).map((priority) => (
          <option key={priority} value={priority}>
            {t(PRIORITIES[priority])}
          </option>
        ))}
      </select>
    </div>
  );
}
