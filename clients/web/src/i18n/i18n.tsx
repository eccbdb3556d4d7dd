import { createContext, Fragment, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createFormat, type Format } from './format.ts';
import { catalogueOf, loadCatalogue } from './catalogues.ts';
import {
  cut,
  LANGUAGES,
  pickLanguage,
  template,
  type Catalogue,
  type Language,
  type MessageKey,
} from './messages.ts';

export type Params = Readonly<Record<string, string | number>>;

/** @typeParam Key - of the catalogues in use; default: those of the peer's page */
export interface I18n<Key extends string = MessageKey> {
  readonly language: Language;
  /** Changes it once its sentences are here; rejects when they cannot be loaded. */
  setLanguage(language: Language): Promise<void>;
  readonly format: Format;
  /** The sentence of `key`; numbers are written as the language does. `count` chooses the plural form. */
  t(key: Key, params?: Params): string;
  /** The same with elements in its places (names in <bdi>). */
  rich(key: Key, params: Readonly<Record<string, ReactNode>>): ReactNode;
}

const I18nContext = createContext<I18n | undefined>(undefined);

const STORAGE_KEY = 'banyan.language';

/** The language that was chosen from the list, else the browser's. */
export function startLanguage(): Language {
  return storedLanguage() ?? pickLanguage(navigator.languages);
}

function storedLanguage(): Language | undefined {
  try {
    return LANGUAGES.find((language) => language === localStorage.getItem(STORAGE_KEY));
  } catch {
    return undefined; // Storage is refused in some private windows; the browser's language will do.
  }
}

/** Over the sentences of a language that are here (`loadCatalogue`). */
export function createI18n(language: Language, setLanguage: I18n['setLanguage']): I18n {
  return createWords(language, setLanguage, catalogueOf(language));
}

/** As {@link createI18n}, over a catalogue of one's own. */
export function createWords<Key extends string>(
  language: Language,
  setLanguage: I18n['setLanguage'],
  catalogue: Catalogue<Key>,
): I18n<Key> {
  const format = createFormat(language);
  const plural = new Intl.PluralRules(language);
  const show = (value: string | number | undefined) =>
    typeof value === 'number' ? format.number(value) : (value ?? '');
  return {
    language,
    setLanguage,
    format,
    t: (key, params = {}) =>
      cut(template(catalogue, plural, key, params['count']))
        .map((part, i) => (i % 2 === 0 ? part : show(params[part])))
        .join(''),
    rich: (key, params) =>
      cut(template(catalogue, plural, key, params['count'])).map((part, i) => {
        const value = params[part];
        return (
          <Fragment key={i}>
            {i % 2 === 0 ? part : typeof value === 'number' ? format.number(value) : value}
          </Fragment>
        );
      }),
  };
}

/**
 * Words and formats, for all below it.
 *
 * @param initial - default: {@link startLanguage}; its sentences must be here
 */
export function I18nProvider({ initial, children }: { initial?: Language; children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => initial ?? startLanguage());
  const i18n = useMemo(
    () =>
      createI18n(language, async (chosen) => {
        await loadCatalogue(chosen);
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
