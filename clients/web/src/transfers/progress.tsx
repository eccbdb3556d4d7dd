import { displayText, type DownloadView } from '@banyan/proto';
import { useMemo } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { Name } from '../ui/name.tsx';
import { chunkPaths, givenShares } from './shares.ts';

/** Progress, cut into who gave it; below it, where in the file it lies; below that, the same in words. */
export function Progress({ download }: { download: DownloadView }) {
  const { t, format } = useI18n();
  const shares = useMemo(() => givenShares(download), [download]);
  const chunks = useMemo(() => chunkPaths(download.chunks), [download.chunks]);
  const share = download.size === 0 ? (download.state === 'done' ? 1 : 0) : download.bytes / download.size;
  const several = download.chunks.length > 0 && download.state !== 'done';
  return (
    <div className="progress">
      <div
        className="progress-bar"
        role="progressbar"
        aria-label={t('download.progress', { name: isolate(displayText(download.name, 80)) })}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={t('download.progress.text', {
          percent: format.percent(share),
          done: format.bytes(download.bytes),
          total: format.bytes(download.size),
        })}
      >
        {shares.map((given) => (
          <span
            key={given.id}
            className={given.colour === undefined ? 'share-earlier' : `share-${given.colour}`}
            style={{ width: `${given.share * 100}%` }}
          />
        ))}
      </div>
      {several ? (
        <svg
          className="chunk-map"
          viewBox={`0 0 ${chunks.width} 1`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${t('download.chunks.label')}: ${t('download.chunks', {
            count: chunks.width,
            proved: chunks.proved,
            requested: chunks.requested,
          })}`}
        >
          <path className="chunks-requested" d={chunks.requestedPath} />
          <path className="chunks-proved" d={chunks.provedPath} />
        </svg>
      ) : null}
      {shares.length === 0 ? null : (
        <ul className="given" role="list" aria-label={t('download.given')}>
          {shares.map((given) => (
            <li key={given.id}>
              <span
                className={`swatch ${given.colour === undefined ? 'share-earlier' : `share-${given.colour}`}`}
                aria-hidden="true"
              />
              {given.id === 'earlier' ? t('download.given.earlier') : <Name text={given.account} />}{' '}
              <span className="given-share">{format.percent(given.percent / 100)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
