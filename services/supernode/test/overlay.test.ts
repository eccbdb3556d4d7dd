import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SupernodeEntry } from '@banyan/proto';
import { createHome, openSupernodeSession, type Catalog, type Home } from '@banyan/sdk';
import { silentLog } from '@banyan/kit';
import {
  createWorld,
  fingerprintOf,
  metric,
  publish,
  record,
  search,
  until,
  wholeCatalog,
  type RunningSupernode,
  type TestLeaf,
  type World,
} from './harness.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const links = (of: RunningSupernode): Promise<number> => metric(of, 'banyan_supernode_links');

/** A real home of a leaf with one file. */
function homeOf(leaf: TestLeaf, name: string, prefer?: string): Home {
  const records = [record(1, name)];
  const catalog: Catalog = {
    version: 1,
    records: 1,
    fingerprint: () => fingerprintOf(records),
    changes: () => ({ version: 1, batches: wholeCatalog(records) }),
    onChange: () => () => undefined,
  };
  const { clock, network } = world;
  return createHome(
    {
      clock,
      log: silentLog(),
      random: Math.random,
      catalog,
      list: {
        supernodes: () => {
          const members = network.members.members().filter((m) => m.state === 'active');
          return Promise.resolve({
            supernodes: members.map((m) => ({ ...m, lastBeat: clock.now() })),
            total: members.length,
            membershipVersion: network.members.version,
          });
        },
      },
      open: (init) =>
        openSupernodeSession(
          { clock, log: silentLog(), identity: leaf.identity, tokens: leaf.tokens },
          { ...init, software: 'test', listen: [], revocationsKnown: 0 },
        ),
    },
    prefer === undefined ? {} : { prefer },
  );
}

describe('links between supernodes', () => {
  it('are one for each pair, whoever starts first, and come again after a loss', async () => {
    const all = [await world.supernode('ash'), await world.supernode('elm'), await world.supernode('oak')];
    await world.linked(...all);
    const [ash, elm, oak] = all as [RunningSupernode, RunningSupernode, RunningSupernode];
    await elm.stop();
    await until('elm is missed', async () => (await links(ash)) === 1 && (await links(oak)) === 1);
    const again = await world.supernode('elm', { dataDir: elm.dataDir });
    expect(again.deviceId).toBe(elm.deviceId);
    await world.linked(ash, again, oak);
    for (const each of [ash, again, oak]) expect((await each.ready()).status).toBe(200);
  });

  it('stay while the list is away, and while it starts anew and knows nobody', async () => {
    const [oak, elm] = [await world.supernode('oak'), await world.supernode('elm')];
    await world.linked(oak, elm);
    const [ann, bob] = [await world.leaf(), await world.leaf()];
    await publish(await ann.open(elm), [record(1, 'still here.txt')]);
    const asker = await bob.open(oak);
    world.network.listAway = true;
    await until('the list is missed', () =>
      [oak, elm].every((s) =>
        s.log.entries.some((e) => String(e['msg']).includes('membership is not followed')),
      ),
    );
    expect((await search(asker, 'still here')).names).toEqual(['still here.txt']);
    world.network.restartList();
    world.network.listAway = false;
    await until('both are in the new list', () => world.network.members.size === 2);
    expect((await search(asker, 'still here')).names).toEqual(['still here.txt']);
    expect([oak, elm].flatMap((s) => s.log.entries.filter((e) => e['msg'] === 'a link was lost'))).toEqual(
      [],
    );
  });

  it('end when a supernode stays out of the list', async () => {
    const [oak, elm] = [await world.supernode('oak'), await world.supernode('elm')];
    await world.linked(oak, elm);
    const [low, high] = [oak, elm].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1)) as [
      RunningSupernode,
      RunningSupernode,
    ];
    world.network.grants.delete(high.deviceId);
    world.network.members.remove(high.deviceId);
    // Its beats bring it back unless it lost its right; a cached token still has that for a while.
    world.clock.skip(3600_000);
    await until('the link is gone', async () => {
      world.network.members.remove(high.deviceId);
      world.clock.skip(61_000);
      return (await links(low)) === 0;
    });
  });

  it('are never made with somebody else’s key at the address, nor by whoever is no supernode', async () => {
    const oak = await world.supernode('oak');
    let fake = await world.leaf();
    // One that oak has to dial.
    while (fake.deviceId <= oak.deviceId) fake = await world.leaf();
    const [key, leaf] = [await world.leaf(), await world.leaf()];
    const { port, dialledBy } = await fake.listen({ key: key.identity });
    // An entry whose key has changed: the address answers, the name does not.
    const stale: SupernodeEntry = {
      ...(world.network.members.members()[0] as SupernodeEntry),
      deviceId: fake.deviceId,
      name: 'stale',
      addresses: [{ host: '127.0.0.1', port }],
    };
    world.network.members.set(stale);
    world.network.listAway = true;
    world.network.listAway = false;
    await until('it was tried', () =>
      oak.log.entries.some((e) => e['code'] === 'key_mismatch' && e['supernode'] === 'stale'),
    );
    expect(dialledBy).toEqual([]);
    expect(await links(oak)).toBe(0);
    await expect(leaf.open(oak, { relation: 'supernode' })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('carry revocations on, and are cut when a supernode itself is banned', async () => {
    const [oak, elm] = [await world.supernode('oak'), await world.supernode('elm')];
    await world.linked(oak, elm);
    const cleo = await world.leaf();
    await cleo.open(oak);
    world.network.revoke({ kind: 'device', id: elm.deviceId, reason: 'gone bad' });
    await until('cut at both ends', async () => (await links(oak)) === 0 && (await links(elm)) === 0);
    await until('leaves hear of it', () => cleo.revocations.length === 1);
    world.clock.skip(30_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await links(oak)).toBe(0);
  });

  it('survive deltas that a retired key signed: they are fetched from auth', async () => {
    const [oak, elm] = [await world.supernode('oak'), await world.supernode('elm')];
    await world.linked(oak, elm);
    world.network.revoke({ kind: 'device', id: 'somebody' });
    const known = async (of: RunningSupernode): Promise<number> => {
      const session = await (await world.leaf()).open(of, { relation: 'probe' });
      session.close();
      return session.welcome.revocationsKnown;
    };
    await until('both have it', async () => (await known(oak)) === 1 && (await known(elm)) === 1);
    await oak.stop();
    world.network.replaceKey();
    // Longer than an unknown key makes nobody ask for keys again.
    world.clock.skip(61_000);
    const fresh = await world.supernode('fir');
    await world.linked(elm, fresh);
    await until('the new one has it too', async () => (await known(fresh)) === 1);
    expect(elm.log.entries.some((e) => e['msg'] === 'a link was lost' && e['code'] === 'token_invalid')).toBe(
      false,
    );
  });
});

describe('leaving service', () => {
  it('moves all leaves to others before it stops, and says so to the list', async () => {
    const [oak, elm] = [await world.supernode('oak'), await world.supernode('elm')];
    await world.linked(oak, elm);
    const leaves = [await world.leaf(), await world.leaf()];
    const homes = leaves.map((leaf, i) => homeOf(leaf, `moving ${i}.txt`, 'oak'));
    await Promise.all(homes.map((home) => home.start()));
    await Promise.all(homes.map((home) => home.ready()));
    expect(homes.map((home) => home.state.home?.supernode.name)).toEqual(['oak', 'oak']);
    const stopping = oak.stop();
    await until('the list knows', () =>
      world.network.beats.some(
        ({ deviceId, beat }) => deviceId === oak.deviceId && beat.state === 'draining',
      ),
    );
    await expect((await world.leaf()).open(oak)).rejects.toMatchObject({
      code: 'draining',
      details: { alternates: [expect.objectContaining({ deviceId: elm.deviceId })] },
    });
    expect((await oak.ready()).status).toBe(503);
    await stopping;
    const asker = await (await world.leaf()).open(elm);
    await until('all are found again', async () => (await search(asker, 'moving')).names.length === 2);
    expect(world.network.members.size).toBe(1);
    await Promise.all(homes.map((home) => home.stop()));
  });

  it('does not wait where leaves have nowhere to go, and tells them that it stops', async () => {
    const oak = await world.supernode('oak', { drainMs: 60_000 });
    const session = await (await world.leaf()).open(oak);
    await oak.stop();
    expect(await session.closed).toMatchObject({ code: 'shutting_down' });
  });

  it('names nobody who is leaving too', async () => {
    const [oak, elm] = [
      await world.supernode('oak', { drainMs: 500 }),
      await world.supernode('elm', { drainMs: 500 }),
    ];
    await world.linked(oak, elm);
    const [ann, bob] = [await world.leaf(), await world.leaf()];
    await ann.open(oak);
    await bob.open(elm);
    // The list never hears of it: their own word over the link must do.
    world.network.listAway = true;
    const first = oak.stop();
    await until('ann is asked to move to elm', () => ann.draining[0]?.alternates[0]?.name === 'elm');
    const second = elm.stop();
    await Promise.all([first, second]);
    expect(bob.draining.flatMap((notice) => notice.alternates.map((a) => a.name))).toEqual([]);
  });

  it('a supernode that is killed and comes back is searched again', async () => {
    const [oak, elm] = [await world.supernode('oak'), await world.supernode('elm')];
    await world.linked(oak, elm);
    const leaf = await world.leaf();
    const home = homeOf(leaf, 'phoenix.txt', 'oak');
    await home.start();
    await home.ready();
    await until('it has a second home', () => home.state.second?.supernode.name === 'elm');
    await oak.stop();
    const asker = await (await world.leaf()).open(elm);
    await until('found through elm', async () => (await search(asker, 'phoenix')).names.length === 1);
    const again = await world.supernode('oak', { dataDir: oak.dataDir });
    await world.linked(again, elm);
    await until('oak is the second home', () => home.state.second?.supernode.name === 'oak');
    const atOak = await (await world.leaf()).open(again);
    expect((await search(atOak, 'phoenix')).names).toEqual(['phoenix.txt']);
    await home.stop();
  });
});

describe('the right to be a supernode', () => {
  it('is noticed when it is given later', async () => {
    const oak = await world.supernode('oak');
    await until('it is in the list', () => world.network.members.size === 1);
    world.network.grants.delete(oak.deviceId);
    world.clock.skip(3600_000);
    world.network.members.remove(oak.deviceId);
    await until(
      'it is refused',
      async () =>
        (await oak.ready()).status === 503 && oak.log.entries.some((e) => e['code'] === 'forbidden'),
    );
    world.network.grants.set(oak.deviceId, ['supernode']);
    await until('it is in again', () => {
      world.clock.skip(16_000);
      return world.network.members.size === 1;
    });
  });
});
