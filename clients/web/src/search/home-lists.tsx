import { displayText, type SavedSearchView, type SuggestionView } from '@banyan/proto';
import { startTransition, useEffect, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { useArrival } from '../live/arriving.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { useSavedSearches } from '../live/peer.tsx';
import { useNow } from '../live/use-now.ts';
import { routeHref } from '../route.ts';
import { CloseIcon, EarlierIcon, SaveIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';

/** Recent searches that are shown; the box suggests the others as one types. */
const MAX_RECENT = 8;

/** What one comes back for: what saved searches have found, and what one searched for lately. */
export function HomeLists() {
  return (
    <div className="home-lists">
      <SavedList />
      <RecentList />
    </div>
  );
}

function SavedList() {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const canAct = useCanAct();
  const notices = useNotices();
  const saved = useSavedSearches();
  useArrival(saved !== undefined);
  if (saved === undefined || saved.length === 0) return null;
  const remove = (one: SavedSearchView) => {
    client.removeSavedSearch(one.id).catch((error: unknown) => {
      notices.problem(failureText(i18n, error));
    });
  };
  return (
    <section aria-labelledby="saved-heading">
      <h2 id="saved-heading">{t('saved.title')}</h2>
      <ul role="list">
        {saved.map((one) => (
          <li key={one.id} className="home-row">
            <a
              href={routeHref({ face: 'search', query: one.query })}
              onClick={() => {
                if (one.fresh > 0) client.seeSavedSearch(one.id).catch(() => undefined);
              }}
            >
              <SaveIcon aria-hidden />
              <span className="home-query">
                <Name text={one.query} />
                <SavedState saved={one} />
              </span>
              {one.fresh > 0 ? (
                <span className="fresh-count">{t('saved.fresh', { count: one.fresh })}</span>
              ) : null}
            </a>
            <button
              type="button"
              className="icon-button"
              disabled={!canAct}
              aria-label={t('saved.remove', { query: isolate(displayText(one.query, 80)) })}
              onClick={() => {
                remove(one);
              }}
            >
              <CloseIcon aria-hidden />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is new by name, else when was looked, else why not. */
function SavedState({ saved }: { saved: SavedSearchView }) {
  const { t, format } = useI18n();
  const now = useNow(false);
  if (saved.names.length > 0)
    return (
      <span className="home-detail">
        {format.list(saved.names.map((name) => isolate(displayText(name, 60))))}
      </span>
    );
  if (saved.problem !== null)
    return (
      <span className="home-detail warn">
        <ProblemText problem={saved.problem} />
      </span>
    );
  return (
    <span className="home-detail">
      {saved.askedAt === null
        ? t('saved.first')
        : t('saved.asked', { time: format.moment(saved.askedAt, now) })}
    </span>
  );
}

function RecentList() {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const canAct = useCanAct();
  const notices = useNotices();
  const [recent, setRecent] = useState<readonly SuggestionView[]>();
  useArrival(recent !== undefined);
  useEffect(() => {
    if (!canAct) return;
    const abort = new AbortController();
    client.suggestions('', MAX_RECENT, abort.signal).then(
      (suggestions) => {
        startTransition(() => {
          setRecent(suggestions.filter(({ from }) => from === 'history'));
        });
      },
      () => {
        // The box works without.
        if (!abort.signal.aborted) setRecent((before) => before ?? []);
      },
    );
    return () => {
      abort.abort();
    };
  }, [client, canAct]);
  if (recent === undefined || recent.length === 0) return null;
  const forget = (query: string | undefined) => {
    const before = recent;
    setRecent(query === undefined ? [] : recent.filter((one) => one.query !== query));
    client.forgetSearches(query).catch((error: unknown) => {
      setRecent(before);
      notices.problem(failureText(i18n, error));
    });
  };
  return (
    <section aria-labelledby="recent-heading">
      <div className="home-list-head">
        <h2 id="recent-heading">{t('recent.title')}</h2>
        <button
          type="button"
          className="button button-text"
          disabled={!canAct}
          onClick={() => {
            forget(undefined);
          }}
        >
          {t('recent.clear')}
        </button>
      </div>
      <ul role="list">
        {recent.map(({ query }) => (
          <li key={query} className="home-row">
            <a href={routeHref({ face: 'search', query })}>
              <EarlierIcon aria-hidden />
              <span className="home-query">
                <Name text={query} />
              </span>
            </a>
            <button
              type="button"
              className="icon-button"
              disabled={!canAct}
              aria-label={t('suggest.forget', { query: isolate(displayText(query, 80)) })}
              onClick={() => {
                forget(query);
              }}
            >
              <CloseIcon aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <p className="muted home-note">{t('recent.note')}</p>
    </section>
  );
}
