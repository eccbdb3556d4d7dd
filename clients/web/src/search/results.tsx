import { displayText, type HitView } from '@banyan/proto';
import { useEffect, useMemo } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useCanAct, useClient } from '../live/client.tsx';
import { useNewestDownloads } from '../live/peer.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { BusyIcon } from '../ui/icons.tsx';
import { queryWords } from '../ui/marks.ts';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';
import { VirtualRows } from '../ui/virtual-rows.tsx';
import { Coverage } from './coverage.tsx';
import { NothingFound, SearchFailed } from './empty.tsx';
import { ResultRow } from './result-row.tsx';
import { useSearch } from './use-search.ts';

const ROW_PX = 69;

const hitKey = (hit: HitView) => hit.content;

/** Hits as they come in, best first. */
export function Results({ query, round, onAgain }: { query: string; round: number; onAgain: () => void }) {
  const i18n = useI18n();
  const { t, rich } = i18n;
  const client = useClient();
  const notices = useNotices();
  const announce = useAnnounce();
  const canAct = useCanAct();
  const downloads = useNewestDownloads();
  const { search, rows, total, failure } = useSearch(query, round);
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

  return (
    <section
      className="results-section"
      aria-labelledby="results-heading"
      aria-busy={!done && failure === undefined}
    >
      <h1 id="results-heading" className="visually-hidden">
        {rich('search.for', { query: <bdi>{displayText(query, 120)}</bdi> })}
      </h1>
      {search === undefined ? null : <Coverage search={search} total={total} />}
      {search?.searchedFor == null || search.searchedFor === query ? null : (
        <p className="results-note">
          {rich('search.corrected', { query: <Name text={search.searchedFor} /> })}
        </p>
      )}
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
          />
        )}
      />
      {failure !== undefined ? (
        <SearchFailed failure={failure} onAgain={onAgain} />
      ) : !done ? (
        <p className="searching">
          <BusyIcon aria-hidden className="spin" />
          {total === 0 ? t('search.searching') : t('search.searching.more')}
        </p>
      ) : total === 0 ? (
        <NothingFound query={query} search={search} onAgain={onAgain} />
      ) : null}
    </section>
  );
}
