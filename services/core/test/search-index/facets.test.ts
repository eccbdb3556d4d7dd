import { describe, expect, it } from '@jest/globals';
import { MEDIA_TYPES } from '@banyan/proto';
import { createSearchIndex, facetsOf } from '../../src/index.ts';

const MB = 1e6;

describe('the facets of a hit', () => {
  it('are those in which the index counts it, at every border of the size ranges and for every type', () => {
    const index = createSearchIndex({ random: () => 0.5 });
    const leaf = index.openLeaf({ key: 'leaf', account: 'ann' });
    const borders = [1, 10, 100, 1000].map((mb) => mb * MB);
    const lengths = [1, ...borders.flatMap((border) => [border - 1, border]), Number.MAX_SAFE_INTEGER];
    // One type more than there are: of a newer version.
    const files = lengths.flatMap((length) =>
      Array.from({ length: MEDIA_TYPES.length + 1 }, (_, type) => ({ length, type })),
    );
    const roots = new Uint8Array(32 * files.length);
    files.forEach((_, i) => roots.set([i], 32 * i));
    index.publish(
      leaf,
      {
        ids: files.map((_, i) => i),
        roots,
        lengths: files.map(({ length }) => length),
        types: files.map(({ type }) => type),
        names: files.map((_, i) => `file number${i}`),
      },
      0,
    );
    files.forEach((_, i) => {
      const { hits, facets } = index.search({ text: `number${i}` }, 0);
      expect(hits).toHaveLength(1);
      expect(facets).toEqual(facetsOf(hits[0]!).map((facet) => ({ ...facet, count: 1 })));
    });
    expect(facetsOf({ type: 1, length: 101 * MB })).toContainEqual({ facet: 'size', value: '100mb..1gb' });
    expect(facetsOf({ type: 1, length: 10 * MB })).toEqual([
      { facet: 'type', value: 'audio' },
      { facet: 'size', value: '10mb..100mb' },
    ]);
  });
});
