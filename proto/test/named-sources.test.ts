import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  MAX_NAMED_SOURCES,
  namedSourcesFromText,
  namedSourcesText,
  toBase64url,
  type NamedSource,
} from '../src/index.ts';

const device = (seed: number): string => toBase64url(new Uint8Array(32).fill(seed));
const named = fc.record({
  deviceId: fc.nat(255).map(device),
  host: fc.oneof(fc.ipV4(), fc.ipV6()),
  port: fc.integer({ min: 1, max: 65_535 }),
});

describe('named sources', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(named, { maxLength: MAX_NAMED_SOURCES }), (sources: NamedSource[]) => {
        expect(namedSourcesFromText(namedSourcesText(sources))).toEqual(sources);
      }),
    );
  });

  it('have the form of the spec, IPv6 in brackets', () => {
    expect(
      namedSourcesText([
        { deviceId: device(1), host: '192.0.2.7', port: 7350 },
        { deviceId: device(2), host: '2001:db8::1', port: 443 },
      ]),
    ).toBe(`${device(1)} 192.0.2.7:7350, ${device(2)} [2001:db8::1]:443`);
    expect(namedSourcesFromText('')).toEqual([]);
  });

  it('are cut when written, and refused when read, beyond the limit', () => {
    const many = Array.from({ length: MAX_NAMED_SOURCES + 1 }, (_, i) => ({
      deviceId: device(i),
      host: '192.0.2.7',
      port: i + 1,
    }));
    expect(namedSourcesFromText(namedSourcesText(many))).toEqual(many.slice(0, MAX_NAMED_SOURCES));
    const text = many.map(({ deviceId, host, port }) => `${deviceId} ${host}:${port}`).join(',');
    expect(() => namedSourcesFromText(text)).toThrow(expect.objectContaining({ code: 'limit_exceeded' }));
    expect(() => namedSourcesFromText('x'.repeat(100_000))).toThrow(
      expect.objectContaining({ code: 'limit_exceeded' }),
    );
  });

  it.each([
    'somebody 192.0.2.7:80',
    device(1),
    `${device(1)} 192.0.2.7`,
    `${device(1)} 192.0.2.7:0`,
    `${device(1)} 192.0.2.7:70000`,
    `${device(1)} example.org:80`,
    `${device(1)} localhost:80`,
    `${device(1)} 2001:db8::1:80`,
    `${device(1)} [fe80::1%eth0]:80`,
    `${device(1)} 192.0.2.7:80,`,
    `${device(1)} 192.0.2.7:80/path`,
    `${device(1)} user@192.0.2.7:80`,
  ])('are refused as a whole when one is no device at an address: %s', (text) => {
    expect(() => namedSourcesFromText(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it('never make the reader throw anything else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        try {
          namedSourcesFromText(text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'BanyanError' });
        }
      }),
    );
  });
});
