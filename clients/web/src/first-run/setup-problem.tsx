import { displayText, isBanyanError } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { isMessageKey } from '../i18n/catalogues.ts';
import { ProblemIcon } from '../ui/icons.tsx';
import { failureText } from '../ui/problem.tsx';

/** Of these the daemon knows the particulars: which address, which port, which folder. */
const WITH_DETAIL: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'wrong_service', 'key_mismatch']);

/** Why joining did not work, what that means for a newcomer, and what to do. */
export function SetupProblem({ id, error }: { id: string; error: unknown }) {
  const i18n = useI18n();
  const code = isBanyanError(error) ? error.code : 'internal';
  const key = `setup.problem.${code}`;
  return (
    <div id={id} className="first-run-problem" role="alert">
      <p className="with-icon bad">
        <ProblemIcon aria-hidden />
        <span>{isMessageKey(key) ? i18n.t(key) : failureText(i18n, error)}</span>
      </p>
      {isMessageKey(key) && isBanyanError(error) && WITH_DETAIL.has(code) ? (
        <p className="muted">
          <bdi>{displayText(error.message, 400)}</bdi>
        </p>
      ) : null}
    </div>
  );
}
