import { isIP } from 'node:net';

/**
 * What one caller is counted under in limits by address: an IPv4 address, or the /64 network of an IPv6 one, since
 * every subscriber has 2^64 addresses to try from.
 */
export function addressBucket(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length + (tail.includes('.') ? 1 : 0);
  while (tail !== undefined && groups.length + after < 8) groups.push('0');
  if (tail !== undefined && tail !== '') groups.push(...tail.split(':'));
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
