import { isBanyanError } from '@banyan/proto';
import { useEffect, useId, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { AddFolderIcon, BusyIcon, ExpandIcon, ProblemIcon } from '../ui/icons.tsx';
import { isComposing } from '../ui/keys.ts';
import { ChooseFolder } from '../ui/choose-folder.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';
import { ExclusionEditor, patternsOf } from './exclusions.tsx';

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'adding' }
  | { readonly kind: 'refused'; readonly text: string }
  /** The folder looks private: the daemon wants a second yes, for this very path. */
  | { readonly kind: 'unsafe'; readonly path: string; readonly text: string };

/** Whether a second yes would help: some folders are never shared. */
function mayInsist(error: unknown): boolean {
  return isBanyanError(error) && error.code === 'folder_unsafe' && error.details?.['confirmable'] !== false;
}

/** Shares a folder by its path; one that looks private is asked about first. */
export function AddFolder({ canAct }: { canAct: boolean }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const notices = useNotices();
  const id = useId();
  const [path, setPath] = useState('');
  const [patterns, setPatterns] = useState('');
  const [isChoosing, setChoosing] = useState(false);
  const [phase, setPhase] = useState<Phase>({ kind: 'idle' });
  const no = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    // The careful answer has the focus, so that a second Enter shares nothing by accident.
    if (phase.kind === 'unsafe') no.current?.focus();
  }, [phase.kind]);

  const add = async (folder: string, confirm: boolean) => {
    setPhase({ kind: 'adding' });
    try {
      const exclude = isChoosing ? patternsOf(patterns) : [];
      await client.addShare({
        path: folder,
        ...(confirm ? { confirm } : {}),
        ...(exclude.length === 0 ? {} : { exclude }),
      });
      setPath('');
      setPatterns('');
      setChoosing(false);
      setPhase({ kind: 'idle' });
      notices.done(t('library.add.done', { folder: isolate(folder) }));
    } catch (error) {
      const text = failureText(i18n, error);
      if (!confirm && mayInsist(error)) {
        setPhase({ kind: 'unsafe', path: folder, text });
      } else {
        setPhase({ kind: 'refused', text });
        input.current?.focus();
      }
    }
  };

  return (
    <form
      className="add-folder"
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '') void add(path.trim(), false);
      }}
    >
      <label htmlFor={`${id}-path`}>{t('library.add.label')}</label>
      <div className="folder-line add-folder-line">
        <input
          ref={input}
          id={`${id}-path`}
          type="text"
          value={path}
          placeholder={t('library.add.placeholder')}
          maxLength={4096}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={phase.kind === 'refused'}
          aria-describedby={phase.kind === 'refused' ? `${id}-problem ${id}-hint` : `${id}-hint`}
          onChange={(event) => {
            setPath(event.target.value);
            if (phase.kind === 'refused') setPhase({ kind: 'idle' });
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && isComposing(event)) event.preventDefault();
          }}
        />
        <ChooseFolder
          path={path}
          onChoose={(chosen) => {
            setPath(chosen);
            setPhase({ kind: 'idle' });
          }}
        />
        <button
          type="submit"
          className="button button-main"
          disabled={!canAct || phase.kind === 'adding' || path.trim() === ''}
        >
          {phase.kind === 'adding' ? (
            <BusyIcon aria-hidden className="spin" />
          ) : (
            <AddFolderIcon aria-hidden />
          )}
          <span>{phase.kind === 'adding' ? t('library.add.adding') : t('library.add.button')}</span>
        </button>
      </div>
      <p id={`${id}-hint`} className="section-note">
        {t('library.add.hint')}
      </p>
      <button
        type="button"
        className="button button-text"
        aria-expanded={isChoosing}
        onClick={() => {
          setChoosing(!isChoosing);
        }}
      >
        <ExpandIcon aria-hidden className="expand" />
        <span>{t('exclude.open')}</span>
      </button>
      {!isChoosing ? null : path.trim() === '' ? (
        <p className="section-note">{t('exclude.first')}</p>
      ) : (
        <ExclusionEditor subject={{ path: path.trim() }} value={patterns} onChange={setPatterns} />
      )}
      {phase.kind === 'refused' ? (
        <p id={`${id}-problem`} className="with-icon bad" role="alert">
          <ProblemIcon aria-hidden />
          <span>{phase.text}</span>
        </p>
      ) : null}
      {phase.kind === 'unsafe' ? (
        <div
          className="ask"
          role="alertdialog"
          aria-labelledby={`${id}-unsafe`}
          aria-describedby={`${id}-why`}
        >
          <div>
            <h3 id={`${id}-unsafe`}>{t('library.unsafe.title')}</h3>
            <p>
              <code>
                <Name text={phase.path} />
              </code>
            </p>
            <p id={`${id}-why`}>{phase.text}</p>
          </div>
          <button
            ref={no}
            type="button"
            className="button"
            onClick={() => {
              setPhase({ kind: 'idle' });
              input.current?.focus();
            }}
          >
            {t('library.unsafe.no')}
          </button>
          <button
            type="button"
            className="button button-bad"
            disabled={!canAct}
            onClick={() => void add(phase.path, true)}
          >
            {t('library.unsafe.yes')}
          </button>
        </div>
      ) : null}
    </form>
  );
}
