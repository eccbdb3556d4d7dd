/** A search as this supernode works on it: within its limits, its text tidied, and the key of its answer. */
import type { Viewer } from '@banyan/core';
import { MAX_HITS, QUERY_TIMEOUT_MS, toHex, type Search, type TermWeight } from '@banyan/proto';

/** What the answer of the own index depends on. */
export interface OwnQuery {
  /** Tidied: {@link tidyText}. */
  readonly text: string;
  /** 1 to MAX_HITS. */
  readonly limit: number;
  /** Empty: from the start. */
  readonly cursor: Uint8Array;
  readonly partialLastWord: boolean;
  readonly explain: boolean;
  /** Empty: those of the own index. */
  readonly weights: readonly TermWeight[];
  /** Undefined: sees only what every member may see. */
  readonly viewer: Viewer | undefined;
}

/** What the answer of all supernodes together depends on. */
export interface SearchRequest extends OwnQuery {
  readonly asTyped: boolean;
  /** Whether other supernodes are asked. */
  readonly askOthers: boolean;
  readonly timeoutMs: number;
}

/** What a leaf may ask for at most. */
const MAX_TIMEOUT_MS = 10_000;

/** The time that a question of others may take: theirs within bounds, by default QUERY_TIMEOUT_MS. */
export function timeoutOf(timeoutMs: number): number {
  return Math.min(timeoutMs === 0 ? QUERY_TIMEOUT_MS : timeoutMs, MAX_TIMEOUT_MS);
}

/** @param viewer - who asks; undefined: another supernode, whose query never goes on */
export function searchRequest(query: Search, viewer: Viewer | undefined, askOthers: boolean): SearchRequest {
  // Prefix completion is the home's alone: of half a word every supernode would think something else.
  const partialLastWord = query.partialLastWord && askOthers;
  return {
    text: tidyText(query.query),
    limit: query.limit === 0 ? MAX_HITS : Math.min(query.limit, MAX_HITS),
    cursor: query.cursor,
    partialLastWord,
    explain: query.explain,
    weights: query.weights,
    viewer,
    asTyped: query.asTyped,
    askOthers,
    timeoutMs: timeoutOf(query.timeoutMs),
  };
}

/**
 * The query with single blanks between its words and none before them; nothing else, since letters' case (`OR`) and signs
 * mean something. So does a blank at the end: what stands before it is not being typed any more.
 */
export function tidyText(text: string): string {
  return text.replace(/\s+/gu, ' ').trimStart();
}

/** Equal for queries that the own index answers alike at one moment. */
export function ownKey(query: OwnQuery): string {
  return JSON.stringify(ownParts(query));
}

/**
 * Equal for searches that all supernodes together answer alike at one moment.
 *
 * @param neighbours - how many there are: one that comes is asked at once, of one that goes nothing is kept
 */
export function wholeKey(request: SearchRequest, neighbours: number): string {
  return JSON.stringify([...ownParts(request), request.asTyped, request.timeoutMs, neighbours]);
}

function ownParts(query: OwnQuery): unknown[] {
  return [
    query.text,
    query.limit,
    toHex(query.cursor),
    query.partialLastWord,
    query.explain,
    query.viewer?.account ?? null,
    query.weights.map(({ term, weight }) => [term, weight]),
  ];
}
