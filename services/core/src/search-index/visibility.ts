/** Who may see a record, and how many leaves offer a content to them. */
import { VISIBILITY } from '@banyan/proto';
import type { Catalog } from './catalog.ts';

/** Live sources of a content as one viewer sees them. */
export interface Sources {
  readonly all: number;
  readonly reachable: number;
  /** The newest date that one of them gives, Unix seconds. */
  readonly modifiedS: number;
}

/** Whether the account (undefined: any member) sees the record now. */
export function isVisible(catalog: Catalog, record: number, account: string | undefined): boolean {
  const { records } = catalog;
  if (!records.isSeen(record)) return false;
  if (catalog.restricted === 0) return true;
  const visibility = records.visibility(record);
  if (visibility === VISIBILITY.network) return true;
  // Groups have no members yet: like `account`, they show a record to its owner's devices only.
  return (
    (visibility === VISIBILITY.account || visibility === VISIBILITY.groups) &&
    account !== undefined &&
    account !== '' &&
    records.leaf(record).account === account
  );
}

/** Whether the account sees any record of a document. */
export function isDocumentVisible(catalog: Catalog, document: number, account: string | undefined): boolean {
  const count = catalog.countRecords(document);
  for (let i = 0; i < count; i++) if (isVisible(catalog, catalog.recordAt(document, i), account)) return true;
  return false;
}

/** The same for the record of a content that has just this one, as most have. */
export function countSource(catalog: Catalog, record: number, account: string | undefined): Sources {
  if (!isVisible(catalog, record, account)) return NONE;
  const { records } = catalog;
  return { all: 1, reachable: records.isReachable(record) ? 1 : 0, modifiedS: records.date(record) };
}

const NONE: Sources = { all: 0, reachable: 0, modifiedS: 0 };

// Stamps on leaves, unique over all indexes of the process.
let counts = 0;

/**
 * Counts the leaves that offer a content.
 *
 * @param most - records looked at; of more the counts are extrapolated
 */
export function countSources(
  catalog: Catalog,
  content: number,
  account: string | undefined,
  most: number,
): Sources {
  const { contents, records } = catalog;
  const stamp = ++counts;
  let all = 0;
  let reachable = 0;
  let modifiedS = 0;
  let looked = 0;
  let total = 0;
  const texts = contents.textCount(content);
  for (let t = 0; t < texts; t++) {
    if (looked >= most) {
      // Of so many texts the rest is taken to be like these.
      total = Math.round((total * texts) / t);
      break;
    }
    const document = contents.textAt(content, t);
    const count = catalog.countRecords(document);
    total += count;
    for (let i = 0; i < count && looked < most; i++) {
      looked++;
      const record = catalog.recordAt(document, i);
      if (!isVisible(catalog, record, account)) continue;
      modifiedS = Math.max(modifiedS, records.date(record));
      const leaf = records.leaf(record);
      if (leaf.counted === stamp) continue;
      leaf.counted = stamp;
      all++;
      if (leaf.reachable) reachable++;
    }
  }
  if (looked < total) {
    const scale = total / looked;
    // At least one: the text that matched has a visible record, which may lie beyond the sample.
    all = Math.max(1, Math.round(all * scale));
    reachable = Math.round(reachable * scale);
  }
  return { all, reachable, modifiedS };
}
