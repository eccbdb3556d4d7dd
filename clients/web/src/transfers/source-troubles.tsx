import type { DownloadView } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { DroppedIcon, WaitingIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { ProblemText } from '../ui/problem.tsx';
import { troubledSources } from './download-state.ts';

/** More are in the table of sources. */
const MAX_SHOWN = 3;

/** Which sources were dropped or failed, and why: what somebody asks whose download became slower. */
export function SourceTroubles({ download }: { download: DownloadView }) {
  const { t, rich } = useI18n();
  const troubled = troubledSources(download);
  if (troubled.length === 0) return null;
  const more = troubled.length - MAX_SHOWN;
  return (
    <ul className="troubles" role="list" aria-label={t('download.troubles')}>
      {troubled.slice(0, MAX_SHOWN).map((source) => {
        const isDropped = source.state === 'dropped';
        const Picture = isDropped ? DroppedIcon : WaitingIcon;
        return (
          <li key={source.deviceId} className="with-icon">
            <Picture aria-hidden />
            <span>
              {rich(isDropped ? 'download.trouble.dropped' : 'download.trouble.waiting', {
                account: <Name text={source.account} />,
              })}
              {': '}
              {source.problem === null ? null : <ProblemText problem={source.problem} />}
            </span>
          </li>
        );
      })}
      {more > 0 ? <li className="muted">{t('download.trouble.more', { count: more })}</li> : null}
    </ul>
  );
}
