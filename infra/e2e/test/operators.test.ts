/** The operators' story: volunteers are judged, promoted, serve, are drained; policy replaces what was killed; all of it is told. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { DEFAULT_POLICY, type AuditEntry, type HostView, type Policy } from '@banyan/proto';
import {
  fileDigest,
  ROOT,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(180_000);

const MIB = 1024 * 1024;
/** Small machines under load must be fit for this story; what is looked at is that each is judged. */
const THRESHOLDS: Policy['thresholds'] = {
  ...DEFAULT_POLICY.thresholds,
  cores: 1,
  descriptors: 1_024,
  freeDiskBytes: 0,
  loopDelayMs: 10_000,
  roundTripMs: 60_000,
  bytesPerSecond: 1_000,
  sessionMs: 1_000,
};
const FILES = 20;
/** Between two rounds of questions: well within MAX_SEARCHES_PER_MINUTE. */
const ASK_MS = 400;

let network: TestNetwork;
let alice: TestPeer;
let bob: TestPeer;
let carol: TestPeer;

const supernodeProgram = ['--supernode-program', join(ROOT, 'services', 'supernode', 'dist', 'main.js')];
const operator = (): TestNetwork['operator']['network']['operator'] => network.operator.network.operator;
const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));

async function host(peer: TestPeer): Promise<HostView | undefined> {
  const { deviceId } = await peer.api.status();
  return (await operator().hosts()).find((one) => one.deviceId === deviceId);
}

/** Resolves with the host once it has that role. */
function becomes(peer: TestPeer, role: HostView['order']['role'], timeoutMs = 60_000): Promise<HostView> {
  return waitFor(
    async () => {
      const view = await host(peer);
      return view?.order.role === role && view;
    },
    { what: `${peer.name} to be ${role}`, timeoutMs, everyMs: 250 },
  );
}

async function setPolicy(change: Partial<Policy>, reason: string): Promise<void> {
  const { version, policy } = await operator().policy();
  await operator().setPolicy({ policy: { ...policy, ...change }, expect: version, reason });
}

async function audit(peer?: TestPeer): Promise<AuditEntry[]> {
  const subject = peer === undefined ? undefined : (await peer.api.status()).deviceId;
  const { entries } = await operator().audit({ limit: 500 });
  return entries.filter((entry) => subject === undefined || entry.subject === subject);
}

beforeAll(async () => {
  network = await startTestNetwork({ supernodes: ['oak'] });
  const files = Object.fromEntries(
    Array.from({ length: FILES }, (_, i) => [`Heron ${i}.txt`, `heron number ${i}\n`]),
  );
  [alice, bob, carol] = await Promise.all([
    network.peer('alice', {
      files: { ...files, 'Long Recording.bin': (path) => writeSeeded(path, 'long recording', 24 * MIB) },
    }),
    network.peer('bob', { args: supernodeProgram }),
    network.peer('carol', { args: supernodeProgram }),
  ]);
  await alice.settled();
  await setPolicy({ thresholds: THRESHOLDS, drainMs: 5_000 }, 'hosts of this network are small');
}, 120_000);
afterAll(() => network?.stop());

describe('a volunteer', () => {
  it_('is refused for a criterion that fails, and told which', async () => {
    await carol.api.offer({ caps: { memoryBytes: 200 * MIB } });
    const view = await waitFor(
      async () => {
        const seen = await host(carol);
        // Everything but what it lacks has been found out.
        return seen?.criteria.filter(({ passed }) => !passed).length === 1 && seen;
      },
      { what: 'carol to be measured', timeoutMs: 90_000, everyMs: 500 },
    );
    expect(view).toMatchObject({ fit: false, order: { role: 'leaf' }, offered: true });
    expect(view.criteria.find(({ name }) => name === 'throughput')).toMatchObject({
      passed: true,
      origin: 'home',
    });
    await expect(operator().decide(view.deviceId, 'promote', { reason: 'more room' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('memory'),
    });
    // Its owner sees the same.
    const own = await waitFor(
      async () => {
        const seen = await carol.api.volunteer();
        return seen.criteria.length > 0 && seen;
      },
      { what: 'carol to be told how she is judged', timeoutMs: 60_000 },
    );
    expect(own.criteria.filter(({ passed }) => !passed).map(({ name }) => name)).toContain('memory');
    expect(own.order).toMatchObject({ role: 'leaf' });
  });

  it_('that is fit is promoted by an operator, and serves leaves and queries', async () => {
    await bob.api.offer({ caps: { maxLeaves: 50, memoryBytes: 1100 * MIB } });
    await waitFor(async () => (await host(bob))?.fit === true, {
      what: 'bob to be fit',
      timeoutMs: 90_000,
      everyMs: 500,
    });
    const { deviceId } = (await host(bob))!;
    const dry = await operator().decide(deviceId, 'promote', { reason: 'more room', dryRun: true });
    expect(dry).toMatchObject({ done: false, host: { order: { role: 'promoting' } } });
    expect((await host(bob))?.order.role).toBe('leaf');
    await operator().decide(deviceId, 'promote', { reason: 'more room for the evening' });
    const serving = await becomes(bob, 'serving', 120_000);
    expect(serving).toMatchObject({ handedOut: true, order: { reason: expect.stringContaining('passed') } });
    // Before it had the right it was told so; that is over with its next beat.
    await waitFor(async () => (await bob.api.volunteer()).supernode.problem === null, {
      what: 'the list to take the beats of the supernode',
    });
    expect((await bob.api.volunteer()).supernode).toMatchObject({ state: 'serving' });

    const erin = await network.peer('erin', {
      preferSupernode: deviceId,
      files: { 'Kingfisher.txt': 'kingfisher\n' },
    });
    await erin.settled(60_000);
    expect((await erin.api.status()).home).toMatchObject({ deviceId, state: 'connected' });
    // Over both supernodes, both ways.
    await alice.find('kingfisher');
    await erin.find('heron', (hit) => hit.name === 'Heron 7.txt');
  });

  it_('that serves is drained without a lost download, and everything is found all through', async () => {
    const { deviceId } = (await host(bob))!;
    const gina = await network.peer('gina', { preferSupernode: deviceId });
    const frank = await network.peer('frank', {
      preferSupernode: deviceId,
      files: Object.fromEntries(
        Array.from({ length: FILES }, (_, i) => [`Stork ${i}.txt`, `stork number ${i}\n`]),
      ),
    });
    await frank.settled(60_000);
    const hit = await gina.find('long recording');
    await gina.api.changeLimits({ limits: { down: 3_000_000 } });
    const { id } = await gina.api.startDownload({ content: hit.content, name: hit.name });

    const found = { expected: 0, seen: 0 };
    const ask = async (peer: TestPeer, word: string): Promise<void> => {
      const { results } = await peer.search(word);
      const names = new Set(results.map(({ name }) => name));
      found.expected += FILES;
      for (let i = 0; i < FILES; i += 1)
        if (names.has(`${word[0]!.toUpperCase()}${word.slice(1)} ${i}.txt`)) found.seen += 1;
    };
    await waitFor(async () => (await alice.search('stork')).results.length === FILES, {
      what: 'all storks to be found',
    });
    let isOver = false;
    const asking = (async () => {
      while (!isOver) {
        await ask(alice, 'stork');
        await ask(frank, 'heron');
        // As fast as a supernode lets one ask.
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      }
    })();
    await operator().decide(deviceId, 'drain', { reason: 'its owner leaves' });
    await becomes(bob, 'draining');
    await becomes(bob, 'leaf', 120_000);
    await waitFor(async () => (await frank.api.status()).home?.name === 'oak', {
      what: 'frank to live at oak',
    });
    isOver = true;
    await asking;
    expect(found.expected).toBeGreaterThan(FILES);
    expect(found.seen / found.expected).toBeGreaterThanOrEqual(0.99);

    const done = await waitFor(
      async () => {
        const view = await gina.download(id);
        return (view.state === 'done' || view.state === 'failed') && view;
      },
      { what: 'the download to end', timeoutMs: 60_000 },
    );
    expect(done).toMatchObject({ state: 'done', problem: null });
    expect(await fileDigest(done.path)).toBe(
      await fileDigest(join(alice.sharedFolder, 'Long Recording.bin')),
    );
    await waitFor(async () => (await bob.api.volunteer()).supernode.state === 'none', {
      what: 'bob’s supernode to have stopped',
      timeoutMs: 60_000,
    });
  });

  it_('finds its story in the audit', async () => {
    const story = await audit(bob);
    expect(story.map(({ action }) => action)).toEqual([
      'host.promoting',
      'host.proving',
      'host.serving',
      'host.draining',
      'host.leaf',
    ]);
    expect(story[0]).toMatchObject({
      by: { kind: 'operator', name: 'operator' },
      reason: 'more room for the evening',
      figures: { reachable: 1 },
    });
    expect(story[3]).toMatchObject({ by: { kind: 'operator' }, reason: 'its owner leaves' });
    for (const { at, id } of story) expect([at > 0, id]).toEqual([true, expect.any(String)]);
  });
});

describe('policy', () => {
  it_('replaces a killed supernode by itself', async () => {
    await carol.api.offer({ caps: { memoryBytes: 1100 * MIB } });
    await setPolicy(
      { mode: 'auto', minSupernodes: 2, maxSupernodes: 2, stabilisationMs: 0, hysteresisMs: 0 },
      'nobody is awake at night',
    );
    const chosen = await waitFor(
      async () => {
        const hosts = await operator().hosts();
        return hosts.find(({ kind, order }) => kind === 'volunteer' && order.role === 'serving');
      },
      { what: 'policy to promote one', timeoutMs: 150_000, everyMs: 500 },
    );
    expect([bob.name, carol.name]).toContain(chosen.name);
    const other = chosen.name === bob.name ? carol : bob;
    await network.supernode('oak').kill();
    await becomes(other, 'serving', 150_000);
    const story = await audit(other);
    expect(story.findLast(({ action }) => action === 'host.promoting')).toMatchObject({
      by: { kind: 'policy' },
      figures: { supernodes: 1, wanted: 2 },
    });
    // And everybody goes on.
    await alice.settled(60_000);
    await alice.find('kingfisher');
  });

  it_('leaves a banned device no place at any supernode', async () => {
    await setPolicy({ mode: 'manual' }, 'we are awake again');
    const mallory = await network.peer('mallory');
    const status = (): ReturnType<TestPeer['api']['status']> => mallory.api.status();
    await waitFor(
      async () => {
        const { home, secondHome } = await status();
        return home?.state === 'connected' && secondHome?.state === 'connected';
      },
      { what: 'mallory to be at both supernodes', timeoutMs: 60_000 },
    );
    const { deviceId } = await status();
    await network.operator.network.auth.revoke({ kind: 'device', id: deviceId, reason: 'spreads poison' });
    await waitFor(
      async () => {
        const { home, secondHome } = await status();
        return home?.state !== 'connected' && secondHome?.state !== 'connected';
      },
      { what: 'mallory to be cut everywhere', timeoutMs: 30_000 },
    );
    await waitFor(async () => (await status()).homeProblem?.message.includes('spreads poison') === true, {
      what: 'mallory to be told why',
      timeoutMs: 30_000,
    });
  });
});
