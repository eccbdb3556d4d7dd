/** The typed lookup in a catalogue. Pure: the catalogues come in `catalogues.ts`, React in `i18n.tsx`. */

import type en from './en.json';

/** A key of the catalogues; English has them all, a test holds the others to it. */
export type MessageKey = keyof typeof en;

/** A sentence, or one per plural form of `count` (`zero` is said for 0 whatever the language's rules). */
export type Message = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

export const LANGUAGES = ['en', 'zh-Hant'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's name in itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', 'zh-Hant': '繁體中文' };

/** The first of the browser's languages that we have; any Chinese is nearer to Traditional Chinese than English is. */
export function pickLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-Hant';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

/** The sentences of one language. */
export type Catalogue<Key extends string = MessageKey> = Readonly<Record<Key, Message>>;

/** The text of `key`, placeholders still in it. */
export function template<Key extends string>(
  catalogue: Catalogue<Key>,
  plural: Intl.PluralRules,
  key: Key,
  count: unknown,
): string {
  const message = catalogue[key];
  if (typeof message === 'string') return message;
  if (count === 0 && message.zero !== undefined) return message.zero;
  return (typeof count === 'number' ? message[plural.select(count)] : undefined) ?? message.other;
}

const PLACEHOLDER = /\{(\w+)\}/;

/** A template cut at its placeholders: even entries are text, odd ones are names. */
export function cut(text: string): string[] {
  return text.split(PLACEHOLDER);
}

/** First strong isolate … pop: keeps a name's direction from turning the sentence around, where <bdi> cannot go. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}
