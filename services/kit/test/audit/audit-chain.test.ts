import { afterEach, describe, expect, it } from '@jest/globals';
import { BanyanError, type AuditCheck, type AuditEntry, type AuditLink } from '@banyan/proto';
import {
  AUDIT_ROOT,
  CHAIN_HEAD_KEY,
  checkAudit,
  createAuditChain,
  createAuditLog,
  createManualClock,
  createMemoryStore,
  linkHash,
  silentLog,
  type AuditLog,
  type ManualClock,
  type Startable,
  type Store,
} from '../../src/index.ts';

const START = 1_800_000_000_000;
const DAY_MS = 24 * 3600_000;

const told = (action: string) => ({
  by: { kind: 'auth' as const },
  action,
  ...{ subject: 'lamp', name: '', reason: 'a test', figures: { from: 'off', to: 'on' } },
});

describe('the chain of an audit', () => {
  const running: Startable[] = [];
  afterEach(async () => {
    for (const chain of running.splice(0)) await chain.stop();
  });

  /** A replica over a store, which links once it is started. */
  async function replica(
    store: Store,
    clock: ManualClock,
    init: { readonly keepMs?: number } = {},
  ): Promise<AuditLog> {
    const audit = createAuditLog({ store, clock }, { service: 'auth', ...init });
    const chain = createAuditChain({ store, clock, log: silentLog(), audit }, { service: 'auth', ...init });
    await chain.start();
    running.push(chain);
    return audit;
  }
  /** Everything that is due within that time, and what follows from it; in steps that no two looks fit into. */
  async function pass(clock: ManualClock, ms: number, stepMs = 500): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await clock.advance(Math.min(left, stepMs));
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    }
  }
  const checked = (audit: AuditLog, heads: readonly string[] = []): Promise<AuditCheck> =>
    checkAudit('auth', (page) => audit.page(page), heads);
  async function entriesOf(store: Store): Promise<AuditEntry[]> {
    const entries: AuditEntry[] = [];
    for await (const [, { value }] of store.list<AuditEntry>(AUDIT_ROOT)) entries.push(value);
    return entries;
  }
  /** What somebody does who can write to the store. */
  async function tamper(store: Store, n: number, change: Partial<AuditEntry> | undefined): Promise<void> {
    for await (const [key, { value }] of store.list<AuditEntry>(AUDIT_ROOT)) {
      if (value.chain?.n !== n) continue;
      if (change === undefined) await store.delete(key);
      else await store.put(key, { ...value, ...change });
    }
  }

  it('links each entry to the one before it, in the order of their ids', async () => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const audit = await replica(store, clock);
    for (const action of ['one', 'two', 'three']) await audit.add(told(action));
    expect(await checked(audit)).toMatchObject({ state: 'whole', linked: 0, waiting: 3, before: 0 });
    await pass(clock, 5_000);
    const entries = await entriesOf(store);
    expect(entries.map(({ action, chain }) => [action, chain?.n])).toEqual([
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ]);
    const links = entries.map(({ chain }) => chain!);
    expect(links.map(({ previous }) => previous)).toEqual(['0'.repeat(64), links[0]!.hash, links[1]!.hash]);
    expect(await checked(audit)).toMatchObject({
      ...{ state: 'whole', linked: 3, waiting: 0, breakCount: 0 },
      head: { n: 3, hash: links[2]!.hash },
    });
  });

  it('hashes what the specification says', () => {
    const entry: AuditEntry = {
      ...{ id: '1800000000000-000001-aabbccdd', at: START, service: 'auth' },
      by: { kind: 'operator', account: 'a', name: 'olga' },
      ...{ action: 'account.banned', subject: 'b', name: 'mallory', reason: 'spreads “poison”\n' },
      figures: { to: 'banned', from: null, score: 0.5 },
    };
    // Made with sha256sum over the JSON of RFC 8785 as proto/spec/identity.md gives it.
    expect(linkHash(entry, { n: 1, at: START + 3_000, previous: '0'.repeat(64) })).toBe(
      '983bc7986c19f69f0d083840dd49bd0268ebc91099d40b794e16a6a7157663da',
    );
  });

  it('is one chain however many replicas add and link at once', async () => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const replicas = await Promise.all([1, 2, 3].map(() => replica(store, clock)));
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(replicas.map((audit, i) => audit.add(told(`round ${round} of ${i}`))));
      await pass(clock, 500);
    }
    await pass(clock, 120_000);
    const check = await checked(replicas[0]!);
    expect(check).toMatchObject({ state: 'whole', linked: 60, waiting: 0, breakCount: 0 });
    const places = (await entriesOf(store)).map(({ chain }) => chain!.n).sort((a, b) => a - b);
    expect(places).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  });

  it('leaves entries from before it as they are, and links what comes after', async () => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const before = createAuditLog({ store, clock }, { service: 'auth' });
    await before.add(told('old'));
    expect(await checked(before)).toMatchObject({ state: 'none', before: 1, head: null });
    await clock.advance(1_000);
    const audit = await replica(store, clock);
    await audit.add(told('new'));
    await pass(clock, 5_000);
    expect(await checked(audit)).toMatchObject({ state: 'whole', linked: 1, before: 1, waiting: 0 });
    expect((await entriesOf(store)).map(({ chain }) => chain?.n)).toEqual([undefined, 1]);
  });

  it('links what another process told late, under an old id', async () => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const audit = await replica(store, clock);
    const late = audit.make(told('late'));
    await clock.advance(10);
    await audit.add(told('in time'));
    await pass(clock, 5_000);
    await pass(clock, 3 * 3600_000, 30_000);
    await audit.keep(late);
    await pass(clock, 5_000);
    expect((await entriesOf(store)).map(({ action, chain }) => [action, chain?.n])).toEqual([
      ['late', 2],
      ['in time', 1],
    ]);
    expect(await checked(audit)).toMatchObject({ state: 'whole', linked: 2 });
  });

  it.each<[string, number, Partial<AuditEntry> | undefined, AuditCheck['breaks']]>([
    [
      'an entry was changed',
      2,
      { reason: 'another' },
      [expect.objectContaining({ kind: 'changed', n: 2 })] as never,
    ],
    ['one was taken away', 2, undefined, [{ kind: 'missing', n: 2 }]],
    ['the first was taken away', 1, undefined, [{ kind: 'missing', n: 1 }]],
    ['the last was taken away', 4, undefined, [{ kind: 'missing', n: 4 }]],
  ])('shows that %s', async (_, n, change, breaks) => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const audit = await replica(store, clock);
    for (let i = 0; i < 4; i += 1) await audit.add(told(`act ${i}`));
    await pass(clock, 5_000);
    await tamper(store, n, change);
    expect(await checked(audit)).toMatchObject({ state: 'broken', breaks, breakCount: 1 });
  });

  it('shows that an entry was changed and hashed anew, by the one that follows', async () => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const audit = await replica(store, clock);
    for (let i = 0; i < 3; i += 1) await audit.add(told(`act ${i}`));
    await pass(clock, 5_000);
    const second = (await entriesOf(store))[1]!;
    const forged = { ...second, reason: 'another' };
    const chain: AuditLink = { ...second.chain!, hash: linkHash(forged, second.chain!) };
    await tamper(store, 2, { ...forged, chain });
    const { breaks } = await checked(audit);
    expect(breaks.map(({ kind, n }) => [kind, n])).toEqual([['unlinked', 3]]);
  });

  it('written anew from some place on does not hold what was noted before', async () => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const audit = await replica(store, clock);
    await audit.add(told('true'));
    await pass(clock, 5_000);
    const noted = (await checked(audit)).head!.hash;
    await audit.add(told('more'));
    await pass(clock, 5_000);
    expect((await checked(audit, [noted])).found).toEqual([{ hash: noted, n: 1 }]);
    // All of it is forged, and fits.
    for (const { id } of await entriesOf(store)) await store.delete(`${AUDIT_ROOT}${id}`);
    await store.delete(CHAIN_HEAD_KEY);
    const forger = await replica(store, clock);
    await forger.add(told('false'));
    await pass(clock, 5_000);
    expect(await checked(forger, [noted])).toMatchObject({ state: 'whole', found: [] });
  });

  it('goes on where a process died between any two of its writes', async () => {
    for (let dies = 1; dies <= 6; dies += 1) {
      const [under, clock] = [createMemoryStore(), createManualClock(START)];
      let writes = 0;
      const store: Store = {
        ...under,
        put: (key, value, init) => {
          if (key === CHAIN_HEAD_KEY || (value as AuditEntry).chain !== undefined) writes += 1;
          return writes > dies
            ? Promise.reject(new BanyanError('store_unavailable'))
            : under.put(key, value, init);
        },
      };
      const dead = await replica(store, clock);
      await dead.add(told('one'));
      await dead.add(told('two'));
      await pass(clock, 5_000);
      await running.pop()!.stop();
      const audit = await replica(under, clock);
      await audit.add(told('three'));
      await pass(clock, 5_000);
      expect(await checked(audit)).toMatchObject({ state: 'whole', linked: 3, waiting: 0 });
    }
  });

  it('goes on after a backup whose entries are newer than its head', async () => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const first = await replica(store, clock);
    await first.add(told('one'));
    await pass(clock, 5_000);
    const old = (await store.get(CHAIN_HEAD_KEY))!.value;
    await first.add(told('two'));
    await pass(clock, 5_000);
    await running.pop()!.stop();
    await store.put(CHAIN_HEAD_KEY, old);
    const audit = await replica(store, clock);
    await audit.add(told('three'));
    await pass(clock, 5_000);
    expect(await checked(audit)).toMatchObject({ state: 'whole', linked: 3, head: { n: 3 } });
  });

  it('of more entries than are linked at once is whole', async () => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const audit = await replica(store, clock);
    for (let i = 0; i < 600; i += 1) await audit.add(told(`act ${i}`));
    await pass(clock, 10_000);
    expect(await checked(audit)).toMatchObject({ state: 'whole', linked: 600, waiting: 0 });
  });

  it('can still be checked when old entries were taken away, and says until when', async () => {
    const [store, clock] = [createMemoryStore(), createManualClock(START)];
    const audit = await replica(store, clock, { keepMs: 30 * DAY_MS });
    const record = audit.make(told('of long ago'));
    await audit.keep(record);
    await audit.add(told('old'));
    await pass(clock, 5_000);
    const noted = (await checked(audit)).head!.hash;
    await running.pop()!.stop();

    await clock.advance(31 * DAY_MS);
    const later = await replica(store, clock, { keepMs: 30 * DAY_MS });
    await later.add(told('new'));
    await pass(clock, 5_000);
    const check = await checked(later, [noted]);
    expect(check).toMatchObject({ state: 'whole', linked: 2, head: { first: { n: 3, previous: noted } } });
    expect(check.found).toEqual([{ hash: noted, n: 2 }]);
    expect((await entriesOf(store)).map(({ action }) => action).sort()).toEqual(['audit.cut', 'new']);
    // A record that is changed now still carries the entry of its last change.
    await later.keep(record);
    expect(await entriesOf(store)).toHaveLength(2);
    await tamper(store, 3, undefined);
    expect((await checked(later)).breaks).toEqual([{ kind: 'missing', n: 3 }]);
  });
});
