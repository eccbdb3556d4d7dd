/**
 * Dials a leaf back before it is named as a source. Only the address that the kernel saw is dialled, with the port that
 * the leaf claims: a record can never aim anybody at a stranger. The key that answers must be the leaf's.
 */
import {
  BanyanError,
  MAX_DIALS_PER_TARGET_PER_MINUTE,
  MAX_JSON_BODY_BYTES,
  toBanyanError,
  type Address,
  type AddressCheck,
} from '@banyan/proto';
import {
  createPinnedClient,
  createSemaphore,
  type Clock,
  type Identity,
  type PinnedClient,
} from '@banyan/kit';

export interface DialBackComponents {
  readonly identity: Identity;
  readonly clock: Clock;
}

/** Who is dialled: its key, the address that the kernel saw, and the ports that it claims. */
export interface DialledLeaf {
  readonly deviceId: string;
  readonly observedHost: string;
  readonly ports: readonly number[];
}

export interface DialBack {
  /**
   * Tries the ports that a leaf claims at the address it was seen from.
   *
   * @returns one check per port, in order; never throws for what the leaf's side does
   */
  check(leaf: DialledLeaf, signal: AbortSignal): Promise<AddressCheck[]>;
  /**
   * As {@link check}, one port after the other, until one answers; `act` has its connection before it is closed.
   *
   * @returns the last check; what `act` throws is a failure of that address
   */
  visit(
    leaf: DialledLeaf,
    act: (client: PinnedClient) => Promise<void>,
    signal: AbortSignal,
  ): Promise<AddressCheck | undefined>;
}

/** TLS and one answer, also over a slow line. */
const DIAL_TIMEOUT_MS = 5_000;
/** Claimed ports that are tried. */
const MAX_PORTS = 2;
/** Behind one address there may be a campus; it may be somebody else's, too. */
const MAX_DIALS_PER_HOST_PER_MINUTE = 600;
/** Each costs a handshake: the leaves of a supernode that died come by the thousand. */
const MAX_DIALS_AT_ONCE = 32;
const MINUTE_MS = 60_000;

export function createDialBack({ identity, clock }: DialBackComponents): DialBack {
  /** Target (address and port, or host) → start of its minute and dials in it; the oldest minute first. */
  const dials = new Map<string, { since: number; count: number }>();
  const count = (target: string, now: number): number => {
    for (const [oldest, { since }] of dials) {
      if (now - since <= MINUTE_MS) break;
      dials.delete(oldest);
    }
    const entry = dials.get(target) ?? { since: now, count: 0 };
    dials.set(target, entry);
    return ++entry.count;
  };
  const allow = ({ host, port }: Address): boolean => {
    const now = clock.monotonic();
    return (
      count(host, now) <= MAX_DIALS_PER_HOST_PER_MINUTE &&
      count(`${host} ${port}`, now) <= MAX_DIALS_PER_TARGET_PER_MINUTE
    );
  };

  const places = createSemaphore(MAX_DIALS_AT_ONCE);

  const one = async (
    deviceId: string,
    address: Address,
    signal: AbortSignal,
    act?: (client: PinnedClient) => Promise<void>,
  ): Promise<AddressCheck> => {
    const dial = async (): Promise<number> => {
      // A leaf that left while it waited takes its place for a moment only.
      if (signal.aborted) throw new BanyanError('aborted');
      if (!allow(address))
        throw new BanyanError('rate_limited', 'This address was dialled too often in the last minute.');
      const started = clock.monotonic();
      const client = createPinnedClient({
        host: address.host,
        port: address.port,
        deviceId,
        identity,
        timeoutMs: DIAL_TIMEOUT_MS,
      });
      try {
        const { status } = await client.request(
          { method: 'GET', path: '/v1/ping' },
          {
            maxBytes: () => MAX_JSON_BODY_BYTES,
            signal: AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]),
          },
        );
        if (status !== 204)
          throw new BanyanError(
            'wrong_service',
            'Something answers there with the right key, but it is not a Banyan peer.',
          );
        const roundTripMs = Math.round(clock.monotonic() - started);
        await act?.(client);
        return roundTripMs;
      } finally {
        client.close();
      }
    };
    try {
      const roundTripMs = await places.run(dial);
      return { address, reachable: true, code: '', message: '', roundTripMs };
    } catch (error) {
      const e = toBanyanError(error, 'unreachable');
      return { address, reachable: false, code: e.code, message: e.message, roundTripMs: 0 };
    }
  };

  const addressesOf = ({ observedHost: host, ports }: DialledLeaf): Address[] =>
    [...new Set(ports.filter((port) => port > 0 && port <= 65_535))]
      .slice(0, MAX_PORTS)
      .map((port) => ({ host, port }));

  return {
    check: (leaf, signal) =>
      Promise.all(addressesOf(leaf).map((address) => one(leaf.deviceId, address, signal))),
    async visit(leaf, act, signal) {
      let last: AddressCheck | undefined;
      for (const address of addressesOf(leaf)) {
        last = await one(leaf.deviceId, address, signal, act);
        if (last.reachable || signal.aborted) break;
      }
      return last;
    },
  };
}
