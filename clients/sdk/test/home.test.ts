import { describe, expect, it } from '@jest/globals';
import {
  BanyanError,
  toBase64url,
  type AddressCheck,
  type ContentId,
  type Outgoing,
  type Publish,
  type Suggestion,
  type SupernodeEntry,
} from '@banyan/proto';
import { createManualClock, silentLog, type ManualClock } from '@banyan/kit';
import { createHome, type Catalog, type Home, type HomeInit } from '../src/home.ts';
import type { SearchOptions, SupernodeSession } from '../src/supernode-session.ts';

const id = (n: number): string => toBase64url(new Uint8Array(32).fill(n));
const NAMES = ['oak', 'elm', 'ash'];

/** Supernodes that are told what to do; everything of the wire is left out. */
class World {
  readonly clock: ManualClock = createManualClock();
  readonly up = new Set(NAMES);
  readonly dialled: string[] = [];
  readonly published: { to: string; reset: boolean; version: number; ids: readonly number[] }[] = [];
  readonly sessions = new Map<
    string,
    { end: (error?: BanyanError) => void; isOpen: () => boolean; draining: () => void }
  >();
  readonly searches: (SearchOptions | undefined)[] = [];
  suggesting: (name: string, ...asked: Parameters<SupernodeSession['suggest']>) => Promise<Suggestion[]> = (
    name,
    query,
  ) => Promise.resolve([{ query: `${query}@${name}`, hits: 1 }]);
  listAway = false;
  /** The list takes its time. */
  listSlowMs = 0;
  /** Fingerprints that supernodes hold already. */
  knows = new Set<string>();
  refuse = new Map<string, BanyanError>();

  entry(name: string): SupernodeEntry {
    return {
      deviceId: id(NAMES.indexOf(name) + 1),
      name,
      addresses: [{ host: '127.0.0.1', port: 1 }],
      state: 'active',
      capacity: 100,
      leaves: 0,
      records: 0,
      loopDelayMs: 0,
      since: 0,
      lastBeat: this.clock.now(),
    };
  }

  home(catalog: Catalog, init: HomeInit = {}): Home {
    return createHome(
      {
        clock: this.clock,
        log: silentLog(),
        random: () => 0.5,
        catalog,
        list: {
          supernodes: async () => {
            if (this.listSlowMs > 0) await this.clock.sleep(this.listSlowMs);
            if (this.listAway) throw new BanyanError('unreachable');
            return {
              supernodes: [...this.up].map((name) => this.entry(name)),
              total: this.up.size,
              membershipVersion: 1,
            };
          },
        },
        open: (session) => {
          const { name } = session.supernode;
          this.dialled.push(`${name}:${session.relation}`);
          const refusal = this.refuse.get(name);
          if (refusal !== undefined) return Promise.reject(refusal);
          if (!this.up.has(name)) return Promise.reject(new BanyanError('unreachable'));
          let end: (error?: BanyanError) => void = () => undefined;
          let isOpen = true;
          const closed = new Promise<BanyanError | undefined>((resolve) => {
            end = (error) => {
              isOpen = false;
              resolve(error);
            };
          });
          this.sessions.set(name, {
            end,
            isOpen: () => isOpen,
            draining: () => session.onDraining?.({ deadlineMs: 0, alternates: [] }),
          });
          return Promise.resolve({
            supernode: session.supernode,
            welcome: { alternates: [], catalogKnown: this.knows.has(name) },
            address: { host: '127.0.0.1', port: 1 },
            connectedAt: this.clock.now(),
            roundTripMs: 1,
            get open() {
              return isOpen;
            },
            closed,
            close: () => end(),
            publish: (batch: Outgoing<Publish>) => {
              this.published.push({
                to: name,
                reset: batch.reset === true,
                version: catalog.version,
                ids: batch.ids ?? [],
              });
              return Promise.resolve({ accepted: 1, refused: [], records: catalog.records });
            },
            search: (query: string, options: SearchOptions) => {
              this.searches.push(options);
              return Promise.resolve({ searchedFor: `${query}@${name}` });
            },
            suggest: (query: string, limit: number, signal?: AbortSignal) =>
              this.suggesting(name, query, limit, signal),
            checkReach: (content?: ContentId) =>
              Promise.resolve({
                checks: [{ reachable: true, code: name } as Partial<AddressCheck> as AddressCheck],
                fetch: content === undefined ? null : { bytes: content.length },
              }),
          } as unknown as SupernodeSession);
        },
      },
      init,
    );
  }

  async settle(ms = 1): Promise<void> {
    for (let i = 0; i < 5; i += 1) await this.clock.advance(ms / 5);
  }
}

class TestCatalog implements Catalog {
  version = 1;
  /** Record id → the version that it came with. */
  readonly #rows = new Map(Array.from({ length: 10 }, (_, i) => [i + 1, 1]));
  readonly #listeners = new Set<() => void>();
  fingerprint(): Uint8Array {
    return new Uint8Array(32).fill(this.version);
  }
  changes(since: number | undefined): { version: number; batches: Outgoing<Publish>[] } {
    const ids = [...this.#rows].flatMap(([id, version]) => (version > (since ?? 0) ? [id] : []));
    return { version: this.version, batches: [{ reset: since === undefined, ids, last: true }] };
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  get records(): number {
    return this.#rows.size;
  }
  /** The file of one record is another one now. */
  change(id = 1): void {
    this.version += 1;
    this.#rows.set(id, this.version);
    for (const listener of this.#listeners) listener();
  }
}

async function settled(
  init: HomeInit = {},
  world = new World(),
): Promise<{ world: World; catalog: TestCatalog; home: Home }> {
  const catalog = new TestCatalog();
  const home = world.home(catalog, init);
  await home.start();
  await world.settle(500);
  return { world, catalog, home };
}

describe('the home of a leaf', () => {
  it('has a home with the whole catalog, and another supernode as the second', async () => {
    const { world, home } = await settled();
    const { home: first, second, upToDate, published } = home.state;
    expect(first).toBeDefined();
    expect(second?.supernode.name).not.toBe(first?.supernode.name);
    expect(upToDate).toBe(true);
    expect(published).toBe(10);
    expect(world.published).toEqual([
      { to: first?.supernode.name, reset: true, version: 1, ids: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    ]);
  });

  it('publishes nothing where the catalog is known', async () => {
    const world = new World();
    for (const name of NAMES) world.knows.add(name);
    const { home } = await settled({}, world);
    expect(world.published).toEqual([]);
    expect(home.state.upToDate).toBe(true);
    expect(home.state.published).toBe(10);
  });

  it('publishes only the one record that changed later on', async () => {
    const { world, catalog, home } = await settled();
    catalog.change(7);
    expect(home.state.upToDate).toBe(false);
    await world.settle(1000);
    expect(world.published.slice(1)).toEqual([
      { to: home.state.home?.supernode.name, reset: false, version: 2, ids: [7] },
    ]);
    expect(home.state.upToDate).toBe(true);
  });

  it('publishes nothing to a supernode that it comes back to, and then only what changes', async () => {
    const world = new World();
    for (const away of ['elm', 'ash']) world.up.delete(away);
    const { catalog, home } = await settled({}, world);
    expect(world.published).toMatchObject([{ to: 'oak', reset: true }]);
    world.knows.add('oak');
    world.sessions.get('oak')?.end(new BanyanError('unreachable'));
    await world.settle(20_000);
    expect(world.dialled.filter((each) => each === 'oak:home')).toHaveLength(2);
    expect(home.state.upToDate).toBe(true);
    expect(world.published).toHaveLength(1);
    catalog.change(3);
    await world.settle(1000);
    expect(world.published.slice(1)).toMatchObject([{ reset: false, ids: [3] }]);
  });

  it('prefers the supernode that its owner named', async () => {
    for (const name of NAMES) {
      const { home } = await settled({ prefer: name });
      expect(home.state.home?.supernode.name).toBe(name);
    }
  });

  it('makes the second home the home at once when the home is lost, and publishes there', async () => {
    const { world, home } = await settled();
    const lost = home.state.home?.supernode.name ?? '';
    const second = home.state.second?.supernode.name ?? '';
    world.up.delete(lost);
    const dials = world.dialled.length;
    world.sessions.get(lost)?.end(new BanyanError('unreachable'));
    await world.settle(50);
    expect(home.state.home?.supernode.name).toBe(second);
    expect(world.published.at(-1)).toMatchObject({ to: second, reset: true });
    expect(home.state.upToDate).toBe(true);
    // No dial was needed for the home; the one that follows is for another second.
    expect(world.dialled.slice(dials).every((d) => d.endsWith(':second'))).toBe(true);
  });

  it('asks the second home while the home is away', async () => {
    const { world, home } = await settled();
    await expect(home.search('x')).resolves.toMatchObject({
      searchedFor: `x@${home.state.home?.supernode.name}`,
    });
    world.sessions.get(home.state.home?.supernode.name ?? '')?.end();
    await world.settle(50);
    await expect(home.search('x')).resolves.toMatchObject({
      searchedFor: `x@${home.state.home?.supernode.name}`,
    });
  });

  it('hands on what a search is to be like', async () => {
    const { world, home } = await settled();
    const options = { cursor: new Uint8Array([1]), asTyped: true, explain: true, limit: 7 };
    await home.search('x', options);
    expect(world.searches).toEqual([options]);
  });

  it('has suggestions of the home and nobody else, and none where it has none, without an error', async () => {
    const { world, home } = await settled();
    const name = home.state.home?.supernode.name ?? '';
    expect(await home.suggest('x', 8)).toEqual([{ query: `x@${name}`, hits: 1 }]);
    world.suggesting = () => Promise.reject(new BanyanError('rate_limited'));
    expect(await home.suggest('x', 8)).toEqual([]);
    world.suggesting = () => Promise.resolve([{ query: 'of the second', hits: 1 }]);
    world.up.clear();
    world.listAway = true;
    for (const each of NAMES) world.sessions.get(each)?.end();
    await world.settle(50);
    expect(home.state.home).toBeUndefined();
    expect(await home.suggest('x', 8)).toEqual([]);
  });

  it('has the home look where this device can be reached, and says when that was', async () => {
    const { world, home } = await settled();
    expect(home.state).toMatchObject({ reach: [], reachAt: undefined });
    expect(await home.checkReach()).toBeNull();
    expect(home.state).toMatchObject({
      reach: [{ code: home.state.home?.supernode.name }],
      reachAt: world.clock.now(),
    });
    expect(await home.checkReach({ root: new Uint8Array(32), length: 7 })).toEqual({ bytes: 7 });
    world.up.clear();
    for (const each of NAMES) world.sessions.get(each)?.end();
    await world.settle(50);
    expect(home.state).toMatchObject({ reach: [], reachAt: undefined });
    await expect(home.checkReach()).rejects.toBeInstanceOf(BanyanError);
  });

  it('ends a wait for suggestions when nobody wants them any more', async () => {
    const { world, home } = await settled();
    world.suggesting = (_name, _query, _limit, signal) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(new BanyanError('aborted'))),
      );
    const abort = new AbortController();
    const asked = home.suggest('x', 8, abort.signal);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  });

  it('says why there is no home, and finds one when a supernode comes', async () => {
    const world = new World();
    world.up.clear();
    const { home } = await settled({}, world);
    expect(home.state.home).toBeUndefined();
    expect(home.state.problem?.code).toBe('no_supernode');
    expect(() => home.search('x')).toThrow(BanyanError);
    world.up.add('ash');
    await world.settle(20_000);
    expect(home.state.home?.supernode.name).toBe('ash');
  });

  it('starts from what it knew when the list is away', async () => {
    const world = new World();
    world.listAway = true;
    const { home } = await settled({ lastKnown: [world.entry('elm')] }, world);
    expect(home.state.home?.supernode.name).toBe('elm');
    expect(home.state.listProblem?.code).toBe('unreachable');
  });

  it('waits for a slow list only while it knows nobody', async () => {
    const world = new World();
    world.listSlowMs = 8_000;
    const { home } = await settled({ keepSecond: false }, world);
    expect(home.state.home).toBeUndefined();
    await world.settle(8_000);
    const lost = home.state.home?.supernode.name ?? '';
    expect(lost).not.toBe('');
    await world.settle(3_600_000);
    world.up.delete(lost);
    world.sessions.get(lost)?.end();
    await world.settle(1_500);
    expect(home.state.home?.supernode.name).not.toBe(lost);
    expect(home.state.home).toBeDefined();
  });

  it('takes the alternates of a supernode that is full', async () => {
    const world = new World();
    world.up.delete('ash');
    world.up.delete('elm');
    const { deviceId, name, addresses } = world.entry('ash');
    world.refuse.set(
      'oak',
      new BanyanError('full', undefined, { details: { alternates: [{ deviceId, name, addresses }] } }),
    );
    const { home } = await settled({}, world);
    expect(home.state.home).toBeUndefined();
    // The list still names only oak; ash is known from its refusal.
    world.up.add('ash');
    world.listAway = true;
    await world.settle(20_000);
    expect(home.state.home?.supernode.name).toBe('ash');
  });

  it('moves away from a supernode that leaves service without ever being without a home', async () => {
    const { world, home } = await settled();
    const leaving = home.state.home?.supernode.name ?? '';
    const missing: string[] = [];
    home.onState(() => {
      if (home.state.home === undefined && home.state.second === undefined) missing.push('none');
    });
    world.up.delete(leaving);
    world.sessions.get(leaving)?.draining();
    await world.settle(1000);
    expect(home.state.home?.supernode.name).not.toBe(leaving);
    expect(home.state.upToDate).toBe(true);
    expect(missing).toEqual([]);
  });

  it('lives at its own supernode only while there is no other, and moves as soon as there is', async () => {
    const world = new World();
    world.up.clear();
    world.up.add('oak');
    const catalog = new TestCatalog();
    const home = world.home(catalog, { self: id(1), prefer: 'oak' });
    await home.start();
    await world.settle();
    expect(home.state.home?.supernode.name).toBe('oak');
    // It is no second home to itself.
    expect(world.dialled).toEqual(['oak:home']);
    world.up.add('elm');
    await world.settle(5_000);
    await world.settle(1_000);
    expect(home.state.home?.supernode.name).toBe('elm');
    expect(home.state.upToDate).toBe(true);
    expect(world.published.at(-1)).toMatchObject({ to: 'elm', reset: true });
    world.up.add('ash');
    await world.settle(60_000);
    expect(home.state.second?.supernode.name).toBe('ash');
    // Where there are others, they come first whatever the owner prefers.
    const other = new World();
    const second = other.home(new TestCatalog(), { self: id(1), prefer: 'oak' });
    await second.start();
    await other.settle();
    expect([second.state.home?.supernode.name, second.state.second?.supernode.name].sort()).toEqual([
      'ash',
      'elm',
    ]);
    await home.stop();
    await second.stop();
  });

  it('leaves a supernode that goes out of service at once when it stops meanwhile', async () => {
    const { world, home } = await settled();
    const leaving = home.state.home?.supernode.name ?? '';
    world.up.delete(leaving);
    world.sessions.get(leaving)?.draining();
    await home.stop();
    await world.settle(0);
    expect(world.sessions.get(leaving)?.isOpen()).toBe(false);
  });

  it('ends its sessions when it stops', async () => {
    const { world, home } = await settled();
    await home.stop();
    const dials = world.dialled.length;
    await world.settle(60_000);
    expect(world.dialled).toHaveLength(dials);
  });
});
