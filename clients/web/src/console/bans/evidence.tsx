import { displayText, evidenceLink, MAX_EVIDENCE_CHARS } from '@banyan/proto';
import { useWords } from '../i18n/words.tsx';

/** What a ban stands on. It may be the words of who means harm: text is text, and of links the address is shown as it is. */
export function Evidence({ pieces = [] }: { pieces?: readonly string[] | undefined }) {
  const { t } = useWords();
  if (pieces.length === 0) return null;
  return (
    <details className="evidence">
      <summary>{t('evidence.count', { count: pieces.length })}</summary>
      <ul>
        {pieces.map((piece, i) => {
          const link = evidenceLink(piece);
          return (
            <li key={i}>
              {link === undefined ? (
                <bdi>{displayText(piece, MAX_EVIDENCE_CHARS)}</bdi>
              ) : (
                <a href={link} target="_blank" rel="noopener noreferrer nofollow">
                  <bdi>{link}</bdi>
                </a>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
