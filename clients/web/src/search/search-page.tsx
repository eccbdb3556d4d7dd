import { useCallback, useEffect, useMemo, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { Arriving, useArrival } from '../live/arriving.tsx';
import { useClient } from '../live/client.tsx';
import { go } from '../route.ts';
import { usePeerStatus } from '../live/peer.tsx';
import { mustSignIn, NetworkSignIn } from '../sign-in/network-sign-in.tsx';
import { Logo } from '../ui/logo.tsx';
import { HomeLists } from './home-lists.tsx';
import { endClosedSearches } from './kept-searches.ts';
import { QueryChips } from './query-chips.tsx';
import { QueryNotes } from './query-notes.tsx';
import { Results } from './results.tsx';
import { SearchBox } from './search-box.tsx';
import { SearchHelp } from './search-help.tsx';
import { searchTabs, tabKey } from './search-tabs.ts';
import { StatusLine } from './status-line.tsx';
import { TabBar } from './tab-bar.tsx';

/** How this Banyan stands in its network; first of all that nobody has signed in to it yet. */
function Standing() {
  const { status } = usePeerStatus();
  useArrival(status !== undefined);
  return mustSignIn(status) ? <NetworkSignIn status={status} /> : <StatusLine />;
}

/** The search face: home with nothing searched for, results otherwise. */
export function SearchPage({ query, asTyped }: { query: string; asTyped: boolean }) {
  const { t } = useI18n();
  const client = useClient();
  const [round, setRound] = useState(0);
  const again = useCallback(() => {
    setRound((before) => before + 1);
  }, []);
  const tab = useMemo(() => (query === '' ? undefined : { query, asTyped }), [query, asTyped]);
  // Before a tab is shown, which may close another.
  useEffect(
    () =>
      searchTabs.subscribe(() => {
        endClosedSearches(client);
      }),
    [client],
  );
  useEffect(() => {
    if (tab !== undefined) searchTabs.show(tab);
  }, [tab]);
  const search = (words: string) => {
    if (words === query && !asTyped) again();
    else go({ face: 'search', query: words });
  };
  /** Changes a part of the query; who insisted on its words still does. */
  const refine = (words: string) => {
    go({ face: 'search', query: words, ...(asTyped ? { asTyped } : {}) });
  };
  const home = query === '';
  return (
    <>
      <TabBar shown={tab} />
      <div className={home ? 'search-home' : 'search-face'}>
        {home ? (
          <div className="home-head">
            <Logo className="home-logo" />
            <h1 className="home-name">{t('app.name')}</h1>
            <p className="home-tagline">{t('app.tagline')}</p>
          </div>
        ) : null}
        <div className="search-line">
          <SearchBox query={query} autoFocus={home} onSearch={search} />
          <SearchHelp />
        </div>
        {home ? (
          // The box can be typed in from the first moment; what stands below it comes all at once, and moves nothing.
          <Arriving>
            <Standing />
            <HomeLists />
          </Arriving>
        ) : (
          <>
            <QueryChips query={query} onSearch={refine} />
            <QueryNotes query={query} />
            <Results
              key={tabKey({ query, asTyped })}
              query={query}
              asTyped={asTyped}
              round={round}
              onAgain={again}
              onSearch={refine}
            />
          </>
        )}
      </div>
    </>
  );
}
