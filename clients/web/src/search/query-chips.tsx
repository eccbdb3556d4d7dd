import { displayText } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { CloseIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { queryParts, withoutPart } from './query-parts.ts';

/** What of the query was understood as more than words; each can be taken out. */
export function QueryChips({ query, onSearch }: { query: string; onSearch: (query: string) => void }) {
  const { t, rich } = useI18n();
  const parts = queryParts(query);
  if (parts.length === 0) return null;
  return (
    <ul role="list" className="chips" aria-label={t('chips.label')}>
      {parts.map((part) => (
        <li key={part.start} className="chip">
          <span className="chip-text">
            {part.excluded
              ? rich('chips.without', { term: <Name text={part.text} /> })
              : rich('chips.with', { term: <Name text={part.text} /> })}
          </span>
          <button
            type="button"
            className="chip-remove"
            aria-label={t('chips.remove', {
              term: isolate(displayText(`${part.excluded ? '-' : ''}${part.text}`, 120)),
            })}
            onClick={() => {
              onSearch(withoutPart(query, part));
            }}
          >
            <CloseIcon aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
