/** A search as page and command line show it. */
import {
  displayText,
  ERROR_TABLE,
  isErrorCode,
  MAX_MESSAGE_BYTES,
  MAX_QUERY_BYTES,
  type Problem,
  type SearchDone,
  type SearchView,
  type SupernodeAnswer,
  type SupernodeAnswerView,
} from '@banyan/proto';
import type { HitRows } from './hit-rows.ts';
import { ownFacets } from './own-facets.ts';

/** Most characters of a label of others: names of supernodes, codes, facets. */
const MAX_LABEL_CHARS = 64;

/** What of a search its view is made of. */
export interface ViewedSearch {
  readonly id: string;
  readonly query: string;
  readonly state: SearchView['state'];
  readonly startedAt: number;
  readonly tookMs: number | null;
  readonly rows: Pick<HitRows, 'size' | 'held' | 'waiting' | 'rows'>;
  /** The last answer that began with the first hit: totals, facets and hints are of the whole search. */
  readonly whole: SearchDone | undefined;
  /** The last answer of all: who was asked. */
  readonly last: SearchDone | undefined;
  /** The corrected query; undefined when the query was searched for as it is. */
  readonly corrected: string | undefined;
  readonly hasMore: boolean;
  readonly problem: Problem | null;
}

export function searchView(search: ViewedSearch): SearchView {
  const { rows, whole, last } = search;
  return {
    id: search.id,
    query: search.query,
    state: search.state,
    startedAt: search.startedAt,
    tookMs: search.tookMs,
    hits: rows.size,
    totalEstimate: Math.max(rows.size, whole?.totalEstimate ?? 0),
    asked: last?.asked ?? 0,
    answered: last?.answered ?? 0,
    timedOut: last?.timedOut ?? 0,
    answers: (last?.answers ?? []).map(answerView),
    hints: (whole?.hints ?? []).map((hint) => displayText(hint, MAX_MESSAGE_BYTES)),
    searchedFor: search.corrected === undefined ? null : displayText(search.corrected, MAX_QUERY_BYTES),
    facets: [
      ...(whole?.facets ?? []).map(({ facet, value, count }) => ({
        facet: displayText(facet, MAX_LABEL_CHARS),
        value: displayText(value, MAX_LABEL_CHARS),
        count,
      })),
      ...ownFacets(rows.rows),
    ],
    more: search.hasMore,
    held: rows.held,
    waiting: rows.waiting,
    problem: search.problem,
  };
}

function answerView(answer: SupernodeAnswer): SupernodeAnswerView {
  return {
    deviceId: answer.deviceId,
    name: displayText(answer.name, MAX_LABEL_CHARS),
    tookMs: answer.tookMs,
    hits: answer.hits,
    problem:
      answer.code === ''
        ? null
        : {
            code: displayText(answer.code, MAX_LABEL_CHARS),
            message: ERROR_TABLE[isErrorCode(answer.code) ? answer.code : 'internal'].sentence,
          },
  };
}
