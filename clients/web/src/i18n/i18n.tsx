import { createContext, Fragment, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createFormat, type Format } from './format.ts';
import { cut, LANGUAGES, pickLanguage, template, type Language, type MessageKey } from './messages.ts';

export type Params = Readonly<Record<string, string | number>>;

export interface I18n {
  readonly language: Language;
  setLanguage(language: Language): void;
  readonly format: Format;
  /** The sentence of `key`; numbers are written as the language does. `count` chooses the plural form. */
  t(key: MessageKey, params?: Params): string;
  /** The same with elements in its places (names in <bdi>). */
  rich(key: MessageKey, params: Readonly<Record<string, ReactNode>>): ReactNode;
}

const I18nContext = createContext<I18n | undefined>(undefined);

const STORAGE_KEY = 'banyan.language';

function storedLanguage(): Language | undefined {
  try {
    return LANGUAGES.find((language) => language === localStorage.getItem(STORAGE_KEY));
  } catch {
    return undefined; // Storage is refused in some private windows; the browser's language will do.
  }
}

export function createI18n(language: Language, setLanguage: (language: Language) => void): I18n {
  const format = createFormat(language);
  const plural = new Intl.PluralRules(language);
  const show = (value: string | number | undefined) =>
    typeof value === 'number' ? format.number(value) : (value ?? '');
  return {
    language,
    setLanguage,
    format,
    t: (key, params = {}) =>
      cut(template(language, plural, key, params['count']))
        .map((part, i) => (i % 2 === 0 ? part : show(params[part])))
        .join(''),
    rich: (key, params) =>
      cut(template(language, plural, key, params['count'])).map((part, i) => {
        const value = params[part];
        return (
          <Fragment key={i}>
            {i % 2 === 0 ? part : typeof value === 'number' ? format.number(value) : value}
          </Fragment>
        );
      }),
  };
}

/** Words and formats in the language of the browser, or the one chosen from the list. */
export function I18nProvider({ initial, children }: { initial?: Language; children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(
    () => initial ?? storedLanguage() ?? pickLanguage(navigator.languages),
  );
  const i18n = useMemo(
    () =>
      createI18n(language, (chosen) => {
        try {
          localStorage.setItem(STORAGE_KEY, chosen);
        } catch {
          // It then holds until the page is closed.
        }
        setLanguage(chosen);
      }),
    [language],
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return <I18nContext value={i18n}>{children}</I18nContext>;
}

export function useI18n(): I18n {
  const i18n = use(I18nContext);
  if (i18n === undefined) throw new Error('useI18n outside I18nProvider');
  return i18n;
}
