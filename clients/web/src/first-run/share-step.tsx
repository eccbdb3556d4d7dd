import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { AddFolder } from '../library/add-folder.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { Announced } from '../ui/announcer.tsx';
import { CheckIcon, FolderIcon, ProblemIcon, SearchIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { failureText } from '../ui/problem.tsx';

/** What to share: folders that are there and often shared, or any other; then the page itself. */
export function ShareStep({ folders }: { folders: readonly string[] }) {
  const { t } = useI18n();
  const canAct = useCanAct();
  return (
    <div className="first-run-form">
      <p>{t('setup.share.text')}</p>
      {folders.length === 0 ? null : (
        <ul className="first-run-folders" role="list" aria-label={t('setup.share.often')}>
          {folders.map((folder) => (
            <Proposal key={folder} folder={folder} canAct={canAct} />
          ))}
        </ul>
      )}
      <AddFolder canAct={canAct} />
      <div className="first-run-actions">
        <button
          type="button"
          className="button button-main"
          onClick={() => {
            // Loaded anew: the page may play what comes from the gateway only since that is there.
            location.hash = '';
            location.reload();
          }}
        >
          <SearchIcon aria-hidden />
          <span>{t('setup.start')}</span>
        </button>
      </div>
      <p className="section-note">{t('setup.share.later')}</p>
    </div>
  );
}

function Proposal({ folder, canAct }: { folder: string; canAct: boolean }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const [state, setState] = useState<'open' | 'adding' | 'shared'>('open');
  const [failure, setFailure] = useState<unknown>();

  const share = async () => {
    setState('adding');
    setFailure(undefined);
    try {
      await client.addShare({ path: folder });
      setState('shared');
    } catch (error) {
      setFailure(error);
      setState('open');
    }
  };

  return (
    <li>
      <FolderIcon aria-hidden />
      <span className="first-run-path">
        <Name text={folder} />
      </span>
      {state === 'shared' ? (
        <span className="with-icon good">
          <Announced text={`${isolate(folder)}: ${t('library.share.ready')}`} />
          <CheckIcon aria-hidden />
          {t('library.share.ready')}
        </span>
      ) : (
        <button
          type="button"
          className="button"
          disabled={!canAct || state === 'adding'}
          aria-label={t('row.action', { action: t('library.add.button'), name: isolate(folder) })}
          onClick={() => void share()}
        >
          {t('library.add.button')}
        </button>
      )}
      {failure === undefined ? null : (
        <p className="with-icon bad" role="alert">
          <ProblemIcon aria-hidden />
          <span>{failureText(i18n, failure)}</span>
        </p>
      )}
    </li>
  );
}
