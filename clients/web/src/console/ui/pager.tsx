import { useState } from 'react';
import { useWords } from '../i18n/words.tsx';

/** Where one is in a list that a service hands out page by page, each told by a mark (undefined: the beginning). */
export interface Pages {
  /** The mark of the page that is shown. */
  readonly after: string | undefined;
  readonly isFirst: boolean;
  go(next: string): void;
  back(): void;
  /** To the beginning, of a list that is another one now. */
  restart(): void;
}

export function usePages(): Pages {
  const [marks, setMarks] = useState<readonly string[]>([]);
  return {
    after: marks.at(-1),
    isFirst: marks.length === 0,
    go: (next) => {
      setMarks((before) => [...before, next]);
    },
    back: () => {
      setMarks((before) => before.slice(0, -1));
    },
    restart: () => {
      setMarks([]);
    },
  };
}

/** @param next - mark of the page after this one; undefined: this is the last */
export function Pager({ pages, next }: { pages: Pages; next: string | undefined }) {
  const { t } = useWords();
  if (pages.isFirst && next === undefined) return null;
  return (
    <p className="form-acts">
      {pages.isFirst ? null : (
        <button type="button" className="button" onClick={pages.back}>
          {t('pager.before')}
        </button>
      )}
      {next === undefined ? null : (
        <button
          type="button"
          className="button"
          onClick={() => {
            pages.go(next);
          }}
        >
          {t('pager.next')}
        </button>
      )}
    </p>
  );
}
