import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@banyan/kit';
import { createWorkQueue } from '../src/work-queue.ts';
import { createRateLimiter } from '../src/rate-limiter.ts';

describe('the work queue', () => {
  it('takes one job of each in turn, and those of one in their order', async () => {
    const queue = createWorkQueue(systemClock);
    const done: string[] = [];
    const run = (key: string, job: string): Promise<unknown> => queue.run(key, () => done.push(job));
    await Promise.all([
      run('ann', 'a1'),
      run('ann', 'a2'),
      run('ann', 'a3'),
      run('bob', 'b1'),
      run('cleo', 'c1'),
      run('bob', 'b2'),
    ]);
    expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(queue.size).toBe(0);
  });

  it('lets the event loop turn between slices', async () => {
    let now = 0;
    // Each job takes a whole slice.
    const queue = createWorkQueue({ monotonic: () => now }, { sliceMs: 5 });
    const order: string[] = [];
    const jobs = [1, 2, 3].map((n) =>
      queue.run('ann', () => {
        now += 6;
        order.push(`job ${n}`);
        setImmediate(() => order.push(`other ${n}`));
      }),
    );
    await Promise.all(jobs);
    expect(order.slice(0, 4)).toEqual(['job 1', 'other 1', 'job 2', 'other 2']);
  });

  it('hands on what a job throws, and goes on with the next', async () => {
    const queue = createWorkQueue(systemClock);
    const bad = queue.run('ann', () => {
      throw new Error('no');
    });
    const good = queue.run('ann', () => 7);
    await expect(bad).rejects.toThrow('no');
    await expect(good).resolves.toBe(7);
  });

  it('is bounded, and forgets the jobs of whoever left', async () => {
    const queue = createWorkQueue(systemClock, { maxWaiting: 2 });
    const jobs = [queue.run('ann', () => 1), queue.run('bob', () => 2)];
    await expect(queue.run('cleo', () => 3)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 1000,
    });
    queue.drop('ann');
    await expect(jobs[0]).rejects.toMatchObject({ code: 'aborted' });
    await expect(jobs[1]).resolves.toBe(2);
    expect(queue.size).toBe(0);
  });
});

describe('the rate limiter', () => {
  it('allows a burst, then the pace, and says how long to wait', () => {
    const limiter = createRateLimiter(60, 0);
    for (let i = 0; i < 10; i += 1) expect(limiter.take(0)).toBe(0);
    const wait = limiter.take(0);
    expect(wait).toBe(1000);
    expect(limiter.take(wait)).toBe(0);
    expect(limiter.take(wait)).toBeGreaterThan(0);
  });
});
