import { displayText, type HitView } from '@banyan/proto';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useCanAct, useClient } from '../live/client.tsx';
import { useNewestDownloads } from '../live/peer.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { BusyIcon } from '../ui/icons.tsx';
import { queryWords } from '../ui/marks.ts';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';
import { VirtualRows } from '../ui/virtual-rows.tsx';
import { Coverage } from './coverage.tsx';
import { Correction } from './correction.tsx';
import { Hints, NothingFound, SearchFailed } from './empty.tsx';
import { Facets } from './facets.tsx';
import { otherHints } from './query-parts.ts';
import { ResultRow } from './result-row.tsx';
import { ShowMore } from './show-more.tsx';
import { useHold } from './use-hold.ts';
import { useSearch } from './use-search.ts';
import { WaitingHits } from './waiting-hits.tsx';
import { WhyHere } from './why-here.tsx';

const ROW_PX = 69;

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
  const { search, rows, total, failure } = useSearch(query, asTyped, round);
  const { hold, release } = useHold(search, total);
  const [askedMore, setAskedMore] = useState(false);
  const [why, setWhy] = useState<HitView | undefined>(undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  const words = useMemo(() => queryWords(search?.searchedFor ?? query), [search?.searchedFor, query]);
  const done = search !== undefined && search.state !== 'searching';

  useEffect(() => {
    if (done) announce(t('search.announce', { count: total }));
    else if (failure === undefined) announce(t('search.searching'));
  }, [done, failure, total, announce, t]);

  const download = async (hit: HitView) => {
    try {
      await client.startDownload({ content: hit.content, name: hit.name });
      announce(t('download.started', { name: isolate(displayText(hit.name, 80)) }));
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };

  const more = async () => {
    if (search === undefined) return;
    setAskedMore(true);
    try {
      await client.moreHits(search.id);
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
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
      {search === undefined ? null : <Coverage search={search} total={total} />}
      {search?.searchedFor == null || search.searchedFor === query ? null : (
        <Correction query={query} searchedFor={search.searchedFor} />
      )}
      {search === undefined || total === 0 ? null : <Hints hints={otherHints(query, search.hints)} />}
      <Facets query={query} search={search} onSearch={onSearch} />
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
          render={(hit) => (
            <ResultRow
              hit={hit}
              words={words}
              download={downloads.get(hit.content)}
              canAct={canAct}
              onDownload={download}
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
        <p className="searching">
          <BusyIcon aria-hidden className="spin" />
          {total === 0 ? t('search.searching') : t('search.searching.more')}
        </p>
      ) : total === 0 ? (
        <NothingFound query={query} search={search} onAgain={onAgain} />
      ) : null}
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
