import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct } from '../live/client.tsx';
import { usePeerStatus } from '../live/peer.tsx';
import { useView } from '../live/use-view.ts';
import { AddFolder } from './add-folder.tsx';
import { FetchedList } from './fetched-list.tsx';
import { FileList } from './file-list.tsx';
import { Hashing } from './hashing.tsx';
import { ReachTestSection } from './reach-test.tsx';
import { ShareRow } from './share-row.tsx';

/** More folders than anybody shares; the rest would wait for a window that moves. */
const MAX_FOLDERS = 200;

export function LibraryPage() {
  const { t, format } = useI18n();
  const { status } = usePeerStatus();
  const canAct = useCanAct();
  const shares = useView('shares', { count: MAX_FOLDERS });
  const folders = shares.frame?.rows;
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
      {status === undefined ? null : <Hashing library={status.library} canAct={canAct} />}
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
      <ReachTestSection canAct={canAct} />
      <FetchedList />
      <FileList />
    </div>
  );
}
