/** A query router over a real index, with neighbours that answer as the test says. */
import { createHash, randomBytes } from 'node:crypto';
import { createSearchIndex, type SearchIndex } from '@banyan/core';
import {
  BanyanError,
  contentKey,
  decodeEnvelope,
  encodeEnvelope,
  publishBatches,
  type CatalogRecord,
  type ContentId,
  type EncodedBody,
  type EnvelopeBody,
  type Hit,
  type Outgoing,
  type Search,
  type SearchDone,
} from '@banyan/proto';
import { CancelSource, createManualClock, silentLog, type Cancellation, type ManualClock } from '@banyan/kit';
import type { Channel } from '@banyan/sdk';
import { createCatalogs, type Catalogs } from '../src/catalogs.ts';
import type { Neighbour } from '../src/neighbour-search.ts';
import { createQueryRouter, type QueryRouter } from '../src/query-router.ts';

/** What a neighbour does with one search: `hits` streams some, the result ends the answer. */
export type Answering = (
  search: Search,
  hits: (...hits: Partial<Hit>[]) => void,
  signal: AbortSignal | undefined,
) => Outgoing<SearchDone> | Promise<Outgoing<SearchDone>>;

export interface Asked {
  readonly hits: Hit[];
  /** Names of all contents, the last hit of each counting. */
  readonly names: string[];
  readonly done: SearchDone;
}

export interface RouterWorld {
  readonly clock: ManualClock;
  readonly catalogs: Catalogs;
  readonly router: QueryRouter;
  /** Searches and corrections that the index was asked for. */
  readonly cost: { searches: number; corrections: number };
  /** Questions that neighbours were asked. */
  readonly questions: { readonly to: string; readonly search: Search }[];
  readonly lookups: string[];
  /** Keeps a content from being shown, as an operator does. */
  block(content: ContentId): void;
  neighbour(name: string, answer: Answering): void;
  publish(leaf: string, account: string, records: readonly CatalogRecord[]): void;
  /** Sends a search as a leaf of the account; without one, as another supernode. */
  ask(
    query: Outgoing<Search>,
    as?: { account?: string; cancel?: Cancellation; onHits?: () => void },
  ): Promise<Asked>;
}

/** @param change - what the test puts in place of parts of the index, which corrects nothing otherwise */
export function createRouterWorld(change: Partial<SearchIndex> = {}): RouterWorld {
  const clock = createManualClock();
  const cost = { searches: 0, corrections: 0 };
  const real = createSearchIndex({ random: () => 0.5 });
  const whole: SearchIndex = { ...real, correct: () => undefined, ...change };
  const index: SearchIndex = {
    ...whole,
    search(...query) {
      cost.searches += 1;
      return whole.search(...query);
    },
    correct(...query) {
      cost.corrections += 1;
      return whole.correct(...query);
    },
  };
  const blocked = new Set<string>();
  const neighbours: Neighbour[] = [];
  const questions: { to: string; search: Search }[] = [];
  const lookups: string[] = [];
  const catalogs = createCatalogs({
    index,
    clock,
    log: silentLog(),
    maxHeld: 100,
    onWithdrawn: () => router.forgetAnswers(),
  });
  const router = createQueryRouter({
    index,
    catalogs,
    clock,
    log: silentLog(),
    self: { deviceId: deviceId('self'), name: 'self' },
    neighbours: () => neighbours,
    blocked: (content) => (blocked.has(contentKey(content)) ? { reason: '' } : undefined),
    onLookup: (answer, outcome) => lookups.push(`${answer} ${outcome}`),
  });

  return {
    clock,
    catalogs,
    router,
    cost,
    questions,
    lookups,
    block(content) {
      blocked.add(contentKey(content));
      index.setContentBlocked(content, true);
      router.forgetAnswers();
    },
    neighbour(name, answer) {
      const channel = {
        async request(body: EnvelopeBody, options: Parameters<Channel['request']>[1] = {}) {
          const asked = overTheWire(body);
          if (asked.kind !== 'search') throw new Error(asked.kind);
          const { search } = asked;
          questions.push({ to: name, search });
          const ended = new Promise<never>((_resolve, reject) => {
            options.signal?.addEventListener('abort', () => reject(new BanyanError('aborted')));
            clock.setTimeout(() => reject(new BanyanError('timeout')), options.timeoutMs ?? Infinity);
          });
          const hits = (...some: Partial<Hit>[]): void =>
            options.onAnswer?.(overTheWire({ kind: 'hits', hits: { hits: some } }));
          const done = await Promise.race([answer(search, hits, options.signal), ended]);
          return overTheWire({ kind: 'searchDone', searchDone: done });
        },
      } as unknown as Channel;
      neighbours.push({ deviceId: deviceId(name), name, channel });
    },
    publish(leaf, account, records) {
      catalogs.connect({ deviceId: leaf, accountId: account, account, fingerprint: new Uint8Array(0) });
      for (const batch of publishBatches({ reset: true, records, fingerprint: randomBytes(32) })) {
        const message = overTheWire({ kind: 'publish', publish: batch });
        if (message.kind === 'publish') for (const _step of catalogs.publish(leaf, message.publish));
      }
    },
    async ask(query, { account, cancel = new CancelSource(), onHits } = {}) {
      const message = overTheWire({
        kind: 'search',
        search: { queryId: randomBytes(16), timeoutMs: 2_000, hops: account === undefined ? 0 : 1, ...query },
      });
      if (message.kind !== 'search') throw new Error(message.kind);
      const byContent = new Map<string, Hit>();
      let done: SearchDone | undefined;
      await router.search(
        message.search,
        { deviceId: '', viewer: account === undefined ? undefined : { account }, cancel },
        (body) => {
          if (done !== undefined) throw new Error('something came after the end');
          const answer = overTheWire(body);
          if (answer.kind === 'hits') {
            for (const hit of answer.hits.hits) byContent.set(contentKey(hit), hit);
            onHits?.();
          } else if (answer.kind === 'searchDone') done = answer.searchDone;
        },
        '',
      );
      if (done === undefined) throw new BanyanError('aborted');
      const hits = [...byContent.values()];
      return { hits, names: hits.map(({ name }) => name).sort(), done };
    },
  };
}

/** The same for the same name; 43 characters, as on the wire. */
export function deviceId(name: string): string {
  return createHash('sha256').update(name).digest('base64url');
}

/** The content of a file of this name. */
export function contentOf(name: string): ContentId {
  return { root: createHash('sha256').update(name).digest(), length: name.length };
}

/** What arrives of a message, so that a test cannot answer what the wire does not carry. */
function overTheWire(body: EnvelopeBody | EncodedBody): ReturnType<typeof decodeEnvelope> {
  return decodeEnvelope(encodeEnvelope({ requestId: 1, ...body }));
}
