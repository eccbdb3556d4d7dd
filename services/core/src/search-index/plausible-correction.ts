/**
 * Whether one query can be another one with its spelling corrected. Proposals come from supernodes that are not to be
 * trusted: one that changes what is asked must not be followed.
 */
import { MAX_QUERY_BYTES, parseQuery, utf8Length, type QueryTerm } from '@banyan/proto';

/** Letters that a correction changes in one word at most: that far, words still mean each other. */
const MAX_WORD_EDITS = 2;

/** A run of letters and digits, or what stands between two of them. */
const PARTS = /[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+/gu;
const WORD = /^[\p{L}\p{M}\p{N}]/u;
/** Of numbers nobody knows which one was meant. */
const NUMBER = /\p{N}/u;

/**
 * Letters that a proposal changes of a query: added, removed, replaced or swapped with their neighbour.
 *
 * Nothing but words may differ, each in two letters at most and never in all of them: numbers, signs, blanks, quotes,
 * fields (`artist:`), filters (`type:video`) and `OR` stay as they are, so that it is the same question. Case and accents
 * are not counted.
 *
 * @returns undefined when the proposal is no correction of the query: too different, too long, or the same
 */
export function correctionEdits(query: string, proposal: string): number | undefined {
  if (proposal === query || utf8Length(proposal) > MAX_QUERY_BYTES) return undefined;
  const before = query.match(PARTS) ?? [];
  const after = proposal.match(PARTS) ?? [];
  if (before.length !== after.length) return undefined;
  let edits = 0;
  for (const [i, typed] of before.entries()) {
    const proposed = after[i]!;
    if (typed === proposed) continue;
    if (!WORD.test(typed) || NUMBER.test(typed + proposed)) return undefined;
    const changed = wordEdits(folded(typed), folded(proposed));
    if (changed === undefined) return undefined;
    edits += changed;
  }
  return edits > 0 && shapeOf(query) === shapeOf(proposal) ? edits : undefined;
}

/** A query without its words, to be compared: what must hold, what must not, in which fields, and all filters. */
function shapeOf(query: string): string {
  const { clauses, excluded } = parseQuery(query);
  const shape = (term: QueryTerm): unknown => {
    if (term.kind === 'text') return [term.kind, term.field, term.phrase];
    const { start: _start, end: _end, ...filter } = term;
    return filter;
  };
  return JSON.stringify([clauses.map(({ anyOf }) => anyOf.map(shape)), excluded.map(shape)]);
}

function folded(word: string): string[] {
  return [...word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()];
}

/** Optimal string alignment distance; undefined beyond {@link MAX_WORD_EDITS}, or when nothing of the word is left. */
function wordEdits(a: readonly string[], b: readonly string[]): number | undefined {
  if (Math.abs(a.length - b.length) > MAX_WORD_EDITS) return undefined;
  let twoUp: number[] = [];
  let up = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(up[j]! + 1, row[j - 1]! + 1, up[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, twoUp[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) > MAX_WORD_EDITS) return undefined;
    twoUp = up;
    up = row;
  }
  const edits = up[b.length]!;
  return edits <= MAX_WORD_EDITS && edits < Math.max(a.length, b.length, 1) ? edits : undefined;
}
