import { banOfStatus, type DownloadView } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { usePeerStatus } from '../live/peer.tsx';
import { useView } from '../live/use-view.ts';
import { BanText } from '../ui/ban-text.tsx';
import { FindBox, NothingLeft, useFind } from '../ui/find-box.tsx';
import { BusyIcon, DownloadIcon, ProblemIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';
import { useSelection } from '../ui/use-selection.ts';
import { VirtualRows } from '../ui/virtual-rows.tsx';
import { AddDownloads } from './add-downloads.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { DownloadRow } from './download-row.tsx';
import { Limits } from './limits.tsx';
import { Uploads } from './uploads.tsx';

const FIRST_ROWS = 30;
const ROW_PX = { wide: 176, narrow: 176 };

const downloadKey = (download: DownloadView) => download.id;

export function TransfersPage() {
  const i18n = useI18n();
  const { t, rich, format } = i18n;
  const client = useClient();
  const notices = useNotices();
  const { status } = usePeerStatus();
  const canAct = useCanAct();
  const ban = status === undefined ? undefined : banOfStatus(status);
  const find = useFind();
  const downloads = useView('downloads', { count: FIRST_ROWS, filter: find.filter });
  const total = downloads.frame?.total;
  const selection = useSelection(downloadKey);
  const actOnAll = async (action: 'pause' | 'resume') => {
    try {
      await client.actOnDownloads({ action });
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };
  return (
    <div className="face">
      <header className="face-head">
        <h1>{t('transfers.title')}</h1>
        {status === undefined ? null : (
          <p className="face-summary">
            {t('transfers.totals', {
              down: format.rate(status.transfers.downloadBytesPerSecond),
              up: format.rate(status.transfers.uploadBytesPerSecond),
            })}
          </p>
        )}
      </header>
      {ban !== undefined ? (
        <BanText ban={ban} className="face-warning with-icon warn" />
      ) : status === undefined || status.account === null || status.home?.state === 'connected' ? null : (
        <p className="face-warning with-icon warn" role="status">
          <ProblemIcon aria-hidden />
          <span>{t('status.nohome.why')}</span>
        </p>
      )}
      <section aria-labelledby="downloads-heading">
        <div className="section-head">
          <h2 id="downloads-heading">{t('transfers.downloads')}</h2>
          <div className="download-actions">
            <AddDownloads canAct={canAct} />
            {(total ?? 0) < 2 && find.text === '' ? null : (
              <>
                <button
                  type="button"
                  className="button button-quiet"
                  disabled={!canAct || (status?.transfers.pausable ?? 0) === 0}
                  onClick={() => void actOnAll('pause')}
                >
                  {t('transfers.pause.all')}
                </button>
                <button
                  type="button"
                  className="button button-quiet"
                  disabled={!canAct || (status?.transfers.resumable ?? 0) === 0}
                  onClick={() => void actOnAll('resume')}
                >
                  {t('transfers.resume.all')}
                </button>
              </>
            )}
          </div>
        </div>
        {status === undefined ? null : (
          <p className="section-note">
            {rich('transfers.folder', {
              folder: (
                <code>
                  <Name text={status.downloadFolder} />
                </code>
              ),
            })}
          </p>
        )}
        {(total ?? 0) === 0 && find.text === '' ? null : (
          <FindBox find={find} found={downloads.isCurrent ? total : undefined} />
        )}
        {total === undefined ? (
          <p className="searching">
            <BusyIcon aria-hidden className="spin" />
            {t('transfers.loading')}
          </p>
        ) : total === 0 && find.filter !== '' ? (
          <NothingLeft find={find} />
        ) : total === 0 && downloads.isCurrent ? (
          <div className="panel">
            <DownloadIcon aria-hidden className="panel-icon" />
            <h3>{t('transfers.none.title')}</h3>
            <p>{t('transfers.none.text')}</p>
          </div>
        ) : (
          <VirtualRows
            total={total}
            rowAt={downloads.rowAt}
            keyOf={downloadKey}
            onShow={downloads.show}
            estimate={ROW_PX}
            label={t('transfers.downloads')}
            className="downloads"
            isSelected={selection.has}
            onRowKey={(key, download, isOnControl) => {
              if (key !== ' ' || isOnControl) return false;
              selection.toggle(download);
              return true;
            }}
            render={(download) => (
              <DownloadRow
                download={download}
                canAct={canAct}
                isSelected={selection.has(download)}
                onSelect={selection.toggle}
              />
            )}
          />
        )}
        <BulkBar selection={selection} canAct={canAct} />
      </section>
      <Uploads />
      {status?.limits === undefined ? null : <Limits view={status.limits} canAct={canAct} />}
    </div>
  );
}
