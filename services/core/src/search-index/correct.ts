/** What a query without a hit may have meant, by the words of this index. */
import { parseQuery } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { createNearTerms, type NearTerm } from './near-terms.ts';
import { findTerm } from './query-plan.ts';
import type { Searcher } from './search.ts';
import { PostingBuffer } from './store/posting-info.ts';
import { fold, queryWords } from './text.ts';
import type { IndexCorrection, IndexQuery } from './types.ts';

/** Shorter words have near words of every meaning. */
const MIN_CHARS = 3;
/** From so many letters on two of them may be wrong. */
const MIN_CHARS_FOR_TWO = 5;
/** Postings of near words that are compared for one query: a few milliseconds' worth. */
const MAX_POSTINGS = 400_000;
/** Words of one query that are tried. */
const MAX_WORDS = 8;
/** Of one word, near words that are searched for to the end. */
const MAX_PROVED = 8;

const CHUNK = /[\p{L}\p{M}\p{N}'’ʼ]+/gu;
/** Letters of scripts that have words; what a number should have been nobody knows. */
const CORRECTABLE = /^\p{L}[\p{L}\p{M}'’ʼ]*$/u;

/** A word of the query as typed, by its place. */
interface TypedWord {
  readonly folded: string;
  readonly start: number;
  readonly end: number;
  /** What is to be left out of the query to ask for the rest: the word, with its field when it is all that the field has. */
  readonly cutStart: number;
  readonly cutEnd: number;
  readonly isKnown: boolean;
}

export function createCorrector(
  catalog: Catalog,
  searcher: Searcher,
): (query: Pick<IndexQuery, 'text' | 'viewer'>) => IndexCorrection | undefined {
  const read = new PostingBuffer();
  const nearTerms = createNearTerms(catalog);

  /** Near words that stand beside the rest of the query, those with the fewest changes and the most hits first. */
  const candidates = (
    text: string,
    word: TypedWord,
    most: number,
    viewer: IndexQuery['viewer'],
  ): (NearTerm & { hits: number })[] => {
    const near = nearTerms(word.folded, most, most > 1).filter(({ edits }) => edits === most || most === 1);
    if (near.length === 0) return [];
    const rest = `${text.slice(0, word.cutStart)} ${text.slice(word.cutEnd)}`;
    const alone = parseQuery(rest).clauses.length === 0;
    // A copy: reading lists uses the same buffers.
    const beside = alone ? undefined : searcher.documents({ text: rest, viewer });
    const documents = beside?.documents.slice(0, beside.count);
    const { postings } = catalog;
    const byCount = near.sort((a, b) => postings.count(b.term) - postings.count(a.term));
    const found: (NearTerm & { hits: number })[] = [];
    let left = MAX_POSTINGS;
    for (const each of byCount) {
      const count = postings.count(each.term);
      if (documents === undefined) {
        found.push({ ...each, hits: count });
        continue;
      }
      const cost = Math.min(count, documents.length * 8);
      if (cost > left) continue;
      left -= cost;
      const hits = common(each.term, documents, count);
      if (hits > 0) found.push({ ...each, hits });
    }
    return found.sort((a, b) => a.edits - b.edits || b.hits - a.hits || (a.text < b.text ? -1 : 1));
  };

  /** Documents of the list that have the term. */
  const common = (term: number, documents: Uint32Array, count: number): number => {
    const { postings } = catalog;
    if (count > documents.length * 8) {
      const infos = new Uint16Array(documents.length);
      postings.look(term, documents, documents.length, infos);
      return infos.reduce((sum, info) => sum + (info === 0xffff ? 0 : 1), 0);
    }
    postings.read(term, read);
    let both = 0;
    let at = 0;
    for (let i = 0; i < read.count; i++) {
      const document = read.documents[i]!;
      while (at < documents.length && documents[at]! < document) at++;
      if (at < documents.length && documents[at] === document) both++;
    }
    return both;
  };

  const replace = (text: string, word: TypedWord, by: NearTerm): string =>
    `${text.slice(0, word.start)}${by.text}${text.slice(word.end)}`;

  /** The best replacement of one word after which the query has a hit. */
  const replaceOne = (
    text: string,
    words: readonly TypedWord[],
    viewer: IndexQuery['viewer'],
  ): IndexCorrection | undefined => {
    for (const most of [1, 2]) {
      let best: IndexCorrection | undefined;
      for (const word of words) {
        if (most === 2 && [...word.folded].length < MIN_CHARS_FOR_TWO) continue;
        for (const candidate of candidates(text, word, most, viewer).slice(0, MAX_PROVED)) {
          const query = replace(text, word, candidate);
          const hits = searcher.count({ text: query, viewer });
          if (hits > 0 && (best === undefined || hits > best.hits))
            best = { query, edits: candidate.edits, hits };
        }
      }
      if (best !== undefined) return best;
    }
    return undefined;
  };

  /** Replaces every word that nobody has, beginning with the last, each by the best that goes with the others known. */
  const replaceUnknown = (
    text: string,
    unknown: readonly TypedWord[],
    viewer: IndexQuery['viewer'],
  ): IndexCorrection | undefined => {
    let query = text;
    let edits = 0;
    for (const word of [...unknown].reverse()) {
      // Words before this one that nobody has either must not stand in the way.
      const others = unknown.filter((other) => other.end <= word.start);
      const blanked = others.reduce(
        (masked, { cutStart, cutEnd }) =>
          masked.slice(0, cutStart) + ' '.repeat(cutEnd - cutStart) + masked.slice(cutEnd),
        query,
      );
      let found: NearTerm | undefined;
      for (const most of [1, 2]) {
        if (found !== undefined || (most === 2 && [...word.folded].length < MIN_CHARS_FOR_TWO)) continue;
        // A near word may be nobody's whom the asker sees.
        found = candidates(blanked, word, most, viewer)
          .slice(0, MAX_PROVED)
          .find((candidate) => searcher.count({ text: replace(blanked, word, candidate), viewer }) > 0);
      }
      if (found === undefined) return undefined;
      query = replace(query, word, found);
      edits += found.edits;
    }
    const hits = searcher.count({ text: query, viewer });
    return hits > 0 ? { query, edits, hits } : undefined;
  };

  return ({ text, viewer }) => {
    const words = typedWords(catalog, text).slice(0, MAX_WORDS);
    const unknown = words.filter(({ isKnown }) => !isKnown);
    if (unknown.length > 1) return replaceUnknown(text, unknown, viewer);
    return replaceOne(text, unknown.length === 1 ? unknown : words, viewer);
  };
}

/** The words that may be misspelt: of terms that must hold, in scripts that have words, without numbers. */
function typedWords(catalog: Catalog, text: string): TypedWord[] {
  const words: TypedWord[] = [];
  for (const { anyOf } of parseQuery(text).clauses) {
    const [term] = anyOf;
    if (anyOf.length !== 1 || term?.kind !== 'text') continue;
    const from = term.start + text.slice(term.start, term.end).lastIndexOf(term.text);
    for (const match of term.text.matchAll(CHUNK)) {
      const typed = match[0];
      if (!CORRECTABLE.test(typed) || [...typed].length < MIN_CHARS) continue;
      const [word, ...more] = queryWords(typed);
      // Scripts without blanks are cut into pairs of characters: those have no spelling.
      if (word === undefined || more.length > 0 || !word.open) continue;
      const start = from + match.index;
      const isAll = typed.length === term.text.length;
      words.push({
        folded: fold(typed).replace(/['’ʼ]/gu, ''),
        start,
        end: start + typed.length,
        cutStart: isAll ? term.start : start,
        cutEnd: isAll ? term.end : start + typed.length,
        isKnown: word.alternatives.some((terms) => terms.every((each) => findTerm(catalog, each) !== 0)),
      });
    }
  }
  return words;
}
