import { describe, expect, it } from '@jest/globals';
import Value from 'typebox/value';
import { BeatRequest, decodeEnvelope, encodeEnvelope, EnrolRequest, HostPort } from '../src/index.ts';
import { deviceId } from './frames.ts';

/** What REST lets in is told to others in frames: one that they refused would end their sessions. */
describe('names and hosts that the REST APIs let in', () => {
  // 4 bytes each in UTF-8, the most that a code point takes.
  const longest = '𠮷'.repeat(64);
  const beat = {
    name: longest,
    addresses: [{ host: '192.0.2.1', port: 7710 }],
    state: 'active',
    capacity: 1,
    leaves: 0,
    records: 0,
    loopDelayMs: 0,
    links: 0,
    software: 'x',
    protocolVersions: [1],
  };

  it('fit the frames, however many bytes their script takes', () => {
    expect(Value.Check(BeatRequest, beat)).toBe(true);
    expect(Value.Check(BeatRequest, { ...beat, name: `${longest}x` })).toBe(false);
    expect(Value.Check(EnrolRequest, { account: longest, deviceName: longest })).toBe(true);
    const sources = encodeEnvelope({
      kind: 'sources',
      sources: { sources: [{ deviceId: deviceId(1), account: longest }], done: true },
    });
    expect(decodeEnvelope(sources)).toMatchObject({ sources: { sources: [{ account: longest }] } });
    const draining = encodeEnvelope({
      kind: 'draining',
      draining: { alternates: [{ deviceId: deviceId(1), name: longest, addresses: beat.addresses }] },
    });
    expect(decodeEnvelope(draining)).toMatchObject({ draining: { alternates: [{ name: longest }] } });
  });

  it.each(['192.0.2.1', '2001:db8::1', 'node-1.example.org', 'a_b'])('%s is a host for both', (host) => {
    expect(Value.Check(HostPort, { host, port: 1 })).toBe(true);
    const frame = encodeEnvelope({ kind: 'hello', hello: { listen: [{ host, port: 1 }] } });
    expect(decodeEnvelope(frame)).toMatchObject({ hello: { listen: [{ host }] } });
  });

  it.each(['my host', 'fe80::1%eth0', 'example.org/path', 'user@example.org', '[::1]', 'häuser', 'a\nb'])(
    '%j is a host for neither',
    (host) => {
      expect(Value.Check(HostPort, { host, port: 1 })).toBe(false);
      const frame = encodeEnvelope({ kind: 'hello', hello: { listen: [{ host, port: 1 }] } });
      expect(() => decodeEnvelope(frame)).toThrow(expect.objectContaining({ code: 'malformed_frame' }));
    },
  );
});
