/** The catalog of a simulated leaf: records are made when they are sent, and not kept. */
import { recordOf, type Contents } from '@banyan/core';
import { createFingerprint, publishBatches, type CatalogRecord } from '@banyan/proto';
import type { Catalog } from '@banyan/sdk';
import { sha256 } from '../transfer/sha256.ts';

export function createLeafCatalog(contents: Contents, library: readonly number[]): Catalog {
  let fingerprint: Uint8Array | undefined;
  const records = function* (): Generator<CatalogRecord> {
    let id = 0;
    for (const rank of library) yield recordOf(contents.content(rank), (id += 1));
  };
  const fingerprintOf = (): Uint8Array => {
    if (fingerprint !== undefined) return fingerprint;
    const sum = createFingerprint(sha256);
    for (const record of records()) sum.add(record);
    return (fingerprint = sum.value());
  };
  return {
    version: 1,
    records: library.length,
    fingerprint: fingerprintOf,
    changes: () => ({
      version: 1,
      batches: publishBatches({ reset: true, records: records(), fingerprint: fingerprintOf() }),
    }),
    // It never changes.
    onChange: () => () => undefined,
  };
}
