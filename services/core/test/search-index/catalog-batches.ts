/** Batches for tests, written row by row. */
import type { CatalogBatch, RecordTags } from '../../src/search-index/types.ts';

export interface Row {
  readonly id: number;
  /** Number of the content; its root is made of it. */
  readonly content: number;
  readonly name: string;
  readonly folder?: string;
  readonly type?: number;
  readonly modifiedS?: number;
  readonly visibility?: number;
  readonly tags?: RecordTags;
}

/** Content n: the empty file for 0, else n × 1000 bytes and a root that begins with n. */
export function contentOf(n: number): { root: Uint8Array; length: number } {
  const root = new Uint8Array(32);
  if (n === 0) return { root, length: 0 };
  root.fill(n & 255, 4);
  new DataView(root.buffer).setUint32(0, n);
  return { root, length: n * 1000 };
}

export function batchOf(
  rows: readonly Row[],
  rest: { removedIds?: number[]; reset?: boolean } = {},
): CatalogBatch {
  const roots = new Uint8Array(32 * rows.length);
  rows.forEach((row, i) => roots.set(contentOf(row.content).root, 32 * i));
  return {
    ...rest,
    ids: rows.map(({ id }) => id),
    roots,
    lengths: rows.map(({ content }) => contentOf(content).length),
    names: rows.map(({ name }) => name),
    folders: rows.map(({ folder }) => folder ?? ''),
    types: rows.map(({ type }) => type ?? 0),
    modifiedS: rows.map(({ modifiedS }) => modifiedS ?? 0),
    visibility: rows.map(({ visibility }) => visibility ?? 0),
    tags: rows.map(({ tags }) => tags ?? {}),
  };
}
