import { displayText, type DownloadRequest, type HitView } from '@banyan/proto';
import { useCallback, useMemo, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { useAsked } from '../live/use-asked.ts';
import { Dialog } from '../ui/dialog.tsx';
import { BusyIcon, CheckIcon, DownloadIcon, ProblemIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { failureText } from '../ui/problem.tsx';
import { filesOf, findFolder, folderName, folderQuery } from './folder-files.ts';
import { useStartDownloads } from './use-start-downloads.ts';

/** Rows of the list; the others are counted. */
const MAX_SHOWN = 100;

/** All files of a folder that the network knows of, and how to download those that are not here. */
export function FolderDialog({ folder, onClose }: { folder: string; onClose: () => void }) {
  const i18n = useI18n();
  const { t, rich, format } = i18n;
  const client = useClient();
  const canAct = useCanAct();
  const startDownloads = useStartDownloads();
  const [hits, setHits] = useState<readonly HitView[]>([]);
  const asked = useAsked(
    useCallback(
      (signal: AbortSignal) => findFolder(client, folderQuery(folder), setHits, signal),
      [client, folder],
    ),
  );
  const isDone = asked.state !== 'asking';
  const files = useMemo(() => filesOf(folder, hits), [folder, hits]);
  const wanted = files.filter(({ hit }) => hit.own === 'none');
  const name = folderName(folder);

  const start = () => {
    const requests = wanted.map(({ hit, below }): DownloadRequest => ({
      content: hit.content,
      name: hit.name,
      subfolder: below === '' ? name : `${name}/${below}`,
    }));
    onClose();
    void startDownloads(requests);
  };

  return (
    <Dialog
      title={rich('folder.title', { folder: <Name text={name} /> })}
      className="folder"
      onClose={onClose}
    >
      <p className="muted">{t('folder.note')}</p>
      {asked.state !== 'failed' ? null : (
        <p className="with-icon bad" role="alert">
          <ProblemIcon aria-hidden />
          <span>{failureText(i18n, asked.error)}</span>
        </p>
      )}
      {files.length === 0 && asked.state === 'known' ? <p>{t('folder.none')}</p> : null}
      {files.length === 0 ? null : (
        <div className="folder-files" role="region" tabIndex={0} aria-label={t('folder.files')}>
          <ul role="list">
            {files.slice(0, MAX_SHOWN).map(({ hit, below }) => (
              <li key={hit.content}>
                <span className="folder-file">
                  {below === '' ? null : <span className="muted">{displayText(below, 200)}/</span>}
                  <Name text={hit.name} />
                </span>
                <span className="muted number-words">{format.bytes(hit.size)}</span>
                {hit.own === 'none' ? (
                  <span />
                ) : (
                  <span className="with-icon good">
                    <CheckIcon aria-hidden />
                    <span>{t(`hit.${hit.own}`)}</span>
                  </span>
                )}
              </li>
            ))}
            {files.length > MAX_SHOWN ? (
              <li className="muted">{t('folder.more', { count: files.length - MAX_SHOWN })}</li>
            ) : null}
          </ul>
        </div>
      )}
      <p className="folder-foot">
        <button
          type="button"
          className="button button-main"
          disabled={!canAct || wanted.length === 0 || !isDone}
          onClick={start}
        >
          {isDone ? <DownloadIcon aria-hidden /> : <BusyIcon aria-hidden className="spin" />}
          <span>
            {isDone
              ? t('folder.start', {
                  count: wanted.length,
                  size: format.bytes(wanted.reduce((sum, { hit }) => sum + hit.size, 0)),
                })
              : t('folder.looking', { count: files.length })}
          </span>
        </button>
      </p>
    </Dialog>
  );
}
