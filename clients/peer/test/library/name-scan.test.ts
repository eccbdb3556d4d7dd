import { describe, expect, it } from '@jest/globals';
import { createManualClock } from '@banyan/kit';
import { createNameScan } from '../../src/library/name-scan.ts';

/** A library of so many files, every hundredth of them an oak. */
function library(files: number) {
  const clock = createManualClock();
  const names = new Map(
    Array.from({ length: files }, (_, i) => [i + 1, i % 100 === 99 ? `oak ${i}` : `elm ${i}`]),
  );
  /** Known, and not yet to be found by others. */
  const unpublished = new Set<number>();
  let version = 1;
  let read = 0;
  let told = 0;
  /** Files read in each turn of the event loop but the first. */
  const turns: number[] = [];
  const stop = new AbortController();
  const scan = createNameScan(
    {
      clock: {
        monotonic: () => clock.monotonic(),
        setTimeout: (work, ms, init) =>
          clock.setTimeout(
            () => {
              const before = read;
              work();
              turns.push(read - before);
            },
            ms,
            init,
          ),
      },
      version: () => version,
      index: {
        // By name, not by id: last added first.
        namesAfter: (after, limit) => {
          const from = after?.readUInt32BE() ?? Infinity;
          const files = [...names]
            .toReversed()
            .filter(([id]) => id < from)
            .slice(0, limit)
            .map(([id, name]) => ({ id, name }));
          read += files.length;
          const last = files.at(-1);
          if (last === undefined) return { files, last: undefined };
          const place = Buffer.alloc(4);
          place.writeUInt32BE(last.id);
          return { files, last: place };
        },
        isPublished: (id) => !unpublished.has(id),
      },
    },
    { isWanted: (name) => name.startsWith('oak'), onChange: () => (told += 1), signal: stop.signal },
  );
  return {
    clock,
    scan,
    stop,
    unpublished,
    add(name: string) {
      names.set(names.size + 1, name);
      version += 1;
    },
    turns,
    read: () => read,
    told: () => told,
  };
}

describe('a look through the names of a library', () => {
  it('is done at once where there are few', () => {
    const { scan, told } = library(150);
    expect(scan.window(0, 10)).toEqual({ total: 1, ids: [100] });
    expect(told()).toBe(0);
  });

  it('reads few files in a turn, tells when it is done, and gives windows', async () => {
    const { clock, scan, turns, read, told } = library(10_000);
    expect(scan.window(0, 2)).toBeUndefined();
    expect(read()).toBeLessThanOrEqual(2_000);
    // Asking again while it looks begins nothing anew.
    expect(scan.window(0, 2)).toBeUndefined();
    expect(read()).toBeLessThanOrEqual(2_000);
    await clock.advance(100);
    expect(turns.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...turns)).toBeLessThanOrEqual(2_000);
    expect(told()).toBe(1);
    expect(scan.window(1, 2)).toEqual({ total: 100, ids: [200, 300] });
    expect(scan.window(99, 5)).toEqual({ total: 100, ids: [10_000] });
    expect(read()).toBe(10_000);
  });

  it('leaves out what others cannot find', () => {
    const { scan, unpublished } = library(300);
    unpublished.add(200);
    expect(scan.window(0, 10)).toEqual({ total: 2, ids: [100, 300] });
  });

  it('looks again when files changed, though not all the time', async () => {
    const { clock, scan, add, read, told } = library(50);
    expect(scan.window(0, 5)?.total).toBe(0);
    for (let i = 0; i < 20; i++) {
      add(`oak ${i}`);
      scan.window(0, 5);
    }
    expect(read()).toBe(50);
    await clock.advance(10_000);
    expect(told()).toBe(1);
    expect(scan.window(0, 5)?.total).toBe(20);
    expect(read()).toBe(120);
  });

  it.each(['closed', 'stopped'])('reads nothing more when it is %s', async (how) => {
    const { clock, scan, stop, read, told } = library(10_000);
    scan.window(0, 2);
    const before = read();
    if (how === 'closed') scan.close();
    else stop.abort();
    await clock.advance(10_000);
    expect([read(), told()]).toEqual([before, 0]);
  });
});
