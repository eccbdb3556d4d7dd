import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import {
  BanyanError,
  chunkCount,
  createChunkMap,
  toBase64url,
  type ChunkMap,
  type NamedSource,
  type Source,
} from '@banyan/proto';
import { systemClock } from '@banyan/kit';
import { createSwarmMemory } from '../../src/swarm-memory.ts';
import { MAX_CLAIMS_PER_HOST } from '../../src/download/constants.ts';
import {
  createStage,
  createTestFile,
  newIdentity,
  until,
  type ProviderTricks,
  type Stage,
  type TestPeer,
} from '../swarm.ts';
import { createRoom, type Room, type RoomInit } from './room.ts';

const MIB = 1024 * 1024;
const file = createTestFile(6 * MIB);
const HALF: ChunkMap = createChunkMap(chunkCount(file.bytes.length));
HALF.setRun(0, 3);

let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.end());

const namedAs = ({ identity, server }: TestPeer): NamedSource => ({
  deviceId: identity.deviceId,
  host: '127.0.0.1',
  port: server.port,
});

/** A downloader whose supernode names `told` once and then answers no more. */
async function downloader(told: readonly Source[], init: Partial<RoomInit> = {}): Promise<Room> {
  let looks = 0;
  return await createRoom(stage, {
    sources: () => {
      looks += 1;
      if (looks > 1) throw new BanyanError('unreachable');
      return told;
    },
    folder: await stage.folder(),
    stateDir: await stage.folder(),
    ...init,
  });
}

/** Half of the file, and something to say about others. */
const half = (names: () => readonly NamedSource[], more: ProviderTricks = {}): Promise<TestPeer> =>
  stage.peer(file, { chunks: HALF, swarm: { of: names, fetches: () => undefined }, ...more });

/** Takes connections, and keeps what is said to it. */
async function stranger(): Promise<{ port: number; readonly said: Buffer[] }> {
  const said: Buffer[] = [];
  const server = createServer((socket) => {
    const at = said.push(Buffer.alloc(0)) - 1;
    socket.on('data', (data: Buffer) => void (said[at] = Buffer.concat([said[at]!, data])));
    socket.on('error', () => undefined);
    // It is no TLS server.
    socket.once('data', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.later(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.address() as AddressInfo).port, said };
}

describe('a download without a supernode', () => {
  it('learns of a source from a source, and is complete by it', async () => {
    const carol = await stage.peer(file);
    const bob = await half(() => [namedAs(carol)]);
    const { downloads, done } = await downloader([bob.source]);
    const { id } = await downloads.add({ content: file.content, name: 'a.bin' });
    const view = await done(id);
    expect(view.state).toBe('done');
    const found = view.sources.find(({ deviceId }) => deviceId === carol.identity.deviceId);
    expect(found).toMatchObject({ account: '', badChunks: 0 });
    expect(found!.chunks).toBeGreaterThanOrEqual(3);
  });

  it('asks one that was named for what it has only', async () => {
    const other = createChunkMap(6);
    other.setRun(2, 6);
    const carol = await stage.peer(file, { chunks: other });
    const bob = await half(() => [namedAs(carol)]);
    const { downloads, done } = await downloader([bob.source]);
    const { id } = await downloads.add({ content: file.content, name: 'a.bin' });
    const view = await done(id);
    expect(view.state).toBe('done');
    expect(view.sources.every(({ problem }) => problem === null)).toBe(true);
  });

  it('goes on with a source whose words cannot be read', async () => {
    let late: Source[] = [];
    const bob = await half(() => [{ deviceId: 'x y', host: 'evil.example', port: 7 }]);
    const carol = await stage.peer(file);
    const { downloads, view, done } = await createRoom(stage, {
      sources: () => [bob.source, ...late],
      folder: await stage.folder(),
      stateDir: await stage.folder(),
    });
    const { id } = await downloads.add({ content: file.content, name: 'a.bin' });
    await view(
      id,
      ({ chunks }) => chunks.some(([state, count]) => state === 2 && count === 3),
      'half is here',
    );
    late = [carol.source];
    expect((await done(id)).state).toBe('done');
    const said = downloads.get(id)!.sources.find(({ deviceId }) => deviceId === bob.identity.deviceId);
    expect(said).toMatchObject({ chunks: 3, badChunks: 0 });
  });
});

describe('a source that names others falsely', () => {
  it('makes a downloader dial a stranger a few times, and tell it nothing', async () => {
    const victim = await stranger();
    let asked = 0;
    // Ever new devices, at one address that is no peer.
    const mallory = await half(() => {
      asked += 1;
      return Array.from({ length: 16 }, (_, i) => ({
        deviceId: toBase64url(new Uint8Array(32).fill(asked * 16 + i)),
        host: '127.0.0.1',
        port: victim.port,
      }));
    });
    const { downloads, view } = await downloader([mallory.source]);
    const { id } = await downloads.add({ content: file.content, name: 'a.bin' });
    await view(id, ({ state }) => state === 'waiting', 'it waits for the rest');
    await until(() => victim.said.length >= MAX_CLAIMS_PER_HOST, 'the stranger was dialled');
    for (let look = 0; look < 5; look++) await downloads.retry(id);
    await view(id, ({ waiting }) => (waiting?.asked ?? 0) >= 4, 'it looked again');
    expect(victim.said.length).toBeLessThanOrEqual(MAX_CLAIMS_PER_HOST);
    // A handshake begins; no token, no name of a content.
    for (const bytes of victim.said) expect(bytes.toString('latin1')).not.toMatch(/Bearer|\/v1\/content/);
    // Nobody whose key was not seen is a source.
    expect(downloads.get(id)!.sources.map(({ deviceId }) => deviceId)).toEqual([mallory.identity.deviceId]);
  });

  it('cannot pass one device off as another, nor turn known ones away', async () => {
    const impostor = await stage.peer(file);
    const carol = await stage.peer(file);
    let late: Source[] = [];
    // The known one and the one that comes later, at an address where somebody else is.
    const mallory: TestPeer = await half(() => [
      { ...namedAs(impostor), deviceId: carol.identity.deviceId },
      { ...namedAs(impostor), deviceId: mallory.identity.deviceId },
    ]);
    const { downloads, view, done, reports } = await createRoom(stage, {
      sources: () => [mallory.source, ...late],
      folder: await stage.folder(),
      stateDir: await stage.folder(),
    });
    const { id } = await downloads.add({ content: file.content, name: 'a.bin' });
    await view(id, ({ waiting }) => (waiting?.asked ?? 0) >= 2, 'it looked again');
    expect(downloads.get(id)!.sources).toHaveLength(1);
    late = [carol.source];
    const whole = await done(id);
    expect(whole.state).toBe('done');
    expect(impostor.reads).toEqual([]);
    expect(whole.sources.find(({ deviceId }) => deviceId === carol.identity.deviceId)!.chunks).toBe(3);
    expect(reports).toEqual([]);
  });

  it('gets nobody dialled who is banned, oneself, or at an address of another network', async () => {
    const banned = await stage.peer(file);
    const identity = await newIdentity();
    const mallory = await half(() => [
      namedAs(banned),
      { deviceId: identity.deviceId, host: '127.0.0.1', port: banned.server.port },
      ...['169.254.169.254', '192.168.0.1', '10.0.0.1', '0.0.0.0', '::', 'fe80::1'].map((host, i) => ({
        deviceId: toBase64url(new Uint8Array(32).fill(i)),
        host,
        port: 80,
      })),
    ]);
    const { downloads, view } = await downloader([mallory.source], {
      identity,
      isBanned: (deviceId) => deviceId === banned.identity.deviceId,
    });
    const { id } = await downloads.add({ content: file.content, name: 'a.bin' });
    await view(id, ({ waiting }) => (waiting?.asked ?? 0) >= 2, 'it looked again');
    expect(banned.asked()).toBe(0);
    expect(downloads.get(id)!.sources).toHaveLength(1);
  });
});

describe('a downloader', () => {
  it('names those whose chunks it proved, and no others', async () => {
    const swarm = createSwarmMemory(systemClock);
    const carol = await stage.peer(file, { onRead: () => new Promise((resolve) => setTimeout(resolve, 20)) });
    const liar = await stage.peer(file, { onRead: (buffer) => void (buffer[0]! ^= 1) });
    const gone = await stage.peer(file);
    await gone.server.stop();
    const { downloads, done } = await downloader([liar.source, gone.source, carol.source], { swarm });
    const { id } = await downloads.add({ content: file.content, name: 'a.bin' });
    expect((await done(id)).state).toBe('done');
    const asker = { deviceId: toBase64url(new Uint8Array(32)), host: '127.0.0.1' };
    expect(swarm.of(file.content, asker)).toEqual([namedAs(carol)]);
  });
});
