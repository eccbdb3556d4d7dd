import type { SuggestionView } from '@banyan/proto';
import { useEffect, useState } from 'react';
import { useCanAct, useClient } from '../live/client.tsx';

/** More do not fit above a phone's keyboard, and nobody reads them. */
const MAX_SUGGESTIONS = 8;
/** A quick typist's next letter comes within this time; what was asked before it would be asked in vain. */
const DEBOUNCE_MS = 80;

interface Answer {
  readonly to: string;
  readonly suggestions: readonly SuggestionView[];
}

export interface Suggestions {
  /** For the text as it is, best first; until its own answer is here, what still fits of the one before. */
  readonly suggestions: readonly SuggestionView[];
  /** Takes an earlier query out of the history, and out of sight at once. */
  forget(suggestion: SuggestionView): void;
}

/**
 * Asks what somebody who typed `text` may want to search for.
 *
 * @param wanted - false: nothing is asked, and nothing is suggested
 */
export function useSuggestions(text: string, wanted: boolean): Suggestions {
  const client = useClient();
  const canAct = useCanAct();
  const typed = text.trimStart();
  const asking = wanted && canAct;
  const [answer, setAnswer] = useState<Answer>({ to: '', suggestions: [] });

  useEffect(() => {
    if (!asking) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.suggestions(typed, MAX_SUGGESTIONS, abort.signal).then(
        (suggestions) => {
          if (abort.signal.aborted) return;
          const others = suggestions.filter(({ query }) => query !== typed.trim());
          setAnswer({ to: typed, suggestions: others.slice(0, MAX_SUGGESTIONS) });
        },
        () => undefined, // A box without suggestions works as well.
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, typed, asking]);

  const fits = ({ query }: SuggestionView) => query.toLowerCase().startsWith(typed.toLowerCase());
  return {
    suggestions: !asking
      ? []
      : answer.to === typed
        ? answer.suggestions
        : answer.suggestions.filter((one) => one.query !== typed.trim() && fits(one)),
    forget(suggestion) {
      setAnswer((before) => ({
        ...before,
        suggestions: before.suggestions.filter(
          ({ from, query }) => from !== suggestion.from || query !== suggestion.query,
        ),
      }));
      client.forgetSearches(suggestion.query).catch(() => undefined); // It then comes back with the next answer.
    },
  };
}
