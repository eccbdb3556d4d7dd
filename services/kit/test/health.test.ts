import { describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import { createHealth, createManualClock } from '../src/index.ts';

describe('health', () => {
  it('is ready without checks, and not while it drains', async () => {
    const health = createHealth();
    expect(await health.report()).toEqual({ ready: true, draining: false, checks: [] });
    health.setDraining();
    expect(await health.report()).toEqual({ ready: false, draining: true, checks: [] });
  });

  it('names the failing check with our own words, and hides those of foreign errors', async () => {
    const health = createHealth();
    health.add('store', async () => Promise.reject(new BanyanError('store_unavailable', 'Redis is away.')));
    health.add('disk', () => {
      throw new Error('/var/lib/secret');
    });
    health.add('fine', () => undefined);
    const report = await health.report();
    expect(report.ready).toBe(false);
    expect(report.checks[0]).toEqual({ name: 'store', ok: false, reason: 'Redis is away.' });
    expect(report.checks[1]?.reason).not.toContain('/var/lib');
    expect(report.checks[2]).toEqual({ name: 'fine', ok: true });
  });

  it('stays ready while only an advisory check fails, and shows it', async () => {
    const health = createHealth();
    const away = (): Promise<never> => Promise.reject(new BanyanError('store_unavailable', 'Redis is away.'));
    health.add('store', away, { advisory: true });
    expect(await health.report()).toEqual({
      ready: true,
      draining: false,
      checks: [{ name: 'store', ok: false, advisory: true, reason: 'Redis is away.' }],
    });
  });

  it('does not wait for a check that never answers', async () => {
    const clock = createManualClock();
    const health = createHealth({ clock });
    health.add('stuck', () => new Promise(() => undefined));
    const report = health.report();
    await clock.advance(2_000);
    expect((await report).checks).toEqual([{ name: 'stuck', ok: false, reason: 'no answer within 2 s' }]);
  });

  it('asks its checks at most once a second', async () => {
    const clock = createManualClock();
    const health = createHealth({ clock });
    let asked = 0;
    health.add('count', () => void (asked += 1));
    await Promise.all([health.report(), health.report()]);
    await health.report();
    expect(asked).toBe(1);
    await clock.advance(1_000);
    await health.report();
    expect(asked).toBe(2);
  });
});
