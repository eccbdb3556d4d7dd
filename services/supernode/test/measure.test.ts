import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_SPEED_BYTES, SPEED_PAUSE_MS, type MeasurementReport } from '@banyan/proto';
import { createWorld, until, type RunningSupernode, type TestLeaf, type World } from './harness.ts';

let world: World;
let oak: RunningSupernode;
beforeAll(async () => {
  world = await createWorld();
  oak = await world.supernode('oak');
});
afterAll(() => world.close());
beforeEach(() => world.network.orders.clear());

/** The list asks for these to be measured, once. */
async function ask(...deviceIds: string[]): Promise<void> {
  world.network.orders.set(oak.deviceId, { measure: deviceIds });
  const before = world.network.beats.length;
  world.clock.skip(5_001);
  await until('it beat', () => world.network.beats.length > before);
  world.network.orders.delete(oak.deviceId);
}

async function reportOf(leaf: TestLeaf, count = 1): Promise<MeasurementReport> {
  const own = () => world.network.measurements.filter((one) => one.deviceId === leaf.deviceId);
  await until('it was measured', () => {
    // The wait of chance before it passes.
    world.clock.skip(100);
    return own().length >= count;
  });
  const { by, report } = own()[count - 1]!;
  expect(by).toBe(oak.deviceId);
  return report;
}

const noise = Buffer.alloc(MAX_SPEED_BYTES, 7);

describe('measuring a leaf', () => {
  it('tells round trip, clock, pace and the age of its session, from where the leaf was seen', async () => {
    const leaf = await world.leaf();
    const paths: string[] = [];
    const { port, dialledBy } = await leaf.listen({
      aheadMs: 90_000,
      answer: (request, response) => {
        paths.push(request.url ?? '');
        response.writeHead(200, { 'content-length': noise.length }).end(noise);
      },
    });
    await leaf.open(oak, { listen: [{ host: '203.0.113.9', port }] });
    await until('it was dialled back', () => leaf.reach.length > 0);
    world.clock.skip(3_600_000);
    await ask(leaf.deviceId);
    const report = await reportOf(leaf);
    expect(report).toMatchObject({ reachable: true, code: '', message: '' });
    expect(report.roundTripMs).toBeGreaterThan(0);
    expect(report.bytesPerSecond).toBeGreaterThan(0);
    expect(report.sessionMs).toBeGreaterThanOrEqual(3_600_000);
    // Skips of the clock while a ping is under way look like a slow line: the error is half a round trip.
    expect(Math.abs(report.clockSkewMs! - 90_000)).toBeLessThan(5_000);
    expect(paths).toEqual([`/v1/speed?bytes=${MAX_SPEED_BYTES}`]);
    expect(new Set(dialledBy)).toEqual(new Set([oak.deviceId]));

    // The line is left alone for as long as the peer would refuse; the rest is measured anew.
    await ask(leaf.deviceId);
    expect((await reportOf(leaf, 2)).bytesPerSecond).toBe(report.bytesPerSecond);
    expect(paths).toHaveLength(1);
    world.clock.skip(SPEED_PAUSE_MS);
    await ask(leaf.deviceId);
    await reportOf(leaf, 3);
    expect(paths).toHaveLength(2);
  });

  it('says why a leaf cannot be reached', async () => {
    const [leaf, other] = [await world.leaf(), await world.leaf()];
    const { port } = await leaf.listen({ key: other.identity });
    await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] });
    await until('it was dialled back', () => leaf.reach.length > 0);
    await ask(leaf.deviceId);
    const report = await reportOf(leaf);
    expect(report).toMatchObject({ reachable: false, code: 'key_mismatch' });
    expect(report.roundTripMs).toBeUndefined();

    const mute = await world.leaf();
    await mute.open(oak, { listen: [] });
    await ask(mute.deviceId);
    expect(await reportOf(mute)).toMatchObject({ reachable: false, code: 'no_address' });
  });

  it('goes without the pace of a leaf that does not let its line be measured, and without an unreadable clock', async () => {
    const leaf = await world.leaf();
    const { port } = await leaf.listen();
    await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] });
    await ask(leaf.deviceId);
    const report = await reportOf(leaf);
    expect(report).toMatchObject({ reachable: true });
    expect(report.roundTripMs).toBeGreaterThan(0);
    expect(report).not.toHaveProperty('bytesPerSecond');
    expect(report).not.toHaveProperty('clockSkewMs');
  });

  it('takes no more bytes than it asked for, and no figure from who sends them', async () => {
    const leaf = await world.leaf();
    let closed = false;
    const { port } = await leaf.listen({
      answer: (_request, response) => {
        response.on('close', () => (closed = true));
        response.writeHead(200, { 'content-length': 100 * noise.length });
        const more = (): void => {
          if (!response.destroyed) response.write(noise, more);
        };
        more();
      },
    });
    await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] });
    await ask(leaf.deviceId);
    const report = await reportOf(leaf);
    expect(report.reachable).toBe(true);
    expect(report).not.toHaveProperty('bytesPerSecond');
    await until('it was cut', () => closed);
  });

  it('measures nobody who is not at home there', async () => {
    const [leaf, second] = [await world.leaf(), await world.leaf()];
    const listening = await second.listen();
    await second.open(oak, { relation: 'second', listen: [{ host: '127.0.0.1', port: listening.port }] });
    await leaf.open(oak, { listen: [] });
    await ask(second.deviceId, 'nobody', oak.deviceId, leaf.deviceId);
    await reportOf(leaf);
    expect(listening.dialledBy).toEqual([]);
    const measured = world.network.measurements.map(({ deviceId }) => deviceId);
    for (const deviceId of [second.deviceId, 'nobody', oak.deviceId])
      expect(measured).not.toContain(deviceId);
  });
});
