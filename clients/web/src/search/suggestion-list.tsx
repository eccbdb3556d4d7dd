import { displayText, type SuggestionView } from '@banyan/proto';
import { useEffect, useRef } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { CloseIcon, EarlierIcon, LibraryIcon, NetworkIcon, type Icon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';

/** Height of an option, CSS px: a finger's width. The buttons beside the list stand at multiples of it. */
const OPTION_PX = 44;

const ORIGIN_ICONS: Readonly<Record<SuggestionView['from'], Icon>> = {
  history: EarlierIcon,
  library: LibraryIcon,
  network: NetworkIcon,
};

export const optionId = (listId: string, index: number): string => `${listId}-${index}`;

/**
 * The popup of the search box: a listbox of which the box itself keeps the focus. The buttons that take an earlier
 * query out stand beside the listbox, since an option can hold none; with the keyboard the Delete key does it.
 */
export function SuggestionList({
  id,
  suggestions,
  active,
  onChoose,
  onForget,
}: {
  id: string;
  suggestions: readonly SuggestionView[];
  /** Index of the highlighted one, or -1. */
  active: number;
  onChoose: (suggestion: SuggestionView) => void;
  onForget: (suggestion: SuggestionView) => void;
}) {
  const { t } = useI18n();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div
      className="suggestions"
      onMouseDown={(event) => {
        event.preventDefault(); // The box keeps the focus, and with it the popup.
      }}
    >
      <ul ref={list} id={id} role="listbox" aria-label={t('suggest.label')}>
        {suggestions.map((suggestion, i) => {
          const Origin = ORIGIN_ICONS[suggestion.from];
          return (
            <li
              key={`${suggestion.from} ${suggestion.query}`}
              id={optionId(id, i)}
              role="option"
              aria-selected={i === active}
              className={`suggestion suggestion-${suggestion.from}`}
              style={{ height: OPTION_PX }}
              onClick={() => {
                onChoose(suggestion);
              }}
            >
              <Origin aria-hidden />
              <span className="suggestion-query">
                <Name text={suggestion.query} />
              </span>
              <span className="suggestion-origin">
                {t(`suggest.from.${suggestion.from}`)}
                {suggestion.from === 'history' ? (
                  <span className="visually-hidden">{t('suggest.forget.key')}</span>
                ) : null}
              </span>
            </li>
          );
        })}
      </ul>
      {suggestions.map((suggestion, i) =>
        suggestion.from !== 'history' ? null : (
          <button
            key={suggestion.query}
            type="button"
            tabIndex={-1}
            className="icon-button suggestion-forget"
            style={{ top: i * OPTION_PX }}
            aria-label={t('suggest.forget', { query: isolate(displayText(suggestion.query, 80)) })}
            onClick={() => {
              onForget(suggestion);
            }}
          >
            <CloseIcon aria-hidden />
          </button>
        ),
      )}
    </div>
  );
}
