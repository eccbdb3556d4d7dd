/** From a query's tree to what is looked up in this index: terms with their weights, and tests of documents. */
import {
  MAX_QUERY_TERMS,
  mediaTypeToWire,
  parseQuery,
  utf8Into,
  type QueryTerm,
  type TermWeight,
  type TextField,
} from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { testFor, type DocumentTest } from './document-test.ts';
import { FIELD } from './field.ts';
import * as ranking from './ranking.ts';
import type { IndexQuery } from './types.ts';
import { queryWords, type QueryWord } from './text.ts';

/** Words that a beginning may stand for; the most frequent ones are taken. */
const MAX_COMPLETIONS = 256;
const MAX_COMPLETIONS_SCANNED = 10_000;
/** Postings that they may have together: the first letter of a word would be everything. */
const MAX_COMPLETION_POSTINGS = 50_000;

/** Ways to write what stands beside OR; a name has few words that are written in several. */
const MAX_WAYS = 16;

const ALL_FIELDS = 127;
const FIELDS_OF: Readonly<Partial<Record<TextField, number>>> = {
  name: FIELD.name | FIELD.extension,
  folder: FIELD.folder,
  title: FIELD.title,
  artist: FIELD.artist,
  album: FIELD.album,
};

/** A term that a document must have. */
export interface TermUse {
  /** Entry of the dictionary; 0: nobody has it. */
  readonly term: number;
  readonly weight: number;
  /** FIELD bits of which it must have one. */
  readonly fields: number;
  /** Which of the query's words in their order it is; -1: none. */
  readonly slot: number;
}

/** One way to satisfy a clause: all of its terms. */
export interface Alternative {
  readonly uses: readonly TermUse[];
  readonly factor: number;
  /** What the postings alone do not tell. */
  readonly tests: readonly DocumentTest[];
}

export interface Clause {
  readonly alternatives: readonly Alternative[];
  /** What satisfies any of the alternatives satisfies the last one: it is enough to look for that. */
  readonly nested: boolean;
  /** Ways that need no term. */
  readonly tests: readonly DocumentTest[];
  /** Contents of which one will do, for `hash:`. */
  readonly documents: readonly number[] | undefined;
  /** About how many documents satisfy it. */
  readonly estimate: number;
}

export interface QueryPlan {
  readonly clauses: readonly Clause[];
  readonly excluded: readonly Clause[];
  /** For each of the query's words in their order: the terms that are it. */
  readonly slots: readonly ReadonlySet<number>[];
  readonly weights: TermWeight[];
  readonly hints: string[];
  /** Only the most frequent completions of the last word are in. */
  readonly cut: boolean;
}

export function planQuery(catalog: Catalog, query: IndexQuery): QueryPlan {
  return new Planner(catalog, query).plan();
}

class Planner {
  readonly #catalog: Catalog;
  readonly #query: IndexQuery;
  readonly #given: ReadonlyMap<string, number>;
  readonly #used = new Map<string, number>();
  readonly #slots: Set<number>[] = [];
  #cut = false;

  constructor(catalog: Catalog, query: IndexQuery) {
    this.#catalog = catalog;
    this.#query = query;
    this.#given = new Map((query.weights ?? []).map(({ term, weight }) => [term, weight]));
  }

  plan(): QueryPlan {
    const { clauses, excluded, notes } = parseQuery(this.#query.text);
    const planned = clauses.flatMap(({ anyOf }) =>
      anyOf.length === 1 ? this.#required(anyOf[0]!) : [this.#anyOf(anyOf)],
    );
    const barred = excluded.map((term) => this.#anyOf([term]));
    return {
      clauses: planned,
      excluded: barred,
      slots: this.#slots,
      // More than a message holds are not told: they are what a word may also be written as.
      weights: [...this.#used].slice(0, MAX_QUERY_TERMS).map(([term, weight]) => ({ term, weight })),
      hints: notes.map(({ message }) => message),
      cut: this.#cut,
    };
  }

  /** A term that must hold, as one clause for each of its words. */
  #required(term: QueryTerm): Clause[] {
    if (term.kind !== 'text') return [this.#anyOf([term])];
    const words = queryWords(term.text);
    if (words.length === 0) return [];
    if (term.phrase || isVersion(term.text)) return [this.#clause([this.#phrase(term, words, true)], [])];
    return words.map((word, n) => {
      const slots = word.sequence.map(() => this.#slots.push(new Set()) - 1);
      const open = this.#query.partialLastWord === true && term.open && word.open && n === words.length - 1;
      const clause = this.#clause(this.#spellings(term, word, slots, open), []);
      return { ...clause, nested: word.nested && !open };
    });
  }

  /** Several terms of which one will do. */
  #anyOf(terms: readonly QueryTerm[]): Clause {
    const alternatives: Alternative[] = [];
    const tests: DocumentTest[] = [];
    let documents: number[] | undefined;
    for (const term of terms) {
      switch (term.kind) {
        case 'text': {
          const words = queryWords(term.text);
          if (words.length === 0) break;
          if (term.phrase || isVersion(term.text)) alternatives.push(this.#phrase(term, words, false));
          else if (words.length === 1) alternatives.push(...this.#spellings(term, words[0]!, [], false));
          else {
            for (const texts of combined(words)) alternatives.push(this.#alternative(term, texts, [], 1));
          }
          break;
        }
        case 'ext':
          alternatives.push(...this.#extension(term.ext));
          break;
        case 'hash':
          documents = [...(documents ?? []), ...this.#documentsOf(term)];
          break;
        case 'type': {
          const type = mediaTypeToWire(term.type);
          tests.push(testFor.type(type));
          break;
        }
        case 'number':
          tests.push(testFor.number(this.#catalog, term, this.#query.viewer?.account));
      }
    }
    return this.#clause(alternatives, tests, documents);
  }

  #clause(alternatives: Alternative[], tests: DocumentTest[], documents?: number[]): Clause {
    let estimate = tests.length > 0 ? this.#catalog.documents.live : (documents?.length ?? 0);
    for (const { uses } of alternatives)
      estimate += Math.min(...uses.map(({ term }) => (term === 0 ? 0 : this.#catalog.postings.count(term))));
    return {
      alternatives,
      nested: false,
      tests,
      documents,
      estimate: Math.min(estimate, this.#catalog.documents.live),
    };
  }

  /** The ways in which a text may have a word; those with a term that nobody has are left out. */
  #spellings(
    term: QueryTerm & { kind: 'text' },
    word: QueryWord,
    slots: readonly number[],
    open: boolean,
  ): Alternative[] {
    const found: Alternative[] = [];
    word.alternatives.forEach((texts, nth) => {
      // Only the word as typed stands in the order of a name's words.
      const alternative = this.#alternative(
        term,
        texts,
        nth === 0 ? slots : [],
        nth === 0 ? 1 : ranking.OTHER_SPELLING_FACTOR,
      );
      if (alternative.uses.every((use) => use.term !== 0)) found.push(alternative);
    });
    if (open) found.push(...this.#completions(term, word, slots));
    return found;
  }

  #alternative(
    term: QueryTerm & { kind: 'text' },
    texts: readonly string[],
    slots: readonly number[],
    factor: number,
  ): Alternative {
    const fields = fieldsOf(term.field);
    const uses = texts.map((text, i): TermUse => {
      const entry = this.#find(text);
      const slot = slots[i] ?? -1;
      if (slot >= 0 && entry !== 0) this.#slots[slot]!.add(entry);
      const weight = this.#weigh(text, entry === 0 ? 0 : this.#catalog.postings.count(entry));
      return { term: entry, weight: weight / texts.length, fields, slot };
    });
    const tests = needsText(term.field) ? [testFor.words(this.#catalog, term.field, texts)] : [];
    return { uses, factor, tests };
  }

  #phrase(term: QueryTerm & { kind: 'text' }, words: readonly QueryWord[], ordered: boolean): Alternative {
    const sequence = words.flatMap((word) => word.sequence);
    const slots = ordered ? sequence.map(() => this.#slots.push(new Set()) - 1) : [];
    const { uses, factor, tests } = this.#alternative(term, sequence, slots, 1);
    const phrase = uses.map((use) => use.term);
    return {
      uses,
      factor: factor * Math.max(1, words.length),
      tests:
        sequence.length === 1 || phrase.includes(0)
          ? tests
          : [...tests, testFor.phrase(this.#catalog, term.field, phrase)],
    };
  }

  #completions(term: QueryTerm & { kind: 'text' }, word: QueryWord, slots: readonly number[]): Alternative[] {
    const { postings } = this.#catalog;
    const found = termsBeginning(this.#catalog, word.text, MAX_COMPLETIONS_SCANNED);
    found.sort((a, b) => postings.count(b) - postings.count(a));
    let sum = 0;
    let taken = 0;
    while (taken < found.length && taken < MAX_COMPLETIONS) {
      sum += postings.count(found[taken]!);
      if (taken > 0 && sum > MAX_COMPLETION_POSTINGS) break;
      taken++;
    }
    if (taken < found.length) this.#cut = true;
    const count = found.reduce((total, entry) => total + postings.count(entry), 0);
    const weight = this.#weigh(`${word.text}*`, Math.min(count, this.#catalog.documents.live));
    const slot = slots[0] ?? -1;
    const fields = fieldsOf(term.field);
    const tests = needsText(term.field) ? [testFor.beginning(this.#catalog, term.field, word.text)] : [];
    return found.slice(0, taken).map((entry) => {
      if (slot >= 0) this.#slots[slot]!.add(entry);
      return { uses: [{ term: entry, weight, fields, slot }], factor: ranking.BEGINNING_FACTOR, tests };
    });
  }

  /** Names that end so: the words of the ending are looked up, the ending itself is tested. */
  #extension(ext: string): Alternative[] {
    const texts = queryWords(ext).flatMap((word) => word.alternatives[0] ?? []);
    const uses = texts.map((text): TermUse => {
      return { term: this.#find(text), weight: 0, fields: FIELD.name | FIELD.extension, slot: -1 };
    });
    return uses.length === 0 || uses.some(({ term }) => term === 0)
      ? []
      : [{ uses, factor: 1, tests: [testFor.ending(this.#catalog, `.${ext}`)] }];
  }

  #documentsOf({ root, length }: QueryTerm & { kind: 'hash' }): number[] {
    const { contents } = this.#catalog;
    return this.#catalog
      .contentsBeginning(root)
      .filter((content) => length === undefined || contents.length(content) === length)
      .flatMap((content) =>
        Array.from({ length: contents.textCount(content) }, (_, i) => contents.textAt(content, i)),
      );
  }

  #find(text: string): number {
    return findTerm(this.#catalog, text);
  }

  #weigh(term: string, count: number): number {
    const known = this.#used.get(term);
    if (known !== undefined) return known;
    const weight = this.#given.get(term);
    // A hostile weight (negative, NaN) must not turn the order upside down.
    const sane = weight !== undefined && weight >= 0 && weight < 1000;
    const value = Math.fround(sane ? weight : ranking.termWeight(count, this.#catalog.documents.live));
    this.#used.set(term, value);
    return value;
  }
}

const termBytes = new Uint8Array(1024);

/** The entry of a term; 0: nobody has it. */
export function findTerm({ dictionary }: Catalog, text: string): number {
  const written = utf8Into(text, termBytes);
  return dictionary.find(termBytes, 0, written, dictionary.hash(termBytes, 0, written));
}

/** Terms that begin so, in no order; looks at no more than `most` of the sorted ones. */
export function termsBeginning(
  { sorted, dictionary, postings }: Catalog,
  text: string,
  most: number,
): number[] {
  const written = utf8Into(text, termBytes);
  const begins = (term: number): boolean => {
    const place = dictionary.place(term);
    if (place.length < written) return false;
    for (let i = 0; i < written; i++) if (place.bytes[place.from + i] !== termBytes[i]) return false;
    return true;
  };
  const found: number[] = [];
  for (let i = 0; i < sorted.freshCount; i++) if (begins(sorted.fresh[i]!)) found.push(sorted.fresh[i]!);
  let { block, at } = sorted.seek(termBytes, written);
  let looked = 0;
  for (; block < sorted.blocks.length; block++, at = 0) {
    const { terms, count } = sorted.blocks[block]!;
    for (; at < count; at++) {
      if (looked++ >= most || !begins(terms[at]!)) return found.filter((term) => postings.count(term) > 0);
      found.push(terms[at]!);
    }
  }
  return found.filter((term) => postings.count(term) > 0);
}

/** The ways to write several words one after another, the usual ones first. */
function combined(words: readonly QueryWord[]): string[][] {
  let ways: string[][] = [[]];
  for (const { alternatives } of words)
    ways = ways.flatMap((way) => alternatives.map((texts) => [...way, ...texts])).slice(0, MAX_WAYS);
  return ways;
}

/** Numbers with dots between them (`1.2.3`) are one thing: their parts anywhere in a name would be another. */
function isVersion(text: string): boolean {
  return /^[vV]?\p{Nd}+(?:\.\p{Nd}+)+$/u.test(text);
}

function fieldsOf(field: TextField | undefined): number {
  return field === undefined ? ALL_FIELDS : (FIELDS_OF[field] ?? FIELD.other);
}

/** Fields that share a bit of the postings with others. */
function needsText(field: TextField | undefined): field is TextField {
  return field !== undefined && FIELDS_OF[field] === undefined;
}
