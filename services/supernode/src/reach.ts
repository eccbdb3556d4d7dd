/** Finds out under which addresses a leaf can be reached, and tells it; only then is it named as a source. */
import { BanyanError, type AddressCheck } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import type { Channel } from '@banyan/sdk';
import type { Catalogs } from './catalogs.ts';
import type { DialBack } from './dial-back.ts';

export interface ReachComponents {
  readonly clock: Clock;
  readonly dialBack: DialBack;
  readonly catalogs: Pick<Catalogs, 'setAddresses'>;
  /** Told of each address that was dialled: '' when it answered, else why not. */
  readonly onChecked?: (code: string) => void;
}

/** A leaf at home here. */
export interface ReachableLeaf {
  readonly deviceId: string;
  readonly channel: Pick<Channel, 'send'>;
  readonly remoteHost: string;
  /** Ports that it claims to listen on. */
  readonly listenPorts: readonly number[];
  /** Ends with its session. */
  readonly life: AbortController;
}

export interface Reach {
  /** Dials the leaf back until it answers or leaves. */
  begin(leaf: ReachableLeaf): void;
  /** Somebody could not reach it: looks again, unless that was done just now. */
  doubt(leaf: ReachableLeaf): void;
  /**
   * Dials the leaf back now, whatever was found before; one that is under way is waited for.
   *
   * @returns one check per port that it claims
   * @throws BanyanError `rate_limited` when its address was dialled too often lately: then nothing was found out
   */
  check(leaf: ReachableLeaf): Promise<AddressCheck[]>;
}

/** A leaf that could not be dialled back is tried again after these waits; its network may still be coming up. */
const REDIAL_MS = [2_000, 10_000, 60_000, 300_000] as const;
/** Reports of unreachable sources may be many, and may lie. */
const DOUBT_PAUSE_MS = 30_000;

export function createReach({ clock, dialBack, catalogs, onChecked }: ReachComponents): Reach {
  /** Leaf → when its last check ended; Infinity while one goes on. */
  const checked = new WeakMap<ReachableLeaf, number>();

  /** Leaf → its dial-back under way. */
  const dialled = new WeakMap<ReachableLeaf, Promise<AddressCheck[]>>();

  const dial = async (leaf: ReachableLeaf): Promise<AddressCheck[]> => {
    const { signal } = leaf.life;
    const checks = await dialBack.check(
      { deviceId: leaf.deviceId, observedHost: leaf.remoteHost, ports: leaf.listenPorts },
      signal,
    );
    if (signal.aborted) return checks;
    for (const { code } of checks) onChecked?.(code);
    // Where nobody dialled nothing was found out: what was known holds.
    if (checks.every(({ code }) => code === 'rate_limited')) return checks;
    const addresses = checks.flatMap(({ reachable, address }) =>
      reachable && address !== null ? [address] : [],
    );
    catalogs.setAddresses(leaf.deviceId, addresses);
    leaf.channel.send({ kind: 'reachability', reachability: { checks } });
    return checks;
  };
  const look = (leaf: ReachableLeaf): Promise<AddressCheck[]> => {
    const known = dialled.get(leaf);
    if (known !== undefined) return known;
    const fresh = dial(leaf).finally(() => dialled.delete(leaf));
    dialled.set(leaf, fresh);
    return fresh;
  };

  const run = async (leaf: ReachableLeaf): Promise<void> => {
    const { signal } = leaf.life;
    for (const wait of [...REDIAL_MS, undefined]) {
      const checks = await look(leaf);
      if (signal.aborted || checks.some(({ reachable }) => reachable) || wait === undefined) return;
      await clock.sleep(wait, signal).catch(() => undefined);
      if (signal.aborted) return;
    }
  };
  const begin = (leaf: ReachableLeaf): void => {
    if (leaf.listenPorts.length === 0 || checked.get(leaf) === Infinity) return;
    checked.set(leaf, Infinity);
    void run(leaf).finally(() => checked.set(leaf, clock.monotonic()));
  };

  return {
    begin,
    doubt(leaf) {
      if (clock.monotonic() - (checked.get(leaf) ?? -Infinity) >= DOUBT_PAUSE_MS) begin(leaf);
    },
    async check(leaf) {
      if (leaf.listenPorts.length === 0) return [];
      const checks = await look(leaf);
      if (checks.length > 0 && checks.every(({ code }) => code === 'rate_limited'))
        throw new BanyanError('rate_limited', checks[0]?.message);
      return checks;
    },
  };
}
