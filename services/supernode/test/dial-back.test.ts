import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { MAX_DIALS_PER_TARGET_PER_MINUTE, MAX_REACH_CHECKS_PER_MINUTE } from '@banyan/proto';
import { createDialBack } from '../src/dial-back.ts';
import {
  createWorld,
  publish,
  record,
  until,
  type RunningSupernode,
  type TestLeaf,
  type World,
} from './harness.ts';

let world: World;
let oak: RunningSupernode;
beforeAll(async () => {
  world = await createWorld();
  oak = await world.supernode('oak');
});
afterAll(() => world.close());

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Opens a session that claims these ports and tells what the dial-back found. */
async function found(leaf: TestLeaf, ...ports: number[]): Promise<TestLeaf['reach'][number]> {
  await leaf.open(oak, { listen: ports.map((port) => ({ host: '203.0.113.7', port })) });
  await until('the dial-back was told', () => leaf.reach.length > 0);
  return leaf.reach[0]!;
}

describe('dialling a leaf back', () => {
  it('finds it where it was seen, with its key, and never where it claims to be', async () => {
    const leaf = await world.leaf();
    const { port, dialledBy } = await leaf.listen();
    expect(await found(leaf, port)).toEqual([
      {
        address: { host: '127.0.0.1', port },
        reachable: true,
        code: '',
        message: '',
        roundTripMs: expect.any(Number),
      },
    ]);
    // The leaf sees who dialled: it is its supernode.
    expect(dialledBy).toEqual([oak.deviceId]);
  });

  it('says that another key answers there', async () => {
    const [leaf, other] = [await world.leaf(), await world.leaf()];
    const { port, dialledBy } = await leaf.listen({ key: other.identity });
    expect(await found(leaf, port)).toEqual([
      expect.objectContaining({ reachable: false, code: 'key_mismatch' }),
    ]);
    expect(dialledBy).toEqual([]);
  });

  it('says that nothing listens, and looks again', async () => {
    const leaf = await world.leaf();
    expect(await found(leaf, await closedPort())).toEqual([
      expect.objectContaining({
        reachable: false,
        code: 'unreachable',
        message: expect.stringContaining('nothing listens'),
      }),
    ]);
    world.clock.skip(2_000);
    await until('it was looked at again', () => leaf.reach.length === 2);
  });

  it('tries two ports at most, none twice', async () => {
    const leaf = await world.leaf();
    const { port } = await leaf.listen();
    const closed = await closedPort();
    const checks = await found(leaf, closed, closed, port, 1, 2, 3);
    expect(checks.map((c) => c.address?.port)).toEqual([closed, port]);
  });

  it('looks at a source again that others cannot reach', async () => {
    const [leaf, reporter] = [await world.leaf(), await world.leaf()];
    const { port, dialledBy } = await leaf.listen();
    await publish(await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] }), [record(1, 'x')]);
    await until('it is reachable', () => leaf.reach.length === 1);
    const session = await reporter.open(oak);
    const report = (): void =>
      session.channel.send({
        kind: 'badSource',
        badSource: { deviceId: leaf.deviceId, root: new Uint8Array(32), length: 1, code: 'unreachable' },
      });
    report();
    world.clock.skip(31_000);
    report();
    report();
    await until('it was looked at again', () => leaf.reach.length === 2);
    expect(dialledBy).toHaveLength(2);
  });

  it('dials back now for a leaf that asks, and for none too often', async () => {
    const leaf = await world.leaf();
    const { port, dialledBy } = await leaf.listen();
    const session = await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] });
    await until('it is reachable', () => leaf.reach.length === 1);
    expect((await session.checkReach()).checks).toEqual([
      expect.objectContaining({ address: { host: '127.0.0.1', port }, reachable: true }),
    ]);
    expect(dialledBy).toHaveLength(2);
    await expect(session.checkReach()).rejects.toMatchObject({ code: 'rate_limited' });
    expect(dialledBy).toHaveLength(2);
    world.clock.skip(60_000 / MAX_REACH_CHECKS_PER_MINUTE);
    await session.checkReach();
    expect(dialledBy).toHaveLength(3);
    expect(leaf.reach).toHaveLength(3);
  });

  it('finds, when it is asked, what opened since it gave up', async () => {
    const leaf = await world.leaf();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    // Somebody else has the port at first.
    server.on('connection', (socket) => socket.destroy());
    const session = await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] });
    await until('it was dialled', () => leaf.reach.length === 1);
    expect(leaf.reach[0]![0]!.reachable).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    await leaf.listen({ port });
    expect((await session.checkReach()).checks[0]!.reachable).toBe(true);
  });

  it('is done by the home alone, and is not asked of a supernode that does not know how', async () => {
    const leaf = await world.leaf();
    const second = await leaf.open(oak, { relation: 'second' });
    await expect(second.checkReach()).rejects.toMatchObject({ code: 'forbidden' });
    const probe = await leaf.open(oak, { relation: 'probe' });
    await expect(probe.checkReach()).rejects.toMatchObject({ code: 'unknown_message' });
    expect(probe.open).toBe(true);
  });

  it('aims nobody at a stranger: dials to one target are capped', async () => {
    const leaf = await world.leaf();
    const dialBack = createDialBack({ identity: leaf.identity, clock: world.clock });
    const ports = [await closedPort()];
    const check = async (): Promise<string | undefined> =>
      (
        await dialBack.check(
          { deviceId: leaf.deviceId, observedHost: '127.0.0.1', ports },
          new AbortController().signal,
        )
      )[0]?.code;
    const codes: (string | undefined)[] = [];
    for (let i = 0; i <= MAX_DIALS_PER_TARGET_PER_MINUTE; i += 1) codes.push(await check());
    expect(codes.filter((code) => code === 'unreachable')).toHaveLength(MAX_DIALS_PER_TARGET_PER_MINUTE);
    expect(codes.at(-1)).toBe('rate_limited');
    world.clock.skip(60_001);
    expect(await check()).toBe('unreachable');
  });

  it('ends at once with its leaf', async () => {
    const leaf = await world.leaf();
    const dialBack = createDialBack({ identity: leaf.identity, clock: world.clock });
    // Takes connections and says nothing.
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const abort = new AbortController();
    const checks = dialBack.check(
      { deviceId: leaf.deviceId, observedHost: '127.0.0.1', ports: [(mute.address() as AddressInfo).port] },
      abort.signal,
    );
    abort.abort();
    expect((await checks)[0]).toMatchObject({ reachable: false, code: 'aborted' });
    mute.close();
  });
});
