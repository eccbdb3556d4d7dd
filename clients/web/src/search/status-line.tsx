import { banOfStatus, displayText } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { usePeerStatus } from '../live/peer.tsx';
import { useNow } from '../live/use-now.ts';
import { BanText } from '../ui/ban-text.tsx';
import { BusyIcon, CheckIcon, ConnectedIcon, DownloadIcon, ProblemIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { ProblemText } from '../ui/problem.tsx';

/** "Connected to Oak · others can reach you ✓ · 2 downloading" */
export function StatusLine() {
  const { t, rich, format } = useI18n();
  const { status } = usePeerStatus();
  const now = useNow(false);
  if (status === undefined) return <p className="status-line" />;
  const ban = banOfStatus(status);
  // Said alone: nothing is being looked for, and no service is away.
  if (ban !== undefined)
    return (
      <div className="status-line" role="group" aria-label={t('status.label')}>
        <BanText ban={ban} className="status-part warn" />
      </div>
    );
  const { home, reach, transfers } = status;
  const away =
    status.account === null
      ? t('status.noaccount')
      : status.auth.problem !== null
        ? t('status.away.auth')
        : status.list.problem !== null
          ? t('status.away.list')
          : undefined;
  return (
    <div className="status-line" role="group" aria-label={t('status.label')}>
      <p>
        {home?.state === 'connected' ? (
          <span className="status-part good">
            <ConnectedIcon aria-hidden />
            <span>{rich('status.connected', { name: <Name text={home.name} /> })}</span>
          </span>
        ) : (
          <span className="status-part busy">
            <BusyIcon aria-hidden className="spin" />
            <span>
              {home === null
                ? t('status.nohome')
                : rich('status.connecting', { name: <Name text={home.name} /> })}
            </span>
          </span>
        )}
        {reach.state === 'reachable' ? (
          <span className="status-part good">
            <CheckIcon aria-hidden />
            <span>{t('status.reachable')}</span>
          </span>
        ) : reach.state === 'unreachable' ? (
          <span className="status-part warn">
            <ProblemIcon aria-hidden />
            <span>{t('status.unreachable')}</span>
          </span>
        ) : (
          <span className="status-part">
            <span>{t('status.reach.unknown')}</span>
          </span>
        )}
        <span className="status-part">
          <DownloadIcon aria-hidden />
          <span>{t('status.downloading', { count: transfers.downloading })}</span>
        </span>
      </p>
      {reach.state === 'unreachable' && reach.problem !== null ? (
        <p className="status-detail">
          <ProblemText problem={reach.problem} />
        </p>
      ) : null}
      {home?.state === 'connected' || status.account === null ? null : (
        <p className="status-detail">
          {t('status.nohome.why')}
          {status.homeProblem === null || status.homeProblem === undefined ? null : (
            <>
              {' '}
              <bdi className="problem-detail">{displayText(status.homeProblem.message, 300)}</bdi>
            </>
          )}
        </p>
      )}
      {away === undefined ? null : <p className="status-detail">{away}</p>}
      {status.list.asOf === undefined ? null : (
        <p className="status-detail">{t('list.asof', { time: format.moment(status.list.asOf, now) })}</p>
      )}
    </div>
  );
}
