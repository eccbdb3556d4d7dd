import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct } from '../live/client.tsx';
import { usePeerStatus } from '../live/peer.tsx';
import { useView } from '../live/use-view.ts';
import { BusyIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { AddFolder } from './add-folder.tsx';
import { FileList } from './file-list.tsx';
import { ShareRow } from './share-row.tsx';
import { Volunteer } from './volunteer.tsx';

/** More folders than anybody shares; the rest would wait for a window that moves. */
const MAX_FOLDERS = 200;

export function LibraryPage() {
  const { t, rich, format } = useI18n();
  const { status } = usePeerStatus();
  const canAct = useCanAct();
  const shares = useView('shares', { count: MAX_FOLDERS });
  const folders = shares.frame?.rows;
  const hashing = status?.library.hashing ?? null;
  return (
    <div className="face">
      <header className="face-head">
        <h1>{t('library.title')}</h1>
        {status === undefined ? null : (
          <p className="face-summary">
            {t('library.summary', { count: status.library.files, size: format.bytes(status.library.bytes) })}
            {' · '}
            {t('library.published', { count: status.library.published })}
          </p>
        )}
      </header>
      {hashing === null ? null : (
        <div className="hashing">
          <BusyIcon aria-hidden className="spin" />
          <p>
            <span className="hashing-file">
              {rich('library.hashing', { file: <Name text={hashing.file} /> })}
            </span>
            <span className="muted number-words">
              {t('library.hashing.left', { count: hashing.filesLeft, size: format.bytes(hashing.bytesLeft) })}
              {' · '}
              {format.rate(hashing.bytesPerSecond)}
              {hashing.bytesPerSecond > 0
                ? ` · ${t('download.left', {
                    time: format.wait((hashing.bytesLeft / hashing.bytesPerSecond) * 1000),
                  })}`
                : ''}
            </span>
          </p>
        </div>
      )}
      <section aria-labelledby="folders-heading">
        <h2 id="folders-heading">{t('library.folders')}</h2>
        {folders?.length === 0 ? <p className="section-note">{t('library.folders.none')}</p> : null}
        <ul className="folders" role="list">
          {folders?.map((share) => (
            <li key={share.id}>
              <ShareRow share={share} canAct={canAct} />
            </li>
          ))}
        </ul>
        <AddFolder canAct={canAct} />
      </section>
      <Volunteer canAct={canAct} />
      <FileList />
    </div>
  );
}
