import { describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '@banyan/proto';
import { newestEntries, type AuditSource } from '../src/console/audit-view.ts';

const NOW = 1_800_000_000_000;
const HOUR_MS = 3600_000;

const entry = (at: number, reason = 'of no interest'): AuditEntry => ({
  id: `${String(at).padStart(13, '0')}-000000-00000000`,
  ...{ at, service: 'auth', by: { kind: 'auth' }, action: 'invite.made', subject: '', name: '', reason },
  figures: {},
});

/** A source of entries in the order of time, and how many of them were read. */
function sourceOf(entries: readonly AuditEntry[]): {
  readonly source: AuditSource;
  readonly read: () => number;
} {
  let read = 0;
  return {
    read: () => read,
    source: (after, limit) => {
      const from = entries.findIndex(({ id }) => id > after);
      const page = from < 0 ? [] : entries.slice(from, from + limit);
      read += page.length;
      const last = page.at(-1);
      return Promise.resolve({
        entries: page,
        ...(page.length === limit && last !== undefined ? { next: last.id } : {}),
      });
    },
  };
}

/** One entry every so many ms for so long back, with `at` those that are looked for. */
function busy(everyMs: number, backMs: number, wanted: readonly number[]): AuditEntry[] {
  const times = Array.from({ length: Math.floor(backMs / everyMs) }, (_, i) => NOW - (i + 1) * everyMs);
  return [...times.map((at) => entry(at)), ...wanted.map((at) => entry(at, 'needle'))].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
}

const look = (entries: readonly AuditEntry[], since = 0) => {
  const { source, read } = sourceOf(entries);
  return newestEntries([source], { words: 'needle', since, until: NOW }, 10).then((found) => ({
    ...found,
    read: read(),
  }));
};

describe('the newest entries of an audit', () => {
  it('are found in a time of many, and it is said from when on all was looked through', async () => {
    // 36,000 an hour: one look cannot read the first hour to its end.
    const wanted = [NOW - 60_000, NOW - 300_000];
    const { entries, from, isComplete } = await look(busy(100, 6 * HOUR_MS, wanted));
    expect(entries.map(({ at }) => at)).toEqual(wanted);
    expect(isComplete).toBe(false);
    expect(from).toBeLessThan(NOW - 300_000);
    expect(from).toBeGreaterThan(NOW - HOUR_MS);
  });

  it('are kept when too much lies further back', async () => {
    const wanted = [NOW - 2 * HOUR_MS];
    // 720 an hour: fourteen hours and more are read, and then it is too much.
    const found = await look(busy(5_000, 400 * HOUR_MS, wanted));
    expect(found.entries.map(({ at }) => at)).toEqual(wanted);
    expect(found.isComplete).toBe(false);
    expect(found.from).toBeLessThan(NOW - 12 * HOUR_MS);
  });

  it('are none as far as was looked, and no look reads without end', async () => {
    const { entries, from, isComplete, read } = await look(busy(5_000, 400 * HOUR_MS, [NOW - 399 * HOUR_MS]));
    expect([entries, isComplete]).toEqual([[], false]);
    expect(from).toBeGreaterThan(NOW - 399 * HOUR_MS);
    expect(read).toBeLessThan(100_000);
  });

  it('are all there are where there is little', async () => {
    const wanted = [NOW - HOUR_MS, NOW - 50 * HOUR_MS];
    const { entries, from, isComplete } = await look(
      busy(HOUR_MS, 300 * HOUR_MS, wanted),
      NOW - 400 * HOUR_MS,
    );
    expect(entries.map(({ at }) => at)).toEqual(wanted);
    expect([from, isComplete]).toEqual([NOW - 400 * HOUR_MS, true]);
  });

  it('of one moment that holds too many are given up, not looked for for ever', async () => {
    const crowd = Array.from({ length: 6_000 }, (_, i) => ({
      ...entry(NOW - 10),
      id: `${String(NOW - 10)}-${String(i).padStart(6, '0')}-00000000`,
    }));
    const { entries, from, isComplete } = await look([...crowd, entry(NOW - 5, 'needle')]);
    expect([entries.length, isComplete]).toEqual([1, false]);
    expect(from).toBeLessThanOrEqual(NOW - 5);
    expect(from).toBeGreaterThan(NOW - 10);
  });
});
