import { BlockList, isIP } from 'node:net';
import { isLoopback } from './listen.ts';

/** Where an address means something: on this machine, in one network, or everywhere. */
export type AddressScope = 'loopback' | 'private' | 'public';

const PRIVATE = new BlockList();
// RFC 1918, RFC 6598 (behind a provider's NAT), RFC 4193.
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('100.64.0.0', 10, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

const NOWHERE = new BlockList();
// "This" network, link-local (where clouds answer for their machines' secrets), multicast, reserved and broadcast.
NOWHERE.addSubnet('0.0.0.0', 8, 'ipv4');
NOWHERE.addSubnet('169.254.0.0', 16, 'ipv4');
NOWHERE.addSubnet('224.0.0.0', 3, 'ipv4');
NOWHERE.addAddress('::', 'ipv6');
NOWHERE.addSubnet('fe80::', 10, 'ipv6');
// What stands for IPv4 addresses by way of somebody's gateway: RFC 6052, RFC 3056.
NOWHERE.addSubnet('64:ff9b::', 96, 'ipv6');
NOWHERE.addSubnet('2002::', 16, 'ipv6');
NOWHERE.addSubnet('ff00::', 8, 'ipv6');

/**
 * The scope of an IP address (IPv4-mapped IPv6 counts as IPv4); `undefined`: no address, or one at which nobody can be a
 * source for another (unspecified, link-local, multicast, reserved).
 */
export function addressScope(host: string): AddressScope | undefined {
  const family = isIP(host);
  if (family === 0 || host.includes('%')) return undefined;
  if (isLoopback(host)) return 'loopback';
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (NOWHERE.check(host, type)) return undefined;
  return PRIVATE.check(host, type) ? 'private' : 'public';
}

/**
 * Whether an address that works for one side of a connection may be one for the other, who is seen at `other`: a public one
 * for everybody, others only among those who are in the same kind of network.
 */
export function isAddressFor(host: string, other: string): boolean {
  const scope = addressScope(host);
  return scope !== undefined && (scope === 'public' || scope === addressScope(other));
}
