import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadView } from '@banyan/proto';
import {
  fileDigest,
  startSlowLine,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(180_000);

const MIB = 1024 * 1024;
const SIZE = 96 * MIB;
const FILE = 'Growing Banyan.bin';

let network: TestNetwork;
let original: string;
let alice: TestPeer;
let line: SlowLine;
let bob: TestPeer;
let dora: TestPeer;

beforeAll(async () => {
  network = await startTestNetwork({ supernodes: ['oak'] });
  original = join(network.folder, FILE);
  await writeSeeded(original, FILE, SIZE);
  line = await startSlowLine(Infinity);
  [alice, bob, dora] = await Promise.all([
    network.peer('alice', { ...line.ports, files: { [FILE]: (path) => link(original, path) } }),
    network.peer('bob'),
    network.peer('dora'),
  ]);
  await alice.settled();
});
afterAll(async () => {
  await network?.stop();
  await line?.close();
});

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
const begin = async (peer: TestPeer): Promise<string> => {
  const hit = await peer.find('growing banyan');
  return (await peer.api.startDownload({ content: hit.content, name: hit.name })).id;
};
const chunksFrom = (view: DownloadView, { deviceId }: TestPeer): number =>
  view.sources.find((source) => source.deviceId === deviceId)?.chunks ?? 0;

describe('a swarm whose only supernode was killed', () => {
  it_(
    'grows: those who fetch from one source learn of each other from it, and fetch from each other',
    async () => {
      line.setRate(1 * MIB);
      const doras = await begin(dora);
      const under = async (peer: TestPeer, id: string): Promise<boolean> =>
        chunksFrom(await peer.download(id), alice) > 0;
      await waitFor(() => under(dora, doras), { what: 'dora to fetch from alice' });
      // She was told of nobody else: there is nobody else.
      expect((await dora.download(doras)).sources.map(({ deviceId }) => deviceId)).toEqual([alice.deviceId]);
      const bobs = await begin(bob);
      await waitFor(() => under(bob, bobs), { what: 'bob to fetch from alice', timeoutMs: 30_000 });
      await network.supernode('oak').kill();
      // Nobody publishes what is still arriving: alice alone can have told them.
      await waitFor(
        async () =>
          chunksFrom(await dora.download(doras), bob) > 0 && chunksFrom(await bob.download(bobs), dora) > 0,
        { what: 'bob and dora to fetch from each other', timeoutMs: 90_000 },
      );
      line.setRate(Infinity);
      const digest = await fileDigest(original);
      for (const [peer, id] of [
        [bob, bobs],
        [dora, doras],
      ] as const) {
        const done = await peer.reaches(id, ['done']);
        expect(await fileDigest(done.path)).toBe(digest);
        expect(done.sources.every(({ badChunks }) => badChunks === 0)).toBe(true);
      }
    },
  );
});
