/**
 * Answers queries: from the own index at once, from the other supernodes as they answer.
 *
 * ```
 *   leaf ──search(hops 1)──▶ here ──▶ own index ─────────────▶ hits
 *                              ├──search(hops 0)──▶ oak ──hits─▶ merged ──▶ hits
 *                              └──search(hops 0)──▶ elm ──hits─▶ merged ──▶ hits, searchDone
 * ```
 *
 * A later hit of a content replaces the earlier one: counts are those of all that answered so far.
 */
import { createHitMerger, firstCursor, type SearchIndex, type Viewer } from '@banyan/core';
import {
  BanyanError,
  MAX_FACETS,
  MAX_HITS,
  MAX_SOURCES,
  QUERY_TIMEOUT_MS,
  toBanyanError,
  toHex,
  type ContentId,
  type EnvelopeBody,
  type FindSources,
  type Hit,
  type Search,
  type Source,
  type SupernodeAnswer,
} from '@banyan/proto';
import type { Clock, Log } from '@banyan/kit';
import type { Channel } from '@banyan/sdk';
import type { Catalogs } from './catalogs.ts';

/** Another supernode that can be asked. */
export interface Neighbour {
  readonly deviceId: string;
  readonly name: string;
  readonly channel: Channel;
}

/** Who asks. */
export interface Asker {
  readonly deviceId: string;
  /** Undefined for queries of other supernodes, which see only what every member may see. */
  readonly viewer: Viewer | undefined;
  readonly signal: AbortSignal;
}

export interface QueryRouterComponents {
  readonly index: SearchIndex;
  readonly catalogs: Catalogs;
  readonly clock: Clock;
  readonly log: Log;
  readonly self: { readonly deviceId: string; readonly name: string };
  readonly neighbours: () => readonly Neighbour[];
  /** Why a content is blocked in this network; undefined: it is not. */
  readonly blocked: (content: ContentId) => { readonly reason: string } | undefined;
  readonly onQuery?: (took: {
    readonly ms: number;
    readonly hits: number;
    readonly asked: number;
    readonly timedOut: number;
  }) => void;
}

export interface QueryRouter {
  search(
    query: Search,
    asker: Asker,
    reply: (body: EnvelopeBody) => void,
    traceparent: string,
  ): Promise<void>;
  findSources(
    query: FindSources,
    asker: Asker,
    reply: (body: EnvelopeBody) => void,
    traceparent: string,
  ): Promise<void>;
}

/** Queries remembered so that one that comes round again is dropped: a minute of the busiest supernode. */
const MAX_SEEN = 100_000;
/** What a leaf may ask for at most. */
const MAX_TIMEOUT_MS = 10_000;

export function createQueryRouter(components: QueryRouterComponents): QueryRouter {
  return new IndexQueryRouter(components);
}

class IndexQueryRouter implements QueryRouter {
  readonly #c: QueryRouterComponents;
  /** Ids of queries in the order of their coming; the oldest are forgotten. */
  readonly #seen = new Set<string>();

  constructor(components: QueryRouterComponents) {
    this.#c = components;
  }

  async search(
    query: Search,
    asker: Asker,
    reply: (body: EnvelopeBody) => void,
    traceparent: string,
  ): Promise<void> {
    const { index, clock, self } = this.#c;
    this.#note(query.queryId);
    const started = clock.monotonic();
    const limit = query.limit === 0 ? MAX_HITS : Math.min(query.limit, MAX_HITS);
    const own = index.search(
      {
        text: query.query,
        limit,
        partialLastWord: query.partialLastWord,
        ...(query.cursor.length === 0 ? {} : { cursor: query.cursor }),
        ...(query.weights.length === 0 ? {} : { weights: query.weights }),
        ...(asker.viewer === undefined ? {} : { viewer: asker.viewer }),
      },
      clock.now(),
    );
    const merger = createHitMerger();
    let received = own.hits.length;
    const cursors = own.cursor === undefined ? [] : [own.cursor];
    const send = (hits: readonly Hit[]): void => {
      if (hits.length > 0) reply({ kind: 'hits', hits: { hits } });
    };
    send(merger.add(self.deviceId, own.hits));
    const answers: SupernodeAnswer[] = [
      {
        deviceId: self.deviceId,
        name: self.name,
        tookMs: Math.round(clock.monotonic() - started),
        hits: own.hits.length,
        code: '',
      },
    ];
    let total = own.totalEstimate;
    const facets = new Map(own.facets.map((f) => [`${f.facet} ${f.value}`, { ...f }]));

    const timeoutMs = Math.min(query.timeoutMs === 0 ? QUERY_TIMEOUT_MS : query.timeoutMs, MAX_TIMEOUT_MS);
    const neighbours = query.hops > 0 ? this.#c.neighbours() : [];
    await Promise.all(
      neighbours.map(async (neighbour) => {
        const asked = clock.monotonic();
        let hits = 0;
        let code = '';
        try {
          const done = await neighbour.channel.request(
            { kind: 'search', search: { ...query, hops: 0, limit, weights: own.weights, timeoutMs } },
            {
              signal: asker.signal,
              timeoutMs,
              ...(traceparent === '' ? {} : { traceparent }),
              onAnswer: (answer) => {
                if (answer.kind !== 'hits') return;
                const seen = this.#withoutBlocked(answer.hits.hits);
                hits += seen.length;
                received += seen.length;
                send(merger.add(neighbour.deviceId, seen));
              },
            },
          );
          if (done.kind === 'searchDone') {
            total += done.searchDone.totalEstimate;
            if (done.searchDone.cursor.length > 0) cursors.push(done.searchDone.cursor);
            for (const f of done.searchDone.facets) {
              const sum = facets.get(`${f.facet} ${f.value}`);
              if (sum === undefined) facets.set(`${f.facet} ${f.value}`, { ...f });
              else sum.count += f.count;
            }
          }
        } catch (error) {
          const e = toBanyanError(error);
          if (e.code === 'aborted') return;
          code = e.code;
        }
        answers.push({
          deviceId: neighbour.deviceId,
          name: neighbour.name,
          tookMs: Math.round(clock.monotonic() - asked),
          hits,
          code,
        });
      }),
    );
    if (asker.signal.aborted) return;
    const timedOut = answers.filter((a) => a.code === 'timeout').length;
    const cursor = firstCursor(cursors);
    reply({
      kind: 'searchDone',
      searchDone: {
        asked: neighbours.length + 1,
        answered: answers.filter((a) => a.code === '').length,
        timedOut,
        // Copies of one content at several supernodes are counted once among those seen, several times beyond.
        totalEstimate: Math.max(merger.size, total - (received - merger.size)),
        answers,
        ...(cursor === undefined ? {} : { cursor }),
        facets: [...facets.values()].sort((a, b) => b.count - a.count).slice(0, MAX_FACETS),
        hints: own.hints,
      },
    });
    this.#c.onQuery?.({
      ms: clock.monotonic() - started,
      hits: merger.size,
      asked: neighbours.length + 1,
      timedOut,
    });
  }

  async findSources(
    query: FindSources,
    asker: Asker,
    reply: (body: EnvelopeBody) => void,
    traceparent: string,
  ): Promise<void> {
    this.#note(query.queryId);
    const { index, catalogs } = this.#c;
    const block = this.#c.blocked(query);
    if (block !== undefined)
      throw new BanyanError(
        'blocked_content',
        block.reason === '' ? undefined : `This content is blocked in this network: ${block.reason}`,
      );
    const limit = query.limit === 0 ? MAX_SOURCES : Math.min(query.limit, MAX_SOURCES);
    const named = new Set<string>();
    const send = (sources: readonly Source[]): void => {
      const fresh = sources
        .filter((s) => s.deviceId !== asker.deviceId && !named.has(s.deviceId))
        .slice(0, limit - named.size);
      for (const source of fresh) named.add(source.deviceId);
      if (fresh.length > 0) reply({ kind: 'sources', sources: { sources: fresh, done: false } });
    };
    const handles = index.findSources({
      root: query.root,
      length: query.length,
      limit,
      exclude: asker.deviceId,
      ...(asker.viewer === undefined ? {} : { viewer: asker.viewer }),
    });
    send(
      handles.flatMap((handle) => {
        const leaf = catalogs.get(handle.key);
        return leaf === undefined || leaf.addresses.length === 0
          ? []
          : [
              {
                deviceId: leaf.deviceId,
                addresses: [...leaf.addresses],
                partial: false,
                account: leaf.account,
              },
            ];
      }),
    );
    const neighbours = query.hops > 0 ? this.#c.neighbours() : [];
    const timeoutMs = Math.min(query.timeoutMs === 0 ? QUERY_TIMEOUT_MS : query.timeoutMs, MAX_TIMEOUT_MS);
    let answered = 1;
    await Promise.all(
      neighbours.map(async (neighbour) => {
        try {
          await neighbour.channel.request(
            { kind: 'findSources', findSources: { ...query, hops: 0, limit, timeoutMs } },
            {
              signal: asker.signal,
              timeoutMs,
              ...(traceparent === '' ? {} : { traceparent }),
              onAnswer: (answer) => {
                if (answer.kind === 'sources') send(answer.sources.sources);
              },
            },
          );
          answered += 1;
        } catch (error) {
          this.#c.log.debug(
            { code: toBanyanError(error).code, supernode: neighbour.name },
            'a neighbour named no sources',
          );
        }
      }),
    );
    if (!asker.signal.aborted)
      reply({
        kind: 'sources',
        sources: { sources: [], done: true, asked: neighbours.length + 1, answered },
      });
  }

  /** A neighbour may not have heard of a block yet. */
  #withoutBlocked(hits: readonly Hit[]): readonly Hit[] {
    return hits.filter((hit) => this.#c.blocked(hit) === undefined);
  }

  #note(queryId: Uint8Array): void {
    if (queryId.length === 0) return;
    const id = toHex(queryId);
    if (this.#seen.has(id)) throw new BanyanError('loop');
    this.#seen.add(id);
    if (this.#seen.size > MAX_SEEN) {
      const [oldest] = this.#seen;
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
  }
}
