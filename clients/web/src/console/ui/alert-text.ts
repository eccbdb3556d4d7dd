import { displayText, type Alert } from '@banyan/proto';
import { useCallback } from 'react';
import { isolate } from '../../i18n/messages.ts';
import { useWords } from '../i18n/words.tsx';

/** An alert in words: what is wrong, and what to do. */
export function useAlertText(): (alert: Alert) => { readonly what: string; readonly todo: string } {
  const { t } = useWords();
  return useCallback(
    ({ code, name = '', detail = '', figures = {} }) => {
      const params = {
        name: isolate(displayText(name, 64)),
        detail: isolate(displayText(detail, 300)),
        ...figures,
      };
      return { what: t(`alert.${code}`, params), todo: t(`alert.${code}.do`, params) };
    },
    [t],
  );
}
