import { describe, expect, it } from '@jest/globals';
import { createRest } from '../../src/index.ts';

/** Works `workMs` and uses `use` per round, then rests as it is told; gives the rate over the whole. */
function rateOf(perMs: number, use: number, workMs: number, rounds: number): number {
  let now = 5_000;
  let used = 70;
  const rest = createRest(perMs, now, used);
  for (let i = 0; i < rounds; i += 1) {
    now += workMs;
    used += use;
    now += rest.due(now, used);
  }
  return (used - 70) / (now - 5_000);
}

describe('a cap that is kept by resting', () => {
  it.each([0.05, 0.2, 0.5, 1])('keeps %d of a processor to the percent, however long the work is', (cpu) => {
    for (const workMs of [1, 20, 50]) {
      const rate = rateOf(cpu, workMs, workMs, 20_000);
      expect(rate).toBeLessThanOrEqual(cpu * 1.01);
      expect(rate).toBeGreaterThan(Math.min(cpu, 1) * 0.99);
    }
  });

  it('never rests longer than a second at once, and rests for the remainder later', () => {
    const rest = createRest(10, 0, 0);
    expect(rest.due(10, 100_000)).toBe(1_000);
    expect(rest.due(1_010, 100_000)).toBe(1_000);
    expect(rateOf(10, 100_000, 10, 3)).toBeGreaterThan(10);
    expect(rateOf(1, 900, 10, 1_000)).toBeLessThanOrEqual(1.01);
  });

  it('lets one who is below the cap alone, and saves a second for a burst, not an hour', () => {
    const rest = createRest(1, 0, 0);
    expect(rest.due(3_600_000, 10)).toBe(0);
    expect(rest.due(3_600_000, 1_009)).toBe(0);
    expect(rest.due(3_600_000, 1_260)).toBe(250);
  });
});
