/**
 * What the own index answers, each answer to what is asked again kept for a moment: the same query comes from many leaves
 * and over many links at once, and costs few searches.
 *
 * An answer for nobody in particular is made without a viewer, so that nothing private can be in it, whoever gets it.
 */
import type { IndexAnswer, IndexCorrection, SearchIndex } from '@banyan/core';
import type { Clock } from '@banyan/kit';
import { createAnswerCache } from './answer-cache.ts';
import { createDoorkeeper } from './doorkeeper.ts';
import { hitBytes } from './hit-bytes.ts';
import { ownKey, type OwnQuery } from './search-request.ts';

export interface OwnAnswersComponents {
  readonly index: Pick<SearchIndex, 'search' | 'correct'>;
  readonly clock: Clock;
  /** Told whether a search was answered from what is kept. */
  readonly onLookup?: (outcome: 'hit' | 'miss') => void;
}

export interface OwnAnswers {
  /**
   * @param keep - whether equal queries are to come here again; those of leaves find what all supernodes answered
   * @throws BanyanError `invalid_request` when the cursor is none of this index
   */
  search(query: OwnQuery, keep: boolean): IndexAnswer;
  /** What to search for instead of a query that has no hit here; undefined also while there is no time to look. */
  correct(query: OwnQuery): IndexCorrection | undefined;
  /** Forgets what is kept: something may not be shown any more. */
  forget(): void;
  /** Of the answers that are kept. */
  readonly bytes: number;
}

/** A second: what vanished is shown so long, and a query that everybody asks costs one search a second. */
const OWN_TTL_MS = 1_000;
/** Nothing found: so long does it take at most until what was just published is found. */
const OWN_EMPTY_TTL_MS = 500;
/** Of a thousand queries a second there are far fewer different ones that are asked twice. */
const MAX_OWN_ANSWERS = 4_096;
/** An answer is kept when its query was asked before within this: most are never asked again, and kept for nothing. */
const ASKED_AGAIN_MS = 3_000;
const MAX_OWN_BYTES = 32 * 1024 * 1024;
/**
 * What corrections may take of the time, and how much of it at once: one costs as much as several searches. In a rush of
 * queries that find nothing some get no proposal, so that all get an answer.
 */
const CORRECTION_SHARE = 1 / 20;
const MAX_CORRECTION_CREDIT_MS = 50;
/** Facets, weights, hints. */
const ANSWER_BYTES = 8_192;

interface Kept {
  readonly answer: IndexAnswer;
  /** Undefined: nobody has asked for it yet. */
  correction: { readonly is: IndexCorrection | undefined } | undefined;
}

export function createOwnAnswers({ index, clock, onLookup }: OwnAnswersComponents): OwnAnswers {
  const cache = createAnswerCache<Kept>(clock, { maxEntries: MAX_OWN_ANSWERS, maxBytes: MAX_OWN_BYTES });
  const door = createDoorkeeper(clock, { windowMs: ASKED_AGAIN_MS, maxKeys: MAX_OWN_ANSWERS });
  let creditMs = MAX_CORRECTION_CREDIT_MS;
  let creditedAt = clock.monotonic();
  const correct = ({ text, viewer }: OwnQuery): IndexCorrection | undefined => {
    const now = clock.monotonic();
    creditMs = Math.min(MAX_CORRECTION_CREDIT_MS, creditMs + (now - creditedAt) * CORRECTION_SHARE);
    creditedAt = now;
    if (creditMs <= 0) return undefined;
    try {
      return index.correct({ text, ...(viewer === undefined ? {} : { viewer }) });
    } finally {
      creditMs -= clock.monotonic() - now;
    }
  };

  return {
    search(query, keep) {
      const key = ownKey(query);
      const kept = cache.get(key);
      onLookup?.(kept === undefined ? 'miss' : 'hit');
      if (kept !== undefined) return kept.answer;
      const { text, limit, partialLastWord, explain, cursor, weights, viewer } = query;
      const answer = index.search(
        {
          text,
          limit,
          partialLastWord,
          explain,
          ...(cursor.length === 0 ? {} : { cursor }),
          ...(weights.length === 0 ? {} : { weights }),
          ...(viewer === undefined ? {} : { viewer }),
        },
        clock.now(),
      );
      if (keep && door.isKnown(key))
        cache.set(
          key,
          { answer, correction: undefined },
          {
            bytes: ANSWER_BYTES + hitBytes(answer.hits),
            ttlMs: answer.hits.length === 0 ? OWN_EMPTY_TTL_MS : OWN_TTL_MS,
          },
        );
      return answer;
    },
    correct(query) {
      const kept = cache.get(ownKey(query));
      if (kept === undefined) return correct(query);
      kept.correction ??= { is: correct(query) };
      return kept.correction.is;
    },
    forget: () => cache.clear(),
    get bytes() {
      return cache.bytes;
    },
  };
}
