import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BanyanError,
  CATALOG_HOLD_MS,
  MAX_SEARCHES_PER_MINUTE,
  MAX_SOURCE_LOOKUPS_PER_MINUTE,
  MAX_SESSION_MS,
  publishBatches,
} from '@banyan/proto';
import type { SupernodeSession } from '@banyan/sdk';
import {
  ANSWERS_KEPT_MS,
  createWorld,
  fingerprintOf,
  metric,
  publish,
  record,
  search,
  until,
  wholeCatalog,
  type RunningSupernode,
  type World,
} from './harness.ts';

const NO_FINGERPRINT = new Uint8Array(32);

let world: World;
let oak: RunningSupernode;
beforeEach(async () => {
  world = await createWorld();
  oak = await world.supernode('oak', { capacity: 3 });
});
afterEach(() => world.close());

/** Resolves when the only leaf is gone, and nobody is answered from what was kept of it. */
const leafGone = async (): Promise<void> => {
  await until('the leaf is gone', async () => (await metric(oak, 'banyan_supernode_leaves')) === 0);
  world.clock.skip(ANSWERS_KEPT_MS);
};
const observer = async (): Promise<SupernodeSession> => (await world.leaf()).open(oak, { relation: 'probe' });

describe('the catalog of a leaf', () => {
  const records = [record(1, 'kept one.txt'), record(2, 'kept two.txt')];
  const catalog = { fingerprint: fingerprintOf(records), records: 2 };

  it('is known to a leaf that comes back soon with nothing changed, and hidden in between', async () => {
    const leaf = await world.leaf();
    const asker = await observer();
    const first = await leaf.open(oak, { catalog });
    expect(first.welcome.catalogKnown).toBe(false);
    await publish(first, records);
    first.close();
    await leafGone();
    expect((await search(asker, 'kept')).names).toEqual([]);
    const second = await leaf.open(oak, { catalog });
    expect(second.welcome.catalogKnown).toBe(true);
    world.clock.skip(ANSWERS_KEPT_MS);
    expect((await search(asker, 'kept')).names).toHaveLength(2);
  });

  it('of which one file changed costs one record, and is known by its new fingerprint', async () => {
    const leaf = await world.leaf();
    const files = Array.from({ length: 300 }, (_, i) => record(i + 1, `kept ${i}.txt`));
    const first = await leaf.open(oak, { catalog });
    await publish(first, files);
    const changed = { ...files[6]!, name: 'renamed.txt' };
    const now = files.with(6, changed);
    expect(
      await first.publish({
        ids: [changed.id],
        roots: changed.root,
        lengths: [changed.length],
        names: [changed.name],
        last: true,
        fingerprint: fingerprintOf(now),
      }),
    ).toMatchObject({ accepted: 1, refused: [], records: 300 });
    first.close();
    await leafGone();
    const second = await leaf.open(oak, { catalog: { fingerprint: fingerprintOf(now), records: 300 } });
    expect(second.welcome.catalogKnown).toBe(true);
    const asker = await observer();
    expect((await search(asker, 'renamed')).names).toEqual(['renamed.txt']);
    expect((await search(asker, 'kept')).done.totalEstimate).toBe(299);
  });

  it('stays connected when the supernode takes no more of it, and is told which records and why', async () => {
    const small = await world.supernode('small', { maxLeafRecords: 2 });
    const session = await (await world.leaf()).open(small);
    const [batch] = wholeCatalog([1, 2, 3, 4].map((id) => record(id, `over ${id}.txt`)));
    const ack = await session.publish(batch!);
    expect(ack).toMatchObject({ accepted: 2, records: 2 });
    expect(ack.refused).toEqual(
      [3, 4].map((id) => ({
        id,
        code: 'limit_exceeded',
        message: expect.stringMatching(/2 records.*fewer/),
      })),
    );
    expect((await search(session, 'over')).names).toEqual(['over 1.txt', 'over 2.txt']);
    expect(session.open).toBe(true);
  });

  it('stays connected when the index has no memory left, and its records are refused with the reason', async () => {
    const small = await world.supernode('small', { maxIndexBytes: 1024 * 1024 });
    const session = await (await world.leaf()).open(small);
    const refused: { code: string; message: string }[] = [];
    let records = 0;
    for (let from = 1; refused.length === 0; from += 1_000) {
      const rows = Array.from({ length: 1_000 }, (_, i) =>
        record(from + i, `${(from + i).toString(36)} a name of some length.txt`),
      );
      for (const batch of publishBatches({ reset: from === 1, records: rows, fingerprint: NO_FINGERPRINT })) {
        const ack = await session.publish(batch);
        refused.push(...ack.refused);
        ({ records } = ack);
      }
    }
    expect(refused[0]).toMatchObject({ code: 'full', message: expect.stringMatching(/\w/) });
    expect(records).toBeGreaterThan(0);
    expect(await metric(small, 'banyan_supernode_index_limit_bytes')).toBe(1024 * 1024);
    expect(await metric(small, 'banyan_supernode_index_bytes')).toBeGreaterThan(0);
    expect((await search(session, 'length', { limit: 1 })).names).toHaveLength(1);
    expect(session.open).toBe(true);
  });

  it('is forgotten after the hold', async () => {
    const leaf = await world.leaf();
    const first = await leaf.open(oak, { catalog });
    await publish(first, records);
    first.close();
    await leafGone();
    world.clock.skip(CATALOG_HOLD_MS + 1);
    await until('its memory is free', async () =>
      (await oak.metrics()).includes('supernode_records{service="supernode"} 0'),
    );
    expect((await leaf.open(oak, { catalog })).welcome.catalogKnown).toBe(false);
  });

  it('stays hidden while it is outdated, until the leaf has begun anew', async () => {
    const leaf = await world.leaf();
    const asker = await observer();
    const first = await leaf.open(oak, { catalog });
    await publish(first, records);
    first.close();
    await leafGone();
    const changed = [records[0]!];
    const second = await leaf.open(oak, { catalog: { fingerprint: fingerprintOf(changed), records: 1 } });
    expect(second.welcome.catalogKnown).toBe(false);
    expect((await search(asker, 'kept')).names).toEqual([]);
    // A change on top of what neither side agrees on would leave ghosts.
    await expect(second.publish({ removedIds: [2], last: true })).rejects.toMatchObject({
      code: 'out_of_order',
    });
    await publish(second, changed);
    world.clock.skip(ANSWERS_KEPT_MS);
    expect((await search(asker, 'kept')).names).toEqual(['kept one.txt']);
  });

  it('is not held when it was only half published', async () => {
    const leaf = await world.leaf();
    const first = await leaf.open(oak, { catalog });
    const [half] = wholeCatalog(records, 1);
    await first.publish(half!);
    first.close();
    await until('it is gone', async () =>
      (await oak.metrics()).includes('supernode_records{service="supernode"} 0'),
    );
    expect((await leaf.open(oak, { catalog })).welcome.catalogKnown).toBe(false);
  });
});

describe('sessions', () => {
  it('end when the same device opens a newer one, which keeps the catalog', async () => {
    const leaf = await world.leaf();
    const records = [record(1, 'same.txt')];
    const old = await leaf.open(oak);
    await publish(old, records);
    const young = await leaf.open(oak, { catalog: { fingerprint: fingerprintOf(records), records: 1 } });
    expect(await old.closed).toMatchObject({ code: 'session_replaced' });
    expect(young.welcome.catalogKnown).toBe(true);
    expect((await search(young, 'same')).names).toEqual(['same.txt']);
    await expect(old.publish({ reset: true, last: true })).rejects.toBeInstanceOf(BanyanError);
  });

  it('of a second home become home with the first publication', async () => {
    const leaf = await world.leaf();
    const { port } = await leaf.listen();
    const second = await leaf.open(oak, { relation: 'second', listen: [{ host: '127.0.0.1', port }] });
    expect(leaf.reach).toEqual([]);
    await publish(second, [record(1, 'moved in.txt')]);
    expect((await search(await observer(), 'moved')).names).toEqual(['moved in.txt']);
    await until('it is dialled back', () => leaf.reach[0]?.[0]?.reachable === true);
  });

  it('are refused with alternates when there is no room; probes and newer sessions still come in', async () => {
    const elm = await world.supernode('elm');
    await world.linked(oak, elm);
    const leaves = await Promise.all([1, 2, 3].map(() => world.leaf()));
    for (const leaf of leaves) await leaf.open(oak, { relation: 'second' });
    const late = await world.leaf();
    await expect(late.open(oak)).rejects.toMatchObject({
      code: 'full',
      details: { alternates: [expect.objectContaining({ deviceId: elm.deviceId, name: 'elm' })] },
    });
    expect((await observer()).open).toBe(true);
    expect((await leaves[0]!.open(oak)).open).toBe(true);
  });

  it('take a fresh token of the same device, and refuse another device’s', async () => {
    const [leaf, other] = [await world.leaf(), await world.leaf()];
    const session = await leaf.open(oak);
    const reauth = (token: string) => session.channel.request({ kind: 'reauth', reauth: { token } });
    const token = (id: string) => world.network.token(id, 'urn:banyan:supernode');
    expect(await reauth(token(leaf.deviceId))).toMatchObject({ kind: 'reauthDone' });
    await expect(reauth(token(other.deviceId))).rejects.toMatchObject({ code: 'proof_invalid' });
    world.network.accounts.set(leaf.deviceId, 'somebody else');
    await expect(reauth(token(leaf.deviceId))).rejects.toMatchObject({ code: 'forbidden' });
    expect(session.open).toBe(true);
  });

  it('end with their token, or with a grace while auth is away', async () => {
    const leaf = await world.leaf();
    const session = await leaf.open(oak);
    leaf.renews = false;
    world.clock.skip(3600_000 + 70_000);
    expect(await session.closed).toMatchObject({ code: 'token_expired' });

    const other = await world.leaf();
    const stays = await other.open(oak);
    other.renews = false;
    world.network.authAway = true;
    await until('auth is missed', () =>
      oak.log.entries.some((e) => String(e['msg']).includes('auth does not answer')),
    );
    world.clock.skip(3600_000 + 70_000);
    expect((await search(stays, 'x')).done.answered).toBe(1);
    world.clock.skip(3600_000);
    expect(await stays.closed).toMatchObject({ code: 'token_expired' });
  });

  it('end at their greatest age, whatever the token', async () => {
    world.network.tokenTtlS = 100 * 3600;
    const session = await (await world.leaf()).open(oak);
    world.clock.skip(MAX_SESSION_MS + 6_000);
    expect(await session.closed).toMatchObject({ code: 'session_too_old' });
  });

  it('of banned devices and accounts are cut at once, with the reason, and their files vanish', async () => {
    const [ann, bob, cleo] = [await world.leaf(), await world.leaf(), await world.leaf()];
    const [atAnn, atBob, atCleo] = [await ann.open(oak), await bob.open(oak), await cleo.open(oak)];
    for (const session of [atAnn, atBob, atCleo]) await publish(session, [record(1, 'evidence.txt')]);
    world.network.revoke(
      { kind: 'device', id: ann.deviceId, reason: 'spreads poison' },
      { kind: 'account', id: `account-of-${bob.deviceId}`, reason: '' },
    );
    expect(await atAnn.closed).toMatchObject({
      code: 'token_revoked',
      message: expect.stringContaining('spreads poison'),
    });
    expect(await atBob.closed).toMatchObject({ code: 'token_revoked' });
    expect((await search(atCleo, 'evidence')).hits.map((h) => h.sources)).toEqual([1]);
    await until('the leaf was told too', () => cleo.revocations.length === 1);
    await expect(ann.open(oak)).rejects.toMatchObject({ code: 'token_revoked' });
  });

  it('begin with all revocations that the leaf lacks, however many', async () => {
    for (let i = 0; i < 600; i += 1)
      world.network.revoke({ kind: 'device', id: `device-${i}`, reason: 'x'.repeat(300) });
    await until('the supernode has them', async () => {
      const session = await observer();
      session.close();
      return session.welcome.revocationsKnown === 600;
    });
    const [fresh, knowing] = [await world.leaf(), await world.leaf()];
    await fresh.open(oak);
    await knowing.open(oak, { revocationsKnown: 598 });
    await until('all came', () => fresh.revocations.length === 600 && knowing.revocations.length === 2);
  });

  it('refuse more searches than allowed, and say when to go on', async () => {
    const session = await (await world.leaf()).open(oak);
    const results = await Promise.allSettled(
      Array.from({ length: MAX_SEARCHES_PER_MINUTE / 4 }, () => session.search('x')),
    );
    const refused = results.flatMap((r) => (r.status === 'rejected' ? [r.reason as BanyanError] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    // Who has a file is another question, and asked for each file of a folder.
    const content = { root: new Uint8Array(32).fill(1), length: 5 };
    await expect(session.findSources(content)).resolves.toEqual([]);
    world.clock.skip(refused[0]?.retryAfterMs ?? 0);
    expect((await session.search('x')).answered).toBe(1);
  });

  it('refuse more look-ups of sources than allowed', async () => {
    const session = await (await world.leaf()).open(oak);
    const content = { root: new Uint8Array(32).fill(1), length: 5 };
    // The bucket holds a sixth of a minute's, and fills up meanwhile.
    let refusal: unknown;
    for (let asked = 0; refusal === undefined && asked <= MAX_SOURCE_LOOKUPS_PER_MINUTE / 3; asked += 10)
      await Promise.all(Array.from({ length: 10 }, () => session.findSources(content))).catch(
        (error: unknown) => (refusal = error),
      );
    expect(refusal).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
  });

  it('hold back a leaf that publishes without waiting, and take everything in order', async () => {
    const session = await (await world.leaf()).open(oak);
    const records = Array.from({ length: 400 }, (_, i) => record(i + 1, `batch ${i}.txt`));
    const acks = await Promise.all(wholeCatalog(records, 10).map((batch) => session.publish(batch)));
    expect(acks.map((a) => a.records)).toEqual(acks.map((_, i) => (i + 1) * 10));
  });
});
