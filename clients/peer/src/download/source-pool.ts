/**
 * A lane's connections: to peers one pool per (device, address), keys checked on each new one, dials capped; to mirrors one
 * per origin, checked as any web site.
 */
import { Pool } from 'undici';
import { createPinnedAgent, createSlabs, type Identity, type PinnedAgent } from '@banyan/kit/tls';
import { BanyanError, MAX_DIALS_PER_TARGET_PER_MINUTE } from '@banyan/proto';
import { ANSWER_TIMEOUT_MS, CONNECTIONS_PER_SOURCE, DIAL_TIMEOUT_MS, IDLE_SOURCE_MS } from './constants.ts';
import type { PeerTarget } from './lane-messages.ts';

const MINUTE_MS = 60_000;

interface Entry<T extends Pool> {
  readonly agent: T;
  usedAt: number;
}

/** Connections to sources. */
export interface SourcePool {
  /**
   * The dispatcher for a target.
   *
   * A dial counts against its target until somebody there proves the key that was asked for: whoever spreads records
   * that name a stranger's address gets a few dials a minute out of us, while an honest source may be dialled at will.
   *
   * @throws BanyanError `rate_limited` when the target was dialled too often in the last minute
   */
  agent(target: PeerTarget): PinnedAgent;
  /** The dispatcher for a plain HTTP(S) origin; certificates must hold for the system's authorities. */
  mirror(origin: string): Pool;
  /** Says that nobody uses a chunk any more that a connection brought; to be told of chunks used up at once. */
  giveBack(chunk: Uint8Array): void;
  /** Whether bytes are read within an allowance: from peers as little as can be is read at once. */
  setLimited(isOn: boolean): void;
  close(): void;
}

/** Makes an empty pool. `now` is monotonic milliseconds. */
export function createSourcePool(identity: Identity, now: () => number): SourcePool {
  const entries = new Map<string, Entry<PinnedAgent>>();
  const mirrors = new Map<string, Entry<Pool>>();
  const dials = new Map<string, number[]>();
  const slabs = createSlabs();
  const sweep = setInterval(() => {
    for (const pools of [entries, mirrors])
      for (const [key, entry] of pools) {
        if (now() - entry.usedAt < IDLE_SOURCE_MS || entry.agent.stats.running + entry.agent.stats.queued > 0)
          continue;
        pools.delete(key);
        void entry.agent.close().catch(ignore);
      }
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
    agent(target) {
      const { deviceId, host, port } = target;
      const address = `${host} ${port}`;
      const key = `${deviceId} ${address}`;
      let entry = entries.get(key);
      if (entry === undefined) {
        const agent = createPinnedAgent({
          identity,
          slabs,
          deviceId,
          host,
          port,
          connections: CONNECTIONS_PER_SOURCE,
          timeoutMs: DIAL_TIMEOUT_MS,
          headersTimeoutMs: ANSWER_TIMEOUT_MS,
          bodyTimeoutMs: ANSWER_TIMEOUT_MS,
        });
        agent.on('connect', () => dials.delete(address));
        entry = { agent, usedAt: now() };
        entries.set(key, entry);
      }
      entry.usedAt = now();
      // Beyond its connections a pool queues: no further dial.
      const { connected, size } = entry.agent.stats;
      if (connected === 0 && size < CONNECTIONS_PER_SOURCE) countDial(address);
      return entry.agent;
    },
    mirror(origin) {
      let entry = mirrors.get(origin);
      if (entry === undefined) {
        const agent = new Pool(origin, {
          connect: { timeout: DIAL_TIMEOUT_MS },
          connections: CONNECTIONS_PER_SOURCE,
          pipelining: 1,
          allowH2: false,
          headersTimeout: ANSWER_TIMEOUT_MS,
          bodyTimeout: ANSWER_TIMEOUT_MS,
        });
        entry = { agent, usedAt: now() };
        mirrors.set(origin, entry);
      }
      entry.usedAt = now();
      return entry.agent;
    },
    giveBack: (chunk) => slabs.give(chunk),
    setLimited: (isOn) => slabs.setSparing(isOn),
    close() {
      clearInterval(sweep);
      for (const pools of [entries, mirrors]) {
        for (const { agent } of pools.values()) void agent.destroy().catch(ignore);
        pools.clear();
      }
    },
  };
}

function ignore(): void {}
