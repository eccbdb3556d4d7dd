import { useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { go } from '../route.ts';
import { Logo } from '../ui/logo.tsx';
import { Results } from './results.tsx';
import { SearchBox } from './search-box.tsx';
import { StatusLine } from './status-line.tsx';

/** The search face: home with nothing searched for, results otherwise. */
export function SearchPage({ query }: { query: string }) {
  const { t } = useI18n();
  const [round, setRound] = useState(0);
  const search = (words: string) => {
    if (words === query) setRound((before) => before + 1);
    else go({ face: 'search', query: words });
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
      <SearchBox query={query} autoFocus={home} onSearch={search} />
      {home ? (
        <StatusLine />
      ) : (
        <Results
          key={query}
          query={query}
          round={round}
          onAgain={() => {
            setRound((before) => before + 1);
          }}
        />
      )}
    </div>
  );
}
