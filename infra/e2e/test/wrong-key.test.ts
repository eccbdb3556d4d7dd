import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DownloadView, SupernodeEntry } from '@banyan/proto';
import {
  seededBytes,
  startImpostor,
  startRogueSource,
  startTestNetwork,
  waitFor,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(60_000);

const MIB = 1024 * 1024;

let network: TestNetwork;
let dora: TestPeer;

beforeAll(async () => {
  network = await startTestNetwork();
  dora = await network.peer('dora', { preferSupernode: 'oak' });
  await waitFor(async () => (await dora.api.status()).home?.name === 'oak', { what: 'dora to be at oak' });
});
afterAll(() => network?.stop());

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));

describe('a source whose address answers with another key', () => {
  /** A source that was good when the supernode looked, and whose address is taken over afterwards. */
  const prepare = async (account: string, name: string) => {
    const bytes = seededBytes(name, 8 * MIB);
    const source = await startRogueSource({
      device: await network.device(account),
      supernode: await network.entry('oak'),
      name,
      bytes,
      msPerChunk: 100,
    });
    const hit = await dora.find(name.replace('.bin', ''));
    return { source, hit };
  };
  const problemOf = (view: DownloadView, deviceId: string): string | undefined =>
    view.sources.find((s) => s.deviceId === deviceId)?.problem?.code;

  it_('is never sent a byte on a fresh connection, and the download says why', async () => {
    const { source, hit } = await prepare('eve', 'Fresh impostor.bin');
    await source.goSilent();
    const impostor = await startImpostor(source.port);
    const { id } = await dora.api.startDownload({ content: hit.content, name: hit.name });
    await waitFor(async () => problemOf(await dora.download(id), source.deviceId) === 'key_mismatch', {
      what: 'the download to say that the key is another',
    });
    expect(impostor.dialled).toBeGreaterThan(0);
    expect(impostor.received).toBe(0);
    await dora.api.actOnDownload(id, 'cancel');
    await impostor.close();
  });

  it_('is never sent a byte after a good connection', async () => {
    const { source, hit } = await prepare('evan', 'Later impostor.bin');
    const { id } = await dora.api.startDownload({ content: hit.content, name: hit.name });
    await waitFor(async () => (await dora.download(id)).bytes >= 2 * MIB, {
      what: 'the source to have served',
    });
    await source.goSilent();
    const impostor = await startImpostor(source.port);
    await waitFor(() => impostor.dialled > 0, { what: 'the downloader to dial again' });
    await waitFor(async () => problemOf(await dora.download(id), source.deviceId) === 'key_mismatch', {
      what: 'the download to say that the key is another',
    });
    expect(impostor.received).toBe(0);
    const view = await dora.download(id);
    expect(view.state).not.toBe('done');
    expect(view.bytes).toBeGreaterThanOrEqual(2 * MIB);
    await dora.api.actOnDownload(id, 'cancel');
    await impostor.close();
  });
});

describe('a supernode whose address answers with another key', () => {
  it_('is never sent a byte: by no leaf that was there, by no newcomer, by no other supernode', async () => {
    // Of two supernodes the one with the smaller id dials the link: the other one's address is taken over.
    const [dialler, victim] = [await network.entry('oak'), await network.entry('elm')].sort((a, b) =>
      a.deviceId < b.deviceId ? -1 : 1,
    ) as [SupernodeEntry, SupernodeEntry];
    const gina = await network.peer('gina', {
      preferSupernode: victim.name,
      files: { 'gina.txt': 'gina\n' },
    });
    expect((await gina.settled()).home?.name).toBe(victim.name);
    await network.supernode(victim.name).kill();
    const impostor = await startImpostor(victim.addresses[0]!.port);
    try {
      // Gina and the other supernode were connected a moment ago; frank comes fresh and prefers what the list still says.
      const frank = await network.peer('frank', {
        preferSupernode: victim.name,
        files: { 'frank.txt': 'frank\n' },
      });
      expect((await gina.settled()).home?.name).toBe(dialler.name);
      expect((await frank.settled()).home?.name).toBe(dialler.name);
      for (const program of [gina.program, frank.program, network.supernode(dialler.name)])
        await waitFor(async () => (await program.log()).includes('"code":"key_mismatch"'), {
          what: `${program.name} to have met the impostor`,
        });
      expect(impostor.dialled).toBeGreaterThanOrEqual(3);
      expect(impostor.received).toBe(0);
      expect((await gina.find('frank')).name).toBe('frank.txt');
    } finally {
      await impostor.close();
    }
  });
});
