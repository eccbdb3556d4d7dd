import { describe, expect, it } from '@jest/globals';
import { BanyanError, type AuditEntry } from '@banyan/proto';
import {
  AUDIT_ROOT,
  createAuditedChanges,
  createAuditLog,
  createManualClock,
  createMemoryStore,
  silentLog,
  UNAUDITED_ROOT,
  type Audited,
  type AuditLog,
  type Store,
} from '../../src/index.ts';

interface Lamp extends Audited {
  readonly on: boolean;
}

const KEY = 'lamp';
const turned = (on: boolean) => ({
  value: { on },
  entry: {
    by: { kind: 'auth' as const },
    action: on ? 'lamp.on' : 'lamp.off',
    subject: 'lamp',
    name: '',
    reason: 'a test',
    figures: {},
  },
});

/** A process over a store: what dies with it is its memory alone. */
function processOver(store: Store, clock = createManualClock(1_700_000_000_000)) {
  const audit: AuditLog = createAuditLog({ store, clock }, { service: 'auth' });
  return { clock, audit, changes: createAuditedChanges({ store, clock, log: silentLog(), audit }) };
}

async function keysBelow(store: Store, root: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const [key] of store.list(root)) keys.push(key);
  return keys;
}
const actionsOf = async (audit: AuditLog): Promise<string[]> =>
  (await audit.page({ limit: 100 })).entries.map(({ action }) => action);

/** A store on which writing below `root` fails, as for a process that dies just before. */
function dyingBefore(store: Store, root: string): Store {
  return {
    ...store,
    put: (key, value, init) =>
      key.startsWith(root)
        ? Promise.reject(new BanyanError('store_unavailable'))
        : store.put(key, value, init),
  };
}

describe('audited changes', () => {
  it('tell the audit of each change once, and leave no ticket', async () => {
    const store = createMemoryStore();
    const { changes, audit } = processOver(store);
    await changes.change<Lamp>(KEY, () => turned(true));
    await changes.change<Lamp>(KEY, (now) => (now?.on === true ? turned(false) : undefined));
    // Nothing is to be done: nothing is told.
    await changes.change<Lamp>(KEY, (now) => (now?.on === true ? turned(false) : undefined));
    expect(await actionsOf(audit)).toEqual(['lamp.on', 'lamp.off']);
    expect(await keysBelow(store, UNAUDITED_ROOT)).toEqual([]);
    expect((await audit.page({ limit: 1 })).entries[0]).toMatchObject({ service: 'auth', reason: 'a test' });
  });

  it('that are refused, or change nothing, write nothing', async () => {
    const written: string[] = [];
    const under = createMemoryStore();
    const { changes } = processOver({
      ...under,
      put: (key, ...more) => {
        written.push(key);
        return under.put(key, ...more);
      },
    });
    const refused = changes.change<Lamp>(KEY, () => {
      throw new BanyanError('forbidden');
    });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    expect(await changes.change<Lamp>(KEY, () => undefined)).toBeUndefined();
    expect(written).toEqual([]);
  });

  it('that are refused after others were faster tell nothing, and leave no ticket', async () => {
    const under = createMemoryStore();
    const { changes, audit } = processOver({
      ...under,
      async put(key, value, init) {
        // Somebody else is faster, just once.
        if (key === KEY && (await under.get(KEY)) === undefined) await under.put(KEY, { on: true });
        return under.put(key, value, init);
      },
    });
    const refused = changes.change<Lamp>(KEY, (now) => {
      if (now !== undefined) throw new BanyanError('forbidden');
      return turned(true);
    });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    expect([await actionsOf(audit), await keysBelow(under, UNAUDITED_ROOT)]).toEqual([[], []]);
  });

  it('are told by somebody else when their process died in between', async () => {
    const store = createMemoryStore();
    const dead = processOver(dyingBefore(store, AUDIT_ROOT));
    await expect(dead.changes.change<Lamp>(KEY, () => turned(true))).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect((await store.get<Lamp>(KEY))?.value.on).toBe(true);

    const other = processOver(store, dead.clock);
    await other.changes.start();
    // It may still be under way.
    expect(await actionsOf(other.audit)).toEqual([]);
    await other.clock.advance(120_000);
    await other.changes.stop();
    expect(await actionsOf(other.audit)).toEqual(['lamp.on']);
    expect(await keysBelow(store, UNAUDITED_ROOT)).toEqual([]);
  });

  it('whose process died before the change are not told', async () => {
    const store = createMemoryStore();
    const dead = processOver(dyingBefore(store, KEY));
    await expect(dead.changes.change<Lamp>(KEY, () => turned(true))).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    await dead.clock.advance(120_000);
    const other = processOver(store, dead.clock);
    await other.changes.start();
    expect([await actionsOf(other.audit), await keysBelow(store, UNAUDITED_ROOT)]).toEqual([[], []]);
    await other.changes.stop();
  });

  it('are told before the next change takes their place', async () => {
    const store = createMemoryStore();
    const dead = processOver(dyingBefore(store, AUDIT_ROOT));
    await expect(dead.changes.change<Lamp>(KEY, () => turned(true))).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    const other = processOver(store, dead.clock);
    await other.clock.advance(1);
    await other.changes.change<Lamp>(KEY, () => turned(false));
    expect(await actionsOf(other.audit)).toEqual(['lamp.on', 'lamp.off']);
  });

  it('at once are all told, in the order in which they took place', async () => {
    const store = createMemoryStore();
    const { changes, audit } = processOver(store);
    await Promise.all(
      Array.from({ length: 20 }, () => changes.change<Lamp>(KEY, (now) => turned(now?.on !== true))),
    );
    const { entries } = await audit.page({ limit: 100 });
    expect(entries).toHaveLength(20);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(20);
    expect((await store.get<Lamp>(KEY))?.value.on).toBe(false);
  });
});

describe('the audit', () => {
  it('gives its entries page by page, those of earlier versions too', async () => {
    const store = createMemoryStore();
    const { audit, clock } = processOver(store);
    const { service: _, ...old } = audit.make(turned(true).entry);
    await store.put(`${AUDIT_ROOT}${old.id}`, old);
    await clock.advance(5);
    await audit.add(turned(false).entry);
    const found: AuditEntry[] = [];
    let after: string | undefined;
    do {
      const page = await audit.page({ limit: 1, ...(after === undefined ? {} : { after }) });
      found.push(...page.entries);
      after = page.next;
    } while (after !== undefined);
    expect(found.map(({ action, service }) => [action, service])).toEqual([
      ['lamp.on', 'auth'],
      ['lamp.off', 'auth'],
    ]);
  });
});
