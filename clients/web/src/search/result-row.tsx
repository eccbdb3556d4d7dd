import { displayText, type DownloadView, type HitView } from '@banyan/proto';
import { memo, useId, useLayoutEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { PlayButton } from '../player/play-button.tsx';
import { routeHref } from '../route.ts';
import {
  BusyIcon,
  CheckIcon,
  DownloadIcon,
  ExpandIcon,
  FolderIcon,
  ShareIcon,
  SourcesIcon,
} from '../ui/icons.tsx';
import { marks } from '../ui/marks.ts';
import { Name } from '../ui/name.tsx';
import { tagTexts } from '../ui/tags.ts';
import { TypeIcon } from '../ui/type-icon.tsx';
import { ExpectedRate } from './expected-rate.tsx';
import { HitDetails } from './hit-details.tsx';
import { ownState } from './use-search.ts';

/** One content that was found; drawn anew when something of it changed, and not with each frame of the search. */
export const ResultRow = memo(function ResultRow({
  hit,
  words,
  download,
  canAct,
  isSelected,
  isOpen,
  onDownload,
  onSelect,
  onOpen,
  onWhy,
}: {
  hit: HitView;
  /** Folded words to mark in the name. */
  words: readonly string[];
  /** The download of this content, if there is one. */
  download: DownloadView | undefined;
  canAct: boolean;
  isSelected: boolean;
  /** Its details are shown. */
  isOpen: boolean;
  onDownload: (hit: HitView) => Promise<void>;
  onSelect: (hit: HitView) => void;
  onOpen: (hit: HitView) => void;
  /** Somebody asks what its place is made of. */
  onWhy: (hit: HitView) => void;
}) {
  const i18n = useI18n();
  const { t, rich, format } = i18n;
  const id = useId();
  const [asking, setAsking] = useState(false);
  const name = isolate(displayText(hit.name, 120));
  const own = ownState(hit, download?.state);
  const foundAs = nameFoundBy(hit, words);
  const others = hit.names.filter((other) => other !== hit.name && other !== foundAs);
  const action = useRef<HTMLDivElement>(null);
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    if (own === 'none' || !hadFocus.current) return;
    hadFocus.current = false;
    // The button that had the focus is gone: it stays in the row, whose keys go on from here.
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body)
      action.current?.closest<HTMLElement>("[role='gridcell']")?.focus({ preventScroll: true });
  }, [own]);

  const start = async () => {
    hadFocus.current = action.current?.contains(document.activeElement) === true;
    setAsking(true);
    await onDownload(hit);
    setAsking(false);
  };

  return (
    <article className={`result own-${own}${isSelected ? ' result-selected' : ''}`}>
      <label className="result-select">
        <TypeIcon type={hit.type} />
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={t('hit.select', { name })}
          onChange={() => {
            onSelect(hit);
          }}
        />
      </label>
      <div className="result-main">
        <h2 className="result-name">
          <Name text={hit.name} words={words} />
        </h2>
        <p className="result-meta">
          {tagTexts(hit.tags, i18n).map((tag) => (
            <span key={tag.kind} className={`tag tag-${tag.kind}`}>
              <Name text={tag.text} words={tag.kind === 'by' ? words : []} />
            </span>
          ))}
          {hit.folder === '' ? null : (
            <span className="tag tag-folder">
              <FolderIcon aria-hidden />
              <Name text={hit.folder} words={words} />
            </span>
          )}
          {foundAs === undefined ? null : (
            <span className="tag tag-also">
              {rich('hit.also', { name: <Name text={foundAs} words={words} /> })}
            </span>
          )}
          {others.length === 0 ? null : (
            <span className="tag tag-names" title={others.map((other) => displayText(other, 120)).join('\n')}>
              {t('hit.othernames', { count: others.length })}
            </span>
          )}
        </p>
      </div>
      <p className="result-size">{format.bytes(hit.size)}</p>
      <p className="result-sources">
        <SourcesIcon aria-hidden />
        <span>
          {t('hit.sources', { count: hit.sources })}
          {t('hit.sources.then')}
          <span className={hit.reachableSources === 0 ? 'warn' : 'good'}>
            {hit.reachableSources === 0
              ? t('hit.reachable.none')
              : t('hit.reachable', { count: hit.reachableSources })}
          </span>
          <Speed hit={hit} />
        </span>
      </p>
      <div className="result-action" ref={action}>
        {own === 'have' || own === 'shared' ? (
          <span className="badge good">
            {own === 'have' ? <CheckIcon aria-hidden /> : <ShareIcon aria-hidden />}
            {own === 'have' ? t('hit.have') : t('hit.shared')}
          </span>
        ) : own === 'downloading' ? (
          <a className="badge badge-link" href={routeHref({ face: 'transfers' })}>
            {download === undefined ? (
              t('hit.downloading')
            ) : (
              <>
                <span className="mini-bar" aria-hidden="true">
                  <span style={{ width: `${share(download) * 100}%` }} />
                </span>
                {format.percent(share(download))}
              </>
            )}
            <span className="visually-hidden">{t('hit.see', { name })}</span>
          </a>
        ) : (
          <button
            type="button"
            className="button button-main"
            aria-label={t('hit.download.name', { name })}
            disabled={!canAct || asking}
            onClick={() => void start()}
          >
            {asking ? <BusyIcon aria-hidden className="spin" /> : <DownloadIcon aria-hidden />}
            <span>{t('hit.download')}</span>
          </button>
        )}
        {own === 'none' && hit.reachableSources === 0 ? null : (
          <PlayButton content={hit.content} name={hit.name} canAct={canAct} compact />
        )}
      </div>
      <button
        type="button"
        className="icon-button result-more"
        aria-expanded={isOpen}
        aria-controls={isOpen ? `${id}-details` : undefined}
        aria-label={t('hit.details.of', { name })}
        title={t('hit.details')}
        onClick={() => {
          onOpen(hit);
        }}
      >
        <ExpandIcon aria-hidden className="expand" />
      </button>
      {isOpen ? (
        <div id={`${id}-details`} className="result-details">
          <HitDetails hit={hit} onWhy={onWhy} />
        </div>
      ) : null}
    </article>
  );
});

/** The name by which it was found, when that is not the one that most have it under; undefined: that one, or no name at all. */
function nameFoundBy({ name, names }: HitView, words: readonly string[]): string | undefined {
  const isFound = (text: string) => marks(displayText(text, 300), words).some(({ marked }) => marked);
  return words.length === 0 || isFound(name)
    ? undefined
    : names.find((other) => other !== name && isFound(other));
}

/** How fast a download can be expected to be; nothing when nobody knows. */
function Speed({ hit }: { hit: HitView }) {
  const { t } = useI18n();
  const { allBusy, expectedBytesPerSecond: expected } = hit;
  if (allBusy !== true && expected === undefined) return null;
  return (
    <span className="result-speed">
      <span className="result-speed-then" aria-hidden="true">
        {' · '}
      </span>
      {expected === undefined ? (
        <span className="warn">{t('hit.busy')}</span>
      ) : (
        <ExpectedRate bytesPerSecond={expected} />
      )}
    </span>
  );
}

function share(download: DownloadView): number {
  return download.size === 0 ? 1 : download.bytes / download.size;
}
