/**
 * Where questions go: searches to the answers that are kept or under way, else to the own index and the other
 * supernodes; questions for sources likewise, unkept. A question that comes round is dropped.
 */
import type { SearchIndex } from '@banyan/core';
import {
  BanyanError,
  toBanyanError,
  toHex,
  type ContentId,
  type Outgoing,
  type Search,
  type SearchDone,
} from '@banyan/proto';
import { silentTracer, traceFields, type Clock, type Log, type Tracer } from '@banyan/kit';
import type { Reply } from '@banyan/sdk';
import { originOf, type Asker, type Origin } from './asker.ts';
import type { Catalogs } from './catalogs.ts';
import { createDoorkeeper, type Doorkeeper } from './doorkeeper.ts';
import type { Neighbour } from './neighbour-search.ts';
import { createOwnAnswers, type OwnAnswers } from './own-answers.ts';
import { searchRequest, wholeKey } from './search-request.ts';
import {
  createSharedSearches,
  type SearchOutcome,
  type SharedSearches,
  type Waiter,
} from './shared-searches.ts';
import { createSourceSearch, type SourceSearch, type SourceSearchComponents } from './source-search.ts';
import {
  createWholeSearch,
  type SearchRun,
  type WholeSearch,
  type WholeSearchComponents,
} from './whole-search.ts';

export interface QueryRouterComponents {
  readonly index: SearchIndex;
  readonly catalogs: Pick<Catalogs, 'get' | 'hasPrivate'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: no spans. */
  readonly tracer?: Tracer;
  readonly self: { readonly deviceId: string; readonly name: string };
  readonly neighbours: () => readonly Neighbour[];
  /** Why a content is blocked in this network; undefined: it is not. */
  readonly blocked: (content: ContentId) => { readonly reason: string } | undefined;
  readonly onQuery?: (took: {
    readonly ms: number;
    readonly hits: number;
    /** Neighbours that did not answer in time; 0 when an answer was shared: they were asked once. */
    readonly timedOut: number;
    /** From the question to its first hit; undefined: it had none. */
    readonly firstHitMs: number | undefined;
    readonly from: Origin;
  }) => void;
  readonly onSources?: NonNullable<SourceSearchComponents['onSources']>;
  readonly onWave?: NonNullable<WholeSearchComponents['onWave']>;
  /** Told of each look for an answer that is there already: one of the own index, or one of all together. */
  readonly onLookup?: (answer: 'own' | 'whole', outcome: SearchOutcome) => void;
}

export interface QueryRouter {
  /** Streams `hits`, then `searchDone`; nothing more once the asker takes it back. */
  search(query: Search, asker: Asker, reply: Reply, traceparent: string): Promise<void>;
  findSources: SourceSearch;
  /** Forgets answers that are kept: something may not be shown any more. */
  forgetAnswers(): void;
  /** Questions that are being answered now. */
  readonly underWay: number;
  /** Memory of the answers that are kept, of the own index and of all together. */
  readonly answerBytes: { readonly own: number; readonly whole: number };
}

/** So long at least a question is known that comes round again, with no more of them than below: far longer than one lives. */
const SEEN_MS = 60_000;
/** At a thousand questions a second most of a minute; their ids take 10 MB. */
const MAX_SEEN = 50_000;

export function createQueryRouter(components: QueryRouterComponents): QueryRouter {
  return new IndexQueryRouter(components);
}

class IndexQueryRouter implements QueryRouter {
  readonly #c: QueryRouterComponents;
  readonly #own: OwnAnswers;
  readonly #shared: SharedSearches;
  readonly #run: WholeSearch;
  readonly #sources: SourceSearch;
  /** Ids of questions. */
  readonly #seen: Doorkeeper;
  #underWay = 0;

  constructor(components: QueryRouterComponents) {
    this.#c = components;
    this.#seen = createDoorkeeper(components.clock, { windowMs: SEEN_MS, maxKeys: MAX_SEEN });
    this.#own = createOwnAnswers({
      ...components,
      onLookup: (outcome) => components.onLookup?.('own', outcome),
    });
    this.#shared = createSharedSearches(components);
    this.#run = createWholeSearch({ ...components, own: this.#own });
    this.#sources = createSourceSearch(components);
  }

  get underWay(): number {
    return this.#underWay;
  }

  get answerBytes(): QueryRouter['answerBytes'] {
    return { own: this.#own.bytes, whole: this.#shared.bytes };
  }

  async search(query: Search, asker: Asker, reply: Reply, caller: string): Promise<void> {
    this.#note(query.queryId);
    const { clock, catalogs, neighbours, onQuery, onLookup, tracer = silentTracer } = this.#c;
    const started = clock.monotonic();
    const span = tracer.start('search', { parent: caller, kind: 'server' });
    const { traceparent } = span;
    // Who has nothing private here sees what everybody sees: the answer is made, and shared, without a viewer.
    const viewer =
      asker.viewer !== undefined && catalogs.hasPrivate(asker.viewer.account) ? asker.viewer : undefined;
    const request = searchRequest(query, viewer, query.hops > 0);
    const about = { queryId: query.queryId, traceparent };
    let firstHitMs: number | undefined;
    const waiter: Waiter = {
      cancel: asker.cancel,
      onHits: (hits) => {
        firstHitMs ??= clock.monotonic() - started;
        reply(hits);
      },
    };
    const start = (run: SearchRun): Promise<Outgoing<SearchDone>> => this.#run(request, run, about);
    this.#underWay += 1;
    try {
      // Over links only the own index answers, which keeps its answers itself: kept twice they would be old twice.
      const { end, outcome, asked, answered, timedOut, contents } = request.askOthers
        ? await this.#shared.search(wholeKey(request, neighbours().length), waiter, start)
        : await this.#shared.alone(waiter, start);
      reply(end);
      if (request.askOthers) onLookup?.('whole', outcome);
      onQuery?.({
        ms: clock.monotonic() - started,
        hits: contents,
        timedOut: outcome === 'miss' ? timedOut : 0,
        firstHitMs,
        from: originOf(asker),
      });
      this.#c.log.debug(
        {
          ...traceFields(traceparent),
          from: originOf(asker),
          outcome,
          hits: contents,
          asked,
          answered,
          ms: Math.round(clock.monotonic() - started),
        },
        'a search was answered',
      );
      span.end('ok', {
        'banyan.from': originOf(asker),
        'banyan.answer': outcome,
        'banyan.hits': contents,
        'banyan.asked': asked,
        'banyan.answered': answered,
      });
    } catch (error) {
      span.end(asker.cancel.aborted ? 'aborted' : toBanyanError(error).code);
      if (!asker.cancel.aborted) throw error;
    } finally {
      this.#underWay -= 1;
    }
  }

  async findSources(...[query, asker, reply, caller]: Parameters<SourceSearch>): Promise<void> {
    this.#note(query.queryId);
    const { tracer = silentTracer } = this.#c;
    const span = tracer.start('find sources', { parent: caller, kind: 'server' });
    this.#underWay += 1;
    try {
      await this.#sources(query, asker, reply, span.traceparent);
      span.end(asker.cancel.aborted ? 'aborted' : 'ok', { 'banyan.from': originOf(asker) });
    } catch (error) {
      span.end(toBanyanError(error).code);
      throw error;
    } finally {
      this.#underWay -= 1;
    }
  }

  forgetAnswers(): void {
    this.#own.forget();
    this.#shared.forget();
  }

  #note(queryId: Uint8Array): void {
    if (queryId.length === 0) return;
    if (this.#seen.isKnown(toHex(queryId))) throw new BanyanError('loop');
  }
}
