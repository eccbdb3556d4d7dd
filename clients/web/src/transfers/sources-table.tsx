import {
  displayText,
  isLie,
  type DownloadSourceView,
  type DownloadView,
  type SourceState,
} from '@banyan/proto';
import { useMemo } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { useNow } from '../live/use-now.ts';
import { BusyIcon, CheckIcon, DownloadIcon, DroppedIcon, WaitingIcon, type Icon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';
import { ChunkMap } from './chunk-map.tsx';
import { sourceColours } from './shares.ts';

const LOOK: Readonly<Record<SourceState, { icon: Icon; tone: string; spin?: boolean }>> = {
  connecting: { icon: BusyIcon, tone: '', spin: true },
  active: { icon: DownloadIcon, tone: 'accent' },
  idle: { icon: CheckIcon, tone: '' },
  queued: { icon: WaitingIcon, tone: '' },
  waiting: { icon: WaitingIcon, tone: 'warn' },
  dropped: { icon: DroppedIcon, tone: 'bad' },
};

/** Every source there was, the dropped ones with their reason. */
export function SourcesTable({
  download,
  id,
  canAct,
}: {
  download: DownloadView;
  id: string;
  canAct: boolean;
}) {
  const i18n = useI18n();
  const client = useClient();
  const notices = useNotices();
  const act = (source: DownloadSourceView, action: 'retry' | 'block') => {
    client.actOnSource(download.id, { source: source.deviceId, action }).catch((error: unknown) => {
      notices.problem(failureText(i18n, error));
    });
  };
  const ids = download.sources.map(({ deviceId }) => deviceId).join('\n');
  const colours = useMemo(() => sourceColours(ids.split('\n')), [ids]);
  const isUnfinished = download.state !== 'done' && download.state !== 'failed';
  // Bytes that were on their way at a pause or a cut come twice too, and nobody is to be blamed for those.
  const wasRefused = download.sources.some(({ badChunks }) => badChunks > 0);
  const { t, format } = useI18n();
  const label = t('download.sources.label', { name: isolate(displayText(download.name, 80)) });
  return (
    <div id={id}>
      {download.size === 0 ? null : <ChunkMap download={download} colours={colours} />}
      <div className="table-scroll" role="region" tabIndex={0} aria-label={label}>
        <table className="sources">
          <thead>
            <tr>
              <th scope="col">{t('download.source')}</th>
              <th scope="col">{t('download.source.state')}</th>
              <th scope="col" className="number">
                {t('download.source.rate')}
              </th>
              <th scope="col" className="number">
                {t('download.source.latency')}
              </th>
              <th scope="col" className="number">
                {t('download.source.gave')}
              </th>
              <th scope="col" className="number">
                {t('download.source.chunks')}
              </th>
              <th scope="col" className="number">
                {t('download.source.bad')}
              </th>
              <th scope="col">{t('download.source.reason')}</th>
              {isUnfinished ? <th scope="col">{t('download.source.do')}</th> : null}
            </tr>
          </thead>
          <tbody>
            {download.sources.map((source) => (
              <SourceRow
                key={source.deviceId}
                source={source}
                colour={colours.get(source.deviceId) ?? 0}
                canAct={canAct}
                onAct={isUnfinished ? act : undefined}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p className="section-note">
        {download.fetchedBytes > download.bytes &&
        download.state === 'done' &&
        download.fetchedBytes > download.size
          ? ` ${t(wasRefused ? 'download.again' : 'download.again.cut', {
              fetched: format.bytes(download.fetchedBytes),
              size: format.bytes(download.size),
            })}`
          : null}
      </p>
    </div>
  );
}

function SourceRow({
  source,
  colour,
  canAct,
  onAct,
}: {
  source: DownloadSourceView;
  colour: number;
  canAct: boolean;
  /** Undefined: nothing can be done with sources any more. */
  onAct: ((source: DownloadSourceView, action: 'retry' | 'block') => void) | undefined;
}) {
  const { t, format } = useI18n();
  const now = useNow(false);
  const { icon: Picture, tone, spin } = LOOK[source.state];
  const name = isolate(displayText(source.account, 80));
  return (
    <tr className={source.state === 'dropped' ? 'dropped' : undefined}>
      <th scope="row">
        <span className="with-icon">
          <span className={`swatch share-${colour}`} aria-hidden="true" />
          <span>
            <Name text={source.account} />
            <Name className="source-address" text={source.address} />
          </span>
        </span>
      </th>
      <td>
        <span className={`with-icon ${tone}`}>
          <Picture aria-hidden className={spin === true ? 'spin' : undefined} />
          {t(`source.${source.state}`)}
        </span>
      </td>
      <td className="number">{source.state === 'active' ? format.rate(source.bytesPerSecond) : '–'}</td>
      <td className="number">
        {typeof source.latencyMs === 'number' ? format.seconds(source.latencyMs) : '–'}
      </td>
      <td className="number">{format.bytes(source.bytes)}</td>
      <td className="number">{format.number(source.chunks)}</td>
      <td className={`number ${source.badChunks > 0 ? 'bad' : ''}`}>{format.number(source.badChunks)}</td>
      <td className="reason">
        {source.queuePosition === null ? null : (
          <span>{t('download.source.queue', { place: source.queuePosition })} </span>
        )}
        {source.problem === null ? null : <ProblemText problem={source.problem} />}
        {source.state === 'dropped' ? (
          <span className="source-since">
            {t('download.source.since', { time: format.moment(source.since, now) })}
          </span>
        ) : null}
      </td>
      {onAct === undefined ? null : (
        <td className="source-act">
          {source.state === 'dropped' || source.state === 'waiting' ? (
            isLie(source.problem?.code ?? '') ? null : (
              <button
                type="button"
                className="button button-text"
                disabled={!canAct}
                aria-label={t('row.action', { action: t('download.source.retry'), name })}
                onClick={() => {
                  onAct(source, 'retry');
                }}
              >
                {t('download.source.retry')}
              </button>
            )
          ) : null}
          {source.state === 'dropped' ? null : (
            <button
              type="button"
              className="button button-text"
              disabled={!canAct}
              aria-label={t('row.action', { action: t('download.source.block'), name })}
              onClick={() => {
                onAct(source, 'block');
              }}
            >
              {t('download.source.block')}
            </button>
          )}
        </td>
      )}
    </tr>
  );
}
