/** The sentences of each language, each in a script of its own: nobody reads two at once. */

import type { Catalogue, Language, MessageKey } from './messages.ts';

const LOADS: Readonly<Record<Language, () => Promise<{ readonly default: Catalogue }>>> = {
  en: () => import('./en.json', { with: { type: 'json' } }),
  'zh-Hant': () => import('./zh-Hant.json', { with: { type: 'json' } }),
};

const here = new Map<Language, Catalogue>();

/**
 * Fetches the sentences of a language unless they are here. Those of the language in use are fetched before anything is drawn.
 *
 * @throws when they cannot be loaded; may be called again
 */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  const catalogue = here.get(language) ?? (await LOADS[language]()).default;
  here.set(language, catalogue);
  return catalogue;
}

/** The sentences of a language for which {@link loadCatalogue} has resolved. */
export function catalogueOf(language: Language): Catalogue {
  const catalogue = here.get(language);
  if (catalogue === undefined) throw new Error(`the sentences of ${language} have not been loaded`);
  return catalogue;
}

/** Whether a code that came over the wire has words of its own here. */
export function isMessageKey(key: string): key is MessageKey {
  return [...here.values()].some((catalogue) => Object.hasOwn(catalogue, key));
}
