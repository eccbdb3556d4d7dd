import { displayText, type FolderListing } from '@banyan/proto';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useCanAct, useClient } from '../live/client.tsx';
import { useAnswer } from '../live/use-asked.ts';
import { Announced } from './announcer.tsx';
import { Dialog } from './dialog.tsx';
import { CheckIcon, DiskIcon, FolderIcon, HomeIcon, ProblemIcon, UpIcon } from './icons.tsx';
import { Name } from './name.tsx';
import { failureText, ProblemText } from './problem.tsx';

const PLACES = { home: HomeIcon, root: DiskIcon, disk: DiskIcon } as const;

/** Folders of this machine, to go through and choose one: the daemon tells them, a browser may not. */
export function FolderChooser({
  from,
  onChoose,
  onClose,
}: {
  /** Where to begin; undefined, or nowhere: at home. */
  from: string | undefined;
  onChoose: (path: string) => void;
  onClose: () => void;
}) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const canAct = useCanAct();
  const [path, setPath] = useState(from);
  const { answer, isBusy } = useAnswer(path, (signal) => client.folders(path, signal));
  const listing = answer?.state === 'known' ? answer.value : undefined;
  const canGo = canAct && !isBusy;

  const choose = () => {
    if (listing === undefined) return;
    onChoose(listing.path);
    onClose();
  };
  return (
    <Dialog title={t('folders.title')} className="chooser" onClose={onClose}>
      {listing === undefined ? null : (
        <>
          <div className="chooser-places" role="group" aria-label={t('folders.places')}>
            {listing.places.map((place) => {
              const Picture = PLACES[place.kind];
              return (
                <button
                  key={place.path}
                  type="button"
                  className="button button-quiet"
                  disabled={!canGo}
                  onClick={() => {
                    setPath(place.path);
                  }}
                >
                  <Picture aria-hidden />
                  {place.kind === 'disk' ? (
                    <Name text={place.name} />
                  ) : (
                    <span>{t(`folders.${place.kind}`)}</span>
                  )}
                </button>
              );
            })}
          </div>
          <Folders listing={listing} canGo={canGo} onGo={setPath} />
        </>
      )}
      {answer?.state === 'failed' ? (
        <p className="with-icon bad" role="alert">
          <ProblemIcon aria-hidden />
          <span>{failureText(i18n, answer.error)}</span>
        </p>
      ) : null}
      <p className="folder-foot">
        <button type="button" className="button button-quiet" onClick={onClose}>
          {t('folders.cancel')}
        </button>
        <button
          type="button"
          className="button button-main"
          disabled={!canGo || listing === undefined || listing.problem !== undefined}
          onClick={choose}
        >
          <CheckIcon aria-hidden />
          <span>{t('folders.choose')}</span>
        </button>
      </p>
    </Dialog>
  );
}

/** Where one is, and what is in there. Arrow keys go through it, Enter goes in, Backspace up. */
function Folders({
  listing: { path, parent, folders, isCut, problem },
  canGo,
  onGo,
}: {
  listing: FolderListing;
  canGo: boolean;
  onGo: (path: string) => void;
}) {
  const { t } = useI18n();
  const list = useRef<HTMLUListElement>(null);
  const up = useRef<HTMLButtonElement>(null);
  const left = useRef<string | undefined>(undefined);
  /** The one that Tab comes to. */
  const [current, setCurrent] = useState(0);

  useEffect(() => {
    // Back from a folder, that one is where one goes on.
    const at = Math.max(
      0,
      folders.findIndex((folder) => folder.path === left.current),
    );
    left.current = path;
    setCurrent(at);
    const entry = list.current?.querySelectorAll('button')[at];
    (entry ?? up.current)?.focus();
    entry?.scrollIntoView({ block: 'nearest' });
  }, [path, folders]);

  const goUp = () => {
    if (parent !== null && canGo) onGo(parent);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const entries = [...(list.current?.querySelectorAll('button') ?? [])];
    const last = entries.length - 1;
    const places: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(current + 1, last),
      ArrowUp: Math.max(current - 1, 0),
      Home: 0,
      End: last,
    };
    const to = places[event.key];
    if (event.key === 'Backspace') goUp();
    else if (to === undefined) return;
    else {
      setCurrent(to);
      entries[to]?.focus();
    }
    event.preventDefault();
  };

  return (
    <>
      <div className="chooser-at">
        <button
          ref={up}
          type="button"
          className="icon-button"
          aria-label={t('folders.up')}
          title={t('folders.up')}
          disabled={parent === null}
          aria-disabled={!canGo}
          onClick={goUp}
        >
          <UpIcon aria-hidden />
        </button>
        <code>
          <Name text={path} />
        </code>
      </div>
      <Announced text={t('folders.in', { folder: isolate(displayText(path, 120)), count: folders.length })} />
      <div className="chooser-list" aria-busy={!canGo}>
        {problem !== undefined ? (
          <p className="with-icon bad" role="alert">
            <ProblemIcon aria-hidden />
            <span>
              <ProblemText problem={problem} />
            </span>
          </p>
        ) : folders.length === 0 ? (
          <p className="muted">{t('folders.none')}</p>
        ) : (
          <ul ref={list} role="list" aria-label={t('folders.list')} onKeyDown={onKeyDown}>
            {folders.map((folder, i) => (
              <li key={folder.path}>
                <button
                  type="button"
                  tabIndex={i === current ? 0 : -1}
                  onFocus={() => {
                    setCurrent(i);
                  }}
                  onClick={() => {
                    if (canGo) onGo(folder.path);
                  }}
                >
                  <FolderIcon aria-hidden />
                  <Name text={folder.name} />
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {isCut ? <p className="section-note">{t('folders.cut')}</p> : null}
    </>
  );
}
