import type { SuggestionView } from '@banyan/proto';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { CloseIcon, SearchIcon } from '../ui/icons.tsx';
import { isComposing } from '../ui/keys.ts';
import { optionId, SuggestionList } from './suggestion-list.tsx';
import { useSuggestions } from './use-suggestions.ts';

/** As long as the protocol's MAX_QUERY_BYTES allows at least; the daemon has the last word. */
const MAX_QUERY_CHARS = 512;

const firstResult = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('.results [role="gridcell"]');

/** Where the keyboard of a phone covers half of what was found, it goes once the words are typed. */
const typesOnScreen = (): boolean => window.matchMedia('(pointer: coarse)').matches;

/**
 * The one search box: a combobox with a list to choose from by hand (WAI-ARIA APG). What is typed stays; ↓ and ↑ move
 * through the suggestions, or to the first result while none are shown; Enter searches for the highlighted one, else for
 * what is typed; Delete forgets a highlighted earlier query; Esc closes the list, then clears, then leaves.
 */
export function SearchBox({
  query,
  autoFocus = false,
  onSearch,
}: {
  /** What is searched for now; shown in the box. */
  query: string;
  autoFocus?: boolean;
  onSearch: (query: string) => void;
}) {
  const { t } = useI18n();
  const [text, setText] = useState(query);
  const [shownFor, setShownFor] = useState(query);
  const [open, setOpen] = useState(false);
  const [composing, setComposing] = useState(false);
  const [highlighted, setHighlighted] = useState<SuggestionView | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const { suggestions, forget } = useSuggestions(text, open && !composing);
  if (shownFor !== query) {
    // Back and forward change the query from outside.
    setShownFor(query);
    setText(query);
    setOpen(false);
  }
  const shown = suggestions.length > 0;
  // By what it says: the same suggestion may come again with a later answer.
  const active = suggestions.findIndex(
    ({ from, query: words }) => from === highlighted?.from && words === highlighted.query,
  );

  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);

  const close = () => {
    setOpen(false);
    setHighlighted(undefined);
  };
  const clear = () => {
    setText('');
    close();
    input.current?.focus();
  };
  const search = (words: string) => {
    close();
    if (words.trim() === '') return;
    if (typesOnScreen()) input.current?.blur();
    onSearch(words.trim());
  };
  const choose = (suggestion: SuggestionView) => {
    setText(suggestion.query);
    search(suggestion.query);
  };
  const forgetOne = (suggestion: SuggestionView) => {
    const at = suggestions.indexOf(suggestion);
    if (at === active) setHighlighted(suggestions[at + 1] ?? suggestions[at - 1]);
    forget(suggestion);
  };
  /** Whether the key had a meaning here; then the browser's own is none. */
  const takesKey = (event: KeyboardEvent): boolean => {
    const chosen = suggestions[active];
    switch (event.key) {
      case 'Escape':
        if (shown) close();
        else if (text === '') input.current?.blur();
        else clear();
        return true;
      case 'ArrowDown':
      case 'ArrowUp': {
        if (event.altKey) {
          setOpen(event.key === 'ArrowDown');
          setHighlighted(undefined);
          return true;
        }
        if (shown) {
          // Beyond either end is the box itself.
          const places = suggestions.length + 1;
          const next = (active + 1 + (event.key === 'ArrowDown' ? 1 : places - 1)) % places;
          setHighlighted(suggestions[next - 1]);
          return true;
        }
        if (event.key === 'ArrowUp') return false;
        const result = firstResult();
        if (result === null) setOpen(true);
        else result.focus();
        return true;
      }
      case 'Enter':
        if (chosen === undefined) return false;
        choose(chosen);
        return true;
      case 'Delete':
        if (chosen?.from !== 'history') return false;
        forgetOne(chosen);
        return true;
      default:
        return false;
    }
  };

  return (
    <form
      role="search"
      className="search-box"
      onSubmit={(event) => {
        event.preventDefault();
        search(text);
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <SearchIcon aria-hidden className="search-box-icon" />
      <input
        ref={input}
        id="search-input"
        type="text"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={shown ? listId : undefined}
        aria-activedescendant={active === -1 ? undefined : optionId(listId, active)}
        inputMode="search"
        enterKeyHint="search"
        aria-keyshortcuts="/"
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        value={text}
        maxLength={MAX_QUERY_CHARS}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="none"
        spellCheck={false}
        dir="auto"
        onChange={(event) => {
          setText(event.target.value);
          setHighlighted(undefined);
          setOpen(true);
        }}
        onClick={() => {
          if (text === '') setOpen(true);
        }}
        onCompositionStart={() => {
          setComposing(true);
        }}
        onCompositionEnd={() => {
          setComposing(false);
        }}
        onKeyDown={(event) => {
          if (isComposing(event)) {
            // Without this, Enter that picks a candidate would also submit the form in some browsers.
            if (event.key === 'Enter') event.preventDefault();
          } else if (takesKey(event)) event.preventDefault();
        }}
      />
      {text === '' ? null : (
        <button type="button" className="icon-button" aria-label={t('search.clear')} onClick={clear}>
          <CloseIcon aria-hidden />
        </button>
      )}
      <button type="submit" className="button button-main search-submit">
        <span className="search-submit-word">{t('search.button')}</span>
        <SearchIcon aria-hidden className="search-submit-icon" />
      </button>
      {shown ? (
        <SuggestionList
          id={listId}
          suggestions={suggestions}
          active={active}
          onChoose={choose}
          onForget={forgetOne}
        />
      ) : null}
    </form>
  );
}
