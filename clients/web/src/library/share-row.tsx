import { displayText, type ShareView } from '@banyan/proto';
import { useId, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import {
  BusyIcon,
  CheckIcon,
  CloseIcon,
  DroppedIcon,
  ExpandIcon,
  FolderIcon,
  MissingFolderIcon,
  ProblemIcon,
  RetryIcon,
  type Icon,
} from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';
import { ExclusionEditor, patternsOf } from './exclusions.tsx';

const LOOK: Readonly<Record<ShareView['state'], { icon: Icon; tone: string; spin?: boolean }>> = {
  scanning: { icon: BusyIcon, tone: '', spin: true },
  hashing: { icon: BusyIcon, tone: '', spin: true },
  ready: { icon: CheckIcon, tone: 'good' },
  missing: { icon: MissingFolderIcon, tone: 'bad' },
};

/** One shared folder, with what could not be shared and why. */
export function ShareRow({ share, canAct }: { share: ShareView; canAct: boolean }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const client = useClient();
  const notices = useNotices();
  const id = useId();
  const [asking, setAsking] = useState(false);
  const [patterns, setPatterns] = useState<string | undefined>(undefined);
  const { icon: StateIcon, tone, spin } = LOOK[share.state];
  const name = isolate(displayText(share.name, 80));

  const attempt = async (call: Promise<unknown>) => {
    try {
      await call;
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };

  return (
    <article className="folder" aria-labelledby={`${id}-name`}>
      <div className="folder-head">
        <span className="type-icon type-folder">
          <FolderIcon aria-hidden />
        </span>
        <div className="folder-title">
          <h3 id={`${id}-name`}>
            <Name text={share.name} />
          </h3>
          <p className="muted path">
            <Name text={share.path} />
          </p>
          <p className="folder-state">
            <span className={`with-icon ${tone}`}>
              <StateIcon aria-hidden className={spin === true ? 'spin' : undefined} />
              {t(`library.share.${share.state}`)}
            </span>
            <span>{t('library.share.files', { count: share.files })}</span>
            <span>{format.bytes(share.bytes)}</span>
            {share.state !== 'missing' && (share.pending?.files ?? 0) > 0 ? (
              <span>
                {t('library.share.pending', {
                  count: share.pending?.files ?? 0,
                  size: format.bytes(share.pending?.bytes ?? 0),
                })}
              </span>
            ) : null}
            {share.skipped > 0 ? <span>{t('library.share.skipped', { count: share.skipped })}</span> : null}
          </p>
        </div>
        <div className="folder-actions">
          <button
            type="button"
            className="button button-quiet"
            disabled={!canAct || share.state === 'scanning'}
            aria-label={t('row.action', { action: t('library.share.rescan'), name })}
            onClick={() => void attempt(client.rescanShare(share.id))}
          >
            <RetryIcon aria-hidden />
            <span>{t('library.share.rescan')}</span>
          </button>
          <button
            type="button"
            className="button button-quiet"
            disabled={!canAct}
            aria-expanded={patterns !== undefined}
            aria-label={t('row.action', { action: t('exclude.button'), name })}
            onClick={() => {
              setPatterns(patterns === undefined ? (share.exclude ?? []).join('\n') : undefined);
            }}
          >
            <DroppedIcon aria-hidden />
            <span>{t('exclude.button')}</span>
          </button>
          <button
            type="button"
            className="button button-quiet"
            disabled={!canAct}
            aria-label={t('row.action', { action: t('library.share.remove'), name })}
            onClick={() => {
              setAsking(true);
            }}
          >
            <CloseIcon aria-hidden />
            <span>{t('library.share.remove')}</span>
          </button>
        </div>
      </div>
      {patterns === undefined ? null : (
        <form
          className="folder-exclusions"
          onSubmit={(event) => {
            event.preventDefault();
            void attempt(
              client.setExclusions(share.id, patternsOf(patterns)).then(() => {
                setPatterns(undefined);
                notices.done(t('exclude.saved'));
              }),
            );
          }}
        >
          <ExclusionEditor subject={{ id: share.id }} value={patterns} onChange={setPatterns} />
          <div className="folder-exclusions-actions">
            <button type="submit" className="button button-main" disabled={!canAct}>
              {t('exclude.save')}
            </button>
            <button
              type="button"
              className="button"
              onClick={() => {
                setPatterns(undefined);
              }}
            >
              {t('exclude.cancel')}
            </button>
          </div>
        </form>
      )}
      {asking ? (
        <div className="ask" role="group" aria-label={t('library.share.remove')}>
          <p>{t('library.share.remove.ask')}</p>
          <button
            type="button"
            className="button button-bad"
            disabled={!canAct}
            onClick={() => {
              setAsking(false);
              void attempt(client.removeShare(share.id));
            }}
          >
            {t('library.share.remove.yes')}
          </button>
          <button
            type="button"
            className="button"
            onClick={() => {
              setAsking(false);
            }}
          >
            {t('library.share.remove.no')}
          </button>
        </div>
      ) : null}
      {share.errors.length === 0 ? null : (
        <details className="folder-errors">
          <summary>
            <ExpandIcon aria-hidden className="expand" />
            <span className="with-icon warn">
              <ProblemIcon aria-hidden />
              {t('library.share.errors', { count: share.errors.length })}
            </span>
          </summary>
          <ul>
            {share.errors.map((error) => (
              <li key={error.path}>
                <code>
                  <Name text={error.path} />
                </code>{' '}
                <span className="muted">
                  <ProblemText problem={error} />
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}
