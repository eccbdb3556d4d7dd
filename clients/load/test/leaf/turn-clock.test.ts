import { describe, expect, test } from '@jest/globals';
import { createTurnClock, TURN_MS } from '../../src/leaf/turn-clock.ts';

const NAMES = ['ann', 'bob', 'cleo'];

describe('a turn clock', () => {
  test('fires timers that are due together in order, with the rest of the loop between those that take long', async () => {
    const clock = createTurnClock();
    const seen: string[] = [];
    let isOver = false;
    const between = (): void => {
      if (seen.at(-1) !== 'between') seen.push('between');
      if (!isOver) setImmediate(between);
    };
    setImmediate(between);
    const one = (name: string): Promise<void> =>
      new Promise((resolve) => {
        clock.setTimeout(() => {
          const until = performance.now() + TURN_MS;
          while (performance.now() < until);
          seen.push(name);
          resolve();
        }, 5);
      });
    await Promise.all(NAMES.map(one));
    isOver = true;
    expect(seen.slice(seen.indexOf('ann')).slice(0, 5)).toEqual(['ann', 'between', 'bob', 'between', 'cleo']);
  });

  test('wakes sleepers, and tells those whom it is to wake no more', async () => {
    const clock = createTurnClock();
    await clock.sleep(1);
    await expect(clock.sleep(10_000, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });

  test('tells a sleeper at once whose signal comes while it waits for its turn', async () => {
    const clock = createTurnClock();
    const stop = new AbortController();
    // Due first; the sleeper behind it is due too.
    clock.setTimeout(() => stop.abort(), 5);
    await expect(clock.sleep(5, stop.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  test('does not fire a timer that was called off while it waited for its turn', async () => {
    const clock = createTurnClock();
    const fired: string[] = [];
    const timers = NAMES.map((name) =>
      clock.setTimeout(() => {
        fired.push(name);
        // The others are due too.
        timers[1]!.cancel();
      }, 5),
    );
    await clock.sleep(50);
    expect(fired).toEqual(['ann', 'cleo']);
  });
});
