/** The console's own sentences; what the shared parts say comes from the page's catalogues. */
import { createContext, use, useMemo, type ReactNode } from 'react';
import { createWords, useI18n, type I18n } from '../../i18n/i18n.tsx';
import type { Catalogue, Language } from '../../i18n/messages.ts';
import en from './en.json' with { type: 'json' };
import zhHant from './zh-Hant.json' with { type: 'json' };

/** A key of the console's catalogues; English has them all, a test holds the others to it. */
export type ConsoleKey = keyof typeof en;

export const CONSOLE_CATALOGUES: Readonly<Record<Language, Catalogue<ConsoleKey>>> = {
  en,
  'zh-Hant': zhHant,
};

const WordsContext = createContext<I18n<ConsoleKey> | undefined>(undefined);

/** Inside `I18nProvider`, whose language it follows. */
export function WordsProvider({ children }: { children: ReactNode }) {
  const { language, setLanguage } = useI18n();
  const words = useMemo(
    () => createWords(language, setLanguage, CONSOLE_CATALOGUES[language]),
    [language, setLanguage],
  );
  return <WordsContext value={words}>{children}</WordsContext>;
}

export function useWords(): I18n<ConsoleKey> {
  const words = use(WordsContext);
  if (words === undefined) throw new Error('useWords outside WordsProvider');
  return words;
}
