import { describe, expect, it } from '@jest/globals';
import { DEFAULT_CAPS, type CriterionView, type VolunteerView } from '@banyan/proto';
import { useFakePeer } from '../use-fake-peer.ts';

const fake = useFakePeer();

const view = (change: Partial<VolunteerView> = {}): VolunteerView => ({
  offered: true,
  caps: DEFAULT_CAPS,
  force: { maxLeaves: 'enforced', memoryBytes: 'enforced', cpu: 'enforced', bytesPerSecond: 'enforced' },
  region: 'eu',
  hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '20:00' }],
  withinHours: true,
  hoursUntil: null,
  order: {
    role: 'leaf',
    since: 0,
    by: { kind: 'operator', account: 'a', name: 'Ada\u001b[31m' },
    reason: 'not needed',
    maxLeaves: 10,
    drainMs: 1,
  },
  criteria: [
    criterion({ name: 'cores', value: 1, threshold: 2, passed: false }),
    criterion({ name: 'version', value: 10_000, threshold: 20_000, passed: false }),
    criterion({ name: 'throughput', value: 5e6, threshold: 1e6, origin: 'home', declared: 2e7 }),
    criterion({ name: 'download', value: null, threshold: 0, origin: 'home' }),
    criterion({
      name: 'round_trip',
      value: null,
      threshold: 300,
      bound: 'at most',
      passed: false,
      origin: 'home',
    }),
  ],
  judgedAt: 1,
  problem: null,
  supernode: {
    state: 'none',
    problem: null,
    leaves: null,
    capacity: null,
    records: null,
    port: null,
    logFile: null,
  },
  ...change,
});

function criterion(change: Partial<CriterionView>): CriterionView {
  return {
    name: 'cores',
    value: 4,
    threshold: 2,
    bound: 'at least',
    passed: true,
    origin: 'host',
    at: 1,
    ...change,
  };
}

describe('banyan volunteer', () => {
  it('shows the offer, each criterion with who found it out, and what it is to be and why', async () => {
    fake.peer.on('GET /volunteer', () => view());
    const { code, ctx } = await fake.run(['volunteer']);
    expect(code).toBe(0);
    const text = ctx.stdout();
    expect(text).toContain('2,000 at most');
    expect(text).toContain('1 GB at most');
    expect(text).toContain('mon-fri 08:00-20:00 (now)');
    expect(text).toContain('a peer among others');
    expect(text).toContain('not needed (operator Ada');
    expect(text).not.toContain('\u001b');
    expect(text).toMatch(/✗ +Processors +1 +at least 2 +this host/);
    expect(text).toMatch(/✓ +Upload +5\.0 MB\/s +at least 1\.0 MB\/s +home supernode +20(\.0)? MB\/s/);
    expect(text).toMatch(/✗ +Banyan +0\.1\.0 +at least 0\.2\.0 +this host/);
    expect(text).toContain('\nBanyan: update Banyan there to 0.2.0 or later.\n');
    expect(text).toMatch(/✓ +Download +not measured +at least 0 B\/s +home supernode/);
    expect(text).toMatch(/✗ +Round trip +not measured +at most 300 ms +home supernode/);
    expect((await fake.run(['volunteer', '--json'])).json()).toEqual(view());
  });

  it('says that nothing is offered, and how to', async () => {
    fake.peer.on('GET /volunteer', () => view({ offered: false }));
    expect((await fake.run(['volunteer'])).ctx.stdout()).toContain('`banyan volunteer on` offers it');
  });

  it('shows why its supernode failed, and how full one is that runs', async () => {
    const { supernode } = view();
    fake.peer.on('GET /volunteer', () =>
      view({ supernode: { ...supernode, state: 'failed', problem: { code: 'x', message: 'It broke.' } } }),
    );
    expect((await fake.run(['volunteer'])).ctx.stdout()).toContain('It broke.');
    fake.peer.on('GET /volunteer', () =>
      view({ supernode: { ...supernode, state: 'serving', leaves: 12, capacity: 500, records: 3_400 } }),
    );
    expect((await fake.run(['volunteer'])).ctx.stdout()).toContain(
      'running: 12 of 500 leaves, 3,400 records',
    );
  });

  it('offers what is said, and nothing else', async () => {
    fake.peer.on('PUT /volunteer', () => view());
    expect((await fake.run(['volunteer', 'on'])).code).toBe(0);
    expect(fake.peer.calls.at(-1)!.body).toEqual({});
    await fake.run([
      ...['volunteer', 'on', '--max-leaves', '500', '--memory', '2GB', '--cpu', '0.5'],
      ...['--bandwidth', '10MB/s', '--region', 'eu', '--hours', 'mon-fri 08:00-20:00', '22:00-06:00'],
    ]);
    expect(fake.peer.calls.at(-1)!.body).toEqual({
      caps: { maxLeaves: 500, memoryBytes: 2 * 1024 ** 3, cpu: 0.5, bytesPerSecond: 1e7 },
      region: 'eu',
      hours: [
        { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '20:00' },
        { from: '22:00', to: '06:00' },
      ],
    });
    await fake.run(['volunteer', 'on', '--region', '', '--hours', 'always']);
    expect(fake.peer.calls.at(-1)!.body).toEqual({ region: null, hours: [] });
  });

  it('takes the offer back', async () => {
    fake.peer.on('DELETE /volunteer', () => view({ offered: false }));
    expect((await fake.run(['volunteer', 'off'])).code).toBe(0);
  });

  it.each([
    [['on', '--memory', 'much'], '--memory'],
    [['on', '--cpu', '0'], '--cpu'],
    [['on', '--max-leaves', '-1'], '--max-leaves'],
    [['on', '--bandwidth', 'off'], '--bandwidth'],
    [['on', '--hours', 'noon'], '--hours'],
    [['off', '--cpu', '1'], 'banyan volunteer on'],
    [['maybe'], 'maybe'],
  ])('does not understand %j', async (words, said) => {
    const { code, ctx } = await fake.run(['volunteer', ...words]);
    expect(code).toBe(2);
    expect(ctx.stderr()).toContain(said);
    expect(fake.peer.calls).toEqual([]);
  });
});
