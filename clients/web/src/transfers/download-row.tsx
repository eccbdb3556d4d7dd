import { displayText, mediaTypeOf, type DownloadPatch, type DownloadView } from '@banyan/proto';
import type { DownloadAction } from '@banyan/sdk/browser';
import { useId, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate, type MessageKey } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { useNow } from '../live/use-now.ts';
import { PlayButton } from '../player/play-button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import {
  CloseIcon,
  ExpandIcon,
  PauseIcon,
  RemoveIcon,
  ResumeIcon,
  RetryIcon,
  UndoIcon,
  type Icon,
} from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';
import { TypeIcon } from '../ui/type-icon.tsx';
import { actionsFor, progressWords, STATE_LOOK, stateWords, UNDO_S } from './download-state.ts';
import { Progress } from './progress.tsx';
import { TurnControls } from './turn-controls.tsx';
import { SourceTroubles } from './source-troubles.tsx';
import { SourcesTable } from './sources-table.tsx';

type RowAction = DownloadAction | 'remove';

const ACTIONS: Readonly<Record<RowAction, { icon: Icon; label: MessageKey }>> = {
  pause: { icon: PauseIcon, label: 'download.pause' },
  resume: { icon: ResumeIcon, label: 'download.resume' },
  retry: { icon: RetryIcon, label: 'download.retry' },
  cancel: { icon: CloseIcon, label: 'download.cancel' },
  remove: { icon: RemoveIcon, label: 'download.remove' },
};

/** One download: state in words, who gives what, and only what can be done with it. */
export function DownloadRow({
  download,
  canAct,
  isSelected,
  onSelect,
}: {
  download: DownloadView;
  canAct: boolean;
  isSelected: boolean;
  onSelect: (download: DownloadView) => void;
}) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const client = useClient();
  const notices = useNotices();
  const id = useId();
  const { cancelAt } = download;
  const now = useNow(download.state === 'waiting' || cancelAt !== undefined);
  const [expanded, setExpanded] = useState(false);
  const name = isolate(displayText(download.name, 120));
  const look = STATE_LOOK[download.state];
  const StateIcon = look.icon;

  const act = async (action: RowAction) => {
    try {
      if (action === 'cancel') {
        const { failed } = await client.actOnDownloads({ action, ids: [download.id], after: UNDO_S });
        const [first] = failed;
        if (first !== undefined) notices.problem(displayText(first.problem.message, 400));
      } else if (action === 'remove') await client.forgetDownload(download.id);
      else await client.actOnDownload(download.id, action);
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };

  const arrange = async (patch: DownloadPatch) => {
    try {
      await client.arrangeDownload(download.id, patch);
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };

  if (cancelAt !== undefined)
    return (
      <article className="download download-ending" aria-labelledby={`${id}-name`}>
        <p>
          <span id={`${id}-name`}>
            <Name text={download.name} />
          </span>{' '}
          <span className="muted">
            {t('download.ending', { time: format.wait(Math.max(0, cancelAt - now)) })}
          </span>
        </p>
        <button
          type="button"
          className="button"
          disabled={!canAct}
          aria-label={t('row.action', { action: t('download.undo'), name })}
          onClick={() => void act('resume')}
        >
          <UndoIcon aria-hidden />
          <span>{t('download.undo')}</span>
        </button>
      </article>
    );

  return (
    <article
      className={`download download-${download.state}${isSelected ? ' download-selected' : ''}`}
      aria-labelledby={`${id}-name`}
    >
      <div className="download-head">
        <label className="result-select">
          <TypeIcon type={mediaTypeOf(download.name)} />
          <input
            type="checkbox"
            checked={isSelected}
            aria-label={t('hit.select', { name })}
            onChange={() => {
              onSelect(download);
            }}
          />
        </label>
        <div className="download-title">
          <h3 id={`${id}-name`}>
            <Name text={download.name} />
          </h3>
          <p className="download-state">
            <span className={`with-icon ${look.tone}`}>
              <StateIcon aria-hidden className={look.spin === true ? 'spin' : undefined} />
              {stateWords(download, i18n)}
            </span>
            {progressWords(download, i18n, now).map((words) => (
              <span key={words} className="number-words">
                {words}
              </span>
            ))}
          </p>
        </div>
        <div className="download-actions">
          {/* A file of a Metalink is known by its content once it is whole. */}
          {download.state === 'failed' || download.content === '' ? null : (
            <PlayButton content={download.content} name={download.name} canAct={canAct} />
          )}
          {actionsFor(download.state).map((action) => {
            const { icon: Picture, label } = ACTIONS[action];
            return (
              <button
                key={action}
                type="button"
                className="button button-quiet"
                disabled={!canAct}
                aria-label={t('row.action', { action: t(label), name })}
                onClick={() => void act(action)}
              >
                <Picture aria-hidden />
                <span>{t(label)}</span>
              </button>
            );
          })}
        </div>
      </div>

      <Progress download={download} />

      {download.problem === null ? null : (
        <p className={`download-problem ${download.state === 'failed' ? 'bad' : 'warn'}`}>
          {download.state === 'waiting' ? (
            // What it waits for is its state already.
            <bdi>{displayText(download.problem.message, 400)}</bdi>
          ) : (
            <ProblemText problem={download.problem} />
          )}
        </p>
      )}
      <SourceTroubles download={download} />

      <div className="download-foot">
        <button
          type="button"
          className="button button-text"
          aria-expanded={expanded}
          aria-controls={`${id}-sources`}
          disabled={download.sources.length === 0}
          onClick={() => {
            setExpanded(!expanded);
          }}
        >
          <ExpandIcon aria-hidden className="expand" />
          <span>{t('download.sources.show', { count: download.sources.length })}</span>
        </button>
        <TurnControls
          download={download}
          name={name}
          canAct={canAct}
          onArrange={(patch) => void arrange(patch)}
        />
        {download.state === 'done' ? (
          <p className="download-path">
            <span className="muted">{t('download.where')}</span>{' '}
            <code>
              <Name text={download.path} />
            </code>
            <CopyButton text={download.path} label={t('download.copy')} />
          </p>
        ) : null}
      </div>
      {expanded && download.sources.length > 0 ? (
        <SourcesTable download={download} id={`${id}-sources`} canAct={canAct} />
      ) : null}
    </article>
  );
}
