import type { ConsoleAsOf } from '@banyan/proto';
import { OfflineIcon } from '../../ui/icons.tsx';
import { useWords } from '../i18n/words.tsx';
import { useAlertText } from './alert-text.ts';

/** Why nothing is known of the hosts, or only how they were. */
export function ListProblem({ of: { at, problem } }: { of: ConsoleAsOf }) {
  const { t, format } = useWords();
  const textOf = useAlertText();
  if (problem === null) return null;
  const { what, todo } = textOf(problem);
  return (
    <div className="banner" role="status">
      <OfflineIcon aria-hidden />
      <p>
        {what} {todo} {at === 0 ? t('asof.never') : t('asof.old', { time: format.timeOfDay(at) })}
      </p>
    </div>
  );
}
