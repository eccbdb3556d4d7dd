import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@banyan/kit';
import { createWorkQueue, type Steps } from '../src/work-queue.ts';
import { createRateLimiter, createRateLimits } from '../src/rate-limiter.ts';

/** A job of one step. */
const once = <T>(job: () => T) =>
  // eslint-disable-next-line require-yield -- one step
  function* (): Steps<T> {
    return job();
  };

describe('the work queue', () => {
  it('takes one job of each in turn, and those of one in their order', async () => {
    const queue = createWorkQueue(systemClock);
    const done: string[] = [];
    const run = (key: string, job: string): Promise<unknown> =>
      queue.run(
        key,
        once(() => done.push(job)),
      );
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
      queue.run(
        'ann',
        once(() => {
          now += 6;
          order.push(`job ${n}`);
          setImmediate(() => order.push(`other ${n}`));
        }),
      ),
    );
    await Promise.all(jobs);
    expect(order.slice(0, 4)).toEqual(['job 1', 'other 1', 'job 2', 'other 2']);
  });

  it('lets others have their turn between the steps of a long job, and its followers wait', async () => {
    const queue = createWorkQueue(systemClock);
    const done: string[] = [];
    const long = queue.run('ann', function* () {
      for (const step of ['a1', 'a2', 'a3']) {
        done.push(step);
        if (step !== 'a3') yield;
      }
      return done.length;
    });
    const run = (key: string, job: string): Promise<unknown> =>
      queue.run(
        key,
        once(() => done.push(job)),
      );
    await Promise.all([long, run('ann', 'a4'), run('bob', 'b1'), run('bob', 'b2')]);
    expect(done).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'a4']);
    expect(await long).toBe(5);
    expect(queue.size).toBe(0);
  });

  it('ends a long job that was dropped between two steps', async () => {
    const queue = createWorkQueue(systemClock);
    const done: string[] = [];
    const long = queue.run('ann', function* () {
      done.push('first');
      queue.drop('ann');
      yield;
      done.push('second');
    });
    await expect(long).rejects.toMatchObject({ code: 'aborted' });
    await queue.run(
      'bob',
      once(() => done.push('other')),
    );
    expect(done).toEqual(['first', 'other']);
    expect(queue.size).toBe(0);
  });

  it('hands on what a job throws, and goes on with the next', async () => {
    const queue = createWorkQueue(systemClock);
    const bad = queue.run(
      'ann',
      once(() => {
        throw new Error('no');
      }),
    );
    const good = queue.run(
      'ann',
      once(() => 7),
    );
    await expect(bad).rejects.toThrow('no');
    await expect(good).resolves.toBe(7);
  });

  it('is bounded, and forgets the jobs of whoever left', async () => {
    const queue = createWorkQueue(systemClock, { maxWaiting: 2 });
    const jobs = [1, 2].map((n) =>
      queue.run(
        n === 1 ? 'ann' : 'bob',
        once(() => n),
      ),
    );
    await expect(
      queue.run(
        'cleo',
        once(() => 3),
      ),
    ).rejects.toMatchObject({
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

  it('counts each kind of event of a caller for itself, from the first one on', () => {
    const limits = createRateLimits({ searches: 60, reports: 6 });
    for (let i = 0; i < 10; i += 1) expect(limits.take('searches', 5_000)).toBe(0);
    expect(limits.take('searches', 5_000)).toBe(1000);
    expect(limits.take('reports', 5_000)).toBe(0);
    expect(limits.take('reports', 5_000)).toBe(10_000);
    expect(limits.perMinute('reports')).toBe(6);
  });
});
