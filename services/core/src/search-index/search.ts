/** Answers a query: plan, match, count, rank, and write the best out. */
import { MAX_HITS, type Hit } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { facetCounts } from './facets.ts';
import { fetchHits, writeHit } from './hit.ts';
import { Matcher, type Matches } from './matcher.ts';
import { planQuery, type QueryPlan } from './query-plan.ts';
import { Ranker, type Ranked } from './ranker.ts';
import * as ranking from './ranking.ts';
import type { IndexAnswer, IndexQuery } from './types.ts';
import { isDocumentVisible } from './visibility.ts';

/** Matches whose visibility is looked up one by one; of more, so many are, and they stand for the others. */
const MAX_SEEN_CHECKS = 4096;

export interface Searcher {
  search(query: IndexQuery, at: number): IndexAnswer;
  /** About how many texts match. */
  count(query: IndexQuery): number;
  /** Documents that match, relative to the base and ascending, those unseen included; good until the next call. */
  documents(query: IndexQuery): { readonly documents: Uint32Array; readonly count: number };
}

export function createSearcher(catalog: Catalog, maxScanned: number): Searcher {
  const matcher = new Matcher(catalog, maxScanned);
  const ranker = new Ranker(catalog);

  return {
    search(query, at) {
      const after = query.cursor?.length ? decodeCursor(query.cursor) : undefined;
      const now = after?.now ?? at;
      const limit = Math.min(MAX_HITS, Math.max(1, Math.trunc(query.limit ?? MAX_HITS)));
      const account = query.viewer?.account;

      const plan = planQuery(catalog, query);
      const { matches, share } = matcher.match(plan);
      const seen = keepSeen(catalog, matches, plan, account);
      const terms = plan.slots.flatMap((slot) => [...slot]);
      const init = { slots: plan.slots, terms, account, now, limit, after };
      const { contents, types, sizes } = ranker.bound(matches, init);
      const { best, more } = ranker.best(matches, init);

      const exact = share === 1 && seen === 1 && !plan.cut;
      fetchHits(catalog, best);
      const hints = share < 1 ? [...plan.hints, PARTIAL] : plan.hints;
      const scale = seen / share;
      const last = best.at(-1);
      return {
        hits: best.map((ranked) => hitOf(catalog, ranked, query, now)),
        totalEstimate: Math.max(best.length, Math.round(contents * scale)),
        exact,
        facets: facetCounts(types, sizes, scale),
        hints,
        weights: plan.weights,
        ...(last !== undefined && more
          ? {
              cursor: encodeCursor({
                now,
                score: last.score,
                root: catalog.contents.root(last.content),
                length: catalog.contents.length(last.content),
              }),
            }
          : {}),
      };
    },

    count(query) {
      const plan = planQuery(catalog, query);
      const { matches, share } = matcher.match(plan);
      const seen = keepSeen(catalog, matches, plan, query.viewer?.account);
      return Math.round((matches.count * seen) / share);
    },

    documents: (query) => matcher.match(planQuery(catalog, query), true).matches,
  };
}

const PARTIAL = 'These words are very common: only part of what has them was looked at. Add a rarer word.';

/**
 * Drops the matches of which the account sees no record.
 *
 * @returns the share of those left that is seen: 1, or an estimate when there were too many to look
 */
function keepSeen(catalog: Catalog, matches: Matches, plan: QueryPlan, account: string | undefined): number {
  if (catalog.isAllVisible) return 1;
  const { documents, scores, count } = matches;
  const { base } = catalog.documents;
  if (count > MAX_SEEN_CHECKS) {
    const step = count / MAX_SEEN_CHECKS;
    let seen = 0;
    for (let n = 0; n < MAX_SEEN_CHECKS; n++) {
      const document = (base + documents[Math.floor(n * step)]!) >>> 0;
      if (isDocumentVisible(catalog, document, account)) seen++;
    }
    return seen / MAX_SEEN_CHECKS;
  }
  let n = 0;
  for (let i = 0; i < count; i++) {
    if (!isDocumentVisible(catalog, (base + documents[i]!) >>> 0, account)) continue;
    documents[n] = documents[i]!;
    scores[n] = scores[i]!;
    for (let s = 0; s < plan.slots.length; s++) matches.slots[s]![n] = matches.slots[s]![i]!;
    n++;
  }
  matches.count = n;
  return 1;
}

function hitOf(catalog: Catalog, ranked: Ranked, query: IndexQuery, now: number): Hit {
  const { sources } = ranked;
  const explain =
    query.explain === true
      ? [
          { name: 'words', value: ranked.words },
          { name: 'order', value: ranked.order },
          { name: 'sources', value: ranking.sourcesScore(sources.all, sources.reachable) },
          { name: 'freshness', value: ranking.freshnessScore(sources.modifiedS, now) },
        ]
      : [];
  return writeHit(catalog, ranked, query.viewer?.account, explain);
}
