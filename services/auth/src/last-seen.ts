import type { Clock, Log, Store } from '@banyan/kit';
import { read } from './compare-and-set.ts';
import { SEEN_EVERY_MS, SEEN_MEMORY_MS } from './constants.ts';
import { KEY, type AccountRecord, type SeenRecord } from './records.ts';

/** When devices were last in the network, to a quarter of an hour: by the tokens that they fetch. */
export interface LastSeen {
  /** Notes that a device fetched a token; nobody waits for it. */
  note(deviceId: string): void;
  /** Unix ms by device id, for the devices of an account that were seen. */
  of(account: AccountRecord): Promise<ReadonlyMap<string, number>>;
}

/** Devices whose last note is remembered here, so that the store is not asked with each token. */
const MAX_NOTED = 50_000;

/** Makes the memory of who was seen, over a store. */
export function createLastSeen(components: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}): LastSeen {
  const { store, clock, log } = components;
  const noted = new Map<string, number>();

  return {
    note(deviceId) {
      const now = clock.now();
      if (now - (noted.get(deviceId) ?? -Infinity) < SEEN_EVERY_MS) return;
      noted.delete(deviceId);
      noted.set(deviceId, now);
      const oldest = noted.size > MAX_NOTED ? noted.keys().next().value : undefined;
      if (oldest !== undefined) noted.delete(oldest);
      const record: SeenRecord = { at: now };
      store
        .put(KEY.seen(deviceId), record, { ttlMs: SEEN_MEMORY_MS, durable: false })
        .catch((err: unknown) => log.debug({ err }, 'when a device was seen could not be noted'));
    },
    async of({ devices }) {
      const found = await Promise.all(
        Object.keys(devices).map(
          async (id) => [id, (await read<SeenRecord>(store, KEY.seen(id)))?.at] as const,
        ),
      );
      return new Map(found.filter((pair): pair is [string, number] => pair[1] !== undefined));
    },
  };
}
