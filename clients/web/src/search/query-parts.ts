/**
 * A query as parts that one can press: what was understood as more than a word, and how to add and remove it.
 * The text of the query stays the one truth; every change is a change of that text.
 */
import { formatQueryTerm, parseQuery, type FacetView, type QuerySpan, type QueryTerm } from '@banyan/proto';

/** A condition of the query, with its place in the text. */
export interface QueryPart extends QuerySpan {
  /** In the query language; several terms joined by `OR`. */
  readonly text: string;
  /** Nothing that is found may be so. */
  readonly excluded: boolean;
}

/** Whether a term is no more than a word to be found anywhere: the box itself shows it best. */
const isPlain = (term: QueryTerm): boolean =>
  term.kind === 'text' && !term.phrase && term.field === undefined;

/** An OR beside a whole part joins nothing; without the part it would join its neighbours. */
const OR_BEFORE = /(?:(?:^|\s)OR|[|｜]|\s)+$/;
const OR_AFTER = /^(?:OR(?=\s|$)|[|｜]|\s)+/;
/** What is left of `(a OR b)` without what stood in it. */
const EMPTY_PARENTHESES = /\s*[-－]?[(（]\s*[)）]\s*/g;
/** Stands between the values of one operator. */
const LIST_SIGN = /^[,，、]$/;

/** What of a query works as an operator, in the order of the text. */
export function queryParts(query: string): QueryPart[] {
  const { clauses, excluded } = parseQuery(query);
  const parts = clauses
    .filter(({ anyOf }) => anyOf.length > 1 || anyOf.some((term) => !isPlain(term)))
    .map(({ anyOf }): QueryPart => ({
      text: anyOf.map(formatQueryTerm).join(' OR '),
      excluded: false,
      start: Math.min(...anyOf.map(({ start }) => start)),
      end: Math.max(...anyOf.map(({ end }) => end)),
    }));
  const without: QueryPart[] = [];
  for (const term of excluded) {
    const { start, end } = term;
    const text = formatQueryTerm(term);
    const before = without.at(-1);
    // `-type:audio,video` is one thing to take out: what is left of it would mean something else.
    if (before !== undefined && LIST_SIGN.test(query.slice(before.end, start))) {
      without[without.length - 1] = { ...before, text: `${before.text} OR ${text}`, end };
    } else without.push({ text, excluded: true, start, end });
  }
  return [...parts, ...without].sort((a, b) => a.start - b.start);
}

/** The query without one of its parts. */
export function withoutPart(query: string, { start, end }: QuerySpan): string {
  const before = query.slice(0, start).replace(OR_BEFORE, '');
  const after = query.slice(end).replace(OR_AFTER, '');
  return `${before} ${after}`.replace(EMPTY_PARENTHESES, ' ').trim();
}

/** Shorter queries that are offered: those of a long one would bury each other. */
const MAX_WITHOUT = 6;

/** The query less one of its parts, words included, for each that it can do without; none of a query of one part. */
export function queriesWithoutOne(query: string): { readonly without: string; readonly query: string }[] {
  const { clauses } = parseQuery(query);
  if (clauses.length < 2) return [];
  return clauses.slice(0, MAX_WITHOUT).map(({ anyOf }) => ({
    without: anyOf.map(formatQueryTerm).join(' OR '),
    query: withoutPart(query, {
      start: Math.min(...anyOf.map(({ start }) => start)),
      end: Math.max(...anyOf.map(({ end }) => end)),
    }),
  }));
}

/** Where the query demands exactly this term, in whatever spelling; undefined when it does not. */
export function placeOf(query: string, term: QueryTerm): QuerySpan | undefined {
  const text = formatQueryTerm(term);
  return parseQuery(query).clauses.find(
    ({ anyOf }) => anyOf.length === 1 && anyOf[0] !== undefined && formatQueryTerm(anyOf[0]) === text,
  )?.anyOf[0];
}

/** The query that demands this term as well. */
export function withTerm(query: string, term: QueryTerm): string {
  const text = formatQueryTerm(term);
  const behind = `${query.trim()} ${text}`.trim();
  // Behind a quotation mark that is still open, or an OR without its second half, it would be part of that.
  return placeOf(behind, term) === undefined ? `${text} ${query.trim()}` : behind;
}

/** The query with the term added, or taken out where it is already. */
export function toggleTerm(query: string, term: QueryTerm): string {
  const place = placeOf(query, term);
  return place === undefined ? withTerm(query, term) : withoutPart(query, place);
}

/** The condition that a facet stands for; undefined when it is none of this page's query language. */
export function facetTerm({ facet, value }: Pick<FacetView, 'facet' | 'value'>): QueryTerm | undefined {
  const { clauses, notes } = parseQuery(`${facet}:${value}`);
  const [clause, ...more] = clauses;
  const [term] = clause?.anyOf ?? [];
  return notes.length > 0 || more.length > 0 || term === undefined || term.kind === 'text' ? undefined : term;
}

/** What the network has to say of a query beyond what the page points at itself. */
export function otherHints(query: string, hints: readonly string[]): string[] {
  const said = new Set(parseQuery(query).notes.map(({ message }) => message));
  return hints.filter((hint) => !said.has(hint));
}

/** A corrected query cut into pieces, those marked that the query as typed has not. */
export function correctedPieces(typed: string, corrected: string): { text: string; marked: boolean }[] {
  const before = typed.split(/\s+/);
  const after = corrected.split(/(\s+)/);
  const words = after.filter((_, i) => i % 2 === 0);
  // Words are replaced in their places; should a correction ever split or join some, all new ones are marked.
  const inPlace = words.length === before.length;
  return after
    .map((text, i) => ({
      text,
      marked: i % 2 === 0 && (inPlace ? before[i / 2] !== text : !before.includes(text)),
    }))
    .filter(({ text }) => text !== '');
}
