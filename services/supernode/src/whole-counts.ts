/**
 * Totals and facets of several supernodes' answers as one.
 *
 * Each supernode counts the contents that its own leaves have, and contents lie under several of them. Nobody knows which
 * beyond the hits that were received; among those, a content counts once.
 *
 * ```
 *   oak: document 7 ┐                          a content among the hits of both:
 *   elm: document 5 ┴▶ document 12 ─▶ 11       both counted it, one count goes
 * ```
 */
import { facetsOf, type HitMerger } from '@banyan/core';
import { contentKey, MAX_FACETS, type ContentId, type FacetCount, type Hit } from '@banyan/proto';

type SeenHit = ContentId & Pick<Hit, 'type'>;

/** What a supernode counted. */
export interface SupernodeCounts {
  readonly deviceId: string;
  readonly totalEstimate: number;
  readonly facets: readonly FacetCount[];
}

export interface WholeCounts {
  /** Takes hits of one supernode's answer; a content that it names again is none more. */
  add(deviceId: string, hits: readonly SeenHit[]): void;
  /**
   * The counts of all, never fewer than were merged; facets with the largest count first, MAX_FACETS at most.
   *
   * @param counted - by those that answered to the end; hits of the others count by themselves
   */
  of(counted: readonly SupernodeCounts[]): {
    readonly totalEstimate: number;
    readonly facets: FacetCount[];
  };
}

/** @param merger - has merged what {@link WholeCounts.add} was given, and nothing else */
export function createWholeCounts(merger: Pick<HitMerger, 'size' | 'hits'>): WholeCounts {
  /** By supernode, and by content. */
  const received = new Map<string, Map<string, SeenHit>>();

  return {
    add(deviceId, hits) {
      const contents = received.get(deviceId) ?? new Map<string, SeenHit>();
      for (const hit of hits) contents.set(contentKey(hit), hit);
      received.set(deviceId, contents);
    },

    of(counted) {
      let total = 0;
      const sums = new Map<string, { facet: string; value: string; count: number; seen: number }>();
      const sumOf = (facet: string, value: string): { count: number; seen: number } => {
        const key = `${facet}\0${value}`;
        const sum = sums.get(key) ?? { facet, value, count: 0, seen: 0 };
        sums.set(key, sum);
        return sum;
      };
      for (const { totalEstimate, facets } of counted) {
        total += totalEstimate;
        for (const { facet, value, count } of facets) sumOf(facet, value).count += count;
      }
      // Each content counts once, as its merged hit is (supernodes may differ in its type) …
      for (const hit of merger.hits()) {
        total++;
        for (const { facet, value } of facetsOf(hit)) {
          const sum = sumOf(facet, value);
          sum.count++;
          sum.seen++;
        }
      }
      // … and no longer as any of them counted it.
      for (const { deviceId } of counted) {
        for (const hit of received.get(deviceId)?.values() ?? []) {
          total--;
          for (const { facet, value } of facetsOf(hit)) sumOf(facet, value).count--;
        }
      }
      return {
        totalEstimate: Math.max(merger.size, total),
        facets: [...sums.values()]
          .map(({ facet, value, count, seen }) => ({ facet, value, count: Math.max(seen, count) }))
          .filter(({ count }) => count > 0)
          .sort((a, b) => b.count - a.count)
          .slice(0, MAX_FACETS),
      };
    },
  };
}
