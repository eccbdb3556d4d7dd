/**
 * Searches of this peer: each asks the home supernode, merges what streams in, asks for further pages, and is kept
 * for a while. In which order its hits stand is said in hit-rows.ts.
 *
 * A cursor is good only at the supernode that gave it. When another one is asked by the time of the next page, the
 * search begins anew there; whatever is there already is only updated, so that a page is always what is new.
 */
import { randomUUID } from 'node:crypto';
import {
  BanyanError,
  MAX_HITS,
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
} from '@banyan/proto';
import { expectedRate } from '@banyan/core';
import { silentTracer, traceFields, type Clock, type Log, type Span, type Tracer } from '@banyan/kit';
import type { SearchOptions } from '@banyan/sdk';
import type { SearchesRoom, Window } from '../local-api/rooms.ts';
import { createHitRows, type HitRows, type KeptHit } from './hit-rows.ts';
import { hitView } from './hit-view.ts';
import { searchView } from './search-view.ts';

/** Searches kept: a day's worth of tabs; the oldest makes room. */
const MAX_SEARCHES = 50;
/** Results that nobody looked at for so long are asked for again. */
const MAX_AGE_MS = 30 * 60_000;
/**
 * Contents of one search: twenty pages. Who has not found it by then asks for something narrower; all searches together
 * stay below some 100 MiB even when every one of them was scrolled to its end.
 */
const MAX_KEPT_HITS = 20 * MAX_HITS;
/** Answers without anything new that one page reads over at another supernode: as many as there can be pages. */
const MAX_ANSWERS_PER_PAGE = MAX_KEPT_HITS / MAX_HITS + 1;
/** How long a search waits for a supernode when there is none: a second home takes over in less. */
const HOME_WAIT_MS = 4_000;

export interface SearchesComponents {
  readonly clock: Clock;
  readonly log: Log;
  /** Default: no spans. */
  readonly tracer?: Tracer;
  /** Asks the network. */
  readonly ask: (query: string, options: SearchOptions) => Promise<SearchDone>;
  /** Device id of the supernode that `ask` asks if it is called now. */
  readonly entrance: () => string | undefined;
  /** Resolves when there is a supernode to ask. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  readonly owned: (content: ContentId) => OwnedMark;
  /** The owner's limit of one download that holds now, bytes per second; Infinity: none. */
  readonly downloadLimit: () => number;
  /** Issuer URL, for links. */
  readonly network: () => string;
  readonly onChange: (id: string) => void;
  /** Told of each query that somebody searches for. */
  readonly onQuery: (query: string) => void;
  /** Told of each first page that is over, unless nobody waits for it any more. */
  readonly onEnded?: (search: {
    readonly ms: number;
    /** `ok`, or the code of the problem. */
    readonly result: string;
    readonly hits: number;
  }) => void;
}

export interface Searches extends SearchesRoom {
  /** Cancels what is under way. */
  stop(): void;
}

interface Search {
  readonly id: string;
  readonly query: string;
  /** As asked, but for the query. */
  readonly wanted: Pick<SearchOptions, 'limit' | 'asTyped' | 'explain'>;
  /** Of the whole search, further pages included. */
  /** From its beginning to its first whole answer; further pages follow it in its trace. */
  readonly span: Span;
  readonly startedAt: number;
  readonly rows: HitRows;
  readonly abort: AbortController;
  /** Settles when what is being asked now is over. */
  over: Promise<void>;
  state: SearchView['state'];
  tookMs: number | null;
  whole: SearchDone | undefined;
  last: SearchDone | undefined;
  corrected: string | undefined;
  /** Where the next page begins. */
  cursor: { readonly bytes: Uint8Array; readonly maker: string | undefined } | undefined;
  /** Whether there is a next page; it stays so when asking for it fails. */
  hasMore: boolean;
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

  start({ query: typed, limit, asTyped, explain }: SearchRequest, traceparent?: string): SearchView {
    const query = typed.trim();
    if (query === '') throw new BanyanError('invalid_request', 'Say what to look for: the query is empty.');
    this.#makeRoom();
    const { clock, tracer = silentTracer } = this.#c;
    const search: Search = {
      id: randomUUID(),
      query,
      wanted: {
        ...(limit === undefined ? {} : { limit }),
        ...(asTyped === undefined ? {} : { asTyped }),
        ...(explain === undefined ? {} : { explain }),
      },
      span: tracer.start('search', { parent: traceparent, isEntry: true }),
      startedAt: clock.now(),
      rows: createHitRows(MAX_KEPT_HITS),
      abort: new AbortController(),
      over: Promise.resolve(),
      state: 'searching',
      tookMs: null,
      whole: undefined,
      last: undefined,
      corrected: undefined,
      cursor: undefined,
      hasMore: false,
      problem: null,
      seenAt: clock.monotonic(),
    };
    this.#searches.set(search.id, search);
    search.over = this.#run(search, clock.monotonic());
    this.#c.onQuery(query);
    this.#c.onChange(search.id);
    return searchView(search);
  }

  list(): readonly SearchView[] {
    return [...this.#searches.values()].toReversed().map(searchView);
  }

  result(id: string): SearchResult {
    const search = this.#get(id);
    return { search: searchView(search), results: this.#rows(search, 0, Infinity) };
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

  window(
    id: string,
    first: number,
    count: number,
    { notMine = false }: { readonly notMine?: boolean } = {},
  ): Window<HitView> & { readonly search: SearchView } {
    const search = this.#get(id);
    const view = searchView(search);
    if (!notMine)
      return {
        total: search.rows.rows.length,
        rows: this.#rows(search, first, first + count),
        search: view,
      };
    const rows = search.rows.rows.filter(({ hit }) => this.#c.owned(hit) === 'none');
    return { total: rows.length, rows: this.#viewed(rows.slice(first, first + count)), search: view };
  }

  more(id: string): SearchView {
    const search = this.#get(id);
    // Who asks while an answer is under way gets that one.
    if (search.state !== 'searching' && search.hasMore) {
      search.rows.nextPage();
      search.state = 'searching';
      search.problem = null;
      search.over = this.#runPage(search);
      this.#c.onChange(id);
    }
    return searchView(search);
  }

  deeper(id: string): SearchView {
    const search = this.#get(id);
    if (search.state !== 'searching') {
      search.state = 'searching';
      search.problem = null;
      // From the first hit again: a cursor goes on where those who answered stopped.
      search.cursor = undefined;
      search.over = this.#run(search, this.#c.clock.monotonic());
      this.#c.onChange(id);
    }
    return searchView(search);
  }

  hold(id: string, held: boolean): SearchView {
    const search = this.#get(id);
    search.rows.hold(held);
    this.#c.onChange(id);
    return searchView(search);
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
    const problem = await this.#attempt(search, () => this.#askTwice(search));
    if (search.abort.signal.aborted) {
      search.span.end('aborted');
      return;
    }
    search.state = problem === null ? 'done' : 'failed';
    const ms = this.#c.clock.monotonic() - from;
    search.tookMs = Math.round(ms);
    const result = problem?.code ?? 'ok';
    search.span.end(result, { 'banyan.hits': search.rows.size });
    this.#c.onEnded?.({ ms, result, hits: search.rows.size });
    this.#c.log.debug(
      { ...traceFields(search.span.traceparent), result, hits: search.rows.size, ms: search.tookMs },
      'a search is over',
    );
    this.#c.onChange(search.id);
  }

  /** A page that fails leaves the search as good as it was: the problem is shown, and it can be asked for again. */
  async #runPage(search: Search): Promise<void> {
    await this.#attempt(search, async () => {
      const { size } = search.rows;
      for (let answers = 0; answers < MAX_ANSWERS_PER_PAGE; answers += 1) {
        await this.#askTwice(search);
        if (search.rows.size > size || !search.hasMore) return;
      }
    });
    if (search.abort.signal.aborted) return;
    search.state = 'done';
    this.#c.onChange(search.id);
  }

  /** Never rejects; the problem is kept with the search. */
  async #attempt(search: Search, asking: () => Promise<void>): Promise<Problem | null> {
    try {
      await asking();
    } catch (error) {
      const e = toBanyanError(error);
      search.problem = { code: e.code, message: e.message };
      if (!search.abort.signal.aborted) this.#c.log.debug({ code: e.code }, `a search failed: ${e.message}`);
    }
    return search.problem;
  }

  /** A supernode that is lost meanwhile, not there yet, or does not know the cursor is made good once by the next one. */
  async #askTwice(search: Search): Promise<void> {
    const { cursor } = search;
    try {
      await this.#ask(search);
    } catch (error) {
      const first = toBanyanError(error);
      if (search.abort.signal.aborted) throw first;
      if (first.code === 'invalid_request' && cursor !== undefined) search.cursor = undefined;
      else if (LOST.has(first.code)) {
        try {
          await this.#c.ready(AbortSignal.any([search.abort.signal, AbortSignal.timeout(HOME_WAIT_MS)]));
        } catch {
          throw first;
        }
      } else throw first;
      await this.#ask(search);
    }
  }

  async #ask(search: Search): Promise<void> {
    const maker = this.#c.entrance();
    const cursor = search.cursor?.maker === maker ? search.cursor?.bytes : undefined;
    const { corrected } = search;
    const done = await this.#c.ask(corrected ?? search.query, {
      ...search.wanted,
      // The corrected words are what the first page was about: another answer must not correct them otherwise.
      ...(corrected === undefined ? {} : { asTyped: true }),
      ...(cursor === undefined ? {} : { cursor }),
      traceparent: search.span.traceparent,
      signal: search.abort.signal,
      onHits: (hits) => this.#add(search, hits),
    });
    search.last = done;
    if (cursor === undefined) search.whole = done;
    if (done.searchedFor !== '' && done.searchedFor !== search.query) search.corrected ??= done.searchedFor;
    search.cursor = done.cursor.length === 0 ? undefined : { bytes: done.cursor, maker };
    search.hasMore = search.cursor !== undefined && search.rows.size < MAX_KEPT_HITS;
  }

  #add(search: Search, hits: readonly Hit[]): void {
    // A later hit of the same content has everybody's counts so far: it replaces the earlier one.
    search.rows.put(hits.map((hit) => ({ hit, view: hitView(hit, 'none', this.#c.network()) })));
    this.#c.onChange(search.id);
  }

  #rows(search: Search, first: number, end: number): HitView[] {
    return this.#viewed(search.rows.rows.slice(first, end));
  }

  #viewed(rows: readonly KeptHit[]): HitView[] {
    const limit = this.#c.downloadLimit();
    return rows.map(({ hit, view }) => {
      const expected = expectedRate(hit, limit);
      return {
        ...view,
        own: this.#c.owned(hit),
        ...(expected === undefined ? {} : { expectedBytesPerSecond: expected }),
      };
    });
  }
}
