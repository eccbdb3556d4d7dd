import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createUploadQueue, type SlotAnswer, type UploadQueue } from '../../src/index.ts';

const make = (slots: number, more: { maxQueue?: number; turnMs?: number } = {}): UploadQueue =>
  createUploadQueue({ slots, maxQueue: 100, slotIdleMs: 15_000, now: 0, ...more });

function leaseOf(answer: SlotAnswer): number {
  if (!answer.granted) throw new Error(`not granted: place ${answer.position}`);
  return answer.lease.leaseId;
}

function placeOf(answer: SlotAnswer): number {
  if (answer.granted) throw new Error('granted');
  return answer.position;
}

describe('an upload slot', () => {
  it('is one lease per device and content, whatever the number of connections', () => {
    const queue = make(2);
    const first = leaseOf(queue.request('device', 'ann', 'film', 0));
    expect(leaseOf(queue.request('device', 'ann', 'film', 10))).toBe(first);
    const second = leaseOf(queue.request('device', 'ann', 'song', 20));
    expect(second).not.toBe(first);
    for (const lease of [first, second]) queue.begin(lease, 25);
    expect(queue.request('device', 'ann', 'third', 30).granted).toBe(false);
    expect(queue.snapshot().leases).toHaveLength(2);
  });

  it('is taken back when idle, but not while a request is under way', () => {
    const queue = make(1);
    const lease = leaseOf(queue.request('a', 'ann', 'film', 0));
    expect(queue.begin(lease, 1_000)).toBe(true);
    queue.tick(1_000_000);
    expect(queue.snapshot().leases).toHaveLength(1);
    queue.end(lease, 1_000_000);
    expect(queue.nextTickAt()).toBe(1_015_000);
    queue.tick(1_015_000);
    expect(queue.snapshot()).toMatchObject({ leases: [], expired: 1 });
    expect(queue.begin(lease, 1_015_001)).toBe(false);
    expect(queue.nextTickAt()).toBeUndefined();
  });

  it('goes from one file of a device to its next at once when nothing is asked under it', () => {
    const queue = make(1);
    for (let file = 0; file < 20; file += 1) {
      const lease = leaseOf(queue.request('a', 'ann', `file ${file}`, file));
      queue.begin(lease, file);
      queue.end(lease, file);
    }
    expect(queue.snapshot().leases).toHaveLength(1);
  });

  it('goes to who waits after a second without a request, not before, and never from a request under way', () => {
    const queue = make(1);
    const lease = leaseOf(queue.request('a', 'ann', 'film', 0));
    queue.begin(lease, 0);
    expect(queue.request('b', 'ben', 'film', 5_000).granted).toBe(false);
    queue.end(lease, 5_000);
    expect(queue.request('b', 'ben', 'film', 5_900).granted).toBe(false);
    // Who has it already does not jump the line with another file.
    expect(queue.request('a', 'ann', 'song', 5_950).granted).toBe(false);
    expect(queue.request('b', 'ben', 'film', 6_000).granted).toBe(true);
  });

  it('counts the bytes sent under it', () => {
    const queue = make(1);
    const lease = leaseOf(queue.request('a', 'ann', 'film', 0));
    queue.bytes(lease, 1000, 5);
    queue.bytes(lease, 24, 6);
    expect(queue.snapshot().leases[0]).toMatchObject({ bytes: 1024, lastUsedAt: 6 });
  });

  it('ends after its turn when somebody waits, with the last request under way', () => {
    const queue = make(1, { turnMs: 60_000 });
    const lease = leaseOf(queue.request('a', 'ann', 'film', 0));
    queue.begin(lease, 0);
    // Nobody waits: it goes on as long as it likes.
    expect(leaseOf(queue.request('a', 'ann', 'film', 70_000))).toBe(lease);
    expect(queue.request('b', 'ben', 'film', 80_000).granted).toBe(false);
    expect(placeOf(queue.request('a', 'ann', 'film', 80_500))).toBe(2);
    expect(queue.request('b', 'ben', 'film', 81_000).granted).toBe(false);
    queue.end(lease, 81_500);
    expect(queue.request('b', 'ben', 'film', 82_000).granted).toBe(true);
    expect(placeOf(queue.request('a', 'ann', 'film', 82_500))).toBe(1);
  });

  it('goes with its device when that is forgotten', () => {
    const queue = make(1);
    queue.request('a', 'ann', 'film', 0);
    queue.request('b', 'ben', 'film', 0);
    queue.request('a', 'ann', 'song', 0);
    queue.forget('a', 10);
    expect(queue.snapshot().leases).toEqual([]);
    expect(queue.snapshot().waiting.map(({ deviceId }) => deviceId)).toEqual(['b']);
  });

  it('is not cut when the number of slots is lowered', () => {
    const queue = make(2);
    queue.request('a', 'ann', 'film', 0);
    const second = leaseOf(queue.request('b', 'ben', 'film', 0));
    queue.setSlots(1, 10);
    expect(queue.snapshot().leases).toHaveLength(2);
    queue.release(second, 20);
    expect(queue.request('c', 'cleo', 'film', 30).granted).toBe(false);
    queue.setSlots(2, 40);
    expect(queue.request('c', 'cleo', 'film', 50).granted).toBe(true);
  });
});

describe('the queue for a slot', () => {
  it('keeps a place while its device polls, and drops it when the device stays away', () => {
    const queue = make(1);
    const lease = leaseOf(queue.request('a', 'ann', 'film', 0));
    queue.begin(lease, 0);
    const answer = queue.request('b', 'ben', 'film', 0);
    expect(answer).toMatchObject({ granted: false, state: 'queued', position: 1, retryAfterMs: 1_000 });
    for (let now = 1_000; now <= 20_000; now += 1_000) {
      expect(placeOf(queue.request('b', 'ben', 'film', now))).toBe(1);
    }
    expect(queue.snapshot().waiting[0]!.since).toBe(0);
    queue.tick(23_600);
    expect(queue.snapshot()).toMatchObject({ waiting: [], abandoned: 1 });
  });

  it('keeps a freed slot for whose turn it is, until that one is late', () => {
    const queue = make(1);
    const lease = leaseOf(queue.request('a', 'ann', 'film', 0));
    queue.request('b', 'ben', 'film', 0);
    queue.request('c', 'cleo', 'film', 500);
    queue.release(lease, 600);
    expect(placeOf(queue.request('c', 'cleo', 'film', 700))).toBe(2);
    // Ben was told one second; half a second late, Cleo goes first and Ben keeps his place.
    expect(queue.request('c', 'cleo', 'film', 1_600).granted).toBe(true);
    expect(placeOf(queue.request('b', 'ben', 'film', 1_700))).toBe(1);
  });

  it('goes round the accounts: ten devices of one get what one device of another gets', () => {
    const queue = make(1);
    let lease = leaseOf(queue.request('x', 'xenia', 'film', 0));
    for (let i = 0; i < 10; i++) queue.request(`a${i}`, 'ann', 'film', 0);
    queue.request('b0', 'ben', 'film', 1);
    queue.request('b1', 'ben', 'film', 1);
    const order: string[] = [];
    for (let now = 1_000; order.length < 5; now += 1_000) {
      const waiting = queue.snapshot().waiting;
      queue.release(lease, now);
      for (const { deviceId, accountId } of waiting) {
        const answer = queue.request(deviceId, accountId, 'film', now);
        if (answer.granted) {
          lease = answer.lease.leaseId;
          order.push(accountId);
        }
      }
    }
    expect(order).toEqual(['ann', 'ben', 'ann', 'ben', 'ann']);
  });

  it('estimates the wait from the leases it has seen', () => {
    const queue = make(2);
    const a = leaseOf(queue.request('a', 'ann', 'film', 0));
    queue.begin(leaseOf(queue.request('b', 'ben', 'film', 0)), 0);
    expect(queue.request('c', 'cleo', 'film', 0)).toMatchObject({ estimateMs: undefined });
    queue.release(a, 10_000);
    expect(queue.request('c', 'cleo', 'film', 10_000).granted).toBe(true);
    // Leases last 10 s: Ben's is due, Cleo's began just now, and then Ben's successor's ends.
    expect(queue.request('d', 'dora', 'film', 10_000)).toMatchObject({ position: 1, estimateMs: 0 });
    expect(queue.request('e', 'emil', 'film', 10_000)).toMatchObject({ position: 2, estimateMs: 10_000 });
    expect(queue.request('f', 'fay', 'film', 10_000)).toMatchObject({ position: 3, estimateMs: 10_000 });
  });

  it('refuses beyond its room, and says when to come back', () => {
    const queue = make(1, { maxQueue: 2 });
    for (const id of ['a', 'b', 'c']) queue.request(id, id, 'film', 0);
    expect(queue.request('d', 'd', 'film', 0)).toMatchObject({
      granted: false,
      state: 'full',
      position: 3,
      retryAfterMs: 30_000,
    });
    expect(queue.snapshot()).toMatchObject({ refused: 1 });
    expect(queue.snapshot().waiting).toHaveLength(2);
  });
});

describe('under any load', () => {
  const step = fc.record({
    device: fc.integer({ min: 0, max: 11 }),
    content: fc.constantFrom('film', 'song'),
    kind: fc.constantFrom(
      'request',
      'request',
      'request',
      'begin',
      'end',
      'release',
      'forget',
      'tick',
      'slots',
    ),
    wait: fc.integer({ min: 0, max: 4_000 }),
    slots: fc.integer({ min: 1, max: 4 }),
  });

  it('never has more leases than slots, nor two of one device and content, nor a gap in the places', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = make(3, { maxQueue: 6, turnMs: 10_000 });
        const leases = new Map<string, number>();
        let now = 0;
        let slots = 3;
        for (const { device, content, kind, wait, slots: wanted } of steps) {
          now += wait;
          const key = `${device} ${content}`;
          const before = queue.snapshot().leases.length;
          if (kind === 'request') {
            const answer = queue.request(`${device}`, `account ${device % 4}`, content, now);
            if (answer.granted) leases.set(key, answer.lease.leaseId);
            else if (answer.state === 'queued') {
              expect(answer.position).toBeGreaterThanOrEqual(1);
              expect(answer.retryAfterMs).toBeGreaterThanOrEqual(1_000);
              expect(answer.retryAfterMs).toBeLessThanOrEqual(30_000);
            }
          } else if (kind === 'forget') queue.forget(`${device}`, now);
          else if (kind === 'tick') queue.tick(now);
          else if (kind === 'slots') queue.setSlots((slots = wanted), now);
          else queue[kind](leases.get(key) ?? 999, now);
          const { leases: held, waiting } = queue.snapshot();
          expect(held.length).toBeLessThanOrEqual(Math.max(slots, before));
          expect(waiting.length).toBeLessThanOrEqual(6);
          expect(new Set(held.map(({ deviceId, contentKey }) => `${deviceId} ${contentKey}`)).size).toBe(
            held.length,
          );
          expect(waiting.map(({ position }) => position)).toEqual(waiting.map((_, index) => index + 1));
        }
      }),
      { numRuns: 200 },
    );
  });

  /** Devices that poll as told; each slot is used for its time and then wanted again at once. */
  function simulate(
    accounts: readonly number[],
    slots: number,
    useMs: readonly number[],
  ): {
    served: number[];
    positions: Map<string, number[]>;
    idleMs: number;
  } {
    const queue = make(slots);
    const served = accounts.map(() => 0);
    const positions = new Map<string, number[]>();
    const devices = accounts.flatMap((count, account) =>
      Array.from({ length: count }, (_, i) => ({
        id: `${account}/${i}`,
        account,
        pollAt: i,
        lease: 0,
        until: 0,
      })),
    );
    let uses = 0;
    let idleMs = 0;
    for (let now = 0; now < 400_000; now += 100) {
      for (const device of devices) {
        if (device.lease !== 0) {
          if (now < device.until) continue;
          queue.end(device.lease, now);
          queue.release(device.lease, now);
          device.lease = 0;
          device.pollAt = now;
        }
        if (now < device.pollAt) continue;
        const answer = queue.request(device.id, `account ${device.account}`, 'film', now);
        const seen = positions.get(device.id) ?? [];
        positions.set(device.id, seen);
        if (answer.granted) {
          queue.begin(answer.lease.leaseId, now);
          device.lease = answer.lease.leaseId;
          device.until = now + useMs[uses++ % useMs.length]!;
          served[device.account]! += 1;
          seen.push(0);
        } else {
          device.pollAt = now + answer.retryAfterMs;
          seen.push(answer.position);
        }
      }
      if (now > 10_000 && queue.snapshot().waiting.length > 0)
        idleMs += (slots - queue.snapshot().leases.length) * 100;
    }
    return { served, positions, idleMs };
  }

  it('serves accounts alike, starves nobody and wastes few slots', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.integer({ min: 2_000, max: 6_000 }), { minLength: 1, maxLength: 5 }),
        (accounts, slots, useMs) => {
          const { served, positions, idleMs } = simulate(accounts, slots, useMs);
          for (const seen of positions.values()) expect(seen).toContain(0);
          expect(idleMs).toBeLessThan(0.35 * 400_000 * slots);
          // Among accounts that always have somebody waiting, the share is even.
          const busy = served.filter((_, account) => accounts[account]! > slots + 1);
          if (busy.length >= 2) expect(Math.max(...busy)).toBeLessThanOrEqual(1.3 * Math.min(...busy) + 2);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('never moves the only device of an account back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.integer({ min: 2_000, max: 6_000 }), { minLength: 1, maxLength: 5 }),
        (slots, useMs) => {
          const { positions } = simulate([1, 5, 1, 3, 1], slots, useMs);
          for (const id of ['0/0', '2/0', '4/0']) {
            const seen = positions.get(id)!;
            seen.forEach((position, i) => {
              const before = seen[i - 1] ?? 0;
              if (before > 0) expect(position).toBeLessThanOrEqual(before);
            });
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
