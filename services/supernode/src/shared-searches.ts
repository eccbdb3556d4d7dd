/**
 * Equal searches share one answer: those that come while it is on its way get what it has brought so far and then the
 * rest, those that come a moment later get what is kept.
 *
 * ```
 *   ann ──"oak"──▶ run ──────hits────hits──done──▶ kept for seconds
 *   bob ──────"oak"──┘ (hits so far, then the rest)   └──▶ cleo ──"oak"
 * ```
 *
 * What goes out is encoded once, for everybody, and kept as bytes: as objects the kept answers would be most of what the
 * garbage collector has to copy.
 */
import { createHitMerger, type HitMerger } from '@banyan/core';
import {
  BanyanError,
  encodeBody,
  MAX_HITS,
  type ContentId,
  type EncodedBody,
  type Hit,
  type Outgoing,
  type SearchDone,
} from '@banyan/proto';
import { CancelSource, TransientMap, type Cancellation, type Clock } from '@banyan/kit';
import { createAnswerCache } from './answer-cache.ts';
import { createKeptBytes, type Place } from './kept-bytes.ts';
import type { SearchRun } from './whole-search.ts';

/** How a search got its answer: anew, with another one that was under way, or from what is kept. */
export type SearchOutcome = 'miss' | 'joined' | 'hit';

/** Somebody who waits for an answer. */
export interface Waiter {
  readonly cancel: Cancellation;
  /**
   * Told hits in messages of MAX_HITS at most; a later one of a content replaces the earlier. What it is given may be
   * overwritten once it has returned.
   */
  readonly onHits: (hits: EncodedBody) => void;
}

export interface SharedAnswer extends WholeAnswer {
  readonly outcome: SearchOutcome;
}

/** How a search ended. */
export interface WholeAnswer {
  /** The `searchDone`. */
  readonly end: EncodedBody;
  readonly asked: number;
  readonly answered: number;
  readonly timedOut: number;
  /** Contents that were found. */
  readonly contents: number;
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
    start: (run: SearchRun) => Promise<Outgoing<SearchDone>>,
  ): Promise<SharedAnswer>;
  /** The same for one asker alone: nobody joins it, and nothing is kept. */
  alone(waiter: Waiter, start: (run: SearchRun) => Promise<Outgoing<SearchDone>>): Promise<SharedAnswer>;
  /** Forgets what is kept, and lets nobody join what is under way: something may not be shown any more. */
  forget(): void;
  /** Memory for the answers that are kept. */
  readonly bytes: number;
}

export interface SharedSearchesComponents {
  readonly clock: Clock;
  /** Asked of each hit that comes: a block may be unknown to a neighbour. A later one is a reason to {@link SharedSearches.forget}. */
  readonly blocked: (content: ContentId) => unknown;
}

/** Few enough that nobody misses what is new; what vanished elsewhere is shown so long, and the second that the other side keeps it. */
const WHOLE_TTL_MS = 3_000;
/** Nothing found, or somebody did not answer: soon it may be better. */
const POOR_TTL_MS = 500;
const MAX_WHOLE_ANSWERS = 4_096;
/** An answer has a few KiB; one that is larger than a block is not kept. */
const BLOCK_BYTES = 1024 * 1024;
/** With what is below 32 MiB in all: three seconds of a thousand answers a second take half of it. */
const MAX_BLOCKS = 24;
/** Objects that say where an answer lies. */
const PLACE_BYTES = 400;
/** Of answers without their bytes: enough for as many as there may be, unless their queries are very long. */
const MAX_KEYS_BYTES = 8 * 1024 * 1024;

interface Flight {
  readonly merger: HitMerger;
  readonly waiters: Set<Waiter>;
  readonly cancel: CancelSource;
  readonly ended: Promise<WholeAnswer>;
}

/** Its messages of hits, then its end. */
interface Kept extends Omit<WholeAnswer, 'end'> {
  readonly place: Place;
}

export function createSharedSearches({ clock, blocked }: SharedSearchesComponents): SharedSearches {
  const cache = createAnswerCache<Kept>(clock, {
    maxEntries: MAX_WHOLE_ANSWERS,
    maxBytes: MAX_KEYS_BYTES,
  });
  const blocks = createKeptBytes(clock, { blockBytes: BLOCK_BYTES, maxBlocks: MAX_BLOCKS });
  const flights = new TransientMap<string, Flight>();

  /** As messages, without what is blocked. */
  const encode = (hits: readonly Hit[]): EncodedBody[] => {
    const shown = hits.filter((hit) => blocked(hit) === undefined);
    const messages: EncodedBody[] = [];
    for (let i = 0; i < shown.length; i += MAX_HITS)
      messages.push(encodeBody({ kind: 'hits', hits: { hits: shown.slice(i, i + MAX_HITS) } }));
    return messages;
  };
  const tell = ({ onHits }: Waiter, messages: readonly EncodedBody[]): void => {
    for (const message of messages) onHits(message);
  };

  const takeOff = (
    key: string,
    start: (run: SearchRun) => Promise<Outgoing<SearchDone>>,
    first: Waiter,
  ): Flight => {
    const merger = createHitMerger();
    const waiters = new Set([first]);
    const cancel = new CancelSource();
    const told: EncodedBody[][] = [];
    const run = async (): Promise<WholeAnswer> => {
      try {
        const onHits = (hits: readonly Hit[]): void => {
          const messages = encode(hits);
          if (messages.length > 0) told.push(messages);
          for (const waiter of waiters) tell(waiter, messages);
        };
        const done = await start({ cancel, merger, onHits });
        const answer = ended(merger, done);
        // Whoever was told to forget meanwhile has let go of this one. What came in one go is encoded as it is kept.
        if (flights.get(key) === flight)
          keep(key, told.length > 1 ? encode(merger.hits()) : (told[0] ?? []), answer);
        return answer;
      } finally {
        letGo(key, flight);
      }
    };
    // The run begins after the flight is known, so that an answer that comes at once finds it.
    const flight: Flight = { merger, waiters, cancel, ended: Promise.resolve().then(run) };
    flights.set(key, flight);
    return flight;
  };
  const letGo = (key: string, flight: Flight): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };
  const ended = (merger: HitMerger, done: Outgoing<SearchDone>): WholeAnswer => ({
    end: encodeBody({ kind: 'searchDone', searchDone: done }),
    asked: done.asked ?? 0,
    answered: done.answered ?? 0,
    timedOut: done.timedOut ?? 0,
    contents: merger.size,
  });
  const keep = (key: string, hits: readonly EncodedBody[], answer: WholeAnswer): void => {
    const { end, asked, answered, timedOut, contents } = answer;
    const ttlMs = hits.length === 0 || answered !== asked ? POOR_TTL_MS : WHOLE_TTL_MS;
    const place = blocks.put([...hits.map(({ encoded }) => encoded), end.encoded], ttlMs);
    if (place === undefined) return;
    cache.set(key, { place, asked, answered, timedOut, contents }, { bytes: PLACE_BYTES, ttlMs });
  };
  /** Tells what is kept; undefined when there is nothing. */
  const recall = (key: string, waiter: Waiter): SharedAnswer | undefined => {
    const kept = cache.get(key);
    const hits = kept && blocks.get(kept.place);
    const end = hits?.pop();
    if (kept === undefined || hits === undefined || end === undefined) return undefined;
    for (const encoded of hits) waiter.onHits({ kind: 'hits', encoded });
    const { asked, answered, timedOut, contents } = kept;
    // Copied, as it is told later.
    const done: EncodedBody = { kind: 'searchDone', encoded: end.slice() };
    return { outcome: 'hit', end: done, asked, answered, timedOut, contents };
  };

  return {
    get bytes() {
      return cache.bytes + blocks.bytes;
    },
    async search(key, waiter, start) {
      const kept = recall(key, waiter);
      if (kept !== undefined) return kept;
      const joined = flights.get(key);
      const flight = joined ?? takeOff(key, start, waiter);
      if (joined !== undefined) {
        tell(waiter, encode(joined.merger.hits()));
        joined.waiters.add(waiter);
      }
      return new Promise<SharedAnswer>((resolve, reject) => {
        const stop = waiter.cancel.onAbort(() => {
          flight.waiters.delete(waiter);
          if (flight.waiters.size === 0) {
            letGo(key, flight);
            flight.cancel.abort();
          }
          reject(new BanyanError('aborted'));
        });
        const leave = (): void => {
          stop();
          flight.waiters.delete(waiter);
        };
        flight.ended.then(
          (answer) => {
            leave();
            resolve(withOutcome(joined === undefined ? 'miss' : 'joined', answer));
          },
          (error: unknown) => {
            leave();
            reject(error instanceof Error ? error : new BanyanError('internal', undefined, { cause: error }));
          },
        );
      });
    },
    async alone(waiter, start) {
      const merger = createHitMerger();
      const done = await start({
        cancel: waiter.cancel,
        merger,
        onHits: (hits) => tell(waiter, encode(hits)),
      });
      return withOutcome('miss', ended(merger, done));
    },
    forget() {
      cache.clear();
      blocks.clear();
      flights.clear();
    },
  };
}

function withOutcome(
  outcome: SearchOutcome,
  { end, asked, answered, timedOut, contents }: WholeAnswer,
): SharedAnswer {
  return { outcome, end, asked, answered, timedOut, contents };
}
