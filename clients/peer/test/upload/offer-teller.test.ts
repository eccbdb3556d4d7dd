import { beforeEach, describe, expect, it } from '@jest/globals';
import { UPLOAD_OFFER_INTERVAL_MS, type UploadOffer } from '@banyan/proto';
import { createManualClock, type ManualClock } from '@banyan/kit';
import { createOfferTeller, type OfferTeller } from '../../src/upload/offer-teller.ts';

let clock: ManualClock;
let offer: UploadOffer;
let home: string | undefined;
let told: { readonly to: string | undefined; readonly offer: UploadOffer; readonly at: number }[];
let looks: number;
let teller: OfferTeller;
beforeEach(() => {
  clock = createManualClock();
  offer = { freeSlots: 8, queued: 0, rate: 0 };
  home = undefined;
  told = [];
  looks = 0;
  teller = createOfferTeller({
    clock,
    offer: () => {
      looks++;
      return offer;
    },
    home: () => home,
    tell: (now) => told.push({ to: home, offer: now, at: clock.monotonic() }),
  });
});

describe('what the home is told of the uploads', () => {
  it('is told when there is a home, once while nothing changes noticeably', async () => {
    teller.look();
    expect(told).toEqual([]);
    home = 'oak 1';
    teller.look();
    expect(told).toEqual([{ to: 'oak 1', offer, at: 0 }]);
    await clock.advance(UPLOAD_OFFER_INTERVAL_MS * 3);
    offer = { ...offer, freeSlots: 7 };
    teller.look();
    await clock.advance(UPLOAD_OFFER_INTERVAL_MS);
    expect(told).toHaveLength(1);
  });

  it('is told anew after a change: many changes at once are one message, with what holds by then', async () => {
    home = 'oak 1';
    teller.look();
    for (const freeSlots of [6, 4, 2, 0]) {
      await clock.advance(1_000);
      offer = { freeSlots, queued: 0, rate: 1_000_000 };
      teller.look();
    }
    expect(told).toHaveLength(1);
    // Each look measured, whether it told or not.
    expect(looks).toBe(5);
    offer = { freeSlots: 0, queued: 3, rate: 900_000 };
    await clock.advance(UPLOAD_OFFER_INTERVAL_MS);
    expect(told.slice(1)).toEqual([{ to: 'oak 1', offer, at: UPLOAD_OFFER_INTERVAL_MS }]);
    await clock.advance(UPLOAD_OFFER_INTERVAL_MS * 3);
    offer = { freeSlots: 8, queued: 0, rate: 900_000 };
    teller.look();
    // Long after the last time nothing is waited for.
    expect(told).toHaveLength(3);
  });

  it('is not told when a change was over before it was its turn', async () => {
    home = 'oak 1';
    teller.look();
    const before = offer;
    offer = { ...offer, freeSlots: 2 };
    teller.look();
    offer = before;
    await clock.advance(UPLOAD_OFFER_INTERVAL_MS * 2);
    expect(told).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('is told to a new home at once, and nothing is kept for the one that was lost', async () => {
    home = 'oak 1';
    teller.look();
    offer = { ...offer, freeSlots: 2 };
    teller.look();
    expect(clock.pending).toBe(1);
    home = undefined;
    teller.look();
    expect(clock.pending).toBe(0);
    await clock.advance(100);
    home = 'elm 2';
    teller.look();
    home = 'elm 3';
    teller.look();
    expect(told.map(({ to, at }) => [to, at])).toEqual([
      ['oak 1', 0],
      ['elm 2', 100],
      ['elm 3', 100],
    ]);
    offer = { ...offer, queued: 9 };
    teller.look();
    teller.stop();
    expect(clock.pending).toBe(0);
  });
});
