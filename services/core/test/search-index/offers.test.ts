import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Hit, UploadOffer } from '@banyan/proto';
import { createSearchIndex, type LeafHandle, type SearchIndex } from '../../src/index.ts';
import { mergeHits } from '../../src/search-index/merge.ts';
import { MAX_OFFER_RECORDS } from '../../src/search-index/offers.ts';
import { batchOf, contentOf, type Row } from './catalog-batches.ts';

let index: SearchIndex;
beforeEach(() => {
  index = createSearchIndex({ random: () => 0 });
});

const MB = 1_000_000;
const FREE: UploadOffer = { freeSlots: 2, queued: 0, rate: 3 * MB };
const BUSY: UploadOffer = { freeSlots: 0, queued: 4, rate: 9 * MB };

/** A leaf with one record of content 1. */
function leaf(key: string, offer?: UploadOffer, row: Partial<Row> = {}, isReachable = true): LeafHandle {
  const handle = index.openLeaf({ key, account: key });
  index.publish(handle, batchOf([{ id: 1, content: 1, name: 'oak song.mp3', ...row }]), 0);
  index.setLeafReachable(handle, isReachable);
  if (offer !== undefined) index.setLeafOffer(handle, offer);
  return handle;
}

const hit = (account?: string): Hit =>
  index.search({ text: 'oak', ...(account === undefined ? {} : { viewer: { account } }) }, 0).hits[0]!;

describe('the offers behind a hit', () => {
  it('are those of reachable leaves: how many say something, who has a free slot, and what they promise', () => {
    leaf('ann', FREE);
    leaf('ben', { ...FREE, rate: 5 * MB }, { name: 'oak song (copy).mp3' });
    leaf('cleo', BUSY);
    leaf('dan');
    leaf('eve', FREE, {}, false);
    expect(hit()).toMatchObject({
      sources: 5,
      reachableSources: 4,
      offers: 3,
      freeSources: 2,
      rate: 8 * MB,
    });
  });

  it('are none where nobody said anything, and one leaf is one however many copies it has', () => {
    const ann = leaf('ann');
    expect(hit()).toMatchObject({ offers: 0, freeSources: 0, rate: 0 });
    index.publish(ann, batchOf([{ id: 2, content: 1, name: 'oak song 2.mp3' }]), 0);
    index.setLeafOffer(ann, FREE);
    expect(hit()).toMatchObject({ sources: 1, offers: 1, freeSources: 1, rate: 3 * MB });
  });

  it('are gone when the leaf takes them back, is hidden, or has hidden its record from the asker', () => {
    const ann = leaf('ann', FREE);
    const ben = leaf('ben', FREE);
    leaf('cleo', FREE, { visibility: 2 });
    expect(hit()).toMatchObject({ offers: 2, rate: 6 * MB });
    expect(hit('cleo')).toMatchObject({ offers: 3, rate: 9 * MB });
    index.setLeafOffer(ann, undefined);
    expect(hit()).toMatchObject({ offers: 1, rate: 3 * MB });
    index.setLeafVisible(ben, false);
    expect(hit()).toMatchObject({ reachableSources: 1, offers: 0, rate: 0 });
  });

  it('are those of some where very many have it, and the rest is taken to be like these', () => {
    const leaves = MAX_OFFER_RECORDS * 3;
    for (let n = 0; n < leaves; n++) leaf(`leaf ${n}`, n % 2 === 0 ? FREE : undefined);
    const { reachableSources, offers, freeSources, rate } = hit();
    expect(Math.abs(offers - reachableSources / 2)).toBeLessThanOrEqual(reachableSources * 0.1);
    expect(freeSources).toBe(offers);
    expect(rate).toBe(freeSources * 3 * MB);
  });

  it('go with each source, and with none that has not said anything', () => {
    leaf('ann', BUSY);
    leaf('ben');
    const found = index.findSources(contentOf(1));
    expect(Object.fromEntries(found.map(({ key, offer }) => [key, offer]))).toEqual({
      ann: BUSY,
      ben: undefined,
    });
  });

  it('add up when the answers of several supernodes are merged, also with one that knows of no offers', () => {
    leaf('ann', FREE);
    const here = hit();
    index = createSearchIndex({ random: () => 0 });
    leaf('ben', BUSY);
    const there = hit();
    const old = { ...there, offers: 0, freeSources: 0, rate: 0 };
    const merged = mergeHits([
      { from: 'oak', hits: [here] },
      { from: 'elm', hits: [there] },
      { from: 'ash', hits: [old] },
    ]);
    expect(merged).toMatchObject([{ reachableSources: 3, offers: 2, freeSources: 1, rate: 3 * MB }]);
  });
});
