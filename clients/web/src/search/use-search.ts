import { isBanyanError, type HitView, type SearchView } from '@banyan/proto';
import { useEffect, useState } from 'react';
import { useClient } from '../live/client.tsx';
import { useView, type LiveView } from '../live/use-view.ts';

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
 * Runs a search for as long as the component stands; what is left is ended at the daemon.
 *
 * @param asTyped - the words are searched for as they are, uncorrected
 * @param round - another number searches again for the same words
 */
export function useSearch(query: string, asTyped: boolean, round: number): Search {
  const client = useClient();
  const key = `${round} ${asTyped} ${query}`;
  const [started, setStarted] = useState<Started>({ key: '' });

  useEffect(() => {
    const abort = new AbortController();
    let id: string | undefined;
    let left = false;
    const end = (searchId: string) => {
      client.endSearch(searchId).catch(() => undefined); // The daemon forgets old searches by itself, too.
    };
    client.startSearch({ query, limit: HIT_LIMIT, asTyped, explain: true }, abort.signal).then(
      (search) => {
        if (left) {
          end(search.id);
          return;
        }
        id = search.id;
        setStarted({ key, search });
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
      abort.abort();
      if (id !== undefined) end(id);
    };
  }, [client, query, asTyped, key]);

  const current = started.key === key ? started : { key };
  const id = current.search?.id;
  const rows = useView('search', {
    ...(id === undefined ? {} : { id }),
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
