/**
 * What somebody who types may want to search for: earlier queries of this peer, words of its own library, and words that
 * the home's leaves publish. Never what other people searched for: nobody is told of that.
 */
import {
  displayText,
  MAX_QUERY_BYTES,
  MAX_SUGGESTIONS,
  toBanyanError,
  type Suggestion,
  type SuggestionView,
} from '@banyan/proto';
import { abortedError, type Clock, type Log } from '@banyan/kit';
import type { LibraryPhrases } from './library-phrases.ts';
import { queryKey, type SearchHistory } from './search-history.ts';

/** The home is waited for so long: later than that, the next letter is typed already. */
export const SUGGEST_TIMEOUT_MS = 300;

export interface SuggestionsComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly history: Pick<SearchHistory, 'startingWith'>;
  readonly phrases: Pick<LibraryPhrases, 'complete'>;
  /** Asks the home supernode. */
  readonly ask: (query: string, limit: number, signal: AbortSignal) => Promise<Suggestion[]>;
}

/**
 * Suggestions for a query as it stands, best first; each kind has its share of the places, in this order: history, library,
 * network. What of the network is not there in {@link SUGGEST_TIMEOUT_MS}, or at all, is left out.
 *
 * @throws BanyanError `aborted` as soon as `signal` aborts
 */
export type Suggest = (query: string, limit: number, signal: AbortSignal) => Promise<SuggestionView[]>;

export function createSuggest(components: SuggestionsComponents): Suggest {
  const { clock, log, history, phrases } = components;

  const askHome = async (query: string, limit: number, signal: AbortSignal): Promise<string[]> => {
    if (query.trim() === '' || Buffer.byteLength(query) > MAX_QUERY_BYTES) return [];
    const ended = new AbortController();
    const late = clock.sleep(SUGGEST_TIMEOUT_MS, AbortSignal.any([ended.signal, signal]));
    try {
      const asked = components.ask(query, limit, AbortSignal.any([ended.signal, signal]));
      const suggestions = await Promise.race([asked, late.then((): Suggestion[] => [])]);
      return suggestions.map((one) => displayText(one.query, MAX_QUERY_BYTES));
    } catch (error) {
      if (signal.aborted) throw abortedError(signal);
      log.debug({ code: toBanyanError(error).code }, 'the home supernode suggests nothing');
      return [];
    } finally {
      // Either of the two may still be waiting.
      late.catch(() => undefined);
      ended.abort();
    }
  };

  return async (query, limit, signal) => {
    // The typed query itself and what is in several kinds would take places from others: the network is asked for more.
    const fromNetwork = askHome(query, Math.min(limit + 1, MAX_SUGGESTIONS), signal);
    const seen = new Set([queryKey(query).trimEnd()]);
    const kinds: SuggestionView[][] = [];
    const add = (from: SuggestionView['from'], queries: readonly string[]): void => {
      kinds.push(
        queries.flatMap((one) => {
          const key = queryKey(one).trimEnd();
          if (key === '' || seen.has(key)) return [];
          seen.add(key);
          return [{ query: one.trim(), from }];
        }),
      );
    };
    add('history', history.startingWith(query, limit + 1));
    add('library', phrases.complete(query, limit + 1));
    add('network', await fromNetwork);
    return share(kinds, limit);
  };
}

/** The first of each kind, in turns, until there are `limit`; kind by kind again. */
function share<T>(kinds: readonly (readonly T[])[], limit: number): T[] {
  const taken = kinds.map(() => 0);
  let left = limit;
  for (let before = -1; left > 0 && before !== left;) {
    before = left;
    for (const [i, kind] of kinds.entries()) {
      if (left === 0 || taken[i]! >= kind.length) continue;
      taken[i]! += 1;
      left -= 1;
    }
  }
  return kinds.flatMap((kind, i) => kind.slice(0, taken[i]));
}
