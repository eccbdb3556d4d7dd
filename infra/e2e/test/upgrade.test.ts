/** A running network is upgraded process by process, to a version that says more and back, and nobody notices. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { SKIP_REDIS, startRedis, type RedisServer } from '@banyan/kit/testing';
import {
  AS_NEXT_VERSION,
  fileDigest,
  sessionsOfNext,
  startSlowLine,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type Program,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(180_000);

const MIB = 1024 * 1024;
const SIZE = 96 * MIB;
const FILE = 'Long Recording.bin';
/** Slow enough to last through everything here; what is left comes at once in the end. */
const RATE = MIB / 2;
const FILES = 20;
/** Between two rounds of questions: well within MAX_SEARCHES_PER_MINUTE. */
const ASK_MS = 400;

let redis: RedisServer;
let network: TestNetwork;
let line: SlowLine;
let alice: TestPeer;
let bob: TestPeer;
let carol: TestPeer;
let dora: TestPeer;
let download: string;

const birds = (name: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: FILES }, (_, i) => [`${name} ${i}.txt`, `${name} number ${i}\n`]));

/** What was asked for all through, and what was found of it. */
const asked = { expected: 0, found: 0, rounds: 0 };
const misses: string[] = [];
let isOver = false;
let asking: Promise<unknown> | undefined;
/** What a test does just now, for what is missed meanwhile. */
let step = 'before';

async function ask(peer: TestPeer, word: string): Promise<void> {
  const { results } = await peer.search(word);
  const found = results.filter(({ name }) => name.toLowerCase().startsWith(`${word} `)).length;
  asked.expected += FILES;
  asked.found += Math.min(found, FILES);
  if (found < FILES) misses.push(`${step}: ${peer.name} found ${found} of ${word}`);
}

async function askOn(): Promise<void> {
  while (!isOver) {
    await Promise.all([ask(alice, 'heron'), ask(dora, 'stork')]);
    asked.rounds += 1;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

/** Some more questions are asked and answered. */
async function rounds(count: number): Promise<void> {
  const until = asked.rounds + count;
  await waitFor(() => asked.rounds >= until, { what: 'some rounds of questions', timeoutMs: 60_000 });
}

/** The download goes on, and has lost nothing. */
async function stillDownloading(): Promise<void> {
  const before = (await dora.download(download)).bytes;
  await waitFor(async () => (await dora.download(download)).bytes > before, {
    what: 'the download to go on',
  });
  expect((await dora.download(download)).state).toBe('downloading');
}

/** As a supervisor upgrades a service: stopped in order, started from the new release. */
async function upgrade(program: Program, nodeArgs: readonly string[]): Promise<void> {
  step = `${program.name} ${nodeArgs.length > 0 ? 'upgraded' : 'back'}`;
  expect((await program.stop()).code).toBe(0);
  await rounds(2);
  await program.start([], nodeArgs);
}

async function upgradeSupernode(name: string, nodeArgs: readonly string[]): Promise<void> {
  await upgrade(network.supernode(name), nodeArgs);
  await waitFor(async () => (await network.operator.network.list.supernodes(16)).supernodes.length === 2, {
    what: `${name} to be in the list again`,
    timeoutMs: 60_000,
  });
  await rounds(2);
}

/** Nobody sent anybody what it did not know. */
async function expectNoFaults(): Promise<void> {
  for (const program of [
    ...['oak', 'elm'].map((name) => network.supernode(name)),
    alice.program,
    bob.program,
    carol.program,
    dora.program,
  ])
    expect([
      program.name,
      /unknown_message|malformed_frame|unsupported_version/.exec(await program.log())?.[0],
    ]).toEqual([program.name, undefined]);
}

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));

(SKIP_REDIS ? describe.skip : describe)('a network that is upgraded while it is used', () => {
  beforeAll(async () => {
    redis = await startRedis({ port: true });
    const drain = ['--drain-seconds', '6'];
    network = await startTestNetwork({
      shared: { store: redis.url, replicas: 2 },
      logLevel: 'info',
      args: { oak: drain, elm: drain },
    });
    const original = join(network.folder, FILE);
    await writeSeeded(original, FILE, SIZE);
    line = await startSlowLine(Infinity);
    [alice, bob, carol, dora] = await Promise.all([
      network.peer('alice', {
        ...line.ports,
        preferSupernode: 'oak',
        files: { [FILE]: (path) => link(original, path) },
      }),
      network.peer('bob', { preferSupernode: 'oak', files: birds('Stork') }),
      network.peer('carol', { preferSupernode: 'elm', files: birds('Heron') }),
      network.peer('dora', { preferSupernode: 'elm' }),
    ]);
    await Promise.all([alice.settled(), bob.settled(), carol.settled()]);
    for (const [peer, word] of [
      [alice, 'heron'],
      [dora, 'stork'],
    ] as const)
      await waitFor(async () => (await peer.search(word)).results.length === FILES, {
        what: `all of ${word}`,
        everyMs: 200,
      });
    const hit = await dora.find('long recording');
    line.setRate(RATE);
    download = (await dora.api.startDownload({ content: hit.content, name: hit.name })).id;
    await stillDownloading();
    asking = askOn();
  }, 120_000);
  afterAll(async () => {
    isOver = true;
    await asking?.catch(() => undefined);
    await network?.stop();
    await line?.close();
    await redis?.stop();
  });

  it_('loses an auth and a list at a time, and no peer has a problem', async () => {
    for (const [i, auth] of network.auths.entries())
      await Promise.all([upgrade(auth, []), upgrade(network.lists[i] as Program, [])]);
    step = 'after auth and list';
    await rounds(2);
    await stillDownloading();
    for (const peer of [alice, bob, carol, dora])
      expect((await peer.api.status()).home?.state).toBe('connected');
    // New members come in as before.
    const erin = await network.peer('erin');
    await waitFor(async () => (await erin.api.status()).home?.state === 'connected', {
      what: 'erin to be in',
    });
  });

  it_('has a supernode of the next version beside one of this, and leaves of this at both', async () => {
    await upgradeSupernode('oak', AS_NEXT_VERSION);
    step = 'oak ahead of elm';
    await rounds(3);
    await stillDownloading();
    // With everybody of today it speaks version 1, and sends nothing that they do not know.
    const sessions = await waitFor(
      async () => {
        const seen = await sessionsOfNext(network.supernode('oak'));
        return seen.length > 0 && seen;
      },
      { what: 'oak to have sessions' },
    );
    expect(sessions.every(({ next, news }) => next === 1 && news === 0)).toBe(true);
    await expectNoFaults();
  });

  it_('speaks the next version as soon as both sides know it', async () => {
    await upgradeSupernode('elm', AS_NEXT_VERSION);
    step = 'a peer ahead too';
    expect((await carol.program.stop()).code).toBe(0);
    // Its files are away with it, which is no fault of the network.
    isOver = true;
    await asking;
    isOver = false;
    await carol.restart([], AS_NEXT_VERSION);
    await carol.settled();
    await waitFor(async () => (await alice.search('heron')).results.length === FILES, {
      what: 'carol’s files to be back',
      everyMs: 200,
    });
    asking = askOn();
    await rounds(3);
    await stillDownloading();
    for (const program of [carol.program, network.supernode('oak'), network.supernode('elm')])
      await waitFor(async () => (await sessionsOfNext(program)).some(({ next }) => next === 2), {
        what: `${program.name} to speak version 2`,
      });
    await waitFor(async () => (await sessionsOfNext(carol.program)).some(({ news }) => news > 0), {
      what: 'carol to have heard what only version 2 says',
    });
    await expectNoFaults();
  });

  it_('goes back as well, with all that was found found and the download whole', async () => {
    await upgradeSupernode('oak', []);
    step = 'back';
    await rounds(3);
    await stillDownloading();
    isOver = true;
    await asking;
    expect(asked.rounds).toBeGreaterThan(12);
    expect([
      asked.found / asked.expected >= 0.99,
      ...(asked.found / asked.expected >= 0.99 ? [] : misses),
    ]).toEqual([true]);

    line.setRate(Infinity);
    const done = await dora.reaches(download, ['done']);
    expect(done.problem).toBeNull();
    expect(await fileDigest(done.path)).toBe(await fileDigest(join(alice.sharedFolder, FILE)));
    await expectNoFaults();
  });
});
