import { useNow } from '../../live/use-now.ts';
import { useWords } from '../i18n/words.tsx';

/** Times as people say them: of today the time alone. */
export function useMoment(): (ms: number) => string {
  const { format } = useWords();
  const now = useNow(false);
  return (ms) => format.moment(ms, now);
}
