/**
 * Dials a leaf back before it is named as a source. Only the address that the kernel saw is dialled, with the port that
 * the leaf claims: a record can never aim anybody at a stranger. The key that answers must be the leaf's.
 */
import {
  BanyanError,
  MAX_DIALS_PER_TARGET_PER_MINUTE,
  toBanyanError,
  type Address,
  type AddressCheck,
} from '@banyan/proto';
import { createPinnedAgent, type Clock, type Identity } from '@banyan/kit';

export interface DialBackComponents {
  readonly identity: Identity;
  readonly clock: Clock;
}

export interface DialBack {
  /**
   * Tries the ports that a leaf claims at the address it was seen from.
   *
   * @returns one check per port, in order; never throws for what the leaf's side does
   */
  check(
    leaf: { deviceId: string; observedHost: string; ports: readonly number[] },
    signal: AbortSignal,
  ): Promise<AddressCheck[]>;
}

/** TLS and one answer, also over a slow line. */
const DIAL_TIMEOUT_MS = 5_000;
/** Claimed ports that are tried. */
const MAX_PORTS = 2;
const MINUTE_MS = 60_000;

export function createDialBack({ identity, clock }: DialBackComponents): DialBack {
  /** Target address → start of its minute and dials in it. */
  const dials = new Map<string, { since: number; count: number }>();

  const allow = (host: string, port: number): boolean => {
    const now = clock.monotonic();
    if (dials.size > 10_000)
      for (const [key, entry] of dials) if (now - entry.since > MINUTE_MS) dials.delete(key);
    const key = `${host} ${port}`;
    const entry = dials.get(key);
    if (entry === undefined || now - entry.since > MINUTE_MS) {
      dials.set(key, { since: now, count: 1 });
      return true;
    }
    entry.count += 1;
    return entry.count <= MAX_DIALS_PER_TARGET_PER_MINUTE;
  };

  const one = async (deviceId: string, address: Address, signal: AbortSignal): Promise<AddressCheck> => {
    const started = clock.monotonic();
    try {
      if (!allow(address.host, address.port))
        throw new BanyanError('rate_limited', 'This address was dialled too often in the last minute.');
      const agent = createPinnedAgent({
        host: address.host,
        port: address.port,
        deviceId,
        identity,
        timeoutMs: DIAL_TIMEOUT_MS,
      });
      try {
        const response = await agent.request({
          method: 'GET',
          path: '/v1/ping',
          signal: AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]),
        });
        await response.body.dump();
        if (response.statusCode !== 204)
          throw new BanyanError(
            'wrong_service',
            'Something answers there with the right key, but it is not a Banyan peer.',
          );
      } finally {
        await agent.destroy();
      }
      return {
        address,
        reachable: true,
        code: '',
        message: '',
        roundTripMs: Math.round(clock.monotonic() - started),
      };
    } catch (error) {
      const e = toBanyanError(error, 'unreachable');
      return { address, reachable: false, code: e.code, message: e.message, roundTripMs: 0 };
    }
  };

  return {
    check: (leaf, signal) =>
      Promise.all(
        [...new Set(leaf.ports)]
          .slice(0, MAX_PORTS)
          .map((port) => one(leaf.deviceId, { host: leaf.observedHost, port }, signal)),
      ),
  };
}
