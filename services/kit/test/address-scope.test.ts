import { describe, expect, it } from '@jest/globals';
import { isAddressFor } from '../src/index.ts';
import { addressScope } from '../src/address-scope.ts';

describe('the scope of an address', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['::ffff:192.168.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd00::1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.0.2.7', 'public'],
    ['2001:db8::1', 'public'],
    ['0.0.0.0', undefined],
    ['169.254.169.254', undefined],
    ['::ffff:169.254.169.254', undefined],
    ['224.0.0.1', undefined],
    ['255.255.255.255', undefined],
    ['::', undefined],
    ['fe80::1', undefined],
    ['fe80::1%eth0', undefined],
    ['ff02::1', undefined],
    ['64:ff9b::a00:1', undefined],
    ['2002:a00:1::', undefined],
    ['localhost', undefined],
    ['example.org', undefined],
    ['', undefined],
  ])('%s: %s', (host, scope) => {
    expect(addressScope(host)).toBe(scope);
  });

  it('is crossed by public addresses alone', () => {
    expect(isAddressFor('192.0.2.7', '203.0.113.5')).toBe(true);
    expect(isAddressFor('192.0.2.7', '10.0.0.1')).toBe(true);
    expect(isAddressFor('192.168.0.9', '10.0.0.1')).toBe(true);
    expect(isAddressFor('127.0.0.1', '::ffff:127.0.0.1')).toBe(true);
    expect(isAddressFor('192.168.0.9', '203.0.113.5')).toBe(false);
    expect(isAddressFor('127.0.0.1', '192.168.0.9')).toBe(false);
    expect(isAddressFor('127.0.0.1', '203.0.113.5')).toBe(false);
    expect(isAddressFor('169.254.169.254', '169.254.1.1')).toBe(false);
    expect(isAddressFor('10.0.0.1', '')).toBe(false);
  });
});
