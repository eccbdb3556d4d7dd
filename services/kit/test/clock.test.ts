import { describe, expect, it } from '@jest/globals';
import { createManualClock, systemClock } from '../src/index.ts';

describe('manual clock', () => {
  it('stands still until it is advanced, then moves wall time and monotonic time alike', async () => {
    const clock = createManualClock(1_000);
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
    await clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250]);
  });

  it('fires timers in the order of their instants, each at its own', async () => {
    const clock = createManualClock(0);
    const fired: [string, number][] = [];
    for (const [name, ms] of [
      ['late', 30],
      ['early', 10],
      ['same', 10],
      ['never', 31],
    ] as const) {
      clock.setTimeout(() => fired.push([name, clock.now()]), ms);
    }
    clock.setTimeout(() => fired.push(['cancelled', 0]), 5).cancel();
    await clock.advance(30);
    expect(fired).toEqual([
      ['early', 10],
      ['same', 10],
      ['late', 30],
    ]);
    expect(clock.pending).toBe(1);
  });

  it('lets whoever slept arrange the next sleep within one advance', async () => {
    const clock = createManualClock(0);
    const woken: number[] = [];
    const sleeper = (async () => {
      for (let i = 0; i < 3; i += 1) {
        await clock.sleep(10);
        woken.push(clock.now());
      }
    })();
    await clock.advance(30);
    await sleeper;
    expect(woken).toEqual([10, 20, 30]);
  });

  it('repeats an interval until it is cancelled, also from inside', async () => {
    const clock = createManualClock(0);
    let ticks = 0;
    const timer = clock.setInterval(() => {
      ticks += 1;
      if (ticks === 3) timer.cancel();
    }, 10);
    await clock.advance(100);
    expect(ticks).toBe(3);
    expect(clock.pending).toBe(0);
  });
});

describe.each([
  ['manual', createManualClock()],
  ['system', systemClock],
])('a sleep on the %s clock', (_name, clock) => {
  it('ends with aborted as soon as its signal aborts', async () => {
    const controller = new AbortController();
    const sleep = clock.sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleep).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
  });

  it('does not begin when its signal was aborted before', async () => {
    await expect(clock.sleep(60_000, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('system clock', () => {
  it('does not fire at once when a wait is longer than Node can count', async () => {
    let fired = false;
    const timer = systemClock.setTimeout(() => (fired = true), 2 ** 31 + 1000);
    await systemClock.sleep(5);
    timer.cancel();
    expect(fired).toBe(false);
  });

  it('fires once, and an interval until it is cancelled', async () => {
    let ticks = 0;
    await new Promise<void>((resolve) => {
      const timer = systemClock.setInterval(() => {
        ticks += 1;
        if (ticks < 2) return;
        timer.cancel();
        systemClock.setTimeout(resolve, 1);
      }, 1);
    });
    expect(ticks).toBe(2);
  });
});
