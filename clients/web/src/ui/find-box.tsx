import { useRef, useState, type ReactNode } from 'react';
import { displayText, MAX_VIEW_FILTER_CHARS } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { useSettled } from '../live/use-settled.ts';
import { Announced } from './announcer.tsx';
import { CloseIcon, SearchIcon } from './icons.tsx';
import { isComposing } from './keys.ts';
import { Name } from './name.tsx';
import { useLetterKey } from './use-letter-key.ts';

/** Typing goes on; the list follows when it rests. */
const SETTLE_MS = 150;

/** What is typed into a find box, and the filter that a view is opened with. */
export interface Find {
  readonly text: string;
  setText(text: string): void;
  /** Words with single blanks between; empty: the whole list. */
  readonly filter: string;
}

export function useFind(): Find {
  const [text, setText] = useState('');
  const words = text.trim().replace(/\s+/g, ' ');
  const settled = useSettled(words, SETTLE_MS);
  // Emptied, it is the whole list at once.
  return { text, setText, filter: words === '' ? '' : settled };
}

/**
 * Finds names in a list of which only the rows in sight are in the document, where the browser's own search finds nothing. `f`
 * goes to it; Esc clears it, then leaves it.
 *
 * @param found - rows that are left; undefined while they are looked for
 */
export function FindBox({ find, found }: { find: Find; found: number | undefined }) {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  useLetterKey('f', () => {
    input.current?.focus();
    input.current?.select();
  });
  const said = found === undefined ? t('find.looking') : t('find.count', { count: found });
  return (
    <div className="find">
      <div className="find-box">
        <SearchIcon aria-hidden />
        <input
          ref={input}
          type="text"
          role="searchbox"
          inputMode="search"
          aria-label={t('find.label')}
          aria-keyshortcuts="F"
          placeholder={t('find.label')}
          value={find.text}
          maxLength={MAX_VIEW_FILTER_CHARS}
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="auto"
          onChange={(event) => {
            find.setText(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || isComposing(event)) return;
            event.preventDefault();
            if (find.text === '') input.current?.blur();
            else find.setText('');
          }}
        />
        {find.text === '' ? null : (
          <button
            type="button"
            className="icon-button"
            aria-label={t('find.clear')}
            onClick={() => {
              find.setText('');
              input.current?.focus();
            }}
          >
            <CloseIcon aria-hidden />
          </button>
        )}
      </div>
      <p className="find-count muted">{find.filter === '' ? null : said}</p>
      {find.filter === '' || found === undefined ? null : <Announced text={said} />}
    </div>
  );
}

/** Stands where the rows would, when a filter leaves none. */
export function NothingLeft({ find }: { find: Find }): ReactNode {
  const { t, rich } = useI18n();
  return (
    <div className="panel">
      <h3>{rich('find.none.title', { words: <Name text={displayText(find.filter, 80)} /> })}</h3>
      <p>{t('find.none.text')}</p>
      <button
        type="button"
        className="button"
        onClick={() => {
          find.setText('');
        }}
      >
        {t('find.all')}
      </button>
    </div>
  );
}
