/**
 * Equal searches share one answer: those that come while it is on its way get what it has brought so far and then the
 * rest, those that come a moment later get what is kept.
 *
 * ```
 *   ann ──"oak"──▶ run ──────hits────hits──done──▶ kept for seconds
 *   bob ──────"oak"──┘ (hits so far, then the rest)   └──▶ cleo ──"oak"
 * ```
 */
import { createHitMerger, type HitMerger } from '@banyan/core';
import {
  BanyanError,
  MAX_HITS,
  type ContentId,
  type Hit,
  type Outgoing,
  type SearchDone,
} from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import { createAnswerCache } from './answer-cache.ts';
import { hitBytes } from './hit-bytes.ts';

/** How a search got its answer: anew, with another one that was under way, or from what is kept. */
export type SearchOutcome = 'miss' | 'joined' | 'hit';

/** Somebody who waits for an answer. */
export interface Waiter {
  readonly signal: AbortSignal;
  /** Told hits in portions of MAX_HITS at most; a later one of a content replaces the earlier. */
  readonly onHits: (hits: readonly Hit[]) => void;
}

export interface SearchStart {
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly merger: HitMerger;
  readonly onHits: (hits: readonly Hit[]) => void;
}

export interface SharedAnswer {
  readonly done: Outgoing<SearchDone>;
  readonly outcome: SearchOutcome;
}

export interface SharedSearches {
  /**
   * Resolves when the answer is complete.
   *
   * @param key - equal for searches whose askers may have the same answer
   * @param start - runs the search when there is no answer and none under way
   * @throws BanyanError `aborted` when the waiter's signal aborts; what `start` throws
   */
  search(
    key: string,
    waiter: Waiter,
    start: (run: SearchStart) => Promise<Outgoing<SearchDone>>,
  ): Promise<SharedAnswer>;
  /** Forgets what is kept, and lets nobody join what is under way: something may not be shown any more. */
  forget(): void;
  /** Of the answers that are kept. */
  readonly bytes: number;
}

export interface SharedSearchesComponents {
  readonly clock: Clock;
  /** Asked of each hit on its way out: a block may be younger than the answer, or unknown to a neighbour. */
  readonly blocked: (content: ContentId) => unknown;
}

/** Few enough that nobody misses what is new; what vanished elsewhere is shown so long, and the second that the other side keeps it. */
const WHOLE_TTL_MS = 3_000;
/** Nothing found, or somebody did not answer: soon it may be better. */
const POOR_TTL_MS = 500;
const MAX_WHOLE_ANSWERS = 4_096;
const MAX_WHOLE_BYTES = 32 * 1024 * 1024;
/** The end of an answer, by the supernodes that it names. */
const DONE_BYTES = 8_192;
const ANSWER_BYTES = 300;

interface Flight {
  readonly merger: HitMerger;
  readonly waiters: Set<Waiter>;
  readonly abort: AbortController;
  readonly ended: Promise<Outgoing<SearchDone>>;
}

interface Kept {
  readonly hits: readonly Hit[];
  readonly done: Outgoing<SearchDone>;
}

export function createSharedSearches({ clock, blocked }: SharedSearchesComponents): SharedSearches {
  const cache = createAnswerCache<Kept>(clock, {
    maxEntries: MAX_WHOLE_ANSWERS,
    maxBytes: MAX_WHOLE_BYTES,
  });
  const flights = new Map<string, Flight>();

  const tell = ({ onHits }: Waiter, hits: readonly Hit[]): void => {
    const shown = hits.filter((hit) => blocked(hit) === undefined);
    for (let i = 0; i < shown.length; i += MAX_HITS) onHits(shown.slice(i, i + MAX_HITS));
  };

  const takeOff = (
    key: string,
    start: (run: SearchStart) => Promise<Outgoing<SearchDone>>,
    first: Waiter,
  ): Flight => {
    const merger = createHitMerger();
    const waiters = new Set([first]);
    const abort = new AbortController();
    const run = async (): Promise<Outgoing<SearchDone>> => {
      try {
        const done = await start({
          signal: abort.signal,
          merger,
          onHits: (hits) => {
            for (const waiter of waiters) tell(waiter, hits);
          },
        });
        // Whoever was told to forget meanwhile has let go of this one.
        if (flights.get(key) === flight) keep(key, merger.hits(), done);
        return done;
      } finally {
        letGo(key, flight);
      }
    };
    // The run begins after the flight is known, so that an answer that comes at once finds it.
    const flight: Flight = { merger, waiters, abort, ended: Promise.resolve().then(run) };
    flights.set(key, flight);
    return flight;
  };
  const letGo = (key: string, flight: Flight): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };
  const keep = (key: string, hits: readonly Hit[], done: Outgoing<SearchDone>): void => {
    const poor = hits.length === 0 || done.answered !== done.asked;
    cache.set(
      key,
      { hits, done },
      {
        bytes: DONE_BYTES + (done.answers?.length ?? 0) * ANSWER_BYTES + hitBytes(hits),
        ttlMs: poor ? POOR_TTL_MS : WHOLE_TTL_MS,
      },
    );
  };

  return {
    get bytes() {
      return cache.bytes;
    },
    async search(key, waiter, start) {
      const kept = cache.get(key);
      if (kept !== undefined) {
        tell(waiter, kept.hits);
        return { done: kept.done, outcome: 'hit' };
      }
      const joined = flights.get(key);
      const flight = joined ?? takeOff(key, start, waiter);
      if (joined !== undefined) {
        tell(waiter, joined.merger.hits());
        joined.waiters.add(waiter);
      }
      return new Promise<SharedAnswer>((resolve, reject) => {
        const leave = (): void => {
          waiter.signal.removeEventListener('abort', onAbort);
          flight.waiters.delete(waiter);
        };
        const onAbort = (): void => {
          leave();
          if (flight.waiters.size === 0) {
            letGo(key, flight);
            flight.abort.abort();
          }
          reject(new BanyanError('aborted'));
        };
        flight.ended.then(
          (done) => {
            leave();
            resolve({ done, outcome: joined === undefined ? 'miss' : 'joined' });
          },
          (error: unknown) => {
            leave();
            reject(error instanceof Error ? error : new BanyanError('internal', undefined, { cause: error }));
          },
        );
        waiter.signal.addEventListener('abort', onAbort, { once: true });
        if (waiter.signal.aborted) onAbort();
      });
    },
    forget() {
      cache.clear();
      flights.clear();
    },
  };
}
