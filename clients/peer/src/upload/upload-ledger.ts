/** What is uploaded to whom, as the owner sees it. */
import type { LeaseSnapshot, UploadFlow, UploadQueue } from '@banyan/core';
import { displayText, type UploadView } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import { FLOW_GAP_MS, RATE_WINDOW_MS } from './constants.ts';

interface Flow {
  /** Times and bytes of the last few seconds. */
  readonly samples: { at: number; bytes: number }[];
  /** Since when it goes on without a gap. */
  steadySince: number;
  /** Further contents under its lease. */
  more: number;
}

/** Names and rates beside the queue's leases. */
export interface UploadLedger {
  /** Notes what a device asks for, for names. */
  note(deviceId: string, account: string, contentKey: string, name: string): void;
  /** So many other contents go under the same lease. */
  also(leaseId: number, more: number): void;
  sent(leaseId: number, bytes: number): void;
  views(): UploadView[];
  /** The uploads under way, as the line's measure sees them. */
  flows(): UploadFlow[];
}

/** Makes a ledger over `queue`. */
export function createUploadLedger(queue: UploadQueue, clock: Clock): UploadLedger {
  const accounts = new Map<string, string>();
  const names = new Map<string, string>();
  const flows = new Map<number, Flow>();

  const flowOf = (leaseId: number): Flow => {
    let flow = flows.get(leaseId);
    if (flow === undefined) flows.set(leaseId, (flow = { samples: [], steadySince: 0, more: 0 }));
    return flow;
  };

  const rateOf = (leaseId: number, now: number): number => {
    const samples = flows.get(leaseId)?.samples ?? [];
    while (samples.length > 0 && samples[0]!.at < now - RATE_WINDOW_MS) samples.shift();
    return samples.reduce((sum, sample) => sum + sample.bytes, 0) / (RATE_WINDOW_MS / 1000);
  };

  const moreOf = (leaseId: number): Pick<UploadView, 'more'> => {
    const more = flows.get(leaseId)?.more ?? 0;
    return more === 0 ? {} : { more };
  };

  /** Forgets what neither a lease nor a place needs, so that strangers cannot fill the tables. */
  const prune = (): void => {
    const { leases, waiting } = queue.snapshot();
    const all = [...leases, ...waiting];
    if (accounts.size + names.size + flows.size <= 3 * all.length + 64) return;
    const devices = new Set(all.map((entry) => entry.deviceId));
    const contents = new Set(all.map((entry) => entry.contentKey));
    const ids = new Set(leases.map((lease) => lease.leaseId));
    for (const id of accounts.keys()) if (!devices.has(id)) accounts.delete(id);
    for (const key of names.keys()) if (!contents.has(key)) names.delete(key);
    for (const id of flows.keys()) if (!ids.has(id)) flows.delete(id);
  };

  const base = (
    entry: Pick<LeaseSnapshot, 'deviceId' | 'contentKey'>,
    sinceMonotonic: number,
  ): Omit<UploadView, 'state' | 'bytes' | 'bytesPerSecond' | 'queuePosition'> => ({
    deviceId: entry.deviceId,
    account: accounts.get(entry.deviceId) ?? '',
    content: entry.contentKey,
    name: names.get(entry.contentKey) ?? '',
    since: Math.round(clock.now() - (clock.monotonic() - sinceMonotonic)),
  });

  return {
    note(deviceId, account, contentKey, name) {
      accounts.set(deviceId, displayText(account));
      names.set(contentKey, displayText(name));
      prune();
    },
    also(leaseId, more) {
      flowOf(leaseId).more = more;
    },
    sent(leaseId, bytes) {
      const flow = flowOf(leaseId);
      const now = clock.monotonic();
      const last = flow.samples.at(-1);
      if (last === undefined || now - last.at > FLOW_GAP_MS) flow.steadySince = now;
      // A sample per tenth of a second is fine enough for a window of seconds.
      if (last !== undefined && now - last.at < 100) last.bytes += bytes;
      else flow.samples.push({ at: now, bytes });
      while (flow.samples[0]!.at < now - RATE_WINDOW_MS) flow.samples.shift();
    },
    flows() {
      const now = clock.monotonic();
      return queue
        .snapshot()
        .leases.filter(({ active }) => active > 0)
        .map(({ leaseId }): UploadFlow => {
          const flow = flows.get(leaseId);
          const last = flow?.samples.at(-1)?.at;
          return {
            rate: rateOf(leaseId, now),
            isSteady:
              flow !== undefined &&
              last !== undefined &&
              now - last <= FLOW_GAP_MS &&
              now - flow.steadySince >= RATE_WINDOW_MS,
          };
        });
    },
    views() {
      const now = clock.monotonic();
      queue.tick(now);
      const { leases, waiting } = queue.snapshot();
      return [
        ...leases.map((lease): UploadView => ({
          ...base(lease, lease.grantedAt),
          state: 'active',
          bytes: lease.bytes,
          bytesPerSecond: rateOf(lease.leaseId, now),
          queuePosition: null,
          ...moreOf(lease.leaseId),
        })),
        ...waiting.map((place): UploadView => ({
          ...base(place, place.since),
          state: 'queued',
          bytes: 0,
          bytesPerSecond: 0,
          queuePosition: place.position,
        })),
      ];
    },
  };
}
