import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createWorld,
  metric,
  publish,
  record,
  search,
  until,
  type RunningSupernode,
  type TestLeaf,
  type World,
} from './harness.ts';

const DRAIN_MS = 60_000;

let world: World;
let oak: RunningSupernode;
let ash: RunningSupernode;
beforeEach(async () => {
  world = await createWorld();
  oak = await world.supernode('oak');
  ash = await world.supernode('ash');
  await world.linked(oak, ash);
});
afterEach(() => world.close());

async function order(
  state: 'draining' | 'active' | undefined,
  of = oak,
  more: { drainMs?: number; cordoned?: boolean } = {},
): Promise<void> {
  if (state === undefined) world.network.orders.delete(of.deviceId);
  else
    world.network.orders.set(of.deviceId, {
      order: { state, drainMs: DRAIN_MS, reason: 'as a test', ...more },
    });
  const before = world.network.beats.length;
  world.clock.skip(5_001);
  await until('it beat', () =>
    world.network.beats.slice(before).some(({ deviceId }) => deviceId === of.deviceId),
  );
}

const stateOf = (of: RunningSupernode): string | undefined =>
  world.network.beats.findLast(({ deviceId }) => deviceId === of.deviceId)?.beat.state;

async function state(of: RunningSupernode): Promise<{ state: string; leaves: number }> {
  const answer = await fetch(`${of.supernode.adminUrl}/v1/state`);
  return (await answer.json()) as { state: string; leaves: number };
}

/** Skips until the leaf is told to move. */
async function told(leaf: TestLeaf): Promise<void> {
  await until('it was told to move', () => {
    world.clock.skip(500);
    return leaf.draining.length > 0;
  });
}

describe('a drain that the list orders', () => {
  it('moves leaves with alternates, answers until they have gone, refuses newcomers, and stays up empty', async () => {
    const leaf = await world.leaf();
    const session = await leaf.open(oak);
    await publish(session, [record(1, 'a fig tree')]);
    await order('draining');
    await until('the list hears of it', () => stateOf(oak) === 'draining');
    expect(await state(oak)).toMatchObject({ state: 'draining', leaves: 1 });
    const ready = await oak.ready();
    expect(ready.status).toBe(503);
    expect(ready.body).toContain('sessions');

    await told(leaf);
    expect(leaf.draining[0]?.alternates.map(({ name }) => name)).toEqual(['ash']);
    expect(leaf.draining).toHaveLength(1);
    // It is answered until it goes, and others find it through the link.
    expect((await search(session, 'fig')).names).toEqual(['a fig tree']);
    const asker = await (await world.leaf()).open(ash);
    expect((await search(asker, 'fig')).names).toEqual(['a fig tree']);
    await expect((await world.leaf()).open(oak)).rejects.toMatchObject({
      code: 'draining',
      details: { alternates: [expect.objectContaining({ name: 'ash' })] },
    });

    session.close();
    await until('it is empty', async () => (await state(oak)).leaves === 0);
    world.clock.skip(2 * DRAIN_MS);
    await order('draining');
    expect(stateOf(oak)).toBe('draining');
    await expect((await world.leaf()).open(oak)).rejects.toMatchObject({ code: 'draining' });
    // A probe is no leaf.
    await (await world.leaf()).open(oak, { relation: 'probe' });
  });

  it('cuts who has stayed too long, and says where to go', async () => {
    const leaf = await world.leaf();
    const session = await leaf.open(oak);
    await order('draining');
    await told(leaf);
    expect(session.open).toBe(true);
    world.clock.skip(DRAIN_MS);
    expect(await session.closed).toMatchObject({ code: 'draining' });
  });

  it('is over sooner when less time is ordered, and at once with none', async () => {
    const [slow, hasty] = [await world.leaf(), await world.leaf()];
    const session = await slow.open(oak);
    await order('draining');
    await told(slow);
    await order('draining', oak, { drainMs: 10_000 });
    // With the beat after it the answer has been heard.
    await order('draining', oak, { drainMs: 10_000 });
    expect(session.open).toBe(true);
    world.clock.skip(10_000);
    expect(await session.closed).toMatchObject({ code: 'draining' });
    const other = await hasty.open(ash);
    await order('draining', ash, { drainMs: 0 });
    // Nobody is left to go to: an operator insists.
    expect(await other.closed).toMatchObject({ code: 'draining' });
    expect(hasty.draining).toEqual([]);
  });

  it('can be cancelled before it is over: nobody is cut, newcomers are taken', async () => {
    const leaf = await world.leaf();
    const session = await leaf.open(oak);
    await order('draining');
    await told(leaf);
    // Without an order it goes on as it is.
    await order(undefined);
    expect(stateOf(oak)).toBe('draining');
    await order('active');
    await until('the list hears of it', () => stateOf(oak) === 'active');
    world.clock.skip(2 * DRAIN_MS);
    await (await world.leaf()).open(oak);
    expect(session.open).toBe(true);
    expect(await state(oak)).toMatchObject({ state: 'active', leaves: 2 });
    expect((await oak.ready()).status).toBe(200);
    // The other supernode sends leaves there again.
    const drained = await world.leaf();
    await drained.open(ash);
    await order('draining', ash);
    await told(drained);
    expect(drained.draining[0]?.alternates.map(({ name }) => name)).toEqual(['oak']);
  });

  it('puts nobody out while there is nowhere to go, and goes on when there is', async () => {
    await ash.stop();
    await until('it is alone', async () => (await metric(oak, 'banyan_supernode_links')) === 0);
    const leaf = await world.leaf();
    const session = await leaf.open(oak);
    await order('draining');
    world.clock.skip(3 * DRAIN_MS);
    await order('draining');
    expect(session.open).toBe(true);
    expect(leaf.draining).toEqual([]);
    await world.supernode('elm');
    await told(leaf);
    expect(leaf.draining[0]?.alternates.map(({ name }) => name)).toEqual(['elm']);
  });

  it('becomes that of a stop when the process stops', async () => {
    const leaf = await world.leaf();
    const session = await leaf.open(oak);
    await order('draining');
    const stopping = oak.stop();
    await until('it was told to move', () => leaf.draining.length > 0);
    session.close();
    await stopping;
    expect(world.network.members.get(oak.deviceId)).toBeUndefined();
  });
});

describe('a supernode that is cordoned', () => {
  it('keeps and answers who is there, takes who comes again, and sends others on', async () => {
    const leaf = await world.leaf();
    const session = await leaf.open(oak);
    await publish(session, [record(1, 'a fig tree')]);
    await order('active', oak, { cordoned: true });
    expect((await search(session, 'fig')).names).toEqual(['a fig tree']);
    await expect((await world.leaf()).open(oak)).rejects.toMatchObject({
      code: 'full',
      details: { alternates: [expect.objectContaining({ name: 'ash' })] },
    });
    const again = await leaf.open(oak);
    expect(again.open).toBe(true);
    expect(stateOf(oak)).toBe('active');
    await order('active');
    expect((await (await world.leaf()).open(oak)).open).toBe(true);
  });
});
