/** Searches of this peer: each asks the home supernode, merges what streams in, and is kept for a while. */
import { randomUUID } from 'node:crypto';
import {
  BanyanError,
  contentIdText,
  displayText,
  ERROR_TABLE,
  isErrorCode,
  MAX_HITS,
  MAX_MESSAGE_BYTES,
  toBanyanError,
  type ContentId,
  type Hit,
  type HitView,
  type OwnedMark,
  type Problem,
  type SearchDone,
  type SearchRequest,
  type SearchResult,
  type SearchView,
  type SupernodeAnswer,
  type SupernodeAnswerView,
} from '@banyan/proto';
import type { Clock, Log } from '@banyan/kit';
import type { SearchOptions } from '@banyan/sdk';
import type { SearchesRoom, Window } from '../local-api/rooms.ts';
import { hitView } from './hit-view.ts';

/** Searches kept: a day's worth of tabs; the oldest makes room. */
const MAX_SEARCHES = 50;
/** Results that nobody looked at for so long are asked for again. */
const MAX_AGE_MS = 30 * 60_000;
/** Contents of one search: a supernode sends at most {@link MAX_HITS}; a second one asked after a loss as many again. */
const MAX_KEPT_HITS = 2 * MAX_HITS;
/** How long a search waits for a supernode when there is none: a second home takes over in less. */
const HOME_WAIT_MS = 4_000;

export interface SearchesComponents {
  readonly clock: Clock;
  readonly log: Log;
  /** Asks the network. */
  readonly ask: (query: string, options: SearchOptions) => Promise<SearchDone>;
  /** Resolves when there is a supernode to ask. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  readonly owned: (content: ContentId) => OwnedMark;
  /** Issuer URL, for links. */
  readonly network: () => string;
  readonly onChange: (id: string) => void;
}

export interface Searches extends SearchesRoom {
  /** Cancels what is under way. */
  stop(): void;
}

interface Kept {
  readonly hit: Hit;
  /** The view but for `own`, which changes without the hit. */
  readonly view: HitView;
}

interface Search {
  readonly id: string;
  readonly query: string;
  readonly limit: number | undefined;
  readonly startedAt: number;
  readonly hits: Map<string, Kept>;
  readonly abort: AbortController;
  /** Settles when the search is over. */
  over: Promise<void>;
  /** Best first; undefined after a change. */
  order: Kept[] | undefined;
  state: SearchView['state'];
  tookMs: number | null;
  done: SearchDone | undefined;
  problem: Problem | null;
  seenAt: number;
}

/** Codes after which another supernode may answer what this one did not. */
const LOST = new Set([
  'unreachable',
  'no_supernode',
  'shutting_down',
  'draining',
  'slow_reader',
  'session_replaced',
  'session_too_old',
  'token_expired',
  'timeout',
]);

export function createSearches(components: SearchesComponents): Searches {
  return new PeerSearches(components);
}

class PeerSearches implements Searches {
  readonly #c: SearchesComponents;
  /** Oldest first. */
  readonly #searches = new Map<string, Search>();

  constructor(components: SearchesComponents) {
    this.#c = components;
  }

  start(request: SearchRequest): SearchView {
    const query = request.query.trim();
    if (query === '') throw new BanyanError('invalid_request', 'Say what to look for: the query is empty.');
    this.#makeRoom();
    const { clock } = this.#c;
    const search: Search = {
      id: randomUUID(),
      query,
      limit: request.limit,
      startedAt: clock.now(),
      hits: new Map(),
      abort: new AbortController(),
      over: Promise.resolve(),
      order: undefined,
      state: 'searching',
      tookMs: null,
      done: undefined,
      problem: null,
      seenAt: clock.monotonic(),
    };
    this.#searches.set(search.id, search);
    search.over = this.#run(search, clock.monotonic());
    this.#c.onChange(search.id);
    return this.#view(search);
  }

  list(): readonly SearchView[] {
    return [...this.#searches.values()].toReversed().map((search) => this.#view(search));
  }

  result(id: string): SearchResult {
    const search = this.#get(id);
    return { search: this.#view(search), results: this.#rows(search, 0, search.hits.size) };
  }

  async wait(id: string, waitMs: number, signal: AbortSignal): Promise<SearchResult> {
    const { over } = this.#get(id);
    const late = new AbortController();
    await Promise.race([
      over,
      this.#c.clock.sleep(waitMs, AbortSignal.any([late.signal, signal])).catch(() => undefined),
    ]);
    late.abort();
    return this.result(id);
  }

  window(id: string, first: number, count: number): Window<HitView> & { readonly search: SearchView } {
    const search = this.#get(id);
    return {
      total: search.hits.size,
      rows: this.#rows(search, first, first + count),
      search: this.#view(search),
    };
  }

  remove(id: string): void {
    const search = this.#get(id);
    this.#searches.delete(id);
    search.abort.abort();
    this.#c.onChange(id);
  }

  stop(): void {
    for (const search of this.#searches.values()) search.abort.abort();
    this.#searches.clear();
  }

  #get(id: string): Search {
    const search = this.#searches.get(id);
    if (search === undefined)
      throw new BanyanError('not_found', 'This search is not kept any more. Search again.');
    search.seenAt = this.#c.clock.monotonic();
    return search;
  }

  #makeRoom(): void {
    const now = this.#c.clock.monotonic();
    for (const search of this.#searches.values()) {
      if (this.#searches.size < MAX_SEARCHES && now - search.seenAt <= MAX_AGE_MS) continue;
      this.#searches.delete(search.id);
      search.abort.abort();
      this.#c.onChange(search.id);
    }
  }

  async #run(search: Search, from: number): Promise<void> {
    const { clock, log } = this.#c;
    try {
      search.done = await this.#askTwice(search);
      search.state = 'done';
    } catch (error) {
      const e = toBanyanError(error);
      if (search.abort.signal.aborted) return;
      log.debug({ code: e.code }, `a search failed: ${e.message}`);
      search.state = 'failed';
      search.problem = { code: e.code, message: e.message };
    } finally {
      search.tookMs = Math.round(clock.monotonic() - from);
      this.#c.onChange(search.id);
    }
  }

  /** A supernode that is lost meanwhile, or not there yet, is made good once by the next one. */
  async #askTwice(search: Search): Promise<SearchDone> {
    try {
      return await this.#ask(search);
    } catch (error) {
      const first = toBanyanError(error);
      if (search.abort.signal.aborted || !LOST.has(first.code)) throw first;
      try {
        await this.#c.ready(AbortSignal.any([search.abort.signal, AbortSignal.timeout(HOME_WAIT_MS)]));
      } catch {
        throw first;
      }
      return this.#ask(search);
    }
  }

  #ask(search: Search): Promise<SearchDone> {
    return this.#c.ask(search.query, {
      ...(search.limit === undefined ? {} : { limit: search.limit }),
      signal: search.abort.signal,
      onHits: (hits) => this.#add(search, hits),
    });
  }

  #add(search: Search, hits: readonly Hit[]): void {
    for (const hit of hits) {
      const content = contentIdText(hit);
      // A later hit of the same content has everybody's counts so far: it replaces the earlier one.
      if (!search.hits.has(content) && search.hits.size >= MAX_KEPT_HITS) continue;
      search.hits.set(content, { hit, view: hitView(hit, 'none', this.#c.network()) });
    }
    search.order = undefined;
    this.#c.onChange(search.id);
  }

  #rows(search: Search, first: number, end: number): HitView[] {
    search.order ??= [...search.hits.values()].sort(best);
    return search.order.slice(first, end).map(({ hit, view }) => ({ ...view, own: this.#c.owned(hit) }));
  }

  #view(search: Search): SearchView {
    const { done } = search;
    return {
      id: search.id,
      query: search.query,
      state: search.state,
      startedAt: search.startedAt,
      tookMs: search.tookMs,
      hits: search.hits.size,
      totalEstimate: Math.max(search.hits.size, done?.totalEstimate ?? 0),
      asked: done?.asked ?? 0,
      answered: done?.answered ?? 0,
      timedOut: done?.timedOut ?? 0,
      answers: (done?.answers ?? []).map(answerView),
      hints: (done?.hints ?? []).map((hint) => displayText(hint, MAX_MESSAGE_BYTES)),
      searchedFor:
        done === undefined || done.searchedFor === '' || done.searchedFor === search.query
          ? null
          : displayText(done.searchedFor, MAX_MESSAGE_BYTES),
      problem: search.problem,
    };
  }
}

/** Score, then what can be had, then an order that does not jump. */
function best(a: Kept, b: Kept): number {
  return (
    b.hit.score - a.hit.score ||
    b.hit.reachableSources - a.hit.reachableSources ||
    (a.view.content < b.view.content ? -1 : 1)
  );
}

function answerView(answer: SupernodeAnswer): SupernodeAnswerView {
  return {
    deviceId: answer.deviceId,
    name: displayText(answer.name, 64),
    tookMs: answer.tookMs,
    hits: answer.hits,
    problem:
      answer.code === ''
        ? null
        : {
            code: displayText(answer.code, 64),
            message: ERROR_TABLE[isErrorCode(answer.code) ? answer.code : 'internal'].sentence,
          },
  };
}
