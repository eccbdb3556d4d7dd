import { describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import { createManualClock } from '@banyan/kit';
import { createServiceWatch } from '../../src/link/service-watch.ts';

function setUp(routineMs = 0) {
  const clock = createManualClock();
  const log: string[] = [];
  let answer: BanyanError | undefined;
  let asked = 0;
  const watch = createServiceWatch(
    {
      clock,
      random: () => 0.5,
      ask: () => {
        asked += 1;
        return answer === undefined ? Promise.resolve() : Promise.reject(answer);
      },
      onChange: () => log.push(watch.state.state),
    },
    { routineMs },
  );
  return {
    clock,
    watch,
    log,
    asked: () => asked,
    away: (problem: BanyanError | undefined) => {
      answer = problem;
    },
  };
}

describe('how a service is', () => {
  it('is asked only when the last answer is old, once for all who look', async () => {
    const { clock, watch, asked, log } = setUp();
    expect(watch.state).toEqual({ state: 'connecting', problem: null });
    await Promise.all([watch.check(1_000), watch.check(1_000)]);
    expect(asked()).toBe(1);
    expect(watch.state.state).toBe('connected');
    await clock.advance(999);
    await watch.check(1_000);
    expect(asked()).toBe(1);
    await clock.advance(1);
    await watch.check(1_000);
    expect(asked()).toBe(2);
    await clock.advance(3_600_000);
    expect(asked()).toBe(2);
    expect(log).toEqual(['connected']);
    watch.stop();
  });

  it('is asked again by itself while it is away, and says when it is back', async () => {
    const { clock, watch, away, asked, log } = setUp();
    away(new BanyanError('unreachable', 'Nothing listens there.'));
    await watch.check(0);
    expect(watch.state).toEqual({
      state: 'waiting',
      problem: { code: 'unreachable', message: 'Nothing listens there.' },
    });
    await clock.advance(120_000);
    const tries = asked();
    expect(tries).toBeGreaterThan(4);
    away(undefined);
    await clock.advance(31_000);
    expect(watch.state).toEqual({ state: 'connected', problem: null });
    expect(log).toEqual(['waiting', 'connected']);
    const then = asked();
    await clock.advance(600_000);
    expect(asked()).toBe(then);
    watch.stop();
  });

  it('tells what needs a person from what waiting helps against', () => {
    const { watch } = setUp();
    watch.heard(new BanyanError('token_revoked'));
    expect(watch.state.state).toBe('offline');
    watch.heard(new BanyanError('aborted'));
    expect(watch.state.state).toBe('offline');
    watch.heard(undefined);
    expect(watch.state.state).toBe('connected');
    watch.stop();
  });

  it('asks nothing more once it is stopped', async () => {
    const { clock, watch, away, asked } = setUp(1_000);
    away(new BanyanError('unreachable'));
    await watch.check(0);
    watch.stop();
    const then = asked();
    await clock.advance(600_000);
    await watch.check(0);
    expect(asked()).toBe(then);
  });
});
