/** Which of several corrections of one query to search for. */
import { correctionEdits, type IndexCorrection } from '@banyan/core';
import type { Correction } from '@banyan/proto';

/**
 * The corrections worth a search, best first: fewest letters changed, then most hits over all that propose the same,
 * then in the order of their text, so that every supernode chooses alike.
 *
 * @param own - of the own index
 * @param others - of other supernodes: what is not the query with a few letters changed is passed over, and letters are
 *   counted here
 */
export function rankCorrections(
  query: string,
  own: IndexCorrection | undefined,
  others: readonly Correction[],
): string[] {
  const proposals = new Map<string, { readonly edits: number; hits: number }>();
  const add = (proposal: string, edits: number, hits: number): void => {
    const known = proposals.get(proposal);
    if (known === undefined) proposals.set(proposal, { edits, hits });
    else known.hits += hits;
  };
  if (own !== undefined) add(own.query, own.edits, own.hits);
  for (const { query: proposal, hits } of others) {
    const edits = correctionEdits(query, proposal);
    if (edits !== undefined) add(proposal, edits, hits);
  }
  return [...proposals]
    .sort(([a, x], [b, y]) => x.edits - y.edits || y.hits - x.hits || (a < b ? -1 : 1))
    .map(([proposal]) => proposal);
}
