import { describe, expect, it } from '@jest/globals';
import { NO_LIMIT, parseScheduleRule, type LimitsView } from '@banyan/proto';
import { useFakePeer } from '../use-fake-peer.ts';

const fake = useFakePeer();
/** What the clock of a test's command says. */
const NOW = 60_000;

const view = (change: Partial<LimitsView> = {}): LimitsView => ({
  limits: { ...NO_LIMIT, up: 2_000_000 },
  schedule: [],
  downloadsAtOnce: 5,
  now: { limits: { ...NO_LIMIT, up: 2_000_000 }, rule: null, until: null },
  ...change,
});

describe('banyan limits', () => {
  it('shows what is set', async () => {
    fake.peer.on('GET /limits', () => view());
    const { code, ctx } = await fake.run(['limits']);
    expect(code).toBe(0);
    expect(ctx.stdout()).toContain('All uploads     2.0 MB/s');
    expect(ctx.stdout()).toContain('Each download   no limit');
    expect(ctx.stdout()).toContain('5 at once');
    expect((await fake.run(['limits', '--json'])).json()).toEqual(view());
  });

  it('sets without the word for it, as people type it', async () => {
    fake.peer.on('PATCH /limits', () => view());
    expect((await fake.run(['limits', 'down=5MB/s', 'at-once=3'])).code).toBe(0);
    expect(fake.peer.calls.at(-1)!.body).toEqual({ limits: { down: 5_000_000 }, downloadsAtOnce: 3 });
    const { code, ctx } = await fake.run(['limits', 'slow']);
    expect(code).toBe(2);
    expect(ctx.stderr()).toContain("'slow' is not understood");
  });

  it('says which rule of the schedule holds, for how long, and what is outside of it', async () => {
    fake.peer.on('GET /limits', () =>
      view({
        schedule: ['12:00-14:00 up=500KB/s', '22:00-06:00 up=off'].map(parseScheduleRule),
        now: { limits: { ...NO_LIMIT, up: 500_000 }, rule: 0, until: NOW + 90 * 60_000 },
      }),
    );
    const { ctx } = await fake.run(['limits', 'show']);
    expect(ctx.stdout()).toContain('All uploads     500 KB/s  (outside the schedule 2.0 MB/s)');
    expect(ctx.stdout()).toContain('▸ 12:00-14:00 up=500KB/s');
    expect(ctx.stdout()).toContain('  22:00-06:00 up=off');
    expect(ctx.stdout()).toMatch(/holds until .*, in 1 h 30 min/);
  });

  it.each([
    [
      ['set', 'up=1MB/s', 'down=off', 'up-each=8Mbit/s', 'at-once=3'],
      { limits: { up: 1_000_000, down: null, upEach: 1_000_000 }, downloadsAtOnce: 3 },
    ],
    [['set', 'at-once=1'], { downloadsAtOnce: 1 }],
    [
      ['schedule', 'mon-tue 08:00-18:00 up=1MB/s', '22:00-06:00 up=off'],
      {
        schedule: [
          { days: ['mon', 'tue'], from: '08:00', to: '18:00', limits: { up: 1_000_000 } },
          { from: '22:00', to: '06:00', limits: { up: null } },
        ],
      },
    ],
    [['clear', 'schedule'], { schedule: [] }],
    [['clear'], { limits: NO_LIMIT, schedule: [] }],
  ])('%j changes what it names', async (words, body) => {
    fake.peer.on('PATCH /limits', () => view());
    expect((await fake.run(['limits', ...words])).code).toBe(0);
    expect(fake.peer.calls.find(({ method }) => method === 'PATCH')?.body).toEqual(body);
  });

  it.each([
    [['set'], 'For example: banyan limits set'],
    [['set', 'up'], "'up' is not understood"],
    [['set', 'fast=1MB/s'], 'up=, down=, up-each=, down-each= and at-once='],
    [['set', 'up=1KB/s'], 'at least 10KB/s'],
    [['set', 'at-once=0'], 'from 1 to 100'],
    [['schedule'], 'For example: banyan limits schedule'],
    [['schedule', '08:00-26:00 up=1MB/s'], 'no time of day'],
    [['clear', 'all'], 'clear everything'],
    [['show', 'me'], 'takes no words'],
  ])('%j says what is wrong and asks nothing of the peer', async (words, said) => {
    const { code, ctx } = await fake.run(['limits', ...words]);
    expect(code).toBe(2);
    expect(ctx.stderr()).toContain(said);
    expect(fake.peer.calls).toEqual([]);
  });
});
