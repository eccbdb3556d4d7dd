import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  createSearchIndex,
  SLICE_RECORDS,
  type CatalogBatch,
  type LeafHandle,
  type SearchIndex,
} from '@banyan/core';
import { NO_TAGS, type Publish } from '@banyan/proto';
import { batchSlices } from '../src/batch-slices.ts';

function batchOf(rows: number, removed: number, columns: boolean): Publish {
  const each = <T>(value: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => value(i));
  return {
    reset: false,
    removedIds: Array.from({ length: removed }, (_, i) => i * 2),
    ids: each((i) => i * 3),
    roots: randomBytes(rows * 32),
    lengths: each((i) => i + 1),
    names: each((i) => `name ${i}.txt`),
    folders: columns ? each((i) => `folder ${i}`) : [],
    types: columns ? each((i) => i % 4) : [],
    modifiedS: columns ? each((i) => 1_700_000_000 + i) : [],
    tags: columns ? each((i) => ({ ...NO_TAGS, title: `title ${i}` })) : [],
    visibility: columns ? each((i) => i % 3) : [],
    groups: [],
    last: true,
    fingerprint: randomBytes(32),
  };
}

/** Everything that an index shows of a leaf after these batches. */
function shown(batches: readonly CatalogBatch[]): unknown {
  const index: SearchIndex = createSearchIndex({ random: () => 0 });
  const leaf: LeafHandle = index.openLeaf({ key: 'leaf', account: 'ann' });
  const before = batchOf(400, 0, true);
  index.publish(leaf, { ...before, roots: new Uint8Array(before.roots.length).fill(7) }, 0);
  let accepted = 0;
  for (const batch of batches)
    ({ accepted } = { accepted: accepted + index.publish(leaf, batch, 0).accepted });
  const { hits, totalEstimate } = index.search({ text: 'name', viewer: { account: 'ann' } }, 0);
  return {
    accepted,
    records: index.recordsOf(leaf),
    totalEstimate,
    names: hits.map((hit) => hit.name).sort(),
  };
}

describe('slices of a batch', () => {
  it('have together the effect of the whole, and are small', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.nat(1_000),
        fc.boolean(),
        fc.boolean(),
        (rows, removed, columns, reset) => {
          const batch = { ...batchOf(rows, removed, columns), reset };
          const slices = batchSlices(batch);
          for (const { ids, removedIds } of slices)
            expect(ids.length + (removedIds?.length ?? 0)).toBeLessThanOrEqual(SLICE_RECORDS);
          expect(shown(slices)).toEqual(shown([batch]));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('are not made of a batch whose columns do not fit each other: nothing of it is applied', () => {
    const batch = batchOf(600, 0, true);
    for (const wrong of [
      { ...batch, names: batch.names.slice(1) },
      { ...batch, types: batch.types.slice(1) },
      { ...batch, roots: batch.roots.subarray(32) },
    ])
      expect(batchSlices(wrong)).toEqual([wrong]);
  });
});
