import { displayText, type DownloadSourceView, type DownloadView, type SourceState } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { BusyIcon, CheckIcon, DownloadIcon, DroppedIcon, WaitingIcon, type Icon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { ProblemText } from '../ui/problem.tsx';
import { SOURCE_COLOURS } from './shares.ts';

const LOOK: Readonly<Record<SourceState, { icon: Icon; tone: string; spin?: boolean }>> = {
  connecting: { icon: BusyIcon, tone: '', spin: true },
  active: { icon: DownloadIcon, tone: 'accent' },
  idle: { icon: CheckIcon, tone: '' },
  queued: { icon: WaitingIcon, tone: '' },
  waiting: { icon: WaitingIcon, tone: 'warn' },
  dropped: { icon: DroppedIcon, tone: 'bad' },
};

/** Every source there was, the dropped ones with their reason. */
export function SourcesTable({ download, id }: { download: DownloadView; id: string }) {
  const { t, format } = useI18n();
  const label = t('download.sources.label', { name: isolate(displayText(download.name, 80)) });
  const chunks = download.chunks.reduce((sum, [, length]) => sum + length, 0);
  const proved = download.chunks.reduce((sum, [state, length]) => sum + (state === 2 ? length : 0), 0);
  const requested = download.chunks.reduce((sum, [state, length]) => sum + (state === 1 ? length : 0), 0);
  return (
    <div id={id}>
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
                {t('download.source.gave')}
              </th>
              <th scope="col" className="number">
                {t('download.source.chunks')}
              </th>
              <th scope="col" className="number">
                {t('download.source.bad')}
              </th>
              <th scope="col">{t('download.source.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {download.sources.map((source, i) => (
              <SourceRow key={source.deviceId} source={source} colour={i % SOURCE_COLOURS} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="section-note">
        {chunks > 0 ? t('download.chunks', { count: chunks, proved, requested }) : null}
        {download.fetchedBytes > download.bytes &&
        download.state === 'done' &&
        download.fetchedBytes > download.size
          ? ` ${t('download.again', {
              fetched: format.bytes(download.fetchedBytes),
              size: format.bytes(download.size),
            })}`
          : null}
      </p>
    </div>
  );
}

function SourceRow({ source, colour }: { source: DownloadSourceView; colour: number }) {
  const { t, format } = useI18n();
  const { icon: Picture, tone, spin } = LOOK[source.state];
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
      <td className="number">{format.bytes(source.bytes)}</td>
      <td className="number">{format.number(source.chunks)}</td>
      <td className={`number ${source.badChunks > 0 ? 'bad' : ''}`}>{format.number(source.badChunks)}</td>
      <td className="reason">
        {source.queuePosition === null ? null : (
          <span>{t('download.source.queue', { place: source.queuePosition })} </span>
        )}
        {source.problem === null ? null : <ProblemText problem={source.problem} />}
      </td>
    </tr>
  );
}
