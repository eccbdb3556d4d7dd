import { describe, expect, it } from '@jest/globals';
import { MAX_NAMED_SOURCES, toBase64url } from '@banyan/proto';
import { createProvenSources } from '../src/proven-sources.ts';
import { createTestFile } from './swarm.ts';

const MINUTE_MS = 60_000;
const device = (n: number): string => toBase64url(new Uint8Array(32).fill(n));
const { content } = createTestFile(10);
const asker = { deviceId: device(200), host: '203.0.113.9' };

describe('proven sources', () => {
  it('are named newest first, and each once, where it was last', () => {
    const sources = createProvenSources({ monotonic: () => 0 });
    sources.note(content, { deviceId: device(1), host: '192.0.2.1', port: 1 });
    sources.note(content, { deviceId: device(2), host: '192.0.2.2', port: 2 });
    sources.note(content, { deviceId: device(1), host: '192.0.2.3', port: 3 });
    expect(sources.of(content, asker)).toEqual([
      { deviceId: device(1), host: '192.0.2.3', port: 3 },
      { deviceId: device(2), host: '192.0.2.2', port: 2 },
    ]);
    expect(sources.of(createTestFile(11).content, asker)).toEqual([]);
  });

  it('are forgotten some minutes after their last chunk', () => {
    let now = 0;
    const sources = createProvenSources({ monotonic: () => now });
    sources.note(content, { deviceId: device(1), host: '192.0.2.1', port: 1 });
    now = 9 * MINUTE_MS;
    sources.note(content, { deviceId: device(2), host: '192.0.2.2', port: 2 });
    now = 11 * MINUTE_MS;
    expect(sources.of(content, asker).map(({ deviceId }) => deviceId)).toEqual([device(2)]);
  });

  it('are not told to themselves, nor to somebody to whom their address means something else', () => {
    const sources = createProvenSources({ monotonic: () => 0 });
    const hosts = ['192.0.2.1', '192.168.0.7', '127.0.0.1', '169.254.169.254', 'files.example'];
    for (const [i, host] of hosts.entries()) sources.note(content, { deviceId: device(i), host, port: 1 });
    const told = (deviceId: string, host: string): string[] =>
      sources.of(content, { deviceId, host }).map((source) => source.host);
    expect(told(device(200), '203.0.113.9')).toEqual(['192.0.2.1']);
    expect(told(device(200), '10.1.1.1').sort()).toEqual(['192.0.2.1', '192.168.0.7']);
    expect(told(device(200), '::ffff:127.0.0.1').sort()).toEqual(['127.0.0.1', '192.0.2.1']);
    expect(told(device(0), '203.0.113.9')).toEqual([]);
  });

  it('are so many at most, of so many contents at most', () => {
    const sources = createProvenSources({ monotonic: () => 0 });
    for (let i = 0; i < 100; i++)
      sources.note(content, { deviceId: device(i), host: '192.0.2.1', port: i + 1 });
    expect(sources.of(content, asker)).toHaveLength(MAX_NAMED_SOURCES);
    for (let length = 1; length <= 1_000; length++)
      sources.note(
        { root: content.root, length: 100 + length },
        { deviceId: device(1), host: '192.0.2.1', port: 1 },
      );
    expect(sources.of(content, asker)).toEqual([]);
  });
});
