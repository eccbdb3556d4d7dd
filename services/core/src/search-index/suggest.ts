/** How the last word of a query that is being typed may go on, by the words of this index. */
import { utf8Text } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { termsBeginning } from './query-plan.ts';
import { PostingBuffer } from './store/posting-info.ts';
import { queryWords } from './text.ts';
import type { IndexSuggestion } from './types.ts';
import { isDocumentVisible } from './visibility.ts';

/** Terms that begin so and are looked at: of one letter there are more, and nobody reads them. */
const MAX_TERMS = 20_000;
/** Documents of a term among which one that everybody sees is looked for. */
const MAX_DOCUMENTS = 64;
const LAST_CHUNK = /[\p{L}\p{M}\p{N}'’ʼ]+$/u;

export function createSuggester(catalog: Catalog): (text: string, limit: number) => IndexSuggestion[] {
  const read = new PostingBuffer();

  /** Whether every member may learn the word: somebody shares it with all of them. */
  const isPublic = (term: number): boolean => {
    catalog.postings.read(term, read, MAX_DOCUMENTS);
    for (let i = 0; i < Math.min(read.count, MAX_DOCUMENTS); i++) {
      const document = (catalog.documents.base + read.documents[i]!) >>> 0;
      if (catalog.documents.isLive(document) && isDocumentVisible(catalog, document, undefined)) return true;
    }
    return false;
  };

  return (text, limit) => {
    const typed = LAST_CHUNK.exec(text)?.[0] ?? '';
    const [word, ...more] = queryWords(typed);
    if (word === undefined || more.length > 0 || !word.open) return [];
    const before = text.slice(0, text.length - typed.length);
    const { postings, dictionary } = catalog;
    const terms = termsBeginning(catalog, word.text, MAX_TERMS);
    const byCount = terms.sort((a, b) => postings.count(b) - postings.count(a));
    const found: IndexSuggestion[] = [];
    for (const term of byCount) {
      if (found.length >= limit) break;
      if (!isPublic(term)) continue;
      const { bytes, from, length } = dictionary.place(term);
      const completed = utf8Text(bytes.subarray(from, from + length));
      found.push({ query: before + completed, hits: postings.count(term) });
    }
    return found;
  };
}
