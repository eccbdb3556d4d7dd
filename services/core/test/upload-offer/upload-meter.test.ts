import { describe, expect, it } from '@jest/globals';
import { UploadMeter, type UploadFlow } from '../../src/index.ts';

const steady = (rate: number): UploadFlow => ({ rate, isSteady: true });

/** Looks once a second. */
function look(meter: UploadMeter, flows: readonly UploadFlow[], from: number, seconds: number): number {
  for (let s = 0; s < seconds; s++) meter.look(flows, false, from + s * 1000);
  return from + seconds * 1000;
}

describe('what a line was measured to give', () => {
  it('is unknown until an upload went on long enough to tell', () => {
    const meter = new UploadMeter();
    look(meter, [], 0, 10);
    look(meter, [{ rate: 17_000, isSteady: false }], 10_000, 3);
    look(meter, [steady(0)], 20_000, 1);
    expect([meter.line, meter.each]).toEqual([undefined, undefined]);
    look(meter, [steady(5_000_000)], 30_000, 1);
    expect([meter.line, meter.each]).toEqual([5_000_000, 5_000_000]);
  });

  it('rises at once, also by an upload that has just begun, and adds those under way up', () => {
    const meter = new UploadMeter();
    let at = look(meter, [steady(1_000_000)], 0, 1);
    at = look(meter, [{ rate: 3_000_000, isSteady: false }], at, 1);
    expect([meter.line, meter.each]).toEqual([3_000_000, 3_000_000]);
    look(meter, [steady(2_000_000), steady(2_500_000)], at, 1);
    expect([meter.line, meter.each]).toEqual([4_500_000, 3_000_000]);
  });

  it('falls little by little: half of the difference in five minutes of one slower upload, and not in idle time', () => {
    const meter = new UploadMeter();
    let at = look(meter, [steady(10_000_000)], 0, 1);
    at = look(meter, [steady(2_000_000)], at, 300);
    expect(meter.each).toBeCloseTo(6_000_000, -5);
    const before = meter.each;
    meter.look([], false, at + 3_600_000);
    meter.look([steady(2_000_000)], false, at + 7_200_000);
    expect(before! - meter.each!).toBeLessThan(50_000);
  });

  it('is not lowered by uploads beside each other, by one that is just beginning, nor by an own limit', () => {
    const meter = new UploadMeter();
    const at = look(meter, [steady(8_000_000)], 0, 1);
    look(meter, [steady(4_000_000), steady(4_000_000)], at, 100);
    expect([meter.line, meter.each]).toEqual([8_000_000, 8_000_000]);
    look(meter, [{ rate: 10_000, isSteady: false }], at + 200_000, 100);
    for (let s = 0; s < 100; s++) meter.look([steady(100_000)], true, at + 400_000 + s * 1000);
    expect([meter.line, meter.each]).toEqual([8_000_000, 8_000_000]);
  });
});
