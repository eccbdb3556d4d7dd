import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isBanyanError, type RevocationEntry } from '@banyan/proto';
import { createDeviceKey, openStore, silentLog, type AuditedChanges, type Store } from '@banyan/kit';
import { SKIP_REDIS, startRedis } from '@banyan/kit/testing';
import { createAccounts, type NewDevice } from '../src/accounts.ts';
import { createAttempts } from '../src/attempts.ts';
import { byAuth } from '../src/decision.ts';
import { createFirstOperator } from '../src/first-operator.ts';
import { createInvites } from '../src/invites.ts';
import type { SigningKeysRecord } from '../src/records.ts';
import { createRevocations } from '../src/revocations.ts';
import { createSigningKeys } from '../src/signing-keys.ts';
import { changesOver, createShiftedClock } from './harness.ts';

/** How many ended with which code; `ok` for those that did not fail. */
async function outcomes(work: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const one of await Promise.allSettled(work)) {
    const code =
      one.status === 'fulfilled' ? 'ok' : isBanyanError(one.reason) ? one.reason.code : String(one.reason);
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

function newDevice(): NewDevice {
  const { deviceId, publicJwk } = createDeviceKey();
  return { deviceId, publicJwk, name: 'laptop', grants: [] };
}

const BY_TEST = byAuth('a test');
const name = (text: string) => ({ name: text, nameKey: text.toLowerCase() });
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

/** What must hold on every store, also when several replicas work on it at once. */
function suite(open: () => Promise<Store>): void {
  const log = silentLog();
  const clock = createShiftedClock();
  let store: Store;
  let changes: AuditedChanges;
  beforeEach(async () => {
    store = await open();
    changes = changesOver(store, clock);
  });
  afterEach(() => store.close());

  it('an invite admits exactly as many as it says, and forgets no use', async () => {
    const replicas = [
      createInvites({ store, clock, changes }),
      createInvites({ store, clock, changes }),
    ] as const;
    const { code } = await replicas[0].make(
      { uses: 7, ttlSeconds: 60, grants: [], createdBy: null },
      BY_TEST,
    );
    const taken = await outcomes(times(20, (i) => replicas[i % 2 === 0 ? 0 : 1].take(code)));
    expect(taken).toEqual({ ok: 7, invite_used: 13 });
    await replicas[0].giveBack(code);
    expect(await outcomes(times(5, () => replicas[1].take(code)))).toEqual({ ok: 1, invite_used: 4 });
    clock.shift(61_000);
    expect(await outcomes([replicas[0].check(code), replicas[0].check('other')])).toEqual({
      invite_expired: 1,
      invite_invalid: 1,
    });
  });

  it('a name is claimed by one, and the devices of the others are free again', async () => {
    const accounts = createAccounts({ store, clock, changes });
    const devices = times(20, newDevice);
    const created = await outcomes(
      devices.map((device) => accounts.create(name('Same'), device, { grants: [] })),
    );
    expect(created).toEqual({ ok: 1, name_taken: 19 });
    const enrolled = await Promise.all(devices.map(({ deviceId }) => accounts.device(deviceId)));
    const winner = enrolled.find((one) => one !== undefined);
    expect(enrolled.filter((one) => one !== undefined)).toHaveLength(1);
    expect((await accounts.byName('same'))?.accountId).toBe(winner?.account.accountId);
    const loser = devices.find((_, i) => enrolled[i] === undefined);
    expect((await accounts.create(name('Loser'), loser!, { grants: [] })).account.name).toBe('Loser');
  });

  it('a person gets one account, and the names and devices of the other attempts are free again', async () => {
    const accounts = createAccounts({ store, clock, changes });
    const identity = { issuer: 'https://login.example.org', subject: 'ada', role: 'member' } as const;
    const attempts = times(8, (i) => ({ called: name(`Ada-${i}`), device: newDevice() }));
    const created = await outcomes(
      attempts.map(({ called, device }) => accounts.create(called, device, { grants: [], identity })),
    );
    expect(created).toEqual({ ok: 1, conflict: 7 });
    const mine = await accounts.byIdentity(identity);
    const losers = attempts.filter(({ called }) => called.nameKey !== mine?.nameKey);
    const again = losers.map(({ called, device }) => accounts.create(called, device, { grants: [] }));
    expect(await outcomes(again)).toEqual({ ok: 7 });
  });

  it('a device belongs to one account, and the limit of devices holds against all at once', async () => {
    const accounts = createAccounts({ store, clock, changes });
    const [one, two] = [newDevice(), newDevice()];
    const first = await accounts.create(name('First'), one, { grants: [] });
    const second = await accounts.create(name('Second'), two, { grants: [] });
    expect(await outcomes([accounts.addDevice(second.account.accountId, one, [])])).toEqual({ conflict: 1 });
    expect((await accounts.device(one.deviceId))?.account.name).toBe('First');
    const more = times(40, newDevice);
    const added = await outcomes(
      more.map((device) => accounts.addDevice(first.account.accountId, device, [])),
    );
    expect(added).toEqual({ ok: 31, device_limit: 9 });
    const held = (await accounts.get(first.account.accountId))?.devices ?? {};
    expect(Object.keys(held)).toHaveLength(32);
    const found = await Promise.all(more.map(({ deviceId }) => accounts.device(deviceId)));
    expect(found.filter((each) => each !== undefined)).toHaveLength(31);
  });

  it('a claim that a crash cut off lapses after a minute, not before', async () => {
    const accounts = createAccounts({ store, clock, changes });
    const device = newDevice();
    const dead = '00000000-0000-4000-8000-000000000000';
    await store.put('name/ghost', { accountId: dead, at: clock.now() });
    await store.put(`device/${device.deviceId}`, {
      accountId: dead,
      publicJwk: device.publicJwk,
      at: clock.now(),
    });
    const attempt = () => accounts.create(name('Ghost'), device, { grants: [] });
    expect(await outcomes([attempt()])).toEqual({ conflict: 1 });
    expect(await outcomes([accounts.create(name('Ghost'), newDevice(), { grants: [] })])).toEqual({
      name_taken: 1,
    });
    clock.shift(61_000);
    expect((await attempt()).account.name).toBe('Ghost');
  });

  it('replicas share one first key, and tokens of either verify with the keys of both', async () => {
    const init = { leadSeconds: 900, rotationDays: 0 };
    const replicas = times(4, () => createSigningKeys({ store, clock, log, changes }, init));
    await Promise.all(replicas.map((keys) => keys.start()));
    expect(new Set(replicas.map((keys) => keys.currentKid)).size).toBe(1);
    const { current } = await replicas[0]!.rotate(BY_TEST);
    await Promise.all(replicas.map((keys) => keys.tend()));
    for (const keys of replicas) expect(keys.published().map(({ kid }) => kid)).toContain(current);
    clock.shift(901_000);
    expect(replicas.map((keys) => keys.currentKid)).toEqual(times(4, () => current));
  });

  it('keys are replaced by themselves when their time is over, once among replicas', async () => {
    const init = { leadSeconds: 900, rotationDays: 30 };
    const replicas = times(3, () => createSigningKeys({ store, clock, log, changes }, init));
    for (const keys of replicas) await keys.start();
    const first = replicas[0]!.currentKid;
    clock.shift(29 * 24 * 3600_000);
    await Promise.all(replicas.map((keys) => keys.tend()));
    expect(replicas[0]!.published()).toHaveLength(1);
    clock.shift(24 * 3600_000 + 1000);
    await Promise.all(replicas.map((keys) => keys.tend()));
    for (const keys of replicas) {
      expect(keys.published()).toHaveLength(2);
      expect(keys.currentKid).toBe(first);
    }
    clock.shift(901_000);
    for (const keys of replicas) expect(keys.currentKid).not.toBe(first);
    clock.shift(24 * 3600_000);
    await replicas[0]!.tend();
    expect(JSON.stringify((await store.get<SigningKeysRecord>('signing-keys'))?.value.keys)).not.toContain(
      first,
    );
  });

  it('refuses more keys than a verifier would read', async () => {
    const keys = createSigningKeys({ store, clock, log, changes }, { leadSeconds: 900, rotationDays: 0 });
    await keys.start();
    const rotated = await outcomes(times(20, () => keys.rotate(BY_TEST)));
    expect(rotated).toEqual({ ok: 15, rate_limited: 5 });
    expect(keys.published()).toHaveLength(16);
  });

  it('replicas number their deltas in one sequence without gap, and wake who waits', async () => {
    const signer = createSigningKeys({ store, clock, log, changes }, { leadSeconds: 0, rotationDays: 0 });
    await signer.start();
    const make = () =>
      createRevocations(
        { store, clock, log, keys: signer, issuer: () => 'http://localhost:1' },
        { shared: true },
      );
    const [a, b] = [make(), make()];
    await a.start();
    await b.start();
    const entry: RevocationEntry = { kind: 'content', id: 'x', until: null, reason: '' };
    const seqs = await Promise.all(times(20, (i) => (i % 2 === 0 ? a : b).append([entry])));
    expect(seqs.sort((x, y) => x - y)).toEqual(times(20, (i) => i + 1));
    const waiting = a.wait(20, 20_000, new AbortController().signal);
    await b.append([entry]);
    await waiting;
    expect(await a.read(20)).toHaveLength(1);
    const gone = new AbortController();
    const aborted = a.wait(21, 20_000, gone.signal);
    gone.abort();
    expect(await outcomes([aborted])).toEqual({ aborted: 1 });
    const c = make();
    await c.start();
    expect(c.seq).toBe(21);
    for (const feed of [a, b, c]) feed.stop();
  });

  it('attempts at once are all counted, and a window ends', async () => {
    const attempts = createAttempts({ store, clock });
    const limit = { max: 5, windowMs: 60_000 };
    const spent = await outcomes(times(20, () => attempts.spend('bucket', limit)));
    expect(spent).toEqual({ ok: 5, rate_limited: 15 });
    await attempts.refund('bucket');
    expect(await outcomes(times(2, () => attempts.spend('bucket', limit)))).toEqual({
      ok: 1,
      rate_limited: 1,
    });
    clock.shift(60_000);
    await attempts.spend('bucket', limit);
  });

  it('one account becomes the first operator, and codes of all replicas work until then', async () => {
    const accounts = createAccounts({ store, clock, changes });
    const attempts = createAttempts({ store, clock });
    const dataDir = await mkdtemp(join(tmpdir(), 'banyan-auth-'));
    try {
      const codes: string[] = [];
      const replicas = times(2, () =>
        createFirstOperator(
          { store, clock, log, accounts, attempts },
          { dataDir, announce: (code) => codes.push(code), perAccount: { max: 10, windowMs: 60_000 } },
        ),
      );
      for (const replica of replicas) await replica.start();
      expect(await Promise.all(codes.map((code) => replicas[0]!.admits(code)))).toEqual([true, true]);
      const members = await Promise.all(
        times(6, (i) => accounts.create(name(`member${i}`), newDevice(), { grants: [] })),
      );
      const claimed = await outcomes(
        members.map(({ account }, i) => replicas[i % 2]!.claim(account.accountId, codes[i % 2]!)),
      );
      expect(claimed).toEqual({ ok: 1, code_invalid: 5 });
      const roles = await Promise.all(
        members.map(async ({ account }) => (await accounts.get(account.accountId))?.role),
      );
      expect(roles.filter((role) => role === 'operator')).toHaveLength(1);
      expect(await replicas[1]!.admits(codes[1]!)).toBe(false);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}

describe('on LMDB', () => {
  let dir: string;
  let n = 0;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'banyan-auth-store-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));
  suite(() => openStore({ location: join(dir, String((n += 1))), prefix: '' }));
});

(SKIP_REDIS ? describe.skip : describe)('on Redis', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let n = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  suite(() => openStore({ location: redis.url, prefix: `test${(n += 1)}:` }));
});
