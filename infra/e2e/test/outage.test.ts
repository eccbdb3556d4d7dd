import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { BEAT_EXPIRY_MS, type PeerStatus } from '@banyan/proto';
import {
  fileDigest,
  ROOT,
  runCommand,
  startSlowLine,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

const MIB = 1024 * 1024;
const SIZE = 64 * MIB;
const FILE = 'Slow Banyan.bin';
/**
 * A minute where there is time for it; else longer than a silent supernode stays in the list, which is the longest of the times that
 * matter here.
 */
const OUTAGE_S = process.env['CI'] === undefined ? BEAT_EXPIRY_MS / 1000 + 5 : 60;

jest.setTimeout((OUTAGE_S + 60) * 1000);

let network: TestNetwork;
let alice: TestPeer;
let line: SlowLine;
let dora: TestPeer;

beforeAll(async () => {
  network = await startTestNetwork();
  const original = join(network.folder, FILE);
  await writeSeeded(original, FILE, SIZE);
  line = await startSlowLine(Infinity);
  [alice, dora] = await Promise.all([
    network.peer('alice', {
      ...line.ports,
      preferSupernode: 'oak',
      files: {
        [FILE]: (path) => link(original, path),
        'quick.txt': 'a short one\n',
        'later.txt': 'a later one\n',
      },
    }),
    network.peer('dora', { preferSupernode: 'elm', files: { 'dora.txt': 'from dora\n' } }),
  ]);
  await Promise.all([alice.settled(), dora.settled()]);
});
afterAll(async () => {
  await network?.stop();
  await line?.close();
});

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
const get = async (peer: TestPeer, query: string): Promise<string> => {
  const hit = await peer.find(query);
  return (await peer.api.startDownload({ content: hit.content, name: hit.name })).id;
};

describe(`auth and list are away for ${OUTAGE_S} s`, () => {
  it_('searches and downloads go on, and what cannot go on says so', async () => {
    // Takes longer than the outage.
    line.setRate(SIZE / (OUTAGE_S + 10));
    const id = await get(dora, 'slow banyan');
    await waitFor(async () => (await dora.download(id)).bytes > 0, { what: 'the download to be under way' });
    // One ends as an operator ends it, the other hangs: its port takes connections and never answers.
    await network.auth.stop();
    network.list.freeze();
    const until = performance.now() + OUTAGE_S * 1000;

    const newcomer = await runCommand([
      join(ROOT, 'clients/peer/dist/main.js'),
      ...[
        '--network',
        network.issuer,
        '--account',
        'zoe',
        '--invite',
        'some-code',
        '--port',
        '0',
        '--page-port',
        '0',
      ],
      ...['--data-dir', join(network.folder, 'zoe'), '--download-folder', join(network.folder, 'zoe-d')],
    ]);
    expect(newcomer.stderr).toContain(`${network.issuer} cannot be reached`);
    expect(newcomer.code).toBe(1);

    let last = (await dora.download(id)).bytes;
    let searches = 0;
    let away: PeerStatus | undefined;
    while (performance.now() < until) {
      const status = await dora.api.status();
      expect(status.home?.state).toBe('connected');
      if (status.auth.problem !== null && status.list.problem !== null) away = status;
      for (const [peer, query] of [
        [alice, 'dora'],
        [dora, 'quick'],
      ] as const) {
        const { search, results } = await peer.search(query);
        expect(search).toMatchObject({ state: 'done', asked: 2, answered: 2 });
        expect(results).toHaveLength(1);
        searches += 1;
      }
      const view = await dora.download(id);
      expect(view.state).toBe('downloading');
      expect(view.bytes).toBeGreaterThanOrEqual(last);
      last = view.bytes;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    expect(searches).toBeGreaterThan(5);
    expect(away?.auth.problem).toMatchObject({ code: 'unreachable' });
    for (const service of [away?.auth, away?.list]) {
      expect(service?.state).not.toBe('connected');
      expect(service?.problem?.message).not.toBe('');
    }
    expect(last).toBeGreaterThan(SIZE / 4);

    // A new download too: tokens that are held still do.
    line.setRate(Infinity);
    expect((await dora.reaches(await get(dora, 'quick'), ['done'])).size).toBe('a short one\n'.length);
    const done = await dora.reaches(id, ['done']);
    expect(await fileDigest(done.path)).toBe(await fileDigest(join(alice.sharedFolder, FILE)));
  });

  it_('all is well by itself when they are back', async () => {
    network.list.thaw();
    await network.auth.start();
    await waitFor(
      async () => {
        const { auth, list } = await dora.api.status();
        return auth.state === 'connected' && list.state === 'connected';
      },
      { what: 'the status to say that auth and list are back', timeoutMs: 60_000 },
    );
    await waitFor(async () => (await network.operator.network.list.supernodes(16)).supernodes.length === 2, {
      what: 'both supernodes to be in the list again',
    });
    const eve = await network.peer('eve', { files: { 'eve.txt': 'from eve\n' } });
    await eve.settled();
    expect((await dora.find('eve')).name).toBe('eve.txt');
  });
});

describe('the whole network is stopped and started again', () => {
  it_('finds accounts, libraries and downloads as they were', async () => {
    line.setRate(4 * MIB);
    const fresh = await network.peer('hana', { preferSupernode: 'elm' });
    const paused = await get(fresh, 'slow banyan');
    await waitFor(async () => (await fresh.download(paused)).bytes >= 2 * MIB, { what: 'some of the file' });
    await fresh.api.actOnDownload(paused, 'pause');
    const finished = await get(fresh, 'later');
    await fresh.reaches(finished, ['done']);
    const peers = [alice, dora, fresh];
    // What was downloaded is shared a moment after it is done.
    for (const peer of peers) {
      const names = (await peer.api.downloads()).filter((d) => d.state === 'done').map((d) => d.name);
      await waitFor(
        async () => {
          const { files } = await peer.api.files({ limit: 200 });
          return names.every((name) => files.some((file) => file.name === name));
        },
        { what: `${peer.name} to share what it downloaded` },
      );
    }
    const kept = await Promise.all(
      peers.map(async (peer) => ({
        status: await peer.api.status(),
        files: (await peer.api.files({ limit: 200 })).files,
        downloads: await peer.api.downloads(),
      })),
    );

    const programs = ['oak', 'elm'].map((name) => network.supernode(name));
    const ends = await Promise.all(peers.map((peer) => peer.program.stop()));
    ends.push(...(await Promise.all(programs.map((program) => program.stop()))));
    ends.push(await network.list.stop(), await network.auth.stop());
    expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));

    await network.auth.start();
    await network.list.start();
    await Promise.all(programs.map((program) => program.start()));
    line.setRate(Infinity);
    await Promise.all(peers.map((peer) => peer.restart()));
    for (const [i, peer] of peers.entries()) {
      const { status, files, downloads } = kept[i]!;
      const now = await peer.api.status();
      expect([now.account, now.deviceId]).toEqual([status.account, status.deviceId]);
      expect((await peer.api.files({ limit: 200 })).files).toEqual(files);
      expect((await peer.api.downloads()).map((d) => [d.id, d.state, d.content, d.path])).toEqual(
        downloads.map((d) => [d.id, d.state, d.content, d.path]),
      );
      await peer.settled();
    }
    const before = kept[2]!.downloads.find((d) => d.id === paused);
    expect((await fresh.download(paused)).bytes).toBe(before?.bytes);
    await fresh.api.actOnDownload(paused, 'resume');
    const done = await fresh.reaches(paused, ['done']);
    expect(await fileDigest(done.path)).toBe(await fileDigest(join(alice.sharedFolder, FILE)));
  });
});

describe('a device that is banned', () => {
  it_('is cut: its session, its transfers and what others find of it', async () => {
    const mallory = await network.peer('mallory', {
      preferSupernode: 'oak',
      files: { 'secret plan.txt': 'no\n' },
    });
    await mallory.settled();
    const hit = await dora.find('secret plan');
    line.setRate(MIB);
    const id = await get(mallory, 'slow banyan');
    await waitFor(async () => (await mallory.download(id)).bytes >= MIB, {
      what: 'mallory to be downloading',
    });

    await network.operator.network.auth.revoke({ kind: 'device', id: mallory.deviceId, reason: 'a test' });
    await waitFor(async () => (await dora.search('secret plan')).results.length === 0, {
      what: 'the banned device’s files to be found no more',
      timeoutMs: 30_000,
    });
    await waitFor(async () => (await mallory.api.status()).home === null, {
      what: 'mallory to have no home',
    });
    await waitFor(
      async () => !(await alice.api.uploads()).some((upload) => upload.deviceId === mallory.deviceId),
      { what: 'alice to serve mallory no more', timeoutMs: 30_000 },
    );
    const problem = await waitFor(
      async () => {
        const { homeProblem } = await mallory.api.status();
        return homeProblem?.code === 'token_revoked' && homeProblem;
      },
      { what: 'mallory to be told why' },
    );
    expect(problem.message).toContain('banned');
    expect((await mallory.download(id)).state).not.toBe('done');
    // Nor does anybody fetch from it.
    const stale = await dora.api.startDownload({ content: hit.content, name: hit.name });
    expect((await dora.reaches(stale.id, ['waiting'])).problem?.code).toBe('no_sources');
  });
});
