import { describe, expect, it } from '@jest/globals';
import { createHitMerger } from '@banyan/core';
import { MEDIA_TYPES, NO_TAGS, type FacetCount, type Hit, type MediaType } from '@banyan/proto';
import { createWholeCounts, type SupernodeCounts, type WholeCounts } from '../src/whole-counts.ts';

const KIB = 1024;

function hit(content: number, type: MediaType = 'document', length = KIB): Hit {
  return {
    root: new Uint8Array(32).fill(content),
    length,
    name: `content ${content}`,
    names: [],
    folder: '',
    type: MEDIA_TYPES.indexOf(type),
    tags: NO_TAGS,
    sources: 1,
    reachableSources: 1,
    score: 1,
    modifiedS: 0,
    explain: [],
    supernodes: [],
    offers: 0,
    freeSources: 0,
    rate: 0,
  };
}

const facets = (...counts: (readonly [string, number])[]): FacetCount[] =>
  counts.map(([text, count]) => {
    const [facet = '', value = ''] = text.split(':');
    return { facet, value, count };
  });
const counted = (deviceId: string, totalEstimate: number, ...list: FacetCount[]): SupernodeCounts => ({
  deviceId,
  totalEstimate,
  facets: list,
});

function received(answers: Readonly<Record<string, readonly Hit[]>>): WholeCounts {
  const merger = createHitMerger();
  const counts = createWholeCounts(merger);
  for (const [deviceId, hits] of Object.entries(answers)) {
    counts.add(deviceId, hits);
    merger.add(deviceId, hits);
  }
  return counts;
}

describe('counts of several supernodes', () => {
  it('are added up', () => {
    const counts = received({ oak: [hit(1)], elm: [hit(2, 'audio', 2 * KIB * KIB)] });
    expect(
      counts.of([
        counted('oak', 7, ...facets(['type:document', 7], ['size:<1mb', 7])),
        counted('elm', 12, ...facets(['type:audio', 12], ['size:<1mb', 2], ['size:1mb..10mb', 10])),
      ]),
    ).toEqual({
      totalEstimate: 19,
      facets: facets(['type:audio', 12], ['size:1mb..10mb', 10], ['size:<1mb', 9], ['type:document', 7]),
    });
  });

  it('have a content once that several of them answered with', () => {
    const counts = received({ oak: [hit(1), hit(2)], elm: [hit(1), hit(3)], ash: [hit(1)] });
    expect(
      counts.of([
        counted('oak', 2, ...facets(['type:document', 2], ['size:<1mb', 2])),
        counted('elm', 4, ...facets(['type:document', 4], ['size:<1mb', 4])),
        counted('ash', 1, ...facets(['type:document', 1], ['size:<1mb', 1])),
      ]),
    ).toEqual({ totalEstimate: 5, facets: facets(['type:document', 5], ['size:<1mb', 5]) });
  });

  it('have the type of the merged hit when supernodes call it by different ones', () => {
    const counts = received({ oak: [{ ...hit(1, 'audio'), score: 2 }], elm: [hit(1, 'other')] });
    expect(
      counts.of([
        counted('oak', 1, ...facets(['type:audio', 1], ['size:<1mb', 1])),
        counted('elm', 1, ...facets(['type:other', 1], ['size:<1mb', 1])),
      ]),
    ).toEqual({ totalEstimate: 1, facets: facets(['type:audio', 1], ['size:<1mb', 1]) });
  });

  it('take nothing away for a content that one of them names again and again', () => {
    const counts = received({ oak: [hit(1), hit(1), hit(1)], elm: [hit(2)] });
    expect(
      counts.of([
        counted('oak', 1, ...facets(['type:document', 1], ['size:<1mb', 1])),
        counted('elm', 5, ...facets(['type:document', 5], ['size:<1mb', 5])),
      ]),
    ).toEqual({ totalEstimate: 6, facets: facets(['type:document', 6], ['size:<1mb', 6]) });
  });

  it('have the hits of one that broke off, and what others counted untouched by it', () => {
    const counts = received({ oak: [hit(1)], elm: [hit(1), hit(2, 'video')] });
    expect(counts.of([counted('oak', 30, ...facets(['type:document', 30], ['size:<1mb', 30]))])).toEqual({
      totalEstimate: 31,
      facets: facets(['size:<1mb', 31], ['type:document', 30], ['type:video', 1]),
    });
  });

  it('are never below what was received, whatever the supernodes say', () => {
    const counts = received({ oak: [hit(1), hit(2)], elm: [hit(1), hit(2)] });
    expect(counts.of([counted('oak', 0), counted('elm', 0)])).toEqual({
      totalEstimate: 2,
      facets: facets(['type:document', 2], ['size:<1mb', 2]),
    });
  });

  it('are none when nobody has a hit', () => {
    expect(received({}).of([counted('oak', 0), counted('elm', 0)])).toEqual({ totalEstimate: 0, facets: [] });
  });
});
