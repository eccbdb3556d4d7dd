/**
 * A lane's connections: to peers one pool per (device, address), keys checked on each new one, dials capped; to mirrors one
 * per origin, checked as any web site.
 */
import type { Pool } from 'undici';
import { createPinnedClient, type Identity, type PinnedClient } from '@banyan/kit/tls';
import { BanyanError, MAX_DIALS_PER_TARGET_PER_MINUTE } from '@banyan/proto/base';
import { ANSWER_TIMEOUT_MS, CONNECTIONS_PER_SOURCE, DIAL_TIMEOUT_MS, IDLE_SOURCE_MS } from './constants.ts';
import type { PeerTarget } from './lane-messages.ts';

const MINUTE_MS = 60_000;

interface Entry<T> {
  readonly client: T;
  usedAt: number;
}

/** Connections to sources. */
export interface SourcePool {
  /**
   * The client for a target.
   *
   * A dial counts against its target until somebody there proves the key that was asked for: whoever spreads records
   * that name a stranger's address gets a few dials a minute out of us, while an honest source may be dialled at will.
   *
   * @throws BanyanError `rate_limited` when the target was dialled too often in the last minute
   */
  peer(target: PeerTarget): PinnedClient;
  /** The dispatcher for a plain HTTP(S) origin; certificates must hold for the system's authorities. */
  mirror(origin: string): Promise<Pool>;
  close(): void;
}

/** Makes an empty pool. `now` is monotonic milliseconds. */
export function createSourcePool(identity: Identity, now: () => number): SourcePool {
  const peers = new Map<string, Entry<PinnedClient>>();
  const mirrors = new Map<string, Entry<Pool>>();
  const dials = new Map<string, number[]>();
  let isClosed = false;
  const sweepOf = <T>(
    entries: Map<string, Entry<T>>,
    isUsed: (client: T) => boolean,
    close: (client: T) => void,
  ): void => {
    for (const [key, { client, usedAt }] of entries) {
      if (now() - usedAt < IDLE_SOURCE_MS || isUsed(client)) continue;
      entries.delete(key);
      close(client);
    }
  };
  const sweep = setInterval(() => {
    sweepOf(
      peers,
      (client) => client.stats.size > 0,
      (client) => client.close(),
    );
    sweepOf(
      mirrors,
      ({ stats }) => stats.running + stats.queued > 0,
      (pool) => void pool.close().catch(ignore),
    );
    for (const [key, times] of dials) if (times.at(-1)! < now() - MINUTE_MS) dials.delete(key);
  }, IDLE_SOURCE_MS);
  sweep.unref();

  const countDial = (address: string): void => {
    const times = (dials.get(address) ?? []).filter((at) => at > now() - MINUTE_MS);
    if (times.length >= MAX_DIALS_PER_TARGET_PER_MINUTE)
      throw new BanyanError(
        'rate_limited',
        `${address} was dialled ${times.length} times within a minute without the right device answering. It is left alone for a while.`,
        { retryAfterMs: times[0]! + MINUTE_MS - now() },
      );
    times.push(now());
    dials.set(address, times);
  };

  return {
    peer(target) {
      const { deviceId, host, port } = target;
      const address = `${host} ${port}`;
      const key = `${deviceId} ${address}`;
      let entry = peers.get(key);
      if (entry === undefined) {
        const client = createPinnedClient({
          identity,
          deviceId,
          host,
          port,
          connections: CONNECTIONS_PER_SOURCE,
          timeoutMs: DIAL_TIMEOUT_MS,
          headersTimeoutMs: ANSWER_TIMEOUT_MS,
          bodyTimeoutMs: ANSWER_TIMEOUT_MS,
          onConnect: () => void dials.delete(address),
        });
        entry = { client, usedAt: now() };
        peers.set(key, entry);
      }
      entry.usedAt = now();
      // Beyond its connections a client queues: no further dial.
      const { open, size } = entry.client.stats;
      if (open === 0 && size < CONNECTIONS_PER_SOURCE) countDial(address);
      return entry.client;
    },
    async mirror(origin) {
      // With the first mirror: it takes longer to load than all else that a lane needs.
      const { Pool } = await import('undici');
      if (isClosed) throw new BanyanError('aborted', 'The lane is closed.');
      let entry = mirrors.get(origin);
      if (entry === undefined) {
        const client = new Pool(origin, {
          connect: { timeout: DIAL_TIMEOUT_MS },
          connections: CONNECTIONS_PER_SOURCE,
          pipelining: 1,
          allowH2: false,
          headersTimeout: ANSWER_TIMEOUT_MS,
          bodyTimeout: ANSWER_TIMEOUT_MS,
        });
        entry = { client, usedAt: now() };
        mirrors.set(origin, entry);
      }
      entry.usedAt = now();
      return entry.client;
    },
    close() {
      isClosed = true;
      clearInterval(sweep);
      for (const { client } of peers.values()) client.close();
      for (const { client } of mirrors.values()) void client.destroy().catch(ignore);
      peers.clear();
      mirrors.clear();
    },
  };
}

function ignore(): void {}
