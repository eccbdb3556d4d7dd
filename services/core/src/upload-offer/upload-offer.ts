/** What a peer promises whoever comes next, when it says so again, and what a download makes of such promises. */
import {
  MAX_OFFERED_RATE,
  MAX_OFFERED_SLOTS,
  MAX_UPLOAD_QUEUE,
  type Hit,
  type UploadOffer,
} from '@banyan/proto';
import type { Rates } from '../bandwidth/types.ts';
import { DEFAULT_PLANNER_OPTIONS } from '../download-planner/options.ts';

/** What an offer is made of. */
export interface UploadState {
  readonly slots: number;
  /** Slots that are given away. */
  readonly taken: number;
  readonly waiting: number;
  /** Limits that hold now. */
  readonly limits: Rates;
  /** Bytes per second that the line was found to give all uploads together; undefined: it was not measured. */
  readonly line: number | undefined;
  /** The same of one upload. */
  readonly each: number | undefined;
}

/** A figure that differs by less than this share is no news. */
const NOTICEABLE_SHARE = 0.2;
/** Sources that one download keeps busy at once: further ones do not make it faster. */
const MOST_AT_ONCE = DEFAULT_PLANNER_OPTIONS.maxRequests / DEFAULT_PLANNER_OPTIONS.maxRequestsPerSource;

/**
 * What one more downloader can expect. The line, or the owner's limit of it, is shared by those who have a slot and the
 * newcomer; it gets no more than anybody got of late, and than the limit of each.
 */
export function uploadOffer({ slots, taken, waiting, limits, line, each }: UploadState): UploadOffer {
  // Whoever waits has the next free slot.
  const freeSlots = Math.max(0, slots - taken - waiting);
  const all = least(line, limits.total);
  const sharers = Math.max(1, Math.min(taken + 1, slots));
  const rate = least(all === undefined ? undefined : all / sharers, least(each, limits.each));
  return boundedOffer({ freeSlots, queued: waiting, rate: rate ?? 0 });
}

/** Whether an offer differs from the one that was told so much that it is told anew. */
export function isOfferNews(told: UploadOffer, now: UploadOffer): boolean {
  return (['freeSlots', 'queued', 'rate'] as const).some((field) => isNoticeable(told[field], now[field]));
}

/** A stranger's offer without figures that nobody can keep. */
export function boundedOffer({ freeSlots, queued, rate }: UploadOffer): UploadOffer {
  return {
    freeSlots: Math.min(MAX_OFFERED_SLOTS, freeSlots),
    queued: Math.min(MAX_UPLOAD_QUEUE, queued),
    rate: Math.min(MAX_OFFERED_RATE, Math.floor(rate)),
  };
}

/** What the reachable sources of a hit offer, all of them or of each supernode's. */
export type HitOffers = Pick<Hit, 'reachableSources' | 'offers' | 'freeSources' | 'rate'>;

/** The offers of several supernodes' sources together; none can say more than its sources can give. */
export function addOffers(hits: readonly HitOffers[]): Pick<Hit, 'offers' | 'freeSources' | 'rate'> {
  const sum = { offers: 0, freeSources: 0, rate: 0 };
  for (const { reachableSources, offers, freeSources, rate } of hits) {
    const known = Math.min(offers, reachableSources);
    const free = Math.min(freeSources, known);
    sum.offers += known;
    sum.freeSources += free;
    sum.rate += Math.min(rate, free * MAX_OFFERED_RATE);
  }
  sum.rate = Math.min(sum.rate, Number.MAX_SAFE_INTEGER);
  return sum;
}

/**
 * Bytes per second that a download of a content can expect if it begins now: of those with a free slot as many as it keeps busy,
 * each with the mean of what they promise.
 *
 * @param limit - of the downloader itself; Infinity: none
 * @returns undefined: nobody knows, or nobody is free
 */
export function expectedRate({ freeSources, rate }: HitOffers, limit: number): number | undefined {
  if (freeSources === 0 || rate === 0) return undefined;
  return Math.round(Math.min(limit, (rate / freeSources) * Math.min(freeSources, MOST_AT_ONCE)));
}

/** Whether every reachable source says what it can give, and none has a free slot. */
export function isAllBusy({ reachableSources, offers, freeSources }: HitOffers): boolean {
  return reachableSources > 0 && offers >= reachableSources && freeSources === 0;
}

function isNoticeable(a: number, b: number): boolean {
  return (a === 0) !== (b === 0) || Math.abs(a - b) > NOTICEABLE_SHARE * Math.max(a, b);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
