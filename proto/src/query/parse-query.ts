import type { ParsedQuery } from './types.ts';

/** Reads a query; never fails. */
export function parseQuery(text: string): ParsedQuery {
  return {
    clauses: [...text.matchAll(/\S+/g)].map((match) => ({
      anyOf: [
        {
          kind: 'text',
          text: match[0],
          phrase: false,
          open: match.index + match[0].length === text.length,
          start: match.index,
          end: match.index + match[0].length,
        },
      ],
    })),
    excluded: [],
    notes: [],
  };
}
