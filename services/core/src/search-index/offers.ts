/** What the leaves that have a content offer whoever downloads it. */
import { MAX_OFFERED_RATE, type Hit } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import type { Leaf } from './leaf.ts';
import { isVisible } from './visibility.ts';

/** Records looked at for the offers of one hit; what lies beyond is taken to be like these. */
export const MAX_OFFER_RECORDS = 64;

const NO_OFFERS = { offers: 0, freeSources: 0, rate: 0 } as const;

/**
 * Adds up what the reachable leaves behind a hit offer.
 *
 * @param reachable - how many there are, as they were counted
 */
export function sumOffers(
  catalog: Catalog,
  content: number,
  account: string | undefined,
  reachable: number,
): Pick<Hit, 'offers' | 'freeSources' | 'rate'> {
  if (reachable === 0) return NO_OFFERS;
  const { leaves, isAll } = reachableLeaves(catalog, content, account);
  const sum = { offers: 0, freeSources: 0, rate: 0 };
  for (const { offer } of leaves) {
    if (offer === undefined) continue;
    sum.offers++;
    if (offer.freeSlots === 0) continue;
    sum.freeSources++;
    sum.rate += offer.rate;
  }
  if (isAll || sum.offers === 0) return sum;
  const scale = Math.max(1, reachable / leaves.size);
  const freeSources = Math.round(sum.freeSources * scale);
  return {
    // Rounded down: what is not known is never taken for known.
    offers: Math.floor(sum.offers * scale),
    freeSources,
    rate: Math.min(Math.round(sum.rate * scale), freeSources * MAX_OFFERED_RATE),
  };
}

function reachableLeaves(
  catalog: Catalog,
  content: number,
  account: string | undefined,
): { readonly leaves: ReadonlySet<Leaf>; readonly isAll: boolean } {
  const { contents, records } = catalog;
  const leaves = new Set<Leaf>();
  let looked = 0;
  const texts = contents.textCount(content);
  for (let t = 0; t < texts; t++) {
    const document = contents.textAt(content, t);
    const count = catalog.countRecords(document);
    for (let i = 0; i < count; i++) {
      if (looked === MAX_OFFER_RECORDS) return { leaves, isAll: false };
      looked++;
      const record = catalog.recordAt(document, i);
      if (records.isReachable(record) && isVisible(catalog, record, account))
        leaves.add(records.leaf(record));
    }
  }
  return { leaves, isAll: true };
}
