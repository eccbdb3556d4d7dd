/** The catalog of a simulated leaf: records are made when they are sent, and not kept. */
import { recordOf, type Contents } from '@banyan/core';
import { createFingerprint, publishBatches, type CatalogRecord } from '@banyan/proto';
import type { Catalog } from '@banyan/sdk';
import { sha256 } from '../transfer/sha256.ts';

export function createLeafCatalog(contents: Contents, library: readonly number[]): Catalog {
  return new LeafCatalog(contents, library);
}

/** It never changes. */
class LeafCatalog implements Catalog {
  readonly version = 1;
  readonly #contents: Contents;
  readonly #library: readonly number[];
  #fingerprint: Uint8Array | undefined;

  constructor(contents: Contents, library: readonly number[]) {
    this.#contents = contents;
    this.#library = library;
  }

  get records(): number {
    return this.#library.length;
  }

  fingerprint(): Uint8Array {
    if (this.#fingerprint === undefined) {
      const sum = createFingerprint(sha256);
      for (const record of this.#records()) sum.add(record);
      this.#fingerprint = sum.value();
    }
    return this.#fingerprint;
  }

  changes(): ReturnType<Catalog['changes']> {
    const { version } = this;
    const fingerprint = this.fingerprint();
    return { version, batches: publishBatches({ reset: true, records: this.#records(), fingerprint }) };
  }

  onChange(): () => void {
    return noop;
  }

  *#records(): Generator<CatalogRecord> {
    let id = 0;
    for (const rank of this.#library) yield recordOf(this.#contents.content(rank), (id += 1));
  }
}

function noop(): void {}
