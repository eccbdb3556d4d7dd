/** Asks the other supernodes for their part of an answer. */
import {
  toBanyanError,
  type Hit,
  type Outgoing,
  type Search,
  type SearchDone,
  type SupernodeAnswer,
} from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import type { Channel } from '@banyan/sdk';

/** Another supernode that can be asked. */
export interface Neighbour {
  readonly deviceId: string;
  readonly name: string;
  readonly channel: Channel;
}

/** How a neighbour took part. */
export interface NeighbourAnswer {
  readonly neighbour: Neighbour;
  readonly answer: SupernodeAnswer;
  /** Undefined: it failed. */
  readonly done: SearchDone | undefined;
}

export interface NeighbourQuestion {
  /** As it goes over each link; its `limit` is what one neighbour may answer. */
  readonly search: Outgoing<Search> & { readonly limit: number; readonly timeoutMs: number };
  /** '': none. */
  readonly traceparent: string;
  /** Ends the question: nobody wants the answer any more. */
  readonly signal: AbortSignal;
  /** Ends the wait: who has not answered by then counts as timed out. */
  readonly enough: AbortSignal;
}

/**
 * Resolves when each has answered, failed, or run out of time; never rejects.
 *
 * @param onHits - hits as they come
 */
export function askNeighbours(
  clock: Pick<Clock, 'monotonic'>,
  neighbours: readonly Neighbour[],
  { search, traceparent, signal, enough }: NeighbourQuestion,
  onHits: (from: Neighbour, hits: readonly Hit[]) => void,
): Promise<NeighbourAnswer[]> {
  const either = AbortSignal.any([signal, enough]);
  return Promise.all(
    neighbours.map(async (neighbour) => {
      const { deviceId, name, channel } = neighbour;
      const asked = clock.monotonic();
      let hits = 0;
      const answer = (code: string): SupernodeAnswer => ({
        deviceId,
        name,
        tookMs: Math.round(clock.monotonic() - asked),
        hits,
        code,
      });
      try {
        const last = await channel.request(
          { kind: 'search', search },
          {
            signal: either,
            timeoutMs: search.timeoutMs,
            ...(traceparent === '' ? {} : { traceparent }),
            onAnswer: (envelope) => {
              if (envelope.kind !== 'hits') return;
              // It was asked for so many and for its own: more than that, or in others' names, is not taken.
              const own = envelope.hits.hits
                .slice(0, search.limit - hits)
                .map((hit) => ({ ...hit, supernodes: [deviceId] }));
              hits += own.length;
              onHits(neighbour, own);
            },
          },
        );
        if (last.kind === 'searchDone') return { neighbour, answer: answer(''), done: last.searchDone };
        return { neighbour, answer: answer('out_of_order'), done: undefined };
      } catch (error) {
        const { code } = toBanyanError(error);
        return { neighbour, answer: answer(code === 'aborted' ? 'timeout' : code), done: undefined };
      }
    }),
  );
}
