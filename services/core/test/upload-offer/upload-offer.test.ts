import { describe, expect, it } from '@jest/globals';
import { MAX_OFFERED_RATE, MAX_OFFERED_SLOTS, MAX_UPLOAD_QUEUE, type UploadOffer } from '@banyan/proto';
import fc from 'fast-check';
import { boundedOffer, expectedRate, isAllBusy, isOfferNews, uploadOffer } from '../../src/index.ts';
import { addOffers, type HitOffers, type UploadState } from '../../src/upload-offer/upload-offer.ts';

const NO_LIMITS = { total: undefined, each: undefined };
const state = (over: Partial<UploadState> = {}): UploadState => ({
  slots: 8,
  taken: 0,
  waiting: 0,
  limits: NO_LIMITS,
  line: undefined,
  each: undefined,
  ...over,
});
const MB = 1_000_000;

describe('what a peer promises', () => {
  it.each<[string, Partial<UploadState>, UploadOffer]>([
    ['nothing was measured, nothing is set', {}, { freeSlots: 8, queued: 0, rate: 0 }],
    [
      'nothing was measured: the limit',
      { limits: { total: 3 * MB, each: undefined } },
      { freeSlots: 8, queued: 0, rate: 3 * MB },
    ],
    [
      'the limit of each is less',
      { limits: { total: 3 * MB, each: MB } },
      { freeSlots: 8, queued: 0, rate: MB },
    ],
    [
      'only the limit of each',
      { limits: { total: undefined, each: MB } },
      { freeSlots: 8, queued: 0, rate: MB },
    ],
    [
      'the line is shared with those who have a slot',
      { taken: 3, line: 8 * MB, each: 6 * MB },
      { freeSlots: 5, queued: 0, rate: 2 * MB },
    ],
    [
      'nobody got more than this of late',
      { line: 8 * MB, each: 5 * MB },
      { freeSlots: 8, queued: 0, rate: 5 * MB },
    ],
    [
      'the limit is less than the line',
      { taken: 1, limits: { total: 2 * MB, each: undefined }, line: 8 * MB, each: 8 * MB },
      { freeSlots: 7, queued: 0, rate: MB },
    ],
    [
      'all slots are taken: the newcomer takes the place of one',
      { taken: 8, waiting: 2, line: 8 * MB, each: 8 * MB },
      { freeSlots: 0, queued: 2, rate: MB },
    ],
    ['free slots belong to who waits', { taken: 6, waiting: 1 }, { freeSlots: 1, queued: 1, rate: 0 }],
    [
      'more slots are taken than there are now',
      { slots: 2, taken: 5, line: 8 * MB, each: 8 * MB },
      { freeSlots: 0, queued: 0, rate: 4 * MB },
    ],
    ['it serves nobody', { slots: 0, line: MB, each: MB }, { freeSlots: 0, queued: 0, rate: MB }],
  ])('%s', (_what, given, offer) => {
    expect(uploadOffer(state(given))).toEqual(offer);
  });

  it('never is more than line and limits allow, nor more than may be claimed', () => {
    const some = fc.option(fc.double({ min: 1, max: 1e13, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.nat(2000),
        fc.nat(2000),
        fc.nat(2000),
        fc.record({ total: some, each: some }),
        some,
        some,
        (slots, taken, waiting, limits, line, each) => {
          const { rate, freeSlots, queued } = uploadOffer({ slots, taken, waiting, limits, line, each });
          for (const bound of [limits.total, limits.each, line, each])
            expect(rate).toBeLessThanOrEqual(bound ?? Infinity);
          expect(Number.isSafeInteger(rate)).toBe(true);
          expect(freeSlots).toBeLessThanOrEqual(slots);
          expect(boundedOffer({ freeSlots, queued, rate })).toEqual({ freeSlots, queued, rate });
        },
      ),
    );
  });

  it('is news when it changed by more than a fifth, or to or from nothing', () => {
    const told = { freeSlots: 5, queued: 10, rate: 10 * MB };
    for (const same of [{}, { freeSlots: 4 }, { queued: 12 }, { rate: 8 * MB }, { rate: 12 * MB }])
      expect([same, isOfferNews(told, { ...told, ...same })]).toEqual([same, false]);
    for (const news of [{ freeSlots: 3 }, { queued: 13 }, { rate: 7 * MB }, { rate: 13 * MB }, { rate: 0 }])
      expect([news, isOfferNews(told, { ...told, ...news })]).toEqual([news, true]);
    expect(isOfferNews({ freeSlots: 1, queued: 0, rate: 0 }, { freeSlots: 0, queued: 0, rate: 0 })).toBe(
      true,
    );
  });

  it('is bounded when a stranger makes it', () => {
    expect(
      boundedOffer({ freeSlots: 2 ** 32 - 1, queued: 2 ** 32 - 1, rate: Number.MAX_SAFE_INTEGER }),
    ).toEqual({
      freeSlots: MAX_OFFERED_SLOTS,
      queued: MAX_UPLOAD_QUEUE,
      rate: MAX_OFFERED_RATE,
    });
  });
});

describe('what a download can expect of a hit', () => {
  const hit = (over: Partial<HitOffers> = {}): HitOffers => ({
    reachableSources: 5,
    offers: 4,
    freeSources: 2,
    rate: 12 * MB,
    ...over,
  });

  it('is what the free sources promise together, and no more than its own limit', () => {
    expect(expectedRate(hit(), Infinity)).toBe(12 * MB);
    expect(expectedRate(hit(), MB)).toBe(MB);
  });

  it('is unknown where nobody knows, and where nobody is free', () => {
    expect(expectedRate(hit({ rate: 0 }), MB)).toBeUndefined();
    expect(expectedRate(hit({ freeSources: 0 }), MB)).toBeUndefined();
  });

  it('counts no more sources than a download keeps busy', () => {
    const many = hit({ reachableSources: 400, offers: 400, freeSources: 400, rate: 400 * MB });
    expect(expectedRate(many, Infinity)).toBe(16 * MB);
  });

  it('is busy only when every reachable source says so', () => {
    expect(isAllBusy(hit({ offers: 5, freeSources: 0 }))).toBe(true);
    expect(isAllBusy(hit({ offers: 4, freeSources: 0 }))).toBe(false);
    expect(isAllBusy(hit({ offers: 5, freeSources: 1 }))).toBe(false);
    expect(isAllBusy(hit({ reachableSources: 0, offers: 0, freeSources: 0 }))).toBe(false);
  });

  it('adds up over supernodes, none of which can claim more than its sources can give', () => {
    expect(addOffers([hit(), hit({ offers: 0, freeSources: 0, rate: 0 })])).toEqual({
      offers: 4,
      freeSources: 2,
      rate: 12 * MB,
    });
    const liar = hit({ reachableSources: 1, offers: 9, freeSources: 7, rate: Number.MAX_SAFE_INTEGER });
    expect(addOffers([hit(), liar])).toEqual({
      offers: 5,
      freeSources: 3,
      rate: 12 * MB + MAX_OFFERED_RATE,
    });
    const huge = hit({
      reachableSources: 2 ** 32 - 1,
      offers: 2 ** 32 - 1,
      freeSources: 2 ** 32 - 1,
      rate: Number.MAX_SAFE_INTEGER,
    });
    expect(Number.isSafeInteger(addOffers([huge, huge]).rate)).toBe(true);
  });
});
