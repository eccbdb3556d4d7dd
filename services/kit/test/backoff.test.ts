import { describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import { createBackoff, createManualClock, retry } from '../src/index.ts';

describe('back-off', () => {
  it('doubles up to its maximum and begins again after a reset', () => {
    const backoff = createBackoff({ minMs: 100, maxMs: 500, jitter: 0 });
    expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([100, 200, 400, 500]);
    expect(backoff.attempts).toBe(4);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('leaves the stated share of each wait to chance', () => {
    const waits = (random: number): number =>
      createBackoff({ minMs: 1000, jitter: 0.5, random: () => random }).next();
    expect(waits(0)).toBe(1000);
    expect(waits(0.999_999)).toBeCloseTo(500, 0);
  });

  it('stays at its maximum after so many attempts that a power would overflow', () => {
    const backoff = createBackoff({ maxMs: 30_000, jitter: 0 });
    for (let i = 0; i < 2000; i += 1) backoff.next();
    expect(backoff.next()).toBe(30_000);
  });
});

describe('retry', () => {
  const away = new BanyanError('unreachable');

  it('goes on until it succeeds, waiting between the attempts', async () => {
    const clock = createManualClock(0);
    const at: number[] = [];
    const result = retry(
      async (attempt) => {
        at.push(clock.now());
        if (attempt < 4) throw away;
        return 'there';
      },
      { clock, minMs: 100, jitter: 0 },
    );
    await clock.advance(1000);
    expect(await result).toBe('there');
    expect(at).toEqual([0, 100, 300, 700]);
  });

  it('throws the last error when the attempts are used up', async () => {
    const clock = createManualClock();
    let calls = 0;
    const result = retry(async () => Promise.reject(new BanyanError('timeout', `attempt ${(calls += 1)}`)), {
      clock,
      attempts: 3,
    });
    const seen = expect(result).rejects.toMatchObject({ message: 'attempt 3' });
    await clock.advance(100_000);
    await seen;
  });

  it('does not repeat what cannot succeed', async () => {
    let calls = 0;
    const result = retry(async () => {
      calls += 1;
      throw new BanyanError('forbidden');
    });
    await expect(result).rejects.toMatchObject({ code: 'forbidden' });
    expect(calls).toBe(1);
  });

  it('waits as long as the refuser asks when that is longer', async () => {
    const clock = createManualClock(0);
    const waits: number[] = [];
    const result = retry(
      async (attempt) => {
        if (attempt === 1) throw new BanyanError('rate_limited', undefined, { retryAfterMs: 5_000 });
        return clock.now();
      },
      { clock, minMs: 10, onRetry: (_error, waitMs) => waits.push(waitMs) },
    );
    await clock.advance(5_000);
    expect(await result).toBe(5_000);
    expect(waits).toEqual([5_000]);
  });

  it('ends when its signal aborts, while it waits', async () => {
    const controller = new AbortController();
    const result = retry(async () => Promise.reject(away), {
      attempts: Infinity,
      minMs: 60_000,
      signal: controller.signal,
      onRetry: () => setImmediate(() => controller.abort()),
    });
    await expect(result).rejects.toMatchObject({ code: 'aborted' });
  });
});
