import { displayText, isBanyanError, type Problem } from '@banyan/proto';
import type { I18n } from '../i18n/i18n.tsx';
import { useI18n } from '../i18n/i18n.tsx';
import { isMessageKey } from '../i18n/catalogues.ts';

/** Our short words for a code, if there are any; the daemon's message gives the particulars. */
function problemLabel(i18n: I18n, code: string): string | undefined {
  const key = `problem.${code}`;
  return isMessageKey(key) ? i18n.t(key) : undefined;
}

/** One line for a caught failure. */
export function failureText(i18n: I18n, error: unknown): string {
  if (!isBanyanError(error)) return problemLabel(i18n, 'internal') ?? '';
  return problemText(i18n, error);
}

/** One line for what a service said. */
export function problemText(i18n: I18n, problem: Problem): string {
  const detail = displayText(problem.message, 400);
  const label = problemLabel(i18n, problem.code);
  // In English the daemon's sentence says it all; elsewhere ours comes first.
  if (label === undefined || i18n.language === 'en') return detail;
  return `${label} — ${detail}`;
}

/** Why something waits, was dropped or failed: short words, then the evidence. */
export function ProblemText({ problem }: { problem: Problem }) {
  const i18n = useI18n();
  const label = problemLabel(i18n, problem.code);
  const detail = displayText(problem.message, 400);
  if (label === undefined) return <bdi>{detail}</bdi>;
  return (
    <>
      <span className="problem-label">{label}</span>
      {detail === '' ? null : (
        <>
          {' — '}
          <bdi className="problem-detail">{detail}</bdi>
        </>
      )}
    </>
  );
}
