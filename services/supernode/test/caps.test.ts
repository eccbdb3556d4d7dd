import { afterEach, describe, expect, it } from '@jest/globals';
import { createManualClock, systemClock } from '@banyan/kit';
import { createCaps, type CapsPart } from '../src/caps.ts';

let caps: CapsPart | undefined;
afterEach(() => caps?.stop());

describe('the caps of an owner', () => {
  it('let nothing rest that is not capped', async () => {
    const clock = createManualClock();
    caps = createCaps({ clock, cpuMs: () => clock.monotonic(), sleep: () => undefined }, {});
    await caps.start();
    caps.message(1e9);
    await clock.advance(60_000);
    expect(caps.restedMs).toBe(0);
  });

  it('count what lies around a message, and rest for what was sent beyond', async () => {
    const clock = createManualClock();
    const rests: number[] = [];
    caps = createCaps({ clock, cpuMs: () => 0, sleep: (ms) => rests.push(ms) }, { bytesPerSecond: 10_000 });
    await caps.start();
    // A second is saved at most, here the 50 ms until the first look.
    caps.message(1_412);
    await clock.advance(50);
    expect(rests).toEqual([100]);
    expect(caps.restedMs).toBe(100);
  });

  it('hold a thread that never waits to its part of a processor', async () => {
    caps = createCaps({ clock: systemClock }, { cpu: 0.25 });
    await caps.start();
    const before = process.cpuUsage();
    const began = performance.now();
    // What the process takes, not how fast it is: a busy machine makes the share smaller, never larger.
    for (let round = 0; performance.now() - began < 3_000; round += 1) {
      const until = performance.now() + 10;
      while (performance.now() < until);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000 / (performance.now() - began)).toBeLessThan(0.4);
    expect(caps.restedMs).toBeGreaterThan(0);
  });
});
