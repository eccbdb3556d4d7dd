import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { go } from '../route.ts';
import { Logo } from '../ui/logo.tsx';
import { QueryChips } from './query-chips.tsx';
import { QueryNotes } from './query-notes.tsx';
import { Results } from './results.tsx';
import { SearchBox } from './search-box.tsx';
import { SearchHelp } from './search-help.tsx';
import { StatusLine } from './status-line.tsx';

/** The search face: home with nothing searched for, results otherwise. */
export function SearchPage({ query, asTyped }: { query: string; asTyped: boolean }) {
  const { t } = useI18n();
  const [round, setRound] = useState(0);
  const again = () => {
    setRound((before) => before + 1);
  };
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
        <StatusLine />
      ) : (
        <>
          <QueryChips query={query} onSearch={refine} />
          <QueryNotes query={query} />
          <Results
            key={`${asTyped} ${query}`}
            query={query}
            asTyped={asTyped}
            round={round}
            onAgain={again}
            onSearch={refine}
          />
        </>
      )}
    </div>
  );
}
