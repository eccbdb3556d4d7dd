import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import {
  createLeasedLimit,
  createManualClock,
  createMemoryStore,
  openStore,
  type LeasedLimit,
  type Store,
} from '../src/index.ts';
import { SKIP_REDIS, startRedis, type RedisServer } from '../src/testing/index.ts';

const INIT = { name: 'test', max: 100, windowMs: 60_000 };

/** How many of `tries` the limits grant, in turn. */
async function granted(limits: readonly LeasedLimit[], tries: number, key = 'a'): Promise<number> {
  const taken = await Promise.all(
    Array.from({ length: tries }, (_, i) => (limits[i % limits.length] as LeasedLimit).take(key)),
  );
  return taken.filter((one) => one.taken).length;
}

describe('a leased limit', () => {
  it('holds over processes, for each key by itself, until its window ends', async () => {
    const clock = createManualClock();
    const store = createMemoryStore({ clock });
    const limits = [1, 2, 3].map(() => createLeasedLimit({ store, clock }, INIT));
    expect(await granted(limits, 300)).toBe(100);
    expect(await granted(limits, 30, 'b')).toBe(30);
    expect((await limits[0]?.take('a'))?.resetMs).toBeLessThanOrEqual(60_000);
    await clock.advance(60_001);
    expect(await granted(limits, 300)).toBe(100);
  });

  it('ends everybody’s window at once, whatever their clocks say', async () => {
    const clock = createManualClock();
    const store = createMemoryStore({ clock });
    const one = createLeasedLimit({ store, clock }, INIT);
    await one.take('a');
    await clock.advance(59_000);
    // It asks for the first time in the last second of the window.
    const late = createLeasedLimit({ store, clock }, INIT);
    expect(await granted([late], 100)).toBeLessThanOrEqual(95);
    await clock.advance(1_001);
    expect(await granted([late], 150)).toBe(100);
  });

  it('asks the store once in a while, not each time', async () => {
    const clock = createManualClock();
    const store = createMemoryStore({ clock });
    let puts = 0;
    const counting: Store = { ...store, put: (...call) => ((puts += 1), store.put(...call)) };
    const limit = createLeasedLimit({ store: counting, clock }, { ...INIT, max: 6_000 });
    expect(await granted([limit], 600)).toBe(600);
    expect(puts).toBe(2);
  });

  it('grants the limit to each process by itself while the store is away, and not more', async () => {
    const clock = createManualClock();
    const away = { get: () => Promise.reject(new BanyanError('store_unavailable')) } as unknown as Store;
    const limits = [1, 2].map(() => createLeasedLimit({ store: away, clock }, INIT));
    expect(await granted(limits, 500)).toBe(200);
    await clock.advance(60_001);
    expect(await granted(limits, 500)).toBe(200);
  });
});

(SKIP_REDIS ? describe.skip : describe)('a leased limit over Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('holds over processes that ask at once', async () => {
    const open = (): Promise<Store> => openStore({ location: server.url, prefix: 'limit:' });
    const stores = await Promise.all([open(), open(), open()]);
    const limits = stores.map((store) => createLeasedLimit({ store }, INIT));
    expect(await granted(limits, 300)).toBe(100);
    await Promise.all(stores.map((store) => store.close()));
  });
});
