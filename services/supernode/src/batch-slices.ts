/** Cuts a published batch into pieces of index work that hold nothing else up. */
import { HASH_BYTES, type Publish } from '@banyan/proto';
import { SLICE_RECORDS, type CatalogBatch } from '@banyan/core';

/**
 * Batches that have the effect of this one when they are applied in turn: removals first, then additions. One whose
 * columns do not fit each other stays whole, so that the index refuses it before anything of it is applied.
 */
export function batchSlices(batch: Publish): CatalogBatch[] {
  const { removedIds, ids } = batch;
  if (removedIds.length + ids.length <= SLICE_RECORDS || !isEven(batch)) return [batch];
  const slices: CatalogBatch[] = [];
  for (let from = 0; from < removedIds.length; from += SLICE_RECORDS)
    slices.push({ ...NOTHING, removedIds: removedIds.slice(from, from + SLICE_RECORDS) });
  for (let from = 0; from < ids.length; from += SLICE_RECORDS) {
    const to = from + SLICE_RECORDS;
    slices.push({
      ids: ids.slice(from, to),
      roots: batch.roots.subarray(from * HASH_BYTES, to * HASH_BYTES),
      lengths: batch.lengths.slice(from, to),
      names: batch.names.slice(from, to),
      // Empty columns stay empty.
      folders: batch.folders.slice(from, to),
      types: batch.types.slice(from, to),
      modifiedS: batch.modifiedS.slice(from, to),
      tags: batch.tags.slice(from, to),
      visibility: batch.visibility.slice(from, to),
    });
  }
  const [first, ...rest] = slices;
  return first === undefined ? [batch] : [{ ...first, reset: batch.reset }, ...rest];
}

const NOTHING = { ids: [], roots: new Uint8Array(0), lengths: [], names: [] } as const;

function isEven({
  ids,
  roots,
  lengths,
  names,
  folders,
  types,
  modifiedS,
  tags,
  visibility,
}: Publish): boolean {
  return (
    roots.length === ids.length * HASH_BYTES &&
    lengths.length === ids.length &&
    names.length === ids.length &&
    [folders, types, modifiedS, tags, visibility].every(({ length }) => length === 0 || length === ids.length)
  );
}
