/** Says who has a content: leaves of this supernode at once, those of the others as they answer. */
import type { SearchIndex } from '@banyan/core';
import {
  BanyanError,
  MAX_SOURCES,
  toBanyanError,
  type ContentId,
  type FindSources,
  type Source,
} from '@banyan/proto';
import { traceFields, type Clock, type Log } from '@banyan/kit';
import type { Reply } from '@banyan/sdk';
import { originOf, type Asker, type Origin } from './asker.ts';
import type { Catalogs } from './catalogs.ts';
import type { Neighbour } from './neighbour-search.ts';
import { timeoutOf } from './search-request.ts';

export interface SourceSearchComponents {
  readonly index: Pick<SearchIndex, 'findSources'>;
  readonly catalogs: Pick<Catalogs, 'get'>;
  readonly log: Log;
  readonly neighbours: () => readonly Neighbour[];
  /** Why a content is blocked in this network; undefined: it is not. */
  readonly blocked: (content: ContentId) => { readonly reason: string } | undefined;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Told of each look for sources that ended. */
  readonly onSources?: (look: {
    readonly ms: number;
    readonly sources: number;
    readonly from: Origin;
    /** How each neighbour took part: '' for an answer, else the code. */
    readonly answers: readonly string[];
  }) => void;
}

export type SourceSearch = (
  query: FindSources,
  asker: Asker,
  reply: Reply,
  traceparent: string,
) => Promise<void>;

export function createSourceSearch({
  index,
  catalogs,
  log,
  neighbours,
  blocked,
  clock,
  onSources,
}: SourceSearchComponents): SourceSearch {
  return async (query, asker, reply, traceparent) => {
    const started = clock.monotonic();
    const block = blocked(query);
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
                offer: handle.offer ?? null,
              },
            ];
      }),
    );
    const others = query.hops > 0 ? neighbours() : [];
    const timeoutMs = timeoutOf(query.timeoutMs);
    const answers = await Promise.all(
      others.map(async (neighbour): Promise<string> => {
        try {
          await neighbour.channel.request(
            { kind: 'findSources', findSources: { ...query, hops: 0, limit, timeoutMs } },
            {
              signal: asker.cancel.signal,
              timeoutMs,
              ...(traceparent === '' ? {} : { traceparent }),
              onAnswer: (answer) => {
                if (answer.kind === 'sources') send(answer.sources.sources);
              },
            },
          );
          return '';
        } catch (error) {
          const { code } = toBanyanError(error);
          log.debug(
            { ...traceFields(traceparent), code, supernode: neighbour.name },
            'a neighbour named no sources',
          );
          return code;
        }
      }),
    );
    if (asker.cancel.aborted) return;
    const answered = 1 + answers.filter((code) => code === '').length;
    reply({
      kind: 'sources',
      sources: { sources: [], done: true, asked: others.length + 1, answered },
    });
    log.debug(
      {
        ...traceFields(traceparent),
        from: originOf(asker),
        sources: named.size,
        asked: others.length + 1,
        answered,
        ms: Math.round(clock.monotonic() - started),
      },
      'a look-up of sources was answered',
    );
    onSources?.({
      ms: clock.monotonic() - started,
      sources: named.size,
      from: originOf(asker),
      answers,
    });
  };
}
