/** What changed of hosts, told from one look to the next. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createManualClock, type ManualClock } from '@banyan/kit';
import { createHostBook } from '@banyan/sdk';
import type { CriterionView, HostsResponse, HostView } from '@banyan/proto';
import { createHostChanges, type HostChanges } from '../../src/promotion/host-changes.ts';

const criterion = (value: number, passed = true): CriterionView => ({
  ...{ name: 'loop_delay', value, threshold: 50, bound: 'at most', passed, origin: 'host', at: 1 },
});
const host = (i: number, change: Partial<HostView> = {}): HostView => ({
  ...{
    deviceId: `device-${String(i).padStart(5, '0')}`,
    name: `host ${i}`,
    account: 'ada',
    kind: 'volunteer',
  },
  order: {
    ...{ role: 'leaf', since: 1, by: { kind: 'list' }, reason: '', maxLeaves: 10, drainMs: 1 },
  },
  ...{ handedOut: false, fault: null, offered: true, reportedAt: 1, child: 'none', leaves: 0, capacity: 0 },
  ...{ fit: true, fitSince: 1, score: 4.1, criteria: [criterion(3)], moreCriteria: [], caps: null },
  ...change,
});

let clock: ManualClock;
let hosts: HostView[];
let looks: number;
/** What a look takes. */
let lookMs: number;
let changes: HostChanges;
const create = (): HostChanges =>
  createHostChanges({
    clock,
    hosts: async () => {
      looks += 1;
      if (lookMs > 0) await clock.advance(lookMs);
      return [...hosts];
    },
  });
beforeEach(() => {
  clock = createManualClock(1_800_000_000_000);
  hosts = [0, 1, 2].map((i) => host(i));
  looks = lookMs = 0;
  changes = create();
});
const ids = (told: Pick<HostsResponse, 'hosts'>): string[] => told.hosts.map(({ deviceId }) => deviceId);
const later = (ms = 1_000): Promise<unknown> => Promise.resolve(clock.advance(ms));

describe('what changed of the hosts', () => {
  it('is everything at first, and nothing while nothing does', async () => {
    const first = await changes.since('', 100);
    expect(first).toEqual({ hosts, gone: [], cursor: expect.any(String), whole: true, more: false });
    await later();
    const second = await changes.since(first.cursor!, 100);
    expect(second).toEqual({ hosts: [], gone: [], cursor: first.cursor, whole: false, more: false });
    // However many there are, an unchanged network is told in a line.
    expect(JSON.stringify(second).length).toBeLessThan(120);
  });

  it('is not the play of figures, and is each outcome, role and load', async () => {
    const { cursor } = await changes.since('', 100);
    await later();
    hosts[0] = host(0, { reportedAt: 2_000, score: 4.2, criteria: [{ ...criterion(3.7), at: 2_000 }] });
    expect(ids(await changes.since(cursor!, 100))).toEqual([]);
    const others: Partial<HostView>[] = [
      { criteria: [criterion(80, false)] },
      { moreCriteria: [{ ...criterion(1, false), name: 'version' }] },
      { score: 2 },
      { order: { ...host(0).order, role: 'promoting' } },
      { reportedAt: null },
      { leaves: 3 },
      { cordoned: true },
    ];
    for (const [i, change] of others.entries()) {
      await later();
      hosts[0] = host(0, change);
      const told = await changes.since(cursor!, 100);
      expect([i, told.hosts]).toEqual([i, [hosts[0]]]);
    }
  });

  it('takes a fifth of the time to be found out at most, and what was decided is told at once', async () => {
    lookMs = 2_000;
    const { cursor } = await changes.since('', 100);
    hosts[0] = host(0, { leaves: 3 });
    await later(7_900);
    expect(ids(await changes.since(cursor!, 100))).toEqual([]);
    expect(looks).toBe(1);
    await later(100);
    expect(ids(await changes.since(cursor!, 100))).toEqual([hosts[0].deviceId]);
    hosts[1] = host(1, { leaves: 3 });
    changes.decided();
    expect(ids(await changes.since(cursor!, 100))).toContain(hosts[1].deviceId);
    expect(looks).toBe(3);
  });

  it('comes page by page, with what changes meanwhile at the end, and who is gone', async () => {
    hosts = Array.from({ length: 7 }, (_, i) => host(i));
    const one = await changes.since('', 3);
    expect(one).toMatchObject({ whole: true, more: true });
    await later();
    hosts[1] = host(1, { leaves: 5 });
    hosts.splice(6, 1);
    const two = await changes.since(one.cursor!, 3);
    const three = await changes.since(two.cursor!, 3);
    expect([two, three].map(({ whole, more }) => [whole, more])).toEqual([
      [false, true],
      [false, false],
    ]);
    expect([one, two, three].map(ids)).toEqual([
      [0, 1, 2].map((i) => host(i).deviceId),
      [3, 4, 5].map((i) => host(i).deviceId),
      [host(1).deviceId],
    ]);
    await later();
    hosts.splice(0, 1);
    expect(await changes.since(three.cursor!, 3)).toMatchObject({ hosts: [], gone: [host(0).deviceId] });
    // One that came back is there.
    await later();
    hosts.push(host(0));
    const back = await changes.since(three.cursor!, 3);
    expect([ids(back), back.gone]).toEqual([[host(0).deviceId], []]);
  });

  it('is everything for who comes from another replica, from long ago, or from nowhere', async () => {
    const { cursor } = await changes.since('', 100);
    const other = create();
    const everything = { whole: true, gone: [], hosts: [{}, {}, {}] };
    for (const strange of [cursor!, 'x', '.', `${cursor!.split('.')[0]}.x`])
      expect(await other.since(strange, 100)).toMatchObject(everything);
    for (let i = 0; i < 1_002; i++) {
      hosts = [host(0), host(1), host(10 + i)];
      await later();
      await changes.since(cursor!, 1);
    }
    expect(await changes.since(cursor!, 100)).toMatchObject(everything);
  });

  it('is looked for once by all who ask within half a second, and anew after a decision', async () => {
    const { cursor } = await changes.since('', 100);
    await Promise.all([changes.since(cursor!, 100), changes.since('', 100)]);
    expect(looks).toBe(1);
    hosts[2] = host(2, { cordoned: true });
    expect(ids(await changes.since(cursor!, 100))).toEqual([]);
    changes.decided();
    expect(ids(await changes.since(cursor!, 100))).toEqual([host(2).deviceId]);
    expect(looks).toBe(2);
    // A look that was under way when it was decided does not count.
    await later();
    const asked = changes.since(cursor!, 100);
    changes.decided();
    await asked;
    expect(looks).toBe(4);
  });
});

describe('a book of hosts', () => {
  it('is put together from pages, is the same list while nothing changes, and outlives a list that goes', async () => {
    hosts = Array.from({ length: 10 }, (_, i) => host(9 - i));
    let asked = 0;
    let of = changes;
    const list = {
      hostChanges: (cursor: string) => {
        asked += 1;
        return of.since(cursor, 4);
      },
    };
    const book = createHostBook();
    const first = await book.refresh(list);
    expect(ids({ hosts: [...first] })).toEqual(Array.from({ length: 10 }, (_, i) => host(i).deviceId));
    expect(asked).toBe(3);
    await later();
    expect(await book.refresh(list)).toBe(first);
    expect(asked).toBe(4);
    const away = { hostChanges: () => Promise.reject(new Error('away')) };
    await expect(book.refresh(away)).rejects.toThrow('away');
    await later();
    hosts = [host(3, { leaves: 9 }), host(4)];
    expect(await book.refresh(list)).toEqual([host(3, { leaves: 9 }), host(4)]);
    // Another replica, which counts for itself.
    of = create();
    await later();
    hosts = [host(5)];
    expect(await book.refresh(list)).toEqual([host(5)]);
  });

  it('takes a list of 0.1.0, which tells all each time', async () => {
    const book = createHostBook();
    const list = { hostChanges: () => Promise.resolve({ hosts: [...hosts], whole: true }) };
    expect(await book.refresh(list)).toEqual(hosts);
    hosts.pop();
    expect(await book.refresh(list)).toEqual(hosts);
  });
});
