/** From a term back to text. */
import { parseQuery } from './parse-query.ts';
import { writeRange } from './number-range.ts';
import type { QueryTerm, TextField } from './types.ts';

/** Tried in this order; one of them does not occur in any phrase that was read from a query. */
const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ['“', '”'],
  ['「', '」'],
  ['『', '』'],
  ['«', '»'],
  ['”', '”'],
  ['｢', '｣'],
];

/**
 * The canonical text of a term: {@link parseQuery} of it gives the same term, but for its place. A minus or OR
 * around it is the caller's.
 */
export function formatQueryTerm(term: QueryTerm): string {
  switch (term.kind) {
    case 'type':
      return `type:${term.type}`;
    case 'ext':
      return `ext:${term.ext}`;
    case 'hash':
      return `hash:${term.root}${term.length === undefined ? '' : `-${term.length}`}`;
    case 'number':
      return `${term.field}:${writeRange(term.field, term)}`;
    case 'text':
      return formatText(term);
  }
}

function formatText(term: QueryTerm & { kind: 'text' }): string {
  const key = term.field === undefined ? '' : `${keyOf(term.field)}:`;
  const writings = QUOTES.map(([open, close]) => `${key}${open}${term.text}${close}`);
  if (!term.phrase) writings.unshift(`${key}${term.text}`);
  // A text of somebody else's making may hold every quote: they are no part of any word.
  return (
    writings.find((text) => isReadAs(text, term)) ?? `${key}"${term.text.replace(/["＂]/g, ' ').trim()}"`
  );
}

function keyOf(field: TextField): string {
  return field.startsWith('tag ') ? field.slice(4) : field;
}

function isReadAs(text: string, wanted: QueryTerm & { kind: 'text' }): boolean {
  const { clauses, excluded } = parseQuery(text);
  const [clause, ...more] = clauses;
  const term = clause?.anyOf[0];
  return (
    more.length === 0 &&
    excluded.length === 0 &&
    clause?.anyOf.length === 1 &&
    term?.kind === 'text' &&
    term.text === wanted.text &&
    term.field === wanted.field
  );
}
