import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_CAPS } from '@banyan/proto';
import { divideMemory, planLaunch, type LaunchInit } from '../../src/volunteer/launch.ts';

const MIB = 1024 * 1024;
const INIT: LaunchInit = {
  network: { issuer: 'https://auth.example', pins: ['p'.repeat(43), 'q'.repeat(43)] },
  name: 'oak; rm -rf /',
  region: 'eu',
  dataDir: '/data/supernode',
  deviceKey: '/data/device-key.pem',
  host: '0.0.0.0',
  port: 7741,
  isPortChosen: false,
  publicHost: '192.0.2.1',
  maxLeaves: 500,
  caps: DEFAULT_CAPS,
};

const valueOf = (args: readonly string[], flag: string): string | undefined => args[args.indexOf(flag) + 1];

describe('the command line of a host’s supernode', () => {
  it('keeps within the owner’s caps and the order, whichever is less', () => {
    expect(valueOf(planLaunch(INIT).args, '--capacity')).toBe('500');
    const capped = { ...INIT, caps: { ...DEFAULT_CAPS, maxLeaves: 20 } };
    expect(valueOf(planLaunch(capped).args, '--capacity')).toBe('20');
  });

  it('gives the key of the device, the pins of the network, and each word as one', () => {
    const { args } = planLaunch(INIT);
    expect(valueOf(args, '--device-key')).toBe(INIT.deviceKey);
    expect(args.filter((_, at) => args[at - 1] === '--network-pins')).toEqual(INIT.network.pins);
    expect(valueOf(args, '--name')).toBe(INIT.name);
    expect(valueOf(args, '--region')).toBe('eu');
    expect(planLaunch({ ...INIT, region: null }).args).not.toContain('--region');
  });

  it('falls back to any port only where the owner chose none', () => {
    const { args, argsAnyPort } = planLaunch(INIT);
    expect(valueOf(args, '--port')).toBe('7741');
    expect(valueOf(argsAnyPort ?? [], '--port')).toBe('0');
    expect(planLaunch({ ...INIT, isPortChosen: true }).argsAnyPort).toBeUndefined();
  });

  it('is none without an address for others', () => {
    expect(() => planLaunch({ ...INIT, publicHost: undefined })).toThrow(/--supernode-public-host/);
  });

  it('divides memory so that heap, sessions and index stay within it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 210 * MIB, max: 64 * 1024 * MIB }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (memory, leaves) => {
          const { heapBytes, indexBytes, capacity } = divideMemory(memory, leaves);
          expect(capacity).toBeGreaterThanOrEqual(1);
          expect(capacity).toBeLessThanOrEqual(leaves);
          expect(indexBytes).toBeGreaterThanOrEqual(16 * MIB);
          expect(heapBytes + indexBytes + capacity * 55 * 1024).toBeLessThanOrEqual(memory);
        },
      ),
    );
    expect(() => divideMemory(64 * MIB, 10)).toThrow(/209 MB of memory at least, and 64 MB are offered/);
  });
});
