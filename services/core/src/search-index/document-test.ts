/** What a query asks of a document beyond its terms. */
import { utf8, type QueryTerm, type Tags, type TextField } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { sizeBounds } from './facets.ts';
import {
  CONTENT,
  KIND,
  saidAt,
  SIZE_MASK,
  SIZE_SHIFT,
  TYPE_MASK,
  wordsAt,
  type DocumentPage,
} from './store/document-store.ts';
import { indexTerms } from './text.ts';
import { countSources } from './visibility.ts';

export interface DocumentTest {
  /** Reads more than the columns: such tests come last, for a bounded number of documents. */
  readonly slow: boolean;
  holds(page: DocumentPage, row: number, document: number): boolean;
}

/** Records looked at for a number of sources or a date. */
const MAX_LOOKED = 256;

const TAG_OF = {
  year: 'year',
  track: 'track',
  duration: 'durationMs',
  bitrate: 'bitrateKbps',
  width: 'width',
  height: 'height',
} as const;

export const testFor = {
  type: (type: number): DocumentTest => ({
    slow: false,
    holds: (page, row) => (page.said[saidAt(row) + KIND]! & TYPE_MASK) === type,
  }),

  number(
    catalog: Catalog,
    { field, min, max }: QueryTerm & { kind: 'number' },
    account: string | undefined,
  ): DocumentTest {
    const within = (value: number): boolean => value >= min && value <= max;
    switch (field) {
      case 'size':
        return {
          slow: false,
          holds(page, row) {
            const [from, below] = sizeBounds((page.said[saidAt(row) + KIND]! >> SIZE_SHIFT) & SIZE_MASK);
            if (max < from || min >= below) return false;
            if (min <= from && max >= below) return true;
            return within(catalog.contents.length(page.words[wordsAt(row) + CONTENT]!));
          },
        };
      case 'sources':
        return {
          slow: true,
          holds: (page, row) =>
            within(countSources(catalog, page.words[wordsAt(row) + CONTENT]!, account, MAX_LOOKED).all),
        };
      case 'modified':
        return {
          slow: true,
          holds(page, row) {
            const { modifiedS } = countSources(
              catalog,
              page.words[wordsAt(row) + CONTENT]!,
              account,
              MAX_LOOKED,
            );
            return modifiedS > 0 && within(modifiedS);
          },
        };
      default: {
        const tag = TAG_OF[field];
        return {
          slow: true,
          holds(_page, _row, document) {
            const value = catalog.tags(document)?.[tag] ?? 0;
            return value > 0 && within(value);
          },
        };
      }
    }
  },

  /** All of these terms are in the field. */
  words: (catalog: Catalog, field: TextField, texts: readonly string[]): DocumentTest => ({
    slow: true,
    holds(_page, _row, document) {
      const terms = new Set(indexTerms(fieldText(catalog, document, field)).terms);
      return texts.every((text) => terms.has(text));
    },
  }),

  /** A term of the field begins so. */
  beginning: (catalog: Catalog, field: TextField, text: string): DocumentTest => ({
    slow: true,
    holds: (_page, _row, document) =>
      indexTerms(fieldText(catalog, document, field)).terms.some((term) => term.startsWith(text)),
  }),

  /** The name ends so (lower case), whatever its case, and not only that. */
  ending(catalog: Catalog, text: string): DocumentTest {
    const ending = utf8(text);
    return { slow: false, holds: (_page, _row, document) => catalog.nameEndsIn(document, ending) };
  },

  /** These terms stand together and in this order in one of the texts, or in that of the field. */
  phrase(catalog: Catalog, field: TextField | undefined, phrase: readonly number[]): DocumentTest {
    return {
      slow: true,
      holds(_page, _row, document) {
        if (field !== undefined && field !== 'name' && field !== 'folder') {
          return standsIn(catalog, fieldText(catalog, document, field), phrase);
        }
        if (field !== 'folder' && includes(catalog.nameWords(document, phrase), phrase)) return true;
        if (field === 'name') return false;
        if (standsIn(catalog, catalog.text(document).folder, phrase)) return true;
        if (field === 'folder') return false;
        const tags = catalog.tags(document);
        return tags !== undefined && tagTexts(tags).some((text) => standsIn(catalog, text, phrase));
      },
    };
  },
};

function tagTexts(tags: Tags): string[] {
  return [tags.title, tags.artist, tags.album, tags.genre, ...Object.values(tags.more)].filter(
    (text) => text !== '',
  );
}

function fieldText(catalog: Catalog, document: number, field: TextField): string {
  switch (field) {
    case 'name':
      return catalog.text(document).name;
    case 'folder':
      return catalog.text(document).folder;
    case 'title':
    case 'artist':
    case 'album':
    case 'genre':
      return catalog.tags(document)?.[field] ?? '';
    default: {
      const key = field.slice('tag '.length);
      return catalog.tags(document)?.more[key] ?? '';
    }
  }
}

function standsIn(catalog: Catalog, text: string, phrase: readonly number[]): boolean {
  return text !== '' && includes(catalog.wordsOf(text, phrase), phrase);
}

/** Whether a list has another one in it, without gaps. */
function includes(words: ArrayLike<number>, phrase: readonly number[]): boolean {
  for (let from = 0; from + phrase.length <= words.length; from++) {
    let i = 0;
    while (i < phrase.length && words[from + i] === phrase[i]) i++;
    if (i === phrase.length) return true;
  }
  return false;
}
