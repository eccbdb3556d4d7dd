import { describe, expect, it } from '@jest/globals';
import { RateMeter, SlidingRate } from '../../src/download-planner/rate-meter.ts';

/** Feeds `rate` bytes per second from `from` to `to` in steps of 50 ms. */
function feed(meter: RateMeter, rate: number, from: number, to: number): void {
  for (let now = from; now <= to; now += 50) meter.add(rate / 20, now);
}

describe('the rate of a source', () => {
  it('is unknown before its first bytes, and then found within a second', () => {
    const meter = new RateMeter();
    meter.start(0);
    expect(meter.rate).toBeUndefined();
    feed(meter, 1_000_000, 300, 1_300);
    expect(meter.rate).toBeCloseTo(1_000_000, -3);
    expect(meter.isProven).toBe(true);
  });

  it('does not count the latency before the first byte nor the time when nothing is asked', () => {
    const meter = new RateMeter();
    meter.start(0);
    feed(meter, 1_000_000, 5_000, 6_000);
    meter.stop(6_000);
    meter.start(60_000);
    feed(meter, 1_000_000, 61_000, 62_000);
    expect(meter.rate).toBeCloseTo(1_000_000, -3);
  });

  it('is a floor, and not called proven, when all came at once', () => {
    const meter = new RateMeter();
    meter.start(0);
    meter.add(1_000_000, 100);
    meter.stop(100);
    expect(meter.rate).toBe(10_000_000);
    expect(meter.isProven).toBe(false);
    meter.start(200);
    feed(meter, 50_000_000, 210, 500);
    expect(meter.rate).toBeGreaterThan(40_000_000);
  });

  it('follows a change within a few seconds, and one burst does not move it much', () => {
    const meter = new RateMeter();
    meter.start(0);
    feed(meter, 1_000_000, 0, 10_000);
    meter.add(1_000_000, 10_050); // a second's worth at once
    expect(meter.rate).toBeLessThan(1_700_000);
    feed(meter, 100_000, 10_100, 18_000);
    expect(meter.rate).toBeLessThan(150_000);
  });

  it('falls when the source falls silent and its request is given up', () => {
    const meter = new RateMeter();
    meter.start(0);
    feed(meter, 1_000_000, 0, 5_000);
    meter.add(10, 5_010);
    meter.stop(8_000);
    expect(meter.rate).toBeLessThan(400_000);
  });
});

describe('the rate of the whole', () => {
  it('is what came in the last five seconds, and 0 after as long a silence', () => {
    const rate = new SlidingRate(0);
    for (let now = 0; now <= 20_000; now += 100) rate.add(100_000, now);
    expect(rate.rate(20_000)).toBeGreaterThan(900_000);
    expect(rate.rate(20_000)).toBeLessThan(1_100_000);
    expect(rate.rate(26_000)).toBe(0);
  });

  it('is not diluted by the time before the start', () => {
    const rate = new SlidingRate(0);
    for (let now = 0; now <= 1_000; now += 100) rate.add(100_000, now);
    expect(rate.rate(1_000)).toBeGreaterThan(900_000);
  });
});
