import { isBanyanError, type HitView, type SearchView } from '@banyan/proto';
import { useEffect, useRef, useState } from 'react';
import { useClient } from '../live/client.tsx';
import { useView, type LiveView } from '../live/use-view.ts';
import { keptSearch } from './kept-searches.ts';
import { tabKey } from './search-tabs.ts';

/** Hits asked for at a time: the most that one answer may have. */
const HIT_LIMIT = 50;
/** Rows of the first window: more than a tall screen shows. */
const FIRST_ROWS = 60;

export interface SearchFailure {
  readonly code: string;
  readonly message: string;
  /** When another try makes sense, unix ms. */
  readonly retryAt?: number;
}

export interface Search {
  /** The search as the daemon tells it; undefined until its first news. */
  readonly search: SearchView | undefined;
  readonly rows: LiveView<'search'>;
  readonly total: number;
  /** The search could not be started, failed, or is gone. */
  readonly failure: SearchFailure | undefined;
}

interface Started {
  readonly key: string;
  readonly search?: SearchView;
  readonly failure?: SearchFailure;
}

/**
 * The search of a tab: begun when it has none, and kept for whoever comes back to the tab.
 *
 * @param asTyped - the words are searched for as they are, uncorrected
 * @param round - another number searches again for the same words
 * @param notMine - only what is not here already
 */
export function useSearch(query: string, asTyped: boolean, round: number, notMine: boolean): Search {
  const client = useClient();
  const key = `${round} ${tabKey({ query, asTyped })}`;
  const [started, setStarted] = useState<Started>({ key: '' });
  const shownRound = useRef(round);

  useEffect(() => {
    let left = false;
    const isAnew = shownRound.current !== round;
    shownRound.current = round;
    keptSearch(client, tabKey({ query, asTyped }), isAnew, () =>
      client.startSearch({ query, limit: HIT_LIMIT, asTyped, explain: true }),
    ).then(
      (search) => {
        if (!left) setStarted({ key, search });
      },
      (error: unknown) => {
        if (left) return;
        const failure = isBanyanError(error)
          ? {
              code: error.code,
              message: error.message,
              ...(error.retryAfterMs === undefined ? {} : { retryAt: Date.now() + error.retryAfterMs }),
            }
          : { code: 'internal', message: String(error) };
        setStarted({ key, failure });
      },
    );
    return () => {
      left = true;
    };
  }, [client, query, asTyped, round, key]);

  const current = started.key === key ? started : { key };
  const id = current.search?.id;
  const rows = useView('search', {
    ...(id === undefined ? {} : { id }),
    notMine,
    count: FIRST_ROWS,
    enabled: id !== undefined,
  });
  const search = id === undefined ? undefined : (rows.frame?.search ?? current.search);
  const problem = search?.state === 'failed' ? (search.problem ?? undefined) : undefined;
  const gone = rows.failure?.code === 'not_found' ? { code: 'gone', message: '' } : rows.failure;
  return {
    search,
    rows,
    total: id === undefined ? 0 : (rows.frame?.total ?? 0),
    failure: current.failure ?? gone ?? problem,
  };
}

/** Whether what a peer already has of a hit changes what can be done with it. */
export function ownState(hit: HitView, downloadState: string | undefined): HitView['own'] {
  if (downloadState === undefined) return hit.own;
  if (downloadState === 'done') return hit.own === 'shared' ? 'shared' : 'have';
  return 'downloading';
}
