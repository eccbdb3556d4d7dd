/** What this peer can give whoever downloads from it next, by its queue, its limits, and how fast its uploads went. */
import { UploadMeter, uploadOffer, type Rates, type UploadFlow, type UploadQueue } from '@banyan/core';
import type { UploadOffer } from '@banyan/proto';
import type { Clock } from '@banyan/kit';

export interface OwnOfferComponents {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly queue: Pick<UploadQueue, 'snapshot'>;
  readonly flows: () => readonly UploadFlow[];
  /** Bytes per second that somebody else measured of this line; used until this peer has uploaded itself. */
  readonly measuredRate: () => number | undefined;
}

/**
 * Looks at the uploads under way and says what may be promised now.
 *
 * @param limits - that hold now
 */
export type OwnOffer = (limits: Rates) => UploadOffer;

export function createOwnOffer({ clock, queue, flows, measuredRate }: OwnOfferComponents): OwnOffer {
  const meter = new UploadMeter();
  return (limits) => {
    meter.look(flows(), limits.total !== undefined || limits.each !== undefined, clock.monotonic());
    const { slots, leases, waiting } = queue.snapshot();
    return uploadOffer({
      slots,
      taken: leases.length,
      waiting: waiting.length,
      limits,
      line: meter.line ?? measuredRate(),
      each: meter.each,
    });
  };
}
