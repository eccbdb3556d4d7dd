import { useI18n } from '../../i18n/i18n.tsx';
import { useAnswer } from '../../live/use-asked.ts';
import { failureText } from '../../ui/problem.tsx';

/**
 * What a call gives, asked again when `key` changes or `again` is called. The last answer stays in sight meanwhile.
 *
 * @param load - is not compared: `key` says what it asks for
 */
export function useLoad<T>(
  key: string,
  load: () => Promise<T>,
): {
  readonly value: T | undefined;
  readonly failure: string | undefined;
  readonly isBusy: boolean;
  again(): void;
} {
  const i18n = useI18n();
  const { answer, isBusy, again } = useAnswer(key, load);
  return {
    value: answer?.state === 'known' ? answer.value : undefined,
    failure: answer?.state === 'failed' ? failureText(i18n, answer.error) : undefined,
    isBusy,
    again,
  };
}
