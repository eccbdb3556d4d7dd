import { displayText, parseQuery, type SearchView } from '@banyan/proto';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import type { MessageKey } from '../i18n/messages.ts';
import { useCanAct } from '../live/client.tsx';
import { usePeerStatus, useSavedSearches } from '../live/peer.tsx';
import { useNow } from '../live/use-now.ts';
import { mustSignIn, NetworkSignIn } from '../sign-in/network-sign-in.tsx';
import { OfflineIcon, ProblemIcon, RetryIcon, SearchIcon, WaitingIcon, type Icon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { ProblemText } from '../ui/problem.tsx';
import { otherHints, queriesWithoutOne } from './query-parts.ts';
import type { SearchFailure } from './use-search.ts';

function Panel({
  icon: Picture,
  title,
  alert = false,
  children,
}: {
  icon: Icon;
  title: ReactNode;
  alert?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="panel" role={alert ? 'alert' : undefined}>
      <Picture aria-hidden className="panel-icon" />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

function Again({ onAgain, disabled, label }: { onAgain: () => void; disabled?: boolean; label?: string }) {
  const { t } = useI18n();
  return (
    <button type="button" className="button" disabled={disabled} onClick={onAgain}>
      <RetryIcon aria-hidden />
      <span>{label ?? t('search.again')}</span>
    </button>
  );
}

/** Hints of the network, in its words. */
export function Hints({ hints }: { hints: readonly string[] }) {
  if (hints.length === 0) return null;
  return (
    <ul className="hints">
      {hints.map((hint) => (
        <li key={hint}>
          <Name text={hint} />
        </li>
      ))}
    </ul>
  );
}

/** Everybody who was asked has answered, and there is nothing: not the same as still searching. */
export function NothingFound({
  query,
  search,
  onDeeper,
  onSearch,
}: {
  query: string;
  search: SearchView;
  onDeeper: () => void;
  /** Searches for less. */
  onSearch: (query: string) => void;
}) {
  const { t, rich } = useI18n();
  const canAct = useCanAct();
  const isSaved = useSavedSearches()?.some((saved) => saved.query === query) === true;
  const partial = search.answered < search.asked;
  // It asks for nothing that a file could have: what is wrong with it stands above.
  if (parseQuery(query).clauses.length === 0)
    return (
      <Panel icon={SearchIcon} title={t('search.wordless.title')}>
        <p>{t('search.wordless.text')}</p>
      </Panel>
    );
  const hints = otherHints(query, search.hints);
  const shorter = queriesWithoutOne(query);
  return (
    <Panel
      icon={SearchIcon}
      title={rich('search.none.title', { query: <bdi>{displayText(query, 120)}</bdi> })}
    >
      <p>{partial ? t('search.none.partial') : t('search.none.text')}</p>
      {hints.length === 0 ? <p>{t('search.none.try')}</p> : <Hints hints={hints} />}
      {shorter.length === 0 ? null : (
        <>
          <p className="muted">{t('search.none.without')}</p>
          <ul className="chips panel-chips" role="list">
            {shorter.map(({ without, query: rest }) => (
              <li key={without}>
                <button
                  type="button"
                  className="facet"
                  onClick={() => {
                    onSearch(rest);
                  }}
                >
                  {rich('chips.without', { term: <Name text={without} /> })}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {partial ? <Again onAgain={onDeeper} disabled={!canAct} label={t('coverage.deeper')} /> : null}
      <p className="muted">{t(isSaved ? 'search.none.saved' : 'search.none.save')}</p>
    </Panel>
  );
}

type Kind = 'signedout' | 'nosupernode' | 'limited' | 'notrunning' | 'gone';

const KIND_OF: Readonly<Record<string, Kind>> = {
  unauthenticated: 'signedout',
  token_invalid: 'signedout',
  token_expired: 'signedout',
  token_revoked: 'signedout',
  device_unknown: 'signedout',
  proof_invalid: 'signedout',
  no_supernode: 'nosupernode',
  rate_limited: 'limited',
  no_credit: 'limited',
  peer_not_running: 'notrunning',
  shutting_down: 'notrunning',
  gone: 'gone',
};

const LOOKS: Readonly<Record<Kind, { icon: Icon; title: MessageKey; text: MessageKey }>> = {
  signedout: { icon: OfflineIcon, title: 'search.signedout.title', text: 'search.signedout.text' },
  nosupernode: { icon: OfflineIcon, title: 'search.nosupernode.title', text: 'search.nosupernode.text' },
  limited: { icon: WaitingIcon, title: 'search.limited.title', text: 'search.limited.text' },
  notrunning: { icon: OfflineIcon, title: 'search.notrunning.title', text: 'search.notrunning.text' },
  gone: { icon: RetryIcon, title: 'search.gone.title', text: 'search.gone.text' },
};

/** The search could not be made: each reason in its own words, with what to do. */
export function SearchFailed({ failure, onAgain }: { failure: SearchFailure; onAgain: () => void }) {
  const { t } = useI18n();
  const canAct = useCanAct();
  const now = useNow(failure.retryAt !== undefined);
  const wait = Math.max(0, Math.ceil(((failure.retryAt ?? 0) - now) / 1000));
  const { status } = usePeerStatus();
  // Whatever the search met first, this is what is to be done.
  if (mustSignIn(status)) return <NetworkSignIn status={status} />;
  const kind = Object.hasOwn(KIND_OF, failure.code) ? KIND_OF[failure.code] : undefined;
  if (kind === undefined) {
    return (
      <Panel icon={ProblemIcon} title={t('search.failed.title')} alert>
        <p>
          <ProblemText problem={failure} />
        </p>
        <Again onAgain={onAgain} disabled={!canAct} />
      </Panel>
    );
  }
  const look = LOOKS[kind];
  return (
    <Panel icon={look.icon} title={t(look.title)} alert>
      <p>{t(look.text)}</p>
      {kind === 'signedout' ? <p>{t('search.signedout.try')}</p> : null}
      <Again
        onAgain={onAgain}
        disabled={!canAct || wait > 0}
        {...(wait > 0 ? { label: t('search.limited.wait', { count: wait }) } : {})}
      />
    </Panel>
  );
}
