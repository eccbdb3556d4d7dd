/**
 * One search: from the own index at once, from the other supernodes as they answer, and once more with the spelling
 * corrected when nobody has a hit for it as typed.
 *
 * ```
 *   leaf ──search(hops 1)──▶ here ──▶ own index ─────────────▶ hits
 *                              ├──search(hops 0)──▶ oak ──hits─▶ merged ──▶ hits
 *                              └──search(hops 0)──▶ elm ──hits─▶ merged ──▶ hits, searchDone
 *
 *   nobody has a hit: the answers carry proposals; the best is searched for in the same way
 * ```
 *
 * A later hit of a content replaces the earlier one: counts are those of all that answered so far.
 */
import { randomBytes } from 'node:crypto';
import { firstCursor, type HitMerger, type IndexAnswer } from '@banyan/core';
import { type Hit, type Outgoing, type SearchDone, type SupernodeAnswer } from '@banyan/proto';
import { NEVER, type Cancellation, type Clock } from '@banyan/kit';
import { rankCorrections } from './corrections.ts';
import { askNeighbours, type Neighbour, type NeighbourAnswer } from './neighbour-search.ts';
import type { OwnAnswers } from './own-answers.ts';
import type { SearchRequest } from './search-request.ts';
import { createWholeCounts, type SupernodeCounts, type WholeCounts } from './whole-counts.ts';

export interface WholeSearchComponents {
  readonly own: Pick<OwnAnswers, 'search' | 'correct'>;
  readonly clock: Clock;
  readonly self: { readonly deviceId: string; readonly name: string };
  readonly neighbours: () => readonly Neighbour[];
  /** Told of each wave of questions to others, with how each took part: '' for an answer, else the code. */
  readonly onWave?: (answers: readonly SupernodeAnswer[]) => void;
}

/** Which query a search is run for. */
export interface SearchOrigin {
  /** Of the query that asked first; goes with the first round. */
  readonly queryId: Uint8Array;
  /** '': none. */
  readonly traceparent: string;
}

/** One run of a search. */
export interface SearchRun {
  readonly cancel: Cancellation;
  /** Collects the hits; empty at the start. */
  readonly merger: HitMerger;
  /** Hits that are new or changed, as they come. */
  readonly onHits: (hits: readonly Hit[]) => void;
}

export type WholeSearch = (
  request: SearchRequest,
  run: SearchRun,
  origin: SearchOrigin,
) => Promise<Outgoing<SearchDone>>;

/**
 * Of the time there is, what is left for a second round at least: a neighbour that hangs must not keep everybody from
 * a correction. Only while nobody had a hit is the first round ended early.
 */
const SECOND_ROUND_SHARE = 1 / 4;
/** Neighbours are not asked for less: the answer would not be back in time. */
const MIN_ROUND_MS = 50;
/** Corrections searched for until one has hits: the best may be the word of a supernode that lies, or that has just lost it. */
const MAX_CORRECTIONS_TRIED = 3;

/** What one round brought. */
interface Round {
  readonly own: IndexAnswer;
  readonly ownAnswer: SupernodeAnswer;
  readonly others: readonly NeighbourAnswer[];
}

export function createWholeSearch({
  own,
  clock,
  self,
  neighbours,
  onWave,
}: WholeSearchComponents): WholeSearch {
  const round = async (
    request: SearchRequest,
    ask: {
      readonly neighbours: readonly Neighbour[];
      readonly timeoutMs: number;
      readonly enough: AbortSignal;
      readonly mayCorrect: boolean;
      readonly queryId: Uint8Array;
    },
    run: SearchRun,
    traceparent: string,
    take: (from: string, hits: readonly Hit[]) => void,
  ): Promise<Round> => {
    const started = clock.monotonic();
    const answer = own.search(request, !request.askOthers);
    const ownAnswer = {
      deviceId: self.deviceId,
      name: self.name,
      tookMs: Math.round(clock.monotonic() - started),
      hits: answer.hits.length,
      code: '',
    };
    take(self.deviceId, answer.hits);
    // With nobody to ask not even the signal is made that would end the questions.
    if (ask.neighbours.length === 0) return { own: answer, ownAnswer, others: [] };
    const others = await askNeighbours(
      clock,
      ask.neighbours,
      {
        search: {
          query: request.text,
          limit: request.limit,
          queryId: ask.queryId,
          hops: 0,
          timeoutMs: ask.timeoutMs,
          // Scores compare when everybody weighs as the entry does.
          weights: answer.weights,
          cursor: request.cursor,
          partialLastWord: false,
          // Proposals are of use only when nobody has a hit.
          asTyped: !ask.mayCorrect || answer.hits.length > 0,
          explain: request.explain,
        },
        traceparent,
        signal: run.cancel.signal,
        enough: ask.enough,
      },
      (from, hits) => take(from.deviceId, hits),
    );
    onWave?.(others.map((other) => other.answer));
    return { own: answer, ownAnswer, others };
  };

  return async (request, run, { queryId, traceparent }) => {
    const { merger } = run;
    const counts = createWholeCounts(merger);
    const take = (from: string, hits: readonly Hit[]): void => {
      counts.add(from, hits);
      run.onHits(merger.add(from, hits));
    };
    const started = clock.monotonic();
    // A further page goes on as the first began, and a word that is being typed is not misspelt yet.
    const mayCorrect = !request.asTyped && request.cursor.length === 0 && !request.partialLastWord;

    if (!request.askOthers) {
      const only = await round(request, { ...NOBODY, mayCorrect }, run, traceparent, take);
      const correction = mayCorrect && only.own.hits.length === 0 ? own.correct(request) : undefined;
      return { ...summary(only, counts), ...(correction === undefined ? {} : { correction }) };
    }

    const others = neighbours();
    const enough = mayCorrect && others.length > 0 ? new AbortController() : undefined;
    const cut =
      enough &&
      clock.setTimeout(
        () => {
          if (merger.size === 0) enough.abort();
        },
        request.timeoutMs * (1 - SECOND_ROUND_SHARE),
      );
    const first = await round(
      request,
      {
        neighbours: others,
        timeoutMs: request.timeoutMs,
        enough: enough?.signal ?? NEVER,
        mayCorrect,
        queryId,
      },
      run,
      traceparent,
      take,
    ).finally(() => cut?.cancel());
    if (!mayCorrect || merger.size > 0 || run.cancel.aborted) return summary(first, counts);

    const proposals = rankCorrections(
      request.text,
      own.correct(request),
      first.others.flatMap(({ done }) => done?.correction ?? []),
    );
    // Who did not answer the first time would not answer now.
    const ready = first.others.filter(({ done }) => done !== undefined).map(({ neighbour }) => neighbour);
    const missing = first.others.filter(({ done }) => done === undefined);
    for (const text of proposals.slice(0, MAX_CORRECTIONS_TRIED)) {
      const timeoutMs = Math.floor(request.timeoutMs - (clock.monotonic() - started));
      if (timeoutMs < MIN_ROUND_MS || run.cancel.aborted) break;
      const again = await round(
        { ...request, text },
        {
          neighbours: ready,
          timeoutMs,
          enough: NEVER,
          mayCorrect: false,
          queryId: randomBytes(QUERY_ID_BYTES),
        },
        run,
        traceparent,
        take,
      );
      if (merger.size > 0)
        return { ...summary({ ...again, others: [...again.others, ...missing] }, counts), searchedFor: text };
    }
    return summary(first, counts);
  };
}

const QUERY_ID_BYTES = 16;
const NOBODY = { neighbours: [], timeoutMs: 0, enough: NEVER, queryId: new Uint8Array(0) } as const;

function summary({ own, ownAnswer, others }: Round, counts: WholeCounts): Outgoing<SearchDone> {
  const answers = [ownAnswer, ...others.map(({ answer }) => answer)];
  const all = [
    counted(ownAnswer.deviceId, own),
    ...others.flatMap(({ neighbour, done }) =>
      done === undefined ? [] : [counted(neighbour.deviceId, done)],
    ),
  ];
  const cursor = firstCursor(all.flatMap(({ cursor: at }) => (at?.length ? [at] : [])));
  return {
    asked: answers.length,
    answered: answers.filter(({ code }) => code === '').length,
    timedOut: answers.filter(({ code }) => code === 'timeout').length,
    ...counts.of(all),
    answers,
    ...(cursor === undefined ? {} : { cursor }),
    hints: own.hints,
  };
}

/** Field by field: see `onlyShare` of the merger. */
function counted(
  deviceId: string,
  {
    totalEstimate,
    facets,
    cursor,
  }: Pick<SearchDone, 'totalEstimate' | 'facets'> & { cursor?: Uint8Array | undefined },
): SupernodeCounts & { readonly cursor: Uint8Array | undefined } {
  return { deviceId, totalEstimate, facets, cursor };
}
