import { displayText } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { routeHref } from '../route.ts';
import { correctedPieces } from './query-parts.ts';

/** Longest query that is repeated in a sentence. */
const MAX_SHOWN = 120;

/** Says that other words were searched for than were typed, which ones, and how to insist. */
export function Correction({ query, searchedFor }: { query: string; searchedFor: string }) {
  const { rich } = useI18n();
  return (
    <p className="correction">
      <span>
        {rich('search.corrected', {
          query: (
            <bdi className="correction-query">
              {correctedPieces(query, displayText(searchedFor, MAX_SHOWN)).map(({ text, marked }, i) =>
                marked ? <mark key={i}>{text}</mark> : text,
              )}
            </bdi>
          ),
        })}
      </span>{' '}
      <a href={routeHref({ face: 'search', query, asTyped: true })}>
        {rich('search.astyped', { query: <bdi>{displayText(query, MAX_SHOWN)}</bdi> })}
      </a>
    </p>
  );
}
