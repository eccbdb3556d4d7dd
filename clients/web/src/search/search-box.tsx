import { useEffect, useRef, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { CloseIcon, SearchIcon } from '../ui/icons.tsx';
import { isComposing } from '../ui/keys.ts';

/** As long as the protocol's MAX_QUERY_BYTES allows at least; the daemon has the last word. */
const MAX_QUERY_CHARS = 512;

/** The one search box. Enter searches, Esc clears and then leaves, ↓ goes to the first result. */
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
  const input = useRef<HTMLInputElement>(null);
  if (shownFor !== query) {
    // Back and forward change the query from outside.
    setShownFor(query);
    setText(query);
  }

  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);

  const clear = () => {
    setText('');
    input.current?.focus();
  };

  return (
    <form
      role="search"
      className="search-box"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') onSearch(text.trim());
      }}
    >
      <SearchIcon aria-hidden className="search-box-icon" />
      <input
        ref={input}
        id="search-input"
        type="text"
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
        }}
        onKeyDown={(event) => {
          if (isComposing(event)) {
            // Without this, Enter that picks a candidate would also submit the form in some browsers.
            if (event.key === 'Enter') event.preventDefault();
            return;
          }
          if (event.key === 'Escape') {
            event.preventDefault();
            if (text === '') event.currentTarget.blur();
            else setText('');
          } else if (event.key === 'ArrowDown') {
            const control = document.querySelector<HTMLElement>('.results [data-index] :is(button, a[href])');
            if (control !== null) {
              event.preventDefault();
              control.focus();
            }
          }
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
    </form>
  );
}
