/** Fetches parts of the chunk layer as chunks are asked for, each part from as few sources as will do. */
import { BanyanError, type ContentId } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import { LAYER_PATIENCE_MS } from './constants.ts';
import type { Ended, PeerTarget } from './lane-messages.ts';
import type { Lanes } from './lanes.ts';
import type { LayerPart, LayerStore } from './layer-store.ts';
import type { KnownSource } from './source-book.ts';

/** What a fetcher needs. */
export interface LayerFetcherComponents {
  readonly content: ContentId;
  readonly layers: LayerStore;
  readonly lanes: Lanes;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly target: (source: KnownSource) => PeerTarget;
  readonly token: () => Promise<string>;
  /** Told of each part once it is in the store. */
  readonly onPart: (part: LayerPart) => void;
  readonly onBytes: (bytes: number) => void;
}

/** Makes hashes known before chunks are fetched. */
export interface LayerFetcher {
  /**
   * Resolves when the hashes of the chunks are known, or as soon as `isOver` says that nobody needs them.
   *
   * @throws BanyanError why `source` could not give them: `bad_proof`, `chunk_missing`, `unreachable` (with
   *   `details.atDial`) …
   */
  ensure(first: number, count: number, source: KnownSource, isOver: () => boolean): Promise<void>;
}

/** Makes a fetcher over a store. */
export function fetchLayers(components: LayerFetcherComponents): LayerFetcher {
  const { content, layers, lanes, clock } = components;
  /** First chunk of a gap → the fetch that somebody began for it. */
  const underWay = new Map<number, Promise<void>>();

  const fetchPart = async (first: number, count: number, source: KnownSource): Promise<void> => {
    const token = await components.token();
    const ended = await new Promise<Ended>((resolve) => {
      let end: Ended | undefined;
      lanes.request(
        { type: 'layer', content, target: components.target(source), token, first, count },
        (event) => {
          if (event.type === 'progress') components.onBytes(event.bytes);
          else if (event.type === 'ended') end = event;
          else if (event.type === 'settled') resolve(end!);
          else if (event.type === 'layer' && layers.gap(event.first, event.count) !== undefined) {
            const part = {
              first: event.first,
              count: event.count,
              hashes: event.hashes,
              uncles: event.uncles,
            };
            layers.add(part);
            components.onPart(part);
          }
        },
      );
    });
    if (ended.outcome === 'done') return;
    throw new BanyanError(ended.code ?? 'source_closed', ended.message, {
      ...(ended.retryAfterMs === undefined ? {} : { retryAfterMs: ended.retryAfterMs }),
      details: { atDial: ended.atDial === true },
    });
  };

  return {
    async ensure(first, count, source, isOver) {
      for (;;) {
        const gap = layers.gap(first, count);
        if (gap === undefined || isOver()) return;
        const others = underWay.get(gap.first);
        if (others !== undefined) {
          await Promise.race([others.catch(() => undefined), clock.sleep(LAYER_PATIENCE_MS)]);
          if (layers.gap(first, count)?.first !== gap.first || isOver()) continue;
        }
        const own = fetchPart(gap.first, gap.count, source);
        underWay.set(gap.first, own);
        try {
          await own;
        } finally {
          if (underWay.get(gap.first) === own) underWay.delete(gap.first);
        }
      }
    },
  };
}
