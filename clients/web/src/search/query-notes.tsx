import { displayText, parseQuery } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { ProblemIcon } from '../ui/icons.tsx';

/** More would bury the results; a query with more slips than that is read again from its start anyway. */
const MAX_NOTES = 3;

/** What in the query does not do what it seems to, each with its place marked in the query. */
export function QueryNotes({ query }: { query: string }) {
  const { t } = useI18n();
  const { notes } = parseQuery(query);
  if (notes.length === 0) return null;
  return (
    <ul role="list" className="query-notes" aria-label={t('notes.label')}>
      {notes.slice(0, MAX_NOTES).map((note) => (
        <li key={`${note.start} ${note.message}`} className="query-note">
          <ProblemIcon aria-hidden />
          <div>
            <p className="query-note-place">
              <bdi>
                {displayText(query.slice(0, note.start))}
                <mark>{displayText(query.slice(note.start, note.end))}</mark>
                {displayText(query.slice(note.end))}
              </bdi>
            </p>
            <p lang="en">{displayText(note.message, 400)}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
