import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BEAT_EXPIRY_MS, BanyanError, toBase64url, type BeatRequest } from '@banyan/proto';
import {
  createManualClock,
  createMemoryStore,
  openStore,
  silentLog,
  systemClock,
  type Clock,
  type ManualClock,
  type Store,
} from '@banyan/kit';
import { SKIP_REDIS, startRedis } from '@banyan/kit/testing';
import { createRegistry, type Registry } from '../src/registry.ts';
import { BEAT } from './fake-auth.ts';

const id = (n: number): string => toBase64url(new Uint8Array(32).fill(n));
const beat = (change: Partial<BeatRequest> = {}): BeatRequest => ({ ...BEAT, ...change });
const never = new AbortController().signal;

const make = (store: Store, clock: Clock, random: () => number = Math.random): Registry =>
  createRegistry({ store, clock, log: silentLog(), random });

describe('the registry', () => {
  let clock: ManualClock;
  let store: Store;
  let registry: Registry;
  beforeEach(async () => {
    clock = createManualClock();
    store = createMemoryStore({ clock });
    registry = make(store, clock);
    await registry.start();
  });
  afterEach(() => registry.stop());

  it('hands out who beats, and nobody who fell silent', async () => {
    await registry.beat(id(1), beat());
    await registry.beat(id(2), beat({ name: 'elm' }));
    expect(registry.pick(5)).toMatchObject({ total: 2 });
    await clock.advance(BEAT_EXPIRY_MS / 2);
    await registry.beat(id(1), beat());
    await clock.advance(BEAT_EXPIRY_MS / 2 + 2_000);
    expect(registry.pick(5).supernodes.map((s) => s.name)).toEqual(['oak']);
    expect(registry.size).toBe(1);
  });

  it('remembers since when one is there', async () => {
    await registry.beat(id(1), beat());
    const [first] = registry.pick(1).supernodes;
    await clock.advance(5_000);
    await registry.beat(id(1), beat({ leaves: 7 }));
    expect(registry.pick(1).supernodes[0]).toMatchObject({ since: first?.since, leaves: 7 });
  });

  it('picks by spare capacity, not always the same, and nobody who drains', async () => {
    await registry.beat(id(1), beat({ name: 'empty', leaves: 0 }));
    await registry.beat(id(2), beat({ name: 'busy', leaves: 90 }));
    await registry.beat(id(3), beat({ name: 'full', leaves: 100 }));
    await registry.beat(id(4), beat({ name: 'leaving', state: 'draining' }));
    const first = new Map<string, number>();
    for (let i = 0; i < 500; i += 1) {
      const { supernodes } = registry.pick(4);
      expect(supernodes.map((s) => s.name)).not.toContain('leaving');
      expect(supernodes.at(-1)?.name).toBe('full');
      const name = supernodes[0]?.name ?? '';
      first.set(name, (first.get(name) ?? 0) + 1);
    }
    expect(first.get('empty')).toBeGreaterThan(first.get('busy') ?? 0);
    expect(first.get('busy')).toBeGreaterThan(0);
    expect(registry.pick(2).supernodes).toHaveLength(2);
    expect(registry.pick(2).total).toBe(3);
  });

  it('tells changes after a version, and load is none', async () => {
    await registry.beat(id(1), beat());
    const all = await registry.changes(0, 0, never);
    expect(all).toMatchObject({ full: true, joined: [{ deviceId: id(1) }] });
    await registry.beat(id(1), beat({ leaves: 50 }));
    await registry.beat(id(2), beat({ name: 'elm' }));
    await registry.beat(id(1), beat({ state: 'draining' }));
    await registry.leave(id(2));
    expect(await registry.changes(all.version, 0, never)).toMatchObject({
      full: false,
      joined: [{ deviceId: id(1), state: 'draining', leaves: 0 }],
      left: [id(2)],
    });
    expect(await registry.changes(all.version + 10_000, 0, never)).toMatchObject({ full: true });
  });

  it('holds a poll until something changes, time is over, the caller goes or the list stops', async () => {
    const { version } = await registry.changes(0, 0, never);
    const woken = registry.changes(version, 20_000, never);
    await registry.beat(id(1), beat());
    expect((await woken).joined).toHaveLength(1);

    const now = (await registry.changes(0, 0, never)).version;
    const late = registry.changes(now, 2_000, never);
    await clock.advance(2_001);
    expect(await late).toMatchObject({ full: false, joined: [], left: [] });

    const gone = new AbortController();
    const left = registry.changes(now, 20_000, gone.signal);
    gone.abort();
    expect(await left).toMatchObject({ joined: [] });

    const open = registry.changes(now, 20_000, never);
    await registry.stop();
    expect(await open).toMatchObject({ joined: [] });
  });

  it('serves its last view while the store is away, and says how old it is', async () => {
    await registry.beat(id(1), beat());
    await clock.advance(1_001);
    let away = true;
    const { list, put } = store;
    const refuse = (): never => {
      throw new BanyanError('store_unavailable');
    };
    Object.assign(store, {
      list: (...call: Parameters<Store['list']>) => (away ? refuse() : list(...call)),
      put: (...call: Parameters<Store['put']>) => (away ? Promise.resolve().then(refuse) : put(...call)),
    });
    await clock.advance(60_000);
    await expect(registry.beat(id(1), beat())).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(registry.viewAgeMs).toBeGreaterThanOrEqual(59_000);
    expect(registry.pick(5).supernodes).toHaveLength(1);
    away = false;
    await registry.beat(id(1), beat());
    await clock.advance(1_001);
    expect(registry.viewAgeMs).toBeLessThan(2_000);
    expect(registry.size).toBe(1);
  });

  it('takes nobody for silent whose beats could not be written, and then who is', async () => {
    await registry.beat(id(1), beat());
    await clock.advance(1_001);
    let away = true;
    const { list } = store;
    Object.assign(store, {
      list: (...call: Parameters<Store['list']>) => {
        if (away) throw new BanyanError('store_unavailable');
        return list(...call);
      },
    });
    await clock.advance(60_000);
    // Its entry has expired in the store by now.
    away = false;
    await clock.advance(1_001);
    expect(registry.pick(5)).toMatchObject({ supernodes: [{ name: 'oak' }] });
    expect(registry.pick(5)).not.toHaveProperty('viewAgeMs');
    await clock.advance(BEAT_EXPIRY_MS + 1_001);
    expect(registry.size).toBe(0);
  });

  it('gives a reader of another replica everything, not a difference to something else', async () => {
    const other = make(store, clock, () => 0.25);
    await other.start();
    await registry.beat(id(1), beat());
    const here = await registry.changes(0, 0, never);
    await other.stop();
    expect((await other.changes(here.version, 0, never)).full).toBe(true);
  });
});

interface Place {
  readonly name: string;
  /** Opens the same store again and again. */
  open(): Promise<() => Promise<Store>>;
  close(): Promise<void>;
}

const places: Place[] = [];
{
  let folder = '';
  places.push({
    name: 'LMDB',
    async open() {
      folder = await mkdtemp(join(tmpdir(), 'banyan-list-'));
      return () => openStore({ location: join(folder, 'store'), prefix: 'list:' });
    },
    close: () => rm(folder, { recursive: true, force: true }),
  });
  let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
  if (!SKIP_REDIS)
    places.push({
      name: 'Redis',
      async open() {
        redis = await startRedis();
        const { url } = redis;
        return () => openStore({ location: url, prefix: 'list:' });
      },
      close: async () => redis?.stop(),
    });
}

describe.each(places)('the registry on $name', (place) => {
  let open: () => Promise<Store>;
  beforeAll(async () => {
    open = await place.open();
  });
  afterAll(() => place.close());

  it('is there again after a restart', async () => {
    const first = await open();
    const before = make(first, systemClock);
    await before.start();
    await before.beat(id(1), beat({ name: 'stays' }));
    const { version } = await before.changes(0, 0, never);
    await before.stop();
    await first.close();
    const second = await open();
    const after = make(second, systemClock);
    await after.start();
    expect(after.pick(5).supernodes.map((s) => s.name)).toEqual(['stays']);
    const answer = await after.changes(version, 0, never);
    expect(answer.version).toBeGreaterThan(version);
    expect(answer.full).toBe(true);
    await after.leave(id(1));
    await after.stop();
    await second.close();
  });
});

(SKIP_REDIS ? describe.skip : describe)('two replicas over one Redis', () => {
  it('see each other’s supernodes come, change and go, and wake each other’s polls', async () => {
    const redis = await startRedis();
    const stores = await Promise.all([1, 2].map(() => openStore({ location: redis.url, prefix: 'list:' })));
    // Clocks of machines differ.
    const ahead: Clock = { ...systemClock, now: () => systemClock.now() + 9_000 };
    const one = make(stores[0]!, ahead);
    const two = make(stores[1]!, systemClock);
    await Promise.all([one.start(), two.start()]);
    const seen = async (state: string | undefined): Promise<void> => {
      for (;;) {
        const answer = await two.changes(0, 0, never);
        if (answer.joined[0]?.state === state) return;
        await two.changes(answer.version, 5_000, never);
      }
    };
    await one.beat(id(1), beat());
    await seen('active');
    // The other replica takes the next beat, by its own, slower clock.
    await two.beat(id(1), beat({ state: 'draining' }));
    for (let at = await one.changes(0, 0, never); at.joined[0]?.state !== 'draining';)
      at = await one
        .changes(0, 0, never)
        .then(async (now) =>
          now.joined[0]?.state === 'draining' ? now : one.changes(now.version, 5_000, never),
        );
    await one.leave(id(1));
    await seen(undefined);
    await Promise.all([one.stop(), two.stop()]);
    await Promise.all(stores.map((store) => store.close()));
    await redis.stop();
  });
});
