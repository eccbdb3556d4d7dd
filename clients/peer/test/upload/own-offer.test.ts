import { beforeEach, describe, expect, it } from '@jest/globals';
import { createUploadQueue, type UploadQueue } from '@banyan/core';
import { createManualClock, type ManualClock } from '@banyan/kit';
import { createOwnOffer, type OwnOffer } from '../../src/upload/own-offer.ts';
import { createUploadLedger, type UploadLedger } from '../../src/upload/upload-ledger.ts';

const NO_LIMITS = { total: undefined, each: undefined };
let clock: ManualClock;
let queue: UploadQueue;
let ledger: UploadLedger;
let measured: number | undefined;
let offer: OwnOffer;
beforeEach(() => {
  clock = createManualClock();
  queue = createUploadQueue({ slots: 2, maxQueue: 10, slotIdleMs: 15_000, now: 0 });
  ledger = createUploadLedger(queue, clock);
  measured = undefined;
  offer = createOwnOffer({ clock, queue, flows: () => ledger.flows(), measuredRate: () => measured });
});

/** Somebody is served. */
function begin(device: string): number {
  const answer = queue.request(device, device, 'file', clock.monotonic());
  if (!answer.granted) throw new Error('there is no slot');
  queue.begin(answer.lease.leaseId, clock.monotonic());
  return answer.lease.leaseId;
}

/** So many tenths of a second of uploading, looked at as they go. */
async function upload(leases: readonly number[], bytesPerSecond: number, tenths: number): Promise<void> {
  for (let i = 0; i < tenths; i++) {
    for (const lease of leases) ledger.sent(lease, bytesPerSecond / 10);
    await clock.advance(100);
    offer(NO_LIMITS);
  }
}

describe('what this peer can give', () => {
  it('is what its uploads were measured to go at, and shared with those under way', async () => {
    expect(offer(NO_LIMITS)).toEqual({ freeSlots: 2, queued: 0, rate: 0 });
    const lease = begin('ann');
    await upload([lease], 8_000_000, 10);
    // A second tells nothing yet.
    expect(offer(NO_LIMITS)).toEqual({ freeSlots: 1, queued: 0, rate: 0 });
    await upload([lease], 8_000_000, 40);
    const { freeSlots, rate } = offer(NO_LIMITS);
    expect(freeSlots).toBe(1);
    expect(Math.abs(rate - 4_000_000)).toBeLessThan(400_000);
    queue.end(lease, clock.monotonic());
    queue.release(lease, clock.monotonic());
    const idle = offer(NO_LIMITS);
    expect(idle.freeSlots).toBe(2);
    expect(Math.abs(idle.rate - 8_000_000)).toBeLessThan(800_000);
    expect(offer({ total: 1_000_000, each: undefined }).rate).toBe(1_000_000);
  });

  it('is what the home measured, or its limit, while nothing was uploaded', async () => {
    measured = 3_000_000;
    expect(offer(NO_LIMITS).rate).toBe(3_000_000);
    expect(offer({ total: undefined, each: 2_000_000 }).rate).toBe(2_000_000);
    measured = undefined;
    expect(offer({ total: 500_000, each: undefined }).rate).toBe(500_000);
    measured = 3_000_000;
    await upload([begin('ann')], 20_000_000, 50);
    expect(offer(NO_LIMITS).rate).toBeGreaterThan(8_000_000);
  });

  it('is not less for an upload that stands still', async () => {
    const lease = begin('ann');
    await upload([lease], 8_000_000, 50);
    const { rate } = offer(NO_LIMITS);
    await upload([], 0, 600);
    // Its last moments count, the minute after them does not: that would be an eighth.
    expect(rate - offer(NO_LIMITS).rate).toBeLessThan(rate / 100);
  });
});
