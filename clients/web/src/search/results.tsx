import { displayText, type HitView } from '@banyan/proto';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useCanAct, useClient } from '../live/client.tsx';
import { useNewestDownloads } from '../live/peer.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { BusyIcon } from '../ui/icons.tsx';
import { laterDialog } from '../ui/later.tsx';
import { queryWords } from '../ui/marks.ts';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';
import { useSelection } from '../ui/use-selection.ts';
import { VirtualRows } from '../ui/virtual-rows.tsx';
import { Coverage } from './coverage.tsx';
import { Correction } from './correction.tsx';
import { Hints, NothingFound, SearchFailed } from './empty.tsx';
import { Facets } from './facets.tsx';
import { otherHints } from './query-parts.ts';
import { ResultRow } from './result-row.tsx';
import { SaveSearch } from './save-search.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { ShowMore } from './show-more.tsx';
import { useHold } from './use-hold.ts';
import { ownState, useSearch } from './use-search.ts';
import { useStartDownloads } from './use-start-downloads.ts';
import { WaitingHits } from './waiting-hits.tsx';

const WhyHere = laterDialog(async () => (await import('./why-here.tsx')).WhyHere);

const ROW_PX = { wide: 68, narrow: 110 };

const hitKey = (hit: HitView) => hit.content;

/** Hits as they come in, best first. */
export function Results({
  query,
  asTyped,
  round,
  onAgain,
  onSearch,
}: {
  query: string;
  asTyped: boolean;
  round: number;
  onAgain: () => void;
  /** Searches for a query that a part of this page has changed. */
  onSearch: (query: string) => void;
}) {
  const i18n = useI18n();
  const { t, rich } = i18n;
  const client = useClient();
  const notices = useNotices();
  const announce = useAnnounce();
  const canAct = useCanAct();
  const downloads = useNewestDownloads();
  const startDownloads = useStartDownloads();
  const [notMine, setNotMine] = useState(false);
  const { search, rows, total, failure } = useSearch(query, asTyped, round, notMine);
  const { hold, release } = useHold(search, total);
  const selection = useSelection(hitKey);
  const [open, setOpen] = useState<string>();
  const [askedMore, setAskedMore] = useState(false);
  const [why, setWhy] = useState<HitView | undefined>(undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  const words = useMemo(() => queryWords(search?.searchedFor ?? query), [search?.searchedFor, query]);
  const done = search !== undefined && search.state !== 'searching';
  const isGone = failure?.code === 'gone';
  const isRenewed = useRef(false);

  useEffect(() => {
    // The daemon was restarted, or has forgotten what nobody looked at: asked once, it finds the same again.
    if (!isGone || isRenewed.current) return;
    isRenewed.current = true;
    onAgain();
  }, [isGone, onAgain]);

  useEffect(() => {
    if (done) announce(t('search.announce', { count: total }));
    else if (failure === undefined) announce(t('search.searching'));
  }, [done, failure, total, announce, t]);

  const download = useCallback(
    async (hit: HitView) => {
      try {
        await client.startDownload({ content: hit.content, name: hit.name });
        announce(t('download.started', { name: isolate(displayText(hit.name, 80)) }));
      } catch (error) {
        notices.problem(failureText(i18n, error));
      }
    },
    [client, announce, notices, i18n, t],
  );

  const more = async () => {
    if (search === undefined) return;
    setAskedMore(true);
    try {
      await client.moreHits(search.id);
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };
  const deeper = async () => {
    if (search === undefined) return;
    try {
      await client.deepenSearch(search.id);
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };
  const toggleOpen = useCallback((hit: HitView) => {
    setOpen((before) => (before === hit.content ? undefined : hit.content));
  }, []);
  const downloadSelected = () => {
    const wanted = selection.rows.filter(({ own }) => own === 'none');
    selection.clear();
    void startDownloads(wanted.map(({ content, name }) => ({ content, name })));
  };
  const onRowKey = (key: string, hit: HitView): boolean => {
    if (key === 'Enter') toggleOpen(hit);
    else if (key === ' ') selection.toggle(hit);
    else if (key === 'd') {
      const own = ownState(hit, downloads.get(hit.content)?.state);
      if (canAct && own === 'none') void download(hit);
    } else return false;
    return true;
  };
  const showWaiting = () => {
    release();
    // What waited may belong anywhere, the best of it at the top.
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  };

  return (
    <section
      className="results-section"
      aria-labelledby="results-heading"
      aria-busy={!done && failure === undefined}
    >
      <h1 id="results-heading" ref={heading} tabIndex={-1} className="visually-hidden">
        {rich('search.for', { query: <bdi>{displayText(query, 120)}</bdi> })}
      </h1>
      <div className="results-head">
        {search === undefined ? null : (
          <Coverage search={search} total={total} canAct={canAct} onDeeper={() => void deeper()} />
        )}
        <SaveSearch query={query} />
      </div>
      {search?.searchedFor == null || search.searchedFor === query ? null : (
        <Correction query={query} searchedFor={search.searchedFor} />
      )}
      {search === undefined || total === 0 ? null : <Hints hints={otherHints(query, search.hints)} />}
      <Facets query={query} search={search} notMine={notMine} onSearch={onSearch} onNotMine={setNotMine} />
      <WaitingHits search={search} onShow={showWaiting} />
      {/* Whoever points at a row or moves into them looks at them. */}
      <div onPointerMove={hold} onPointerDown={hold} onFocus={hold}>
        <VirtualRows
          total={total}
          rowAt={rows.rowAt}
          keyOf={hitKey}
          onShow={rows.show}
          estimate={ROW_PX}
          label={t('search.results')}
          className="results"
          isSelected={selection.has}
          onRowKey={onRowKey}
          render={(hit) => (
            <ResultRow
              hit={hit}
              words={words}
              download={downloads.get(hit.content)}
              canAct={canAct}
              isSelected={selection.has(hit)}
              isOpen={open === hit.content}
              onDownload={download}
              onSelect={selection.toggle}
              onOpen={toggleOpen}
              onWhy={setWhy}
            />
          )}
        />
      </div>
      {failure !== undefined ? (
        <SearchFailed failure={failure} onAgain={onAgain} />
      ) : search !== undefined && (done ? search.more : askedMore) ? (
        <ShowMore shown={total} running={!done} onMore={more} />
      ) : !done ? (
        <p
          key={total === 0 ? 'none' : 'some'}
          className={total === 0 ? 'searching' : 'searching searching-more'}
        >
          <BusyIcon aria-hidden className="spin" />
          {total === 0 ? t('search.searching') : t('search.searching.more')}
        </p>
      ) : total === 0 ? (
        search.hits > 0 ? (
          // Everything that was found is here already.
          <p className="searching">{t('facets.notmine.none')}</p>
        ) : (
          <NothingFound query={query} search={search} onDeeper={() => void deeper()} onSearch={onSearch} />
        )
      ) : null}
      <SelectionBar selection={selection} canAct={canAct} onDownload={downloadSelected} />
      {why === undefined ? null : (
        <WhyHere
          hit={why}
          onClose={() => {
            setWhy(undefined);
          }}
        />
      )}
    </section>
  );
}
