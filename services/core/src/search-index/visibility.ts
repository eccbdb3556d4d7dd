/** Who may see a record, and how many leaves offer a content to them. */
import { VISIBILITY } from '@banyan/proto';
import type { CatalogRecord, Content } from './entities.ts';

/** Live sources of a content as one viewer sees them. */
export interface Sources {
  readonly all: number;
  readonly reachable: number;
  /** The newest date that one of them gives, Unix seconds. */
  readonly modifiedS: number;
}

/** Whether the account (undefined: any member) sees the record now. */
export function isVisible(record: CatalogRecord, account: string | undefined): boolean {
  const { shelf } = record;
  if (shelf.gone || !shelf.leaf.visible) return false;
  if (record.visibility === VISIBILITY.network) return true;
  // Groups have no members yet: like `account`, they show a record to its owner's devices only.
  return (
    (record.visibility === VISIBILITY.account || record.visibility === VISIBILITY.groups) &&
    account !== undefined &&
    account !== '' &&
    account === shelf.leaf.account
  );
}

// Stamps on leaves, unique over all indexes of the process.
let counts = 0;

/**
 * Counts leaves, not records: one that has two copies is one source.
 *
 * @param limit - records looked at; beyond, the count is extrapolated, which for so many sources is near enough
 */
export function countSources(content: Content, account: string | undefined, limit: number): Sources {
  const count = ++counts;
  let all = 0;
  let reachable = 0;
  let modifiedS = 0;
  let looked = 0;
  let total = 0;
  for (const face of content.faces) {
    total += face.records.length;
    for (let i = 0; i < face.records.length && looked < limit; i++) {
      looked++;
      const record = face.records[i]!;
      if (!isVisible(record, account)) continue;
      if (record.modifiedS > modifiedS) modifiedS = record.modifiedS;
      const { leaf } = record.shelf;
      if (leaf.counted === count) continue;
      leaf.counted = count;
      all++;
      if (leaf.reachable) reachable++;
    }
  }
  if (total > looked) {
    // At least one: the text that matched has a visible record, which may lie beyond the sample.
    all = Math.max(1, Math.round((all * total) / looked));
    reachable = Math.round((reachable * total) / looked);
  }
  return { all, reachable, modifiedS };
}
