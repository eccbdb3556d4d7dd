/** From what a person typed to what is looked up. */
import { cutBytes, MAX_QUERY_BYTES, MAX_QUERY_TERMS } from '@banyan/proto';
import { queryWords, type QueryWord } from './text.ts';

/** A query as the index understands it: all words are required. */
export interface ParsedQuery {
  readonly words: readonly QueryWord[];
  /** The last word is still being typed: it stands for every word that begins so. */
  readonly prefix: boolean;
  /** For a person: what was not understood or not used. */
  readonly hints: readonly string[];
}

/** Signs by which people mean more than words. Until they mean more here, their words are searched. */
const OPERATORS = /"|(?:^|\s)-\S|(?:^|\s)[A-Za-z]+:\S|(?:^|\s)OR(?:\s|$)/;

/**
 * Reads a query. Never fails: what is not understood is searched as words, and a hint says so.
 *
 * @param partialLastWord - the last word is still being typed; it is whole all the same when something that
 *   is no letter follows it
 */
export function parseQuery(text: string, partialLastWord = false): ParsedQuery {
  const hints: string[] = [];
  const used = cutBytes(text, MAX_QUERY_BYTES);
  if (used.length < text.length) {
    hints.push(`Only the first ${MAX_QUERY_BYTES} bytes of the query were used. Search for fewer words.`);
  }
  let words = queryWords(used);
  const terms = new Set<string>();
  const fitting: QueryWord[] = [];
  for (const word of words) {
    for (const term of word.sequence) terms.add(term);
    if (terms.size > MAX_QUERY_TERMS) break;
    fitting.push(word);
  }
  if (fitting.length < words.length) {
    hints.push(`Only the first ${fitting.length} words of the query were used. Search for fewer words.`);
    words = fitting;
  }
  if (words.length === 0) {
    hints.push('There is no word in the query. Type a part of the name, the artist or the album.');
  } else if (OPERATORS.test(used)) {
    hints.push('Quotes, minus, colons and OR have no meaning here: their words are searched, all of them.');
  }
  const last = words[words.length - 1];
  return { words, prefix: partialLastWord && last?.open === true, hints };
}
