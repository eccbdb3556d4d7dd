import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createPacer, type Pacer, type Rates } from '../../src/index.ts';
import { BURST_MS, CATCH_UP_SHARE, MIN_GRANT_BYTES } from '../../src/bandwidth/constants.ts';

interface Moved {
  readonly at: number;
  readonly flow: string;
  readonly bytes: number;
}

interface Drive {
  /** Flow → its transfer. */
  readonly flows: Readonly<Record<string, string>>;
  readonly ms: number;
  /** Bytes of a flow's next wish. */
  readonly wish?: (flow: string) => number;
  /** How late we wake, in milliseconds. */
  readonly late?: () => number;
}

/** Lets greedy flows move for a while; the owner sleeps until `wakeAt` and a bit. */
function drive(pacer: Pacer<string>, { flows, ms, wish = () => 256 * 1024, late = () => 0 }: Drive): Moved[] {
  const moved: Moved[] = [];
  let now = 0;
  for (const [flow, transfer] of Object.entries(flows)) pacer.want(flow, transfer, wish(flow), now);
  while (now < ms) {
    now = Math.max(now, pacer.wakeAt() ?? Infinity) + late();
    for (const { flow, bytes } of pacer.release(now)) {
      moved.push({ at: now, flow, bytes });
      pacer.want(flow, flows[flow]!, wish(flow), now);
    }
  }
  return moved.filter(({ at }) => at < ms);
}

const sum = (moved: readonly Moved[]): number => moved.reduce((total, { bytes }) => total + bytes, 0);

/** Most bytes in any span of that length. */
function mostIn(moved: readonly Moved[], spanMs: number): number {
  let most = 0;
  let from = 0;
  let within = 0;
  for (const { at, bytes } of moved) {
    within += bytes;
    while (moved[from]!.at <= at - spanMs) within -= moved[from++]!.bytes;
    most = Math.max(most, within);
  }
  return most;
}

/** Fewest bytes in any span of that length that begins with a grant. */
function leastIn(moved: readonly Moved[], spanMs: number, endMs: number): number {
  let least = Infinity;
  let to = 0;
  let within = 0;
  for (const { at, bytes } of moved) {
    if (at + spanMs >= endMs) break;
    while (to < moved.length && moved[to]!.at < at + spanMs) within += moved[to++]!.bytes;
    least = Math.min(least, within);
    within -= bytes;
  }
  return least;
}

const limited = (rates: Partial<Rates>): Pacer<string> => {
  const pacer = createPacer<string>(0);
  pacer.setRates({ total: undefined, each: undefined, ...rates }, 0);
  return pacer;
};

describe('a pacer', () => {
  it('lets everything through at once without limits', () => {
    const pacer = createPacer<string>(0);
    pacer.want('a', 'x', 1e9, 0);
    expect(pacer.isLimited).toBe(false);
    expect(pacer.release(0)).toEqual([{ flow: 'a', bytes: 1e9 }]);
    expect(pacer.wakeAt()).toBeUndefined();
  });

  it('keeps within 5 % of the limit in any second, however many flows want how much', () => {
    fc.assert(
      fc.property(
        fc.record({
          rate: fc.integer({ min: 50_000, max: 200_000_000 }),
          flows: fc.integer({ min: 1, max: 12 }),
          transfers: fc.integer({ min: 1, max: 4 }),
          // Milliseconds of the limit.
          wishes: fc.array(fc.integer({ min: 30, max: 1_000 }), { minLength: 1, maxLength: 8 }),
          late: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 }),
        }),
        ({ rate, flows, transfers, wishes, late }) => {
          let turn = 0;
          const moved = drive(limited({ total: rate }), {
            ms: 4_000,
            flows: Object.fromEntries(
              Array.from({ length: flows }, (_, i) => [`f${i}`, `t${i % transfers}`]),
            ),
            wish: () => Math.ceil((wishes[turn++ % wishes.length]! * rate) / 1000),
            late: () => late[turn++ % late.length]!,
          });
          expect(mostIn(moved, 1_000)).toBeLessThanOrEqual(rate * 1.05);
          expect(leastIn(moved, 1_000, 4_000)).toBeGreaterThanOrEqual(rate * 0.95);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('bounds what goes at once, also after a long silence', () => {
    const pacer = limited({ total: 1_000_000 });
    pacer.want('a', 'x', 10e6, 3_600_000);
    expect(sum(drive(pacer, { flows: {}, ms: 0 }))).toBe(0);
    const [grant] = pacer.release(3_600_000);
    expect(grant!.bytes).toBe((1_000_000 * BURST_MS) / 1000);
  });

  it('holds each transfer to its limit, whatever the number of its flows, beside the limit of all', () => {
    const moved = drive(limited({ total: 3_000_000, each: 1_000_000 }), {
      flows: { a1: 'a', a2: 'a', a3: 'a', b1: 'b' },
      ms: 5_000,
    });
    const a = moved.filter(({ flow }) => flow.startsWith('a'));
    const b = moved.filter(({ flow }) => flow.startsWith('b'));
    expect(mostIn(a, 1_000)).toBeLessThanOrEqual(1_050_000);
    expect(mostIn(b, 1_000)).toBeLessThanOrEqual(1_050_000);
    expect(sum(a)).toBeGreaterThan(4_900_000);
    expect(sum(b)).toBeGreaterThan(4_900_000);
  });

  it('shares the limit fairly over transfers, not over flows, and gives what one leaves to the others', () => {
    const moved = drive(limited({ total: 2_000_000, each: undefined }), {
      flows: { a1: 'a', a2: 'a', a3: 'a', b1: 'b' },
      ms: 5_000,
    });
    const of = (name: string): number => sum(moved.filter(({ flow }) => flow.startsWith(name)));
    expect(of('a') / of('b')).toBeGreaterThan(0.95);
    expect(of('a') / of('b')).toBeLessThan(1.05);
    expect(of('a1') / of('a3')).toBeGreaterThan(0.95);

    const pacer = limited({ total: 2_000_000, each: 1_500_000 });
    const alone = drive(pacer, { flows: { a1: 'a' }, ms: 3_000 });
    expect(sum(alone) / 3).toBeGreaterThan(1_450_000);
  });

  it('catches up what was lost by waking late, slowly and not without end', () => {
    let wakes = 0;
    const moved = drive(limited({ total: 1_000_000 }), {
      flows: { a: 'x' },
      ms: 60_000,
      // A process that is busy for 150 ms every other second or so.
      late: () => (++wakes % 1_000 === 0 ? 150 : 0),
    });
    expect(sum(moved)).toBeGreaterThan(0.99 * 60e6);
    expect(sum(moved)).toBeLessThan(60e6 * (1 + CATCH_UP_SHARE));
    expect(mostIn(moved, 1_000)).toBeLessThanOrEqual(1_050_000);

    const idle = limited({ total: 1_000_000 });
    drive(idle, { flows: { a: 'x' }, ms: 100 });
    idle.cancel('a');
    idle.want('b', 'x', 1e6, 3_600_000);
    // Nobody wanted anything for an hour: there is nothing to catch up.
    expect(idle.release(3_600_000)[0]!.bytes).toBeLessThanOrEqual((1_000_000 * BURST_MS) / 1000);
    expect(idle.wakeAt()).toBeUndefined();
  });

  it('charges what came unasked and takes back what was not used', () => {
    const pacer = limited({ total: 100_000 });
    pacer.charge('x', 50_000, 0);
    pacer.want('a', 'x', 1_000, 0);
    expect(pacer.release(400)).toEqual([]);
    expect(pacer.wakeAt()).toBeGreaterThan(400);
    expect(pacer.wakeAt()).toBeLessThan(520);
    pacer.charge('x', -50_000, 400);
    expect(pacer.release(400)).toEqual([{ flow: 'a', bytes: 1_000 }]);
  });

  it('heeds a change at once and serves no debt of another limit for long', () => {
    const pacer = limited({ total: 10_000_000 });
    pacer.charge('x', 5_000_000, 0);
    pacer.setRates({ total: 50_000, each: undefined }, 0);
    pacer.want('a', 'x', 100_000, 0);
    expect(pacer.wakeAt()).toBeLessThanOrEqual((2 * 1000 * Math.max(MIN_GRANT_BYTES, 1_250)) / 50_000);
    pacer.setRates({ total: undefined, each: undefined }, 1);
    expect(pacer.release(1)).toEqual([{ flow: 'a', bytes: 100_000 }]);
  });

  it('gives nothing to whoever stopped wanting', () => {
    const pacer = limited({ total: 100_000 });
    pacer.want('a', 'x', 1_000, 0);
    pacer.want('b', 'y', 1_000, 0);
    pacer.cancel('a');
    expect(pacer.release(0)).toEqual([{ flow: 'b', bytes: 1_000 }]);
  });
});
