/** A search of the peer, page after page. */
import { MAX_HITS, type SearchRequest, type SearchResult, type SearchView } from '@banyan/proto';
import type { Peer } from '../cli.ts';

/** The peer ends a search by itself long before; each answer is waited for in steps of this. */
const WAIT_SECONDS = 10;

/**
 * Searches, and asks for further pages until there are as many hits as are wanted, or no more.
 *
 * @param onStarted - told of the search; what it returns is called when the search is over
 */
export async function findHits(
  { api, signal }: Pick<Peer, 'api' | 'signal'>,
  request: SearchRequest,
  limit: number,
  onStarted: (search: SearchView) => (() => void) | undefined = () => undefined,
): Promise<SearchResult> {
  const started = await api.startSearch({ ...request, limit: Math.min(limit, MAX_HITS) }, signal);
  const onOver = onStarted(started);
  const whenDone = async (): Promise<SearchResult> => {
    let result: SearchResult;
    do result = await api.searchResult(started.id, WAIT_SECONDS, signal);
    while (result.search.state === 'searching');
    return result;
  };
  try {
    let result = await whenDone();
    while (result.search.more && result.search.state === 'done' && result.results.length < limit) {
      const before = result.results.length;
      await api.moreHits(started.id, signal);
      result = await whenDone();
      // A page without anything new would be asked for again and again.
      if (result.results.length <= before) break;
    }
    return { ...result, results: result.results.slice(0, limit) };
  } finally {
    onOver?.();
    // Its hits are here; the daemon need not keep them. Also when Ctrl-C ended our waiting.
    await api.endSearch(started.id).catch(() => undefined);
  }
}
