import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
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
/** Takes a body whole, and says so. */
function take(request: IncomingMessage, response: ServerResponse): void {
  request.resume().once('end', () => response.writeHead(204).end());
}

describe('measuring a leaf', () => {
  it('tells round trip, clock, pace both ways and the age of its session, from where the leaf was seen', async () => {
    const leaf = await world.leaf();
    const paths: string[] = [];
    const { port, dialledBy } = await leaf.listen({
      aheadMs: 90_000,
      answer: (request, response) => {
        paths.push(`${request.method} ${request.url}`);
        if (request.method === 'PUT') take(request, response);
        else response.writeHead(200, { 'content-length': noise.length }).end(noise);
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
    expect(report.downloadBytesPerSecond).toBeGreaterThan(0);
    expect(report.sessionMs).toBeGreaterThanOrEqual(3_600_000);
    // Skips of the clock while a ping is under way look like a slow line: the error is half a round trip.
    expect(Math.abs(report.clockSkewMs! - 90_000)).toBeLessThan(5_000);
    expect(paths[0]).toBe(`GET /v1/speed?bytes=${MAX_SPEED_BYTES}`);
    expect(new Set(paths.slice(1))).toEqual(new Set(['PUT /v1/speed']));
    const once = paths.length;
    expect(new Set(dialledBy)).toEqual(new Set([oak.deviceId]));

    // The line is left alone for as long as the peer would refuse; the rest is measured anew.
    await ask(leaf.deviceId);
    const again = await reportOf(leaf, 2);
    expect(again.bytesPerSecond).toBe(report.bytesPerSecond);
    expect(again.downloadBytesPerSecond).toBe(report.downloadBytesPerSecond);
    expect(paths).toHaveLength(once);
    world.clock.skip(SPEED_PAUSE_MS);
    await ask(leaf.deviceId);
    await reportOf(leaf, 3);
    expect(paths.filter((path) => path.startsWith('GET'))).toHaveLength(2);
  });

  it('sends growing bodies that are timed whole, as many bytes as a peer takes and no more', async () => {
    const leaf = await world.leaf();
    const bodies: number[] = [];
    const { port } = await leaf.listen({
      answer: (request, response) => {
        if (request.method !== 'PUT') response.writeHead(404).end();
        else {
          bodies.push(Number(request.headers['content-length']));
          take(request, response);
        }
      },
    });
    await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] });
    await ask(leaf.deviceId);
    expect((await reportOf(leaf)).downloadBytesPerSecond).toBeGreaterThan(0);
    expect(bodies).toEqual([...bodies].sort((a, b) => a - b));
    expect(bodies.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(MAX_SPEED_BYTES);
  });

  it('goes by what a peer took whole when it takes no more', async () => {
    const leaf = await world.leaf();
    let puts = 0;
    const { port } = await leaf.listen({
      answer: (request, response) => {
        if (request.method !== 'PUT') response.writeHead(404).end();
        else if (++puts === 1) take(request, response);
        else request.socket.destroy();
      },
    });
    await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] });
    await ask(leaf.deviceId);
    const report = await reportOf(leaf);
    expect(report).toMatchObject({ reachable: true });
    expect(report.downloadBytesPerSecond).toBeGreaterThan(0);
  });

  it('of a peer of 0.1.0 says nothing of what it takes, and all else', async () => {
    const leaf = await world.leaf();
    const { port } = await leaf.listen({
      answer: (request, response) => {
        if (request.method === 'GET') response.writeHead(200, { 'content-length': noise.length }).end(noise);
        else
          // As its transfer server refuses what has a body.
          response.writeHead(400, { 'content-length': 2, connection: 'close' }).end('{}');
      },
    });
    await leaf.open(oak, { listen: [{ host: '127.0.0.1', port }] });
    await ask(leaf.deviceId);
    const report = await reportOf(leaf);
    expect(report).toMatchObject({ reachable: true });
    expect(report.bytesPerSecond).toBeGreaterThan(0);
    expect(report).not.toHaveProperty('downloadBytesPerSecond');
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
