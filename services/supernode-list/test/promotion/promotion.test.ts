/** Promotion at the list: reports, measurements, decisions, probes, policy and audit, over one store and over two replicas. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AUDIT_ROOT,
  createAuditedChanges,
  createAuditLog,
  createManualClock,
  createMemoryStore,
  silentLog,
  type AuditLog,
  type ManualClock,
  type Store,
} from '@banyan/kit';
import {
  DEFAULT_POLICY,
  type HostAction,
  type HostView,
  type Policy,
  type PolicyResponse,
  type SupernodeEntry,
  type VolunteerReport,
} from '@banyan/proto';
import { createHostDesk, type HostDesk } from '../../src/promotion/host-desk.ts';
import { createPolicyBook, type PolicyBook } from '../../src/promotion/policy-book.ts';
import type { ProbeResult } from '../../src/promotion/prober.ts';
import { KEY, type KeptHost } from '../../src/promotion/records.ts';
import { createSteward, type Steward } from '../../src/promotion/steward.ts';

const id = (letter: string): string => letter.repeat(43);
const HOME = id('h');
const BOB = id('b');
const EVE = id('e');
const OLGA = { kind: 'operator', account: 'a1', name: 'olga' } as const;
const HOUR_MS = 3_600_000;

const report = (change: Partial<VolunteerReport> = {}): VolunteerReport => ({
  name: 'bob',
  home: HOME,
  listen: [{ host: '127.0.0.1', port: 7711 }],
  caps: { maxLeaves: 1_000, memoryBytes: 4e9, cpu: 2, bytesPerSecond: 50e6 },
  withinHours: true,
  declared: {
    cores: 4,
    memoryBytes: 8e9,
    descriptors: 20_000,
    freeDiskBytes: 50e9,
    loopDelayMs: 2,
    uptimeMs: 10 * HOUR_MS,
  },
  child: { state: 'none' },
  software: 'test',
  protocolVersions: [1],
  ...change,
});
const MEASURED = {
  reachable: true,
  code: '',
  message: '',
  roundTripMs: 5,
  bytesPerSecond: 30e6,
  sessionMs: 2 * HOUR_MS,
  clockSkewMs: 12,
};

/** A replica over a store, with a network that does as the test says. */
class Replica {
  readonly desk: HostDesk;
  readonly policies: PolicyBook;
  readonly audit: AuditLog;
  readonly steward: Steward;
  readonly members = new Map<string, SupernodeEntry>();
  readonly grants: [string, boolean][] = [];
  readonly probed: string[] = [];
  probe: ProbeResult = { ok: true, code: '', message: '' };
  problem: string | undefined;
  grantFault: Error | undefined;

  constructor(store: Store, clock: ManualClock) {
    const log = silentLog();
    const { members } = this;
    this.audit = createAuditLog({ store, clock }, { service: 'list' });
    const changes = createAuditedChanges({ store, clock, log, audit: this.audit });
    this.policies = createPolicyBook({ store, clock, changes });
    this.desk = createHostDesk({
      store,
      clock,
      log,
      audit: this.audit,
      policies: this.policies,
      registry: { get: (one) => members.get(one), members: () => [...members.values()] },
    });
    this.steward = createSteward({
      store,
      clock,
      log,
      desk: this.desk,
      audit: this.audit,
      policies: this.policies,
      powers: () =>
        this.problem === undefined
          ? {
              probe: (entry) => {
                this.probed.push(entry.deviceId);
                return Promise.resolve(this.probe);
              },
              setSupernode: (deviceId, isOne) => {
                if (this.grantFault !== undefined) return Promise.reject(this.grantFault);
                this.grants.push([deviceId, isOne]);
                return Promise.resolve();
              },
            }
          : { problem: this.problem },
    });
  }

  beats(deviceId: string, change: Partial<SupernodeEntry> = {}): void {
    this.members.set(deviceId, {
      deviceId,
      name: 'bob',
      addresses: [{ host: '127.0.0.1', port: 7711 }],
      state: 'active',
      capacity: 1_000,
      leaves: 0,
      records: 0,
      loopDelayMs: 0,
      since: 0,
      lastBeat: 0,
      ...change,
    });
  }
}

let store: Store;
let clock: ManualClock;
let list: Replica;
beforeEach(() => {
  clock = createManualClock(1_800_000_000_000);
  store = createMemoryStore({ clock });
  list = new Replica(store, clock);
});
afterEach(async () => {
  await store.close();
});

const caller = (deviceId: string): { deviceId: string; accountId: string; account: string } => ({
  deviceId,
  accountId: `account-of-${deviceId[0]}`,
  account: 'bob',
});

/** A volunteer that is reported, measured and fit. */
async function volunteer(
  deviceId = BOB,
  change: Partial<VolunteerReport> = {},
  at: Replica = list,
): Promise<void> {
  await at.desk.report(caller(deviceId), report(change));
  await at.desk.measured(deviceId, HOME, MEASURED);
  await at.desk.report(caller(deviceId), report(change));
}

async function role(deviceId = BOB): Promise<string> {
  return (await list.desk.host(deviceId)).order.role;
}

const decide = (
  action: HostAction,
  more: { force?: boolean; dryRun?: boolean; maxLeaves?: number; drainMs?: number } = {},
  deviceId = BOB,
): ReturnType<HostDesk['decide']> =>
  list.desk.decide(deviceId, action, { reason: 'we need one', ...more }, OLGA);

/** Makes a fit volunteer a supernode that serves. */
async function serve(deviceId = BOB): Promise<void> {
  await volunteer(deviceId);
  await decide('promote', {}, deviceId);
  await list.steward.step();
  list.beats(deviceId);
  await list.steward.step();
  expect(await role(deviceId)).toBe('serving');
}

async function actions(): Promise<string[]> {
  return (await list.audit.page({ limit: 100 })).entries.map(({ action }) => action);
}

async function setPolicy(change: Partial<Policy>): Promise<void> {
  const { version, policy } = await list.policies.current();
  await list.policies.set({ policy: { ...policy, ...change }, expect: version, reason: 'test' }, OLGA);
}

describe('a volunteer', () => {
  it('is told how it is judged, and that it is a leaf', async () => {
    const answer = await list.desk.report(caller(BOB), report());
    expect(answer.order).toMatchObject({ role: 'leaf' });
    // There will soon be more to say.
    expect(answer.reportIntervalMs).toBe(3_000);
    const failing = answer.criteria.filter(({ passed }) => !passed).map(({ name }) => name);
    // Nobody has measured it yet.
    expect(failing).toEqual(['reachable', 'measured', 'round_trip', 'throughput', 'session', 'clock_skew']);
    await list.desk.measured(BOB, HOME, MEASURED);
    const again = await list.desk.report(caller(BOB), report());
    expect(again.criteria.every(({ passed }) => passed)).toBe(true);
    expect(again.reportIntervalMs).toBe(10_000);
    expect(again.criteria.find(({ name }) => name === 'throughput')).toMatchObject({
      value: 30e6,
      declared: 50e6,
      origin: 'home',
    });
  });

  it('is measured by the home that it names, and by nobody else, not even itself', async () => {
    await list.desk.report(caller(BOB), report());
    await expect(list.desk.measured(BOB, EVE, MEASURED)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(list.desk.measured(EVE, HOME, MEASURED)).rejects.toMatchObject({ code: 'not_found' });
    await list.desk.report(caller(BOB), report({ home: BOB }));
    await expect(list.desk.measured(BOB, BOB, MEASURED)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is asked about at its home until that has measured it', async () => {
    await list.desk.report(caller(BOB), report());
    await list.steward.step();
    expect((await list.desk.answerBeat(HOME)).measure).toEqual([BOB]);
    await list.desk.measured(BOB, HOME, MEASURED);
    await clock.advance(31_000);
    await list.steward.step();
    expect((await list.desk.answerBeat(HOME)).measure).toBeUndefined();
  });

  it('counts as withdrawn when it has said nothing for ten minutes', async () => {
    await volunteer();
    expect((await list.desk.hosts()).map(({ deviceId }) => deviceId)).toEqual([BOB]);
    await clock.advance(10 * 60_000 + 1);
    expect(await list.desk.hosts()).toEqual([]);
  });
});

describe('a promotion', () => {
  it('is refused for what fails, and says which and by how much', async () => {
    await volunteer(BOB, { declared: { ...report().declared, cores: 1 } });
    await expect(decide('promote')).rejects.toMatchObject({
      code: 'conflict',
      message: 'This host does not meet the policy: processors 1, at least 2 required.',
      details: { failing: 'cores' },
    });
    expect(await role()).toBe('leaf');
    const { host } = await decide('promote', { force: true });
    expect(host.order).toMatchObject({ role: 'promoting', by: OLGA, reason: 'we need one' });
    const { entries } = await list.audit.page({ limit: 10 });
    expect(entries).toMatchObject([{ action: 'host.promoting', figures: { forced: 'cores', cores: 1 } }]);
  });

  it('is never of a host whose owner does not offer it, whatever an operator wants', async () => {
    await expect(decide('promote', { force: true })).rejects.toMatchObject({ code: 'not_found' });
    await volunteer(BOB, { withinHours: false });
    await expect(decide('promote', { force: true })).rejects.toThrow(/does not offer it at this hour/);
    await volunteer();
    await expect(decide('promote', { maxLeaves: 5_000 })).rejects.toThrow(/1000 leaves at most/);
    list.beats(HOME);
    await expect(decide('promote', { force: true }, HOME)).rejects.toThrow(/does not offer it/);
  });

  it('grants, waits for the beat, probes, and only then hands out', async () => {
    await volunteer();
    await decide('promote', { maxLeaves: 300 });
    await list.steward.start();
    await list.steward.step();
    expect(list.grants).toEqual([[BOB, true]]);
    expect((await list.desk.report(caller(BOB), report())).order).toMatchObject({
      role: 'promoting',
      maxLeaves: 300,
    });
    expect(list.probed).toEqual([]);
    list.probe = { ok: false, code: 'unreachable', message: 'nobody answers' };
    list.beats(BOB);
    await list.steward.step();
    await clock.advance(1_100);
    expect(await role()).toBe('proving');
    expect(list.steward.isHeld(BOB)).toBe(true);
    expect((await list.desk.host(BOB)).handedOut).toBe(false);
    list.probe = { ok: true, code: '', message: '' };
    await clock.advance(5_000);
    await list.steward.step();
    await clock.advance(1_100);
    expect(await list.desk.host(BOB)).toMatchObject({
      order: { role: 'serving' },
      handedOut: true,
      fault: null,
    });
    expect(list.steward.isHeld(BOB)).toBe(false);
    expect(await actions()).toEqual(['host.promoting', 'host.proving', 'host.serving']);
    await list.steward.stop();
  });

  it('says what would happen, and does nothing, in a dry run', async () => {
    await volunteer();
    const { host, done } = await decide('promote', { dryRun: true });
    expect(done).toBe(false);
    expect(host.order).toMatchObject({ role: 'promoting' });
    expect(await role()).toBe('leaf');
    expect(await actions()).toEqual([]);
    await expect(decide('drain', { dryRun: true })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('ends with the host’s own reason when its supernode cannot be started', async () => {
    await volunteer();
    await decide('promote');
    const problem = { code: 'port_taken', message: 'the port is taken' };
    const { order } = await list.desk.report(caller(BOB), report({ child: { state: 'failed', problem } }));
    expect(order).toMatchObject({ role: 'leaf', by: { kind: 'list' }, reason: 'the port is taken' });
    await list.steward.step();
    expect((await list.desk.host(BOB)).fault).toMatchObject(problem);
  });

  it('waits for a grant that cannot be given yet, and gives it as soon as it can', async () => {
    await volunteer();
    await decide('promote');
    list.grantFault = new Error('auth is away');
    await list.steward.step();
    expect((await store.get<KeptHost>(KEY.host(BOB)))?.value.isGranted).toBe(false);
    list.grantFault = undefined;
    await list.steward.step();
    expect(list.grants).toEqual([[BOB, true]]);
    await list.steward.step();
    expect(list.grants).toHaveLength(1);
  });
});

describe('a drain', () => {
  it('reaches the supernode with its beat, and ends with the grant taken back when it is gone', async () => {
    await serve();
    expect((await list.desk.answerBeat(BOB)).order).toMatchObject({ state: 'active' });
    await decide('drain');
    expect((await list.desk.answerBeat(BOB)).order).toMatchObject({
      state: 'draining',
      drainMs: DEFAULT_POLICY.drainMs,
      reason: 'we need one',
    });
    await list.steward.step();
    expect(await role()).toBe('draining');
    list.members.delete(BOB);
    await list.steward.step();
    await list.steward.step();
    expect(await role()).toBe('leaf');
    expect(list.grants.at(-1)).toEqual([BOB, false]);
    expect(await actions()).toEqual([
      'host.promoting',
      'host.proving',
      'host.serving',
      'host.draining',
      'host.leaf',
    ]);
  });

  it('can be cancelled while it lasts, and what was done last be undone', async () => {
    await serve();
    await decide('drain');
    await decide('cancel');
    expect(await role()).toBe('serving');
    await decide('undo');
    expect(await role()).toBe('draining');
    await decide('undo');
    expect(await role()).toBe('serving');
    await decide('drain');
    list.members.delete(BOB);
    await list.steward.step();
    expect(await role()).toBe('leaf');
    await decide('undo');
    expect(await role()).toBe('promoting');
  });

  it('is what its owner’s withdrawal brings about', async () => {
    await serve();
    await list.desk.withdraw(BOB);
    expect(await list.desk.host(BOB)).toMatchObject({
      order: { role: 'draining', by: { kind: 'owner' } },
      offered: false,
    });
    // One that just stops saying anything has withdrawn, too.
    await serve(EVE);
    await clock.advance(11 * 60_000);
    await list.steward.step();
    expect(await role(EVE)).toBe('draining');
  });

  it('is of supernodes that operators run as well; these stay up', async () => {
    list.beats(HOME, { name: 'oak', leaves: 7 });
    expect(await list.desk.host(HOME)).toMatchObject({
      kind: 'operated',
      order: { role: 'serving' },
      handedOut: true,
    });
    await decide('drain', {}, HOME);
    expect((await list.desk.answerBeat(HOME)).order).toMatchObject({ state: 'draining' });
    await list.steward.step();
    expect(await role(HOME)).toBe('draining');
    expect(list.grants).toEqual([]);
    await decide('cancel', {}, HOME);
    expect((await list.desk.answerBeat(HOME)).order).toMatchObject({ state: 'active' });
  });
});

describe('a drain with a deadline', () => {
  it('is ended by the list when it is over: no grant, no supernode, and the audit says why', async () => {
    await serve();
    const { host } = await decide('drain', { drainMs: 30_000 });
    expect(host.order).toMatchObject({ drainMs: 30_000, endsAt: clock.now() + 30_000 });
    expect((await list.desk.answerBeat(BOB)).order).toMatchObject({ state: 'draining', drainMs: 30_000 });
    expect((await list.desk.report(caller(BOB), report())).order).toMatchObject({ drainMs: 30_000 });
    list.beats(BOB, { leaves: 7 });
    await list.steward.step();
    expect(await role()).toBe('draining');
    await clock.advance(30_000);
    await list.steward.step();
    expect(await role()).toBe('leaf');
    // Until its host hears of it, its supernode cuts who is left.
    expect((await list.desk.answerBeat(BOB)).order).toMatchObject({ state: 'draining', drainMs: 0 });
    await list.steward.step();
    expect(list.grants.at(-1)).toEqual([BOB, false]);
    const { entries } = await list.audit.page({ limit: 10 });
    expect(entries.at(-2)).toMatchObject({ action: 'host.draining', by: OLGA, figures: { drainMs: 30_000 } });
    expect(entries.at(-1)).toMatchObject({
      ...{ action: 'host.leaf', by: { kind: 'list' }, figures: { leaves: 7 } },
      reason: 'the time that its drain was given is over',
    });
  });

  it('cuts who is left at one that its operator runs, and leaves it up', async () => {
    list.beats(HOME, { leaves: 7 });
    await decide('drain', { drainMs: 5_000 }, HOME);
    await clock.advance(5_000);
    await list.steward.step();
    expect((await list.desk.answerBeat(HOME)).order).toMatchObject({ state: 'draining', drainMs: 0 });
    await decide('cancel', {}, HOME);
    expect((await list.desk.answerBeat(HOME)).order).toMatchObject({ state: 'active' });
  });

  it('says in a dry run until when, and belongs to nothing else', async () => {
    await serve();
    const { host } = await decide('drain', { drainMs: 30_000, dryRun: true });
    expect(host.order).toMatchObject({ role: 'draining', endsAt: clock.now() + 30_000 });
    for (const [action, more] of [
      ['drain', { force: true }],
      ['cancel', {}],
    ] as const)
      await expect(decide(action, { drainMs: 30_000, ...more })).rejects.toMatchObject({
        code: 'invalid_request',
      });
  });
});

describe('a demotion by force', () => {
  it('takes a supernode out at once, is told to it with its next beat, and stands in the audit as that', async () => {
    await serve();
    const { host } = await decide('drain', { force: true });
    expect(host).toMatchObject({ order: { role: 'leaf', by: OLGA }, handedOut: false });
    expect((await list.desk.answerBeat(BOB)).order).toMatchObject({ state: 'draining', drainMs: 0 });
    expect((await list.desk.report(caller(BOB), report())).order).toMatchObject({ role: 'leaf' });
    await list.steward.step();
    expect(list.grants.at(-1)).toEqual([BOB, false]);
    const { entries } = await list.audit.page({ limit: 10 });
    expect(entries.at(-1)).toMatchObject({ action: 'host.forced_out', by: OLGA, reason: 'we need one' });
    await decide('undo');
    expect(await role()).toBe('promoting');
    expect((await list.desk.answerBeat(BOB)).order).toMatchObject({ state: 'active' });
  });
});

describe('a cordon', () => {
  it('keeps new leaves away from a supernode, which is told, until it is taken back', async () => {
    await serve();
    await list.steward.start();
    await decide('cordon');
    expect(await list.desk.host(BOB)).toMatchObject({
      ...{ order: { role: 'serving' }, cordoned: true, handedOut: false, fault: null },
    });
    expect((await list.desk.answerBeat(BOB)).order).toMatchObject({ state: 'active', cordoned: true });
    await clock.advance(1_100);
    expect(list.steward.isHeld(BOB)).toBe(true);
    await decide('uncordon');
    expect((await list.desk.answerBeat(BOB)).order).not.toHaveProperty('cordoned');
    await clock.advance(1_100);
    expect(list.steward.isHeld(BOB)).toBe(false);
    expect((await actions()).slice(-2)).toEqual(['host.cordoned', 'host.uncordoned']);
    await list.steward.stop();
  });

  it('keeps a volunteer from being promoted, by operators and by policy, and outlasts its reports', async () => {
    await volunteer();
    await decide('cordon');
    await setPolicy({ mode: 'auto', minSupernodes: 1, stabilisationMs: 0, hysteresisMs: 0 });
    await volunteer();
    await list.steward.step();
    expect(await role()).toBe('leaf');
    await expect(decide('promote', { force: true })).rejects.toThrow(/not to be promoted/);
    await decide('uncordon');
    await list.steward.step();
    expect(await role()).toBe('promoting');
  });
});

describe('policy', () => {
  const auto = { mode: 'auto', minSupernodes: 1, stabilisationMs: 0, hysteresisMs: 0 } as const;

  it('is versioned, and two operators do not undo each other', async () => {
    await setPolicy({ targetLeaves: 100 });
    await expect(
      list.policies.set({ policy: DEFAULT_POLICY, expect: 0, reason: 'late' }, OLGA),
    ).rejects.toMatchObject({ code: 'conflict' });
    await expect(
      list.policies.set(
        { policy: { ...DEFAULT_POLICY, minSupernodes: 9, maxSupernodes: 3 }, expect: 1, reason: 'x' },
        OLGA,
      ),
    ).rejects.toMatchObject({ code: 'invalid_request' });
    await setPolicy({ thresholds: { ...DEFAULT_POLICY.thresholds, cores: 8 } });
    expect((await list.policies.history()).map(({ version }) => version)).toEqual([2, 1]);
    const { entries } = await list.audit.page({ limit: 10 });
    expect(entries).toMatchObject([
      { action: 'policy.set', by: OLGA, figures: { version: 1, targetLeaves: 100 } },
      { action: 'policy.set', figures: { version: 2, 'thresholds.cores': 8 } },
    ]);
  });

  it('that names a least version is of releases alone, and holds who is older back', async () => {
    const { thresholds } = DEFAULT_POLICY;
    for (const minVersion of ['latest', '1.2', 'v0.2.0', ''])
      await expect(setPolicy({ thresholds: { ...thresholds, minVersion } })).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('is a release like 0.2.0, or 0.0.0 for any'),
      });
    await volunteer(BOB, { software: 'banyan/0.1.0 (peer)' });
    await setPolicy({ thresholds: { ...thresholds, minVersion: '0.2.0' } });
    await expect(decide('promote')).rejects.toMatchObject({
      code: 'conflict',
      message: 'This host does not meet the policy: version of Banyan 0.1.0, at least 0.2.0 required.',
      details: { failing: 'version' },
    });
    const answer = await list.desk.report(caller(BOB), report({ software: 'banyan/0.1.0 (peer)' }));
    expect(answer.moreCriteria).toMatchObject([
      { name: 'version', passed: false, origin: 'host' },
      // Its home is of 0.1.0, and nothing is asked for.
      { name: 'download', passed: true, origin: 'home', value: null },
    ]);
    await decide('promote', { force: true });
    const { entries } = await list.audit.page({ limit: 10 });
    expect(entries.at(-1)).toMatchObject({ figures: { forced: 'version', version: '0.1.0' } });
  });

  it('asks for speed both ways, and tells how fast a host takes what its home sends', async () => {
    await volunteer();
    await setPolicy({ thresholds: { ...DEFAULT_POLICY.thresholds, downloadBytesPerSecond: 1_000_000 } });
    await expect(decide('promote')).rejects.toThrow('download not known yet, at least 1.0 MB/s required');
    await list.desk.measured(BOB, HOME, { ...MEASURED, downloadBytesPerSecond: 900_000 });
    await expect(decide('promote')).rejects.toThrow('download 900.0 kB/s, at least 1.0 MB/s required');
    await list.desk.measured(BOB, HOME, { ...MEASURED, downloadBytesPerSecond: 8_000_000 });
    const { moreCriteria } = await list.desk.host(BOB);
    expect(moreCriteria?.find(({ name }) => name === 'download')).toMatchObject({
      ...{ value: 8_000_000, threshold: 1_000_000, passed: true, origin: 'home', declared: 50e6 },
    });
    await decide('promote');
  });

  it('keeps what a program of 0.1.0 does not name when that sets it', async () => {
    const { minVersion: _version, downloadBytesPerSecond: _down, ...known } = DEFAULT_POLICY.thresholds;
    await setPolicy({ thresholds: { ...known, minVersion: '0.2.0' } });
    await list.policies.set(
      { policy: { ...DEFAULT_POLICY, thresholds: known }, expect: 1, reason: 'x' },
      OLGA,
    );
    expect((await list.policies.current()).policy.thresholds.minVersion).toBe('0.2.0');
    expect(
      (await list.policies.complete({ ...DEFAULT_POLICY, thresholds: known })).thresholds.minVersion,
    ).toBe('0.2.0');
    // One that was kept by a list of 0.1.0 asks for nothing.
    const { value } = (await store.get<PolicyResponse>(KEY.policy))!;
    await store.put(KEY.policy, { ...value, policy: { ...value.policy, thresholds: known } });
    expect((await list.policies.current()).policy.thresholds).toEqual(DEFAULT_POLICY.thresholds);
  });

  it('replaces a supernode that was killed, by itself, and the audit tells by which figures', async () => {
    list.beats(HOME, { name: 'oak' });
    await volunteer();
    await setPolicy(auto);
    await list.steward.step();
    expect(await role()).toBe('leaf');
    list.members.delete(HOME);
    await list.steward.step();
    expect(await role()).toBe('promoting');
    const last = (await list.audit.page({ limit: 10 })).entries.at(-1)!;
    expect(last).toMatchObject({
      action: 'host.promoting',
      by: { kind: 'policy', version: 1 },
      subject: BOB,
      figures: { supernodes: 0, wanted: 1 },
    });
  });

  it('shows what it would do, and does nothing while it is manual', async () => {
    await volunteer();
    await setPolicy({ ...auto, mode: 'manual' });
    await list.steward.step();
    expect(await role()).toBe('leaf');
    expect(await list.steward.plan()).toMatchObject({
      mode: 'manual',
      decisions: [{ action: 'promote', deviceId: BOB, name: 'bob' }],
    });
  });

  it('waits for the stabilisation period, counted from when it was fit', async () => {
    await volunteer();
    await setPolicy({ ...auto, stabilisationMs: 60_000 });
    await list.steward.step();
    expect(await role()).toBe('leaf');
    await clock.advance(61_000);
    await list.desk.report(caller(BOB), report());
    await list.steward.step();
    expect(await role()).toBe('promoting');
  });
});

describe('several replicas', () => {
  it('have one leader at a time, and another soon after it is gone', async () => {
    const other = new Replica(store, clock);
    await list.steward.step();
    await other.steward.step();
    expect([list.steward.isLeading, other.steward.isLeading]).toEqual([true, false]);
    await clock.advance(10_001);
    await other.steward.step();
    await list.steward.step();
    expect([list.steward.isLeading, other.steward.isLeading]).toEqual([false, true]);
  });

  it('take calls for one host alike, and all hold back the same', async () => {
    const other = new Replica(store, clock);
    await volunteer(BOB, {}, other);
    await decide('promote');
    await other.steward.start();
    expect(other.steward.isHeld(BOB)).toBe(true);
    await expect(other.desk.decide(BOB, 'promote', { reason: 'again' }, OLGA)).rejects.toMatchObject({
      code: 'conflict',
    });
    await other.steward.stop();
  });

  it('leave no change without its entry, also when a process dies between the two', async () => {
    await volunteer();
    let isDying = true;
    const dying: Store = {
      ...store,
      put: (key, value, init) =>
        isDying && key.startsWith(AUDIT_ROOT)
          ? Promise.reject(new Error('killed'))
          : store.put(key, value, init),
    };
    const first = new Replica(dying, clock);
    await expect(first.desk.decide(BOB, 'promote', { reason: 'x' }, OLGA)).rejects.toThrow('killed');
    isDying = false;
    expect(await role()).toBe('promoting');
    expect(await actions()).toEqual([]);
    await list.steward.step();
    expect(await actions()).toEqual(['host.promoting']);
    await list.steward.step();
    expect(await actions()).toEqual(['host.promoting']);
  });
});

describe('the audit', () => {
  it('is read page by page, in the order of time, and adds nothing twice', async () => {
    for (let i = 0; i < 5; i++) {
      await clock.advance(10);
      await list.audit.add({
        by: OLGA,
        action: 'test',
        subject: '',
        name: '',
        reason: `entry ${i}`,
        figures: {},
      });
    }
    const first = await list.audit.page({ limit: 2 });
    expect(first.entries.map(({ reason }) => reason)).toEqual(['entry 0', 'entry 1']);
    const second = await list.audit.page({ limit: 10, after: first.next! });
    expect(second.entries.map(({ reason }) => reason)).toEqual(['entry 2', 'entry 3', 'entry 4']);
    expect(second.next).toBeUndefined();
    await list.audit.keep(first.entries[0]!);
    expect((await list.audit.page({ limit: 10 })).entries).toHaveLength(5);
  });
});

it('a list without the right to promote says so, and probes nobody', async () => {
  list.problem = 'not enrolled';
  await volunteer();
  await decide('promote');
  list.beats(BOB);
  await list.steward.step();
  expect(list.steward.problem).toBe('not enrolled');
  expect(list.probed).toEqual([]);
  const view: HostView = await list.desk.host(BOB);
  expect(view).toMatchObject({ order: { role: 'proving' }, handedOut: false });
});
