import type { AnswerFigures } from '@banyan/proto';
import { useWords } from '../i18n/words.tsx';

const UNKNOWN = '–';

/** How searches are answered, as people say it. */
export function useAnswerText(): {
  firstHit(answers: AnswerFigures | null): string;
  hitRate(answers: AnswerFigures | null): string;
} {
  const { t, format } = useWords();
  return {
    firstHit(answers) {
      const p95 = answers?.firstHitP95 ?? null;
      if (p95 === null) return UNKNOWN;
      const time = format.seconds(p95.ms);
      return p95.isMore ? t('more.than', { value: time }) : time;
    },
    hitRate: (answers) =>
      answers === null || answers.searches === 0 ? UNKNOWN : format.percent(answers.found / answers.searches),
  };
}
