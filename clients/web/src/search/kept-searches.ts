import type { BrowserClient } from '@banyan/sdk/browser';
import type { SearchView } from '@banyan/proto';
import { searchTabs, tabKey } from './search-tabs.ts';

/** What a search was started as at the daemon, by its tab: whoever comes back to a tab finds its rows as they were. */
const kept = new Map<string, Promise<SearchView>>();

/**
 * The running search of a tab, begun when there is none.
 *
 * @param key - see {@link tabKey}
 * @param isAnew - another one is begun in any case, and the one before is ended
 */
export function keptSearch(
  client: BrowserClient,
  key: string,
  isAnew: boolean,
  start: () => Promise<SearchView>,
): Promise<SearchView> {
  const before = kept.get(key);
  if (before !== undefined && !isAnew) return before;
  end(client, before);
  const begun = start();
  kept.set(key, begun);
  // One that could not be begun is tried again by whoever comes next.
  begun.catch(() => {
    if (kept.get(key) === begun) kept.delete(key);
  });
  return begun;
}

/** Ends the searches of tabs that are closed; the daemon forgets old ones by itself, too. */
export function endClosedSearches(client: BrowserClient): void {
  const open = new Set(searchTabs.open.map(tabKey));
  for (const [key, search] of kept) {
    if (open.has(key)) continue;
    kept.delete(key);
    end(client, search);
  }
}

function end(client: BrowserClient, search: Promise<SearchView> | undefined): void {
  search?.then(({ id }) => client.endSearch(id)).catch(() => undefined);
}
