import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { contentIdText, type DownloadView } from '@banyan/proto';
import {
  fileDigest,
  seededBytes,
  startRogueSource,
  startSlowLine,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
/** 64 chunks. */
const SIZE = 64 * MIB;
const FILES = ['Great Banyan.bin', 'Second Banyan.bin', 'Third Banyan.bin'] as const;
const SIZES = { [FILES[0]]: SIZE, [FILES[1]]: SIZE, [FILES[2]]: SIZE / 2 };

/** What may be said of a source that was killed. */
const WHY_KILLED = /^(source_closed|unreachable|source_stalled|timeout)$/;

let network: TestNetwork;
/** Three real peers that have the same files, each behind a line of its own. */
let sources: { readonly peer: TestPeer; readonly line: SlowLine }[];
let dora: TestPeer;

beforeAll(async () => {
  network = await startTestNetwork();
  const original = (name: string): string => join(network.folder, 'originals', name);
  for (const [name, size] of Object.entries(SIZES)) await writeSeeded(original(name), name, size);
  sources = await Promise.all(
    (['alice', 'bob', 'carol'] as const).map(async (name, i) => {
      const line = await startSlowLine(Infinity);
      const peer = await network.peer(name, {
        ...line.ports,
        preferSupernode: i === 0 ? 'oak' : 'elm',
        files: Object.fromEntries(FILES.map((f) => [f, (path: string) => link(original(f), path)])),
      });
      await peer.settled();
      return { peer, line };
    }),
  );
  dora = await network.peer('dora', { preferSupernode: 'oak' });
  await waitFor(async () => (await dora.api.status()).home !== null, { what: 'dora to have a home' });
});
afterAll(async () => {
  await network?.stop();
  await Promise.all((sources ?? []).map(({ line }) => line.close()));
});

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
const setRates = (bytesPerSecond: number): void => {
  for (const { line } of sources) line.setRate(bytesPerSecond);
};
const digestOf = (file: string): Promise<string> => fileDigest(join(sources[0]!.peer.sharedFolder, file));
const sourceOf = (view: DownloadView, deviceId: string): DownloadView['sources'][number] | undefined =>
  view.sources.find((s) => s.deviceId === deviceId);
/** Chunks that the view says are proved. */
const proved = (view: DownloadView): Set<number> => {
  const found = new Set<number>();
  let at = 0;
  for (const [state, count] of view.chunks) {
    if (state === 2) for (let i = 0; i < (count ?? 0); i += 1) found.add(at + i);
    at += count ?? 0;
  }
  return found;
};
const begin = async (name: string, found = sources.length): Promise<DownloadView> => {
  const hit = await dora.find(name.replace('.bin', ''), (h) => h.reachableSources >= found);
  return dora.api.startDownload({ content: hit.content, name: hit.name });
};

describe('a download of 64 MiB from three peers', () => {
  it_('has proved chunks of all three, and the file is right', async () => {
    // Slow enough that nobody has it all before the others are dialled.
    setRates(8 * MIB);
    const { id } = await begin(FILES[0]);
    const done = await dora.reaches(id, ['done']);
    for (const { peer } of sources) expect(sourceOf(done, peer.deviceId)?.chunks).toBeGreaterThan(0);
    expect(done.sources.reduce((sum, s) => sum + s.chunks, 0)).toBe(SIZE / MIB);
    expect(done.sources.reduce((sum, s) => sum + s.bytes, 0)).toBe(SIZE);
    expect(done.bytes).toBe(SIZE);
    expect(done.path).toBe(join(dora.downloadFolder, FILES[0]));
    expect(await fileDigest(done.path)).toBe(await digestOf(FILES[0]));
  });

  it_('makes the downloader a source itself', async () => {
    const hit = await sources[1]!.peer.find('Great Banyan', (h) => h.reachableSources === 4);
    expect(hit.own).toBe('shared');
  });

  it_(
    'is complete and right although one source is killed half way and another lies, and says who and why',
    async () => {
      setRates(8 * MIB);
      const liar = await startRogueSource({
        device: await network.device('mallory'),
        supernode: await network.entry('elm'),
        name: FILES[1],
        bytes: seededBytes(FILES[1], SIZE),
        deed: (chunk) => (chunk % 3 === 1 ? 'lie' : 'serve'),
      });
      const { id } = await begin(FILES[1], 4);
      const victim = sources[0]!.peer;
      await waitFor(
        async () => {
          const view = await dora.download(id);
          return view.bytes >= SIZE / 4 && (sourceOf(view, victim.deviceId)?.chunks ?? 0) > 0;
        },
        { what: 'the download to be well under way' },
      );
      // Something of it is on its way when it dies: whoever was just asked for nothing is missed by nobody.
      const { line } = sources[0]!;
      line.setRate(MIB);
      const { sent } = line;
      await waitFor(() => line.sent > sent, { what: 'a chunk that comes slowly', everyMs: 10 });
      await victim.program.kill();
      expect((await dora.download(id)).state).not.toBe('done');
      // What it had sent by then is in the buffers of the machine, which may hold more than the others need time for.
      line.setRate(Infinity);
      // Before the others have all the rest: a death that nobody notices by then is no reason for anything.
      const why = await waitFor(
        async () => sourceOf(await dora.download(id), victim.deviceId)?.problem?.code,
        { what: 'the reason why the killed source gives nothing', everyMs: 10 },
      );
      expect(why).toMatch(WHY_KILLED);
      setRates(24 * MIB);
      const done = await dora.reaches(id, ['done']);
      expect(await fileDigest(done.path)).toBe(await digestOf(FILES[1]));

      const lied = sourceOf(done, liar.deviceId);
      expect(lied).toMatchObject({ account: 'mallory', state: 'dropped' });
      expect(lied?.badChunks).toBeGreaterThan(0);
      expect(lied?.problem?.code).toBe('bad_chunk');
      expect(lied?.problem?.message).toMatch(/chunk \d+/);
      const killed = sourceOf(done, victim.deviceId);
      expect(killed?.account).toBe('alice');
      expect(killed?.problem?.code).toMatch(WHY_KILLED);
      expect(killed?.chunks).toBeGreaterThan(0);
      await liar.close();
      await victim.restart();
      await victim.settled();
    },
  );

  it_(
    'goes on when the downloader is killed half way: what was proved is asked of nobody again',
    async () => {
      // Sources that write down what they are asked for; slow enough that half way is a place.
      const name = 'Recorded Banyan.bin';
      const bytes = seededBytes(name, SIZE);
      const supernode = await network.entry('oak');
      const recorders = await Promise.all(
        ['r1', 'r2', 'r3'].map(async (account) =>
          startRogueSource({ device: await network.device(account), supernode, name, bytes, msPerChunk: 60 }),
        ),
      );
      const { id } = await begin(name);
      const before = await waitFor(
        async () => {
          const view = await dora.download(id);
          return view.bytes >= SIZE / 2 && view;
        },
        { what: 'half of the file' },
      );
      // What a view shows has been handed to the journal; one more answer, and it is written.
      await dora.download(id);
      await dora.program.kill();
      expect(existsSync(join(dora.downloadFolder, name))).toBe(false);
      for (const recorder of recorders) recorder.forgetServed();

      await dora.restart();
      const kept = proved(before);
      expect(kept.size).toBeGreaterThanOrEqual(SIZE / MIB / 2);
      const done = await dora.reaches(id, ['done']);
      expect(await fileDigest(done.path)).toBe(
        Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex'),
      );
      const askedAgain = recorders.flatMap((r) => r.served).filter((chunk) => kept.has(chunk));
      expect(askedAgain).toEqual([]);
      // Nor were there more bytes in all than the file has, what was in flight at the end aside.
      expect(recorders.flatMap((r) => r.served).length).toBeLessThan(SIZE / MIB);
      expect(contentIdText(recorders[0]!.content)).toBe(done.content);
      await Promise.all(recorders.map((r) => r.close()));
    },
  );

  it_('waits, says so, and goes on by itself when the only sources come back', async () => {
    setRates(8 * MIB);
    const { id } = await begin(FILES[2]);
    await waitFor(async () => (await dora.download(id)).bytes >= 8 * MIB, {
      what: 'the download to be under way',
    });
    await Promise.all(sources.map(({ peer }) => peer.program.kill()));
    const waiting = await dora.reaches(id, ['waiting']);
    expect(waiting.problem?.code).toBe('no_sources');
    expect(waiting.bytes).toBeGreaterThanOrEqual(8 * MIB);
    setRates(Infinity);
    await Promise.all(sources.map(({ peer }) => peer.restart()));
    const done = await dora.reaches(id, ['done']);
    expect(await fileDigest(done.path)).toBe(await digestOf(FILES[2]));
  });
});
