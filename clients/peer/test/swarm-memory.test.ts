import { describe, expect, it } from '@jest/globals';
import { MAX_NAMED_SOURCES, toBase64url } from '@banyan/proto';
import { createSwarmMemory } from '../src/swarm-memory.ts';
import { createTestFile } from './swarm.ts';

const MINUTE_MS = 60_000;
const device = (n: number): string => toBase64url(new Uint8Array(32).fill(n));
const { content } = createTestFile(10);
const asker = { deviceId: device(200), host: '203.0.113.9' };

describe('the memory of swarms', () => {
  it('names those who gave, newest first, and each once, where it was last', () => {
    const sources = createSwarmMemory({ monotonic: () => 0 });
    sources.gave(content, { deviceId: device(1), host: '192.0.2.1', port: 1 });
    sources.gave(content, { deviceId: device(2), host: '192.0.2.2', port: 2 });
    sources.gave(content, { deviceId: device(1), host: '192.0.2.3', port: 3 });
    expect(sources.of(content, asker)).toEqual([
      { deviceId: device(1), host: '192.0.2.3', port: 3 },
      { deviceId: device(2), host: '192.0.2.2', port: 2 },
    ]);
    expect(sources.of(createTestFile(11).content, asker)).toEqual([]);
  });

  it('forgets them some minutes after their last chunk', () => {
    let now = 0;
    const sources = createSwarmMemory({ monotonic: () => now });
    sources.gave(content, { deviceId: device(1), host: '192.0.2.1', port: 1 });
    now = 9 * MINUTE_MS;
    sources.gave(content, { deviceId: device(2), host: '192.0.2.2', port: 2 });
    now = 11 * MINUTE_MS;
    expect(sources.of(content, asker).map(({ deviceId }) => deviceId)).toEqual([device(2)]);
  });

  it('tells nobody of themselves, nor an address that means something else to them', () => {
    const sources = createSwarmMemory({ monotonic: () => 0 });
    const hosts = ['192.0.2.1', '192.168.0.7', '127.0.0.1', '169.254.169.254', 'files.example'];
    for (const [i, host] of hosts.entries()) sources.gave(content, { deviceId: device(i), host, port: 1 });
    const told = (deviceId: string, host: string): string[] =>
      sources.of(content, { deviceId, host }).map((source) => source.host);
    expect(told(device(200), '203.0.113.9')).toEqual(['192.0.2.1']);
    expect(told(device(200), '10.1.1.1').sort()).toEqual(['192.0.2.1', '192.168.0.7']);
    expect(told(device(200), '::ffff:127.0.0.1').sort()).toEqual(['127.0.0.1', '192.0.2.1']);
    expect(told(device(0), '203.0.113.9')).toEqual([]);
  });

  it('names those who fetch after those who gave, and whoever does both once', () => {
    const sources = createSwarmMemory({ monotonic: () => 0 });
    sources.fetches(content, { deviceId: device(1), host: '192.0.2.1', port: 1 });
    sources.gave(content, { deviceId: device(2), host: '192.0.2.2', port: 2 });
    sources.fetches(content, { deviceId: device(3), host: '192.0.2.3', port: 3 });
    sources.fetches(content, { deviceId: device(2), host: '192.0.2.9', port: 9 });
    expect(sources.of(content, asker).map(({ port }) => port)).toEqual([2, 3, 1]);
  });

  it('names so many at most, and remembers so many contents at most', () => {
    const sources = createSwarmMemory({ monotonic: () => 0 });
    for (let i = 0; i < 100; i++)
      sources.gave(content, { deviceId: device(i), host: '192.0.2.1', port: i + 1 });
    expect(sources.of(content, asker)).toHaveLength(MAX_NAMED_SOURCES);
    for (let length = 1; length <= 1_000; length++)
      sources.gave(
        { root: content.root, length: 100 + length },
        { deviceId: device(1), host: '192.0.2.1', port: 1 },
      );
    expect(sources.of(content, asker)).toEqual([]);
  });
});
